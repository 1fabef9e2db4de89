import test from 'ava';
import { csvOf, figuresOf, scattered, verdictOn } from '../../testing/verdict-on.ts';
import { seededRandom } from '../statistics/random.ts';
import { parseMeterUncertainty } from './meter-uncertainty.ts';

const near = (a: number | null | undefined, b: number) => typeof a === 'number' && Math.abs(a - b) < 1e-9;
const TRACE = csvOf('value', scattered(400));

function wandering(n: number, rho: number, seed: number): string {
	const random = seededRandom(seed);
	let value = random.normal();
	const rows = Array.from({ length: n }, () => {
		value = rho * value + Math.sqrt(1 - rho * rho) * random.normal();
		return 45 + value;
	});
	return csvOf('value', rows);
}

test('batch means: figures of numpy and scipy', async (t) => {
	const verdict = await verdictOn(TRACE, 'mean', '< 11.5 mW');
	const figures = figuresOf(verdict, 'batch-means');
	t.true(near(figures.estimate, 10.997));
	t.true(near(figures.typeA, 0.009933992677987818));
	t.true(near(figures.lag1, -0.4566666666666759));
	t.true(near(verdict.lower, 10.979822807311077) && near(verdict.upper, 11.01417719268892));
	t.is(figures.batches.length, 20);
	t.is(verdict.verdict, 'marginal');
	t.regex(verdict.notes.join(), /no meter uncertainty was given/);
});

test("a meter's limits of error are rectangular and do not average out", async (t) => {
	const verdict = await verdictOn(TRACE, 'mean', '< 11.5 mW', { meter: parseMeterUncertainty('2 %', true) });
	t.true(near(figuresOf(verdict, 'batch-means').typeB, 0.12698241820556627));
	t.true(near(verdict.lower, 10.78749395796245) && near(verdict.upper, 11.206506042037546));
	const close = await verdictOn(TRACE, 'mean', '< 11.1 mW', { meter: parseMeterUncertainty('+-0.22 mW', true) });
	t.is(close.verdict, 'inconclusive');
	t.deepEqual(close.wouldDecide, { what: 'a better meter', n: null });
});

test('the meter may be in another unit than the limit', async (t) => {
	const inUnit = async (text: string) =>
		figuresOf(await verdictOn(TRACE, 'mean', '< 12 mW', { meter: parseMeterUncertainty(text, false) }), 'batch-means')
			.typeB;
	t.is(await inUnit('400 uW'), 0.4);
	t.is(await inUnit('0.4'), 0.4);
	await t.throwsAsync(inUnit('0.4 ms'), { message: /--meter-uncertainty: ms cannot be turned into mW/ });
	for (const wrong of ['-2 %', '0', 'x', '2 % 3', ''])
		t.throws(() => parseMeterUncertainty(wrong, true), undefined, wrong);
});

test('a trace that wanders is refused, however clear the limit looks', async (t) => {
	// rho 0.999 over 20 000 rows: 20 batches taken as independent would cover the mean in 76 % of cases (statistics.md).
	for (const [n, rho] of [
		[20_000, 0.999],
		[1000, 0.99],
		[200, 0.9],
	] as const) {
		const verdict = await verdictOn(wandering(n, rho, 3), 'mean', '< 60 mW');
		t.is(verdict.verdict, 'inconclusive', `rho ${rho}`);
		t.deepEqual(verdict.marks, ['autocorrelated']);
		t.regex(verdict.reason, /too short for its own slowness/);
	}
	t.is((await verdictOn(wandering(20_000, 0.9, 3), 'mean', '< 60 mW')).verdict, 'pass', 'long enough');
});

test('a drift under the noise is seen in the batches', async (t) => {
	const random = seededRandom(21);
	const rows = Array.from({ length: 2000 }, (_, row) => 45 + row / 2000 + random.normal());
	const verdict = await verdictOn(csvOf('value', rows), 'mean', '< 60 mW');
	const { lag1, batchRows, batchRowsLeast } = figuresOf(verdict, 'batch-means');
	t.true((lag1 ?? 0) >= 0.3 && batchRows >= batchRowsLeast);
	t.is(verdict.verdict, 'inconclusive');
});

test('batches that look independent by chance are refused when they are short', async (t) => {
	const verdict = await verdictOn(wandering(100, 0.6, 4), 'mean', '< 60 mW');
	const { lag1, batchRows, batchRowsLeast } = figuresOf(verdict, 'batch-means');
	t.true((lag1 ?? 1) < 0.3 && batchRows < batchRowsLeast, `${lag1} ${batchRows} ${batchRowsLeast}`);
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual(verdict.wouldDecide, { what: 'rows', n: 20 * Math.ceil(batchRowsLeast) });
});

test('no trace passes its own mean as a limit more often than in one case of twenty', async (t) => {
	for (const rho of [0, 0.5, 0.95]) {
		let passed = 0;
		for (let seed = 0; seed < 150; seed++)
			if (/pass|marginal/.test((await verdictOn(wandering(400, rho, seed + 1), 'mean', '< 45 mW')).verdict))
				passed += 1;
		// 98 % binomial bound of 5 % in 150.
		t.true(passed <= 13, `rho ${rho}: ${passed} of 150 false passes`);
	}
});

const isOpen = test.macro(async (t, values: readonly number[], reason: RegExp) => {
	const verdict = await verdictOn(csvOf('value', values), 'mean', '< 15 mW');
	t.is(verdict.verdict, 'inconclusive');
	t.regex(verdict.reason, reason);
});

test('one row', isOpen, [12], /1 row of one session/);
test('thirty-nine rows', isOpen, scattered(39), /40 are the fewest.*`session` column/);
test('values that never change', isOpen, new Array(100).fill(12), /all 100 values are 12/);

test('an undecided mean says how many rows would do, and so many do', async (t) => {
	const undecided = await verdictOn(csvOf('value', scattered(40)), 'mean', '< 11.05 mW');
	t.is(undecided.verdict, 'inconclusive');
	const needed = undecided.wouldDecide?.n ?? 0;
	t.is(undecided.wouldDecide?.what, 'rows');
	t.true(needed > 40 && needed < 10_000, String(needed));
});
