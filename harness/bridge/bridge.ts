/** A board put on a broker: connected for ever, until it is stopped (firmware/wire/MQTT.md). */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AttachOptions, attach, preflight } from '../../devices/driver.ts';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { ConnectOptions } from '../link/mqtt/broker-connection.ts';
import type { BrokerUrl } from '../link/mqtt/broker-url.ts';
import { checkedName } from '../link/mqtt/topics.ts';
import { checkNotTaken } from './already-there.ts';
import type { StreamTiming } from './board-stream.ts';
import type { BridgeEvent, Say } from './bridge-event.ts';
import { BridgeSession } from './bridge-session.ts';
import { ImageAtHand } from './image-at-hand.ts';
import { refusalOf, refused } from './refusal.ts';
import { Seat } from './seat.ts';

export interface BridgeTiming extends StreamTiming {
	/** First wait before connecting anew; doubled up to the longest. */
	retryFirstMs: number;
	retryLongestMs: number;
	/** A lease without a channel ends when nothing was asked for so long. */
	idleMs: number;
	/** How long an acquire waits for another process on this machine that holds the board. */
	attachWaitMs: number;
}

export interface BridgeOptions {
	facts: DeviceFacts;
	url: BrokerUrl;
	bench: string;
	attach?: Pick<AttachOptions, 'imagePath' | 'port' | 'posixArgs'>;
	connect?: Omit<ConnectOptions, 'role' | 'will' | 'log'>;
	say?: Say;
	timing?: Partial<BridgeTiming>;
	/** Do not begin where somebody answers to the name already. */
	refuseTaken?: boolean;
}

export interface Bridge {
	/** Of the present connection, or of the last one. */
	readonly incarnation: string;
	/** Resolves when it has been stopped. */
	readonly closed: Promise<void>;
	/** Ends the lease, leaves the board idle, says `offline`. Resolves when all that is done; may be called twice. */
	stop(): Promise<void>;
}

const DEFAULT_TIMING: BridgeTiming = {
	retryFirstMs: 1000,
	retryLongestMs: 30_000,
	idleMs: 60_000,
	// Less than a request may wait for its beginning, so that who waits is told.
	attachWaitMs: 10_000,
};

/**
 * Resolves when the device is online for the first time. Later losses of the connection are made good, however long it takes.
 * @throws OssicleError: usage of `preflight`, `mqtt-name`, `bridge-needless`; rig `mqtt-connect`, `mqtt-denied`, `mqtt-taken`
 */
export async function startBridge(options: BridgeOptions): Promise<Bridge> {
	const { facts, bench, attach: attachOptions = {} } = options;
	checkedName('bench', bench);
	checkedName('device', facts.id);
	if (facts.link.kind === 'mqtt')
		throw new OssicleError(
			'bridge-needless',
			'usage',
			`${facts.id} speaks MQTT itself: start its program with the broker's address; a bridge is for boards on a serial port, a pty or an emulator.`,
			{ device: facts.id },
		);
	await preflight(facts, attachOptions);
	if (options.refuseTaken === true)
		await checkNotTaken(options.url, bench, facts.id, options.connect?.credentials ?? {});
	const bridge = new RunningBridge(options);
	await bridge.connect();
	return bridge;
}

class RunningBridge implements Bridge {
	readonly closed: Promise<void>;
	readonly #options: BridgeOptions;
	readonly #timing: BridgeTiming;
	readonly #say: Say;
	readonly #image: ImageAtHand;
	readonly #seat: Seat;
	readonly #stop = new AbortController();
	#session: BridgeSession | null = null;
	#incarnation = '';
	#stopped: Promise<void> | null = null;
	#living: Promise<void> = Promise.resolve();
	#toldClosed: () => void = () => {};

