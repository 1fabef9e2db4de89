import test from 'ava';
import fc from 'fast-check';
import {
	betaQuantile,
	binomialCdf,
	chiSquareQuantile,
	logBinomialPmf,
	logChoose,
	logGamma,
	normalCdf,
	normalCritical,
	normalQuantile,
	regularisedBeta,
	regularisedGamma,
	regularisedGammaUpper,
	studentCdf,
	studentQuantile,
} from './distributions.ts';

/** [what, got, wanted]: relative error at most 1e-11. */
type Row = [string, number, number];

function near(wanted: number, got: number, relative = 1e-11): boolean {
	return Math.abs(got - wanted) <= relative * Math.abs(wanted);
}

const agrees = test.macro((t, rows: Row[]) => {
	for (const [what, got, wanted] of rows) t.true(near(wanted, got), `${what}: got ${got}, wanted ${wanted}`);
});

test('ln gamma: scipy 1.17 special.gammaln', agrees, [
	['0.1', logGamma(0.1), 2.252712651734206],
	['0.5', logGamma(0.5), 0.5723649429247],
	['3', logGamma(3), Math.LN2],
	['14.9', logGamma(14.9), 24.924132002217277],
	['100', logGamma(100), 359.1342053695754],
	['1e5', logGamma(1e5), 1051287.7089736569],
]);

test('incomplete beta: scipy 1.17 special.betainc', agrees, [
	['2 5', regularisedBeta(0.3, 2, 5), 0.579825],
	['arcsine', regularisedBeta(0.1, 0.5, 0.5), 0.20483276469913345],
	['thousands', regularisedBeta(0.35, 1000, 2000), 0.9729045043168851],
	['lopsided', regularisedBeta(1e-5, 0.5, 1e5), 0.8427013118385188],
	['power', regularisedBeta(0.99, 300, 1), 0.04904089407128572],
]);

test('incomplete gamma: scipy 1.17 special.gammainc and gammaincc', agrees, [
	['0.5', regularisedGamma(0.5, 0.2), 0.47291074313446196],
	['20', regularisedGamma(20, 15), 0.12478121503252496],
	['upper', regularisedGammaUpper(3, 12.5), 0.00034145459689170836],
	['1e5', regularisedGammaUpper(1e5, 100_600), 0.02907014492625566],
]);

test('normal: Abramowitz and Stegun table 26.1, scipy 1.17 for the far tail', (t) => {
	t.true(Math.abs(normalCdf(-8) / 6.22096057427e-16 - 1) < 1e-9);
	t.true(Math.abs(normalCdf(-1.96) - 0.024997895148220435) < 1e-15);
	t.true(Math.abs(normalQuantile(0.975) - 1.959963984540054) < 1e-12);
	t.true(Math.abs(normalQuantile(1e-20) - -9.26234008979841) < 1e-10);
	t.true(Math.abs(normalCritical(0.05) - 1.6448536269514722) < 1e-12);
	t.is(normalQuantile(0.5), 0);
	t.is(normalCdf(Number.NEGATIVE_INFINITY), 0);
	t.is(normalCdf(Number.POSITIVE_INFINITY), 1);
});

test('Student: scipy 1.17 stats.t; the 95 % column of any printed table', (t) => {
	for (const [dof, wanted] of [
		[1, 6.313751514675043],
		[2, 2.919985580353725],
		[4, 2.131846786326649],
		[9, 1.8331129326562368],
		[19, 1.7291328115213667],
	] as const) {
		t.true(near(wanted, studentQuantile(0.95, dof)), `dof ${dof}: ${studentQuantile(0.95, dof)}`);
	}
	t.true(near(0.9580294803329484, studentCdf(2, 7.3)));
	t.true(near(-220.17342917823686, studentQuantile(1e-6, 2.5), 1e-9));
	t.is(studentQuantile(0.95, Number.POSITIVE_INFINITY), normalQuantile(0.95));
});

test('beta and chi-square quantiles: scipy 1.17', agrees, [
	['93 of 100', betaQuantile(0.05, 93, 8), 0.8725419844170297],
	['rule of three', betaQuantile(0.95, 1, 59), 0.04950760988822693],
	['skewed', betaQuantile(0.5, 0.3, 2), 0.04276750690589219],
	['large', betaQuantile(0.01, 2e4, 300), 0.9831815953369273],
	['1', chiSquareQuantile(0.95, 1), 3.841458820694124],
	['2', chiSquareQuantile(0.95, 2), -2 * Math.log(0.05)],
	['lower', chiSquareQuantile(0.05, 6), 1.6353828943279067],
	['2000', chiSquareQuantile(0.975, 2000), 2125.8423024497756],
]);

