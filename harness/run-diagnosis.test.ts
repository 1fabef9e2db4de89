/**
 * Known causes are put into the real firmware, and the diagnosis has to name the right one first. Needs the firmware that
 * `npm test` builds: posix, posix-flipped-features, stm32f405.
 */
import { appendFileSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { checkClock } from './check-clock.ts';
import type { Cell, RunRecord } from './generated/record.ts';
import { judgeCells } from './judge/cells.ts';
import { evaluate } from './record/evaluate.ts';
import type { RunFolder } from './record/run-folder.ts';
import { DEVICES_FOLDER, run } from './run.ts';
import { freezeClipList } from './scenario/clip-list.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { loadScenario } from './scenario/load-scenario.ts';
import { parseSpecTable } from './scenario/spec-table.ts';
import { prepareClip } from './stimulate/prepare-clip.ts';
import { posixBench, posixProgram } from './testing/posix-bench.ts';
import { tinyScenario } from './testing/tiny-scenario.ts';

const REFERENCE = fileURLToPath(new URL('../scenarios/liquid-audio/reference.json', import.meta.url));

const causes = ({ diagnosis }: Cell) => diagnosis.map(({ cause }) => cause).filter((cause) => cause !== 'composition');
const told = (cell: Cell | undefined) => JSON.stringify(cell);

function cellOf(cells: readonly Cell[], metric: Cell['metric']): Cell {
	const cell = cells.find((each) => each.metric === metric && each.device !== null);
	if (cell === undefined) throw new Error(`there is no ${metric} cell`);
	return cell;
}

/** What a replay finds, so that nothing of the live run can have helped. */
async function replayed(folder: RunFolder): Promise<RunRecord> {
	return evaluate(folder, { source: 'replay', evaluatedBy: 'test' });
}

test('a clock at a quarter comes first in every cell', async (t) => {
	const tiny = tinyScenario(t);
	const { folder, record } = await run({
		scenario: tiny.folder,
		runsFolder: tiny.runs,
		devices: ['posix'],
		command: ['test'],
		attach: { posixArgs: ['--clock-factor', '0.25'] },
	});
	const cells = record.cells.filter(({ device }) => device === 'posix');
	t.true(cells.length >= 3);
	for (const cell of cells) t.is(causes(cell)[0], 'clock-low', told(cell));
	t.deepEqual((await replayed(folder)).cells, record.cells);
});

test('a front end that numbers its coefficients backwards comes first where the accuracy fails', async (t) => {
	const clips = ['yes-01', 'stop-04', 'no-01', 'up-01', 'go-01', 'left-01'];
	const tiny = tinyScenario(t, { clips, spec: '| Device | Accuracy |\n| --- | --- |\n| Desktop CPU | > 90 % |\n' });
	copyFileSync(REFERENCE, path.join(tiny.folder, 'reference.json'));
	appendFileSync(path.join(tiny.folder, 'tiny.scenario.yaml'), 'reference: reference.json\n');
	const imagePath = await posixProgram('posix-flipped-features');
	const { folder, record } = await run({
		scenario: tiny.folder,
		runsFolder: tiny.runs,
		devices: ['posix'],
		command: ['test'],
		attach: { imagePath },
	});
	const cell = cellOf(record.cells, 'accuracy');
	t.is(cell.verdict, 'fail', told(cell));
	t.is(causes(cell)[0], 'preprocessing-mismatch', told(cell));
	t.regex(
		cell.diagnosis[0]?.text ?? '',
		/reversed order: reversed they agree to [2-9]\d dB, as sent they agree to -\d+ dB/,
	);
	t.deepEqual((await replayed(folder)).cells, record.cells);
});

/** Every hop is computed, so that there are enough of them to tell. */
const SLOW = { gating: 0, 'spin.front-end': 8_000_000 };

test('a slow front end comes first where the latency fails', async (t) => {
	const tiny = tinyScenario(t);
	const scenario = loadScenario(tiny.folder);
	const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), 'posix');
	const bench = await posixBench(t, { variant: 'posix', args: [] });
	const build = 'a'.repeat(40);
	bench.capture.append({
		k: 'run',
		id: 'slow',
		startedAt: '2026-01-02T03:04:05Z',
		ossicle: 'test',
		command: [],
		inputs: {},
	});
	const session = await bench.open();
	// Some milliseconds on any machine, where the whole hop takes some tens of microseconds.
	for (const [name, value] of Object.entries(SLOW)) await session.param(name, value);
	await checkClock(session, facts, 2000);
	for (const segment of scenario.segments) {
		const { codec, pacing } = segment;
		await session.configure({ codec, pacing });
		for (const clip of segment.loadedClips) {
			const { samples, sampleRateHz: sampleRate } = clip.read();
			await session.runClip(prepareClip(samples, { codec, pacing, sampleRate }), {
				name: clip.name,
				segment: segment.name,
			});
		}
	}
	await checkClock(session, facts, 2000);
	await session.bye();
	const { run: decoded, session: own } = await bench.replay();
	own.flash = {
		k: 'flash',
		session: 1,
		tool: 'none',
		imageSha256: '',
		buildId: own.hello?.build ?? build,
		staticBytes: null,
		rigBytes: null,
		flashBytes: null,
	};
	const cells = judgeCells({
		spec: parseSpecTable('| Device | Latency (p50) |\n| --- | --- |\n| Desktop CPU | < 0.5 ms |\n', 'spec.md'),
		list: freezeClipList(scenario, { devices: ['posix'], params: SLOW }),
		devices: new Map([['posix', facts]]),
		calibrations: new Map(),
		reference: null,
		run: { ...decoded, end: { k: 'run-end', endedAt: '2026-01-02T03:04:06Z', reason: 'complete' } },
		startedAt: null,
		inputsChanged: [],
		source: 'replay',
	});
	const cell = cellOf(cells, 'latency');
	// On a busy machine hops may resemble their neighbours too much to decide; the cause is the same.
	t.true(['fail', 'inconclusive'].includes(cell.verdict), told(cell));
	t.is(causes(cell)[0], 'front-end-dominates', told(cell));
	t.regex(cell.diagnosis[0]?.text ?? '', /front-end must get [\d.]+ times faster/);
});

