/**
 * Small seeded generator for tests (xorshift32, Marsaglia 2003): the same seed gives the same run on every machine. Not
 * for statistics.
 */
export class Random {
	#state: number;

	constructor(seed: number) {
		// Neighbouring seeds must not give neighbouring streams; and the state must not be 0.
		this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
		for (let i = 0; i < 8; i++) this.next();
	}

	/** Uniform in 0 to 2^32 - 1. */
	next(): number {
		let x = this.#state;
		x ^= x << 13;
		x ^= x >>> 17;
		x ^= x << 5;
		this.#state = x >>> 0;
		return this.#state;
	}

	/** Whole number from `from` to `to`, both included. */
	between(from: number, to: number): number {
		return from + (this.next() % (to - from + 1));
	}

	pick<Item>(items: readonly Item[]): Item {
		return items[this.next() % items.length] as Item;
	}

	bytes(count: number): Uint8Array {
		return Uint8Array.from({ length: count }, () => this.next() & 0xff);
	}
}
