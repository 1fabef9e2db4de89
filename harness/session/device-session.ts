/**
 * One session with one device, live: sends, listens, captures all of it, and says of each clip whether it counts. What
 * counts is decided by the same decoder which replays the capture (capture/session-decoder.ts).
 *
 * The first failure of the bench latches: it is written to the capture and thrown again by every later call.
 */
import { randomBytes } from 'node:crypto';
import type { ClipEvent, FaultEvent, FlashEvent, SessionEndEvent } from '../capture/capture-line.ts';
import type { CaptureWriter } from '../capture/capture-writer.ts';
import type { ClockSpan, DecodedClip, DecodedSession } from '../capture/session-data.ts';
import { SessionDecoder } from '../capture/session-decoder.ts';
import { OssicleError } from '../error.ts';
import {
	CODEC,
	CONFIG_FLAG,
	type HealthMessage,
	type HelloMessage,
	type MemoryMessage,
	PACING,
	type ParamMessage,
	type TelemetryMessage,
} from '../generated/wire.ts';
import type { ByteLink } from '../link/byte-link.ts';
import type { CodecName, PacingName } from '../link/codec/codec.ts';
import { hex32 } from '../link/crc32.ts';
import { encodeFrame } from '../link/frame.ts';
import { assertLineCarries } from '../stimulate/line-budget.ts';
import { clipMs, dueMs } from '../stimulate/pacing.ts';
import type { ClipPart, PreparedClip } from '../stimulate/prepare-clip.ts';
import { assertFitsStore } from './clip-store.ts';
import { FrameSender } from './frame-sender.ts';
import { DEFAULT_TIMING, type SessionTiming } from './session-timing.ts';

export interface SessionOptions {
	/** Not open yet; the session opens and closes it. */
	link: ByteLink;
	capture: CaptureWriter;
	/** Number of the session in the run, and the device's id: written to the capture. */
	session: number;
	device: string;
	/** The flash event of this session, already in the capture: a device that reports another build is a rig error. */
	flash?: FlashEvent | null;
	/** Speed of the line, 8N1: realtime audio that would not fit is refused beforehand. Left out: not checked. */
	baud?: number;
	/** Ctrl-C: ends what is going on with the code `interrupted`. */
	signal?: AbortSignal;
	timing?: Partial<SessionTiming>;
	/** Each valid telemetry message, for progress displays. */
	onMessage?: (message: TelemetryMessage) => void;
}

export interface SessionConfig {
	codec: CodecName;
	pacing: PacingName;
	scores?: boolean;
	adc?: boolean;
	/** 0: no heartbeat. Default 500. */
	heartbeatMs?: number;
	/** Realtime: audio the device gathers before it starts its clock. Default 100. */
	jitterMs?: number;
}

/** What became of a clip after at most two attempts. */
export interface ClipOutcome {
	ok: boolean;
	/** Of the last attempt; empty when `ok`. */
	problems: string[];
	/** Both attempts, in order; the last one counts when `ok`. */
	attempts: DecodedClip[];
}

const NO_BYTES = new Uint8Array(0);
/** Faults found in the bytes after which nothing more can be learnt from this session. */
const FATAL = new Set(['reset', 'build-mismatch', 'protocol-version', 'hello-changed']);
const DEFAULT_HEARTBEAT_MS = 500;
/** How long a link that cannot be written to has to say why it is gone. */
const LAST_WORDS_MS = 1000;
const DEFAULT_JITTER_MS = 100;

export class DeviceSession {
	readonly #options: SessionOptions;
	readonly #timing: SessionTiming;
	readonly #decoder: SessionDecoder;
	#sender: FrameSender;
	#failure: OssicleError | null = null;
	#config: SessionConfig | null = null;
	#nextClip = 1;
	#lastHeardMs = performance.now();
	#lastProgressMs = performance.now();
	#lastParam: ParamMessage | null = null;
	#stampAtOnce = false;
	#wakers: (() => void)[] = [];
	#linkOpen = false;
	/** BYE was said and the wait for its answer is over. */
	#parted = false;
	#ended = false;
	#onAbort = () => {
		if (!this.#parted) this.#fail(new OssicleError('interrupted', 'rig', 'the run was interrupted'));
	};

