import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import test from 'ava';
import type { Cell, RunRecord } from '../generated/record.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { type MadeRunOptions, madeLines, madeList, madeRunFolder } from '../testing/made-run.ts';
import { evaluate, writeConsole, writeRecord } from './evaluate.ts';
import {
	createRunFolder,
	findRunFolder,
	inputHashes,
	newRunId,
	type RunFolder,
	runFolderAt,
	writeAtomically,
} from './run-folder.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const SPEC = `| Device | Latency | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| STM32F4 | < 15 ms | < 1.2 mW | < 64 KB | > 93.8 % | > 80 h |
`;

function folderOf(changes: Partial<MadeRunOptions> = {}): RunFolder {
	return madeRunFolder({ facts: EMULATED, list: madeList(EMULATED.id, 20), specMarkdown: SPEC, ...changes });
}

const judge = (folder: RunFolder, source: 'live' | 'replay' = 'replay') =>
	evaluate(folder, { source, evaluatedBy: '0.1.0' });
const verdicts = (record: RunRecord) => record.cells.map((cell) => cell.verdict);
const green = (cell: Cell) => cell.verdict === 'pass' || cell.verdict === 'marginal';

test('a record from the bytes: cells, sessions, clips, manifest, all as the schema says', async (t) => {
	const folder = folderOf();
	const record = await judge(folder, 'live');
	t.deepEqual(verdicts(record), ['pass', 'fail', 'pass', 'pass', 'fail']);
	t.is(record.summary.exitCode, 1);
	t.is(record.manifest.status, 'complete');
	t.deepEqual(record.manifest.inputsChanged, []);
	t.is(record.sessions[0]?.clipsCounted, 21);
	t.is(record.clips.length, 21);
	t.deepEqual(record.clips[1]?.scores, [100, 900, 100]);
	t.true(record.clips.slice(0, 20).every((clip) => clip.correct === true));
	t.is(record.clips[20]?.correct, null, 'the power clip has no label');
	const schema = JSON.parse(readFileSync(new URL('../schema/record.schema.json', import.meta.url), 'utf8'));
	const validate = new Ajv({ strict: false }).compile(schema);
	t.true(validate(JSON.parse(JSON.stringify(record))), JSON.stringify(validate.errors));
});

test('notices are in the record and change no verdict; of a flood the first 20 are kept', async (t) => {
	const undisturbed = await judge(folderOf());
	const notices = Array.from({ length: 300 }, (_, index) => ({ code: 'refused', text: `notice ${index}` }));
	const record = await judge(folderOf({ notices }));
	t.deepEqual(record.cells, undisturbed.cells);
	t.deepEqual(
		record.sessions[0]?.notices,
		notices.slice(0, 20).map(({ text }) => text),
	);
	t.deepEqual(record.sessions[0]?.faults, []);
	t.deepEqual(undisturbed.sessions[0]?.notices, []);
});

test('judged twice, the record is the same but for its source', async (t) => {
	const folder = folderOf();
	const live = await judge(folder, 'live');
	const replayed = await judge(folder);
	t.deepEqual({ ...replayed, manifest: { ...replayed.manifest, source: 'live' } }, live);
});

test('an edited record changes nothing', async (t) => {
	const folder = folderOf();
	const record = await judge(folder, 'live');
	for (const cell of record.cells) cell.verdict = 'pass';
	writeRecord(folder, record);
	t.deepEqual(verdicts(JSON.parse(readFileSync(folder.record, 'utf8'))), Array(5).fill('pass'));
	t.deepEqual(verdicts(await judge(folder)), ['pass', 'fail', 'pass', 'pass', 'fail']);
});

test('a changed byte of the capture anywhere gives no pass', async (t) => {
	const folder = folderOf();
	const bytes = readFileSync(folder.capture);
	// A byte in each of forty places, spread over the file; the low bit keeps it printable and mostly valid JSON.
	for (let index = 0; index < 40; index++) {
		const at = Math.floor(((index + 0.5) * bytes.length) / 40);
		const changed = Buffer.from(bytes);
		changed[at] = (changed[at] ?? 0) ^ 1;
		writeFileSync(folder.capture, changed);
		const record = await judge(folder);
		t.false(record.cells.some(green), `byte ${at}`);
		t.is(record.summary.exitCode, 4);
		t.is(record.manifest.status, 'rig-error');
	}
});

test('a capture cut off at any line gives no pass', async (t) => {
	const folder = folderOf();
	const lines = readFileSync(folder.capture, 'utf8').split('\n').slice(0, -1);
	for (const kept of [0, 1, 5, Math.floor(lines.length / 2), lines.length - 1]) {
		writeFileSync(folder.capture, kept === 0 ? '' : `${lines.slice(0, kept).join('\n')}\n`);
		const record = await judge(folder);
		t.false(record.cells.some(green), `${kept} lines`);
		t.true(record.summary.exitCode >= 3);
		t.not(record.manifest.status, 'complete');
	}
});

test('a capture cut off in the middle of its last line gives no pass', async (t) => {
	const folder = folderOf();
	const bytes = readFileSync(folder.capture);
	writeFileSync(folder.capture, bytes.subarray(0, bytes.length - 20));
	const record = await judge(folder);
	t.false(record.cells.some(green));
	t.is(record.manifest.status, 'interrupted');
});

test('no capture at all', async (t) => {
	const folder = folderOf();
	rmSync(folder.capture);
	const record = await judge(folder);
	t.true(record.cells.every((cell) => cell.verdict === 'rig-error'));
	t.is(record.manifest.capture.sha256, null);
});

test('a changed limit is followed and noted', async (t) => {
	const folder = folderOf();
	writeFileSync(join(folder.inputs, 'spec.md'), SPEC.replace('< 1.2 mW', '< 500 mW'));
	const record = await judge(folder);
	t.is(record.cells[1]?.verdict, 'pass');
	t.deepEqual(record.manifest.inputsChanged, ['spec.md']);
});

test('changing a limit changes the cells of that limit and no other', async (t) => {
	const folder = folderOf();
	const before = await judge(folder);
	writeFileSync(join(folder.inputs, 'spec.md'), SPEC.replace('< 64 KB', '< 40 KB'));
	const after = await judge(folder);
	t.deepEqual(
		after.cells.map((cell) => `${cell.metric} ${cell.verdict}`),
		['latency pass', 'power fail', 'memory fail', 'accuracy pass', 'battery-life fail'],
	);
	for (const [index, cell] of after.cells.entries()) {
		if (cell.metric !== 'memory') t.deepEqual(cell, before.cells[index], cell.metric);
		else t.is(cell.estimate, before.cells[index]?.estimate ?? null);
	}
	t.deepEqual(after.sessions, before.sessions);
	t.deepEqual(after.clips, before.clips);
});

test('labels changed after the run decide nothing', async (t) => {
	const folder = folderOf({ decide: () => 'stop' });
	const before = await judge(folder);
	t.is(before.cells[3]?.verdict, 'fail');
	const path = join(folder.inputs, 'clips.json');
	writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"label": "(yes|no)"/g, '"label": "stop"'));
	const after = await judge(folder);
	t.is(after.cells[3]?.estimate, 100);
	t.deepEqual(verdicts(after), Array(5).fill('inconclusive'));
	t.is(
		after.cells[3]?.reason,
		'by itself it would be pass; inputs/clips.json is not what the run used, which decides nothing',
	);
	t.is(after.summary.exitCode, 3);
});

test('inputs changed while the run is going on are a rig error', async (t) => {
	const folder = folderOf();
	writeFileSync(join(folder.inputs, 'spec.md'), SPEC.replace('< 1.2 mW', '< 500 mW'));
	const record = await judge(folder, 'live');
	t.deepEqual(verdicts(record), Array(5).fill('rig-error'));
	t.is(record.summary.exitCode, 4);
});

const SILICON =
	'| Device | Latency | Memory | Accuracy |\n| --- | --- | --- | --- |\n| STM32F4 | < 15 ms | < 64 KB | > 93.8 % |\n';

test('a replayed capture of silicon satisfies --require-evidence silicon; an emulated one never does', async (t) => {
	const madeOn = (facts: typeof EMULATED) => {
		const list = { ...madeList(facts.id, 20), requireEvidence: 'silicon' as const };
		return judge(madeRunFolder({ facts, list, specMarkdown: SILICON }));
	};
	const board = await madeOn(deviceOf(DEVICES, 'stm32f405').facts);
	t.is(board.manifest.source, 'replay');
	t.deepEqual(verdicts(board), ['pass', 'pass', 'pass']);
	t.true(board.cells.every(({ evidence }) => evidence === 'silicon'));
	t.is(board.summary.exitCode, 0);
	const emulated = await madeOn(EMULATED);
	t.deepEqual(verdicts(emulated), Array(3).fill('not-measured'));
	t.deepEqual(
		emulated.cells.map(({ evidence }) => evidence),
		['modelled', 'emulated', 'emulated'],
	);
	t.is(emulated.summary.exitCode, 3);
});

test('a record of several sessions: how many were asked for, each of them told, all cells as the schema says', async (t) => {
	const facts = deviceOf(DEVICES, 'stm32f405').facts;
	const sessions = Array.from({ length: 5 }, () => ({}));
	const list = madeList(facts.id, 20, { sessions: 5 });
	const milliwatts = ({ index }: { index: number }) => 50 + (index % 7) / 7;
	const record = await judge(madeRunFolder({ facts, list, sessions, specMarkdown: SPEC, milliwatts }));
	t.is(record.manifest.sessionsAsked, 5);
	t.is(record.sessions.length, 5);
	t.is(record.clips.length, 5 * 21);
	t.deepEqual(verdicts(record), ['pass', 'fail', 'pass', 'pass', 'fail']);
	t.true(record.cells.every(({ scope, sessions: behind }) => scope === 'board' && behind === 5));
	const schema = JSON.parse(readFileSync(new URL('../schema/record.schema.json', import.meta.url), 'utf8'));
	const validate = new Ajv({ strict: false }).compile(schema);
	t.true(validate(JSON.parse(JSON.stringify(record))), JSON.stringify(validate.errors));
});

test('an input that came or went since the run is noted', async (t) => {
	const folder = folderOf();
	writeFileSync(join(folder.inputs, 'more.txt'), 'x');
	rmSync(join(folder.inputs, 'scenario.yaml'));
	t.deepEqual((await judge(folder)).manifest.inputsChanged, ['more.txt', 'scenario.yaml']);
});

const unreadable = test.macro(async (t, spoil: (folder: RunFolder) => void, message: RegExp) => {
	const folder = folderOf();
	spoil(folder);
	t.regex((await t.throwsAsync(() => judge(folder)))?.message ?? '', message);
});
test(
	'no list of clips, no verdict',
	unreadable,
	(folder: RunFolder) => rmSync(join(folder.inputs, 'clips.json')),
	/^inputs\/clips.json: is missing/,
);
test(
	'a broken list',
	unreadable,
	(folder: RunFolder) => writeFileSync(join(folder.inputs, 'clips.json'), '{'),
	/^inputs\/clips.json: is not valid JSON/,
);
test(
	'a list that names a path as device',
	unreadable,
	(folder: RunFolder) => {
		const path = join(folder.inputs, 'clips.json');
		writeFileSync(path, readFileSync(path, 'utf8').replace('stm32f405-emulated', '../../etc'));
	},
	/inputs\/clips.json > devices > 0: `devices.0` must match pattern/,
);
test(
	'a device whose row was taken out of the spec: its cells do not vanish',
	unreadable,
	(folder: RunFolder) => writeFileSync(join(folder.inputs, 'spec.md'), SPEC.replace('STM32F4', 'STM32F5')),
	/^inputs\/spec.md: device `stm32f405-emulated` is judged by row "STM32F4", which is not in the table/,
);
test(
	'facts that turned silicon',
	unreadable,
	(folder: RunFolder) => {
		const path = join(folder.inputs, 'devices', `${EMULATED.id}.json`);
		writeFileSync(path, readFileSync(path, 'utf8').replace('"emulated"', '"silicon"'));
	},
	/claims silicon evidence, but a device on qemu-pty can only give emulated/,
);

test('console output is kept without control characters', (t) => {
	const folder = folderOf();
	const session = { console: ['hello \u001b[31mred', 'tab\tstays'] };
	writeConsole(folder, { run: null, sessions: [session as never], end: null, damage: null, faults: [] });
	t.is(readFileSync(folder.console, 'utf8'), 'hello \\x1b[31mred\ntab\tstays\n');
});

test('a run id sorts by time, and is a folder name', (t) => {
	t.is(newRunId(new Date('2026-03-04T05:06:07.890Z'), 'beef'), '20260304-050607-beef');
	t.regex(newRunId(), /^\d{8}-\d{6}-[0-9a-f]{4}$/);
	const folder = folderOf();
	const runs = dirname(folder.path);
	t.is(findRunFolder(folder.id, runs).path, folder.path);
	t.is(findRunFolder(folder.path, '/nowhere').id, folder.id);
	t.is(
		t.throws(() => findRunFolder('20200101-000000-0000', runs))?.message,
		`No run \`20200101-000000-0000\`: the latest one is ${folder.id}.`,
	);
});

