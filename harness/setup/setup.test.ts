/** Runs the real setup.mjs, in a clone of nothing but itself, on machines made of the programs that PATH shows. */
import { access, chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { findProgram } from '../bench/programs.ts';
import { findMosquitto } from '../broker/mosquitto-program.ts';

const SETUP_FOLDER = fileURLToPath(new URL('.', import.meta.url));
const BASE = ['sh', 'cat', 'flock', 'mkdir', 'make', 'env', 'ln', 'echo'];
const HOST = ['gcc', 'as', 'ld'];
const BOARD = ['arm-none-eabi-gcc', 'arm-none-eabi-ld', 'qemu-system-arm', 'gdb-multiarch'];
const XTENSA = ['xtensa-lx106-elf-gcc', 'qemu-system-xtensa'];
const TESTS = ['chromium', 'mosquitto', ...XTENSA];

/** Where a program really is on this machine. */
const realPath = (name: string) => (name === 'mosquitto' ? findMosquitto() : findProgram(name));

interface Machine {
	root: string;
	bin: string;
	run(mode: string, env?: Record<string, string>): Promise<{ code: number | undefined; said: string; stdout: string }>;
	/** BOARDs that make was asked for, in order, over all runs. */
	builds(): Promise<string[]>;
	device(): Promise<string>;
}

async function machine(t: ExecutionContext, programs: string[], options: { modules?: boolean } = {}): Promise<Machine> {
	const root = await mkdtemp(path.join(os.tmpdir(), 'ossicle-setup-test-'));
	t.teardown(() => rm(root, { recursive: true, force: true }));
	const bin = path.join(root, 'bin');
	const lock = JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0', integrity: 'x' } } });
	await mkdir(path.join(root, 'node_modules'));
	await mkdir(path.join(root, 'firmware'));
	await mkdir(bin);
	await cp(SETUP_FOLDER, path.join(root, 'harness', 'setup'), { recursive: true });
	await writeFile(path.join(root, 'package-lock.json'), lock);
	if (options.modules !== false) await writeFile(path.join(root, 'node_modules', '.package-lock.json'), lock);
	await writeFile(
		path.join(root, 'firmware', 'Makefile'),
		`all:\n\t@echo $(BOARD)$(INJECT:%=-%) >> '${root}/builds'\n\t@echo compiled\n`,
	);
	const plugin = path.join(root, 'devices', 'emulated', 'cycle-plugin');
	await mkdir(plugin, { recursive: true });
	await writeFile(path.join(plugin, 'Makefile'), `all:\n\t@echo cycle-plugin >> '${root}/builds'\n`);
	for (const name of [...BASE, ...programs]) {
		const real = realPath(name);
		if (real !== null) await symlink(real, path.join(bin, name));
		else throw new Error(`${name} is needed for this test`);
	}
	return {
		root,
		bin,
		async run(mode, env = {}) {
			const result = await execa(process.execPath, ['harness/setup/setup.mjs', mode], {
				cwd: root,
				env: { PATH: bin, HOME: root, ...env },
				extendEnv: false,
				stdin: 'ignore',
				reject: false,
			});
			return { code: result.exitCode, said: result.stderr, stdout: result.stdout };
		},
		builds: async () =>
			(await readFile(path.join(root, 'builds'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
		device: async () => readFile(path.join(root, '.setup.json'), 'utf8').catch(() => 'default'),
	};
}

/** An apt-get that installs by making the real programs visible; it notes each call. */
async function withApt({ bin, root }: Machine, installs: string[], status = 0): Promise<() => Promise<string[]>> {
	const links = installs.map((name) => `ln -sf ${realPath(name)} ${bin}/${name}`).join('\n');
	const script = `#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> ${root}/apt\ncase "$*" in *update*) exit 0;; esac\n${links}\nexit ${status}\n`;
	await writeFile(path.join(bin, 'apt-get'), script);
	await chmod(path.join(bin, 'apt-get'), 0o755);
	return async () =>
		(await readFile(path.join(root, 'apt'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
}

const asRoot = process.getuid?.() === 0;

test('with everything there it builds, and stdout stays empty', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD]);
	t.like(await m.run('start'), { code: 0, stdout: '' });
	t.deepEqual(await m.builds(), ['stm32f405', 'posix', 'cycle-plugin']);
	t.is(await m.device(), 'default');
});

test('a test run builds the sanitized and the injected variants and the other boards too', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD, ...TESTS]);
	t.like(await m.run('test'), { code: 0, stdout: '' });
	t.deepEqual(await m.builds(), [
		'stm32f405',
		'posix',
		'posix-san',
		'posix-flipped-features',
		'posix-mqtt',
		'posix-mqtt-san',
		'stm32f405-worse-model',
		'stm32f405-slow-stage',
		'stm32f405-larger-buffer',
		'stm32f405-flipped-features',
		'nrf52840',
		'nrf52840-microbit',
		'esp32s3-kc705',
		'cycle-plugin',
	]);
});

test('without terminal and consent nothing is installed; the exact command is printed', async (t) => {
	const m = await machine(t, HOST);
	const calls = await withApt(m, BOARD);
	const { code, said, stdout } = await m.run('test');
	t.is(code, 2);
	t.is(stdout, '');
	t.regex(
		said,
		/apt-get install -y --no-install-recommends gcc-arm-none-eabi binutils-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm gdb-multiarch gcc-xtensa-lx106 qemu-system-misc chromium mosquitto$/m,
	);
	t.deepEqual(await calls(), []);
	t.deepEqual(await m.builds(), []);
});

for (const env of [{ CI: 'true' }, { OSSICLE_YES: '1' }]) {
	(asRoot ? test : test.skip)(
		`with consent (${Object.keys(env)[0]}) only what is missing is installed, and work goes on`,
		async (t) => {
			const m = await machine(t, [...HOST, 'arm-none-eabi-gcc', 'arm-none-eabi-ld']);
			const calls = await withApt(m, BOARD);
			t.like(await m.run('start', env), { code: 0, stdout: '' });
			t.is(
				(await calls()).at(-1),
				'noninteractive -q -o DPkg::Lock::Timeout=600 install -y --no-install-recommends qemu-system-arm gdb-multiarch',
			);
			t.deepEqual(await m.builds(), ['stm32f405', 'posix', 'cycle-plugin']);
		},
	);
}

(asRoot ? test : test.skip)('an installation that fails is tried again with fresh lists, then reported', async (t) => {
	const m = await machine(t, HOST);
	const calls = await withApt(m, [], 100);
	const { code, said } = await m.run('start', { CI: 'true' });
	t.is(code, 2);
	t.regex(said, /apt-get could not install them/);
	const verbs = (await calls()).map((call) => (call.includes('update') ? 'update' : 'install'));
	t.deepEqual(verbs.slice(-2), ['update', 'install']);
});

(asRoot ? test : test.skip)('an installation that changed nothing is not believed', async (t) => {
	const m = await machine(t, HOST);
	await withApt(m, []);
	const { code, said } = await m.run('start', { CI: 'true' });
	t.is(code, 2);
	t.regex(said, /apt ended well, but this is still missing:\n {2}gcc-arm-none-eabi/);
});

test('a browser and a broker are asked for by the tests alone', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD, ...XTENSA]);
	t.like(await m.run('start', { CI: 'true' }), { code: 0, stdout: '' });
	const { code, said } = await m.run('test', { CI: 'true' });
	t.is(code, 2);
	t.regex(
		said,
		/Missing:\n {2}chromium {2,}opens the reports in the tests\n {2}mosquitto {2,}the MQTT broker of the tests\n/,
	);
});