	private constructor(options: SessionOptions) {
		this.#options = options;
		this.#timing = { ...DEFAULT_TIMING, ...options.timing };
		const { session, device, link } = options;
		const listener = {
			message: (message: TelemetryMessage) => this.#onMessage(message),
			fault: (fault: FaultEvent) => this.#onFault(fault),
		};
		this.#decoder = new SessionDecoder({ k: 'session', session, device, link: link.description }, listener);
		this.#sender = this.#newSender(0);
	}

	/** Opens the link and greets the device. Throws OssicleError (rig); the capture then holds the session and its fault. */
	static async open(options: SessionOptions): Promise<DeviceSession> {
		const session = new DeviceSession(options);
		try {
			await session.#begin();
			return session;
		} catch (error) {
			await session.close().catch(() => {}); // the first error is the one to tell
			throw error;
		}
	}

	get hello(): HelloMessage {
		if (this.#decoder.session.hello === null)
			throw new OssicleError('no-hello', 'rig', 'the device has not said who it is');
		return this.#decoder.session.hello;
	}

	/** The session as decoded so far, as a replay of the capture would show it. */
	get decoded(): DecodedSession {
		return this.#decoder.session;
	}

	/** The first failure of the bench, or `null`. */
	get failure(): OssicleError | null {
		return this.#failure;
	}

	/** Frames that had to be sent again so far. */
	get repeats(): number {
		return this.#sender.repeats;
	}

	/** Throws OssicleError (usage) when the line cannot carry it. */
	async configure(config: SessionConfig): Promise<void> {
		this.#check();
		this.#assertLine(config);
		const { codec, pacing, scores = false, adc = false } = config;
		const { heartbeatMs = DEFAULT_HEARTBEAT_MS, jitterMs = DEFAULT_JITTER_MS } = config;
		const flags = (scores ? CONFIG_FLAG.scores : 0) | (adc ? CONFIG_FLAG.adc : 0);
		this.#sender.send('CONFIG', {
			codec: CODEC[codec],
			pacing: PACING[pacing],
			flags,
			reserved: 0,
			heartbeatMs,
			jitterMs,
		});
		this.#config = { ...config, heartbeatMs };
		await this.#drained('the acknowledgement of CONFIG');
	}

	/**
	 * Sends a clip and takes its results; once more when the first attempt does not count. `ok: false` is no exception: the
	 * caller decides what a lost clip means. Throws OssicleError when the bench fails.
	 */
	async runClip(prepared: PreparedClip, about: { name: string; segment: string; clip?: number }): Promise<ClipOutcome> {
		const { clip = this.#nextClip, name, segment } = about;
		this.#nextClip = Math.max(this.#nextClip, clip) + 1;
		assertFitsStore(prepared, this.hello, this.#config?.scores ?? false, name);
		const { codec, pacing, samples, sampleRate } = prepared;
		if (this.#config === null || this.#config.codec !== codec || this.#config.pacing !== pacing) {
			await this.configure({ ...this.#config, codec, pacing });
		}
		const attempts: DecodedClip[] = [];
		for (const attempt of [1, 2] as const) {
			const event: ClipEvent = {
				k: 'clip',
				clip,
				name,
				segment,
				attempt,
				codec,
				pacing,
				samples,
				crc: prepared.crcHex,
				sampleRate,
			};
			const decoded = await this.#runAttempt(prepared, event);
			attempts.push(decoded);
			if (decoded.problems.length === 0) return { ok: true, problems: [], attempts };
		}
		return { ok: false, problems: attempts[1]?.problems ?? [], attempts };
	}

	async memory(): Promise<MemoryMessage> {
		return this.#ask('MEMORY', () => this.#decoder.session.memory);
	}

	async health(): Promise<HealthMessage> {
		return this.#ask('HEALTH', () => this.#decoder.session.health);
	}

	/** Lets the device spin awake for so long between two stamped lines. */
	async clock(milliseconds: number): Promise<ClockSpan> {
		this.#check();
		const clocks = this.#decoder.session.clocks ?? [];
		const before = clocks.length;
		this.#stampAtOnce = true;
		try {
			this.#sender.send('CLOCK', { milliseconds });
			// A clock ten times too slow must still be measured, not time out.
			await this.#until(
				() => clocks.length > before,
				'the second `clock` line (answer to CLOCK)',
				this.#timing.answerMs + 12 * milliseconds,
			);
		} finally {
			this.#stampAtOnce = false;
		}
		return clocks[before] as ClockSpan;
	}

	/** Sets a parameter of the firmware. Throws OssicleError (usage) when the firmware refuses it. */
	async param(name: string, value: number): Promise<ParamMessage> {
		this.#check();
		this.#lastParam = null;
		this.#sender.send('PARAM', { value }, Buffer.from(name, 'latin1'));
		const answered = () => this.#lastParam?.name === name && this.#lastParam.value === value;
		await this.#until(answered, `\`param\` for ${name}`, this.#timing.answerMs);
		const answer = this.#lastParam as unknown as ParamMessage;
		if (!answer.ok) {
			const text = `the firmware ${this.hello.firmware} does not take ${name} = ${value}: see its PARAM names and ranges`;
			throw new OssicleError('param-refused', 'usage', text, { name, value });
		}
		return answer;
	}

	/** Restarts the device and greets it again. Only before the first clip: a session is one boot. */
	async reset(): Promise<void> {
		this.#check();
		this.#sender.send('RESET', {});
		// The acknowledgement may be lost with the boot; the new hello is the proof that counts.
		const giveUp = performance.now() + this.#timing.byeMs;
		await this.#waitFor(() => this.#sender.idle || performance.now() > giveUp, this.#timing.byeMs + 100).catch(
			() => {},
		);
		this.#config = null;
		await this.#greet();
	}

	/**
	 * Ends the session on the wire. A lost answer is no fault: nothing depends on it. A link that breaks before is one, as
	 * ever, and is thrown. From the end of this call on, the device is no longer ours: what it says or suffers then is
	 * neither captured nor a failure, so that the record and the caller cannot disagree about how the session ended.
	 */
	async bye(): Promise<void> {
		this.#check();
		this.#sender.send('BYE', {});
		await this.#waitFor(() => this.#sender.idle, this.#timing.byeMs);
		this.#check();
		this.#sender.stop();
		this.#parted = true;
	}

	/**
	 * Ends the session: writes `session-end`, syncs the capture and closes the link. Never throws for what failed before;
	 * throws OssicleError when the capture itself cannot be finished. Returns the reason as it was written.
	 */
	async close(reason?: SessionEndEvent['reason']): Promise<SessionEndEvent['reason']> {
		const why = reason ?? this.#reason();
		if (this.#ended) return why;
		this.#ended = true;
		this.#options.signal?.removeEventListener('abort', this.#onAbort);
		await this.#partInPeace();
		this.#sender.stop();
		try {
			if (this.#options.capture.failure === null) {
				this.#record({ k: 'session-end', session: this.#options.session, reason: why });
				await this.#options.capture.sync();
			}
		} finally {
			this.#linkOpen = false;
			await this.#options.link.close();
		}
		return why;
	}

	#reason(): SessionEndEvent['reason'] {
		if (this.#failure === null) return 'complete';
		return this.#failure.code === 'interrupted' ? 'interrupted' : 'rig-error';
	}

	async #begin(): Promise<void> {
		const { link, capture, signal, flash } = this.#options;
		capture.onFailure((failure) => this.#fail(failure, false));
		capture.append(this.#decoder.session.event);
		if (flash) this.#decoder.flash(flash);
		if (signal?.aborted) this.#onAbort();
		signal?.addEventListener('abort', this.#onAbort);
		link.onData((chunk) => this.#received(chunk));
		link.onClose((cause) => {
			this.#linkOpen = false;
			if (this.#ended || this.#parted) return;
			const text = `the link to ${this.#options.device} was lost: ${cause?.message ?? 'it was closed'}. Is the board still plugged in, does the emulator still run?`;
			this.#fail(new OssicleError('link-lost', 'rig', text, {}, cause ?? undefined));
		});
		this.#check();
		await link.open().catch((error: unknown) => {
			throw this.#fail(asRigError(error, 'link-open', 'cannot open the link'));
		});
		this.#linkOpen = true;
		await this.#greet();
	}

	/** HELLO with a new nonce, repeated until the device answers it. Outside go-back-N: there is nothing to go back to. */
	async #greet(): Promise<void> {
		const random = randomBytes(4).readUInt32LE(0);
		const nonce = hex32(random);
		const sequence = random & 0xffff;
		const frame = encodeFrame('HELLO', sequence, { nonce: random });
		const answered = () => this.#decoder.session.hello?.nonce === nonce;
		this.#sender.stop();
		const heardBefore = this.#decoder.session.bytesReceived;
		const startMs = performance.now();
		let sent = 0;
		let writing = false;
		while (!answered()) {
			this.#check();
			if (performance.now() - startMs > this.#timing.helloMs) throw this.#fail(this.#silentDevice(sent, heardBefore));
			if (!writing) {
				writing = true;
				sent += 1;
				// Not awaited: a line which takes nothing must end in the time-out above.
				void this.#transmit(frame).then(
					() => {
						writing = false;
					},
					(error: unknown) => this.#fail(asRigError(error, 'link-write', 'cannot write to the device')),
				);
			}
			await this.#waitFor(answered, this.#timing.helloRetryMs);
		}
		this.#sender = this.#newSender(sequence + 1);
		this.#check();
	}

	#silentDevice(sent: number, heardBefore: number): OssicleError {
		const { device, link } = this.#options;
		const { bytesReceived, console } = this.#decoder.session;
		const heard = bytesReceived - heardBefore;
		const last = console.at(-1);
		const what =
			heard === 0
				? 'nothing came back at all: is it powered, flashed, and is this the right port?'
				: `${heard} bytes came, but no answer${last === undefined ? '' : ` (last line: ${JSON.stringify(last.slice(0, 80))})`}: is this the right firmware and baud rate?`;
		const text = `${device} is silent on ${link.description}: HELLO was sent ${sent} times in ${this.#timing.helloMs} ms, ${what}`;
		return new OssicleError('device-silent', 'rig', text, { device, sent, heard });
	}

	/** One attempt, up to its clip-end or to the moment it cannot count any more. */
	async #runAttempt(prepared: PreparedClip, event: ClipEvent): Promise<DecodedClip> {
		this.#check();
		this.#record(event);
		const attempt = this.#decoder.attempt;
		if (attempt === null || attempt.clip.event !== event) throw new Error('the decoder did not take the clip');
		const spoilt = () => attempt.over || attempt.clip.problems.length > 0;
		const { clip, attempt: number } = event;
		this.#sender.send('CLIP_BEGIN', {
			clip,
			attempt: number,
			reserved0: 0,
			reserved1: 0,
			reserved2: 0,
			totalSamples: prepared.samples,
			crc: prepared.crc,
		});
		let stalled: string | null = null;
		if (prepared.pacing === 'realtime') await this.#playInRealtime(prepared, spoilt);
		else for (const part of prepared.parts) this.#sendPart(part);
		if (!spoilt()) {
			this.#sender.send('CLIP_END', { clip });
			if (prepared.pacing === 'preload') {
				stalled = await this.#clipProgress(() => spoilt() || attempt.loaded !== null, '`loaded`');
				if (stalled === null && !spoilt()) await this.#play(prepared, clip, spoilt);
			} else stalled = await this.#clipProgress(spoilt, '`clip-end`');
		}
		if (attempt.over && attempt.clip.problems.length === 0) return attempt.clip;
		const [problem = stalled ?? '`clip-end` did not come in time'] = attempt.clip.problems;
		this.#record({ k: 'clip-void', clip, attempt: number, reason: problem });
		if (!attempt.over) await this.#abort();
		return attempt.clip;
	}

	async #playInRealtime(prepared: PreparedClip, spoilt: () => boolean): Promise<void> {
		const startMs = performance.now();
		for (const part of prepared.parts) {
			const at = startMs + dueMs(part, prepared.sampleRate);
			// Timers may fire a fraction of a millisecond early; a sample must not go before its time.
			while (performance.now() < at && !spoilt()) await this.#waitFor(spoilt, at - performance.now());
			this.#check();
			if (spoilt()) return;
			this.#sendPart(part);
		}
	}

	#sendPart(part: ClipPart): void {
		if (part.kind === 'audio') this.#sender.send('AUDIO', { offset: part.offset }, part.bytes);
		else this.#sender.send('SILENCE', { offset: part.offset, count: part.count });
	}

	/** PLAY, then silence on the link until the results come. */
	async #play(prepared: PreparedClip, clip: number, spoilt: () => boolean): Promise<void> {
		const limitMs = clipMs(prepared) * this.#timing.playFactor + this.#timing.playMarginMs;
		// A repeat would break the silence, and the attempt with it: it must not come from a busy machine's late answer.
		this.#sender.send('PLAY', { clip }, NO_BYTES, { repeatMs: this.#timing.retransmitMostMs, giveUpMs: limitMs });
		await this.#waitFor(spoilt, limitMs);
		this.#check();
	}

	/** Waits as long as the clip gets on. Returns why not any more, or `null`. */
	async #clipProgress(done: () => boolean, what: string): Promise<string | null> {
		this.#lastProgressMs = performance.now();
		for (;;) {
			const leftMs = this.#lastProgressMs + this.#timing.stalledMs - performance.now();
			if (leftMs <= 0) return `${what} did not come: no progress for ${this.#timing.stalledMs} ms`;
			await this.#waitFor(done, Math.min(leftMs, this.#timing.silentMs));
			this.#check();
			if (done()) return null;
			this.#assertHeard(what);
		}
	}

	#assertHeard(what: string): void {
		const silentMs = performance.now() - this.#lastHeardMs;
		if (silentMs < this.#timing.silentMs) return;
		const text = `${this.#options.device} has fallen silent: waiting for ${what}, nothing was heard for ${Math.round(silentMs)} ms. It hangs, or its line to us is broken.`;
		throw this.#fail(new OssicleError('device-silent', 'rig', text, { what }));
	}

	/** The device forgets the clip; what it still says about it belongs to the attempt that was given up. */
	async #abort(): Promise<void> {
		this.#sender.clearQueue();
		this.#sender.send('ABORT', {});
		await this.#drained('the acknowledgement of ABORT');
	}

	async #ask<Message extends TelemetryMessage>(
		frame: 'MEMORY' | 'HEALTH',
		current: () => Message | null,
	): Promise<Message> {
		this.#check();
		const before = current();
		this.#sender.send(frame, {});
		await this.#until(
			() => current() !== before,
			`\`${frame.toLowerCase()}\` (answer to ${frame})`,
			this.#timing.answerMs,
		);
		return current() as Message;
	}

	/** The sender gives up by itself when nothing is acknowledged, so this ends. */
	async #drained(what: string): Promise<void> {
		await this.#until(() => this.#sender.idle, what, 2 * this.#timing.giveUpMs + this.#timing.playMarginMs);
	}

	/** Waits for a condition; time-outs say what was waited for, and `cause` where the waiting began. */
	async #until(done: () => boolean, what: string, limitMs: number): Promise<void> {
		const began = new Error(`the waiting for ${what} began here`);
		await this.#waitFor(done, limitMs);
		this.#check();
		if (done()) return;
		const heardMs = Math.round(performance.now() - this.#lastHeardMs);
		const text = `${this.#options.device} did not send ${what} within ${Math.round(limitMs)} ms (it last said something ${heardMs} ms ago). The line was lost, or the firmware hangs.`;
		throw this.#fail(new OssicleError('time-out', 'rig', text, { what, limitMs }, began));
	}

	/** Resolves when `done`, when the time is over, or when the session has failed: the caller looks which. */
	async #waitFor(done: () => boolean, limitMs: number): Promise<void> {
		const endMs = performance.now() + limitMs;
		while (!done() && this.#failure === null) {
			const leftMs = endMs - performance.now();
			if (leftMs <= 0) return;
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, leftMs);
				this.#wakers.push(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
	}

	#wake(): void {
		const wakers = this.#wakers;
		this.#wakers = [];
		for (const waker of wakers) waker();
	}

	/** A last word to a device that was left in the middle of something: it forgets the clip and stops its heartbeat. */
	async #partInPeace(): Promise<void> {
		if (!this.#linkOpen || this.#failure?.code !== 'interrupted' || this.#options.capture.failure !== null) return;
		const last = this.#sender.farewell();
		if (last.length === 0) return;
		const sent = this.#transmit(last).catch(() => {}); // it was a courtesy
		await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 300))]);
	}

	#newSender(sequence: number): FrameSender {
		const port = {
			transmit: (bytes: Uint8Array) => this.#transmit(bytes),
			failed: (error: OssicleError) => void this.#fail(error),
			progress: () => {
				this.#lastProgressMs = performance.now();
				this.#wake();
			},
		};
		return new FrameSender(sequence, port, this.#timing);
	}

	async #transmit(bytes: Uint8Array): Promise<void> {
		this.#record({ k: 'tx', b: Buffer.from(bytes).toString('base64') });
		try {
			await this.#options.link.write(bytes);
		} catch (cause) {
			// A dead link fails the write (EIO) a moment before it says why it died: that is the better story.
			await this.#waitFor(() => false, LAST_WORDS_MS);
			if (this.#failure !== null) throw this.#failure;
			const { device, link } = this.#options;
			const text = `writing to ${device} on ${link.description} failed: ${(cause as Error).message}. Is the board still plugged in, does the emulator still run?`;
			throw new OssicleError('link-write', 'rig', text, { device }, cause);
		}
	}

	#received(chunk: Uint8Array): void {
		if (this.#ended || this.#parted) return;
		this.#options.capture.received(chunk, this.#stampAtOnce);
		this.#decoder.received(process.hrtime.bigint(), chunk);
	}

	/** Into the capture first, then to the decoder: what was acted on is always on record. */
	#record(event: Parameters<CaptureWriter['append']>[0]): void {
		this.#options.capture.append(event);
		this.#decoder.push(process.hrtime.bigint(), event);
	}

	#onMessage(message: TelemetryMessage): void {
		this.#lastHeardMs = performance.now();
		if (message.t === 'ack') this.#sender.acknowledged(message.next, message.credit, message.err);
		else if (message.t === 'beat') this.#sender.acknowledged(message.next, message.credit, undefined);
		else this.#lastProgressMs = this.#lastHeardMs;
		if (message.t === 'param') this.#lastParam = message;
		this.#options.onMessage?.(message);
		this.#wake();
	}

	#onFault(fault: FaultEvent): void {
		if (FATAL.has(fault.code)) this.#fail(new OssicleError(fault.code, 'rig', fault.text), false);
		this.#wake();
	}

	/** Latches the first failure and writes it down, unless it is in the capture's bytes already. Returns the latched one. */
	#fail(error: OssicleError, record = true): OssicleError {
		if (this.#failure !== null) return this.#failure;
		this.#failure = error;
		this.#sender.stop();
		if (record && this.#options.capture.failure === null) {
			try {
				this.#record({ k: 'fault', code: error.code, text: error.message });
			} catch {
				// The capture failed now: its own failure has been latched in it, and this one is already on its way.
			}
		}
		this.#wake();
		return error;
	}

	#check(): void {
		if (this.#failure !== null) throw this.#failure;
		if (this.#ended) throw new OssicleError('session-closed', 'rig', 'this session was closed: open a new one');
	}

	#assertLine(config: SessionConfig): void {
		const { baud } = this.#options;
		if (baud === undefined) return;
		const { sampleRate, hop, stages, labels } = this.hello;
		assertLineCarries({ ...config, sampleRate, hop, stages: stages.length, labels: labels.length, baud });
	}
}

function asRigError(error: unknown, code: string, text: string): OssicleError {
	return error instanceof OssicleError
		? error
		: new OssicleError(code, 'rig', `${text}: ${(error as Error).message}`, {}, error);
}
