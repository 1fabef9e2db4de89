/**
 * What all parts of a live session share: the open link, the capture of both directions, the decoder, the sender and the
 * first failure. What is sent, and when, is decided by its users (greeting.ts, commands.ts, clip-sender.ts).
 */
import type { FaultEvent, SessionEndEvent } from '../capture/capture-line.ts';
import type { CaptureWriter } from '../capture/capture-writer.ts';
import { SessionDecoder } from '../capture/session-decoder.ts';
import { isOssicleError, OssicleError } from '../error.ts';
import type { HelloMessage, ParamMessage, TelemetryMessage } from '../generated/wire.ts';
import { FrameSender } from './frame-sender.ts';
import { asRigError } from './rig-error.ts';
import type { SessionOptions } from './session-options.ts';
import { DEFAULT_TIMING, type SessionTiming } from './session-timing.ts';
import { type FailureLatch, Waiter } from './waiter.ts';

/** Faults found in the bytes after which nothing more can be learnt from this session. */
const FATAL = new Set(['reset', 'build-mismatch', 'protocol-version', 'hello-changed']);
/** How long a link that cannot be written to has to say why it is gone. */
const LAST_WORDS_MS = 1000;
/** How long the farewell to a device may take: it is a courtesy. */
const FAREWELL_MS = 300;

export class SessionCore implements FailureLatch {
	readonly options: SessionOptions;
	readonly timing: SessionTiming;
	readonly decoder: SessionDecoder;
	readonly waiter: Waiter;
	/** The last answer to PARAM; whoever asks sets it to `null` before. */
	lastParam: ParamMessage | null = null;
	/** Received chunks get a time stamp of their own in the capture, at once: for lines that measure time. */
	stampAtOnce = false;
	#sender: FrameSender;
	#failure: OssicleError | null = null;
	#linkOpen = false;
	/** BYE was said and the wait for its answer is over. */
	#parted = false;
	#ended = false;
	#onAbort = () => {
		if (!this.#parted) this.fail(new OssicleError('interrupted', 'rig', 'the run was interrupted'));
	};

	constructor(options: SessionOptions) {
		this.options = options;
		this.timing = { ...DEFAULT_TIMING, ...options.timing };
		const { session, device, link } = options;
		const listener = {
			message: (message: TelemetryMessage) => this.#onMessage(message),
			fault: (fault: FaultEvent) => this.#onFault(fault),
		};
		this.decoder = new SessionDecoder({ k: 'session', session, device, link: link.description }, listener);
		this.waiter = new Waiter(device, this.timing, this);
		this.#sender = this.#newSender(0);
	}

	/** The hello of this session. Throws OssicleError (rig) before the device was greeted. */
	get hello(): HelloMessage {
		if (this.decoder.session.hello === null)
			throw new OssicleError('no-hello', 'rig', 'the device has not said who it is');
		return this.decoder.session.hello;
	}

	get failure(): OssicleError | null {
		return this.#failure;
	}

	get sender(): FrameSender {
		return this.#sender;
	}

	/** A new wire session: frames are numbered from `firstSequence` on. The old sender must have been stopped. */
	startSender(firstSequence: number): void {
		this.#sender = this.#newSender(firstSequence);
	}

