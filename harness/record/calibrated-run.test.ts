import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { injectedCounts } from '../../devices/emulated/analogue.ts';
import { fitCalibration } from '../calibrate/fit-calibration.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { madeList, madeRunFolder } from '../testing/made-run.ts';
import { evaluate } from './evaluate.ts';

const { facts } = deviceOf(loadDevices(fileURLToPath(new URL('../../devices', import.meta.url))), 'stm32f405-emulated');
/** Sleep alone is 39.6 mW. */
const SPEC = '| Device | Power | Energy |\n| --- | --- | --- |\n| STM32F4 | < 100 mW | < 5 mJ |\n';
const STARTED_AT = '2026-01-02T03:04:05.000Z';

function calibrated(date: string, boardSerial = 'EMU1'): Calibration {
	const referenceMeter = { name: 'made', fraction: 0.0005, amperes: 0 };
	return fitCalibration(
		{ facts, boardSerial, date: new Date(date), temperatureCelsius: 25, referenceMeter },
		[0, 0.02, 0.04].map((amperes, seed) => ({ amperes, counts: injectedCounts(facts, amperes, 1.5, seed) })),
	);
}

async function powerCell(calibration: Calibration | null, of: DeviceFacts = facts) {
	const folder = madeRunFolder({
		facts: of,
		list: madeList(of.id, 1),
		specMarkdown: SPEC,
		startedAt: STARTED_AT,
		...(calibration === null ? {} : { calibrations: [calibration] }),
	});
	const { cells } = await evaluate(folder, { source: 'replay', evaluatedBy: 'test' });
	const cell = cells.find(({ metric }) => metric === 'power');
	if (cell === undefined) throw new Error('no power cell');
	return { cell, folder, energy: cells.find(({ metric }) => metric === 'energy') };
}

test('a calibration makes the interval narrower, takes out the gain error, and is named in the result', async (t) => {
	const { cell: plain } = await powerCell(null);
	const calibration = calibrated('2026-01-01T00:00:00Z');
	const { cell, energy } = await powerCell(calibration);
	t.true(plain.marks.includes('uncalibrated'));
	t.false(cell.marks.includes('uncalibrated'));
	t.true(cell.rule.includes(`calibration ${calibration.id} of 2026-01-01 at 25 C`), cell.rule);
	t.true(energy?.rule.includes(calibration.id));
	const width = ({ bounds }: typeof cell) => (bounds?.[1] ?? Number.NaN) - (bounds?.[0] ?? Number.NaN);
	t.true(width(cell) < 0.8 * width(plain), `${width(cell)} mW, before ${width(plain)} mW`);
	// The substituted chain reads 0.2 % of gain and half a count of offset too much.
	t.true((cell.estimate ?? 0) < (plain.estimate ?? 0) - 0.05);
});

for (const [what, calibration, reason] of [
	['too old', calibrated('2024-12-31T00:00:00Z'), /was 367 days old at the run, and at most 365 are allowed/],
	[
		'from after the run',
		calibrated('2026-01-02T03:04:06Z'),
		/was made after the run of 2026-01-02T03:04:05\.000Z began/,
	],
	['of another board', calibrated('2026-01-01T00:00:00Z', 'EMU2'), /is of board EMU2, but `power\.boardSerial` of/],
] as const)
	test(`a calibration ${what}: power is not measured, and never judged without it`, async (t) => {
		const { cell } = await powerCell(calibration);
		t.is(cell.verdict, 'not-measured');
		t.is(cell.estimate, null);
		t.regex(cell.reason, reason);
	});

test('a calibration swapped after the run decides nothing', async (t) => {
	const { folder } = await powerCell(calibrated('2026-01-01T00:00:00Z'));
	const path = join(folder.inputs, 'calibrations', `${facts.id}.json`);
	const before = readFileSync(path, 'utf8');
	writeFileSync(path, JSON.stringify(calibrated('2026-01-01T12:00:00Z')));
	t.not(readFileSync(path, 'utf8'), before);
	const { cells, manifest } = await evaluate(folder, { source: 'replay', evaluatedBy: 'test' });
	t.deepEqual(manifest.inputsChanged, [`calibrations/${facts.id}.json`]);
	t.is(cells.find(({ metric }) => metric === 'power')?.verdict, 'inconclusive');
});
