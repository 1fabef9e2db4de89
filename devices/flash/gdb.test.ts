import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readElf } from '../../harness/bench/elf.ts';
import { buildTinyImage, type TinyOptions } from '../../harness/bench/tiny-image.ts';
import { isOssicleError } from '../../harness/error.ts';
import { SerialLink } from '../../harness/link/serial-link.ts';
import { Qemu } from '../emulated/qemu.ts';
import { flashByGdb, resetByGdb } from './gdb.ts';

const MACHINE = { machine: 'netduinoplus2', icountShift: 3, counterHz: 168_000_000 };
const RESET = 'monitor system_reset';

async function tiny(t: ExecutionContext, options: TinyOptions = {}) {
	const image = await buildTinyImage(options);
	t.teardown(image.remove);
	return readElf(image.path);
}

async function emulator(t: ExecutionContext): Promise<Qemu> {
	const qemu = await Qemu.start(MACHINE);
	t.teardown(() => qemu.stop());
	return qemu;
}

async function silentServer(t: ExecutionContext): Promise<{ port: number; connected: Promise<unknown> }> {
	const sockets: net.Socket[] = [];
	const server = net.createServer((socket) => {
		sockets.push(socket);
		socket.on('error', () => {});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return { port: (server.address() as net.AddressInfo).port, connected: once(server, 'connection') };
}

async function failsAs(t: ExecutionContext, work: Promise<unknown>, failure: string, message: RegExp) {
	const error = await t.throwsAsync(work);
	if (!isOssicleError(error)) return t.fail(String(error?.stack));
	t.is(error.code, `flash-${failure}`);
	t.is(error.kind, 'rig');
	t.regex(error.message, message);
}

/** The text the board prints, once `expected` is in it. */
async function heard(link: SerialLink, expected: string, act: () => Promise<unknown>): Promise<string> {
	let text = '';
	const complete = new Promise<string>((resolve) => {
		link.onData((chunk) => {
			text += Buffer.from(chunk).toString('latin1');
			if (text.includes(expected)) resolve(text);
		});
	});
	await link.open();
	await act();
	return complete;
}

test('an image flashed into a running emulator boots; another replaces it; a reset alone restarts it', async (t) => {
	const qemu = await emulator(t);
	const [first, second] = [await tiny(t, { text: 'first image' }), await tiny(t, { text: 'second image' })];
	const target = { address: qemu.gdbSocket, resetCommand: RESET };
	for (const [image, text] of [
		[first, 'first image\n'],
		[second, 'second image\n'],
	] as const) {
		const link = new SerialLink(qemu.ptyPath, 921600);
		t.teardown(() => link.close());
		let tool = '';
		t.true(
			(
				await heard(link, text, async () => {
					tool = await flashByGdb(image, target);
				})
			).endsWith(text),
		);
		t.regex(tool, /^gdb-multiarch, GNU gdb /);
		await link.close();
	}
	const link = new SerialLink(qemu.ptyPath, 921600);
	t.teardown(() => link.close());
	t.regex(await heard(link, 'second image\n', () => resetByGdb(target)), /second image\n$/);
});

test('no gdb server: the probe is absent', async (t) => {
	const image = await tiny(t);
	await failsAs(
		t,
		flashByGdb(image, { address: 'localhost:1', resetCommand: RESET }),
		'probe-absent',
		/localhost:1 failed \(probe-absent\): gdb ended with status 1 in step `connect`\. Is the gdb server running/,
	);
	await failsAs(
		t,
		flashByGdb(image, { address: '/dev/ttyOssicleNone', resetCommand: RESET }),
		'probe-absent',
		/No such file or directory/,
	);
});

test('a server that accepts and says nothing is given up, and gdb is killed', async (t) => {
	const { port, connected } = await silentServer(t);
	const target = { address: `127.0.0.1:${port}`, resetCommand: RESET };
	const flashing = flashByGdb(await tiny(t), target, { connectTimeoutMs: 1500 });
	const failed = failsAs(t, flashing, 'timeout-killed', /no answer from 127\.0\.0\.1:\d+ in 1500 ms\. Power-cycle/);
	const [socket] = (await connected) as [net.Socket];
	await Promise.all([failed, once(socket.resume(), 'close')]);
});

test('an interrupted flash ends gdb and gives the reason of the interruption', async (t) => {
	const { port, connected } = await silentServer(t);
	const controller = new AbortController();
	const flashing = flashByGdb(
		await tiny(t),
		{ address: `127.0.0.1:${port}`, resetCommand: RESET },
		{ signal: controller.signal },
	);
	const failed = t.throwsAsync(flashing, { message: 'stop it' });
	const [socket] = (await connected) as [net.Socket];
	controller.abort(new Error('stop it'));
	await Promise.all([failed, once(socket.resume(), 'close')]);
});

test('a section that reads back differently is no flash', async (t) => {
	const qemu = await emulator(t);
	const image = await tiny(t, { clash: true });
	await failsAs(
		t,
		flashByGdb(image, { address: qemu.gdbSocket, resetCommand: RESET }),
		'verify-failed',
		/sections \.clash differ/,
	);
});

test('an emulator that is gone cannot be flashed', async (t) => {
	const qemu = await emulator(t);
	const image = await tiny(t);
	qemu.kill();
	await qemu.ended;
	await failsAs(
		t,
		flashByGdb(image, { address: qemu.gdbSocket, resetCommand: RESET }),
		'probe-absent',
		/Connection refused/,
	);
});

test('no gdb: the tool is missing', async (t) => {
	const image = await tiny(t);
	const target = { address: 'localhost:3333', resetCommand: RESET };
	await failsAs(
		t,
		flashByGdb(image, target, { tools: ['ossicle-no-gdb'] }),
		'tool-missing',
		/none of ossicle-no-gdb is installed\. Install gdb-multiarch/,
	);
});

test('a tool that ends well without having compared anything is not believed', async (t) => {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-fake-gdb-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	const fake = path.join(folder, 'gdb');
	const image = await tiny(t);
	const target = { address: 'localhost:3333', resetCommand: RESET };
	await writeFile(fake, '#!/bin/sh\nexit 0\n');
	await chmod(fake, 0o755);
	await failsAs(t, flashByGdb(image, target, { tools: [fake] }), 'program-failed', /status 0 in step `start`/);
	await writeFile(fake, '#!/bin/sh\necho ossicle-step load; echo ossicle-step done\n');
	await failsAs(t, flashByGdb(image, target, { tools: [fake] }), 'tool-said-ok-unverified', /no section was compared/);
});

test('an image rebuilt between check and flash is refused', async (t) => {
	const image = await tiny(t);
	await appendFile(image.path, 'x');
	t.true((await readFile(image.path)).length > 0);
	const error = await t.throwsAsync(flashByGdb(image, { address: 'localhost:1', resetCommand: RESET }));
	t.true(isOssicleError(error) && error.code === 'image-changed');
});
