/**
 * Distribution functions and quantiles, accurate to about 1e-10 relative or better. Pure; nonsense
 * throws RangeError. Quantiles are found by halving an interval until two neighbouring doubles are left.
 */

import { checkCount, checkFinite, checkOpenShare, checkPositive, checkShare } from './check.ts';

const LOG_SQRT_2PI = 0.9189385332046727;
const TINY = 1e-300;
const MOST_TERMS = 1_000_000;

/** Above so many degrees of freedom Student's t differs from the normal distribution by less than 1e-12. */
const NORMAL_DOF = 1e12;

/** Coefficients B(2k) / (2k (2k - 1)) of Stirling's series, k = 1...8. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;

/**
 * ln Gamma(x). Stirling's series (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.40), reached from
 * small x by the recurrence 6.1.15.
 *
 * @param x above 0
 */
export function logGamma(x: number): number {
	checkPositive('logGamma: x', x);
	let product = 1;
	let shifted = x;
	while (shifted < 15) {
		product *= shifted;
		shifted += 1;
	}
	return (shifted - 0.5) * Math.log(shifted) - shifted + LOG_SQRT_2PI + stirlingSeries(shifted) - Math.log(product);
}

function stirlingSeries(x: number): number {
	const inverseSquare = 1 / (x * x);
	let sum = 0;
	for (let k = STIRLING.length - 1; k >= 0; k--) sum = sum * inverseSquare + (STIRLING[k] as number);
	return sum / x;
}

/**
 * I_x(a, b), the regularised incomplete beta function: the distribution function of Beta(a, b) at x. Continued
 * fraction of Abramowitz and Stegun 26.5.8 by the modified Lentz method (Numerical Recipes, 3rd ed., 5.2 and 6.4).
 *
 * @param x 0..1; @param a, @param b above 0
 */
export function regularisedBeta(x: number, a: number, b: number): number {
	checkShare('regularisedBeta: x', x);
	checkPositive('regularisedBeta: a', a);
	checkPositive('regularisedBeta: b', b);
	return betaOf(x, 1 - x, a, b);
}

/** As regularisedBeta, with y = 1 - x given apart so that neither loses its digits when it is small. */
function betaOf(x: number, y: number, a: number, b: number): number {
	if (x <= 0) return 0;
	if (y <= 0) return 1;
	if (x > (a + 1) / (a + b + 2)) return 1 - betaOf(y, x, b, a);
	const front = (Math.exp(logBinomialTerm(a, b, x, y)) * b) / (a + b);
	return Math.min(1, front * betaFraction(x, a, b));
}

function betaFraction(x: number, a: number, b: number): number {
	let c = 1;
	let d = notZero(1 - ((a + b) * x) / (a + 1));
	d = 1 / d;
	let fraction = d;
	for (let m = 1; m <= MOST_TERMS; m++) {
		const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
		d = 1 / notZero(1 + even * d);
		c = notZero(1 + even / c);
		fraction *= d * c;
		const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / notZero(1 + odd * d);
		c = notZero(1 + odd / c);
		const change = d * c;
		fraction *= change;
		if (Math.abs(change - 1) < 1e-15) break;
	}
	return fraction;
}

const notZero = (value: number) => (Math.abs(value) < TINY ? TINY : value);

/**
 * ln of Gamma(a+b+1) / (Gamma(a+1) Gamma(b+1)) x^a y^b: a binomial probability with a successes and b failures. The
 * saddle-point form of Loader, Fast and Accurate Computation of Binomial Probabilities (2000), keeps all digits where
 * the difference of three large logarithms would lose them.
 */
function logBinomialTerm(a: number, b: number, x: number, y: number): number {
	const n = a + b;
	const errors = stirlingError(n) - stirlingError(a) - stirlingError(b);
	const spread = 0.5 * Math.log(n / (a * b)) - LOG_SQRT_2PI;
	return errors + spread - deviance(a, n * x) - deviance(b, n * y);
}

/** ln Gamma(x + 1) less its leading Stirling term. */
function stirlingError(x: number): number {
	if (x >= 15) return stirlingSeries(x);
	return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - LOG_SQRT_2PI;
}

/** x ln(x / mean) + mean - x, by its series where x is near the mean. */
function deviance(x: number, mean: number): number {
	const ratio = (x - mean) / (x + mean);
	if (Math.abs(ratio) > 0.1) return x * Math.log(x / mean) + mean - x;
	let sum = (x - mean) * ratio;
	let power = 2 * x * ratio;
	for (let k = 1; k < 1000; k++) {
		power *= ratio * ratio;
		const next = sum + power / (2 * k + 1);
		if (next === sum) break;
		sum = next;
	}
	return sum;
}

/**
 * P(a, x), the lower regularised incomplete gamma function: the distribution function of Gamma(a, 1) at x. Series
 * Abramowitz and Stegun 6.5.29 below a + 1, continued fraction 6.5.31 above.
 *
 * @param a above 0; @param x 0 or more
 */
export function regularisedGamma(a: number, x: number): number {
	return gammaTails(a, x).lower;
}

/** 1 - P(a, x), without the loss of digits where it is small. */
export function regularisedGammaUpper(a: number, x: number): number {
	return gammaTails(a, x).upper;
}

function gammaTails(a: number, x: number): { lower: number; upper: number } {
	checkPositive('regularisedGamma: a', a);
	if (!(x >= 0)) throw new RangeError(`regularisedGamma: x: expected a number of 0 or more, got ${x}`);
	if (x === 0) return { lower: 0, upper: 1 };
	if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
	// x^a e^-x / Gamma(a + 1), again in Loader's form.
	const front = Math.exp(-stirlingError(a) - deviance(a, x) - 0.5 * Math.log(a) - LOG_SQRT_2PI);
	if (x < a + 1) {
		let term = 1;
		let sum = 1;
		for (let k = 1; k <= MOST_TERMS && term > sum * 1e-17; k++) {
			term *= x / (a + k);
			sum += term;
		}
		const lower = Math.min(1, front * sum);
		return { lower, upper: 1 - lower };
	}
	let b = x + 1 - a;
	let c = 1 / TINY;
	let d = 1 / notZero(b);
	let fraction = d;
	for (let k = 1; k <= MOST_TERMS; k++) {
		const numerator = -k * (k - a);
		b += 2;
		d = 1 / notZero(numerator * d + b);
		c = notZero(b + numerator / c);
		fraction *= d * c;
		if (Math.abs(d * c - 1) < 1e-15) break;
	}
	const upper = Math.min(1, front * a * fraction);
	return { lower: 1 - upper, upper };
}

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