(asRoot ? test : test.skip)('with consent they are installed for the tests', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD, ...XTENSA]);
	const calls = await withApt(m, TESTS);
	t.like(await m.run('test', { CI: 'true' }), { code: 0 });
	t.regex((await calls()).at(-1) ?? '', /install -y --no-install-recommends chromium mosquitto$/);
});

test('a broker in sbin is found, though PATH names only bin', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD, ...XTENSA, 'chromium']);
	await mkdir(path.join(m.root, 'sbin'));
	await symlink(realPath('mosquitto') as string, path.join(m.root, 'sbin', 'mosquitto'));
	t.like(await m.run('test', { CI: 'true' }), { code: 0, stdout: '' });
});

test('without apt but with a C compiler, start goes on with the PC build, and says so', async (t) => {
	const m = await machine(t, HOST);
	const { code, said, stdout } = await m.run('start');
	t.is(code, 0);
	t.is(stdout, '');
	t.regex(said, /Missing:\n {2}gcc-arm-none-eabi [\s\S]*Continuing so\. It is no evidence for any board's row/);
	t.deepEqual(await m.builds(), ['posix']);
	t.is(await m.device(), '{"device":"posix"}\n');
	for (const name of BOARD) await symlink(findProgram(name) as string, path.join(m.bin, name));
	t.is((await m.run('start')).code, 0);
	t.is(await m.device(), 'default');
});

test('without apt there is no second best under CI, nor for the tests', async (t) => {
	const m = await machine(t, HOST);
	t.like(await m.run('start', { CI: 'true' }), { code: 2 });
	t.like(await m.run('start', { OSSICLE_YES: '1' }), { code: 2 });
	t.like(await m.run('test'), { code: 2 });
	t.deepEqual(await m.builds(), []);
});

test('without apt and compiler it names what to install', async (t) => {
	const m = await machine(t, []);
	const { code, said } = await m.run('start');
	t.is(code, 2);
	t.regex(said, /Missing:\n {2}gcc {2,}/);
});

test('OSSICLE_DEVICE=posix needs only the C compiler', async (t) => {
	const m = await machine(t, HOST);
	t.like(await m.run('start', { OSSICLE_DEVICE: 'posix', CI: 'true' }), { code: 0, said: 'compiled' });
	t.deepEqual(await m.builds(), ['posix']);
});

test('OSSICLE_DEVICE=nrf52840-emulated builds the firmware for that board', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD]);
	t.like(await m.run('start', { OSSICLE_DEVICE: 'nrf52840-emulated', CI: 'true' }), { code: 0, stdout: '' });
	t.deepEqual(await m.builds(), ['nrf52840', 'posix', 'cycle-plugin']);
});

