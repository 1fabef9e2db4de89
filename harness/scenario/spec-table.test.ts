import { readFileSync } from 'node:fs';
import test from 'ava';
import { checkDeviceHasRow, checkRowsBound, parseSpecTable } from './spec-table.ts';

const spec = (text: string) => parseSpecTable(text, 'spec.md');

const SEED = readFileSync(new URL('../../scenarios/liquid-audio/spec.md', import.meta.url), 'utf8');

const TTS = `# TTS

## Pocket

| Metric | Baseline (Python) | Target | Stretch |
| --- | --- | --- | --- |
| First chunk latency | ~300 ms | < 100 ms | < 50 ms |
| Real-time factor | ~0.8x | < 0.3x | < 0.1x |
| Memory usage | ~500 MB | < 200 MB | < 100 MB |
| Throughput (samples/s) | - | 2x Python | 5x Python |
`;

test("the seed's tables are read as they stand", (t) => {
	const { rows } = spec(SEED);
	const told = (cells: (typeof rows)[0]['cells']) =>
		cells.map((cell) => `${cell.metric} ${cell.statistic} ${cell.limit.text}`);
	const isOurs = ({ metric }: { metric: string }) => metric === 'parity';
	for (const { name, cells } of rows)
		t.deepEqual(told(cells.filter(isOurs)), ['parity float > 98 %', 'parity bit-exact >= 100 %'], name);
	t.deepEqual(
		rows.map((row) => [row.name, ...told(row.cells.filter((cell) => !isOurs(cell)))]),
		[
			[
				'STM32F4',
				'latency p99 < 15 ms',
				'power mean < 1.2 mW',
				'memory peak < 64 KB (65,536 B)',
				'accuracy fixed_set > 93.8 %',
				'battery-life mean > 80 h',
			],
			[
				'nRF52840',
				'latency p99 < 12 ms',
				'power mean < 0.9 mW',
				'memory peak < 32 KB (32,768 B)',
				'accuracy fixed_set > 93.5 %',
				'battery-life mean > 100 h',
			],
			[
				'ESP32-S3',
				'latency p99 < 18 ms',
				'power mean < 2.0 mW',
				'memory peak < 128 KB (131,072 B)',
				'accuracy fixed_set > 94.0 %',
				'battery-life mean > 60 h',
			],
			[
				'Desktop CPU',
				'latency p99 < 5 ms',
				'throughput mean > 1000 req/s',
				'memory peak < 100 MB (104,857,600 B)',
				'accuracy fixed_set > 95 %',
			],
		],
	);
	t.true(rows.every((row) => row.cells.every((cell) => cell.scope === 'session')));
});

test('metrics as rows: the heading names the row, stretch and baseline are kept', (t) => {
	const [row] = spec(TTS).rows;
	t.is(row?.name, 'Pocket');
	t.deepEqual(
		row?.cells.map((cell) => [cell.metric, cell.limit.text, cell.stretch?.text, cell.baseline]),
		[
			['first-chunk-latency', '< 100 ms', '< 50 ms', '~300 ms'],
			['real-time-factor', '< 0.3 x', '< 0.1 x', '~0.8x'],
			['memory', '< 200 MB (209,715,200 B)', '< 100 MB (104,857,600 B)', '~500 MB'],
			['throughput', '>= 2x Python', '>= 5x Python', null],
		],
	);
	t.is(row?.cells[0]?.line, 7);
});

test('a heading may name statistic and scope', (t) => {
	const [row] = spec(
		'| Device | Latency (p95, board) | Accuracy (population) |\n| --- | --- | --- |\n| A | < 1 ms | > 90 % |\n',
	).rows;
	t.deepEqual(
		row?.cells.map((cell) => [cell.statistic, cell.scope]),
		[
			['p95', 'board'],
			['population', 'session'],
		],
	);
	t.deepEqual(
		row?.cells.map((cell) => cell.scopeStated),
		[true, undefined],
	);
});

test('a scope that is named is told from one that is only the default', (t) => {
	const [row] = spec('| Device | Latency (session) | Power |\n| --- | --- | --- |\n| A | < 1 ms | < 1 mW |\n').rows;
	t.deepEqual(
		row?.cells.map((cell) => [cell.scope, cell.scopeStated]),
		[
			['session', true],
			['session', undefined],
		],
	);
});

