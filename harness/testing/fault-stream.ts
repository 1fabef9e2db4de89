import type { Direction, Fault } from './fault.ts';

/** What comes out of a faulty direction, in order. */
export type Step = { bytes: Uint8Array } | { pauseMs: number } | { happens: 'disconnect' | 'reset' };

const DELIMITER: Record<Direction, number> = { down: 0x00, up: 0x0a };
const BITS_PER_BYTE = 10;

type UnitFault = Extract<Fault, { kind: 'drop' | 'duplicate' }> & { at: { unit: number } };

const isUnitFault = (fault: Fault): fault is UnitFault =>
	(fault.kind === 'drop' || fault.kind === 'duplicate') && 'unit' in fault.at;

/**
 * One direction of a faulty wire: bytes in, steps out, no I/O and no clock, so that the same bytes and faults always give
 * the same steps.
 */
export class FaultStream {
	readonly #faults: Fault[];
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
	/** The unit being held back because a fault is meant for it. */
	#held: number[] | null = null;
	#dropLeft = 0;
	#copy: { left: number; bytes: number[] } | null = null;

	constructor(direction: Direction, faults: Fault[]) {
		this.#faults = faults.filter((fault) => fault.direction === direction);
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
		const fault = this.#faults.find((candidate) => isUnitFault(candidate) && candidate.at.unit === this.#unit);
		if (fault === undefined || (ends && !this.#unitHasBytes)) this.#emit(byte);
		else {
			this.#held ??= [];
			this.#held.push(byte);
		}
		if (!ends) {
			this.#unitHasBytes = true;
			return;
		}
		if (!this.#unitHasBytes) return;
		if (fault !== undefined) this.#release(fault);
		this.#unit += 1;
		this.#unitHasBytes = false;
	}

	#release(fault: Fault): void {
		const bytes = this.#held ?? [];
		this.#held = null;
		this.fired.push(fault);
		if (fault.kind === 'drop') {
			// A frame's own closing delimiter stays: it may open the next one.
			if (this.#delimiter === 0) this.#emit(0);
			return;
		}
		for (let copy = 0; copy < 2; copy++) for (const byte of bytes) this.#emit(byte);
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
