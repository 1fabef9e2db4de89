/** By how much two builds differ: Hodges-Lehmann estimates with exact bounds. */

import { checkCount, checkOpenShare, checkValues } from './check.ts';
import { normalCritical } from './distributions.ts';
import { ALPHA } from './percentile.ts';
import { rankSumCdf } from './rank-sum.ts';

/** Up to so many pairs, or values a side, the rank distribution is counted out; above it is taken as normal. */
const MOST_EXACT = 50;

/** A cumulative probability counts as equal to alpha within this share of it. */
const ROUNDING = 1e-12;

export interface Shift {
	estimate: number;
	/** null where even the widest interval would err more often than alpha. */
	lower: number | null;
	upper: number | null;
}

/**
 * Paired: median of the Walsh averages of the differences, bounded by inverting the signed-rank test (Hodges and
 * Lehmann, Annals of Mathematical Statistics 34, 1963; Hollander, Wolfe and Chicken, Nonparametric Statistical Methods,
 * 3rd ed., 3.2 and 3.3). Exact for differences symmetric about the shift, up to 50 pairs.
 *
 * @param differences one per pair, e.g. ln(B/A), at least one; @param alpha one-sided error of each bound
 */
export function hodgesLehmann(differences: readonly number[], alpha = ALPHA): Shift {
	checkValues('hodgesLehmann: differences', differences);
	const averages: number[] = [];
	differences.forEach((first, index) => {
		for (const second of differences.slice(index)) averages.push((first + second) / 2);
	});
	return centre(averages, signedRankCritical(differences.length, alpha));
}

/**
 * The greatest c with P(W+ <= c) <= alpha for n pairs; null when there is none. 0, 11, 75 for 6, 12, 24 pairs at 0.05/3.
 *
 * @param n pairs, 1 or more
 */
export function signedRankCritical(n: number, alpha = ALPHA): number | null {
	checkCount('signedRankCritical: n', n, 1);
	checkOpenShare('signedRankCritical: alpha', alpha);
	if (n <= MOST_EXACT) return lastWithin(signedRankCdf(n), alpha);
	const sd = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
	return Math.floor((n * (n + 1)) / 4 - normalCritical(alpha) * sd - 0.5);
}

/** P(W+ <= c) for c = 0 ... n(n+1)/2: each rank is in the sum or not, with 1/2. */
export function signedRankCdf(n: number): Float64Array {
	checkCount('signedRankCdf: n', n, 1, MOST_EXACT);
	const share = new Float64Array((n * (n + 1)) / 2 + 1);
	share[0] = 1;
	for (let rank = 1; rank <= n; rank++) {
		for (let sum = share.length - 1; sum >= 0; sum--) {
			const without = share[sum] as number;
			share[sum] = (without + (sum >= rank ? (share[sum - rank] as number) : 0)) / 2;
		}
	}
	for (let sum = 1; sum < share.length; sum++)
		share[sum] = Math.min(1, (share[sum] as number) + (share[sum - 1] as number));
	return share;
}

/**
 * Unpaired: median of all differences b - a, bounded by inverting the Mann-Whitney test (Hollander, Wolfe and Chicken,
 * 4.2 and 4.3). Exact for distributions of one shape, up to 50 values a side.
 *
 * @param a, b one value per session, at least one each; @returns b less a, in their unit
 */
export function twoSampleShift(a: readonly number[], b: readonly number[], alpha = ALPHA): Shift {
	checkValues('twoSampleShift: a', a);
	checkValues('twoSampleShift: b', b);
	checkOpenShare('twoSampleShift: alpha', alpha);
	const differences = a.flatMap((first) => b.map((second) => second - first));
	return centre(differences, rankSumCritical(a.length, b.length, alpha));
}

function rankSumCritical(sizeA: number, sizeB: number, alpha: number): number | null {
	if (Math.max(sizeA, sizeB) <= MOST_EXACT) return lastWithin(rankSumCdf(sizeA, sizeB), alpha);
	const product = sizeA * sizeB;
	const critical = product / 2 - normalCritical(alpha) * Math.sqrt((product * (sizeA + sizeB + 1)) / 12) - 0.5;
	return critical < 0 ? null : Math.floor(critical);
}

function lastWithin(cdf: Float64Array, alpha: number): number | null {
	let last: number | null = null;
	for (let c = 0; c < cdf.length && (cdf[c] as number) <= alpha * (1 + ROUNDING); c++) last = c;
	return last;
}

/** @param values Walsh averages or differences; @param critical how many of them a bound leaves out */
function centre(values: readonly number[], critical: number | null): Shift {
	const sorted = Float64Array.from(values).sort();
	const count = sorted.length;
	const middle = ((sorted[Math.floor((count - 1) / 2)] as number) + (sorted[Math.floor(count / 2)] as number)) / 2;
	if (critical === null || critical >= count) return { estimate: middle, lower: null, upper: null };
	return {
		estimate: middle,
		lower: sorted[critical] as number,
		upper: sorted[count - 1 - critical] as number,
	};
}
