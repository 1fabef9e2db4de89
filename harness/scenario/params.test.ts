import test from 'ava';
import { listedParams, paramText, parseParam, parseParamOptions } from './params.ts';

test('words stand for values on the wire', (t) => {
	t.deepEqual(parseParamOptions(['solver=rk4', 'timestep=8ms', 'gating=off', 'spin.cell=1000']), {
		solver: 2,
		timestep: 80,
		gating: 0,
		'spin.cell': 1000,
	});
	t.is(parseParam('solver', 'adaptive-heun', 'x'), 3);
	t.is(parseParam('timestep', 'adaptive', 'x'), 0);
	t.is(parseParam('timestep', ' 0.5 ms ', 'x'), 5);
	t.is(parseParam('gating', 'on', 'x'), 1);
	t.is(parseParam('solver', 2, 'x'), 2, 'a number is taken as it is');
	t.is(parseParam('offset', '-5', 'x'), -5);
});

for (const [given, expected] of [
	['solver=rk5', '--param: solver is `rk5`: did you mean "rk4"?'],
	['solver=simpson-third', '--param: solver is `simpson-third`: known: euler, heun, rk4, adaptive-heun'],
	['timestep=16', /timestep is `16`: expected `adaptive`, or milliseconds with their unit/],
	['timestep=0 ms', /timestep is `0 ms`: expected/],
	['timestep=-8ms', /timestep is `-8ms`: expected/],
	['spin.cell=many', '--param: spin.cell is `many`: expected a whole number of 32 bits.'],
	['spin.cell=4294967296', /expected a whole number of 32 bits/],
	['spin.cell=1.5', /expected a whole number of 32 bits/],
	['solver', '--param: `solver` has no value: expected one such as solver=rk4.'],
	['Solver=rk4', /`Solver` is no name of a parameter/],
	['=rk4', /`` is no name of a parameter/],
	['constructor=1', null],
] as const) {
	test(`--param ${given}`, (t) => {
		if (expected === null) {
			t.deepEqual(Object.entries(parseParamOptions([given])), [['constructor', 1]]);
			return;
		}
		const message = t.throws(() => parseParamOptions([given]))?.message ?? '';
		if (typeof expected === 'string') t.is(message, expected);
		else t.regex(message, expected);
	});
}

test('a parameter given twice is refused: nobody knows which was meant', (t) => {
	t.is(t.throws(() => parseParamOptions(['gating=on', 'gating=off']))?.message, '--param: gating is given twice.');
});

test('what overrides the scenario is marked, what repeats it is not', (t) => {
	t.deepEqual(listedParams({ solver: 0, gating: 1 }, { solver: 2, gating: 1, timestep: 80 }), [
		{ name: 'solver', value: 2, overridden: true },
		{ name: 'gating', value: 1, overridden: false },
		{ name: 'timestep', value: 80, overridden: true },
	]);
	t.regex(t.throws(() => listedParams({}, { solver: 1.5 }))?.message ?? '', /solver = 1\.5 is no parameter/);
});

test('for people a value is its word, with its unit', (t) => {
	const shown = [
		['solver', 2],
		['solver', 9],
		['timestep', 0],
		['timestep', 85],
		['gating', 0],
		['spin.cell', 7],
	].map(([name, value]) => paramText({ name: String(name), value: Number(value) }));
	t.deepEqual(shown, ['solver rk4', 'solver 9', 'timestep adaptive', 'timestep 8.5 ms', 'gating off', 'spin.cell 7']);
});
