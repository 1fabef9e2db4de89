import test from 'ava';
import { seededRandom, xoshiro128 } from './random.ts';

test('the generator gives what the reference implementation in C gives', (t) => {
	// State and outputs of xoshiro128** as published with a 6502 port checked against Blackman and Vigna's C code.
	const next = xoshiro128([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0]);
	t.deepEqual([next(), next(), next(), next()], [0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70]);
});

test('one seed, one sequence; another seed, another', (t) => {
	const draw = (seed: number) => {
		const random = seededRandom(seed);
		return [random.uniform(), random.integer(1000), random.normal(), random.normal(), random.uniform()];
	};
	t.deepEqual(draw(7), draw(7));
	t.notDeepEqual(draw(7), draw(8));
	t.notDeepEqual(draw(7), draw(7 + 2 ** 32));
});

test('numbers are spread as they should be', (t) => {
	const random = seededRandom(1);
	const count = 100_000;
	let sum = 0;
	let squares = 0;
	let beyond = 0;
	const cells = new Array<number>(7).fill(0);
	for (let draw = 0; draw < count; draw++) {
		const uniform = random.uniform();
		if (uniform < 0 || uniform >= 1) t.fail(`outside 0..1: ${uniform}`);
		const normal = random.normal();
		sum += normal;
		squares += normal * normal;
		if (Math.abs(normal) > 1.959964) beyond += 1;
		const cell = random.integer(7);
		cells[cell] = (cells[cell] ?? 0) + 1;
	}
	// Five standard errors each.
	t.true(Math.abs(sum / count) < 5 / Math.sqrt(count));
	t.true(Math.abs(squares / count - 1) < 5 * Math.sqrt(2 / count));
	t.true(Math.abs(beyond / count - 0.05) < 5 * Math.sqrt(0.0475 / count));
	const chiSquare = cells.reduce((total, cell) => total + (cell - count / 7) ** 2 / (count / 7), 0);
	t.true(chiSquare < 30, `chi-square with 6 degrees of freedom: ${chiSquare}`);
});

test('nonsense is refused', (t) => {
	t.throws(() => seededRandom(-1), { instanceOf: RangeError, message: /seed: expected a whole number/ });
	t.throws(() => seededRandom(0.5), { instanceOf: RangeError });
	t.throws(() => seededRandom(1).integer(0), { instanceOf: RangeError, message: /at least 1/ });
});
