/** Gamma and beta functions, complete and incomplete: what the distributions are made of. Nonsense throws RangeError. */

import { checkPositive, checkShare } from './check.ts';

const LOG_SQRT_2PI = 0.9189385332046727;
const TINY = 1e-300;
const MOST_TERMS = 1_000_000;

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
export function betaOf(x: number, y: number, a: number, b: number): number {
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
export function logBinomialTerm(a: number, b: number, x: number, y: number): number {
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

/** P(a, x) and 1 - P(a, x), whichever is small with all its digits. Arguments as regularisedGamma. */
export function gammaTails(a: number, x: number): { lower: number; upper: number } {
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
