import test from 'ava';
import { csvOf, figuresOf, scattered, verdictOn } from '../../testing/verdict-on.ts';

const near = (a: number | null | undefined, b: number) => typeof a === 'number' && Math.abs(a - b) < 1e-9;
const RATIOS = [1.004, 0.997, 1.011, 1.006, 0.999, 1.009, 1.002, 1.013];

const paired = (ratios: readonly number[]) =>
	csvOf(
		'pair,arm,value',
		ratios.flatMap((ratio, pair) => [`${pair},B,${ratio * (10 + pair)}`, `${pair},A,${10 + pair}`]),
	);

test('pairs: Hodges-Lehmann with exact signed-rank bounds', async (t) => {
	const verdict = await verdictOn(paired(RATIOS), 'ratio', '<= 1.02');
	// Walsh averages in numpy; scipy.stats.wilcoxon(exact) crosses 5 % at these bounds.
	t.true(near(verdict.estimate, 1.0049907959023268));
	t.true(near(verdict.lower, 1.0004988755615871) && near(verdict.upper, 1.0094939326216874));
	t.is(verdict.verdict, 'pass');
	// Of the 2 % that are allowed, not of 1.02.
	t.true(near(verdict.used, Math.log(1.0094939326216874) / Math.log(1.02)));
	t.regex(verdict.notes.join(), /more, beyond chance, but by less than the limit allows/);
	t.is((await verdictOn(paired(RATIOS.map((ratio) => ratio * 1.05)), 'ratio', '<= 1.02')).verdict, 'fail');
});

test('four pairs decide nothing, five may', async (t) => {
	const four = await verdictOn(paired(RATIOS.slice(0, 4)), 'ratio', '<= 1.5');
	t.is(four.verdict, 'inconclusive');
	t.deepEqual(four.wouldDecide, { what: 'pairs', n: 5 });
	t.is((await verdictOn(paired(RATIOS.slice(0, 5)), 'ratio', '<= 1.5')).verdict, 'pass');
});

test('pairs without any spread are copies', async (t) => {
	const verdict = await verdictOn(paired(new Array(8).fill(1)), 'ratio', '<= 1.02');
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual(verdict.marks, ['no spread']);
});

test('a larger-is-better ratio', async (t) => {
	const verdict = await verdictOn(paired(RATIOS.map((ratio) => 1 / ratio)), 'ratio', '>= 0.98');
	t.is(verdict.verdict, 'pass');
	t.true(near(verdict.used, Math.log(1 / 1.0094939326216874) / Math.log(0.98)));
});

test('arms that are not paired: Mann-Whitney, with a mark', async (t) => {
	const rows = [10, 10.2, 9.9, 10.1, 10.05]
		.map((a) => `A,${a}`)
		.concat([10.1, 10.35, 10.25, 10.15, 10.3].map((b) => `B,${b}`));
	const verdict = await verdictOn(csvOf('arm,value', rows), 'ratio', '<= 1.05');
	const figures = figuresOf(verdict, 'two-sample-shift');
	t.is(verdict.verdict, 'pass');
	t.deepEqual(verdict.marks, ['unpaired: drift not controlled']);
	t.true(near(verdict.estimate, 1.0198019801980196), 'median of the 25 differences of logarithms, numpy');
	// Inverting scipy.stats.mannwhitneyu(exact) at 5 % a side.
	t.true(near(verdict.lower, 1.004950495049505) && near(verdict.upper, 1.03));
	t.is(figures.a.length + figures.b.length, 10);
	const three = await verdictOn(csvOf('arm,value', rows.slice(2, 8)), 'ratio', '<= 1.5');
	t.is(three.verdict, 'inconclusive');
	t.regex(three.reason, /3 of A against 3 of B cannot decide; 4 of each/);
});

test('rows of an arm are reduced to what is named, and only then', async (t) => {
	const rows = RATIOS.flatMap((ratio, pair) => [
		...scattered(100).map((value) => `${pair},A,${value}`),
		...scattered(100).map((value) => `${pair},B,${value * ratio}`),
	]);
	const text = csvOf('pair,arm,value', rows);
	await t.throwsAsync(verdictOn(text, 'ratio', '<= 1.02'), {
		message: /:3, column "pair": pair "0" has 100 rows of A, expected one; name what/,
	});
	for (const of of [
		{ kind: 'percentile', name: 'p95', p: 0.95 },
		{ kind: 'mean', name: 'mean' },
	] as const) {
		const verdict = await verdictOn(text, 'ratio', '<= 1.02', { of });
		// Every value of B is its ratio times one of A, so the percentiles and means are too.
		t.true(near(verdict.upper, 1.0094939326216874), of.name);
		t.is(verdict.n, 8);
	}
	const p99 = { kind: 'percentile', name: 'p99', p: 0.99 } as const;
	await t.throwsAsync(verdictOn(text, 'ratio', '<= 1.02', { of: p99 }), {
		message: /pair "0", arm A has 100 rows; p99 of a session needs 299/,
	});
});

const isRefused = test.macro(async (t, text: string, message: RegExp) => {
	await t.throwsAsync(verdictOn(text, 'ratio', '<= 1.02'), { message });
});

test(
	'a pair without B',
	isRefused,
	'pair,arm,value\n1,A,1\n1,B,1\n2,A,1\n',
	/:4, column "pair": pair "2" has A and no B/,
);
test('no B at all', isRefused, 'pair,arm,value\n1,A,1\n', /only A is there/);
test('zero', isRefused, 'pair,arm,value\n1,A,1\n1,B,0\n', /:3, column "value": expected a number above 0, got 0/);
test('a negative value', isRefused, 'arm,value\nA,1\nB,-2\n', /:3, column "value": expected a number above 0, got -2/);