test('two statistics of one metric are two cells', (t) => {
	const [row] = spec('| Device | Latency (p50) | Latency |\n| --- | --- | --- |\n| A | < 1 ms | < 2 ms |\n').rows;
	t.deepEqual(
		row?.cells.map((cell) => cell.statistic),
		['p50', 'p99'],
	);
});

test('a dash asks for nothing', (t) => {
	const [row] = spec('| Device | Latency | Power |\n| --- | --- | --- |\n| A | < 1 ms | - |\n').rows;
	t.deepEqual(
		row?.cells.map((cell) => cell.metric),
		['latency'],
	);
});

const refused = test.macro((t, text: string, message: string) => {
	t.is(t.throws(() => spec(text))?.message, message);
});
const table = (head: string, ...rows: string[]) =>
	[`| ${head} |`, `|${' --- |'.repeat(head.split('|').length)}`, ...rows.map((row) => `| ${row} |`)].join('\n');

test(
	'unknown column',
	refused,
	table('Device | Latncy', 'A | < 1 ms'),
	'spec.md:1: unknown column "Latncy": did you mean "Latency"?',
);
test(
	'unknown unit',
	refused,
	table('Device | Power', 'A | < 1 mV'),
	'spec.md:3: unknown unit "mV" in "< 1 mV": did you mean "mW"?',
);
test(
	'unknown statistic',
	refused,
	table('Device | Latency (p98)', 'A | < 1 ms'),
	'spec.md:1: unknown "p98" in column "Latency (p98)": did you mean "p99"?',
);
test(
	'unknown first column',
	refused,
	table('Devise | Latency', 'A | < 1 ms'),
	'spec.md:1: unknown first column "Devise": did you mean "Device"?',
);
test(
	'a short row hides a requirement',
	refused,
	table('Device | Latency | Power', 'A | < 1 ms'),
	'spec.md:3: the row has 2 cells, but the table has 3 columns; write `-` for no requirement',
);
test(
	'a long row as well',
	refused,
	table('Device | Latency', 'A | < 1 ms | < 2 mW'),
	'spec.md:3: the row has 3 cells, but the table has 2 columns; write `-` for no requirement',
);
test(
	'the same cell twice',
	refused,
	`${table('Device | Latency', 'A | < 1 ms')}\n\ntext\n\n${table('Device | Latency', 'A | < 2 ms')}`,
	'spec.md:9: "A" already has a limit for latency (p99) in line 3',
);
test(
	'no table',
	refused,
	'# Only prose\n',
	'spec.md: no table found; expected a GFM table such as `| Device | Latency |`.',
);
test('no rows', refused, table('Device | Latency'), 'spec.md:1: the table "Device" has no rows');
test(
	'no name',
	refused,
	table('Device | Latency', ' | < 1 ms'),
	'spec.md:3: the first cell names the device, but is empty',
);
test(
	'metrics as rows without a heading',
	refused,
	table('Metric | Target', 'Latency | < 1 ms'),
	'spec.md:1: a table with metrics as rows needs a heading above it that names the device row',
);
test(
	'metrics as rows: unknown column',
	refused,
	`# A\n\n${table('Metric | Targte', 'Latency | < 1 ms')}`,
	'spec.md:3: unknown column "Targte": did you mean "Target"?',
);
test(
	'a stretch without a target',
	refused,
	`# A\n\n${table('Metric | Target | Stretch', 'Latency | - | < 1 ms')}`,
	'spec.md:5: there is a stretch but no target; a stretch alone is never judged',
);

const DEVICES = [
	{ id: 'stm32f405', specRow: 'STM32F4', evidence: 'silicon' },
	{ id: 'posix', specRow: 'Desktop CPU', evidence: 'host' },
] as const;

test('a row bound to no device', (t) => {
	const parsed = spec(table('Device | Latency', 'STM32F4 | < 1 ms', 'STM32F5 | < 1 ms'));
	t.is(
		t.throws(() => checkRowsBound(parsed, 'spec.md', DEVICES))?.message,
		'spec.md:4: row "STM32F5" is bound to no device (`specRow` in a device.yaml): did you mean "STM32F4"?',
	);
});

