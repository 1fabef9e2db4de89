/** A device on a bench of a broker, held by this process: what is asked of it, until it is given back. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOssicleError, OssicleError } from '../harness/error.ts';
import type { MqttDescribed, MqttDone } from '../harness/generated/mqtt-answer.ts';
import type { MqttInfo } from '../harness/generated/mqtt-info.ts';
import { Asker, type AskRequest } from '../harness/link/mqtt/asker.ts';
import { type BrokerConnection, connectBroker } from '../harness/link/mqtt/broker-connection.ts';
import type { BrokerUrl } from '../harness/link/mqtt/broker-url.ts';
import type { Credentials } from '../harness/link/mqtt/credentials.ts';
import { foreignText } from '../harness/link/mqtt/foreign-text.ts';
import { decodeInfo, encodeAsk } from '../harness/link/mqtt/message.ts';
import { readInfo } from '../harness/link/mqtt/presence.ts';
import { type DeviceTopics, topicsOf } from '../harness/link/mqtt/topics.ts';
import { benchOf, notThere } from './mqtt-bench.ts';
import { orAborted } from './or-aborted.ts';

const DESCRIBE_MS = 5000;
const PRESENT_MS = 1500;
/** Attaching may have to start an emulator. */
const ACQUIRE_MS = 60_000;
const RELEASE_MS = 10_000;
/** How often a device that somebody else has is asked for again. */
const RETRY_MS = 1000;
/** How often a device may come back as another incarnation between two requests. */
const MOST_STALE = 3;
/** As for a lease on this machine. */
const HELD_WAIT_MS = 60_000;
/** Of `ask.holder`, letters. */
const LONGEST_HOLDER = 80;

/** What `describe` ends with when nobody is there to answer it. */
const SILENCE: ReadonlySet<string> = new Set(['mqtt-no-answer', 'mqtt-offline']);

export interface LeaseSpec {
	url: BrokerUrl;
	credentials: Credentials;
	device: string;
	imageSha256: string;
	factsSha256: string;
	/** Whether what is there is what is meant; throws where it is not. Asked before anything is taken. */
	check: (described: MqttDescribed, where: string) => void;
	signal?: AbortSignal;
	waitMs?: number;
	onWait?: (holder: string) => void;
	log?: (text: string) => void;
}

export class MqttLease {
	readonly connection: BrokerConnection;
	readonly topics: DeviceTopics;
	readonly asker: Asker;
	readonly bench: string;
	/** 16 hex digits. */
	readonly lease: string;
	/** `posix on bench a of mqtt://host:1883`. */
	readonly where: string;
	/** A link listens to `info`, too. */
	linked = false;
	readonly #spec: LeaseSpec;
	readonly #lost: Promise<never>;
	#described: MqttDescribed | null = null;
	/** A request for it went out: it may be ours, whether or not we heard so. */
	#asked = false;
	#taken = false;
	#isLost = false;
	/** By its last info. */
	#isOnline = false;
	#released: Promise<void> | null = null;

	/** Takes the device for this process alone. @throws OssicleError, or the signal's reason */
	static async acquire(spec: LeaseSpec): Promise<MqttLease> {
		const { url, device, signal } = spec;
		const bench = url.bench ?? (await benchNamedByNobody(spec));
		const topics = topicsOf(bench, device);
		const replyTo = randomBytes(16).toString('hex');
		const lease = randomBytes(8).toString('hex');
		const id = randomBytes(16).toString('hex');
		// A controller that dies gives the device back.
		const payload = encodeAsk({ v: 1, id, op: 'release', replyTo, lease });
		const connection = await connected(spec, { topic: topics.ask, payload, retain: false });
		const held = new MqttLease(spec, connection, topics, bench, lease, replyTo);
		try {
			await orAborted(connection.subscribe([topics.info], 1), signal);
			await held.#acquire();
			return held;
		} catch (error) {
			await held.release();
			throw error;
		}
	}

	private constructor(
		spec: LeaseSpec,
		connection: BrokerConnection,
		topics: DeviceTopics,
		bench: string,
		lease: string,
		replyTo: string,
	) {
		this.#spec = spec;
		this.connection = connection;
		this.topics = topics;
		this.bench = bench;
		this.lease = lease;
		this.where = `${spec.device} on bench ${bench} of ${spec.url.shown}`;
		this.asker = new Asker(connection, topics, replyTo);
		this.#lost = this.#watch();
		this.#lost.catch(() => {}); // told to whoever asks
	}

