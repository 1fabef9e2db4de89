/** The plugin's own C tests, its table against the assembler, and QEMU's words where it cannot be loaded. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { isOssicleError } from '../../../harness/error.ts';
import { deviceOf, loadDevices } from '../../../harness/scenario/device-facts.ts';
import { cyclePluginOf } from '../cycle-plugin.ts';
import { Qemu } from '../qemu.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MACHINE = { machine: 'netduinoplus2', icountShift: 3, counterHz: 168_000_000 };
const DEVICES = loadDevices(fileURLToPath(new URL('../..', import.meta.url)));
const { facts } = deviceOf(DEVICES, 'stm32f405-emulated');
const run = (command: string, args: string[]) => execa(command, args, { reject: false, all: true });

async function folder(t: ExecutionContext): Promise<string> {
	const made = await mkdtemp(path.join(os.tmpdir(), 'ossicle-plugin-'));
	t.teardown(() => rm(made, { recursive: true, force: true }));
	return made;
}

test('the C tests pass under the sanitizers', async (t) => {
	const { exitCode, all } = await run('make', [
		'-s',
		'--no-print-directory',
		'-C',
		HERE,
		'test',
		`OUT=${await folder(t)}`,
	]);
	const ends = [...all.matchAll(/^(\d+) passed, (\d+) failed$/gm)].map(([, ...counts]) => counts.map(Number));
	t.is(exitCode, 0, all);
	t.is(ends.length, 2, all);
	t.true(
		ends.every(([passed, failed]) => (passed ?? 0) > 0 && failed === 0),
		all,
	);
});

test('each encoding in the table is what the assembler makes of its text', async (t) => {
	const table = await readFile(path.join(HERE, 'encodings.inc'), 'utf8');
	const rows = [...table.matchAll(/^ENCODING\("([^"]+)", 0x([0-9a-f]{4}), 0x([0-9a-f]{4}), /gm)];
	t.is(rows.length, table.split('\n').filter((line) => line.startsWith('ENCODING')).length);
	t.true(rows.length > 100);
	const made = await folder(t);
	const [source, object] = [path.join(made, 'all.s'), path.join(made, 'all.o')];
	// Each in a section of its own, 4 bytes apart: an IT block must not reach the next.
	const lines = rows.map(([, text], index) => `.section .text.i${index},"ax"\n${text}`);
	await writeFile(source, `.syntax unified\n${lines.join('\n')}\n`);
	const flags = ['-mcpu=cortex-m4', '-mfpu=fpv4-sp-d16', '-mthumb'];
	const { exitCode, all } = await run('arm-none-eabi-as', [...flags, source, '-o', object]);
	t.is(exitCode, 0, all);
	const { stdout } = await run('arm-none-eabi-objdump', ['-s', object]);
	const bytes = new Map(
		[...stdout.matchAll(/Contents of section \.text\.i(\d+):\n 0000 ([0-9a-f]+)(?: ([0-9a-f]+))?/g)].map(
			([, index, first]) => [Number(index), first ?? ''],
		),
	);
	for (const [index, [, text, first = '', second = '']] of rows.entries()) {
		const swapped = (halfword: string) => halfword.slice(2) + halfword.slice(0, 2);
		const wanted = swapped(first) + (second === '0000' && !/^f/.test(first) ? '' : swapped(second));
		t.is(bytes.get(index), wanted, text);
	}
});

async function startFails(t: ExecutionContext, plugin: string, message: RegExp): Promise<void> {
	const error = await t.throwsAsync(Qemu.start(MACHINE, { plugin }));
	t.true(isOssicleError(error) && error.kind === 'rig' && error.code === 'qemu-start', String(error));
	t.regex(String(error?.message), message);
	t.regex(String(error?.message), /build it anew on this machine \(make -C devices\/emulated\/cycle-plugin\)/);
}

test('a plugin that is none is refused in QEMU words, with what to do', async (t) => {
	const file = path.join(await folder(t), 'broken.so');
	await writeFile(file, 'no library');
	await startFails(t, file, /ended with status 1: .*load plugin.*file too short/i);
});

test('a plugin of another API version is refused, with what to do', async (t) => {
	const made = await folder(t);
	const file = path.join(made, 'other.so');
	await writeFile(
		path.join(made, 'other.c'),
		'int qemu_plugin_version = 99;\nint qemu_plugin_install(void) { return 0; }\n',
	);
	t.is((await run('gcc', ['-shared', '-fPIC', path.join(made, 'other.c'), '-o', file])).exitCode, 0);
	await startFails(t, file, /API version 99/);
});

test('a plugin that cannot write its counts does not start', async (t) => {
	const made = await folder(t);
	const file = cyclePluginOf(facts) as string;
	const { exitCode, all } = await run('qemu-system-arm', [
		...['-M', 'netduinoplus2', '-display', 'none', '-monitor', 'none', '-serial', 'null', '-S'],
		...['-plugin', `${file},out=${path.join(made, 'none', 'log')}`],
	]);
	t.is(exitCode, 1, all);
	t.regex(all, /cycle plugin: cannot create .*No such file or directory/);
});

test('a model that is not built is named before anything is started, with the command that builds it', async (t) => {
	const made = await folder(t);
	const error = t.throws(() => cyclePluginOf(facts, made));
	t.true(isOssicleError(error) && error.kind === 'usage' && error.code === 'cycle-plugin-missing');
	t.regex(
		String(error?.message),
		/^stm32f405-emulated: its cycle model is not built: expected .*cortex-m4\.so\. What to do: `make -C devices\/emulated\/cycle-plugin`, which needs gcc/,
	);
	t.is(cyclePluginOf({ ...facts, model: {} }, made), undefined);
});
