/**
 * One session with one device, live: sends, listens, captures all of it, and says of each clip whether it counts. What
 * counts is decided by the same decoder which replays the capture (capture/session-decoder.ts).
 *
 * The first failure of the bench latches: it is written to the capture and thrown again by every later call.
 */
import type { ClipEvent, SessionEndEvent } from '../capture/capture-line.ts';
import type { ClockSpan, DecodedClip, DecodedSession } from '../capture/session-data.ts';
import type { OssicleError } from '../error.ts';
import type { HealthMessage, HelloMessage, MemoryMessage, ParamMessage } from '../generated/wire.ts';
import type { PreparedClip } from '../stimulate/prepare-clip.ts';
import { sendClip } from './clip-sender.ts';
import { assertFitsStore } from './clip-store.ts';
import { ask, measureClock, sendConfig, setParam } from './commands.ts';
import { greet } from './greeting.ts';
import { asRigError } from './rig-error.ts';
import { SessionCore } from './session-core.ts';
import type { SessionConfig, SessionOptions } from './session-options.ts';

export type { SessionConfig, SessionOptions } from './session-options.ts';

/** What became of a clip after at most two attempts. */
export interface ClipOutcome {
	ok: boolean;
	/** Of the last attempt; empty when `ok`. */
	problems: string[];
	/** Both attempts, in order; the last one counts when `ok`. */
	attempts: DecodedClip[];
}

export class DeviceSession {
	readonly #core: SessionCore;
	#config: SessionConfig | null = null;
	#nextClip = 1;

	private constructor(options: SessionOptions) {
		this.#core = new SessionCore(options);
	}

	/** Opens the link and greets the device. Throws OssicleError (rig); the capture then holds the session and its fault. */
	static async open(options: SessionOptions): Promise<DeviceSession> {
		const session = new DeviceSession(options);
		try {
			await session.#core.open();
			await greet(session.#core);
			return session;
		} catch (error) {
			await session.close().catch(() => {}); // the first error is the one to tell
			throw error;
		}
	}

	/** What the device said of itself. Throws OssicleError (rig) when it has not. */
	get hello(): HelloMessage {
		return this.#core.hello;
	}

	/** The session as decoded so far, as a replay of the capture would show it. */
	get decoded(): DecodedSession {
		return this.#core.decoder.session;
	}

	/** The first failure of the bench, or `null`. */
	get failure(): OssicleError | null {
		return this.#core.failure;
	}

	/** Frames that had to be sent again so far. */
	get repeats(): number {
		return this.#core.sender.repeats;
	}

	/** How clips will come. Throws OssicleError: usage when the line cannot carry it, rig when the bench fails. */
	async configure(config: SessionConfig): Promise<void> {
		sendConfig(this.#core, config);
		this.#config = { ...config };
		await this.#core.drained('the acknowledgement of CONFIG');
	}

	/**
	 * Sends a clip and takes its results; once more when the first attempt does not count. `ok: false` is no exception: the
	 * caller decides what a lost clip means. Throws OssicleError: usage when the clip does not fit the device or its line,
	 * rig when the bench fails.
	 */
	async runClip(prepared: PreparedClip, about: { name: string; segment: string; clip?: number }): Promise<ClipOutcome> {
		const { clip = this.#nextClip, name, segment } = about;
		this.#nextClip = Math.max(this.#nextClip, clip) + 1;
		assertFitsStore(prepared, this.hello, this.#config?.scores ?? false, name);
		const { codec, pacing, samples, sampleRate, crcHex: crc } = prepared;
		if (this.#config === null || this.#config.codec !== codec || this.#config.pacing !== pacing) {
			await this.configure({ ...this.#config, codec, pacing });
		}
		const attempts: DecodedClip[] = [];
		for (const attempt of [1, 2] as const) {
			const event: ClipEvent = { k: 'clip', clip, name, segment, attempt, codec, pacing, samples, crc, sampleRate };
			const decoded = await sendClip(this.#core, prepared, event);
			this.#recordCycles(event);
			attempts.push(decoded);
			if (decoded.problems.length === 0) return { ok: true, problems: [], attempts };
		}
		return { ok: false, problems: attempts[1]?.problems ?? [], attempts };
	}

	/** The model's lines of a hop are there before the device's own are: the same core wrote both, in that order. */
	#recordCycles({ clip, attempt }: ClipEvent): void {
		const { takeCycles } = this.#core.options;
		if (takeCycles === undefined) return;
		let lines: string;
		try {
			lines = takeCycles();
		} catch (error) {
			throw this.#core.fail(asRigError(error, 'cycle-log', "the cycle model's counts cannot be had"));
		}
		this.#core.record({ k: 'cycles', clip, attempt, lines });
	}

	/** Memory in bytes, as the device counts it now. Throws OssicleError (rig) when no answer comes. */
	async memory(): Promise<MemoryMessage> {
		return ask(this.#core, 'MEMORY', () => this.decoded.memory);
	}

	/** Counts of what the device lost or got damaged; its own time in ms. Throws OssicleError (rig) when no answer comes. */
	async health(): Promise<HealthMessage> {
		return ask(this.#core, 'HEALTH', () => this.decoded.health);
	}

	/** Lets the device spin awake for so long between two stamped lines. Throws OssicleError (rig) when they do not come. */
	async clock(milliseconds: number): Promise<ClockSpan> {
		return measureClock(this.#core, milliseconds);
	}

	/** What the controller itself found to be wrong with the bench: on record as the session's fault. Returns it, to be thrown. */
	fail(error: OssicleError): OssicleError {
		return this.#core.fail(error);
	}

	/** Sets a parameter of the firmware. Throws OssicleError: usage when it is refused, rig when no answer comes. */
	async param(name: string, value: number): Promise<ParamMessage> {
		return setParam(this.#core, name, value);
	}

	/** Restarts the device and greets it again. Only before the first clip: a session is one boot. Throws OssicleError (rig). */
	async reset(): Promise<void> {
		const { sender, timing, waiter } = this.#core;
		this.#core.check();
		sender.send('RESET', {});
		// The acknowledgement may be lost with the boot; the new hello is the proof that counts.
		const giveUp = performance.now() + timing.byeMs;
		await waiter.waitFor(() => sender.idle || performance.now() > giveUp, timing.byeMs + 100).catch(() => {});
		this.#config = null;
		await greet(this.#core);
	}

	/**
	 * Ends the session on the wire. A lost answer is no fault: nothing depends on it. A link that breaks before is one, as
	 * ever, and is thrown. From the end of this call on, the device is no longer ours: what it says or suffers then is
	 * neither captured nor a failure, so that the record and the caller cannot disagree about how the session ended.
	 */
	async bye(): Promise<void> {
		const { sender, timing, waiter } = this.#core;
		this.#core.check();
		sender.send('BYE', {});
		await waiter.waitFor(() => sender.idle, timing.byeMs);
		this.#core.check();
		this.#core.part();
	}

	/**
	 * Ends the session: writes `session-end`, syncs the capture and closes the link. Never throws for what failed before;
	 * throws OssicleError when the capture itself cannot be finished. Returns the reason as it was written.
	 */
	async close(reason?: SessionEndEvent['reason']): Promise<SessionEndEvent['reason']> {
		return this.#core.close(reason);
	}
}