	/** As the device described itself before it was taken. */
	get described(): MqttDescribed {
		if (this.#described === null) throw new Error('a device is described before it is taken');
		return this.#described;
	}

	get incarnation(): string {
		if (this.asker.incarnation === null) throw new Error('a device is described before it is taken');
		return this.asker.incarnation;
	}

	/**
	 * Ends also when the device or the broker is gone, and with the run's signal unless `evenAborted`.
	 * @throws OssicleError, or the signal's reason
	 */
	async ask(request: AskRequest, timeoutMs: number, evenAborted = false): Promise<MqttDone> {
		const answer = Promise.race([this.asker.ask(request, { timeoutMs }), this.#lost]);
		return orAborted(answer, evenAborted ? undefined : this.#spec.signal);
	}

	/** Gives the device back and leaves the broker. May be called twice; never throws, and ends where nobody answers. */
	release(): Promise<void> {
		this.#released ??= this.#release();
		return this.#released;
	}

	async #release(): Promise<void> {
		// Answered when the device is free: a session that follows at once finds it so.
		if (this.#asked && !this.#isLost)
			await this.ask({ op: 'release', lease: this.lease }, RELEASE_MS, true).catch(() => {});
		await this.connection.close().catch(() => {});
	}

	/** Describes and takes, again while somebody else has it, or when it came back as another incarnation. */
	async #acquire(): Promise<void> {
		const { device, signal, waitMs = HELD_WAIT_MS, onWait } = this.#spec;
		const deadline = performance.now() + waitMs;
		let told = false;
		for (let stale = 0; ; ) {
			const why = await this.#take();
			if (why === null) return;
			if (why === 'stale') {
				stale += 1;
				if (stale > MOST_STALE) throw this.#unsteady();
			} else {
				const other = this.described.holder ?? 'somebody else';
				if (performance.now() >= deadline) {
					throw new OssicleError(
						'lease-held',
						'rig',
						`${this.where} is in use by ${other}; it did not become free in time. Wait for that run or end it, then try again.`,
						{ device, holder: other },
					);
				}
				if (!told) onWait?.(other);
				told = true;
			}
			await orAborted(sleep(RETRY_MS, undefined, { ref: false }), signal);
		}
	}

	/** Why it was not taken, where it may be taken later; null: it was. */
	async #take(): Promise<'held' | 'stale' | null> {
		const { imageSha256, factsSha256 } = this.#spec;
		const described = await this.#describe();
		this.#spec.check(described, this.where);
		this.#described = described;
		this.#asked = true;
		const ask = { op: 'acquire', lease: this.lease, holder: ourName(), imageSha256, factsSha256 } as const;
		try {
			await this.ask(ask, ACQUIRE_MS);
			this.#taken = true;
			return null;
		} catch (error) {
			const code = isOssicleError(error) ? error.code : null;
			if (code === 'held' || code === 'stale') return code;
			throw error;
		}
	}

	#unsteady(): OssicleError {
		const text = `${this.where} answers as another one each time: does it lose its connection again and again, or do two bridges put the same device on the same bench?`;
		return new OssicleError('mqtt-unsteady', 'rig', text, { device: this.#spec.device });
	}

	async #describe(): Promise<MqttDescribed> {
		const { device, signal } = this.#spec;
		const answer = await Promise.race([this.ask({ op: 'describe' }, DESCRIBE_MS), this.#absence()]).catch(
			async (error: unknown) => {
				const silent = isOssicleError(error) && SILENCE.has(error.code);
				throw silent ? await orAborted(notThere(this.connection, device, this.bench), signal) : error;
			},
		);
		if (answer.described !== undefined) return answer.described;
		throw new OssicleError('mqtt-answer', 'rig', `${this.where} answered \`describe\` without describing anything.`);
	}

	/** Rejects when no retained info says that the device is there: it comes with the answer to the subscription. */
	async #absence(): Promise<never> {
		await sleep(PRESENT_MS, undefined, { ref: false });
		// Else whoever waits for its answer knows best.
		if (this.#isOnline) return new Promise<never>(() => {});
		throw new OssicleError('mqtt-offline', 'rig', `${this.where} is not online`);
	}

	/** Who listens last refuses: a message is counted once. */
	#info(payload: Buffer): MqttInfo | null {
		if (!this.linked) return readInfo(this.connection, this.topics.info, payload);
		const info = decodeInfo(payload);
		return typeof info === 'string' || info.bench !== this.bench || info.device !== this.#spec.device ? null : info;
	}

	/** Rejects when the connection ends, or the device that was taken is not there any more. */
	#watch(): Promise<never> {
		return new Promise((_, reject) => {
			const lose = (error: unknown) => {
				this.#isLost = true;
				reject(error);
			};
			this.connection.onClose((reason) => lose(reason ?? new OssicleError('link-closed', 'rig', 'it was given back')));
			this.connection.onMessage((topic, payload) => {
				if (topic !== this.topics.info) return;
				const info = this.#info(payload);
				const { incarnation } = this.asker;
				if (info !== null) this.#isOnline = info.state === 'online';
				if (info === null || incarnation === null || this.#described === null) return;
				const ours = info.incarnation === incarnation;
				// Another incarnation's "offline" is the late last will of an earlier connection.
				if (ours === (info.state === 'online')) return;
				// Until it is taken, whoever is there is as good.
				if (!ours && !this.#taken) return;
				const reason = foreignText(info.reason ?? 'it does not say why');
				const why = ours ? `went offline: ${reason}` : 'left the broker and came back';
				lose(new OssicleError('mqtt-offline', 'rig', `${this.where} ${why}`));
			});
		});
	}
}

/** For people who wait for the device. */
function ourName(): string {
	let user: string;
	try {
		user = os.userInfo().username;
	} catch {
		// In a container the user may have no name.
		user = String(process.getuid?.() ?? 'somebody');
	}
	return `${user}@${os.hostname()}, process ${process.pid}`.slice(0, LONGEST_HOLDER);
}

function connected(
	{ url, credentials, signal, log }: LeaseSpec,
	will?: { topic: string; payload: Buffer; retain: boolean },
): Promise<BrokerConnection> {
	const connecting = connectBroker(url, {
		role: 'controller',
		credentials,
		...(will === undefined ? {} : { will }),
		...(log === undefined ? {} : { log }),
	});
	return orAborted(connecting, signal, (connection) => connection.close());
}

/** A connection of its own: the last will of the one that takes the device names its topic. */
async function benchNamedByNobody(spec: LeaseSpec): Promise<string> {
	const connection = await connected(spec);
	try {
		return await orAborted(benchOf(connection, spec.device), spec.signal);
	} finally {
		await connection.close();
	}
}
