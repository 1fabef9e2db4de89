import test from 'ava';
import fc from 'fast-check';
import { csvOf, verdictOn } from '../../testing/verdict-on.ts';

const good = (verdict: string) => verdict === 'pass' || verdict === 'marginal';
const RUNS = { numRuns: 60 };

/** Whole numbers, so that scaling by a power of two is exact. */
const values = (min = 5, max = 150) => fc.array(fc.integer({ min: 1, max: 40 }), { minLength: min, maxLength: max });
const limits = fc.integer({ min: 1, max: 45 });
const stats = fc.constantFrom('p50', 'p90', 'p95', 'mean', 'max');

/** Rows of five to seven sessions. */
const sessions = fc.array(values(20, 60), { minLength: 5, maxLength: 7 });
const sessionRows = (sets: readonly number[][], order = sets.map((_, index) => index)) =>
	csvOf(
		'value,session',
		order.flatMap((index) => (sets[index] ?? []).map((value) => `${value},boot${index}`)),
	);

test('scaling values and limit alike never changes the verdict', async (t) => {
	await fc.assert(
		fc.asyncProperty(values(), limits, stats, fc.constantFrom(0.125, 8, 1024), async (rows, limit, stat, factor) => {
			const plain = await verdictOn(csvOf('value', rows), stat, `< ${limit}`);
			const scaled = await verdictOn(
				csvOf(
					'value',
					rows.map((value) => value * factor),
				),
				stat,
				`< ${limit * factor}`,
			);
			t.is(scaled.verdict, plain.verdict);
			t.is(scaled.leaning, plain.leaning);
		}),
		RUNS,
	);
});

test('the order of the sessions never changes the verdict', async (t) => {
	await fc.assert(
		fc.asyncProperty(
			sessions,
			limits,
			fc.constantFrom('p50', 'p80', 'mean', 'max'),
			fc.nat(),
			async (sets, limit, stat, turn) => {
				const order = sets.map((_, index) => (index + turn) % sets.length).reverse();
				const before = await verdictOn(sessionRows(sets), stat, `< ${limit}`);
				const after = await verdictOn(sessionRows(sets, order), stat, `< ${limit}`);
				t.is(after.verdict, before.verdict);
			},
		),
		RUNS,
	);
});

test('a worse row never turns a fail into a pass', async (t) => {
	await fc.assert(
		fc.asyncProperty(values(), limits, stats, fc.integer({ min: 0, max: 60 }), async (rows, limit, stat, more) => {
			const before = await verdictOn(csvOf('value', rows), stat, `< ${limit}`);
			const after = await verdictOn(csvOf('value', [...rows, limit + more]), stat, `< ${limit}`);
			t.false(before.verdict === 'fail' && good(after.verdict), `${before.verdict} -> ${after.verdict}`);
		}),
		{ numRuns: 150 },
	);
});

test('a wrong answer never turns a fail into a pass, and never helps', async (t) => {
	const answers = fc.array(fc.constantFrom(0, 1, 1, 1), { minLength: 1, maxLength: 200 });
	await fc.assert(
		fc.asyncProperty(answers, fc.integer({ min: 1, max: 99 }), async (rows, percent) => {
			const before = await verdictOn(csvOf('correct', rows), 'proportion', `>= ${percent} %`);
			const after = await verdictOn(csvOf('correct', [...rows, 0]), 'proportion', `>= ${percent} %`);
			t.false(!good(before.verdict) && good(after.verdict));
		}),
		RUNS,
	);
});

test('a looser limit never turns a pass into anything else', async (t) => {
	await fc.assert(
		fc.asyncProperty(values(60), limits, stats, fc.integer({ min: 0, max: 30 }), async (rows, limit, stat, more) => {
			const tight = await verdictOn(csvOf('value', rows), stat, `< ${limit}`);
			const loose = await verdictOn(csvOf('value', rows), stat, `< ${limit + more}`);
			t.false(good(tight.verdict) && !good(loose.verdict));
			t.false(loose.verdict === 'fail' && tight.verdict !== 'fail');
		}),
		RUNS,
	);
});

const isRefused = test.macro(async (t, stat: string, limit: string, options: object, message: RegExp) => {
	await t.throwsAsync(verdictOn('value,correct,arm\n1,1,A\n', stat, limit, options), { message });
});

test(
	'alpha of 5',
	isRefused,
	'p95',
	'< 1 ms',
	{ alpha: 5 },
	/--alpha: expected a number from 0\.000001 to below 0\.5, got 5/,
);
test(
	'a sequential p95',
	isRefused,
	'p95',
	'< 1 ms',
	{ sprt: 0.9 },
	/--sprt: means nothing for p95; it is for proportion/,
);
test('a plan without a test', isRefused, 'proportion', '> 90 %', { plannedRows: 9 }, /--plan: belongs to --sprt/);
test(
	'a unit of a proportion',
	isRefused,
	'proportion',
	'> 90 %',
	{ unit: 'ms' },
	/--unit: means nothing for proportion/,
);
test('units of two kinds', isRefused, 'p95', '< 1 ms', { unit: 'mW' }, /--unit: mW cannot be turned into ms/);
test(
	'a fixed set tried in sequence',
	isRefused,
	'proportion',
	'> 90 %',
	{ sprt: 0.95, fixedSet: true },
	/exclude each other/,
);

test('rows of two arms are not one sample', async (t) => {
	for (const stat of ['p95', 'mean', 'max']) {
		await t.throwsAsync(verdictOn('value,arm\n1,A\n2,B\n', stat, '< 9 ms'), {
			message: /column "arm": there are rows of A and of B/,
		});
	}
});

test('values in one unit meet a limit in another exactly where they should', async (t) => {
	const rows = csvOf('value', [...Array.from({ length: 58 }, (_, row) => 12_000 + ((row * 618) % 1000)), 15_300]);
	t.is((await verdictOn(rows, 'p95', '<= 15.3 ms', { unit: 'us' })).verdict, 'marginal');
	t.is((await verdictOn(rows, 'p95', '< 15.3 ms', { unit: 'us' })).verdict, 'inconclusive');
});
