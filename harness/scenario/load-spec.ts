import path from 'node:path';
import type { DeviceFacts } from '../generated/device.ts';
import type { Spec } from '../generated/spec.ts';
import type { LoadedDevice } from './device-facts.ts';
import { checkDeviceHasRow, checkRowsBound, parseSpecTable } from './spec-table.ts';
import { readTextFile } from './yaml-file.ts';

/**
 * A spec table, checked against the devices there are: each row is some device's, each device asked for has a row.
 * @throws OssicleError `spec`, `file-unreadable` (usage)
 */
export function loadSpec(
	specPath: string,
	known: ReadonlyMap<string, LoadedDevice>,
	asked: readonly DeviceFacts[],
): { spec: Spec; text: string } {
	const shownPath = path.relative('', specPath) || specPath;
	const text = readTextFile(specPath, shownPath);
	const spec = parseSpecTable(text, shownPath);
	checkRowsBound(
		spec,
		shownPath,
		[...known.values()].map((device) => device.facts),
	);
	for (const facts of asked) checkDeviceHasRow(spec, shownPath, facts);
	return { spec, text };
}
