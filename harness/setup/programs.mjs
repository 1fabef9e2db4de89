import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of a program on PATH, or null. */
export function findProgram(name) {
	for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
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
