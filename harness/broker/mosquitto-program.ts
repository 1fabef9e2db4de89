import path from 'node:path';
import { findProgram } from '../bench/programs.ts';

/**
 * Absolute path of Mosquitto, or `null`. Debian puts it into /usr/sbin, which is not on the PATH of most accounts: besides
 * each `bin` on PATH the `sbin` next to it is looked into.
 */
export function findMosquitto(searchPath = process.env.PATH ?? ''): string | null {
	const folders = searchPath.split(path.delimiter);
	const beside = folders
		.filter((folder) => path.basename(folder) === 'bin')
		.map((folder) => path.join(path.dirname(folder), 'sbin'));
	return findProgram('mosquitto', [...folders, ...beside].join(path.delimiter));
}
