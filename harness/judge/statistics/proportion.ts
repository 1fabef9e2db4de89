/** A proportion against a limit: what decides (Clopper-Pearson), what is shown (Wilson), what would decide. */

import { checkCount, checkOpenShare } from './check.ts';
import { betaQuantile, logChoose, normalCritical } from './distributions.ts';
import { ALPHA } from './percentile.ts';

const MOST_TRIALS = 1_000_000;

/**
 * One-sided lower bound of a proportion: the p at which k or more of n would still happen with probability alpha.
 * Clopper and Pearson, Biometrika 26 (1934), as a beta quantile. Never wrong more often than alpha.
 *
 * @param k successes, 0..n; @param n trials, 1 or more; @param alpha one-sided error
 * @returns 0..1
 */
export function proportionLowerBound(k: number, n: number, alpha = ALPHA): number {
	checkTrials('proportionLowerBound', k, n, alpha);
	return k === 0 ? 0 : betaQuantile(alpha, k, n - k + 1);
}

/** One-sided upper bound of a proportion (Clopper and Pearson, 1934). Arguments as proportionLowerBound. */
export function proportionUpperBound(k: number, n: number, alpha = ALPHA): number {
	checkTrials('proportionUpperBound', k, n, alpha);
	return k === n ? 1 : 1 - betaQuantile(alpha, n - k, k + 1);
}

/**
 * Two-sided score interval, to show beside a proportion (Wilson, JASA 22, 1927). It covers on average, not always:
 * it does not decide.
 *
 * @param confidence two-sided, e.g. 0.95
 */
export function wilsonInterval(k: number, n: number, confidence = 0.95): { low: number; high: number } {
	checkOpenShare('wilsonInterval: confidence', confidence);
	checkTrials('wilsonInterval', k, n, 1 - confidence);
	const z = normalCritical((1 - confidence) / 2);
	const share = k / n;
	const centre = share + (z * z) / (2 * n);
	const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
	const scale = 1 + (z * z) / n;
	return {
		low: k === 0 ? 0 : Math.max(0, (centre - half) / scale),
		high: k === n ? 1 : Math.min(1, (centre + half) / scale),
	};
}

/**
 * Upper bound of the share of misses (hops over a `max` limit). With none of n missed it is 1 - alpha^(1/n), the exact
 * form of the rule of three (Hanley and Lippman-Hand, JAMA 249, 1983).
 *
 * @param missed 0..n; @param n 1 or more; @returns 0..1
 */
export function missRateBound(missed: number, n: number, alpha = ALPHA): number {
	return proportionUpperBound(missed, n, alpha);
}

/**
 * How many trials would probably decide, at the share seen so far; null when the true share seems to sit on the limit,
 * or more than a million would be needed.
 *
 * @param k successes so far, 0..n; @param limitFraction 0..1 excluded; @param direction `at-least`: the share must be
 * at least the limit; `at-most`: at most
 */
export function trialsToDecide(
	k: number,
	n: number,
	limitFraction: number,
	direction: 'at-least' | 'at-most',
	alpha = ALPHA,
): number | null {
	checkTrials('trialsToDecide', k, n, alpha);
	checkOpenShare('trialsToDecide: limitFraction', limitFraction);
	for (let size = n + 1; size <= MOST_TRIALS; size = Math.ceil(size * 1.05)) {
		const expected = Math.round((k / n) * size);
		const lower = proportionLowerBound(expected, size, alpha);
		const upper = proportionUpperBound(expected, size, alpha);
		const decided =
			direction === 'at-least'
				? lower >= limitFraction || upper < limitFraction
				: upper <= limitFraction || lower > limitFraction;
		if (decided) return size;
	}
	return null;
}

export interface ShareBounds {
	estimate: number;
	lower: number;
	upper: number;
}

/**
 * Bounds of the share right in a finite set of which a random part was tried, without replacement (Buonaccorsi, The
 * American Statistician 41, 1987): Clopper-Pearson with the hypergeometric distribution.
 *
 * @param right of those tried; @param tried clips tried, 1..size; @param size clips in the whole set
 * @returns shares of the whole set, 0..1; exact when all were tried
 */
export function hypergeometricBounds(right: number, tried: number, size: number, alpha = ALPHA): ShareBounds {
	checkCount('hypergeometricBounds: size', size, 1);
	checkCount('hypergeometricBounds: tried', tried, 1, size);
	checkTrials('hypergeometricBounds', right, tried, alpha);
	return {
		estimate: right / tried,
		lower: fewestRight(right, tried, size, alpha) / size,
		upper: (size - fewestRight(tried - right, tried, size, alpha)) / size,
	};
}

/** The fewest right in the set with which `right` or more of those tried still happen with more than alpha. */
function fewestRight(right: number, tried: number, size: number, alpha: number): number {
	let low = right;
	let high = size - (tried - right);
	while (low < high) {
		const middle = Math.floor((low + high) / 2);
		if (atLeast(right, tried, middle, size) > alpha) high = middle;
		else low = middle + 1;
	}
	return low;
}

/** P(X >= k): X right among `tried`, drawn from `size` of which `right` are right. */
function atLeast(k: number, tried: number, right: number, size: number): number {
	const most = Math.min(tried, right);
	const whole = logChoose(size, tried);
	let sum = 0;
	for (let x = Math.max(k, tried - (size - right)); x <= most; x++)
		sum += Math.exp(logChoose(right, x) + logChoose(size - right, tried - x) - whole);
	return Math.min(1, sum);
}

function checkTrials(what: string, k: number, n: number, alpha: number): void {
	checkCount(`${what}: n`, n, 1);
	checkCount(`${what}: k`, k, 0, n);
	checkOpenShare(`${what}: alpha`, alpha);
}

export { type ClusteredProportion, clusteredProportion, FEWEST_CLUSTERS } from './clustered-proportion.ts';
