/** Bounds from bootstrap draws. */

import { checkOpenShare, checkSorted } from './check.ts';
import { normalCdf, normalQuantile, studentQuantile } from './distributions.ts';

/**
 * One-sided level at which the percentile of a bootstrap of n units errs with alpha for a normal mean: the bootstrap's own
 * spread is too small by (n - 1) / n and it knows no Student's t (Hesterberg, The American Statistician 69, 2015, 3.3).
 *
 * @param units 2 or more
 */
export function expandedLevel(alpha: number, units: number): number {
	return normalCdf(-Math.sqrt(units / (units - 1)) * studentQuantile(1 - alpha, units - 1));
}

/** The draw at a one-sided level from below. @param draws ascending; @param level 0..1 */
export function drawAt(draws: Float64Array, level: number): number {
	const rank = Math.floor(level * (draws.length + 1));
	return draws[Math.min(draws.length, Math.max(1, rank)) - 1] as number;
}

/**
 * Upper bound with the corrections for bias and skewness of Efron (Better Bootstrap Confidence Intervals, JASA 82, 1987:
 * BCa).
 *
 * @param draws ascending, of the statistic; @param estimate the statistic of the data themselves
 * @param influences of each unit on the statistic, up to a common factor; @param alpha one-sided error
 */
export function bcaUpperBound(
	draws: Float64Array,
	estimate: number,
	influences: readonly number[],
	alpha: number,
): number {
	checkSorted('bcaUpperBound: draws', draws);
	checkOpenShare('bcaUpperBound: alpha', alpha);
	let cubes = 0;
	let squares = 0;
	for (const influence of influences) {
		cubes += influence ** 3;
		squares += influence ** 2;
	}
	const acceleration = squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
	const below = draws.filter((draw) => draw < estimate).length + draws.filter((draw) => draw === estimate).length / 2;
	const share = Math.min(draws.length - 1, Math.max(1, below)) / draws.length;
	const bias = normalQuantile(share);
	const z = bias + normalQuantile(1 - alpha);
	const denominator = 1 - acceleration * z;
	// So skewed that the transformation has no such level: the largest draw is the most that can be said.
	if (denominator <= 0) return drawAt(draws, 1);
	return drawAt(draws, normalCdf(bias + z / denominator));
}
