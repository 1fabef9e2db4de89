import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Cell, RunRecord } from '../generated/record.ts';
import { evaluate } from '../record/evaluate.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { type MadeRunOptions, madeList, madeRunFolder } from '../testing/made-run.ts';
import { closingSentence, type TableOptions, verdictTable as wrappedTable } from './verdict-table.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const SPEC = `| Device | Latency | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| STM32F4 | < 15 ms | < 1.2 mW | < 64 KB | > 93.8 % | > 80 h |
| nRF52840 | < 12 ms | < 0.9 mW | < 32 KB | > 93.5 % | > 100 h |

| Device | Latency | Memory |
| --- | --- | --- |
| Desktop CPU | < 5 ms | < 100 MB |
`;

/** The table with each remark on a line of its own. */
const verdictTable = (one: RunRecord, options: TableOptions = {}) => wrappedTable(one, { width: 10_000, ...options });

async function record(id = 'stm32f405-emulated', changes: Partial<MadeRunOptions> = {}): Promise<RunRecord> {
	const { facts } = deviceOf(DEVICES, id);
	const folder = madeRunFolder({ facts, list: madeList(id, 20), specMarkdown: SPEC, ...changes });
	return evaluate(folder, { source: 'live', evaluatedBy: '0.1.0' });
}

test('the table: limit, measured, bounds, share, n, verdict, evidence, and why where it is not a pass', async (t) => {
	const lines = verdictTable(await record()).split('\n');
	t.is(lines[0], 'stm32f405-emulated (row STM32F4)');
	t.regex(lines[1] ?? '', /^\s+limit\s+measured\s+bounds\s+used\s+n\s+verdict\s+evidence$/);
	t.regex(lines[2] ?? '', /^Latency \(p99\)\s+< 15 ms\s+0\.0201\d* ms\s+band \[.*\]\s+0 %\s+320\s+pass\s+modelled$/);
	t.regex(lines[3] ?? '', /^Power \(mean\)\s+< 1\.2 mW\s+.* mW\s+band \[.*\]\s+\d+x\s+\d+\s+fail\s+modelled$/);
	t.regex(lines[4] ?? '', /^ {4}why: nothing within the bounds meets the limit/);
	t.regex(lines[5] ?? '', /^ {4}where: asleep it draws .* mW, and the limit comes down to 1\.2 mW/);
	const row = (title: string) => lines.find((line) => line.startsWith(title)) ?? '';
	t.true(lines.includes('    note: substituted, uncalibrated, currents from memory'));
	t.regex(row('Memory'), /^Memory \(peak\)\s+< 64 KB \(65,536 B\)\s+41 KB \(42,000 B\)\s+exact\s+64 %/);
	t.regex(row('Accuracy'), /^Accuracy \(fixed_set\)\s+> 93\.8 %\s+100 %\s+exact\s+0 %\s+20\s+pass\s+emulated$/);
	t.true(lines.includes('Not requested: nRF52840, Desktop CPU.'));
});

test('the last sentence says what was shown and what was not', async (t) => {
	t.is(
		closingSentence(await record()),
		'Ossicle works. The device under test meets 3 of 5 limits (this session; nothing here is silicon). For sign-off: attach the board and run the same scenario on it with --require-evidence silicon.',
	);
	t.is(
		closingSentence(await record('posix')),
		'Ossicle works. The device under test meets 2 of 2 limits (this session; on this PC, which is evidence for PCs only).',
	);
	t.regex(closingSentence(await record('stm32f405')), /meets 3 of 5 limits \(this session; 3 of 5 on silicon\)/);
});

test('several devices are counted as such in the last sentence', async (t) => {
	const one = await record();
	const two = { ...one, cells: [...one.cells, ...one.cells.map((cell) => ({ ...cell, device: 'another' }))] };
	t.regex(closingSentence(two), /^Ossicle works\. The 2 devices under test meet 6 of 10 limits /);
});

test('a rig error is never told as a verdict on the device', async (t) => {
	const broken = await record('stm32f405-emulated', { faults: [{ code: 'link-lost', text: 'the pty was closed' }] });
	t.is(
		closingSentence(broken),
		'The rig failed, not the device: link-lost: the pty was closed. 5 of 5 limits could not be judged.',
	);
	const asking = await record('stm32f405-emulated', { faults: [{ code: 'silent', text: 'is it still running?' }] });
	t.regex(closingSentence(asking), /is it still running\. 5 of 5/);
	const cut = await record('stm32f405-emulated', { runEnd: null });
	t.regex(closingSentence(cut), /^The run was interrupted .*: nothing was decided\./);
	for (const each of [broken, cut]) t.notRegex(verdictTable(each), /works|\bpass\b/);
});

test('colour adds nothing: without it the same words stand there', async (t) => {
	const one = await record();
	const colored = verdictTable(one, { color: true });
	t.true(colored.includes('\u001b[31mfail'));
	const bare = [0, 31, 32, 33].reduce((text, code) => text.replaceAll(`\u001b[${code}m`, ''), colored);
	t.is(bare, verdictTable(one));
	t.false(verdictTable(one).includes('\u001b'));
});

test('a 7-bit terminal gets 7-bit letters', async (t) => {
	const one = await record();
	const [cell] = one.cells as [Cell];
	cell.limit.text = '< 15 µs';
	t.regex(verdictTable(one, { ascii: true }), /< 15 us/);
	t.regex(verdictTable(one, { ascii: true }), /^[\n -~]*$/);
});

test('text of a device cannot forge a line or move the cursor', async (t) => {
	const text = 'x\nLatency pass\u001b[2J\u009b31m\u202e';
	const table = verdictTable(await record('stm32f405-emulated', { faults: [{ code: 'bad', text }] }));
	t.notRegex(table, /^Latency pass/m);
	t.notRegex(table.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
});

test('more than twenty rows: the worst first', async (t) => {
	const one = await record();
	const cells = Array.from({ length: 5 }, () => one.cells.slice(0, 5)).flat();
	const rows = verdictTable({ ...one, cells })
		.split('\n')
		.filter((line) => /^(Latency|Power|Memory|Accuracy|Battery)/.test(line));
	t.is(rows.length, 25);
	t.true(rows.slice(0, 10).every((row) => row.includes(' fail ')));
	t.true(rows.slice(10).every((row) => row.includes(' pass ')));
});

test('changed inputs and a subset are said', async (t) => {
	const one = await record();
	one.manifest.inputsChanged = ['clips.json', 'spec.md'];
	one.manifest.source = 'replay';
	one.manifest.subset = 'yes-*';
	const table = verdictTable(one);
	t.regex(table, /^Replayed from the captured bytes\.$/m);
	t.regex(table, /^CHANGED since the run: spec\.md\. The verdicts follow the changed limits\.$/m);
	t.regex(table, /^CHANGED since the run: clips\.json\. With inputs which the run did not use, nothing is decided\.$/m);
	t.regex(table, /Only clips "yes-\*" were asked for, and a part decides none of the 5 limits/);
});

test('with inputs which the run did not use, the last sentence counts no limits', async (t) => {
	const one = await record();
	one.manifest.inputsChanged = ['spec.md', 'clips.json'];
	t.is(closingSentence(one), 'Nothing was decided: the run did not use clips.json as it stands.');
	one.manifest.inputsChanged = ['spec.md'];
	t.regex(closingSentence(one), /meets 3 of 5 limits/);
});

test('a limit just missed never reads 100 %', async (t) => {
	const one = await record('stm32f405-emulated', {
		memory: { static: 65_536 - 2000 },
		flashStaticBytes: 65_536 - 2000,
	});
	const memory = one.cells.find((cell) => cell.metric === 'memory');
	t.is(memory?.verdict, 'fail');
	const above = { ...one, cells: one.cells.map((cell) => (cell === memory ? { ...cell, used: 1.0001 } : cell)) };
	t.regex(verdictTable(above), /exact\s+101 %\s+1\s+fail/);
});

test('clips that had to be sent twice are said, though they count', async (t) => {
	const table = verdictTable(await record('stm32f405-emulated', { resent: ['keywords/clip-0'] }));
	t.regex(table, /^stm32f405-emulated: 1 of 21 clips had to be sent twice; record\.json says which and why\.$/m);
	t.notRegex(verdictTable(await record()), /sent twice/);
});

test('what strangers tried beside a session is said, without their control characters, and changes no cell', async (t) => {
	const notices = ['3 messages on `up` were\u001b[2J refused', 'another'].map((text) => ({ code: 'refused', text }));
	const disturbed = await record('stm32f405-emulated', { notices });
	t.regex(
		verdictTable(disturbed),
		/^stm32f405-emulated: beside the session: 3 messages on `up` were \[2J refused \(record\.json has 1 more\)\.$/m,
	);
	t.deepEqual(disturbed.cells, (await record()).cells);
	t.notRegex(verdictTable(await record()), /beside the session/);
});

test('several sessions: how many times how many, what is claimed, marks of all figures once', async (t) => {
	const sessions = [{}, {}, {}, {}, {}];
	const emulated = await record('stm32f405-emulated', {
		list: madeList('stm32f405-emulated', 20, { sessions: 5 }),
		sessions,
	});
	const lines = verdictTable(emulated).split('\n');
	t.is(lines[0], 'stm32f405-emulated (row STM32F4); no spread: emulated');
	t.regex(lines.find((line) => line.startsWith('Latency')) ?? '', / 5x320 {2}pass/);
	t.is(lines.filter((line) => line.includes('no spread')).length, 1);
	t.regex(closingSentence(emulated), /meets 3 of 5 limits \(the worst of 5 sessions; nothing here is silicon\)/);
	const board = await record('stm32f405', { list: madeList('stm32f405', 20, { sessions: 5 }), sessions });
	t.regex(verdictTable(board), /^Latency \(p99, board\) .* 5x320 {2}pass/m);
	const two = await record('posix', { list: madeList('posix', 20, { sessions: 2 }), sessions: [{}, {}] });
	t.regex(closingSentence(two), /\(the worst of 2 sessions, where 5 would speak for any session of it; on this PC/);
	t.regex(closingSentence(board), /meets 3 of 5 limits \(any session of it, judged from 5; 3 of 5 on silicon\)/);
});

test('an undecided row says which way it leans and what decides it', async (t) => {
	const one = await record('posix', {
		list: madeList('posix', 63),
		stageTicks: (clip, hop) => [hop === 0 && /-[0-6]$/.test(clip.name) ? 9_000_000 : 1_000_000, 0, 0],
	});
	t.is(one.cells.find(({ device, metric }) => device === 'posix' && metric === 'latency')?.verdict, 'inconclusive');
	t.regex(
		verdictTable(one),
		/^ {4}why: leaning to pass; 7 of 1008 hops are over the limit; about \d+ hops would probably decide$/m,
	);
});

test('no sentence is wider than asked for, and none of its lines begins where a row does', async (t) => {
	const lines = wrappedTable(await record()).split('\n');
	const sentences = lines.filter((line) => !/^(Latency|Power|Memory|Accuracy|Battery| +limit )/.test(line));
	t.true(
		sentences.every((line) => line.length <= 108),
		sentences.find((line) => line.length > 108),
	);
	t.true(
		lines.some((line) => /^ {11}\S/.test(line)),
		'a long remark goes on under its text',
	);
});

test('causes told of one row are not told again of another', async (t) => {
	const lines = verdictTable(await record()).split('\n');
	const battery = lines.findIndex((line) => line.startsWith('Battery life'));
	t.is(lines[battery + 2], '    where: as for Power (mean)');
});