test('a run folder is made once, with its inputs', (t) => {
	const folder = folderOf();
	t.deepEqual(Object.keys(inputHashes(folder)), [
		'clips.json',
		`devices/${EMULATED.id}.json`,
		'scenario.yaml',
		'spec.md',
	]);
	const inputs = { scenarioYaml: '', specMarkdown: '', clips: madeList('posix', 1), devices: [] };
	t.regex(
		t.throws(() => createRunFolder(dirname(folder.path), inputs, folder.id))?.message ?? '',
		/cannot be made \(EEXIST\)/,
	);
	t.regex(t.throws(() => createRunFolder(dirname(folder.path), inputs, '../escape'))?.message ?? '', /is no run id/);
});

test('a file is replaced whole, and nothing is left beside it', (t) => {
	const folder = folderOf();
	const path = join(folder.path, 'deep', 'a.txt');
	writeAtomically(path, 'one');
	writeAtomically(path, 'two');
	t.is(readFileSync(path, 'utf8'), 'two');
	t.false(existsSync(`${path}.tmp-${process.pid}`));
	t.throws(() => writeAtomically(dirname(path), 'a folder stands there'), { message: /cannot be written/ });
	t.false(existsSync(`${dirname(path)}.tmp-${process.pid}`));
	writeFileSync(folder.record, '{}');
	t.regex(
		t.throws(() => writeAtomically(join(folder.record, 'x'), 'y'))?.message ?? '',
		/cannot be written \((ENOTDIR|EEXIST)\)/,
	);
	t.is(runFolderAt('/a/b/').id, 'b');
});

test('a made run has the chain that the reader checks', (t) => {
	const lines = madeLines({ facts: EMULATED, list: madeList(EMULATED.id, 1) });
	t.regex(lines[0] ?? '', /^\{"n":0,"t":"\d+","k":"run"/);
	t.true(lines.every((line) => /"c":"[0-9a-f]{16}"\}$/.test(line)));
});

test('something written behind the end of a run is damage, not a torn line', async (t) => {
	const folder = folderOf();
	writeFileSync(folder.capture, `${readFileSync(folder.capture, 'utf8')}{"n":`);
	const record = await judge(folder);
	t.false(record.cells.some(green));
	t.is(record.manifest.status, 'rig-error');
});

test('a clip listed twice would be counted twice', async (t) => {
	const list = madeList(EMULATED.id, 20);
	list.segments[0]?.clips.push(...list.segments[0].clips.slice(0, 1));
	const error = await t.throwsAsync(() => judge(folderOf({ list })));
	t.is(error?.message, 'inputs/clips.json: clip `keywords/clip-0` is listed twice.');
});
