import { OssicleError } from '../error.ts';
import { readTextFile } from '../scenario/yaml-file.ts';
import type { PointCounts } from './fit-calibration.ts';

/**
 * Counts taken by hand: a CSV file with a header line naming `current_mA` and `counts`, a line for each reading. Readings
 * of one current make one point.
 *
 * @throws OssicleError (usage) `calibration-csv`, `file-unreadable`, `file-too-large`
 */
export function pointsFromCsv(path: string): PointCounts[] {
	const lines = readTextFile(path).split(/\r?\n/);
	const header = (lines[0] ?? '').split(',').map((name) => name.trim());
	const [currentAt, countsAt] = [header.indexOf('current_mA'), header.indexOf('counts')];
	if (currentAt < 0 || countsAt < 0)
		throw fault(path, 1, `expected a header with the columns current_mA and counts, got "${lines[0] ?? ''}"`);
	const readings = new Map<number, number[]>();
	for (const [index, line] of lines.entries()) {
		if (index === 0 || line.trim() === '') continue;
		const fields = line.split(',');
		const milliamperes = numberOf(fields[currentAt]);
		const count = numberOf(fields[countsAt]);
		if (milliamperes === null || milliamperes < 0)
			throw fault(path, index + 1, `current_mA is "${fields[currentAt] ?? ''}", expected a number of mA, 0 or more`);
		if (count === null || count < 0)
			throw fault(path, index + 1, `counts is "${fields[countsAt] ?? ''}", expected an ADC count, 0 or more`);
		readings.set(milliamperes, [...(readings.get(milliamperes) ?? []), count]);
	}
	return [...readings].map(([milliamperes, counts]) => ({ amperes: milliamperes / 1000, counts }));
}

function numberOf(text: string | undefined): number | null {
	const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
	return Number.isFinite(value) ? value : null;
}

function fault(path: string, line: number, text: string): OssicleError {
	return new OssicleError('calibration-csv', 'usage', `${path}:${line}: ${text}.`, { path, line });
}
