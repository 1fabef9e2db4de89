import { decodeFrame } from '../link/frame.ts';
import type { Direction, Fault, Place } from './fault.ts';

/** What comes out of a faulty direction, in order. */
export type Step = { bytes: Uint8Array } | { pauseMs: number } | { happens: 'disconnect' | 'reset' };

const DELIMITER: Record<Direction, number> = { down: 0x00, up: 0x0a };
const BITS_PER_BYTE = 10;

/** Is the fault bound to a whole frame or line? */
const isUnitFault = (fault: Fault) => 'at' in fault && !('byte' in fault.at);

/**
 * One direction of a faulty wire: bytes in, steps out, no I/O and no clock, so that the same bytes and faults always give
 * the same steps.
 */
export class FaultStream {
	readonly #faults: Fault[];
	/** Those for whole units; each happens once. */
	#unitFaults: Fault[];
	readonly #direction: Direction;
	readonly #delimiter: number;
	readonly #baud: number | null;
	readonly #split: boolean;
	/** Faults which have happened. */
	readonly fired: Fault[] = [];
	#position = 0;
	#unit = 0;
	#unitHasBytes = false;
	#out: number[] = [];
	#steps: Step[] = [];
	/** The unit being held back because a fault may be meant for it. */
	#held: number[] = [];
	#dropLeft = 0;
	#copy: { left: number; bytes: number[] } | null = null;

	constructor(direction: Direction, faults: Fault[]) {
		this.#faults = faults.filter((fault) => fault.direction === direction);
		this.#unitFaults = this.#faults.filter(isUnitFault);
		this.#direction = direction;
		this.#delimiter = DELIMITER[direction];
		this.#baud = this.#faults.find((fault) => fault.kind === 'throttle')?.baud ?? null;
		this.#split = this.#faults.some((fault) => fault.kind === 'split');
		for (const fault of this.#faults) {
			if (fault.kind === 'throttle' || fault.kind === 'split') this.fired.push(fault);
		}
	}

	push(chunk: Uint8Array): Step[] {
		this.#steps = [];
		for (const byte of chunk) this.#take(byte);
		this.#flush();
		return this.#steps;
	}

	#take(original: number): void {
		let byte = original;
		for (const fault of this.#at(this.#position)) {
			this.fired.push(fault);
			if (fault.kind === 'flip') byte ^= 1 << fault.bit;
			else if (fault.kind === 'drop') this.#dropLeft = fault.count ?? 1;
			else if (fault.kind === 'duplicate') this.#copy = { left: fault.count ?? 1, bytes: [] };
			else if (fault.kind === 'garbage') for (const extra of fault.bytes) this.#emit(extra);
			else if (fault.kind === 'delay') this.#step({ pauseMs: fault.ms });
			else if (fault.kind === 'disconnect' || fault.kind === 'reset') this.#step({ happens: fault.kind });
		}
		this.#position += 1;
		if (this.#dropLeft > 0) this.#dropLeft -= 1;
		else this.#unitByte(byte, original === this.#delimiter);
		if (this.#copy !== null) this.#copyByte(byte);
	}

	/** Faults bound to this byte. */
	#at(position: number): Fault[] {
		return this.#faults.filter((fault) => 'at' in fault && 'byte' in fault.at && fault.at.byte === position);
	}

	#copyByte(byte: number): void {
		const copy = this.#copy as { left: number; bytes: number[] };
		copy.bytes.push(byte);
		copy.left -= 1;
		if (copy.left > 0) return;
		for (const again of copy.bytes) this.#emit(again);
		this.#copy = null;
	}

	/** Units are counted by the delimiters of the original bytes, and empty ones do not count. */
	#unitByte(byte: number, ends: boolean): void {
		if (ends && !this.#unitHasBytes) {
			this.#emit(byte);
			return;
		}
		// A unit is held back to its end only while a fault may be meant for it.
		const held = this.#unitFaults.some(
			({ at }: Fault & { at?: Place }) =>
				at !== undefined && ('like' in at || ('unit' in at && at.unit === this.#unit)),
		);
		if (held || this.#held.length > 0) this.#held.push(byte);
		else this.#emit(byte);
		this.#unitHasBytes = !ends;
		if (!ends) return;
		if (this.#held.length > 0) this.#release();
		this.#unit += 1;
	}

	#release(): void {
		const bytes = this.#held;
		this.#held = [];
		const fault = this.#unitFaults.find((candidate) => 'at' in candidate && this.#isAt(candidate.at, bytes));
		if (fault !== undefined) {
			this.#unitFaults = this.#unitFaults.filter((other) => other !== fault);
			this.fired.push(fault);
		}
		if (fault?.kind === 'reset' || fault?.kind === 'disconnect') this.#step({ happens: fault.kind });
		if (fault?.kind === 'flip') bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ (1 << fault.bit);
		if (fault?.kind === 'drop') {
			// A frame's own closing delimiter stays: it may open the next one.
			if (this.#delimiter === 0) this.#emit(0);
			return;
		}
		for (let copy = fault?.kind === 'duplicate' ? 2 : 1; copy > 0; copy--) for (const byte of bytes) this.#emit(byte);
	}

	#isAt(place: Place, bytes: number[]): boolean {
		if ('unit' in place) return place.unit === this.#unit;
		if (!('like' in place)) return false;
		const unit = Buffer.from(bytes.slice(0, -1));
		if (this.#direction === 'up') return place.like.test(unit.toString('latin1'));
		const result = decodeFrame(unit);
		return result.kind === 'frame' && place.like.test(`${result.frame.name} ${result.frame.sequence}`);
	}

	#emit(byte: number): void {
		this.#out.push(byte);
		if (this.#split || (this.#baud !== null && this.#out.length >= 64)) this.#flush();
	}

	#step(step: Step): void {
		this.#flush();
		this.#steps.push(step);
	}

	#flush(): void {
		if (this.#out.length === 0) return;
		this.#steps.push({ bytes: Uint8Array.from(this.#out) });
		if (this.#baud !== null) this.#steps.push({ pauseMs: (this.#out.length * BITS_PER_BYTE * 1000) / this.#baud });
		this.#out = [];
	}
}
