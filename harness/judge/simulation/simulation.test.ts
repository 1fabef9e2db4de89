import { readFile } from 'node:fs/promises';
import test from 'ava';
import { allSituations, SEED } from './all-situations.ts';
import { holds, type Result, runSituation, type Situation } from './situation.ts';
import { renderTable, rowName } from './table.ts';

/** Share of the published trials: enough to see a procedure that errs by 15 %, few enough for seconds. */
const SHARE = 1 / 15;
const trialsOf = ({ trials }: Situation) => Math.max(150, Math.ceil(trials * SHARE));

const situations = allSituations();
const small = new Map<string, Result>();
function resultOf(name: string): Result {
	const situation = situations.find((each) => rowName({ situation: each }) === name);
	if (situation === undefined) throw new Error(`no row ${name}`);
	const known = small.get(name) ?? runSituation(situation, SEED, trialsOf(situation));
	small.set(name, known);
	return known;
}

for (const group of new Set(situations.map(({ group }) => group))) {
	test(`at the limit our procedures err by 5 % at most: ${group}`, (t) => {
		const rows = situations.filter((situation) => situation.group === group && situation.rejected === undefined);
		t.true(rows.length > 0);
		for (const situation of rows) {
			const result = resultOf(rowName({ situation }));
			t.true(
				holds(result, 3),
				`${rowName(result)} false pass ${result.falsePass}, false fail ${result.falseFail} in ${result.trials} trials`,
			);
		}
	});
}

test('the simulation can tell a bad procedure: pooling, naive Student, unguarded gaps', (t) => {
	const bad = situations.filter(({ procedure }) =>
		['all samples pooled', 'Student over all samples', 'Student on type-8 percentiles, unguarded'].includes(procedure),
	);
	t.is(bad.length, 6);
	for (const situation of bad) t.false(holds(resultOf(rowName({ situation })), 3), rowName({ situation }));
});

test('a row repeats, whatever rows stand before it', (t) => {
	const situation = situations[3] as Situation;
	t.deepEqual(runSituation(situation, SEED, trialsOf(situation)), resultOf(rowName({ situation })));
});

test('the published table has the rows of this code, its seed and its trials', async (t) => {
	const published = await readFile(new URL('SIMULATION.md', import.meta.url), 'utf8');
	t.true(published.includes(`Seed ${SEED}`), 'run npm run simulate');
	const lines = published
		.slice(published.indexOf('## Our procedures'))
		.split('\n')
		.filter((line) => line.startsWith('| ') && !/^\| (procedure|method|---) /.test(line));
	const names = lines.map((line) => `${line.split(' | ').slice(0, 2).join(' | ')} |`);
	const wanted = situations.map((situation) => rowName({ situation }));
	t.is(new Set(wanted).size, wanted.length, 'two rows of one name');
	t.deepEqual(
		wanted.filter((name) => !names.includes(name)),
		[],
		'not in the table: run npm run simulate',
	);
	t.deepEqual(
		names.filter((name) => !wanted.includes(name)),
		[],
		'no longer in the code: run npm run simulate',
	);
	for (const situation of situations) {
		if (situation.rejected !== undefined) continue;
		const line = lines.find((each) => each.startsWith(rowName({ situation })));
		t.is(line?.split('|').at(-3)?.trim(), String(situation.trials), rowName({ situation }));
	}
});

test('a broken promise is listed first', (t) => {
	const situation = { ...(situations[0] as Situation), procedure: 'a bad one' };
	const result = (falsePass: number): Result => ({
		situation,
		trials: 1000,
		falsePass,
		falseFail: 0,
		standardError: 0.007,
	});
	const text = renderTable([result(0.09)], 1);
	t.regex(text, /Where the promise is not kept\n\n1 of 1 rows:[^#]+a bad one[^#]+\*\*no\*\*/);
	t.regex(renderTable([result(0.06)], 1), /Nowhere among these 1 rows. The largest error of all is 6.0 %/);
});
