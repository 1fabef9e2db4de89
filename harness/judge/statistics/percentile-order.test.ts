import test from 'ava';
import { percentileBounds } from './percentile.ts';
import { orderedPercentileBounds } from './percentile-order.ts';
import { seededRandom } from './random.ts';

/** n values around 10 whose neighbours correlate with rho. */
function wandering(n: number, rho: number, seed = 3): Float64Array {
	const random = seededRandom(seed);
	let value = random.normal();
	return Float64Array.from({ length: n }, () => {
		value = rho * value + Math.sqrt(1 - rho * rho) * random.normal();
		return 10 + value;
	});
}

test('independent samples get the exact bounds', (t) => {
	const values = wandering(2000, 0);
	const { lower, upper, method } = orderedPercentileBounds(values, 0.95);
	const exact = percentileBounds(values.slice().sort(), 0.95);
	t.deepEqual([lower, upper, method], [exact.lower, exact.upper, 'order-statistics']);
});

test('samples that resemble their neighbours a little count for fewer', (t) => {
	const values = wandering(1000, 0.12);
	const exact = percentileBounds(values.slice().sort(), 0.95);
	const { lower, upper, lowerRank, upperRank, method, rankLag1 } = orderedPercentileBounds(values, 0.95);
	t.is(method, 'order-statistics');
	t.true((rankLag1 ?? 0) > 0.05 && (rankLag1 ?? 1) < 0.2, `${rankLag1}`);
	t.true((lowerRank ?? 0) < (exact.lowerRank ?? 0) && (upperRank ?? 0) > (exact.upperRank ?? 0));
	t.true((lower ?? 0) < (exact.lower ?? 0) && (upper ?? 0) > (exact.upper ?? 0));
});

test('samples that resemble their neighbours are bounded by more than was seen', (t) => {
	const values = wandering(2000, 0.9);
	const { lower, upper, method } = orderedPercentileBounds(values, 0.95);
	t.is(method, 'envelope');
	t.true((upper ?? 0) > Math.max(...values) && (lower ?? 99) < Math.min(...values));
});

test('too few samples decide nothing, alike or not', (t) => {
	for (const rho of [0, 0.95]) {
		t.is(orderedPercentileBounds(wandering(58, rho), 0.95).upper, null);
		t.not(orderedPercentileBounds(wandering(59, rho), 0.95).upper, null);
	}
});

test('the envelope moves with the samples and grows with their unit', (t) => {
	const values = wandering(400, 0.9);
	const of = (shift: number, scale: number) =>
		orderedPercentileBounds(
			values.map((value) => scale * value + shift),
			0.99,
		);
	const near = (a: number | null, b: number) => Math.abs((a ?? Number.NaN) - b) < 1e-9;
	const base = of(0, 1);
	t.true(near(of(5, 1).upper, (base.upper ?? 0) + 5) && near(of(0, 4).upper, 4 * (base.upper ?? 0)));
});

test('equal values have no neighbours to resemble', (t) => {
	const { lower, upper, method, rankLag1 } = orderedPercentileBounds(new Float64Array(100).fill(4), 0.95);
	t.deepEqual([lower, upper, method, rankLag1], [4, 4, 'order-statistics', null]);
});

test('samples that are a little alike are counted as fewer, and it is said how many', (t) => {
	const values = wandering(2000, 0.15);
	const { method, worth, rankLag1, upperRank } = orderedPercentileBounds(values, 0.5);
	t.is(method, 'order-statistics');
	const r = rankLag1 ?? Number.NaN;
	t.is(worth, Math.floor((2000 * (1 - r)) / (1 + r)));
	t.true((upperRank ?? 0) > (percentileBounds(values.slice().sort(), 0.5).upperRank ?? 2000));
	t.is(orderedPercentileBounds(wandering(2000, 0), 0.5).worth, 2000);
});
