import test from 'ava';
import fc from 'fast-check';
import { judgeSequence, sequentialProbability } from './sequential.ts';

const PLAN = { p0: 0.9, p1: 0.95, alpha: 0.05, beta: 0.05 };

test("Wald's test: steps, bounds, and the first pass after 55 straight successes", (t) => {
	const test55 = sequentialProbability(PLAN);
	t.is(test55.step(true), 'continue');
	// ln(.95 / .9) and ln(.05 / .1), Python math.
	t.true(Math.abs(test55.logRatio - 0.05406722127027579) < 1e-15);
	for (let clip = 2; clip <= 54; clip++) t.is(test55.step(true), 'continue');
	t.is(test55.step(true), 'pass');
	t.is(test55.trials, 55);
	t.is(test55.step(false), 'pass', 'what is decided stays');
	const failing = sequentialProbability(PLAN);
	for (let clip = 1; clip <= 4; clip++) t.is(failing.step(false), 'continue');
	t.true(Math.abs(failing.logRatio + 4 * Math.LN2) < 1e-12);
	t.is(failing.step(false), 'fail');
});

const judge = (outcomes: boolean[], truncateAt = 298) =>
	judgeSequence(outcomes, { p0: 0.9, p1: 0.95, alpha: 0.05, truncateAt });

test('a sequence passes early, fails early, goes on, or is used up', (t) => {
	const early = judge(new Array(298).fill(true));
	// ln 40 / ln(.95 / .9) = 68.2
	t.deepEqual([early.verdict, early.trials, early.by], ['pass', 69, 'likelihood-ratio']);
	const late = judge(Array.from({ length: 298 }, (_, index) => index % 2 === 0));
	t.deepEqual([late.verdict, late.by], ['fail', 'likelihood-ratio']);
	t.true(late.trials < 40);
	t.is(judge(new Array(20).fill(true)).verdict, 'continue');
	const open = judge(Array.from({ length: 298 }, (_, index) => index % 10 !== 9));
	t.deepEqual([open.verdict, open.trials, open.by, open.correct], ['inconclusive', 298, 'clopper-pearson', 269]);
});

test('what comes after the end of the plan is not looked at', (t) => {
	const outcomes = Array.from({ length: 298 }, (_, index) => index % 10 !== 9);
	t.deepEqual(judge([...outcomes, ...new Array(500).fill(true)]), judge(outcomes));
});

test('at the end Clopper-Pearson decides with half of alpha', (t) => {
	// 40 of 40: likelihood ratio still open (40 * .054 = 2.16), bound 0.025^(1/40) = 0.9119.
	const { verdict, by, lower } = judge(new Array(40).fill(true), 40);
	t.deepEqual([verdict, by], ['pass', 'clopper-pearson']);
	t.true(Math.abs((lower ?? 0) - 0.025 ** (1 / 40)) < 1e-12);
	t.is(judge(new Array(30).fill(true), 30).verdict, 'inconclusive');
});

test('one more right answer never turns a pass into a fail', (t) => {
	fc.assert(
		fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), fc.nat(59), (outcomes, at) => {
			const better = outcomes.with(at, true);
			const rank = { fail: 0, inconclusive: 1, continue: 1, pass: 2 };
			return rank[judge(better, 60).verdict] >= rank[judge(outcomes, 60).verdict];
		}),
	);
	t.pass();
});

test('nonsense is refused', (t) => {
	t.throws(() => sequentialProbability({ ...PLAN, p1: 0.9 }), {
		instanceOf: RangeError,
		message: 'sequential: p1: expected above p0 = 0.9, got 0.9',
	});
	t.throws(() => sequentialProbability({ ...PLAN, alpha: 0 }), { instanceOf: RangeError, message: /alpha/ });
	t.throws(() => judge([true], 0), { instanceOf: RangeError, message: /truncateAt/ });
});
