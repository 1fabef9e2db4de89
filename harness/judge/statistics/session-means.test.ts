import test from 'ava';
import fc from 'fast-check';
import { batchMeans, combineUncertainty, lag1Of, sessionMeanBounds, sessionsToDecide } from './session-means.ts';

const near = (a: number | null, b: number) => a !== null && Math.abs(a - b) <= 1e-10 * Math.max(1, Math.abs(b));

test('batches are cut in order and their neighbours compared', (t) => {
	const { means, mean, lag1 } = batchMeans([1, 1, 2, 2, 4, 4, 3, 3, 5, 5, 7, 7, 6, 6, 8, 8, 99], 8);
	t.deepEqual(means, [1, 2, 4, 3, 5, 7, 6, 8]);
	t.is(mean, 4.5);
	// numpy 2.4: sum of (y[1:] - m)(y[:-1] - m) over sum of (y - m)^2.
	t.true(near(lag1, 0.48214285714285715));
});

test('a slow swell is refused, steady values and white ones are not', (t) => {
	const swell = Array.from({ length: 2000 }, (_, index) => Math.sin(index / 300));
	t.true(batchMeans(swell).refused);
	t.false(batchMeans(new Array(100).fill(3)).refused);
	const zigzag = Array.from({ length: 2000 }, (_, index) => index % 2);
	t.false(batchMeans(zigzag).refused);
	t.is(lag1Of([4, 4, 4]), 0);
});

test('Welch-Satterthwaite: scipy 1.17 stats.t, degrees of freedom cut to a whole number', (t) => {
	const { combined, dof, upper, lower } = combineUncertainty({
		estimate: 10,
		typeA: 0.5,
		dofA: 4,
		typeB: 1 / Math.sqrt(3),
	});
	t.true(near(combined, 0.7637626158259734));
	t.is(dof, 21);
	t.true(near(upper, 10 + 1.3142391006155785));
	t.true(near(lower, 10 - 1.3142391006155785));
	const large = combineUncertainty({ estimate: 0, typeA: 1, dofA: 19, typeB: 3 });
	t.true(near(large.dof, 1900) && near(large.upper, 5.204021218608316));
});

test('alone, each part has its own quantile; with few repeats both have, in the root of squares', (t) => {
	t.true(near(combineUncertainty({ estimate: 0, typeA: 0.5, dofA: 4, typeB: 0 }).upper, 1.0659233931633247));
	t.true(near(combineUncertainty({ estimate: 0, typeA: 0, dofA: 4, typeB: 1 }).upper, 1.6448536269514722));
	// scipy: hypot(t.ppf(.95, 2) * .5, norm.ppf(.95) * .4)
	t.true(near(combineUncertainty({ estimate: 0, typeA: 0.5, dofA: 2, typeB: 0.4 }).upper, 1.6013949856371117));
	t.deepEqual(combineUncertainty({ estimate: 3, typeA: 0, dofA: 4, typeB: 0 }), {
		lower: 3,
		upper: 3,
		combined: 0,
		dof: Number.POSITIVE_INFINITY,
	});
});

test('sessions with a meter: numpy and scipy 1.17', (t) => {
	const bounds = sessionMeanBounds([45.1, 45.4, 44.9, 45.3, 45.2], 0.1);
	t.true(near(bounds.estimate, 45.18));
	t.true(near(bounds.typeA, 0.08602325267042608));
	t.true(near(bounds.combined, 0.13190905958272908));
	t.is(bounds.dof, 22);
	t.true(near(bounds.lower, 44.95349310040772) && near(bounds.upper, 45.406506899592266));
	t.false(bounds.lowR);
	t.true(sessionMeanBounds([45, 46, 45.5], 0).lowR);
});

test('how many sessions would decide: counted up in Python', (t) => {
	t.is(sessionsToDecide(45, 0.5, 45.4, 0), 7);
	t.is(sessionsToDecide(45, 0.5, 46, 0.3), 3);
	t.true(Math.abs((sessionsToDecide(45, 1, 45.2, 0) ?? 0) - 70) <= 1);
	t.is(sessionsToDecide(45, 0.5, 45, 0), null, 'on the limit');
	t.is(sessionsToDecide(45, 0.5, 45.4, 0.3), null, 'within what the meter leaves open');
});

test('more uncertainty never narrows the bounds; fewer degrees of freedom neither', (t) => {
	const spread = fc.double({ min: 0, max: 10, noNaN: true });
	fc.assert(
		fc.property(spread, spread, spread, fc.integer({ min: 4, max: 50 }), (typeA, typeB, more, dofA) => {
			const width = (a: number, b: number, dof: number) =>
				combineUncertainty({ estimate: 0, typeA: a, dofA: dof, typeB: b }).upper;
			const base = width(typeA, typeB, dofA);
			// Cutting the degrees of freedom makes steps of a few per cent.
			return width(typeA + more, typeB, dofA) >= base * 0.999 && width(typeA, typeB, dofA + 1) <= base * 1.001;
		}),
	);
	t.pass();
});

test('nonsense is refused', (t) => {
	t.throws(() => batchMeans([1, 2, 3], 20), {
		instanceOf: RangeError,
		message: 'batchMeans: values: expected at least 20 values, got 3',
	});
	t.throws(() => batchMeans([1, 2, Number.NaN], 2), { instanceOf: RangeError, message: /values\[2\]/ });
	t.throws(() => sessionMeanBounds([1], 0), { instanceOf: RangeError, message: /at least 2 values/ });
	t.throws(() => combineUncertainty({ estimate: 0, typeA: -1, dofA: 4, typeB: 0 }), {
		instanceOf: RangeError,
		message: /typeA/,
	});
	t.throws(() => combineUncertainty({ estimate: 0, typeA: 1, dofA: 0, typeB: 0 }), {
		instanceOf: RangeError,
		message: /dofA/,
	});
});
