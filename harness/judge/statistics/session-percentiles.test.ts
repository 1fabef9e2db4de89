import test from 'ava';
import fc from 'fast-check';
import { largestSpacingP } from './percentile-gap.ts';
import { seededRandom } from './random.ts';
import { sessionPercentileBounds, signTestSessions } from './session-percentiles.ts';

const SHIFTS = [0, 0.8, -0.5, 0.3, 1.1];

/** 200 samples evenly over 1 ms, as the reference script makes them. */
function evenSession(shift: number): Float64Array {
	return Float64Array.from({ length: 200 }, (_, index) => 10 + shift + ((index * 7919) % 997) / 997).sort();
}

test('Student on logarithms: numpy 2.4 quantile (median_unbiased, hazen, weibull) and scipy 1.17 stats.t', (t) => {
	for (const [p, estimate, lower, upper, sd] of [
		[0.95, 11.292220334804549, 10.701025726328858, 11.916209632818056, 0.05638858647807123],
		[0.5, 10.850661831317904, 10.260177009065979, 11.475129724719752, 0.05869154660358705],
	] as const) {
		const bounds = sessionPercentileBounds(SHIFTS.map(evenSession), p);
		t.is(bounds.method, 'student-log');
		for (const [got, wanted] of [
			[bounds.estimate, estimate],
			[bounds.lower, lower],
			[bounds.upper, upper],
			[bounds.betweenSd, sd],
		] as const)
			t.true(Math.abs((got ?? 0) - wanted) < 1e-9, `p ${p}: ${got} ${wanted}`);
		t.false(bounds.lowR);
		t.false(bounds.bimodal);
		t.regex(bounds.note ?? '', /more boots/);
	}
});

test('fewer sessions: 3 and 4 carry a mark, 2 and 1 have no bounds', (t) => {
	for (const count of [1, 2, 3, 4]) {
		const { lower, upper, lowR, note } = sessionPercentileBounds(SHIFTS.slice(0, count).map(evenSession), 0.95);
		t.true(lowR);
		t.is(lower !== null && upper !== null, count >= 3, `${count} sessions`);
		if (count < 3) t.regex(note ?? '', /nothing bounds the spread between boots/);
	}
});

test('a session too short to bound its own percentile gives none', (t) => {
	const short = [...SHIFTS.map(evenSession), evenSession(0).slice(0, 58)];
	const { lower, upper, note } = sessionPercentileBounds(short, 0.95);
	t.deepEqual([lower, upper], [null, null]);
	t.is(note, 'session 6 has 58 samples; p95 needs 59');
});

/** `slow` of 400 samples take half as long again. */
function bimodalSession(slow: number, seed: number, factor = 1.5): Float64Array {
	const random = seededRandom(seed);
	return Float64Array.from(
		{ length: 400 },
		(_, index) => (index < slow ? factor : 1) * (1 + 0.01 * random.uniform()),
	).sort();
}

test('a percentile in a gap: all of five sessions on one side, or nothing', (t) => {
	const judge = (counts: number[]) =>
		sessionPercentileBounds(
			counts.map((slow, seed) => bimodalSession(slow, seed)),
			0.95,
		);
	const mixed = judge([16, 22, 14, 19, 24]);
	t.is(mixed.method, 'sign-test');
	t.true(mixed.bimodal);
	t.true((mixed.lower ?? 2) < 1.02 && (mixed.upper ?? 0) > 1.5, 'the limit between the modes stays open');
	t.regex(mixed.note ?? '', /p95 lies in a gap/);
	// Bounds of one session at n = 400: ranks 372 and 388 of scipy's binomial, so 13 slow samples reach the upper rank.
	t.true((judge([40, 40, 40, 40, 40]).lower ?? 0) > 1.4);
	t.is(judge([16, 22, 14, 19]).upper, null);
	t.regex(judge([16, 22, 14, 19]).note ?? '', /needs 5 sessions, not 4/);
});

test('a gap too small for the ratio is seen all the same', (t) => {
	const sessions = Array.from({ length: 10 }, (_, seed) => bimodalSession(12 + seed, seed, 1.06));
	const { method, bimodal, clumped, note, lower, upper } = sessionPercentileBounds(sessions, 0.95);
	t.deepEqual([method, bimodal, clumped], ['student-log', false, true]);
	t.regex(note ?? '', /clumps/);
	t.true((lower ?? 2) < 1.02 && (upper ?? 0) > 1.05);
});

test('values not above 0 have no logarithm and go to the sign test', (t) => {
	const sessions = SHIFTS.map((shift) => evenSession(shift).map((value) => value - 10.5));
	const { method, lower, upper, betweenSd } = sessionPercentileBounds(sessions, 0.5);
	t.is(method, 'sign-test');
	t.true((lower ?? 0) < (upper ?? 0));
	t.is(betweenSd, Number.NaN);
});

test('the sign test errs by (1/2 + alpha)^R: five sessions at 5 %, ten at 1 %', (t) => {
	t.is(signTestSessions(0.05), 5);
	t.is(signTestSessions(0.01), 7);
});

test('bounds enclose the estimate, and scale with the unit', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 3, max: 8 }), fc.nat(1000), fc.constantFrom(0.5, 0.95), (count, seed, p) => {
			const random = seededRandom(seed);
			const sessions = Array.from({ length: count }, () => {
				const level = Math.exp(0.05 * random.normal());
				return Float64Array.from({ length: 120 }, () => level * Math.exp(0.01 * random.normal())).sort();
			});
			const { estimate, lower, upper } = sessionPercentileBounds(sessions, p);
			const thousandfold = sessionPercentileBounds(
				sessions.map((samples) => samples.map((value) => 1000 * value)),
				p,
			);
			if (lower === null || upper === null) return false;
			return lower <= estimate && estimate <= upper && Math.abs((thousandfold.upper ?? 0) / upper - 1000) < 1e-6;
		}),
		{ numRuns: 50 },
	);
	t.pass();
});

test("Fisher's largest spacing: his formula worked out in Python with whole binomials", (t) => {
	t.true(Math.abs(largestSpacingP(0.3, 10) - 0.39173971) < 1e-9);
	t.true(Math.abs(largestSpacingP(0.5, 8) - 0.0625) < 1e-12);
	t.is(largestSpacingP(1, 5), 0);
});

test('nonsense is refused', (t) => {
	t.throws(() => sessionPercentileBounds([], 0.95), { instanceOf: RangeError, message: /at least 1, got 0/ });
	t.throws(() => sessionPercentileBounds([Float64Array.of(2, 1)], 0.95), {
		instanceOf: RangeError,
		message: /sessions\[0\]: expected ascending/,
	});
	t.throws(() => sessionPercentileBounds([Float64Array.of()], 0.95), { instanceOf: RangeError });
});
