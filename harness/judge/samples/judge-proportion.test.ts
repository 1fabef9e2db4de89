import test from 'ava';
import { csvOf, figuresOf, verdictOn } from '../../testing/verdict-on.ts';
import { seededRandom } from '../statistics/random.ts';

const near = (a: number | null | undefined, b: number) => typeof a === 'number' && Math.abs(a - b) < 1e-9;
/** k right of n, in an order drawn at random. */
function answers(k: number, n: number, seed = 5): number[] {
	const random = seededRandom(seed);
	const rows = Array.from({ length: n }, (_, row) => (row < k ? 1 : 0));
	for (let row = n - 1; row > 0; row--) {
		const other = random.integer(row + 1);
		[rows[row], rows[other]] = [rows[other] as 0 | 1, rows[row] as 0 | 1];
	}
	return rows;
}

test('93 of 100 do not prove 90 %: scipy.stats.beta', async (t) => {
	const verdict = await verdictOn(csvOf('correct', answers(93, 100)), 'proportion', '>= 90 %');
	t.is(verdict.verdict, 'inconclusive');
	t.is(verdict.leaning, 'pass');
	t.true(near(verdict.lower, 0.8725419844170297) && near(verdict.upper, 0.966688084382368));
	t.true(near(verdict.shown?.low, 0.862504852609265) && near(verdict.shown?.high, 0.9656807389327274));
	t.is(verdict.wouldDecide?.what, 'rows');
	t.true((verdict.wouldDecide?.n ?? 0) > 100);
});

test('97 of 100 do', async (t) => {
	const verdict = await verdictOn(csvOf('correct', answers(97, 100)), 'proportion', '>= 0.9');
	t.is(verdict.verdict, 'pass');
	t.true(near(verdict.lower, 0.92428920625017));
	// Share of the errors allowed: (1 - 0.924) / (1 - 0.9).
	t.true(near(verdict.used, (1 - 0.92428920625017) / 0.1));
});

test('a limit on misses, true and false as answers', async (t) => {
	const rows = answers(3, 100).map((miss) => (miss === 1 ? 'true' : 'FALSE'));
	const verdict = await verdictOn(csvOf('correct', rows), 'proportion', '< 10 %');
	t.is(verdict.verdict, 'pass');
	t.true(near(verdict.upper, 1 - 0.92428920625017));
});

test('one row, right or wrong, decides nothing', async (t) => {
	for (const answer of [0, 1])
		t.is((await verdictOn(csvOf('correct', [answer]), 'proportion', '>= 90 %')).verdict, 'inconclusive');
});

test('a fixed set is counted', async (t) => {
	const judge = (k: number) =>
		verdictOn(csvOf('correct', answers(k, 100)), 'proportion', '>= 90 %', { fixedSet: true });
	t.is((await judge(90)).verdict, 'marginal');
	t.is((await judge(89)).verdict, 'fail');
	t.deepEqual((await judge(93)).marks, ['fixed set']);
});

test('a fixed set that is not repeated exactly is none', async (t) => {
	const rows = (second: number) => [
		...answers(93, 100).map((answer) => `${answer},1`),
		...answers(second, 100).map((answer) => `${answer},2`),
	];
	const judge = (second: number) =>
		verdictOn(csvOf('correct,session', rows(second)), 'proportion', '>= 90 %', { fixedSet: true });
	t.is((await judge(93)).verdict, 'pass');
	const differs = await judge(92);
	t.is(differs.verdict, 'inconclusive');
	t.deepEqual(differs.marks, ['fixed set', 'not deterministic']);
});

test('rows of one speaker are judged together', async (t) => {
	// Each of 40 speakers is wholly right or wholly wrong: 400 rows are 40 trials.
	const rows = Array.from({ length: 400 }, (_, row) => `${row % 40 === 7 ? 0 : 1},s${row % 40}`);
	const clustered = await verdictOn(csvOf('correct,speaker', rows), 'proportion', '>= 93 %');
	const asIfIndependent = await verdictOn(
		csvOf(
			'correct',
			rows.map((row) => row.slice(0, 1)),
		),
		'proportion',
		'>= 93 %',
	);
	t.is(asIfIndependent.verdict, 'pass');
	t.is(clustered.verdict, 'inconclusive');
	t.is(figuresOf(clustered, 'clusters').clusters.length, 40);
});

test('fewer than twenty clusters prove nothing', async (t) => {
	const rows = Array.from({ length: 4000 }, (_, row) => `${row % 100 === 0 ? 0 : 1},${row % 19}`);
	for (const column of ['session', 'group', 'speaker']) {
		const verdict = await verdictOn(csvOf(`correct,${column}`, rows), 'proportion', '>= 90 %');
		t.is(verdict.verdict, 'inconclusive');
		t.regex(verdict.reason, /19 clusters by \w+; at least 20 are needed/);
	}
});

test('one speaker is one however the name is spelt', async (t) => {
	const capitals = (row: number) =>
		[...'anneliese'].map((letter, bit) => ((row >> bit) & 1 ? letter.toUpperCase() : letter)).join('');
	const rows = Array.from({ length: 40 }, (_, row) => `${row === 0 ? 0 : 1},${capitals(row)}`);
	const verdict = await verdictOn(csvOf('correct,speaker', rows), 'proportion', '>= 85 %');
	t.is(verdict.verdict, 'inconclusive');
	const others = rows.map((line, row) => line.replace(/,.*/, `,speaker ${row}`));
	t.is((await verdictOn(csvOf('correct,speaker', others), 'proportion', '>= 85 %')).verdict, 'pass');
});

