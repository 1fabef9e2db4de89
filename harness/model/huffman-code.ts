import type { BitReader } from './bit-reader.ts';
import { LONGEST_CODE } from './lnn-layout.ts';

/**
 * A canonical Huffman code: the lengths say it all (RFC 1951, 3.2.2). Codes of one length are consecutive numbers in the
 * order of their symbols, and begin after twice the last code of the length before.
 */
export interface HuffmanCode {
	/** By symbol; 0: it has no code. */
	lengths: Uint8Array;
	/** Codes of each length, 0 to 15. */
	counts: Uint16Array;
	/** Symbols by length, then by number. */
	symbols: Uint16Array;
}

export function huffmanCode(lengths: Uint8Array): HuffmanCode {
	const counts = new Uint16Array(LONGEST_CODE + 1);
	const coded = [...lengths.entries()].filter(([, length]) => length > 0);
	for (const [, length] of coded) counts[length] = (counts[length] ?? 0) + 1;
	const symbols = Uint16Array.from(
		coded.sort(([a, lengthA], [b, lengthB]) => lengthA - lengthB || a - b).map(([symbol]) => symbol),
	);
	return { lengths, counts, symbols };
}

/** Share of all bit strings that begin with a code of this one: 1 for a complete code, more for one that cannot be. */
export function usedShare({ counts }: HuffmanCode): number {
	return counts.reduce((sum, count, length) => sum + (length === 0 ? 0 : count * 2 ** -length), 0);
}

/** The next symbol; null where the bits end, or are no code (in a code of a single symbol). */
export function nextSymbol({ counts, symbols }: HuffmanCode, bits: BitReader): number | null {
	let code = 0;
	let first = 0;
	let before = 0;
	for (let length = 1; length <= LONGEST_CODE; length++) {
		const bit = bits.next();
		if (bit === null) return null;
		code = 2 * code + bit;
		const count = counts[length] ?? 0;
		if (code - first < count) return symbols[before + code - first] ?? null;
		before += count;
		first = 2 * (first + count);
	}
	return null;
}
