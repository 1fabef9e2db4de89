import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const HARNESS = fileURLToPath(new URL('.', import.meta.url));
const ROOT = path.dirname(HARNESS.replace(/\/$/, ''));

/** Layer -> the layers its files may import. A layer may always import itself. */
const BASE = ['generated', 'error', 'codec', 'scenario'];
const LIVE = ['link', 'stimulate', 'capture', 'session', 'devices'];
const OFFLINE = ['link', 'capture', 'measure', 'judge', 'record'];
const ALLOWED: Record<string, readonly string[]> = {
	error: [],
	version: [],
	generated: [],
	// Pure arithmetic on bytes: what a file holds and what a frame holds is read by the same functions.
	codec: ['generated'],
	scenario: ['generated', 'error', 'codec'],
	link: BASE,
	model: [...BASE, 'link'],
	stimulate: [...BASE, 'link'],
	capture: [...BASE, 'link'],
	session: [...BASE, 'link', 'stimulate', 'capture'],
	measure: [...BASE, 'capture'],
	judge: [...BASE, 'measure', 'capture'],
	record: [...BASE, 'judge', 'measure', 'capture'],
	bench: [...BASE, 'link'],
	footprint: [...BASE, 'bench'],
	broker: [...BASE, 'link', 'bench'],
	devices: [...BASE, 'link', 'bench', 'capture'],
	// Lends a board to somebody else's run, so it holds a device and no session.
	bridge: [...BASE, 'link', 'bench', 'devices'],
	// Live, like a session: known currents are put through the chain, and a line is fitted to what comes back.
	calibrate: [...BASE, ...LIVE, 'measure'],
	run: [...BASE, ...LIVE, ...OFFLINE, 'footprint', 'version'],
	// Read next morning: what made the run is no business of theirs.
	reports: [...BASE, ...OFFLINE],
	sweep: [...BASE, ...OFFLINE, 'bench', 'devices', 'model', 'run', 'reports', 'version'],
	'chosen-device': [],
	ava: [...BASE, ...LIVE, ...OFFLINE, 'run'],
	cli: [
		...BASE,
		...LIVE,
		...OFFLINE,
		...[
			'bench',
			'broker',
			'bridge',
			'footprint',
			'calibrate',
			'model',
			'run',
			'sweep',
			'reports',
			'version',
			'chosen-device',
		],
	],
};

/** Files of harness/ itself that make a layer together: the one place where all stages meet. */
const RUN_FILES: ReadonlySet<string> = new Set(['run', 'run-session', 'check-clock', 'send-probe']);
/** Folders of harness/ that build, install and test the rest: they import what they like, and no layer imports them. */
const TOOLS: ReadonlySet<string> = new Set(['schema', 'setup', 'testing']);
const TOOL = 'tool';
/** What `npm start` remembers for `ossicle run`; like all of set-up it runs before node_modules exists. */
const CHOSEN_DEVICE = 'harness/setup/chosen-device.mjs';

/**
 * `harness/link/cobs.ts` -> `link`, `harness/run-session.ts` -> `run`, `devices/driver.ts` -> `devices`; null for what is no
 * layer: a folder or file that nobody has given a place.
 * @param name relative to the root, with `/`
 */
function layerOf(name: string): string | null {
	const [top, second = '', third] = name.split('/');
	if (name === CHOSEN_DEVICE) return 'chosen-device';
	if (top === 'devices' || top === 'reports') return second === 'testing' ? TOOL : top;
	if (top !== 'harness') return null;
	if (third === undefined) {
		const file = second.replace(/\.(ts|mjs)$/, '');
		return RUN_FILES.has(file) ? 'run' : layer(file);
	}
	if (TOOLS.has(second)) return TOOL;
	return second === 'link' && third === 'codec' ? 'codec' : layer(second);
}

function layer(name: string): string | null {
	return Object.hasOwn(ALLOWED, name) ? name : null;
}

/** What is wrong with the place and the imports of one file, a sentence each. */
function wrongOf(name: string, text: string): string[] {
	const own = layerOf(name);
	if (own === null) return [`${name} is in no layer: give its folder a place in ALLOWED`];
	if (own === TOOL) return [];
	const allowed = ALLOWED[own] ?? [];
	return [...text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].flatMap(([, target = '']) => {
		const imported = path.posix.join(path.posix.dirname(name), target);
		const other = layerOf(imported);
		// A schema is no code: whoever checks against it may read it.
		if (target.endsWith('.json')) return [];
		if (other === own || (other !== null && allowed.includes(other))) return [];
		return [`${name} (${own}) imports ${target} (${other ?? 'no layer'})`];
	});
}

test('imports point one way, and every folder has a layer', async (t) => {
	const wrong: string[] = [];
	let read = 0;
	for (const folder of ['harness', 'devices', 'reports']) {
		for (const name of await readdir(path.join(ROOT, folder), { recursive: true })) {
			if (!/\.(ts|mjs)$/.test(name) || name.endsWith('.test.ts')) continue;
			const file = [folder, ...name.split(path.sep)].join('/');
			read += 1;
			wrong.push(...wrongOf(file, await readFile(path.join(ROOT, file), 'utf8')));
		}
	}
	t.true(read > 200, `only ${read} files read: is the folder right?`);
	t.deepEqual(wrong, []);
});

test('no two layers may import each other, by whatever way round', (t) => {
	const below = (name: string, seen: ReadonlySet<string>): string[] =>
		(ALLOWED[name] ?? []).flatMap((other) =>
			seen.has(other) ? [[...seen, other].join(' > ')] : below(other, new Set([...seen, other])),
		);
	t.deepEqual(
		Object.keys(ALLOWED).flatMap((name) => below(name, new Set([name]))),
		[],
	);
	const unknown = Object.values(ALLOWED).flatMap((others) => others.filter((other) => !Object.hasOwn(ALLOWED, other)));
	t.deepEqual(unknown, []);
});

test('a new folder, a new file beside run.ts, and an import the wrong way are found', (t) => {
	t.deepEqual(wrongOf('harness/mystery/a.ts', ''), [
		'harness/mystery/a.ts is in no layer: give its folder a place in ALLOWED',
	]);
	t.regex(wrongOf('harness/toString.ts', '').join(), /is in no layer/);
	const importing = (target: string) => wrongOf('harness/model/a.ts', `import { a } from '${target}';`);
	t.deepEqual(importing('../judge/cells.ts'), ['harness/model/a.ts (model) imports ../judge/cells.ts (judge)']);
	t.deepEqual(importing('../testing/made-run.ts'), [
		'harness/model/a.ts (model) imports ../testing/made-run.ts (tool)',
	]);
	t.deepEqual(importing('../mystery/a.ts'), ['harness/model/a.ts (model) imports ../mystery/a.ts (no layer)']);
	t.deepEqual(importing('../link/crc32.ts'), []);
	t.is(wrongOf('harness/judge/a.ts', "const a = await import('../run.ts');").length, 1);
	t.is(wrongOf('harness/judge/a.ts', "export * from '../../devices/driver.ts';").length, 1);
});
