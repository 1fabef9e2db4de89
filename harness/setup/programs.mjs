import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

const onPath = () => (process.env.PATH ?? '').split(path.delimiter);

/** Absolute path of a program on PATH, or null. */
export function findProgram(name) {
	return findIn(onPath(), name);
}

/** The same for a server: Debian has those in `sbin` folders, which PATH has only for root; each is beside a `bin`. */
export function findServer(name) {
	const beside = onPath()
		.filter((folder) => path.basename(folder) === 'bin')
		.map((folder) => path.join(path.dirname(folder), 'sbin'));
	return findIn([...onPath(), ...beside], name);
}

function findIn(folders, name) {
	for (const folder of folders) {
		if (!path.isAbsolute(folder)) continue;
		const file = path.join(folder, name);
		try {
			accessSync(file, constants.X_OK);
			if (statSync(file).isFile()) return file;
		} catch {
			// Not in this folder.
		}
	}
	return null;
}
