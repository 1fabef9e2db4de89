import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { isOssicleError } from '../error.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { loadAccounts } from './accounts.ts';

const ENV = { CI_PASSWORD: 'secret-1', WALL: 'secret-2', EMPTY: '', LINES: 'secret\nb', LONG: 'x'.repeat(257) };

function fileOf(...entries: string[]): string {
	const folder = temporaryFolder('accounts');
	writeFileSync(path.join(folder, 'board.password'), 'secret 3:ü\n');
	const file = path.join(folder, 'accounts.yaml');
	writeFileSync(file, `accounts:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
	return file;
}

test('accounts with passwords from the environment and from files beside them', (t) => {
	const file = fileOf(
		'{ name: board, role: device, bench: lab, device: stm32f405, passwordFile: board.password }',
		'{ name: ci, role: controller, passwordEnv: CI_PASSWORD }',
		'{ name: wall, role: viewer, passwordEnv: WALL }',
	);
	t.deepEqual(loadAccounts(file, ENV), [
		{ name: 'board', role: 'device', bench: 'lab', device: 'stm32f405', password: 'secret 3:ü' },
		{ name: 'ci', role: 'controller', password: 'secret-1' },
		{ name: 'wall', role: 'viewer', password: 'secret-2' },
	]);
});

for (const [what, entries, expected] of [
	['no account', [], /accounts/],
	['an unknown role', ['{ name: a, role: admin, passwordEnv: WALL }'], /`accounts.0.role` is "admin".*controller/],
	['a password in the file', ['{ name: a, role: viewer, password: secret-9 }'], /unknown key `password`/],
	['no password', ['{ name: a, role: viewer }'], /yaml:2:\d+: account `a` needs either/],
	['two passwords', ['{ name: a, role: viewer, passwordEnv: WALL, passwordFile: board.password }'], /needs either/],
	[
		'a variable that is not set',
		['{ name: a, role: viewer, passwordEnv: NOT_SET }'],
		/variable NOT_SET is empty or not set/,
	],
	['an empty password', ['{ name: a, role: viewer, passwordEnv: EMPTY }'], /variable EMPTY is empty/],
	['a password of two lines', ['{ name: a, role: viewer, passwordEnv: LINES }'], /control characters/],
	['a password too long', ['{ name: a, role: viewer, passwordEnv: LONG }'], /257 bytes .* at most 256/],
	['a password file that is not there', ['{ name: a, role: viewer, passwordFile: gone }'], /gone: cannot be read/],
	[
		'a device of no bench',
		['{ name: a, role: device, device: d, passwordEnv: WALL }'],
		/expected `bench` and `device`/,
	],
	['a viewer of one bench', ['{ name: a, role: viewer, bench: b, passwordEnv: WALL }'], /for all benches and devices/],
	[
		'a bench that is a filter',
		["{ name: a, role: device, bench: '+', device: d, passwordEnv: WALL }"],
		/accounts.0.bench/,
	],
	['a name that would end a line', ['{ name: "a\\nuser b", role: viewer, passwordEnv: WALL }'], /accounts.0.name/],
	['a name with a colon', ["{ name: 'a:b', role: viewer, passwordEnv: WALL }"], /accounts.0.name/],
	[
		'a name twice',
		['{ name: a, role: viewer, passwordEnv: WALL }', '{ name: a, role: controller, passwordEnv: WALL }'],
		/yaml:3:\d+: account `a` stands there twice/,
	],
] as const)
	test(`refused: ${what}`, (t) => {
		const error = t.throws(() => loadAccounts(fileOf(...entries), ENV));
		t.true(isOssicleError(error) && error.kind === 'usage');
		t.regex(error?.message ?? '', expected);
		t.notRegex(`${error?.message} ${JSON.stringify((error as { facts?: unknown }).facts)}`, /secret|xxx/);
	});
