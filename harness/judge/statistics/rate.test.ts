import test from 'ava';
import { countBursts, exposureToDecide, poissonRateBounds } from './rate.ts';

test('none in T hours bounds the rate by 3.0 / T, three by 7.75 / T: scipy 1.17 stats.chi2', (t) => {
	for (const [events, lower, upper] of [
		[0, 0, 2.9957322735539895],
		[1, 0.05129329438755053, 4.743864518390577],
		[3, 0.8176914471639534, 7.753656527932725],
		[10, 5.425405697091295, 16.962219235721903],
	] as const) {
		const bounds = poissonRateBounds(events, 10);
		t.true(Math.abs(10 * bounds.lower - lower) < 1e-10 && Math.abs(10 * bounds.upper - upper) < 1e-10);
		t.is(bounds.estimate, events / 10);
	}
});

test('one false accept in ten hours takes 30 h without any', (t) => {
	t.true(Math.abs((exposureToDecide(0, 5, 0.1) ?? 0) - 29.9573227355399) < 1e-9);
	t.is(exposureToDecide(0, 40, 0.1), 40, 'it is decided');
	const needed = exposureToDecide(2, 40, 0.1) ?? 0;
	t.true(needed > 60 && needed < 400, `${needed}`);
	t.is(exposureToDecide(1, 10, 0.1), null, 'on the limit');
});

test('events close together are one burst', (t) => {
	t.is(countBursts([], 5), 0);
	t.is(countBursts([10, 12, 14, 30, 31, 90], 5), 3);
	t.is(countBursts([10, 15], 5), 1, 'the hold-off itself still belongs');
});

test('nonsense is refused', (t) => {
	t.throws(() => poissonRateBounds(-1, 1), { instanceOf: RangeError, message: /events/ });
	t.throws(() => poissonRateBounds(1, 0), {
		instanceOf: RangeError,
		message: 'poissonRateBounds: exposure: expected a number above 0, got 0',
	});
	t.throws(() => poissonRateBounds(1.5, 1), { instanceOf: RangeError });
	t.throws(() => countBursts([2, 1], 1), { instanceOf: RangeError, message: /ascending/ });
});