	constructor(options: BridgeOptions) {
		const { facts, attach: attachOptions = {}, say = () => {}, timing = {} } = options;
		this.#options = options;
		this.#timing = { ...DEFAULT_TIMING, ...timing };
		this.#say = say;
		this.#image = new ImageAtHand(() => preflight(facts, attachOptions));
		const { idleMs, attachWaitMs, ...rest } = this.#timing;
		this.#seat = new Seat({
			attach: (signal) =>
				attach(facts, {
					...attachOptions,
					signal,
					waitMs: attachWaitMs,
					onWait: (behind) => this.#say(this.#waiting(behind)),
				}),
			idleMs,
			timing: streamTiming(rest),
			say,
		});
		this.closed = new Promise((resolve) => {
			this.#toldClosed = resolve;
		});
	}

	get incarnation(): string {
		return this.#incarnation;
	}

	/** @throws OssicleError (rig) when there is no connection to be had */
	async connect(): Promise<void> {
		this.#living = this.#live(await this.#online());
	}

	stop(): Promise<void> {
		this.#stopped ??= this.#end();
		return this.#stopped;
	}

	async #end(): Promise<void> {
		try {
			await this.#part();
		} finally {
			this.#say({ event: 'stopped' });
			this.#toldClosed();
		}
	}

	async #part(): Promise<void> {
		this.#stop.abort();
		const cleared = this.#seat.clear(refused('mqtt-offline', 'the bridge was stopped'));
		await this.#session?.leave('stopped');
		await cleared;
		await this.#session?.close();
		await this.#living;
	}

	async #online(): Promise<BridgeSession> {
		const { url, bench, facts, attach: attachOptions = {}, connect = {} } = this.#options;
		const { shown: broker } = url;
		const session = await BridgeSession.open({
			...{ url, bench, facts, connect },
			port: attachOptions.port,
			image: this.#image,
			seat: this.#seat,
			say: this.#say,
		});
		this.#session = session;
		this.#incarnation = session.incarnation;
		this.#say({ event: 'online', ...{ broker, bench, device: facts.id, incarnation: session.incarnation } });
		return session;
	}

	async #live(first: BridgeSession): Promise<void> {
		const { retryFirstMs, retryLongestMs } = this.#timing;
		let waitMs = retryFirstMs;
		for (let session: BridgeSession | null = first; session !== null; ) {
			const sinceMs = performance.now();
			const reason = await session.ended;
			if (this.#stop.signal.aborted) return;
			// A connection that is taken away again and again is not made anew each second.
			if (performance.now() - sinceMs > retryLongestMs) waitMs = retryFirstMs;
			const text = reason?.message ?? 'the connection was closed';
			this.#offline(text, false);
			// Its board is given back while we try to connect; the next lease waits for that.
			void this.#seat.clear(refused('mqtt-lost', `the bridge lost its broker: ${text}`));
			session = await this.#again(waitMs);
			waitMs = Math.min(2 * waitMs, retryLongestMs);
		}
	}

	/** A new connection, however long it takes; `null` when the bridge was stopped. Each reason is told once. */
	async #again(firstMs: number): Promise<BridgeSession | null> {
		const { signal } = this.#stop;
		let told = '';
		for (let waitMs = firstMs; ; waitMs = Math.min(2 * waitMs, this.#timing.retryLongestMs)) {
			await sleep(waitMs, undefined, { signal }).catch(() => {});
			if (signal.aborted) return null;
			try {
				const session = await this.#online();
				if (!signal.aborted) return session;
				await session.leave('stopped');
				await session.close();
				return null;
			} catch (error) {
				const { text } = refusalOf(error);
				if (text !== told && !signal.aborted) this.#offline(text, true);
				told = text;
			}
		}
	}

	#offline(reason: string, still: boolean): void {
		this.#say({ event: 'offline', broker: this.#options.url.shown, still, reason });
	}

	#waiting(behind: string): BridgeEvent {
		return { event: 'waiting', holder: this.#seat.current?.holder ?? 'somebody', behind };
	}
}

function streamTiming({ beatMs, silentMs }: StreamTiming): StreamTiming {
	return { ...(beatMs === undefined ? {} : { beatMs }), ...(silentMs === undefined ? {} : { silentMs }) };
}
