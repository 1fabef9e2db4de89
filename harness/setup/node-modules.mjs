import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runChild } from './run-child.mjs';
import { SetupError, say } from './say.mjs';

/** Runs `npm ci` unless node_modules is what package-lock.json asks for. @param {string} root */
export async function installNodeModules(root) {
	const difference = differenceFromLock(root);
	if (difference === null) return;
	say(`Installing Node.js packages (npm ci): ${difference}.`);
	// Nested npm must not inherit `--silent`, and needs the development packages (tsx, ava) whatever NODE_ENV says.
	const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
	const npm = process.env.npm_execpath;
	const code =
		npm !== undefined && /npm-cli\.js$/.test(npm)
			? await runChild(process.execPath, [npm, ...args], { cwd: root })
			: await runChild('npm', args, { cwd: root });
	if (code !== 0)
		throw new SetupError(`npm ci failed with status ${code} (its own words are above). Is the registry reachable?`);
}

/**
 * Why node_modules is not what the lock file says, or null. npm writes node_modules/.package-lock.json as its last act, so
 * an interrupted installation has none. Packages for other platforms are rightly absent.
 */
export function differenceFromLock(root) {
	const wanted = packagesOf(path.join(root, 'package-lock.json'));
	if (wanted === null)
		throw new SetupError(`${path.join(root, 'package-lock.json')} cannot be read; is the clone complete?`);
	if (!existsSync(path.join(root, 'node_modules'))) return 'node_modules is missing';
	const present = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
	if (present === null) return 'node_modules is incomplete';
	for (const [name, entry] of Object.entries(wanted)) {
		if (name === '') continue;
		const got = present[name];
		if (got === undefined && (entry.optional === true || entry.devOptional === true)) continue;
		if (got?.version !== entry.version || got?.integrity !== entry.integrity) {
			return `package-lock.json changed (${name.replace(/^node_modules\//, '')})`;
		}
	}
	return null;
}

function packagesOf(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8')).packages ?? null;
	} catch {
		return null;
	}
}
