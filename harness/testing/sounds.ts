import { Random } from './random.ts';

/** A gliding tone with a little noise, nowhere silent: seeded, so that each test hears the same. */
export function tone(samples: number, seed = 1): Int16Array {
	const random = new Random(seed);
	const step = 0.02 + random.between(0, 100) / 1000;
	return Int16Array.from({ length: samples }, (_, i) => {
		const sample = 9000 * Math.sin(i * step * (1 + i / 40_000)) + random.between(-300, 300);
		return Math.round(sample) || 1; // exact zeros would become SILENCE frames
	});
}

/** The same with exact zeros from sample `from` to before `to`. */
export function toneWithPause(samples: number, from: number, to: number, seed = 1): Int16Array {
	return tone(samples, seed).fill(0, from, to);
}
