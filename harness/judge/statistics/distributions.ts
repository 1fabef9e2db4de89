/**
 * Distribution functions and quantiles, accurate to about 1e-10 relative or better. Pure; nonsense
 * throws RangeError. Quantiles are found by halving an interval until two neighbouring doubles are left.
 */

import { checkCount, checkFinite, checkOpenShare, checkPositive, checkShare } from './check.ts';
import { betaOf, gammaTails, logBinomialTerm, logGamma, regularisedGammaUpper } from './special-functions.ts';

export { logGamma, regularisedBeta, regularisedGamma, regularisedGammaUpper } from './special-functions.ts';

/** Above so many degrees of freedom Student's t differs from the normal distribution by less than 1e-12. */
const NORMAL_DOF = 1e12;

/** P(Z > z) of a standard normal Z. */
function normalTail(z: number): number {
	if (z === Number.POSITIVE_INFINITY) return 0;
	if (z < 0) return 1 - normalTail(-z);
	return 0.5 * regularisedGammaUpper(0.5, (z * z) / 2);
}

/** P(Z <= z) of a standard normal Z (Abramowitz and Stegun 26.2.1 through 7.1.2 and 6.5.17). */
export function normalCdf(z: number): number {
	if (Number.isNaN(z)) throw new RangeError('normalCdf: z: expected a number, got NaN');
	return normalTail(-z);
}

/** The z with P(Z <= z) = p. @param p between 0 and 1; 0 and 1 give -Infinity and Infinity */
export function normalQuantile(p: number): number {
	checkShare('normalQuantile: p', p);
	return symmetricQuantile(p, normalTail);
}

/**
 * P(T <= t) of Student's t (Abramowitz and Stegun 26.7.1 and 26.5.27).
 *
 * @param dof degrees of freedom, above 0; Infinity is the normal distribution
 */
export function studentCdf(t: number, dof: number): number {
	if (Number.isNaN(t)) throw new RangeError('studentCdf: t: expected a number, got NaN');
	checkPositive('studentCdf: dof', dof, true);
	return studentTail(-t, dof);
}

function studentTail(t: number, dof: number): number {
	if (dof > NORMAL_DOF) return normalTail(t);
	if (t === Number.POSITIVE_INFINITY) return 0;
	if (t < 0) return 1 - studentTail(-t, dof);
	const square = t * t;
	if (square === Number.POSITIVE_INFINITY) return 0;
	return 0.5 * betaOf(dof / (dof + square), square / (dof + square), dof / 2, 0.5);
}

/** The t with P(T <= t) = p. @param p 0..1; @param dof above 0; Infinity is the normal distribution */
export function studentQuantile(p: number, dof: number): number {
	checkShare('studentQuantile: p', p);
	checkPositive('studentQuantile: dof', dof, true);
	return symmetricQuantile(p, (t) => studentTail(t, dof));
}

/** @param tail P(X > x) of a distribution symmetric about 0 */
function symmetricQuantile(p: number, tail: (x: number) => number): number {
	if (p === 0.5) return 0;
	if (p === 0) return Number.NEGATIVE_INFINITY;
	if (p === 1) return Number.POSITIVE_INFINITY;
	const share = Math.min(p, 1 - p);
	let high = 1;
	while (tail(high) > share && high < Number.MAX_VALUE / 4) high *= 2;
	const x = halve(high === 1 ? 0 : high / 2, high, (value) => tail(value) > share);
	return p < 0.5 ? -x : x;
}

/** The x with I_x(a, b) = p. @param p 0..1; @param a, @param b above 0 */
export function betaQuantile(p: number, a: number, b: number): number {
	checkShare('betaQuantile: p', p);
	checkPositive('betaQuantile: a', a);
	checkPositive('betaQuantile: b', b);
	if (p === 0 || p === 1) return p;
	return halve(0, 1, (x) => betaOf(x, 1 - x, a, b) < p);
}

/**
 * The x with P(X <= x) = p of a chi-square X.
 *
 * @param p 0..1; 1 gives Infinity; @param dof above 0
 */
export function chiSquareQuantile(p: number, dof: number): number {
	checkShare('chiSquareQuantile: p', p);
	checkPositive('chiSquareQuantile: dof', dof);
	if (p === 0) return 0;
	if (p === 1) return Number.POSITIVE_INFINITY;
	const below = (x: number) => {
		const { lower, upper } = gammaTails(dof / 2, x / 2);
		return p < 0.5 ? lower < p : upper > 1 - p;
	};
	let high = Math.max(1, dof);
	while (below(high)) high *= 2;
	return halve(0, high, below);
}

/** Halves [low, high] until no double lies between: the point up to which `below` holds. */
function halve(low: number, high: number, below: (x: number) => boolean): number {
	let from = low;
	let to = high;
	for (let step = 0; step < 1200; step++) {
		const middle = from + (to - from) / 2;
		if (middle <= from || middle >= to) break;
		if (below(middle)) from = middle;
		else to = middle;
	}
	return from + (to - from) / 2;
}

/**
 * P(Bin(n, p) <= k), as an incomplete beta function (Abramowitz and Stegun 26.5.24): right for n in the millions.
 *
 * @param k below 0 gives 0, n or above gives 1; @param n trials, 0 or more; @param p 0..1
 */
export function binomialCdf(k: number, n: number, p: number): number {
	checkFinite('binomialCdf: k', k);
	checkCount('binomialCdf: n', n);
	checkShare('binomialCdf: p', p);
	const whole = Math.floor(k);
	if (whole < 0) return 0;
	if (whole >= n) return 1;
	return betaOf(1 - p, p, n - whole, whole + 1);
}

/** ln P(Bin(n, p) = k). -Infinity where it is impossible. */
export function logBinomialPmf(k: number, n: number, p: number): number {
	checkCount('logBinomialPmf: n', n);
	checkCount('logBinomialPmf: k', k, 0, n);
	checkShare('logBinomialPmf: p', p);
	if (p === 0 || p === 1) return k === (p === 0 ? 0 : n) ? 0 : Number.NEGATIVE_INFINITY;
	if (k === 0) return n * Math.log1p(-p);
	if (k === n) return n * Math.log(p);
	return logBinomialTerm(k, n - k, p, 1 - p);
}

/** ln of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
	checkCount('logChoose: n', n);
	checkCount('logChoose: k', k, 0, n);
	return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** z such that a one-sided normal bound errs with probability alpha. */
export function normalCritical(alpha: number): number {
	checkOpenShare('normalCritical: alpha', alpha);
	return -normalQuantile(alpha);
}
