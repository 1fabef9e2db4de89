import test from 'ava';
import { csvOf, figuresOf, scattered, verdictOn } from '../../testing/verdict-on.ts';

const VALUES = scattered(200);
const near = (a: number | null, b: number) => a !== null && Math.abs(a - b) < 1e-9;

test('ranks, bounds and type 8 are those of scipy', async (t) => {
	const verdict = await verdictOn(csvOf('value', VALUES), 'p95', '< 15 ms');
	const figures = figuresOf(verdict, 'order-statistics');
	// scipy.stats.binom.cdf and numpy.quantile(method='median_unbiased') on the same 200 values.
	t.deepEqual([figures.lowerRank, figures.upperRank], [185, 196]);
	t.true(near(figures.lower, 11.844) && near(figures.upper, 11.956));
	t.true(near(figures.type8, 11.8946));
	t.true(near(figures.standardDeviation, 0.5815176816489347));
	t.deepEqual([figures.passAtMost, figures.failAtLeast], [4, 16]);
	t.is(verdict.verdict, 'pass');
	t.is(verdict.estimate, figures.type8);
});

const decides = test.macro(async (t, n: number, over: number, stat: string, expected: string) => {
	const values = scattered(n).map((value, row) =>
		row % Math.floor(n / over) === 0 && row / Math.floor(n / over) < over ? 20 : value,
	);
	t.is(values.filter((value) => value > 15).length, over);
	t.is((await verdictOn(csvOf('value', values), stat, '< 15 ms')).verdict, expected as never);
});

// The counts of statistics.md 2.1, from scipy.
test('59 clean rows prove a p95', decides, 59, 0, 'p95', 'pass');
test('58 do not', decides, 58, 0, 'p95', 'inconclusive');
test('93 rows may hold one over the limit', decides, 93, 1, 'p95', 'pass');
test('92 may not', decides, 92, 1, 'p95', 'inconclusive');
test('299 clean rows prove a p99', decides, 299, 0, 'p99', 'pass');
test('298 do not', decides, 298, 0, 'p99', 'inconclusive');
test('1000 rows, p99: 4 over pass', decides, 1000, 4, 'p99', 'pass');
test('1000 rows, p99: 5 over are open', decides, 1000, 5, 'p99', 'inconclusive');
test('1000 rows, p99: 15 over are open', decides, 1000, 15, 'p99', 'inconclusive');
test('1000 rows, p99: 16 over fail', decides, 1000, 16, 'p99', 'fail');
test('100 rows, p95: 10 over fail', decides, 100, 10, 'p95', 'fail');

test('an undecided row says how many rows would do', async (t) => {
	const verdict = await verdictOn(csvOf('value', scattered(58)), 'p95', '< 15 ms');
	t.deepEqual(verdict.wouldDecide, { what: 'rows', n: 59 });
	t.is(verdict.leaning, 'pass');
	t.is(verdict.upper, null);
	t.regex(verdict.reason, /58 rows cannot prove a p95.*59/);
});

test('a limit from below is the mirror of one from above', async (t) => {
	const mirrored = VALUES.map((value) => -value);
	const above = await verdictOn(csvOf('value', VALUES), 'p95', '< 11.9');
	const below = await verdictOn(csvOf('value', mirrored), 'p5', '> -11.9');
	t.is(below.verdict, above.verdict);
	t.deepEqual(below.wouldDecide, above.wouldDecide);
	t.true(near(below.lower, -(above.upper ?? 0)) && near(below.upper, -(above.lower ?? 0)));
});

const isWithheld = test.macro(async (t, values: readonly number[], mark: string, reason: RegExp) => {
	const verdict = await verdictOn(csvOf('value', values), 'p95', '< 15 ms');
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual([verdict.lower, verdict.upper], [null, null]);
	t.deepEqual(verdict.marks, [mark]);
	t.regex(verdict.reason, reason);
});

test('one row', isWithheld, [12], 'one row', /one row tells nothing/);

test('rows without spread, or sorted, have no order to judge by: they are taken as independent, and marked', async (t) => {
	const constant = await verdictOn(csvOf('value', new Array(100).fill(12)), 'p95', '< 15 ms');
	t.deepEqual([constant.verdict, constant.marks], ['pass', ['no spread']]);
	const sorted = await verdictOn(csvOf('value', scattered(100).sort()), 'p95', '< 15 ms');
	t.deepEqual([sorted.verdict, sorted.marks], ['pass', ['sorted: taken as independent']]);
	for (const values of [new Array(58).fill(12), scattered(58).sort()])
		t.is((await verdictOn(csvOf('value', values), 'p95', '< 15 ms')).verdict, 'inconclusive', '58 are too few');
});

const wave = (middle: number) => Array.from({ length: 400 }, (_, row) => middle + Math.sin(row / 20));

test('a trace that wanders near the limit is undecided, far from it decided', async (t) => {
	for (const [middle, wanted] of [
		[12, 'inconclusive'],
		[18, 'inconclusive'],
		[-20, 'pass'],
		[50, 'fail'],
	] as const) {
		const verdict = await verdictOn(csvOf('value', wave(middle)), 'p95', '< 15 ms');
		t.is(verdict.verdict, wanted, `${middle}`);
		t.deepEqual(verdict.marks, ['autocorrelated']);
		if (wanted === 'inconclusive') t.regex(verdict.reason, /rows that follow each other are alike/);
	}
	t.is((await verdictOn(csvOf('value', wave(-20).slice(0, 58)), 'p95', '< 15 ms')).verdict, 'inconclusive', 'too few');
});

test('a maximum is refuted by one row and proven by none', async (t) => {
	const clean = await verdictOn(csvOf('value', scattered(299)), 'max', '< 15 ms');
	t.is(clean.verdict, 'inconclusive');
	t.is(clean.leaning, 'pass');
	// 1 - 0.05^(1/299)
	t.true(near(clean.missRate?.upper ?? null, 0.009969146792899286));
	const missed = await verdictOn(csvOf('value', [...scattered(98), 16, 17]), 'max', '< 15 ms');
	t.is(missed.verdict, 'fail');
	t.is(missed.reason, '17 ms was seen, which does not meet < 15 ms');
	// scipy.stats.beta.ppf(.95, 3, 98)
	t.true(near(missed.missRate?.upper ?? null, 0.06161920039604069));
});

test('misses are bounded in each session by itself', async (t) => {
	const rows = [...scattered(200).map((value) => `${value},a`), ...scattered(50).map((value) => `${value},b`)];
	const verdict = await verdictOn(csvOf('value,session', rows), 'max', '< 15 ms');
	t.is(verdict.missRate?.n, 50);
	t.true(near(verdict.missRate?.upper ?? null, 1 - 0.05 ** (1 / 50)));
});