test('binomial: by hand, and scipy 1.17 stats.binom', (t) => {
	t.is(binomialCdf(-1, 10, 0.5), 0);
	t.true(near(56 / 1024, binomialCdf(2, 10, 0.5)));
	t.is(binomialCdf(10, 10, 0.5), 1);
	t.is(binomialCdf(0, 10, 0), 1);
	t.is(binomialCdf(9, 10, 1), 0);
	t.true(near(0.028686399999004478, binomialCdf(4, 1000, 0.01)));
	t.true(near(1.0473154978881137e-6, binomialCdf(9531, 1_000_000, 0.01)));
	t.true(near(-1386.2943611198905, logBinomialPmf(0, 2000, 0.5)));
	t.true(near(-6.773173555814509, logBinomialPmf(930, 1000, 0.95)));
	t.is(logBinomialPmf(1, 3, 0), Number.NEGATIVE_INFINITY);
	t.true(Math.abs(logChoose(52, 5) - Math.log(2_598_960)) < 1e-11);
});

const level = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
const shape = fc.double({ min: 0.05, max: 500, noNaN: true });

test('quantiles undo their distribution functions', (t) => {
	fc.assert(
		fc.property(level, shape, shape, (p, a, b) => {
			const back = regularisedBeta(betaQuantile(p, a, b), a, b);
			// Where the density is huge, one step between doubles is more than 1e-9 of probability.
			return Math.abs(back - p) < 1e-6 || betaQuantile(p, a, b) > 1 - 1e-12;
		}),
	);
	fc.assert(fc.property(level, shape, (p, dof) => Math.abs(studentCdf(studentQuantile(p, dof), dof) - p) < 1e-10));
	fc.assert(
		fc.property(level, shape, (p, k) => Math.abs(regularisedGamma(k, chiSquareQuantile(p, 2 * k) / 2) - p) < 1e-10),
	);
	fc.assert(fc.property(level, (p) => Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-12));
	t.pass();
});

test('distribution functions rise, and mirror where they are symmetric', (t) => {
	fc.assert(
		fc.property(shape, shape, level, level, (a, b, x, y) => {
			const [low, high] = [Math.min(x, y), Math.max(x, y)];
			return regularisedBeta(low, a, b) <= regularisedBeta(high, a, b) + 1e-14;
		}),
	);
	fc.assert(
		fc.property(
			shape,
			shape,
			level,
			(a, b, x) => Math.abs(regularisedBeta(x, a, b) + regularisedBeta(1 - x, b, a) - 1) < 1e-11,
		),
	);
	fc.assert(
		fc.property(
			shape,
			level,
			(dof, p) =>
				studentQuantile(p, dof) === -studentQuantile(1 - p, dof) ||
				Math.abs(studentQuantile(p, dof) / studentQuantile(1 - p, dof) + 1) < 1e-6,
		),
	);
	t.pass();
});

test('binomial probabilities of all counts add up to the distribution function', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 300 }), level, fc.nat(), (n, p, raw) => {
			const k = raw % (n + 1);
			let sum = 0;
			for (let count = 0; count <= k; count++) sum += Math.exp(logBinomialPmf(count, n, p));
			return Math.abs(sum - binomialCdf(k, n, p)) < 1e-11;
		}),
	);
	t.pass();
});

test('nonsense is refused with what was expected and what came', (t) => {
	t.throws(() => logGamma(0), { instanceOf: RangeError, message: 'logGamma: x: expected a number above 0, got 0' });
	t.throws(() => regularisedBeta(1.1, 1, 1), { instanceOf: RangeError, message: /from 0 to 1, got 1.1/ });
	t.throws(() => regularisedBeta(Number.NaN, 1, 1), { instanceOf: RangeError, message: /got NaN/ });
	t.throws(() => studentQuantile(0.5, 0), { instanceOf: RangeError, message: /dof: expected a number above 0/ });
	t.throws(() => studentCdf(Number.NaN, 3), { instanceOf: RangeError });
	t.throws(() => regularisedGamma(1, -1), { instanceOf: RangeError, message: /0 or more, got -1/ });
	t.throws(() => binomialCdf(1, 2.5, 0.5), { instanceOf: RangeError, message: /whole number of at least 0, got 2.5/ });
	t.throws(() => logBinomialPmf(4, 3, 0.5), { instanceOf: RangeError, message: /at most 3, got 4/ });
});
