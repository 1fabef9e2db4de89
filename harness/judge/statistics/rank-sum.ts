/** Two unpaired samples: which is larger (Mann-Whitney), exact for small ones. */

import { checkCount, checkValues } from './check.ts';
import { normalCdf } from './distributions.ts';

/** Up to so many values in all the distribution is counted out, ties and all. */
const MOST_EXACT = 50;

/** U counts pairs (a, b) with a > b, ties as halves. */
export interface RankSum {
	u: number;
	pTwoSided: number;
	exact: boolean;
}

/**
 * Mann-Whitney test that two samples come from one distribution (Mann and Whitney, Annals of Mathematical Statistics
 * 18, 1947). Exact up to 50 values in all, given the ties (Lehmann, Nonparametrics, 1.4); above that normal with the
 * corrections for ties and continuity (Lehmann, 1.5). Two-sided p is twice the smaller tail.
 *
 * @param a, b one value per session, any unit, at least one each
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): RankSum {
	checkValues('mannWhitney: a', a);
	checkValues('mannWhitney: b', b);
	const ranks = doubledMidranks([...a, ...b]);
	const rankSum = ranks.slice(0, a.length).reduce((sum, rank) => sum + rank, 0);
	const u = rankSum / 2 - (a.length * (a.length + 1)) / 2;
	if (ranks.length <= MOST_EXACT) {
		const counts = subsetSums(ranks, a.length);
		const total = counts.reduce((sum, count) => sum + count, 0);
		const below = counts.slice(0, rankSum + 1).reduce((sum, count) => sum + count, 0);
		const above = counts.slice(rankSum).reduce((sum, count) => sum + count, 0);
		return { u, pTwoSided: Math.min(1, (2 * Math.min(below, above)) / total), exact: true };
	}
	return { u, pTwoSided: normalP(u, ranks, a.length), exact: false };
}

/** Twice the rank of each value, ties sharing their mean rank: whole numbers. */
function doubledMidranks(values: readonly number[]): number[] {
	const order = values.map((_, index) => index).sort((x, y) => (values[x] as number) - (values[y] as number));
	const ranks = new Array<number>(values.length).fill(0);
	for (let start = 0; start < order.length; ) {
		let end = start + 1;
		while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
		for (let at = start; at < end; at++) ranks[order[at] as number] = start + 1 + end;
		start = end;
	}
	return ranks;
}

/** counts[s] = number of ways to choose `size` of the weights with sum s. Exact up to 2^53. */
function subsetSums(weights: readonly number[], size: number): number[] {
	const most = weights.reduce((sum, weight) => sum + weight, 0);
	const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
	(ways[0] as Float64Array)[0] = 1;
	for (const weight of weights) {
		for (let chosen = size; chosen >= 1; chosen--) {
			const from = ways[chosen - 1] as Float64Array;
			const to = ways[chosen] as Float64Array;
			for (let sum = most; sum >= weight; sum--) to[sum] = (to[sum] as number) + (from[sum - weight] as number);
		}
	}
	return [...(ways[size] as Float64Array)];
}

function normalP(u: number, doubledRanks: readonly number[], sizeA: number): number {
	const n = doubledRanks.length;
	const product = sizeA * (n - sizeA);
	const tied = new Map<number, number>();
	for (const rank of doubledRanks) tied.set(rank, (tied.get(rank) ?? 0) + 1);
	const ties = [...tied.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
	const variance = (product / 12) * (n + 1 - ties / (n * (n - 1)));
	if (variance === 0) return 1;
	const distance = Math.max(0, Math.abs(u - product / 2) - 0.5);
	return Math.min(1, 2 * normalCdf(-distance / Math.sqrt(variance)));
}

/**
 * P(U <= u) for u = 0 ... sizeA sizeB, without ties, by the recurrence of Mann and Whitney (1947) in its generating
 * form.
 *
 * @param sizeA, sizeB 1 or more
 */
export function rankSumCdf(sizeA: number, sizeB: number): Float64Array {
	checkCount('rankSumCdf: sizeA', sizeA, 1);
	checkCount('rankSumCdf: sizeB', sizeB, 1);
	const most = sizeA * sizeB;
	const share = new Float64Array(most + 1);
	share[0] = 1;
	// The product over i of (1 - x^(sizeB + i)) / (1 - x^i), scaled at each step to stay a probability.
	for (let i = 1; i <= sizeA; i++) {
		const top = sizeB + i;
		for (let u = most; u >= top; u--) share[u] = (share[u] as number) - (share[u - top] as number);
		for (let u = i; u <= most; u++) share[u] = (share[u] as number) + (share[u - i] as number);
		for (let u = 0; u <= most; u++) share[u] = ((share[u] as number) * i) / top;
	}
	for (let u = 1; u <= most; u++) share[u] = Math.min(1, (share[u] as number) + (share[u - 1] as number));
	return share;
}
