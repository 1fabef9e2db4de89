import test from 'ava';
import type { Sweep } from '../../../harness/generated/sweep.ts';
import { runFigures } from '../../../harness/sweep/run-figures.ts';
import { BOARD, HOST, madeEvidence, madeModel, madePlan, madeSweep } from '../../../harness/testing/made-sweep.ts';
import { launchBrowser, openHtml } from '../../testing/browser.ts';
import { sweepCsv } from './csv.ts';
import { sweepMarkdown } from './markdown.ts';
import { sweepPage } from './sweep-page.ts';

const EVIL = '<script>alert(1)</script>|`"=HYPERLINK("x")\n# heading\u001b[2J\u202e';

/** Two solvers on both devices; of heun the board's run is missing. */
function made(changes: Partial<Sweep> = {}): Sweep {
	const work = (ticks: number) => ({ stageTicks: () => [ticks, ticks, 0], awakeTicks: () => 2 * ticks });
	const figures = new Map([
		[
			'r1',
			runFigures(madeEvidence(HOST, 12, { decide: (clip) => (clip.name.endsWith('-6') ? 'no' : (clip.label ?? '')) })),
		],
		['r2', runFigures(madeEvidence(BOARD, 2, work(67_200)))],
		['r3', runFigures(madeEvidence(HOST, 12))],
	]);
	return madeSweep(madePlan({ timestepsMs: [16] }), figures, changes);
}

/** Cells of a CSV text, by RFC 4180. */
function cellsOf(csv: string): string[][] {
	const rows: string[][] = [[]];
	for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
		if (end === '' && quoted === undefined && plain === '') break;
		rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
		if (end === '\r\n') rows.push([]);
	}
	return rows.filter((row) => row.length > 0);
}

const columnOf = (table: string[][], name: string) => table.slice(1).map((row) => row[table[0]?.indexOf(name) ?? -1]);

test('CSV: a line for each row, every one as long as the head, figures as they are', (t) => {
	const sweep = made();
	const table = cellsOf(sweepCsv(sweep));
	t.is(table.length, 1 + sweep.rows.length);
	t.true(table.every((row) => row.length === table[0]?.length));
	t.deepEqual(columnOf(table, 'row'), ['r1', 'r2.1', 'r2.2', 'r3', 'r4.1', 'r4.2']);
	t.deepEqual(columnOf(table, 'accuracy_correct'), ['11', '11', '11', '12', '', '']);
	t.deepEqual(columnOf(table, 'accuracy_run'), ['r1', 'r1', 'r1', 'r3', '', '']);
	const own = sweep.rows[1];
	t.is(Number(columnOf(table, 'latency_p99_high_ms')[1]), own?.latencyP99.high ?? Number.NaN);
	t.is(columnOf(table, 'latency_evidence')[1], 'modelled');
	t.is(Number(columnOf(table, 'cell_instructions_mean_cycles_high')[1]), own?.stages[1]?.meanCyclesHigh ?? Number.NaN);
	t.is(columnOf(table, 'cell_instructions_mean')[0], '', 'a PC counts no instructions');
	t.is(columnOf(table, 'run_folder')[1], '20260102-030405-0001');
});

test('CSV: what is missing says why, and is on no front', (t) => {
	const table = cellsOf(sweepCsv(made()));
	t.is(columnOf(table, 'why_not')[4], 'not run yet');
	t.is(columnOf(table, 'front_latency')[4], 'not measured');
	t.deepEqual(columnOf(table, 'front_latency').slice(0, 4), ['no', 'yes', 'no', 'yes']);
	t.regex(columnOf(table, 'why_not')[0] ?? '', /^power: a PC process has no power of its own/);
});

test('CSV: text is no formula and breaks no line', (t) => {
	const sweep = made();
	const [model] = sweep.plan.models;
	if (model !== undefined) model.id = '=cmd|"x",1';
	for (const row of sweep.rows) row.why = row.key === 'r1' ? `@evil\r\n"quoted", and more` : row.why;
	const table = cellsOf(sweepCsv(sweep));
	t.is(table.length, 1 + sweep.rows.length);
	t.is(columnOf(table, 'model')[0], `'=cmd|"x",1`);
	t.is(columnOf(table, 'why_not')[0], `'@evil\r\n"quoted", and more`);
});