test('a speaker in every session ties the sessions together', async (t) => {
	const rows = Array.from(
		{ length: 900 },
		(_, row) => `1,${row % 30},${row % 31 === 0 ? 'everywhere' : `s${row % 30}`}`,
	);
	const verdict = await verdictOn(csvOf('correct,session,group', rows), 'proportion', '>= 90 %');
	t.is(figuresOf(verdict, 'clusters').clusters.length, 1);
	t.is(verdict.verdict, 'inconclusive');
});

const sequential = (k: number, n: number, extra = {}) =>
	verdictOn(csvOf('correct', answers(k, n)), 'proportion', '>= 90 %', {
		sprt: 0.95,
		seed: 9,
		plannedRows: 400,
		...extra,
	});

test('a sequential test stops early and says on how many rows', async (t) => {
	const verdict = await sequential(396, 400);
	const figures = figuresOf(verdict, 'sequential');
	t.is(verdict.verdict, 'pass');
	t.is(figures.by, 'likelihood-ratio');
	t.true(figures.rowsUsed < 200 && verdict.n === figures.rowsUsed);
	t.true(figures.logRatioPass >= figures.stopAt);
	// One row less did not reach it: the last step is ln(0.95 / 0.9) at most.
	t.true(figures.logRatioPass - Math.log(0.95 / 0.9) < figures.stopAt);
	t.is(verdict.seed, 9);
	t.is((await sequential(300, 400)).verdict, 'fail');
});

test('a sequential test that is not at the end of its plan goes on', async (t) => {
	const verdict = await sequential(37, 40);
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual(verdict.wouldDecide, { what: 'rows (at most)', n: 400 });
});

test('a sequential test on misses is that on hits', async (t) => {
	const misses = answers(396, 400).map((answer) => 1 - answer);
	const verdict = await verdictOn(csvOf('correct', misses), 'proportion', '<= 10 %', {
		sprt: 0.05,
		seed: 9,
		plannedRows: 400,
	});
	t.is(verdict.verdict, 'pass');
	t.is(verdict.n, (await sequential(396, 400)).n);
});

test('an order that nobody drew is no order for a sequential test', async (t) => {
	const sorted = csvOf(
		'correct',
		answers(93, 100).sort((a, b) => b - a),
	);
	const verdict = await verdictOn(sorted, 'proportion', '>= 90 %', { sprt: 0.95, seed: 9 });
	t.is(verdict.verdict, 'inconclusive');
	t.true(verdict.marks.includes('order not random'));
	await t.throwsAsync(verdictOn(sorted, 'proportion', '>= 90 %', { sprt: 0.95 }), {
		message: /--seed <n> puts on record/,
	});
	await t.throwsAsync(sequential(93, 100, { sprt: 0.85 }), {
		message: /--sprt: expected a proportion between the limit and 1/,
	});
});

function pairs(both: number, onlyA: number, onlyB: number, neither: number): string {
	const kinds = [
		[both, 1, 1],
		[onlyA, 1, 0],
		[onlyB, 0, 1],
		[neither, 0, 0],
	] as const;
	let pair = 0;
	const rows = kinds.flatMap(([count, a, b]) =>
		Array.from({ length: count }, () => {
			pair += 1;
			return `${pair},A,${a}\n${pair},B,${b}`;
		}),
	);
	return csvOf('pair,arm,correct', rows);
}

test('paired answers: Tango and McNemar', async (t) => {
	const verdict = await verdictOn(pairs(448, 27, 23, 2), 'proportion', '>= -2 pp');
	const figures = figuresOf(verdict, 'paired-proportions');
	t.is(verdict.verdict, 'inconclusive');
	// Score bounds from scipy, with the correction: constrained likelihood maximised numerically, root by brentq (cross-check.py).
	t.true(Math.abs((verdict.lower ?? 0) - -0.0329317) < 1e-6 && Math.abs((verdict.upper ?? 0) - 0.0166404) < 1e-6);
	// 2 * scipy.stats.binom.cdf(23, 50, 0.5)
	t.true(near(figures.mcnemarP, 0.6718110337653656));
	t.is(verdict.wouldDecide?.what, 'pairs');
	t.is((await verdictOn(pairs(448, 27, 23, 2), 'proportion', '>= -5 pp')).verdict, 'pass');
	t.is((await verdictOn(pairs(400, 60, 20, 20), 'proportion', '>= -2 pp')).verdict, 'fail');
});

test('a lost partner is an error, not a smaller file', async (t) => {
	const text = 'pair,arm,correct\n1,A,1\n1,B,1\n2,B,1\n';
	await t.throwsAsync(verdictOn(text, 'proportion', '>= -1 pp'), {
		message: /samples\.csv:4, column "pair": pair "2" has B and no A/,
	});
	await t.throwsAsync(verdictOn(`${text}2,A,1\n2,A,0\n`, 'proportion', '>= -1 pp'), {
		message: /:6.*pair "2" has 2 rows of A, expected one/,
	});
});

test('rows of A and B are not thrown together', async (t) => {
	await t.throwsAsync(verdictOn(pairs(9, 0, 0, 1), 'proportion', '>= 90 %'), { message: /rows of A and of B/ });
	await t.throwsAsync(verdictOn(csvOf('correct', [1]), 'proportion', '>= -1 pp'), {
		message: /needs the columns `arm`/,
	});
});
