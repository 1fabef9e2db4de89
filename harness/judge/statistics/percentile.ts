/**
 * Exact, distribution-free bounds of a percentile within one session (David and Nagaraja, Order Statistics, 3rd ed.,
 * 7.1): with x(1..n) ascending, the number of samples above the true percentile is binomial, whatever the
 * distribution. The samples are taken as independent draws of one distribution.
 */

import { checkCount, checkOpenShare, checkSorted } from './check.ts';
import { binomialCdf } from './distributions.ts';

/** One-sided error of each bound. */
export const ALPHA = 0.05;

const MOST_SAMPLES = 200_000;

/** A cumulative probability counts as equal to alpha within this share of it: 1/32 stays 1/32 after rounding. */
const ROUNDING = 1e-12;

/** Ranks (1-based) of the samples that bound the p-quantile from below and above; null where n is too small. */
export interface BoundRanks {
	lower: number | null;
	upper: number | null;
}

/**
 * Upper rank: the least r with P(Bin(n, p) <= r - 1) >= 1 - alpha. Lower rank: the greatest r with
 * P(Bin(n, p) <= r - 1) <= alpha. (David and Nagaraja, 7.1.)
 *
 * @param n samples, 1 or more; @param p the percentile as a fraction, e.g. 0.99; @param alpha one-sided error of each
 * @throws RangeError for n < 1, p or alpha outside 0..1
 */
export function boundRanks(n: number, p: number, alpha = ALPHA): BoundRanks {
	checkCount('boundRanks: n', n, 1);
	checkOpenShare('boundRanks: p', p);
	checkOpenShare('boundRanks: alpha', alpha);
	// Counted from the top for the upper rank: k samples lie above x(n-k), and k is Bin(n, 1-p).
	const aboveAtMost = lastWhere(n, (k) => binomialCdf(k, n, 1 - p) <= alpha * (1 + ROUNDING));
	const belowAtMost = lastWhere(n, (k) => binomialCdf(k, n, p) <= alpha * (1 + ROUNDING));
	return {
		upper: aboveAtMost === null ? null : n - aboveAtMost,
		lower: belowAtMost === null ? null : belowAtMost + 1,
	};
}

/** The greatest k of 0 ... n - 1 for which a condition that holds up to some k holds. */
function lastWhere(n: number, holds: (k: number) => boolean): number | null {
	if (!holds(0)) return null;
	let low = 0;
	let high = n;
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (holds(middle)) low = middle;
		else high = middle;
	}
	return low;
}

/**
 * The smallest n at which a percentile has an upper bound at all: p^n <= alpha. 59 for p95, 299 for p99.
 *
 * @param p the percentile as a fraction; @param alpha one-sided error
 */
export function smallestDecidingCount(p: number, alpha = ALPHA): number {
	checkOpenShare('smallestDecidingCount: p', p);
	checkOpenShare('smallestDecidingCount: alpha', alpha);
	return Math.max(1, Math.ceil(Math.log(alpha) / Math.log(p) - 1e-9));
}

/**
 * How many samples would probably decide, if as large a share of them lies above the limit as does now; null when the
 * true percentile seems to sit on the limit, or more than 200,000 would be needed.
 *
 * @param n samples so far; @param above how many of them are over the limit; @param p the percentile as a fraction
 */
export function countToDecide(n: number, above: number, p: number, alpha = ALPHA): number | null {
	checkCount('countToDecide: n', n, 1);
	checkCount('countToDecide: above', above, 0, n);
	const share = above / n;
	for (
		let size = Math.max(n + 1, smallestDecidingCount(p, alpha));
		size <= MOST_SAMPLES;
		size = Math.ceil(size * 1.1)
	) {
		const expected = Math.round(share * size);
		const ranks = boundRanks(size, p, alpha);
		if (ranks.upper !== null && expected <= size - ranks.upper) return size;
		if (ranks.lower !== null && expected >= size - ranks.lower + 1) return size;
	}
	return null;
}

/**
 * The median-unbiased sample percentile: definition 8 of Hyndman and Fan, Sample Quantiles in Statistical Packages
 * (The American Statistician 50, 1996); the position is (m + 1/3) p + 1/3.
 *
 * @param sorted ascending, at least one; @param p 0..1 excluded
 * @returns in the unit of the samples; the smallest or largest sample where the position lies outside them
 */
export function medianUnbiasedPercentile(sorted: ArrayLike<number>, p: number): number {
	checkOpenShare('medianUnbiasedPercentile: p', p);
	checkSorted('medianUnbiasedPercentile: sorted', sorted);
	return samplePercentileAt(sorted, (sorted.length + 1 / 3) * p + 1 / 3);
}

/**
 * The sample at a position between ranks, interpolated; the smallest or largest where the position lies outside.
 *
 * @param sorted ascending, at least one; @param position 1-based; (m + 1/3) p + 1/3 is type 8, m p + 1/2 type 5,
 * (m + 1) p type 6
 */
export function samplePercentileAt(sorted: ArrayLike<number>, position: number): number {
	const inside = Math.min(sorted.length, Math.max(1, position));
	const rank = Math.floor(inside);
	const below = sorted[rank - 1] as number;
	const above = sorted[Math.min(sorted.length, rank + 1) - 1] as number;
	return below + (inside - rank) * (above - below);
}

/** The samples at boundRanks, in the samples' unit; null where n is too small for a bound. */
export interface PercentileBounds {
	lower: number | null;
	upper: number | null;
	lowerRank: number | null;
	upperRank: number | null;
}

/**
 * One-sided bounds of the p-quantile of what the samples were drawn from, each wrong with probability alpha at most.
 *
 * @param sorted ascending, at least one; @param p the percentile as a fraction; @param alpha one-sided error of each
 */
export function percentileBounds(sorted: ArrayLike<number>, p: number, alpha = ALPHA): PercentileBounds {
	checkSorted('percentileBounds: sorted', sorted);
	const { lower, upper } = boundRanks(sorted.length, p, alpha);
	const at = (rank: number | null) => (rank === null ? null : (sorted[rank - 1] as number));
	return { lower: at(lower), upper: at(upper), lowerRank: lower, upperRank: upper };
}