test('Markdown: a table for each device at its own clock, and of other clocks what is on a front', (t) => {
	const text = sweepMarkdown(made(), 'somewhere/sweep.json');
	t.regex(text, /^# Solvers, timesteps and models, measured\n/);
	t.regex(text, /Made by `ossicle sweep --markdown` from `somewhere\/sweep.json`/);
	t.notRegex(text, /\n## posix/, 'a PC beside boards is there for accuracy alone');
	t.regex(text, /\n- Rows of posix itself are left out here/);
	t.regex(text, /\n## stm32f405-emulated at 168 MHz: net-m1-0123456789ab\n/);
	t.regex(
		text,
		/\n\| `euler` \| 16 ms \| 0\.595 to 1\.19 \| 0\.595 to 1\.19 \*\*L\*\* \|.*\| 91\.7 % \[\d+\.\d, \d+\.\d\] of 12 \|\n/,
	);
	t.regex(text, /\n## Other clocks\n\n.*2 rows, of which 1 are on a front/);
	t.regex(text, /\n\| stm32f405-emulated \| 84 MHz \| net-m1-0123456789ab \| `euler` \| 16 ms \|/);
	t.regex(text, /\n- heun, 16 ms: not run yet\n/);
	t.notRegex(text, /NaN|undefined|null|Infinity/);
	const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
	for (const table of tables) {
		const columns = table
			.trimEnd()
			.split('\n')
			.map((line) => line.split('|').length);
		t.true(
			columns.every((count) => count === columns[0]),
			table,
		);
	}
	t.is(sweepMarkdown(made(), 'x'), sweepMarkdown(made(), 'x'), 'the same sweep is the same page');
});

test('Markdown: where only a PC was swept, its rows are the table', (t) => {
	const figures = new Map([['r1', runFigures(madeEvidence(HOST, 12))]]);
	const text = sweepMarkdown(madeSweep(madePlan({ timestepsMs: [16], devices: [HOST.id] }), figures), 'x');
	t.regex(text, /\n## posix: net-m1-0123456789ab\n[\s\S]*\n\| `euler` \| 16 ms \| 0\.0035 \|/);
});

test('Markdown: models that have one row each share a table, and a note stands above it', (t) => {
	const models = [madeModel('m1'), madeModel('m2', { weightBits: 4, bytes: 8700 })];
	const plan = madePlan({ models, solvers: ['euler'], timestepsMs: [16], cross: 'full' });
	const text = sweepMarkdown(madeSweep(plan, new Map(), { note: 'trained <alike>' }), 'x');
	t.regex(text, /\nNote: trained \\<alike\\>\.\n/);
	t.is(text.match(/\n## stm32f405-emulated at 168 MHz\n/g)?.length, 1);
	t.regex(
		text,
		/\n\| Model \| Weights, bits \| .*\n\| --- \| ---: \| .*\n\| net-m1-0123456789ab \| 8 \| .*\n\| net-m2-0123456789ab \| 4 \| /,
	);
});

test('Markdown: an unfinished sweep says so', (t) => {
	t.regex(sweepMarkdown(made({ state: 'interrupted' }), 'x'), /The sweep is interrupted: rows may be missing/);
});

test('Markdown: text of strangers becomes no markup, no row and no heading', (t) => {
	const sweep = made();
	for (const row of sweep.rows) row.why = EVIL;
	const text = sweepMarkdown(sweep, 'x');
	t.false(text.includes('<script>'));
	t.false(text.includes('\n# heading'));
	for (const letter of ['\u001b', '\u202e']) t.false(text.includes(letter));
	t.true(text.includes('\\<script\\>'));
});

test('the page shows both fronts of each device, says what is not in them, and runs nothing', async (t) => {
	const browser = await launchBrowser();
	try {
		const { page, misdeeds } = await openHtml(browser, sweepPage(made({ state: 'interrupted' })));
		t.deepEqual(misdeeds, []);
		t.is(await page.locator('svg.panel').count(), 3, 'two of the board, latency of the PC');
		t.is(await page.locator('svg.panel .on-front').count(), 3);
		t.is(await page.locator('path.front').count(), 3);
		const text = (await page.locator('body').innerText()).replaceAll('\u00a0', ' ');
		t.true(text.includes('This sweep is interrupted'));
		t.true(text.includes('heun, 16 ms, 168 MHz: not run yet'));
		t.regex(text, /no row has both/);
		t.is(await page.locator('table.points tbody tr').count(), 1 + 6);
		t.is(await page.locator('a[href="runs/20260102-030405-0001/record.json"]').count(), 2);
		t.is(await page.locator('script').count(), 0);
	} finally {
		await browser.close();
	}
});

test('hostile text on the page stays text', async (t) => {
	const sweep = made({ command: ['ossicle', EVIL], scenarioId: EVIL });
	const [model] = sweep.plan.models;
	if (model !== undefined) model.id = EVIL;
	for (const row of sweep.rows.slice(0, 2)) row.why = EVIL;
	for (const front of sweep.fronts) for (const each of front.excluded) each.why = EVIL;
	const browser = await launchBrowser();
	try {
		const { page, misdeeds } = await openHtml(browser, sweepPage(sweep));
		t.deepEqual(misdeeds, []);
		t.is(await page.locator('script').count(), 0);
		t.true((await page.locator('h1').innerText()).includes('<script>alert(1)</script>'));
	} finally {
		await browser.close();
	}
});

test('nothing measured at all is still a page, a table and a CSV', (t) => {
	const sweep = madeSweep(madePlan({ models: [madeModel('m1'), madeModel('m2')] }));
	for (const text of [sweepPage(sweep), sweepCsv(sweep), sweepMarkdown(sweep, 'x')]) {
		t.true(text.includes('not run yet'));
		t.notRegex(text, /NaN|undefined|Infinity/);
	}
});
