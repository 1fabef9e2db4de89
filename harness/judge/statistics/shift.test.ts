import test from 'ava';
import fc from 'fast-check';
import { hodgesLehmann, signedRankCdf, signedRankCritical, twoSampleShift } from './shift.ts';

const near = (a: number | null, b: number) => a !== null && Math.abs(a - b) < 1e-12;

test('critical values: 0, 11, 75 at a third of 5 %; none below five pairs at 5 %', (t) => {
	t.deepEqual(
		[6, 12, 24].map((n) => signedRankCritical(n, 0.05 / 3)),
		[0, 11, 75],
	);
	t.is(signedRankCritical(4), null);
	t.is(signedRankCritical(5), 0);
	// All 2^12 sign patterns counted in Python.
	t.is(signedRankCritical(12), 17);
	// Hollander, Wolfe and Chicken, table A.4: n = 10, P(W+ >= 45) = 0.042, so c = 10.
	t.is(signedRankCritical(10), 10);
	t.true(near(signedRankCdf(5)[0] ?? null, 1 / 32));
	t.is(signedRankCdf(50).at(-1), 1);
});

test('the normal approximation takes over without a step', (t) => {
	const [exact, approximate] = [signedRankCritical(50), signedRankCritical(51)];
	// 51 pairs have 51 more rank sums; the critical value grows by about half of that.
	t.true((approximate ?? 0) - (exact ?? 0) > 15 && (approximate ?? 0) - (exact ?? 0) < 30, `${exact} ${approximate}`);
});

// Depression scores before and after treatment, Hollander and Wolfe, example 3.1.
const BEFORE = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];

test('paired shift: published as -0.46 with 96 % from -0.786 to -0.010', (t) => {
	const differences = AFTER.map((after, index) => after - (BEFORE[index] as number));
	const bounds = hodgesLehmann(differences, 0.025);
	t.true(near(bounds.estimate, -0.46) && near(bounds.lower, -0.786) && near(bounds.upper, -0.01));
	// scipy 1.17 wilcoxon(method='exact') inverted by trial.
	const narrow = hodgesLehmann(differences);
	t.true(near(narrow.lower, -0.726) && near(narrow.upper, -0.175));
	t.deepEqual(hodgesLehmann(differences.slice(0, 4)).lower, null);
});

test('unpaired shift: scipy 1.17 mannwhitneyu(method="exact") inverted by trial', (t) => {
	// Permeability of membranes, Hollander and Wolfe, example 4.1.
	const a = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
	const b = [1.15, 0.88, 0.9, 0.74, 1.21];
	const wide = twoSampleShift(a, b, 0.025);
	t.true(near(wide.estimate, -0.305) && near(wide.lower, -0.76) && near(wide.upper, 0.15));
	const narrow = twoSampleShift(a, b);
	t.true(near(narrow.lower, -0.72) && near(narrow.upper, 0.08));
});

test('three against three can be bounded at 5 % on one side, two against two cannot', (t) => {
	t.is(twoSampleShift([1, 2], [3, 4]).upper, null);
	t.is(twoSampleShift([1, 2, 3], [4, 5, 6]).lower, 1);
});

const value = fc.double({ min: -100, max: 100, noNaN: true });

test('bounds enclose the estimate, move with the data, and turn over with their sign', (t) => {
	fc.assert(
		fc.property(fc.array(value, { minLength: 5, maxLength: 30 }), value, (differences, by) => {
			const { estimate, lower, upper } = hodgesLehmann(differences);
			const moved = hodgesLehmann(differences.map((each) => each + by));
			const turned = hodgesLehmann(differences.map((each) => -each));
			if (lower === null || upper === null) return false;
			const close = (x: number | null, y: number) => x !== null && Math.abs(x - y) < 1e-9;
			return lower <= estimate && estimate <= upper && close(moved.lower, lower + by) && close(turned.upper, -lower);
		}),
	);
	fc.assert(
		fc.property(
			fc.array(value, { minLength: 4, maxLength: 60 }),
			fc.array(value, { minLength: 4, maxLength: 60 }),
			(a, b) => {
				const there = twoSampleShift(a, b);
				const back = twoSampleShift(b, a);
				return (
					there.lower !== null &&
					there.upper !== null &&
					there.lower <= there.estimate &&
					Math.abs(there.lower + (back.upper ?? 0)) < 1e-9
				);
			},
		),
	);
	t.pass();
});

test('nonsense is refused', (t) => {
	t.throws(() => hodgesLehmann([]), { instanceOf: RangeError, message: /differences: expected at least 1 values/ });
	t.throws(() => hodgesLehmann([1, Number.POSITIVE_INFINITY]), { instanceOf: RangeError, message: /differences\[1\]/ });
	t.throws(() => twoSampleShift([1], []), { instanceOf: RangeError, message: /b: expected/ });
	t.throws(() => hodgesLehmann([1, 2], 0), { instanceOf: RangeError, message: /alpha/ });
});
