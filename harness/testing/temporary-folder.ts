import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** A new folder for a test, gone when its process ends. */
export function temporaryFolder(name: string): string {
	const folder = mkdtempSync(join(tmpdir(), `ossicle-${name}-`));
	if (folders.length === 0) process.once('exit', removeAll);
	folders.push(folder);
	return folder;
}

function removeAll(): void {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
