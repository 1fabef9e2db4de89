/** Longer clips (4.6 hours of 16 ms hops) have no levels: a run length in a forged capture costs 8 bytes to write. */
const MOST_HOPS = 2 ** 20;

/** Mean square of each whole hop of a clip, as the device heard it, from its samples in order. Constant memory a hop. */
export class HopLevels {
	readonly #hop: number;
	#meanSquares: number[] = [];
	#sum = 0;
	#count = 0;

	/** @param hop samples a hop; 0: none are formed */
	constructor(hop: number) {
		this.#hop = hop;
	}

	push(samples: Int16Array): void {
		if (!this.#open) return;
		for (const sample of samples) {
			this.#sum += sample * sample;
			this.#count += 1;
			if (this.#count === this.#hop) this.#close();
		}
	}

	pushZeros(samples: number): void {
		let left = samples;
		while (left > 0 && this.#open) {
			const taken = Math.min(left, this.#hop - this.#count);
			left -= taken;
			this.#count += taken;
			if (this.#count === this.#hop) this.#close();
		}
	}

	/** One for each whole hop, of 16-bit samples squared; null where there were too many. */
	get meanSquares(): Float64Array | null {
		return this.#open ? Float64Array.from(this.#meanSquares) : null;
	}

	get #open(): boolean {
		return this.#hop > 0 && this.#meanSquares.length <= MOST_HOPS;
	}

	#close(): void {
		this.#meanSquares.push(this.#sum / this.#hop);
		this.#sum = 0;
		this.#count = 0;
	}
}
