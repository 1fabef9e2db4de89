import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const HARNESS = fileURLToPath(new URL('.', import.meta.url));
const ROOT = path.dirname(HARNESS.replace(/\/$/, ''));

/** Folder of harness/ -> the folders its files may import. A folder may always import itself. */
const BASE = ['generated', 'error', 'codec', 'scenario'];
const ALLOWED: Record<string, string[]> = {
	error: [],
	generated: [],
	// Pure arithmetic on bytes: what a file holds and what a frame holds is read by the same functions.
	codec: ['generated'],
	scenario: ['generated', 'error', 'codec'],
	link: BASE,
	stimulate: [...BASE, 'link'],
	capture: [...BASE, 'link'],
	session: [...BASE, 'link', 'stimulate', 'capture'],
	measure: [...BASE, 'capture'],
	judge: [...BASE, 'measure', 'capture'],
	record: [...BASE, 'judge', 'measure', 'capture'],
	bench: [...BASE, 'link'],
	footprint: [...BASE, 'bench'],
	devices: [...BASE, 'link', 'bench', 'capture'],
	// Read next morning: what made the run is no business of theirs.
	reports: [...BASE, 'link', 'capture', 'measure', 'judge', 'record'],
};

/** `harness/link/cobs.ts` -> `link`; `devices/driver.ts` -> `devices`; others (`run.ts`, `cli/`, tests) are free. */
function layerOf(file: string): string | null {
	const parts = path.relative(ROOT, file).split(path.sep);
	if (parts[0] === 'devices') return parts[1] === 'testing' ? null : 'devices';
	if (parts[0] === 'reports') return parts[1] === 'testing' ? null : 'reports';
	if (parts[0] !== 'harness' || parts[1] === undefined) return null;
	if (parts[1] === 'link' && parts[2] === 'codec') return 'codec';
	return parts.length === 2 ? parts[1].replace(/\.ts$/, '') : parts[1];
}

test('imports point one way', async (t) => {
	const wrong: string[] = [];
	let read = 0;
	for (const folder of ['harness', 'devices', 'reports']) {
		for (const name of await readdir(path.join(ROOT, folder), { recursive: true })) {
			if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
			const file = path.join(ROOT, folder, name);
			const layer = layerOf(file);
			const allowed = layer === null ? undefined : ALLOWED[layer];
			if (layer === null || allowed === undefined) continue;
			read += 1;
			for (const [, target] of (await readFile(file, 'utf8')).matchAll(/from '(\.[^']+)'/g)) {
				const other = layerOf(path.resolve(path.dirname(file), target as string));
				if (other === layer || (other !== null && allowed.includes(other))) continue;
				if (other === null && (target as string).endsWith('.json')) continue;
				wrong.push(`${path.relative(ROOT, file)} (${layer}) imports ${target} (${other})`);
			}
		}
	}
	t.true(read > 20, `only ${read} files read: is the folder right?`);
	t.deepEqual(wrong, []);
});
