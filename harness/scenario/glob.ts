import { readdirSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { OssicleError } from '../error.ts';

/**
 * Whether a path (with `/`) matches a pattern: `*` any letters but `/`, `?` one of them, `**` any folders. All else is
 * itself.
 */
export function matchesGlob(path: string, pattern: string): boolean {
	const source = pattern
		.split(/(\*\*\/|\*|\?)/)
		.map((part) => GLOB_PARTS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
		.join('');
	return new RegExp(`^${source}$`, 'u').test(path);
}

const GLOB_PARTS: Readonly<Record<string, string>> = { '**/': '(?:[^/]+/)*', '*': '[^/]*', '?': '[^/]' };

/** Files below a folder, with `/`, sorted by code unit so that the order is the same on every machine. */
export function filesBelow(folder: string): string[] {
	const paths = readdirSync(folder, { withFileTypes: true, recursive: true })
		.filter((entry) => !entry.isDirectory())
		.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
	return paths.sort();
}

/**
 * Refuses a pattern or a file that reaches out of the folder, by `..`, an absolute path or a symbolic link.
 * @throws OssicleError `path-outside` (usage)
 */
export function checkInside(folder: string, path: string, where: string): void {
	const outside = path.startsWith('/') || path.split('/').includes('..');
	if (!outside && !path.includes('*') && !path.includes('?')) {
		const root = realpathSync(folder);
		const real = realpathSync(join(folder, path));
		if (real === root || real.startsWith(root + sep)) return;
	} else if (!outside) return;
	throw new OssicleError(
		'path-outside',
		'usage',
		`${where}: \`${path}\` leads out of the scenario's folder; everything a scenario needs lies in it.`,
		{
			path,
		},
	);
}