test("a PC bound to a board's row", (t) => {
	const parsed = spec(table('Device | Latency', 'STM32F4 | < 1 ms'));
	const devices = [...DEVICES, { id: 'my-pc', specRow: 'STM32F4', evidence: 'host' } as const];
	t.regex(
		t.throws(() => checkRowsBound(parsed, 'spec.md', devices))?.message ?? '',
		/bound to stm32f405 \(silicon\) and to my-pc \(host\)/,
	);
});

test('a device without a row', (t) => {
	const parsed = spec(table('Device | Latency', 'STM32F4 | < 1 ms'));
	t.is(
		t.throws(() => checkDeviceHasRow(parsed, 'spec.md', DEVICES[1]))?.message,
		'spec.md: device `posix` is judged by row "Desktop CPU", which is not in the table: known: STM32F4',
	);
});

test('a device whose row has no limit could not fail', (t) => {
	const parsed = spec(table('Device | Latency', 'STM32F4 | < 1 ms', 'Desktop CPU | -'));
	t.is(
		t.throws(() => checkDeviceHasRow(parsed, 'spec.md', DEVICES[1]))?.message,
		'spec.md:4: device `posix` is judged by row "Desktop CPU", which has no limit at all: it could not fail',
	);
});

const GOOD = `${table('Device | Latency', 'STM32F4 | < 1 ms')}\n`;
const OTHER = table('Device | Latency', 'nRF52840 | < 1 ms');
const under = (prefix: string, first = prefix) =>
	OTHER.split('\n')
		.map((line, at) => (at === 0 ? first : prefix) + line)
		.join('\n');
const lost = test.macro((t, text: string, line: number, message: RegExp) => {
	const said = t.throws(() => spec(text))?.message ?? '';
	t.regex(said, message);
	t.true(said.startsWith(`spec.md:${line}: `), said);
});
const looksLikeRow = /looks like a row of a table, but is in none/;
test('a row behind a blank line', lost, `${GOOD}\n| nRF52840 | < 1 ms |\n`, 5, looksLikeRow);
test(
	'a second table whose delimiter row is short',
	lost,
	`${GOOD}\n| Device | Latency |\n| --- |\n| A | < 1 ms |\n`,
	5,
	looksLikeRow,
);
test('a table in a quote', lost, `${GOOD}\n${under('> ')}\n`, 5, /a table in a quote or a list is not read/);
test('a table in a list', lost, `${GOOD}\n${under('  ', '- ')}\n`, 5, /a table in a quote or a list is not read/);
test('a table behind four blanks', lost, `${GOOD}\n${under('    ')}\n`, 5, looksLikeRow);
test('a table swallowed by HTML', lost, `${GOOD}\n<br>\n${OTHER}\n`, 6, looksLikeRow);

test('fenced code and comments are for people', (t) => {
	const text = `${GOOD}\nProse with a | in it.\n\n\`\`\`\n${OTHER}\n\`\`\`\n\n<!--\n${OTHER}\n-->\n\n- \`\`\`\n  ${'| a |'}\n  \`\`\`\n`;
	t.deepEqual(
		spec(text).rows.map((row) => row.name),
		['STM32F4'],
	);
});

test('a heading that asks for two statistics or two scopes is refused, not read as the last of them', (t) => {
	for (const [inside, what] of [
		['p99, p50', 'statistics, p99 and p50'],
		['p99, session, board', 'scopes, session and board'],
	])
		t.regex(
			t.throws(() => parseSpecTable(`| Device | Latency (${inside}) |\n| --- | --- |\n| A | < 5 ms |\n`, 'spec.md'))
				?.message ?? '',
			new RegExp(`^spec\\.md:1: column "Latency \\(${inside}\\)" names two ${what}`),
		);
});

test('a row without outer bars behind a blank line is no prose', (t) => {
	const table = 'Metric | Target\n--- | ---\nLatency | < 5 ms\n';
	t.regex(
		t.throws(() => parseSpecTable(`# A\n\n${table}\nPower | <= 5 mW\n`, 'spec.md'))?.message ?? '',
		/^spec\.md:7: this looks like a row of a table, but is in none/,
	);
	t.is(parseSpecTable(`# A\n\n${table}\nPower is low | or so, < 5 mW.\n`, 'spec.md').rows[0]?.cells.length, 1);
});
