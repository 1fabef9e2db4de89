/** Adaptive retransmission time-out after RFC 6298: smoothed round trip plus four deviations, doubled on each time-out. */
export class RoundTrip {
	readonly #leastMs: number;
	readonly #mostMs: number;
	#smoothedMs: number | null = null;
	#deviationMs = 0;
	#timeoutMs: number;

	constructor(firstMs: number, leastMs: number, mostMs: number) {
		this.#timeoutMs = firstMs;
		this.#leastMs = leastMs;
		this.#mostMs = mostMs;
	}

	get timeoutMs(): number {
		return this.#timeoutMs;
	}

	/** A frame sent once was acknowledged after so long (frames sent twice tell nothing: Karn's rule). */
	measured(ms: number): void {
		if (this.#smoothedMs === null) {
			this.#smoothedMs = ms;
			this.#deviationMs = ms / 2;
		} else {
			this.#deviationMs += (Math.abs(ms - this.#smoothedMs) - this.#deviationMs) / 4;
			this.#smoothedMs += (ms - this.#smoothedMs) / 8;
		}
		this.#timeoutMs = this.#clamp(this.#smoothedMs + 4 * this.#deviationMs);
	}

	timedOut(): void {
		this.#timeoutMs = this.#clamp(this.#timeoutMs * 2);
	}

	#clamp(ms: number): number {
		return Math.min(Math.max(ms, this.#leastMs), this.#mostMs);
	}
}
