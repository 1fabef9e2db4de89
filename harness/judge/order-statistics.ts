/**
 * Exact, distribution-free bounds of a percentile (David and Nagaraja, Order Statistics, 3rd ed., 7.1): with x(1..n)
 * ascending, the number of samples above the true percentile is binomial, whatever the distribution.
 */

/** One-sided error of each bound. */
export const ALPHA = 0.05;

const MOST_SAMPLES = 200_000;

/** Ranks (1-based) of the samples that bound the p-quantile from below and above; null where n is too small. */
export interface BoundRanks {
	lower: number | null;
	upper: number | null;
}

/** @param n samples; @param p e.g. 0.99 */
export function boundRanks(n: number, p: number, alpha = ALPHA): BoundRanks {
	// Counted from the top: k samples lie above x(n-k), and k is Bin(n, 1-p).
	const upperFromTop = lastWhere(n, 1 - p, (cumulative) => cumulative <= alpha);
	const lowerFromTop = firstWhere(n, 1 - p, (cumulative) => cumulative >= 1 - alpha);
	return {
		upper: upperFromTop === null ? null : n - upperFromTop,
		lower: lowerFromTop === null || lowerFromTop >= n ? null : n - lowerFromTop,
	};
}

/** The smallest n at which a percentile has an upper bound at all: p^n <= alpha. 299 for p99. */
export function smallestDecidingCount(p: number, alpha = ALPHA): number {
	return Math.ceil(Math.log(alpha) / Math.log(p) - 1e-9);
}

/**
 * How many samples would probably decide, if as large a share of them lies above the limit as does now; null when the
 * true percentile seems to sit on the limit, or more than 200,000 would be needed.
 */
export function countToDecide(n: number, above: number, p: number, alpha = ALPHA): number | null {
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
 * One-sided lower bound of a proportion (Clopper and Pearson, 1934): the p at which k or more of n right ones would
 * still happen with probability alpha.
 */
export function proportionLowerBound(k: number, n: number, alpha = ALPHA): number {
	if (k === 0) return 0;
	return bisect((p) => atMost(n - k, n, 1 - p) < alpha);
}

/** One-sided upper bound of a proportion. */
export function proportionUpperBound(k: number, n: number, alpha = ALPHA): number {
	return 1 - proportionLowerBound(n - k, n, alpha);
}

/** P(Bin(n, q) <= k). */
export function atMost(k: number, n: number, q: number): number {
	let sum = 0;
	for (const { k: index, cumulative } of cumulatives(n, q)) {
		sum = cumulative;
		if (index >= k) break;
	}
	return k < 0 ? 0 : sum;
}

/** P(Bin(n, q) <= k) for k = 0, 1, ..., n; in logarithms, so that a thousandth power does not vanish. */
function* cumulatives(n: number, q: number): Generator<{ k: number; cumulative: number }> {
	if (q <= 0 || q >= 1) {
		for (let k = 0; k <= n; k++) yield { k, cumulative: q <= 0 || k === n ? 1 : 0 };
		return;
	}
	const logOdds = Math.log(q) - Math.log1p(-q);
	let logTerm = n * Math.log1p(-q);
	let cumulative = 0;
	for (let k = 0; k <= n; k++) {
		cumulative = Math.min(1, cumulative + Math.exp(logTerm));
		yield { k, cumulative };
		logTerm += Math.log((n - k) / (k + 1)) + logOdds;
	}
}

function lastWhere(n: number, q: number, holds: (cumulative: number) => boolean): number | null {
	let last: number | null = null;
	for (const { k, cumulative } of cumulatives(n, q)) {
		if (!holds(cumulative)) break;
		last = k;
	}
	return last;
}

function firstWhere(n: number, q: number, holds: (cumulative: number) => boolean): number | null {
	for (const { k, cumulative } of cumulatives(n, q)) if (holds(cumulative)) return k;
	return null;
}

/** The largest p in 0..1 for which `below` still holds; 60 halvings are beyond a double's precision. */
function bisect(below: (p: number) => boolean): number {
	let low = 0;
	let high = 1;
	for (let step = 0; step < 60; step++) {
		const middle = (low + high) / 2;
		if (below(middle)) low = middle;
		else high = middle;
	}
	return low;
}
