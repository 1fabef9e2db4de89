/**
 * The frames of go-back-N (PROTOCOL.md section 3): those that wait for credit, and those written but not acknowledged. Only
 * the bookkeeping; when something is written or repeated is decided in frame-sender.ts.
 */
import { WIRE } from '../generated/wire.ts';
import { cobsBound } from '../link/cobs.ts';
import type { FrameName } from '../link/frame.ts';

/** For frames that may take longer than others. Milliseconds. */
export interface Patience {
	/** Not repeated earlier, whatever the round trips were. */
	repeatMs?: number;
	/** Not given up earlier. */
	giveUpMs?: number;
}

export interface Queued {
	name: FrameName;
	encode(sequence: number): Uint8Array;
	patience: Patience;
}

export interface InFlight {
	name: FrameName;
	sequence: number;
	bytes: Uint8Array;
	patience: Patience;
	sends: number;
	/** On the clock of performance.now(); 0 before the first write. */
	firstSentMs: number;
	sentMs: number;
	/** It waits to be written (again). */
	due: boolean;
}

/** Longest frame with both delimiters. */
const LONGEST_FRAME_BYTES = cobsBound(WIRE.MAX_BODY_BYTES) + 2;
/** Until the first acknowledgement says how much the device can hold. Room for HELLO's neighbours, in any device. */
const FIRST_CREDIT_BYTES = 256;

export class SendWindow {
	#queue: Queued[] = [];
	#flight: InFlight[] = [];
	#next: number;
	#credit = FIRST_CREDIT_BYTES;

	constructor(firstSequence: number) {
		this.#next = firstSequence & 0xffff;
	}

	/** Sequence number of the next frame that gets one, 16 bits. */
	get next(): number {
		return this.#next;
	}

	/** Everything pushed was acknowledged, or forgotten. */
	get idle(): boolean {
		return this.#queue.length === 0 && this.#flight.length === 0;
	}

	/** The oldest frame that is not acknowledged. */
	get oldest(): InFlight | undefined {
		return this.#flight[0];
	}

	/** Puts a frame at the end of the queue. */
	push(queued: Queued): void {
		this.#queue.push(queued);
	}

	/** Forgets what was never written. Frames on their way stay: their sequence numbers are taken. */
	clearQueue(): void {
		this.#queue = [];
	}

	/** Forgets everything. */
	clear(): void {
		this.#queue = [];
		this.#flight = [];
	}

	/**
	 * The device expects sequence number `next` and has room for `credit` bytes. Returns the frames which that acknowledges,
	 * oldest first; `null`, and nothing is changed, when `next` is outside the window: nothing we ever sent.
	 */
	acknowledge(next: number, credit: number): InFlight[] | null {
		const base = this.oldest?.sequence ?? this.#next;
		const count = (next - base) & 0xffff;
		// Believing it could only do harm.
		if (count > this.#flight.length) return null;
		this.#credit = credit;
		return this.#flight.splice(0, count);
	}

	/** Everything that was written and not acknowledged is due again. */
	goBack(): void {
		for (const frame of this.#flight) {
			if (frame.sends > 0) frame.due = true;
		}
	}

	/** Moves queued frames into flight as far as the credit reaches; `true` when a frame is due. */
	admit(): boolean {
		let unacknowledged = this.#flight.reduce((sum, frame) => sum + frame.bytes.length, 0);
		for (let queued = this.#queue[0]; queued !== undefined; queued = this.#queue[0]) {
			const sequence = this.#next;
			const bytes = queued.encode(sequence);
			if (unacknowledged + bytes.length > this.#window()) break;
			unacknowledged += bytes.length;
			this.#queue.shift();
			const { name, patience } = queued;
			this.#flight.push({ name, sequence, bytes, patience, sends: 0, firstSentMs: 0, sentMs: 0, due: true });
			this.#next = (sequence + 1) & 0xffff;
		}
		return this.#flight.some((frame) => frame.due);
	}

	/** The due frames, oldest first, that are written together: at least one, then as many as `mostBytes` holds. */
	batch(mostBytes: number): InFlight[] {
		const batch: InFlight[] = [];
		let bytes = 0;
		for (const frame of this.#flight) {
			if (!frame.due) continue;
			if (bytes > 0 && bytes + frame.bytes.length > mostBytes) break;
			batch.push(frame);
			bytes += frame.bytes.length;
		}
		return batch;
	}

	/** Bytes that may be unacknowledged. Room for one frame is kept back where there is room, for the repeat of a time-out. */
	#window(): number {
		return this.#credit >= 2 * LONGEST_FRAME_BYTES ? this.#credit - LONGEST_FRAME_BYTES : this.#credit;
	}
}
