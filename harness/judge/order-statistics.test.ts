import test from 'ava';
import fc from 'fast-check';
import {
	atMost,
	boundRanks,
	countToDecide,
	proportionLowerBound,
	proportionUpperBound,
	smallestDecidingCount,
} from './order-statistics.ts';

test('the smallest number of samples that can prove a percentile', (t) => {
	// Tabulated values of the order-statistic bound, alpha 0.05 and 0.01.
	t.is(smallestDecidingCount(0.95), 59);
	t.is(smallestDecidingCount(0.99), 299);
	t.is(smallestDecidingCount(0.999), 2995);
	t.is(smallestDecidingCount(0.99, 0.01), 459);
	for (const [p, n] of [
		[0.95, 59],
		[0.99, 299],
	] as const) {
		t.is(boundRanks(n - 1, p).upper, null);
		t.is(boundRanks(n, p).upper, n);
	}
});

test('how many samples may exceed the limit, and how many must not', (t) => {
	// [n, p, at most so many over the limit pass, at least so many fail], computed with R's pbinom.
	for (const [n, p, pass, fail] of [
		[1000, 0.99, 4, 16],
		[1000, 0.95, 38, 63],
		[100, 0.95, 1, 10],
		[473, 0.99, 1, 10],
	] as const) {
		const { lower, upper } = boundRanks(n, p);
		t.is(n - (upper ?? 0), pass, `pass ${n} ${p}`);
		if (n !== 473) t.is(n - (lower ?? 0) + 1, fail, `fail ${n} ${p}`);
	}
});

test('no lower bound where even the smallest sample may lie above the percentile', (t) => {
	t.deepEqual(boundRanks(1, 0.5), { lower: null, upper: null });
	t.deepEqual(boundRanks(5, 0.5), { lower: 1, upper: 5 });
});

test('the bounds enclose the percentile, and more samples bring them closer', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 300, max: 5000 }), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (n, p) => {
			const { lower, upper } = boundRanks(n, p);
			if (lower === null || upper === null) return false;
			const twice = boundRanks(4 * n, p);
			return (
				lower <= Math.ceil(n * p) &&
				upper >= Math.floor(n * p) &&
				((twice.upper ?? 0) - (twice.lower ?? 0)) / (4 * n) < (upper - lower) / n
			);
		}),
		{ numRuns: 100 },
	);
	t.pass();
});

test('the binomial distribution: 10 tosses', (t) => {
	t.is(atMost(-1, 10, 0.5), 0);
	t.true(Math.abs(atMost(2, 10, 0.5) - 56 / 1024) < 1e-12);
	t.is(atMost(10, 10, 0.5), 1);
	t.is(atMost(0, 10, 0), 1);
	t.is(atMost(9, 10, 1), 0);
});

test('93 of 100 do not prove 90 %, 97 of 100 do', (t) => {
	t.true(Math.abs(100 * proportionLowerBound(93, 100) - 87.3) < 0.1);
	t.true(Math.abs(100 * proportionLowerBound(97, 100) - 92.4) < 0.1);
	t.is(proportionLowerBound(0, 100), 0);
	// The rule of three, exactly: none of n wrong.
	t.true(Math.abs(proportionLowerBound(100, 100) - 0.05 ** (1 / 100)) < 1e-9);
	t.is(proportionUpperBound(100, 100), 1);
	t.true(Math.abs(proportionUpperBound(0, 299) - 0.01) < 0.0001);
});

test('how many samples would decide', (t) => {
	t.is(countToDecide(62, 0, 0.99), 299);
	const needed = countToDecide(1000, 6, 0.99) ?? 0;
	t.true(needed > 1000 && needed < 4000, String(needed));
	t.is(countToDecide(10_000, 100, 0.99), null, 'the percentile sits on the limit');
});