/** A run on the emulated STM32F405: one word, and a part of a day for power. */
async function emulated(t: ExecutionContext, params: Record<string, number>, spec: string) {
	const { folder, runs } = tinyScenario(t, { clips: ['yes-01'], power: true, spec });
	const { record } = await run({
		scenario: folder,
		runsFolder: runs,
		devices: ['stm32f405-emulated'],
		command: ['test'],
		params,
	});
	return record;
}

/** Between what the board draws asleep (39.6 mW) and what computing every hop adds to that. */
const POWER =
	'| Device | Latency (p50) | Power | Battery life |\n| --- | --- | --- | --- |\n| STM32F4 | < 0.1 ms | < 40.5 mW | > 2.37 h |\n';

test.serial('gating that is switched off comes first where the power fails, and is gone where it is on', async (t) => {
	t.timeout(600_000);
	const open = await emulated(t, { gating: 0 }, POWER);
	const power = cellOf(open.cells, 'power');
	t.is(power.verdict, 'fail', told(power));
	t.is(causes(power)[0], 'gating-disabled', told(power));
	t.regex(power.diagnosis[0]?.text ?? '', /8\d\d of 937 hops lie in silence/);
	t.is(causes(cellOf(open.cells, 'battery-life'))[0], 'gating-disabled');
	// Healthy firmware against too tight a limit: the costliest stage, and no cause that is not there.
	t.deepEqual(causes(cellOf(open.cells, 'latency')), ['stage-dominates'], told(cellOf(open.cells, 'latency')));
	const gated = await emulated(t, {}, POWER.replace('< 40.5 mW', '< 39.6 mW'));
	const quiet = cellOf(gated.cells, 'power');
	t.not(quiet.verdict, 'pass', told(quiet));
	t.false(causes(quiet).includes('gating-disabled'), told(quiet));
});
