import test from 'ava';
import { clusteredProportion } from './clustered-proportion.ts';
import { proportionLowerBound, proportionUpperBound } from './proportion.ts';

const speakers = (count: number, correctOf: (index: number) => number, total = 20) =>
	Array.from({ length: count }, (_, index) => ({ correct: correctOf(index), total }));

test('fewer than 20 speakers are refused, and the estimate is still there', (t) => {
	const { estimate, lower, upper, clusters, refused } = clusteredProportion(speakers(19, () => 19));
	t.deepEqual([estimate, lower, upper, clusters], [0.95, null, null, 19]);
	t.regex(refused ?? '', /19 speakers or recordings; at least 20/);
});

test('speakers that differ give wider bounds than as many independent clips', (t) => {
	const { estimate, lower, upper, refused } = clusteredProportion(speakers(40, (index) => (index % 8 === 0 ? 8 : 20)));
	t.is(refused, null);
	t.is(estimate, (35 * 20 + 5 * 8) / 800);
	t.true((lower ?? 1) < proportionLowerBound(740, 800) - 0.02);
	t.true((upper ?? 0) > proportionUpperBound(740, 800) + 0.005);
});

test('a hand-made case: Student of the ratio estimator with one speaker more, numpy 2.4 and scipy 1.17', (t) => {
	// 20 speakers of 10 clips, right 3 or 7 of 10 by turns, and one that gets half of 50 % right.
	const { lower } = clusteredProportion(speakers(20, (index) => (index % 2 === 0 ? 3 : 7), 10));
	t.true(Math.abs((lower ?? 0) - 0.40987256328831906) < 1e-9, `${lower}`);
});

test('all right or all wrong says no more than one answer a speaker would', (t) => {
	const all = clusteredProportion(speakers(30, () => 20));
	t.is(all.estimate, 1);
	t.true((all.lower ?? 1) < 0.97 && (all.lower ?? 0) > 0.85);
	t.is(all.upper, 1);
	const none = clusteredProportion(speakers(30, () => 0));
	t.is(none.lower, 0);
	t.true(Math.abs(1 - (none.upper ?? 0) - (all.lower ?? 0)) < 1e-12);
});

test('nonsense is refused', (t) => {
	t.throws(() => clusteredProportion([]), { instanceOf: RangeError, message: /at least 1, got 0/ });
	t.throws(() => clusteredProportion([{ correct: 3, total: 2 }]), {
		instanceOf: RangeError,
		message: /clusters\[0\].correct/,
	});
	t.throws(() => clusteredProportion([{ correct: 0, total: 0 }]), {
		instanceOf: RangeError,
		message: /clusters\[0\].total/,
	});
});
