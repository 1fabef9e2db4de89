import test from 'ava';
import fc from 'fast-check';
import {
	boundRanks,
	countToDecide,
	medianUnbiasedPercentile,
	percentileBounds,
	samplePercentileAt,
	smallestDecidingCount,
} from './percentile.ts';

test('the smallest number of samples that can prove a percentile', (t) => {
	// scipy 1.17 stats.binom; 459 is also MLPerf's count for p99 at 99 %.
	for (const [p, n, at1] of [
		[0.95, 59, 90],
		[0.99, 299, 459],
		[0.999, 2995, 4603],
	] as const) {
		t.is(smallestDecidingCount(p), n);
		t.is(smallestDecidingCount(p, 0.01), at1);
		t.is(boundRanks(n - 1, p).upper, null);
		t.is(boundRanks(n, p).upper, n);
		t.is(boundRanks(at1 - 1, p, 0.01).upper, null);
		t.is(boundRanks(at1, p, 0.01).upper, at1);
	}
});

test('with one sample over the limit it takes more: scipy 1.17 stats.binom', (t) => {
	for (const [p, alpha, n] of [
		[0.95, 0.05, 93],
		[0.95, 0.01, 130],
		[0.99, 0.05, 473],
		[0.99, 0.01, 662],
		[0.999, 0.05, 4742],
		[0.999, 0.01, 6636],
	] as const) {
		t.is(boundRanks(n - 1, p, alpha).upper, n - 1);
		t.is(boundRanks(n, p, alpha).upper, n - 1, 'one below the largest');
	}
});

test('59 clean samples bound p95, 58 do not', (t) => {
	const clean = (n: number) => Float64Array.from({ length: n }, (_, index) => 1 + index / 1000);
	t.is(percentileBounds(clean(58), 0.95).upper, null);
	t.deepEqual(percentileBounds(clean(59), 0.95), {
		lower: clean(59)[52] as number,
		upper: 1.058,
		lowerRank: 53,
		upperRank: 59,
	});
});

test('how many samples may exceed the limit, and how many must not', (t) => {
	// [n, p, at most so many over the limit pass, at least so many fail]: scipy 1.17 stats.binom.
	for (const [n, p, pass, fail] of [
		[1000, 0.99, 4, 16],
		[1000, 0.95, 38, 63],
		[100, 0.95, 1, 10],
	] as const) {
		const { lower, upper } = boundRanks(n, p);
		t.is(n - (upper ?? 0), pass, `pass ${n} ${p}`);
		t.is(n - (lower ?? 0) + 1, fail, `fail ${n} ${p}`);
	}
});

test('no lower bound where even the smallest sample may lie above the percentile', (t) => {
	t.deepEqual(boundRanks(1, 0.5), { lower: null, upper: null });
	t.deepEqual(boundRanks(5, 0.5), { lower: 1, upper: 5 });
	// Five samples err by exactly 1/32: equal is within.
	t.deepEqual(boundRanks(5, 0.5, 1 / 32), { lower: 1, upper: 5 });
});

test('the bounds enclose the percentile, mirror, and more samples bring them closer', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 300, max: 5000 }), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (n, p) => {
			const { lower, upper } = boundRanks(n, p);
			const mirrored = boundRanks(n, 1 - p);
			if (lower === null || upper === null) return false;
			const more = boundRanks(4 * n, p);
			return (
				lower <= Math.ceil(n * p) &&
				upper >= Math.floor(n * p) &&
				mirrored.lower === n + 1 - upper &&
				mirrored.upper === n + 1 - lower &&
				((more.upper ?? 0) - (more.lower ?? 0)) / (4 * n) < (upper - lower) / n
			);
		}),
		{ numRuns: 100 },
	);
	t.pass();
});

test('sample percentiles: numpy 2.4 quantile, methods median_unbiased, hazen, weibull', (t) => {
	const samples = [1.2, 1.9, 2.3, 2.4, 3.0, 3.1, 4.7, 5.5, 6.1, 9.9];
	const near = (a: number, b: number) => t.true(Math.abs(a - b) < 1e-12, `${a} ${b}`);
	near(medianUnbiasedPercentile(samples, 0.3), 2.3433333333333333);
	near(samplePercentileAt(samples, 10 * 0.3 + 0.5), 2.35);
	near(samplePercentileAt(samples, 11 * 0.3), 2.33);
	t.is(medianUnbiasedPercentile(samples, 0.95), 9.9);
	t.is(medianUnbiasedPercentile([7], 0.5), 7);
});

test('how many samples would decide', (t) => {
	const needed = countToDecide(100, 2, 0.95);
	t.true(needed !== null && needed > 100 && needed < 400, `${needed}`);
	t.is(countToDecide(1000, 50, 0.95), null, 'on the limit');
	t.is(countToDecide(10, 0, 0.99), 299);
});

test('nonsense is refused', (t) => {
	t.throws(() => boundRanks(0, 0.95), {
		instanceOf: RangeError,
		message: 'boundRanks: n: expected a whole number of at least 1, got 0',
	});
	t.throws(() => boundRanks(10, 1), {
		instanceOf: RangeError,
		message: /p: expected a number between 0 and 1, both excluded, got 1/,
	});
	t.throws(() => boundRanks(10, Number.NaN), { instanceOf: RangeError });
	t.throws(() => boundRanks(10, 0.5, 0), { instanceOf: RangeError, message: /alpha/ });
	t.throws(() => percentileBounds([], 0.5), { instanceOf: RangeError, message: /at least 1 values, got 0/ });
	t.throws(() => percentileBounds([2, 1], 0.5), {
		instanceOf: RangeError,
		message: /ascending values, got 2 before 1/,
	});
	t.throws(() => percentileBounds([1, Number.NaN], 0.5), {
		instanceOf: RangeError,
		message: /\[1\]: expected a finite/,
	});
	t.throws(() => countToDecide(10, 11, 0.5), { instanceOf: RangeError, message: /above/ });
});
