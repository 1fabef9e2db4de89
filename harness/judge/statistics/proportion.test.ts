import test from 'ava';
import fc from 'fast-check';
import {
	hypergeometricBounds,
	missRateBound,
	proportionLowerBound,
	proportionUpperBound,
	trialsToDecide,
	wilsonInterval,
} from './proportion.ts';

const near = (a: number | null, b: number) => a !== null && Math.abs(a - b) < 1e-10;

test('93 of 100 do not prove 90 %, 97 of 100 do: scipy 1.17 binomtest, exact', (t) => {
	t.true(near(proportionLowerBound(93, 100), 0.8725419844170297));
	t.true(near(proportionUpperBound(93, 100), 0.966688084382368));
	t.true(near(proportionLowerBound(97, 100), 0.92428920625017));
	t.true(near(proportionLowerBound(1619, 1760), 0.9084304155323725));
	t.is(proportionLowerBound(0, 100), 0);
	t.is(proportionUpperBound(100, 100), 1);
	t.true(near(proportionLowerBound(100, 100), 0.05 ** (1 / 100)), 'the rule of three, exactly');
});

test('Wilson to show: scipy 1.17 binomtest, wilson', (t) => {
	const { low, high } = wilsonInterval(93, 100);
	t.true(near(low, 0.8625048526092649) && near(high, 0.9656807389327273));
	t.true(near(wilsonInterval(0, 59).high, 0.06112937052678838));
	t.is(wilsonInterval(0, 59).low, 0);
	t.is(wilsonInterval(59, 59).high, 1);
});

test('no miss of 299 bounds the miss rate by 1 %, of 2995 by 0.1 %', (t) => {
	t.true(missRateBound(0, 299) <= 0.01 && missRateBound(0, 298) > 0.01);
	t.true(missRateBound(0, 2995) <= 0.001 && missRateBound(0, 2994) > 0.001);
	t.true(near(missRateBound(0, 299), 1 - 0.05 ** (1 / 299)));
});

test('part of a fixed set: counted out with scipy 1.17 stats.hypergeom', (t) => {
	for (const [right, tried, size, lower, upper] of [
		[93, 100, 1000, 0.876, 0.965],
		[50, 50, 60, 59 / 60, 1],
		[10, 20, 5000, 0.3024, 0.6976],
		[0, 30, 200, 0, 0.085],
	] as const) {
		const bounds = hypergeometricBounds(right, tried, size);
		t.true(
			near(bounds.lower, lower) && near(bounds.upper, upper),
			`${right}/${tried} of ${size}: ${bounds.lower} ${bounds.upper}`,
		);
	}
	t.deepEqual(hypergeometricBounds(17, 20, 20), { estimate: 0.85, lower: 0.85, upper: 0.85 }, 'all were tried');
});

test('bounds enclose the share, mirror, rise with k, and tighten with n', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 2000 }), fc.nat(), fc.constantFrom(0.01, 0.05, 0.2), (n, raw, alpha) => {
			const k = raw % (n + 1);
			const lower = proportionLowerBound(k, n, alpha);
			const upper = proportionUpperBound(k, n, alpha);
			const mirrored = Math.abs(1 - proportionLowerBound(n - k, n, alpha) - upper) < 1e-12;
			const rises = k === n || proportionLowerBound(k + 1, n, alpha) > lower;
			const tightens = proportionLowerBound(2 * k, 2 * n, alpha) >= lower;
			const part = hypergeometricBounds(k, n, 2 * n, alpha);
			return lower <= k / n && k / n <= upper && mirrored && rises && tightens && part.lower >= lower - 1 / n;
		}),
		{ numRuns: 60 },
	);
	t.pass();
});

test('how many trials would decide', (t) => {
	const pass = trialsToDecide(93, 100, 0.9, 'at-least') ?? 0;
	t.true(pass > 200 && pass < 400, `${pass}`);
	t.true(proportionLowerBound(Math.round(0.93 * pass), pass) >= 0.9);
	t.is(trialsToDecide(90, 100, 0.9, 'at-least'), null, 'on the limit');
	const miss = trialsToDecide(0, 50, 0.01, 'at-most') ?? 0;
	t.true(miss >= 299 && miss <= 320, `${miss}`);
});

test('nonsense is refused', (t) => {
	t.throws(() => proportionLowerBound(11, 10), {
		instanceOf: RangeError,
		message: 'proportionLowerBound: k: expected a whole number of at least 0 and at most 10, got 11',
	});
	t.throws(() => proportionLowerBound(0, 0), { instanceOf: RangeError, message: /n: expected/ });
	t.throws(() => proportionUpperBound(1, 2, 1), { instanceOf: RangeError, message: /alpha/ });
	t.throws(() => hypergeometricBounds(1, 5, 4), { instanceOf: RangeError, message: /tried/ });
	t.throws(() => trialsToDecide(1, 2, 1, 'at-least'), { instanceOf: RangeError, message: /limitFraction/ });
	t.throws(() => wilsonInterval(1, 2, 1.2), { instanceOf: RangeError, message: /confidence/ });
});
