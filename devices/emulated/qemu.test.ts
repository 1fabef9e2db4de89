import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { isOssicleError } from '../../harness/error.ts';
import { Qemu } from './qemu.ts';
import { QemuLink } from './qemu-link.ts';

const MACHINE = { machine: 'netduinoplus2', icountShift: 3, counterHz: 168_000_000 };

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch {
		return false;
	}
}

async function openLink(t: ExecutionContext, qemu: Qemu) {
	const link = new QemuLink(qemu, MACHINE.machine, 921600);
	const closed = new Promise<Error | null>((resolve) => link.onClose(resolve));
	await link.open();
	t.teardown(() => link.close());
	return { link, closed };
}

test('an emulator killed in mid-run takes its link away, and says how', async (t) => {
	const qemu = await Qemu.start(MACHINE);
	t.teardown(() => qemu.stop());
	const { link, closed } = await openLink(t, qemu);
	qemu.kill();
	const reason = await closed;
	t.regex(
		String(reason?.message),
		/^QEMU netduinoplus2, serial \/dev\/pts\/\d+ 921600 baud is gone: qemu-system-arm was ended by SIGKILL$/,
	);
	await t.throwsAsync(link.write(Buffer.from('x')));
});

test('a link that we close ourselves has no fault to tell', async (t) => {
	const qemu = await Qemu.start(MACHINE);
	t.teardown(() => qemu.stop());
	const { link, closed } = await openLink(t, qemu);
	await link.close();
	t.is(await closed, null);
});

test('stopping ends the process and removes its folder; stopping twice is fine', async (t) => {
	const qemu = await Qemu.start(MACHINE);
	t.true(isRunning(qemu.pid));
	await qemu.stop();
	await qemu.stop();
	t.false(isRunning(qemu.pid));
	await t.throwsAsync(access(path.dirname(qemu.gdbSocket)), { code: 'ENOENT' });
});

test('no emulator outlives a controller that was killed', async (t) => {
	const module = fileURLToPath(new URL('./qemu.ts', import.meta.url));
	const script = `
		import { Qemu } from ${JSON.stringify(module)};
		const qemu = await Qemu.start(${JSON.stringify(MACHINE)});
		console.log(qemu.pid + ' ' + qemu.gdbSocket);
		setInterval(() => {}, 1000);`;
	const controller = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	t.teardown(() => controller.kill('SIGKILL'));
	const lines = createInterface(controller.stdout)[Symbol.asyncIterator]();
	const [pidText, socket] = String((await lines.next()).value).split(' ');
	const pid = Number(pidText);
	t.teardown(() => rm(path.dirname(socket as string), { recursive: true, force: true }));
	t.true(isRunning(pid));
	controller.kill('SIGKILL');
	await once(controller, 'exit');
	// No limit of our own: if it never ends, AVA's does.
	while (isRunning(pid)) await sleep(20);
	t.pass();
});

async function fakeProgram(t: ExecutionContext, text: string): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-fake-qemu-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	await writeFile(path.join(folder, 'qemu'), text);
	await chmod(path.join(folder, 'qemu'), 0o755);
	return path.join(folder, 'qemu');
}

async function refuses(t: ExecutionContext, start: Promise<Qemu>, code: string, message: RegExp) {
	const error = await t.throwsAsync(start);
	t.true(isOssicleError(error) && error.kind === 'rig' && error.code === code, String(error?.stack));
	t.regex(String(error?.message), message);
}

test('a machine QEMU does not know is reported in its own words', async (t) => {
	await refuses(
		t,
		Qemu.start({ ...MACHINE, machine: 'no-such-machine' }),
		'qemu-start',
		/ended with status 1: .*unsupported machine type/,
	);
});

test('an emulator that never names its pty is ended', async (t) => {
	const program = await fakeProgram(t, '#!/bin/sh\nexec sleep 1000\n');
	await refuses(t, Qemu.start(MACHINE, { program, startTimeoutMs: 300 }), 'qemu-start', /within 300 ms/);
});

test('an emulator is up once its gdb server is there, which comes after the pty is named', async (t) => {
	const program = await fakeProgram(
		t,
		`#!/bin/sh
echo 'char device redirected to /dev/pts/0 (label serial0)'
for word; do case $word in unix:*) socket=\${word#unix:}; esac; done
sleep 0.5
: > "\${socket%%,*}"
exec sleep 1000
`,
	);
	const qemu = await Qemu.start(MACHINE, { program });
	t.teardown(() => qemu.stop());
	await t.notThrowsAsync(access(qemu.gdbSocket));
});

test('an emulator that opens no gdb server is ended', async (t) => {
	const program = await fakeProgram(
		t,
		"#!/bin/sh\necho 'char device redirected to /dev/pts/0 (label serial0)'\nexec sleep 1000\n",
	);
	await refuses(
		t,
		Qemu.start(MACHINE, { program, startTimeoutMs: 1000 }),
		'qemu-start',
		/got the pty, but no gdb server on .*gdb\.sock within 1000 ms/,
	);
});

test('a missing emulator is named, with what to install', async (t) => {
	await refuses(
		t,
		Qemu.start(MACHINE, { program: 'ossicle-no-qemu' }),
		'qemu-missing',
		/ossicle-no-qemu is not installed.*apt-get install/,
	);
});

test('starting ends when it is aborted', async (t) => {
	const program = await fakeProgram(t, '#!/bin/sh\nexec sleep 1000\n');
	const controller = new AbortController();
	const starting = Qemu.start(MACHINE, { program, signal: controller.signal });
	setTimeout(() => controller.abort(new Error('enough')), 100);
	await t.throwsAsync(starting, { message: 'enough' });
});