test('OSSICLE_DEVICE=esp32s3-emulated needs the Xtensa tools, and none for Arm', async (t) => {
	const m = await machine(t, [...HOST, ...XTENSA]);
	t.like(await m.run('start', { OSSICLE_DEVICE: 'esp32s3-emulated', CI: 'true' }), { code: 0, said: 'compiled' });
	t.deepEqual(await m.builds(), ['esp32s3-kc705']);
	const without = await machine(t, [...HOST, ...BOARD]);
	const { code, said } = await without.run('start', { OSSICLE_DEVICE: 'esp32s3-emulated', CI: 'true' });
	t.is(code, 2);
	t.regex(said, /Missing:\n {2}gcc-xtensa-lx106 .*\n {2}qemu-system-misc .*\n/);
});

test('without the Xtensa tools there are no tests under CI', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD, 'chromium', 'mosquitto']);
	const { code, said } = await m.run('test', { CI: 'true' });
	t.is(code, 2);
	t.regex(said, /Missing:\n {2}gcc-xtensa-lx106 .*\n {2}qemu-system-misc .*\nOn Debian/);
});

test('node_modules that differ from the lock file are installed anew, by npm ci', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD], { modules: false });
	await writeFile(path.join(m.bin, 'npm'), `#!/bin/sh\necho "$*" >> ${m.root}/npm\n`);
	await chmod(path.join(m.bin, 'npm'), 0o755);
	t.regex((await m.run('start')).said, /node_modules is incomplete/);
	await cp(path.join(m.root, 'package-lock.json'), path.join(m.root, 'node_modules', '.package-lock.json'));
	t.is((await m.run('start')).code, 0);
	const changed = JSON.stringify({ packages: { 'node_modules/a': { version: '2.0.0', integrity: 'y' } } });
	await writeFile(path.join(m.root, 'package-lock.json'), changed);
	t.regex((await m.run('start')).said, /package-lock\.json changed \(a\)/);
	const calls = (await readFile(path.join(m.root, 'npm'), 'utf8')).trim().split('\n');
	t.is(calls.length, 2);
	t.regex(calls[0] as string, /^ci --include=dev /);
});

test('a firmware that does not build ends the set-up', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD]);
	await writeFile(path.join(m.root, 'firmware', 'Makefile'), 'all:\n\t@exit 3\n');
	const { code, said } = await m.run('start');
	t.is(code, 2);
	t.regex(said, /The firmware for stm32f405 could not be built/);
});

test('two set-ups in one clone take turns', async (t) => {
	const m = await machine(t, [...HOST, ...BOARD]);
	const busy = path.join(m.root, 'busy');
	// mkdir fails when two builds overlap.
	await writeFile(
		path.join(m.root, 'firmware', 'Makefile'),
		`all:\n\t@mkdir '${busy}' && sleep 0.05 && rmdir '${busy}'\n`,
	);
	for (const name of ['sleep', 'rmdir']) await symlink(findProgram(name) as string, path.join(m.bin, name));
	const results = await Promise.all([m.run('start'), m.run('start'), m.run('start')]);
	t.deepEqual(
		results.map((result) => result.code),
		[0, 0, 0],
	);
	await t.throwsAsync(access(busy));
});

test('a Node.js that is too old is told so', async (t) => {
	const { oldNode } = await import(new URL('./node-version.mjs', import.meta.url).href);
	t.regex(oldNode('20.18.3'), /needs Node\.js 20\.19 or later, this is 20\.18\.3/);
	t.regex(oldNode('18.20.1'), /18\.20\.1/);
	t.deepEqual(['20.19.0', '22.1.0'].map(oldNode), [null, null]);
});
