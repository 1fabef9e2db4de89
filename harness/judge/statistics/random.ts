/**
 * Repeatable random numbers: xoshiro128** (Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, ACM
 * TOMS 47, 2021), its state filled from the seed by SplitMix (Steele, Lea and Flood, OOPSLA 2014) in its 32-bit form.
 * The same seed gives the same numbers on every machine. Not for secrets.
 */

import { checkCount } from './check.ts';

export interface Random {
	/** In [0, 1), 53 bits. */
	uniform(): number;
	/** 0 ... below - 1, each equally likely. @param below 1 ... 2^32 */
	integer(below: number): number;
	/** Standard normal: mean 0, standard deviation 1. */
	normal(): number;
}

/** @param seed a whole number, 0 ... 2^53 - 1 */
export function seededRandom(seed: number): Random {
	checkCount('seededRandom: seed', seed);
	const fill = splitMix((seed % 2 ** 32) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1));
	const next = xoshiro128([fill(), fill(), fill(), fill()]);
	let spare: number | null = null;
	const uniform = () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
	return {
		uniform,
		integer(below) {
			checkCount('integer: below', below, 1, 2 ** 32);
			// Numbers past the last full multiple are drawn again, or small results would be likelier.
			const limit = 2 ** 32 - (2 ** 32 % below);
			for (;;) {
				const drawn = next();
				if (drawn < limit) return drawn % below;
			}
		},
		normal() {
			if (spare !== null) {
				const value = spare;
				spare = null;
				return value;
			}
			// The polar method (Marsaglia and Bray, 1964) gives two at a time.
			for (;;) {
				const x = 2 * uniform() - 1;
				const y = 2 * uniform() - 1;
				const square = x * x + y * y;
				if (square >= 1 || square === 0) continue;
				const scale = Math.sqrt((-2 * Math.log(square)) / square);
				spare = y * scale;
				return x * scale;
			}
		},
	};
}

/** The generator itself: 32 bits at each call. @param state four 32-bit words, not all 0 */
export function xoshiro128(state: readonly [number, number, number, number]): () => number {
	let [a, b, c, d] = state.map((word) => word | 0) as [number, number, number, number];
	return () => {
		const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
		const shifted = b << 9;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = rotate(d, 11);
		return result;
	};
}

const rotate = (word: number, by: number) => (word << by) | (word >>> (32 - by));

/** 32-bit SplitMix: a counter with the golden ratio as its step, mixed by the MurmurHash3 finaliser. */
function splitMix(seed: number): () => number {
	let counter = seed | 0;
	return () => {
		counter = (counter + 0x9e3779b9) | 0;
		let word = counter;
		word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
		word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
		return (word ^ (word >>> 16)) >>> 0;
	};
}
