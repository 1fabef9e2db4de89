/** Bits of a stretch of bytes, from the most significant bit of each byte on. */
export class BitReader {
	readonly #bytes: Uint8Array;
	#bit = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	/** Bits taken so far. */
	get position(): number {
		return this.#bit;
	}

	/** 0 or 1; null after the last one. */
	next(): 0 | 1 | null {
		const byte = this.#bytes[this.#bit >> 3];
		if (byte === undefined) return null;
		const bit = (byte >> (7 - (this.#bit & 7))) & 1;
		this.#bit += 1;
		return bit as 0 | 1;
	}
}
