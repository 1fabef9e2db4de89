import test from 'ava';
import fc from 'fast-check';
import { mcnemarExact, tangoBounds } from './paired.ts';

test('McNemar: scipy 1.17 stats.binom; below six discordant clips nothing reaches 0.05', (t) => {
	for (const [b, c, p] of [
		[0, 5, 0.0625],
		[0, 6, 0.03125],
		[3, 9, 0.14599609375],
		[23, 27, 0.6718110337653656],
		[0, 0, 1],
		[4, 4, 1],
	] as const)
		t.true(Math.abs(mcnemarExact(b, c) - p) < 1e-12 && mcnemarExact(c, b) === mcnemarExact(b, c));
});

test('Tango: likelihood maximised numerically and root by brentq, scipy 1.17, half a clip added', (t) => {
	for (const [b, c, n, lower, upper] of [
		[5, 3, 100, -0.07992488854889437, 0.0363916609268385],
		[12, 4, 200, -0.07952782624266333, -0.005039927392423816],
		[30, 41, 1000, -0.0034209138109166887, 0.02574629845556248],
		[0, 7, 64, 0.05038067811392619, 0.1993260763107028],
	] as const) {
		const bounds = tangoBounds(b, c, n);
		t.true(Math.abs(bounds.lower - lower) < 1e-7 && Math.abs(bounds.upper - upper) < 1e-7, `${b} ${c} ${n}`);
		t.is(bounds.estimate, (c - b) / n);
	}
});

test('bounds enclose the estimate, stay within -1..1, and turn over with the systems', (t) => {
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), fc.nat(), (n, rawB, rawC) => {
			const b = rawB % (n + 1);
			const c = rawC % (n - b + 1);
			const { lower, upper, estimate } = tangoBounds(b, c, n);
			const turned = tangoBounds(c, b, n);
			return (
				lower <= estimate &&
				estimate <= upper &&
				lower >= -1 &&
				upper <= 1 &&
				Math.abs(lower + turned.upper) < 1e-12 &&
				Math.abs(upper + turned.lower) < 1e-12
			);
		}),
	);
	t.pass();
});

test('where no clip differs the bounds shrink with n and do not vanish', (t) => {
	const small = tangoBounds(0, 0, 50);
	const large = tangoBounds(0, 0, 5000);
	t.true(small.upper > large.upper && large.upper > 0);
	t.true(Math.abs(small.upper + small.lower) < 1e-12);
});

test('nonsense is refused', (t) => {
	t.throws(() => tangoBounds(6, 5, 10), {
		instanceOf: RangeError,
		message: /c: expected a whole number of at least 0 and at most 4, got 5/,
	});
	t.throws(() => tangoBounds(0, 0, 0), { instanceOf: RangeError, message: /n:/ });
	t.throws(() => mcnemarExact(0.5, 1), { instanceOf: RangeError });
});
