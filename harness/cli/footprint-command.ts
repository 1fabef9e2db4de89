import path from 'node:path';
import { defaultImagePath } from '../../devices/driver.ts';
import { readElf } from '../bench/elf.ts';
import { checkImage } from '../bench/image-check.ts';
import { footprintOf } from '../footprint/footprint.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Footprint } from '../generated/record.ts';
import { DEVICES_FOLDER } from '../run.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { formatBytes } from '../scenario/units.ts';
import { brokenLines } from './plain-lines.ts';

const WIDTH = 108;

/**
 * `ossicle footprint <device>`: what its image takes, and the worst case of its stack. Touches no device.
 * @throws OssicleError (usage) for an unknown device and for an image that is missing, damaged or not for it
 */
export async function footprintCommand(deviceId: string, options: { image?: string; json?: boolean }): Promise<number> {
	const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), deviceId);
	const image = await readElf(options.image ?? defaultImagePath(facts));
	checkImage(image, facts);
	const footprint = await footprintOf(image, facts);
	if (options.json === true) {
		const { path: file, sha256, buildId } = image;
		console.log(JSON.stringify({ device: facts.id, image: file, sha256, buildId, ...footprint }, null, '\t'));
	} else console.log(footprintTable(footprint, facts, path.relative('', image.path)));
	return 0;
}

/** A footprint for people. */
export function footprintTable(footprint: Footprint, { id }: Pick<DeviceFacts, 'id'>, image: string): string {
	const { textBytes, dataBytes, bssBytes, rigBytes, flashBytes, modelBytes } = footprint;
	const model = modelBytes === null ? '' : `, of it the model ${formatBytes(modelBytes)}`;
	const rows: [string, number, string][] = [
		['text', textBytes, `code and constants${model}`],
		['data', dataBytes, 'variables with a value at start, and code in RAM'],
		['bss', bssBytes, 'variables that are zero at start'],
		['flash', flashBytes, 'text + data'],
		['static RAM', dataBytes + bssBytes, 'data + bss'],
		['rig', rigBytes, 'RAM that exists for the test only, not counted'],
	];
	const width = Math.max(...rows.map(([, bytes]) => formatBytes(bytes).length));
	const lines = rows.map(([name, bytes, what]) => `${name.padEnd(10)}  ${formatBytes(bytes).padStart(width)}  ${what}`);
	return [`${id} (${image})`, ...lines, ...stackLines(footprint, width), ''].join('\n');
}

function stackLines({ dataBytes, bssBytes, stack }: Footprint, columns: number): string[] {
	const { bytes, unbounded, path: deepest, interruptBytes } = stack;
	if (bytes === null) return indented('stack', `unbounded: ${unbounded ?? 'nobody knows why'}`);
	const row = (name: string, size: number, what: string) =>
		`${name.padEnd(10)}  ${formatBytes(size).padStart(columns)}  ${what}`;
	return [
		row('stack', bytes, `worst case by the call graph, ${interruptBytes} B of it an interrupt`),
		row('RAM', dataBytes + bssBytes + bytes, 'static RAM + worst stack'),
		...indented('deepest', deepest.join(' > ')),
	];
}

function indented(word: string, text: string): string[] {
	const [first = '', ...others] = brokenLines(text, WIDTH - 12);
	return [`${word.padEnd(10)}  ${first}`, ...others.map((line) => `${' '.repeat(12)}${line}`)];
}
