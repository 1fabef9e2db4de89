import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { fitCalibration } from '../calibrate/fit-calibration.ts';
import { isOssicleError } from '../error.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { FeatureReference } from '../generated/reference.ts';
import { calibrationPath, loadCalibrations } from '../scenario/calibration.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { madeList } from '../testing/made-run.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readInputs } from './read-inputs.ts';
import { createRunFolder, inputHashes, json, type RunInputs, sha256OfFile } from './run-folder.ts';

const DEVICES_FOLDER = fileURLToPath(new URL('../../devices', import.meta.url));
const loaded = deviceOf(loadDevices(DEVICES_FOLDER), 'stm32f405-emulated');
const { facts } = loaded;
const SPEC = '| Device | Power |\n| --- | --- |\n| STM32F4 | < 1.2 mW |\n';

const CALIBRATION = fitCalibration(
	{
		facts,
		boardSerial: 'EMU1',
		date: new Date('2026-01-01T00:00:00Z'),
		temperatureCelsius: 25,
		referenceMeter: { name: 'made', fraction: 0.001, amperes: 0 },
	},
	[
		{ amperes: 0, counts: [62, 63] },
		{ amperes: 0.04, counts: [1055, 1056] },
	],
);

const REFERENCE: FeatureReference = {
	model: 'made',
	source: 'made for a test',
	codec: 'mulaw',
	hop: 256,
	scale: 256,
	clips: [{ name: 'keywords/clip-0', crc: '00000000', features: [[1, 2]] }],
};

function folderWith(inputs: Partial<RunInputs> = {}) {
	const list = madeList(facts.id, 1);
	const base = { scenarioYaml: 'id: made\n', specMarkdown: SPEC, clips: list, devices: [facts] };
	return createRunFolder(temporaryFolder('inputs'), { ...base, ...inputs });
}

const thrown = (t: { throws: (fn: () => unknown) => unknown }, work: () => unknown) => {
	const error = t.throws(work);
	return isOssicleError(error) ? `${error.code}: ${error.message}` : String(error);
};

test('a run without calibration and reference has neither', (t) => {
	const { folder, hashes } = folderWith();
	t.deepEqual(Object.keys(hashes), ['clips.json', `devices/${facts.id}.json`, 'scenario.yaml', 'spec.md']);
	const { calibrations, reference } = readInputs(folder);
	t.is(calibrations.size, 0);
	t.is(reference, null);
});

test('a calibration travels with the run, hashed like any input', (t) => {
	const { folder, hashes } = folderWith({ calibrations: [CALIBRATION], reference: REFERENCE });
	const path = join(folder.inputs, 'calibrations', `${facts.id}.json`);
	t.is(hashes[`calibrations/${facts.id}.json`], sha256OfFile(path));
	t.true('reference.json' in hashes);
	const inputs = readInputs(folder);
	t.deepEqual(inputs.calibrations.get(facts.id), CALIBRATION);
	t.deepEqual(inputs.reference, REFERENCE);
});

test('a calibration changed after the run: by hand it is refused, with a new id it is seen as changed', (t) => {
	const { folder, hashes } = folderWith({ calibrations: [CALIBRATION] });
	const path = join(folder.inputs, 'calibrations', `${facts.id}.json`);
	const read = () => JSON.parse(readFileSync(path, 'utf8')) as Calibration;
	writeFileSync(path, json({ ...read(), amperesPerCount: 1e-5 }));
	t.regex(
		thrown(t, () => readInputs(folder)),
		/^calibration-id: inputs\/calibrations\/stm32f405-emulated\.json: its id is .* changed by hand/,
	);
	writeFileSync(path, json({ ...read(), points: [] }));
	t.regex(
		thrown(t, () => readInputs(folder)),
		/^schema: inputs\/calibrations\/stm32f405-emulated\.json > points: `points` must NOT have fewer than 2 items/,
	);
	t.not(inputHashes(folder)[`calibrations/${facts.id}.json`], hashes[`calibrations/${facts.id}.json`]);
});

test('a reference that is none is refused', (t) => {
	const { folder } = folderWith({ reference: REFERENCE });
	writeFileSync(join(folder.inputs, 'reference.json'), json({ ...REFERENCE, scale: 'large' }));
	t.regex(
		thrown(t, () => readInputs(folder)),
		/^schema: inputs\/reference\.json > scale:/,
	);
});

test("a device's calibration lies beside its device file, under its own name", (t) => {
	const devices = temporaryFolder('devices');
	const path = calibrationPath(devices, loaded);
	t.is(path, join(devices, 'stm32f405', 'stm32f405-emulated.calibration.json'));
	t.deepEqual(loadCalibrations(devices, [loaded]), []);
	mkdirSync(join(devices, 'stm32f405'));
	writeFileSync(path, json(CALIBRATION));
	t.deepEqual(loadCalibrations(devices, [loaded]), [CALIBRATION]);
	const board = deviceOf(loadDevices(DEVICES_FOLDER), 'stm32f405');
	t.deepEqual(loadCalibrations(devices, [board]), [], "not the board's own, though it lies in its folder");
	writeFileSync(calibrationPath(devices, board), json(CALIBRATION));
	t.regex(
		thrown(t, () => loadCalibrations(devices, [board])),
		/^calibration-device: devices\/stm32f405\/stm32f405\.calibration\.json: is a calibration of `stm32f405-emulated`, not of `stm32f405`/,
	);
	writeFileSync(path, '{');
	t.regex(
		thrown(t, () => loadCalibrations(devices, [loaded])),
		/^calibration-json: devices\/stm32f405\/stm32f405-emulated\.calibration\.json: is not valid JSON/,
	);
	t.true(existsSync(DEVICES_FOLDER));
});
