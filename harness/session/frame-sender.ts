/**
 * Go-back-N with credit (PROTOCOL.md section 3): numbers frames, keeps no more encoded bytes unacknowledged than the
 * device's receive ring holds, and repeats what was lost. It knows nothing of what the frames mean.
 */

import { OssicleError } from '../error.ts';
import { encodeFrame, type FrameFields, type FrameName } from '../link/frame.ts';
import { asRigError } from './rig-error.ts';
import { RoundTrip } from './round-trip.ts';
import { type InFlight, type Patience, SendWindow } from './send-window.ts';
import type { SessionTiming } from './session-timing.ts';

/** A write that takes longer than the time-out is looked at again this often. */
const LEAST_WAIT_MS = 5;
/** Frames are written together up to so many bytes. */
const WRITE_BYTES = 4096;

export interface SenderPort {
	/** Captures and writes. Rejections go to `failed`. */
	transmit(bytes: Uint8Array): Promise<void>;
	failed(error: OssicleError): void;
	/** Something was acknowledged. */
	progress(): void;
}

export class FrameSender {
	readonly #port: SenderPort;
	readonly #timing: SessionTiming;
	readonly #roundTrip: RoundTrip;
	readonly #window: SendWindow;
	/** Sequence number of the frame last repeated after a time-out. */
	#probe: number | null = null;
	#lastProgressMs = performance.now();
	#timer: NodeJS.Timeout | null = null;
	#writing = false;
	#stopped = false;
	/** Frames repeated so far, for the progress line and for people. */
	repeats = 0;

	constructor(firstSequence: number, port: SenderPort, timing: SessionTiming) {
		this.#window = new SendWindow(firstSequence);
		this.#port = port;
		this.#timing = timing;
		this.#roundTrip = new RoundTrip(timing.retransmitFirstMs, timing.retransmitLeastMs, timing.retransmitMostMs);
	}

	/** Everything given to `send` was acknowledged. */
	get idle(): boolean {
		return this.#window.idle;
	}

	/** Puts a frame at the end of the queue. */
	send<Name extends FrameName>(
		name: Name,
		fields: FrameFields<Name>,
		rest?: Uint8Array,
		patience: Patience = {},
	): void {
		this.#window.push({ name, encode: (sequence) => encodeFrame(name, sequence, fields, rest), patience });
		this.#pump();
	}

	/** Forgets what was never written. Frames on their way stay: their sequence numbers are taken. */
	clearQueue(): void {
		this.#window.clearQueue();
	}

	/** ABORT and BYE with the next sequence numbers, to be written without waiting for an answer. */
	farewell(): Uint8Array {
		const { next } = this.#window;
		return Buffer.concat([encodeFrame('ABORT', next, {}), encodeFrame('BYE', (next + 1) & 0xffff, {})]);
	}

	/** Ends all activity; nothing is written any more. */
	stop(): void {
		this.#stopped = true;
		this.#window.clear();
		if (this.#timer !== null) clearTimeout(this.#timer);
	}

	/** An `ack` or `beat` came. */
	acknowledged(next: number, credit: number, err: 'crc' | 'gap' | undefined): void {
		if (this.#stopped) return;
		const taken = this.#window.acknowledge(next, credit);
		if (taken === null) return;
		const last = taken.at(-1);
		if (last !== undefined) this.#taken(last);
		if (err !== undefined) this.#window.goBack();
		this.#pump();
	}

	/** `last` is the latest of the frames that were just acknowledged. */
	#taken(last: InFlight): void {
		const nowMs = performance.now();
		if (last.sends === 1) this.#roundTrip.measured(nowMs - last.sentMs);
		// The lost frame was repeated and then accepted alone: the device has dropped all that came behind it.
		if (this.#probe === last.sequence) this.#window.goBack();
		this.#probe = null;
		this.#lastProgressMs = nowMs;
		// Another frame is the oldest now, and may have another time-out; #pump sets it.
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		this.#port.progress();
	}

	#onTimeout(): void {
		this.#timer = null;
		const first = this.#window.oldest;
		if (first === undefined) return;
		const nowMs = performance.now();
		if (nowMs - first.firstSentMs > Math.max(first.patience.giveUpMs ?? 0, this.#timing.giveUpMs)) {
			// Progress with other frames counts: this one has only been the oldest since then.
			if (nowMs - this.#lastProgressMs > this.#timing.giveUpMs) {
				this.#giveUp(first, nowMs);
				return;
			}
		}
		const waitedMs = nowMs - Math.max(first.sentMs, this.#lastProgressMs);
		if (this.#writing || waitedMs < this.#timeoutMs(first)) {
			this.#arm();
			return;
		}
		// Only the oldest frame: the device may just be busy with all of them still in its ring, where a second copy of
		// everything would not fit.
		this.#roundTrip.timedOut();
		this.#probe = first.sequence;
		first.due = true;
		this.#pump();
	}

	#giveUp(first: InFlight, nowMs: number): void {
		const text =
			`the device does not acknowledge ${first.name} (sequence ${first.sequence}): sent ${first.sends} times in ` +
			`${Math.round(nowMs - first.firstSentMs)} ms. It was reset, hangs, or the line to it is broken.`;
		this.#port.failed(new OssicleError('link-dead', 'rig', text, { frame: first.name, sends: first.sends }));
	}

	#arm(): void {
		const first = this.#window.oldest;
		if (this.#timer !== null || this.#stopped || first === undefined) return;
		const since = Math.max(first.sentMs, this.#lastProgressMs);
		const inMs = Math.max(LEAST_WAIT_MS, since + this.#timeoutMs(first) - performance.now());
		this.#timer = setTimeout(() => this.#onTimeout(), inMs);
	}

	#timeoutMs(frame: InFlight): number {
		return Math.max(this.#roundTrip.timeoutMs, frame.patience.repeatMs ?? 0);
	}

	#pump(): void {
		if (this.#writing || this.#stopped) return;
		this.#writing = true;
		void this.#write().then(() => {
			this.#writing = false;
			this.#arm();
			// What became possible while the last write was awaited.
			if (!this.#stopped && this.#window.admit()) this.#pump();
		});
		// Already now: a line that takes no bytes must end in a time-out, too.
		this.#arm();
	}

	async #write(): Promise<void> {
		while (!this.#stopped && this.#window.admit()) {
			const batch = this.#window.batch(WRITE_BYTES);
			const startMs = performance.now();
			for (const frame of batch) {
				frame.due = false;
				if (frame.sends === 0) frame.firstSentMs = startMs;
				else this.repeats += 1;
				frame.sends += 1;
				frame.sentMs = startMs;
			}
			try {
				await this.#port.transmit(Buffer.concat(batch.map((frame) => frame.bytes)));
			} catch (cause) {
				if (this.#stopped) return;
				this.#port.failed(asRigError(cause, 'link-write', 'writing to the device failed'));
				return;
			}
			// The time-out counts from when the line has taken the bytes: a slow line is not a lost frame.
			for (const frame of batch) frame.sentMs = performance.now();
		}
	}
}