	check(): void {
		if (this.#failure !== null) throw this.#failure;
		if (this.#ended) throw new OssicleError('session-closed', 'rig', 'this session was closed: open a new one');
	}

	/** Writes the failure down, too, unless it is in the capture's bytes already (`record: false`). */
	fail(error: OssicleError, record = true): OssicleError {
		if (this.#failure !== null) return this.#failure;
		this.#failure = error;
		this.#sender.stop();
		if (record && this.options.capture.failure === null) {
			try {
				this.record({ k: 'fault', code: error.code, text: error.message });
			} catch {
				// The capture failed now: its own failure has been latched in it, and this one is already on its way.
			}
		}
		this.waiter.wake();
		return error;
	}

	/** Begins the session in the capture and opens the link. Throws OssicleError (rig). */
	async open(): Promise<void> {
		const { link, capture, signal, flash, device } = this.options;
		capture.onFailure((failure) => this.fail(failure, false));
		capture.append(this.decoder.session.event);
		if (flash) this.decoder.flash(flash);
		if (signal?.aborted) this.#onAbort();
		signal?.addEventListener('abort', this.#onAbort);
		link.onData((chunk) => this.#received(chunk));
		link.onClose((cause) => {
			this.#linkOpen = false;
			if (this.#ended || this.#parted) return;
			const text = `the link to ${device} was lost: ${cause?.message ?? 'it was closed'}. Is the board still plugged in, does the emulator still run?`;
			// A link that says in an error of ours why it ended (a gap on the way through a broker) knows better than we.
			const lost = new OssicleError('link-lost', 'rig', text, {}, cause ?? undefined);
			this.fail(isOssicleError(cause) ? cause : lost);
		});
		this.check();
		await link.open().catch((error: unknown) => {
			throw this.fail(asRigError(error, 'link-open', 'cannot open the link'));
		});
		this.#linkOpen = true;
	}

	/** From now on the device is no longer ours: what it says or suffers is neither captured nor a failure. */
	part(): void {
		this.#sender.stop();
		this.#parted = true;
	}

	/** See DeviceSession.close. */
	async close(reason?: SessionEndEvent['reason']): Promise<SessionEndEvent['reason']> {
		const { link, capture, session, signal } = this.options;
		const why = reason ?? this.#reason();
		if (this.#ended) return why;
		this.#ended = true;
		signal?.removeEventListener('abort', this.#onAbort);
		await this.#partInPeace();
		this.#sender.stop();
		try {
			const notices = (await this.options.notices?.()) ?? [];
			if (capture.failure === null) {
				for (const notice of notices) this.record({ k: 'notice', ...notice });
				this.record({ k: 'session-end', session, reason: why });
				await capture.sync();
			}
		} finally {
			this.#linkOpen = false;
			await link.close();
		}
		return why;
	}

	/**
	 * Into the capture first, then to the decoder, with the time it is on record with: what was acted on is what a replay
	 * will see. Throws OssicleError of the capture.
	 */
	record(event: Parameters<CaptureWriter['append']>[0]): void {
		const timeNs = this.options.capture.append(event);
		this.decoder.push(timeNs, event);
	}

	/** Captures and writes encoded frames. Throws OssicleError (rig) when the link does not take them. */
	async transmit(bytes: Uint8Array): Promise<void> {
		this.record({ k: 'tx', b: Buffer.from(bytes).toString('base64') });
		try {
			await this.options.link.write(bytes);
		} catch (cause) {
			// A dead link fails the write (EIO) a moment before it says why it died: that is the better story.
			await this.waiter.waitFor(() => false, LAST_WORDS_MS);
			if (this.#failure !== null) throw this.#failure;
			const { device, link } = this.options;
			const text = `writing to ${device} on ${link.description} failed: ${(cause as Error).message}. Is the board still plugged in, does the emulator still run?`;
			throw new OssicleError('link-write', 'rig', text, { device }, cause);
		}
	}

	/** Waits until all frames sent were acknowledged. The sender gives up by itself when they are not, so this ends. */
	async drained(what: string): Promise<void> {
		const limitMs = 2 * this.timing.giveUpMs + this.timing.playMarginMs;
		await this.waiter.until(() => this.#sender.idle, what, limitMs);
	}

	#reason(): SessionEndEvent['reason'] {
		if (this.#failure === null) return 'complete';
		return this.#failure.code === 'interrupted' ? 'interrupted' : 'rig-error';
	}

	/** A last word to a device that was left in the middle of something: it forgets the clip and stops its heartbeat. */
	async #partInPeace(): Promise<void> {
		if (!this.#linkOpen || this.#failure?.code !== 'interrupted' || this.options.capture.failure !== null) return;
		const sent = this.transmit(this.#sender.farewell()).catch(() => {}); // it was a courtesy
		await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, FAREWELL_MS))]);
	}

	#newSender(firstSequence: number): FrameSender {
		const port = {
			transmit: (bytes: Uint8Array) => this.transmit(bytes),
			failed: (error: OssicleError) => void this.fail(error),
			progress: () => {
				this.waiter.progressed();
				this.waiter.wake();
			},
		};
		return new FrameSender(firstSequence, port, this.timing);
	}

	#received(chunk: Uint8Array): void {
		if (this.#ended || this.#parted) return;
		const timeNs = this.options.capture.received(chunk, this.stampAtOnce);
		this.decoder.received(timeNs, chunk);
	}

	#onMessage(message: TelemetryMessage): void {
		this.waiter.heard();
		if (message.t === 'ack') this.#sender.acknowledged(message.next, message.credit, message.err);
		else if (message.t === 'beat') this.#sender.acknowledged(message.next, message.credit, undefined);
		else this.waiter.progressed();
		if (message.t === 'param') this.lastParam = message;
		this.options.onMessage?.(message);
		this.waiter.wake();
	}

	#onFault(fault: FaultEvent): void {
		if (FATAL.has(fault.code)) this.fail(new OssicleError(fault.code, 'rig', fault.text), false);
		this.waiter.wake();
	}
}
