import test from 'ava';
import fc from 'fast-check';
import { benjaminiHochberg } from './multiplicity.ts';

test('adjusted p: scipy 1.17 stats.false_discovery_control', (t) => {
	const { rejected, adjusted } = benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.8, 0.02]);
	[0.03, 0.048, 0.045, 0.03, 0.8, 0.04].forEach((wanted, index) => {
		t.true(Math.abs((adjusted[index] ?? 0) - wanted) < 1e-12);
	});
	t.deepEqual(rejected, [true, true, true, true, false, true]);
});

test('the example of Benjamini and Hochberg (1995): four of fifteen', (t) => {
	const p = [
		0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
	];
	t.is(benjaminiHochberg(p).rejected.filter(Boolean).length, 4);
});

test('adjusted p is never smaller, keeps the order, and does not depend on it', (t) => {
	fc.assert(
		fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (p) => {
			const { adjusted } = benjaminiHochberg(p);
			const backwards = benjaminiHochberg(p.toReversed()).adjusted.toReversed();
			return p.every((value, index) => {
				const own = adjusted[index] as number;
				const ordered = p.every((other, at) => other < value || (adjusted[at] as number) >= own - 1e-15);
				return own >= value - 1e-15 && own <= 1 && ordered && Math.abs(own - (backwards[index] as number)) < 1e-15;
			});
		}),
	);
	t.deepEqual(benjaminiHochberg([]), { rejected: [], adjusted: [] });
});

test('nonsense is refused', (t) => {
	t.throws(() => benjaminiHochberg([0.1, 1.2]), {
		instanceOf: RangeError,
		message: /p\[1\]: expected a number from 0 to 1, got 1.2/,
	});
	t.throws(() => benjaminiHochberg([0.1], 0), { instanceOf: RangeError, message: /q/ });
});
