import test from 'ava';
import fc from 'fast-check';
import { amdahl } from './amdahl.ts';

/** Stage lines of seed 004's log: `T3 token generation: 3.90s`, `S3Gen audio synthesis: 0.50s`; target < 1.0 s. */
const SEED_004 = [
	{ name: 'T3', cost: 3.9 },
	{ name: 'S3Gen', cost: 0.5 },
];

test("seed 004's two stages: T3 must get 7.8 times faster, or both 4.4 times", (t) => {
	const { total, factorInAll, stages, together, sentence } = amdahl(SEED_004, 1, 's');
	t.is(total, 4.4);
	t.is(factorInAll, 4.4);
	t.is(
		sentence,
		'T3 at zero cost still leaves 0.5 s; to reach 1 s, T3 must get 7.8 times faster, or T3 and S3Gen together 4.4 times',
	);
	t.is(stages[0]?.factorAlone?.toFixed(6), '7.800000');
	t.deepEqual([stages[1]?.name, stages[1]?.restAtZero.toFixed(6), stages[1]?.factorAlone], ['S3Gen', '3.900000', null]);
	t.deepEqual(together?.names, ['T3', 'S3Gen']);
	t.is(together?.factor.toFixed(6), '4.400000');
});

test("seed 004's own case: sampling at zero cost leaves 3.6 of 3.8 s, 5 % less, and only the forward pass matters", (t) => {
	const { stages, factorInAll } = amdahl(
		[
			{ name: 'sampling', cost: 0.2 },
			{ name: 'forward', cost: 3.6 },
		],
		1,
		's',
	);
	t.is(factorInAll.toFixed(6), '3.800000'); // "Need ~4x speedup total (3.8s -> <1.0s)"
	const sampling = stages.find(({ name }) => name === 'sampling');
	t.is(sampling?.restAtZero.toFixed(6), '3.600000');
	t.is(Math.round(100 * (sampling?.share ?? 0)), 5);
	t.is(sampling?.factorAlone, null);
	t.is(stages[0]?.name, 'forward');
	t.is(stages[0]?.factorAlone?.toFixed(6), (3.6 / 0.8).toFixed(6));
});

test('where no stage is enough alone, the fewest that are enough together are named', (t) => {
	const stages = [4, 3, 2, 1].map((cost) => ({ name: `s${cost}`, cost }));
	const { together, sentence } = amdahl(stages, 4, 'ms');
	t.deepEqual(together?.names, ['s4', 's3']);
	t.is(together?.factor, 7);
	t.is(
		sentence,
		's4 at zero cost still leaves 6 ms, so it cannot reach 4 ms alone; s4 and s3 together 7 times faster would',
	);
});

test('a target that is met, and stages there are none of, are said to be so', (t) => {
	t.is(amdahl(SEED_004, 5, 's').sentence, '4.4 s in all reaches 5 s already');
	t.is(amdahl([], 5, 's').sentence, 'there is nothing to make faster');
	t.is(amdahl([{ name: 'only', cost: 3 }], 1, 's').sentence.includes('only must get 3 times faster'), true);
});

test('a stage made faster by its factor reaches the target exactly, and all together by theirs', (t) => {
	const costs = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 1, maxLength: 8 });
	t.notThrows(() =>
		fc.assert(
			fc.property(costs, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (values, share) => {
				const total = values.reduce((a, b) => a + b, 0);
				const target = share * total;
				const { stages, together } = amdahl(
					values.map((cost, index) => ({ name: `s${index}`, cost })),
					target,
					'ms',
				);
				const near = (value: number) => Math.abs(value - target) < 1e-6 * total;
				const alone = stages.every(
					({ factorAlone, restAtZero, share: part }) =>
						(factorAlone === null && restAtZero >= target - 1e-9 * total) ||
						near(restAtZero + (part * total) / (factorAlone ?? 1)),
				);
				const named = new Set(together?.names);
				const cost = values.reduce((sum, value, index) => sum + (named.has(`s${index}`) ? value : 0), 0);
				return alone && (together === null || near(total - cost + cost / together.factor));
			}),
		),
	);
});
