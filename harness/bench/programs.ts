import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of a program on PATH (or the path given, where it is one), or `null`. */
export function findProgram(name: string, searchPath = process.env.PATH ?? ''): string | null {
	const folders = path.isAbsolute(name) ? [path.dirname(name)] : searchPath.split(path.delimiter);
	for (const folder of folders) {
		// An empty or relative entry means the working folder: a program found there is not one we were told to trust.
		if (!path.isAbsolute(folder)) continue;
		const file = path.join(folder, path.basename(name));
		try {
			accessSync(file, constants.X_OK);
			if (statSync(file).isFile()) return file;
		} catch {
			// Not in this folder.
		}
	}
	return null;
}
