import test from 'ava';
import { traceMeanBounds } from './session-power.ts';

const near = (a: number, b: number) => Math.abs(a - b) < 1e-10;

test('batches that swing to and fro are averaged as they are: numpy 2.4', (t) => {
	const batches = [5.1, 4.9, 5.3, 5.0, 4.8, 5.2, 5.1, 4.7, 5.0, 5.2, 4.9, 5.1, 5.3, 4.8, 5.0, 4.9, 5.2, 5.1, 4.9, 5.0];
	const { estimate, typeA, dofA, method, refused } = traceMeanBounds(batches, 0);
	t.true(near(estimate, 5.025));
	t.true(near(typeA, 0.0376094892840959));
	t.deepEqual([dofA, method, refused], [19, 'batch-means', null]);
});

test('correlation below the refusal widens type A: numpy 2.4', (t) => {
	const batches = [5.1, 5.2, 5.0, 4.9, 4.8, 4.9, 5.1, 5.0, 5.2, 5.3, 5.0, 5.1, 4.9, 4.8, 5.0, 5.2, 5.0, 5.1, 5.0, 5.3];
	// lag-1 0.2332, freed of its bias 0.3539: s / sqrt 20 times sqrt(1.3539 / 0.6461).
	const { typeA, method } = traceMeanBounds(batches, 0);
	t.is(method, 'batch-means');
	t.true(near(typeA, 0.047522284518222345), `${typeA}`);
});

const ramp = Array.from({ length: 20 }, (_, index) => 10 + index / 10);

test('a trace that wanders is refused, and only an envelope is left', (t) => {
	const { estimate, lower, upper, typeA, refused, method } = traceMeanBounds(ramp, 0);
	t.is(method, 'envelope');
	t.regex(refused ?? '', /^trace too short: /);
	t.is(typeA, Number.NaN);
	t.true(near(estimate, 10.95));
	// Range 1.9 below 10 and above 11.9.
	t.true(near(lower, 8.1) && near(upper, 13.8));
	const metered = traceMeanBounds(ramp, 0.5);
	t.true(near(metered.upper, 13.8 + 0.5 * 1.6448536269514722));
});

test('wandering within twice the meter is not averaged, and not refused', (t) => {
	const { typeA, refused, method, upper } = traceMeanBounds(ramp, 0.951);
	t.deepEqual([refused, method], [null, 'no-averaging']);
	t.true(near(typeA, 1.9));
	// dof 19 (1 + (0.951 / 1.9)^2)^2 = 29.7, cut: t 1.6991270265334986 (scipy).
	t.true(near(upper, 10.95 + Math.hypot(1.9, 0.951) * 1.6991270265334986));
	t.is(traceMeanBounds(ramp, 0.949).method, 'envelope');
});

test('equal batches leave the meter alone', (t) => {
	const { typeA, upper, refused } = traceMeanBounds(new Array(20).fill(7), 1);
	t.is(typeA, 0);
	t.is(refused, null);
	t.true(near(upper, 7 + 1.6448536269514722));
});

test('nonsense is refused', (t) => {
	t.throws(() => traceMeanBounds([1, 2, 3], 0), { instanceOf: RangeError, message: /at least 10 values, got 3/ });
	t.throws(() => traceMeanBounds(ramp, -1), { instanceOf: RangeError, message: /typeB/ });
	t.throws(() => traceMeanBounds(ramp, Number.NaN), { instanceOf: RangeError });
});
