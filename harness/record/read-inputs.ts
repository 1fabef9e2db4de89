import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OssicleError } from '../error.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { Spec } from '../generated/spec.ts';
import { checkedCalibration } from '../scenario/calibration.ts';
import { checkedClipList } from '../scenario/clip-list.ts';
import { checkedFacts } from '../scenario/device-facts.ts';
import { checkDeviceHasRow, parseSpecTable } from '../scenario/spec-table.ts';
import { readTextFile, validated } from '../scenario/yaml-file.ts';
import type { RunFolder } from './run-folder.ts';

/** No list of clips is longer: 64 MiB holds some 300,000 of them. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

export interface ReadInputs {
	spec: Spec;
	list: ClipList;
	devices: Map<string, DeviceFacts>;
	/** By device id, for those devices which had one. Whether it holds for the run is for the measurement to say. */
	calibrations: Map<string, Calibration>;
	/** Features to hold the device's own against; null where the scenario has none. */
	reference: FeatureReference | null;
}

/**
 * The inputs of a run as they lie in its folder, checked as strictly as on the day of the run.
 * @throws OssicleError (usage) `run-input-missing`, `run-input-device`, `schema`, `spec`, `calibration-id`
 */
export function readInputs(folder: RunFolder): ReadInputs {
	const list = checkedClipList(readJson(join(folder.inputs, 'clips.json'), 'inputs/clips.json'), 'inputs/clips.json');
	const specPath = join(folder.inputs, 'spec.md');
	if (!existsSync(specPath)) throw missing('inputs/spec.md');
	const spec = parseSpecTable(readTextFile(specPath, 'inputs/spec.md'), 'inputs/spec.md');
	const devices = new Map<string, DeviceFacts>();
	for (const id of list.devices) {
		const shown = `inputs/devices/${id}.json`;
		const facts = checkedFacts(readJson(join(folder.inputs, 'devices', `${id}.json`), shown), shown);
		if (facts.id !== id) {
			throw new OssicleError('run-input-device', 'usage', `${shown}: holds the facts of \`${facts.id}\`.`, { id });
		}
		checkDeviceHasRow(spec, 'inputs/spec.md', facts);
		devices.set(id, facts);
	}
	return { spec, list, devices, calibrations: readCalibrations(folder, list), reference: readReference(folder) };
}

function readCalibrations(folder: RunFolder, list: ClipList): Map<string, Calibration> {
	const calibrations = new Map<string, Calibration>();
	for (const id of list.devices) {
		const path = join(folder.inputs, 'calibrations', `${id}.json`);
		const shown = `inputs/calibrations/${id}.json`;
		if (existsSync(path)) calibrations.set(id, checkedCalibration(readJson(path, shown), shown));
	}
	return calibrations;
}

function readReference(folder: RunFolder): FeatureReference | null {
	const path = join(folder.inputs, 'reference.json');
	const shown = 'inputs/reference.json';
	if (!existsSync(path)) return null;
	return validated<FeatureReference>('reference', readJson(path, shown), (keys) => [shown, ...keys].join(' > '));
}

function readJson(path: string, shownPath: string): unknown {
	if (!existsSync(path)) throw missing(shownPath);
	const bytes = readFileSync(path);
	if (bytes.length > MAX_JSON_BYTES) {
		throw new OssicleError(
			'file-too-large',
			'usage',
			`${shownPath}: ${bytes.length} bytes; at most ${MAX_JSON_BYTES} were expected.`,
			{},
		);
	}
	try {
		return JSON.parse(bytes.toString('utf8'));
	} catch (cause) {
		throw new OssicleError(
			'run-input-json',
			'usage',
			`${shownPath}: is not valid JSON (${(cause as Error).message}).`,
			{ path: shownPath },
			cause,
		);
	}
}

function missing(shownPath: string): OssicleError {
	return new OssicleError(
		'run-input-missing',
		'usage',
		`${shownPath}: is missing in the run folder; without it nothing can be judged.`,
		{
			path: shownPath,
		},
	);
}
