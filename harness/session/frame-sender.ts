/**
 * Go-back-N with credit (PROTOCOL.md section 3): numbers frames, keeps no more encoded bytes unacknowledged than the
 * device's receive ring holds, and repeats what was lost. It knows nothing of what the frames mean.
 */

import { OssicleError } from '../error.ts';
import { WIRE } from '../generated/wire.ts';
import { cobsBound } from '../link/cobs.ts';
import { encodeFrame, type FrameFields, type FrameName } from '../link/frame.ts';
import { RoundTrip } from './round-trip.ts';
import type { SessionTiming } from './session-timing.ts';

interface Queued {
	name: FrameName;
	encode(sequence: number): Uint8Array;
	patience: Patience;
}

/** For frames that may take longer than others. Milliseconds. */
export interface Patience {
	/** Not repeated earlier, whatever the round trips were. */
	repeatMs?: number;
	/** Not given up earlier. */
	giveUpMs?: number;
}

interface InFlight {
	name: FrameName;
	sequence: number;
	bytes: Uint8Array;
	patience: Patience;
	sends: number;
	firstSentMs: number;
	sentMs: number;
	/** It waits to be written (again). */
	due: boolean;
}

/** Longest frame with both delimiters. */
const LONGEST_FRAME_BYTES = cobsBound(WIRE.MAX_BODY_BYTES) + 2;
/** Until the first acknowledgement says how much the device can hold. Room for HELLO's neighbours, in any device. */
const FIRST_CREDIT_BYTES = 256;
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
	#queue: Queued[] = [];
	#flight: InFlight[] = [];
	#next: number;
	#credit = FIRST_CREDIT_BYTES;
	#probe: number | null = null;
	#lastProgressMs = performance.now();
	#timer: NodeJS.Timeout | null = null;
	#writing = false;
	#stopped = false;
	/** Frames repeated so far, for the progress line and for people. */
	repeats = 0;

	constructor(firstSequence: number, port: SenderPort, timing: SessionTiming) {
		this.#next = firstSequence & 0xffff;
		this.#port = port;
		this.#timing = timing;
		this.#roundTrip = new RoundTrip(timing.retransmitFirstMs, timing.retransmitLeastMs, timing.retransmitMostMs);
	}

	/** Everything given to `send` was acknowledged. */
	get idle(): boolean {
		return this.#queue.length === 0 && this.#flight.length === 0;
	}

	/** Puts a frame at the end of the queue. */
	send<Name extends FrameName>(
		name: Name,
		fields: FrameFields<Name>,
		rest?: Uint8Array,
		patience: Patience = {},
	): void {
		this.#queue.push({ name, encode: (sequence) => encodeFrame(name, sequence, fields, rest), patience });
		this.#pump();
	}

	/** Forgets what was never written. Frames on their way stay: their sequence numbers are taken. */
	clearQueue(): void {
		this.#queue = [];
	}

	/** ABORT and BYE with the next sequence numbers, to be written without waiting for an answer. Empty after `stop` or before use. */
	farewell(): Uint8Array {
		return Buffer.concat([encodeFrame('ABORT', this.#next, {}), encodeFrame('BYE', (this.#next + 1) & 0xffff, {})]);
	}

	/** Ends all activity; nothing is written any more. */
	stop(): void {
		this.#stopped = true;
		this.#queue = [];
		this.#flight = [];
		if (this.#timer !== null) clearTimeout(this.#timer);
	}

	/** An `ack` or `beat` came. */
	acknowledged(next: number, credit: number, err: 'crc' | 'gap' | undefined): void {
		if (this.#stopped) return;
		const base = this.#flight[0]?.sequence ?? this.#next;
		const count = (next - base) & 0xffff;
		// Not in the window: nothing we ever sent. Believing it could only do harm.
		if (count > this.#flight.length) return;
		this.#credit = credit;
		if (count > 0) this.#take(count);
		if (err !== undefined) this.#goBack();
		this.#pump();
	}

	#take(count: number): void {
		const nowMs = performance.now();
		const taken = this.#flight.splice(0, count);
		const last = taken[taken.length - 1] as InFlight;
		if (last.sends === 1) this.#roundTrip.measured(nowMs - last.sentMs);
		// The lost frame was repeated and then accepted alone: the device has dropped all that came behind it.
		if (this.#probe === last.sequence) this.#goBack();
		this.#probe = null;
		this.#lastProgressMs = nowMs;
		// Another frame is the oldest now, and may have another time-out; #pump sets it.
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		this.#port.progress();
	}

	#goBack(): void {
		for (const frame of this.#flight) {
			if (frame.sends > 0) frame.due = true;
		}
	}

	#onTimeout(): void {
		this.#timer = null;
		const first = this.#flight[0];
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
		const first = this.#flight[0];
		if (this.#timer !== null || this.#stopped || first === undefined) return;
		const since = Math.max(first.sentMs, this.#lastProgressMs);
		const inMs = Math.max(LEAST_WAIT_MS, since + this.#timeoutMs(first) - performance.now());
		this.#timer = setTimeout(() => this.#onTimeout(), inMs);
	}

	#timeoutMs(frame: InFlight): number {
		return Math.max(this.#roundTrip.timeoutMs, frame.patience.repeatMs ?? 0);
	}

	/** Bytes that may be unacknowledged. Room for one frame is kept back where there is room, for the repeat of a time-out. */
	#window(): number {
		return this.#credit >= 2 * LONGEST_FRAME_BYTES ? this.#credit - LONGEST_FRAME_BYTES : this.#credit;
	}

	/** Moves queued frames into flight as far as the credit reaches. */
	#admit(): void {
		let unacknowledged = this.#flight.reduce((sum, frame) => sum + frame.bytes.length, 0);
		for (let queued = this.#queue[0]; queued !== undefined; queued = this.#queue[0]) {
			const bytes = queued.encode(this.#next);
			if (unacknowledged + bytes.length > this.#window()) return;
			unacknowledged += bytes.length;
			this.#queue.shift();
			const { name, patience } = queued;
			this.#flight.push({
				name,
				sequence: this.#next,
				bytes,
				patience,
				sends: 0,
				firstSentMs: 0,
				sentMs: 0,
				due: true,
			});
			this.#next = (this.#next + 1) & 0xffff;
		}
	}

	#pump(): void {
		if (this.#writing || this.#stopped) return;
		this.#writing = true;
		void this.#write().then(() => {
			this.#writing = false;
			this.#arm();
			// What became possible while the last write was awaited.
			if (!this.#stopped && this.#hasWork()) this.#pump();
		});
		// Already now: a line that takes no bytes must end in a time-out, too.
		this.#arm();
	}

	#hasWork(): boolean {
		this.#admit();
		return this.#flight.some((frame) => frame.due);
	}

	async #write(): Promise<void> {
		while (!this.#stopped && this.#hasWork()) {
			const batch: InFlight[] = [];
			let bytes = 0;
			for (const frame of this.#flight) {
				if (!frame.due) continue;
				if (bytes > 0 && bytes + frame.bytes.length > WRITE_BYTES) break;
				batch.push(frame);
				bytes += frame.bytes.length;
			}
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
				const error =
					cause instanceof OssicleError
						? cause
						: new OssicleError(
								'link-write',
								'rig',
								`writing to the device failed: ${(cause as Error).message}`,
								{},
								cause,
							);
				this.#port.failed(error);
				return;
			}
			// The time-out counts from when the line has taken the bytes: a slow line is not a lost frame.
			for (const frame of batch) frame.sentMs = performance.now();
		}
	}
}
