import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { OssicleError } from '../error.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { LoadedDevice } from './device-facts.ts';
import { readTextFile, validated } from './yaml-file.ts';

/** Where a device's calibration lies: beside its own device file, `<device id>.calibration.json`. */
export function calibrationPath(devicesFolder: string, { facts, files }: LoadedDevice): string {
	// `files` are shown as devices/<folder>/<file>.
	const folder = basename(dirname(files[0] ?? ''));
	return join(devicesFolder, folder, `${facts.id}.calibration.json`);
}

/**
 * The calibrations there are for these devices.
 * @throws OssicleError (usage) `calibration-json`, `calibration-id`, `calibration-device`, `schema`, `file-unreadable`
 */
export function loadCalibrations(devicesFolder: string, devices: readonly LoadedDevice[]): Calibration[] {
	return devices.flatMap((device) => {
		const path = calibrationPath(devicesFolder, device);
		if (!existsSync(path)) return [];
		const shown = join('devices', basename(dirname(path)), basename(path));
		const calibration = checkedCalibration(parsed(readTextFile(path, shown), shown), shown);
		if (calibration.device === device.facts.id) return [calibration];
		throw new OssicleError(
			'calibration-device',
			'usage',
			`${shown}: is a calibration of \`${calibration.device}\`, not of \`${device.facts.id}\`; the file is named after its device.`,
			{ path: shown },
		);
	});
}

/**
 * A calibration as it was written: by its schema, and by the id that is the hash of all the rest.
 * @throws OssicleError (usage) `schema`, `calibration-id`
 */
export function checkedCalibration(value: unknown, shownPath: string): Calibration {
	const calibration = validated<Calibration>('calibration', value, (keys) => [shownPath, ...keys].join(' > '));
	const expected = calibrationId(calibration);
	if (calibration.id !== expected) {
		throw new OssicleError(
			'calibration-id',
			'usage',
			`${shownPath}: its id is ${calibration.id}, but what it holds has the id ${expected}: it was changed by hand. Run \`ossicle calibrate\` again, or restore the file.`,
			{ path: shownPath },
		);
	}
	return calibration;
}

/** First 12 hex digits of SHA-256 over the calibration's canonical JSON without `id`. */
export function calibrationId(calibration: Omit<Calibration, 'id'>): string {
	const { id: _, ...rest } = calibration as Partial<Calibration>;
	return createHash('sha256').update(canonicalJson(rest)).digest('hex').slice(0, 12);
}

/** JSON without spaces and with the keys of every object in order (RFC 8785 for what JSON.parse can give). */
function canonicalJson(value: unknown): string {
	return JSON.stringify(value, (_, inner: unknown) =>
		typeof inner === 'object' && inner !== null && !Array.isArray(inner)
			? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
			: inner,
	);
}

function parsed(text: string, shownPath: string): unknown {
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new OssicleError(
			'calibration-json',
			'usage',
			`${shownPath}: is not valid JSON (${(cause as Error).message}).`,
			{ path: shownPath },
			cause,
		);
	}
}
