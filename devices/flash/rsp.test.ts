/** The real QEMU, and servers that misbehave in each way a peer can. */
import { once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ElfImage, readElf } from '../../harness/bench/elf.ts';
import { buildTinyXtensaImage, type TinyXtensaOptions } from '../../harness/bench/tiny-xtensa-image.ts';
import { isOssicleError } from '../../harness/error.ts';
import { SerialLink } from '../../harness/link/serial-link.ts';
import { Qemu } from '../emulated/qemu.ts';
import { flashByRsp, type RspOptions } from './rsp.ts';
import { type RspEvent, RspReader } from './rsp-packet.ts';

const MACHINE = { machine: 'kc705', cpu: 'de233_fpu', memoryMiB: 1280, icountShift: 3, counterHz: 40_000_000 };
const RESET = 'monitor system_reset';

async function tiny(t: ExecutionContext, options: TinyXtensaOptions = {}): Promise<ElfImage> {
	const image = await buildTinyXtensaImage(options);
	t.teardown(image.remove);
	return readElf(image.path);
}

async function emulator(t: ExecutionContext): Promise<Qemu> {
	const qemu = await Qemu.start(MACHINE, { program: 'qemu-system-xtensa' });
	t.teardown(() => qemu.stop());
	return qemu;
}

async function failsAs(t: ExecutionContext, work: Promise<unknown>, failure: string, message: RegExp) {
	const error = await t.throwsAsync(work);
	if (!isOssicleError(error)) return t.fail(String(error?.stack));
	t.is(error.code, `flash-${failure}`);
	t.is(error.kind, 'rig');
	t.regex(error.message, message);
}

/** The text the device prints, once `expected` is in it. */
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

test('an image flashed into a running emulator boots, and another replaces it', async (t) => {
	const qemu = await emulator(t);
	for (const text of ['first image', 'second image']) {
		const image = await tiny(t, { text });
		const link = new SerialLink(qemu.ptyPath, 921600);
		t.teardown(() => link.close());
		let tool = '';
		const said = await heard(link, `${text}\n`, async () => {
			tool = await flashByRsp(image, { address: qemu.gdbSocket, resetCommand: RESET });
		});
		t.is(said, `${text}\n`);
		t.is(tool, 'rsp, gdb remote serial protocol');
		await link.close();
	}
});

test('bytes that read back differently are no flash', async (t) => {
	const qemu = await emulator(t);
	const image = await tiny(t, { clash: true });
	await failsAs(
		t,
		flashByRsp(image, { address: qemu.gdbSocket, resetCommand: RESET }),
		'verify-failed',
		/through \S+gdb\.sock failed \(verify-failed\): at 0xfd0500\d\d: expected byte 0x0\d, read back 0x\w\w\. What was read back/,
	);
});

test('a reset which the emulator does not know is no reset', async (t) => {
	const qemu = await emulator(t);
	const image = await tiny(t);
	await failsAs(
		t,
		flashByRsp(image, { address: qemu.gdbSocket, resetCommand: 'monitor nonsense' }),
		'target-unreachable',
		/`monitor nonsense`: expected no words, got "unknown command/,
	);
});

test('an emulator that is gone cannot be flashed', async (t) => {
	const qemu = await emulator(t);
	const image = await tiny(t);
	qemu.kill();
	await qemu.ended;
	await failsAs(t, flashByRsp(image, { address: qemu.gdbSocket, resetCommand: RESET }), 'probe-absent', /ECONNREFUSED/);
	await failsAs(t, flashByRsp(image, { address: '/nowhere/gdb.sock', resetCommand: RESET }), 'probe-absent', /ENOENT/);
});

test('a wrong reset command is told before anything is touched', async (t) => {
	const image = await tiny(t);
	for (const resetCommand of ['system_reset', 'monitor reset\nmonitor quit', 'monitor reset; quit']) {
		const error = await t.throwsAsync(flashByRsp(image, { address: '/nowhere', resetCommand }));
		t.true(isOssicleError(error) && error.code === 'flash-target' && error.kind === 'usage');
	}
});

test('an image rebuilt between check and flash is refused', async (t) => {
	const image = await tiny(t);
	await appendFile(image.path, 'x');
	const error = await t.throwsAsync(flashByRsp(image, { address: '/nowhere', resetCommand: RESET }));
	t.true(isOssicleError(error) && error.code === 'image-changed' && error.kind === 'usage');
});

/** A gdb server that behaves, as far as it goes: it has memory, and answers each command. */
class FakeServer {
	readonly commands: string[] = [];
	readonly #memory = new Map<number, number>();

	answer(command: string): string {
		const write = /^M([0-9a-f]+),([0-9a-f]+):([0-9a-f]*)$/.exec(command);
		const read = /^m([0-9a-f]+),([0-9a-f]+)$/.exec(command);
		if (write !== null) {
			const start = Number.parseInt(write[1] as string, 16);
			for (const [index, byte] of Buffer.from(write[3] as string, 'hex').entries())
				this.#memory.set(start + index, byte);
			return 'OK';
		}
		if (read !== null) {
			const start = Number.parseInt(read[1] as string, 16);
			const bytes = Array.from({ length: Number.parseInt(read[2] as string, 16) }, (_, at) =>
				this.#memory.get(start + at),
			);
			return Buffer.from(bytes.map((byte) => byte ?? 0)).toString('hex');
		}
		if (command === 'qSupported') return 'PacketSize=200;qXfer:features:read+';
		if (command === '?') return 'T05thread:01;';
		return command === 'D' || command.startsWith('qRcmd,') ? 'OK' : '';
	}
}

type Misbehave = (command: string, answer: string, count: number) => string | null;

const packed = (payload: string) =>
	`$${payload}#${(Buffer.from(payload, 'latin1').reduce((sum, byte) => sum + byte, 0) & 0xff).toString(16).padStart(2, '0')}`;

/**
 * Listens on a socket of its own. `misbehave` gives the raw bytes to send for a command (the count of times it came before
 * included), or null to hang up.
 */
async function serve(t: ExecutionContext, misbehave: Misbehave): Promise<{ address: string; server: FakeServer }> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-fake-rsp-'));
	const address = path.join(folder, 'gdb.sock');
	const server = new FakeServer();
	const sockets: net.Socket[] = [];
	const listener = net.createServer((socket) => {
		sockets.push(socket);
		const reader = new RspReader();
		let last = '';
		const onEvent = (event: RspEvent) => {
			if (event.kind === 'ack') return;
			// A client that could not read the answer asks for it again.
			const command = event.kind === 'packet' ? event.payload : last;
			last = command;
			const count = server.commands.filter((each) => each === command).length;
			server.commands.push(command);
			const bytes = misbehave(command, server.answer(command), count);
			if (bytes === null) socket.destroy();
			else socket.write(bytes, 'latin1');
		};
		socket.on('data', (chunk) => reader.push(chunk).forEach(onEvent));
		socket.on('error', () => {});
	});
	listener.listen(address);
	await once(listener, 'listening');
	t.teardown(async () => {
		for (const socket of sockets) socket.destroy();
		listener.close();
		await rm(folder, { recursive: true, force: true });
	});
	return { address, server };
}

const good = (answer: string) => `+${packed(answer)}`;

async function flashInto(t: ExecutionContext, misbehave: Misbehave, options: RspOptions = {}) {
	const { address, server } = await serve(t, misbehave);
	return { server, flashing: flashByRsp(await tiny(t), { address, resetCommand: RESET }, options) };
}

test('a server that behaves is asked in this order: what it can, state, writes, reads, reset, detach', async (t) => {
	const { server, flashing } = await flashInto(t, (_, answer) => good(answer));
	await flashing;
	const order = server.commands.map((command) => /^(qSupported|\?|M|m|qRcmd|D)/.exec(command)?.[1] ?? command);
	t.deepEqual(
		order.filter((each, index) => each !== order[index - 1]),
		['qSupported', '?', 'M', 'm', 'qRcmd', 'D'],
	);
	t.true(server.commands.includes(`qRcmd,${Buffer.from('system_reset').toString('hex')}`));
	t.true(server.commands.every((command) => command.length <= 0x200));
});

test('a damaged answer is asked for once more, and a command refused as damaged is sent once more', async (t) => {
	const { flashing } = await flashInto(t, (command, answer, count) => {
		if (count > 0) return command === '?' ? packed(answer) : good(answer);
		if (command === '?') return '+$T05thread:01;#00';
		return command === 'D' ? '-' : good(answer);
	});
	await t.notThrowsAsync(flashing);
});

test('answers that stay damaged end it', async (t) => {
	const { flashing } = await flashInto(t, (command, answer, count) =>
		command === '?' ? `${count === 0 ? '+' : ''}$T05#00` : good(answer),
	);
	await failsAs(
		t,
		flashing,
		'answer-malformed',
		/the answer to "\?" came 4 times with a wrong checksum\. What answers/,
	);
});

test('commands that are always refused end it', async (t) => {
	const { flashing } = await flashInto(t, () => '-');
	await failsAs(t, flashing, 'answer-malformed', /refused "qSupported" 4 times as damaged/);
});

for (const [what, bytes] of [
	['nothing', ''],
	['an acknowledgement alone', '+'],
	['half a packet', '+$T05thr'],
	['a packet without its checksum', '+$T05#'],
] as const) {
	test(`a server that sends ${what} is given up`, async (t) => {
		const { flashing } = await flashInto(t, (command, answer) => (command === '?' ? bytes : good(answer)), {
			answerTimeoutMs: 300,
		});
		await failsAs(t, flashing, 'timeout-killed', /no whole answer to "\?" in 300 ms/);
	});
}

test('a server that trickles words for ever is given up all the same', async (t) => {
	const words = packed('O61');
	const { flashing } = await flashInto(
		t,
		(command, answer) => (command.startsWith('qRcmd') ? `+${words.repeat(50)}` : good(answer)),
		{ answerTimeoutMs: 300 },
	);
	await failsAs(t, flashing, 'timeout-killed', /no whole answer to "qRcmd/);
});

for (const [what, asked, bytes, failure, message] of [
	['hangs up', 'M', null, 'target-unreachable', /the server hung up/],
	[
		'speaks another protocol',
		'qSupported',
		'HTTP/1.1 400 Bad Request',
		'answer-malformed',
		/got byte 0x48 between packets/,
	],
	[
		'answers unasked',
		'qSupported',
		packed('OK'),
		'answer-malformed',
		/expected \+ or - for "qSupported", got a packet/,
	],
	[
		'has a target that ended',
		'?',
		good('W00'),
		'target-unreachable',
		/expected a stopped target \(S or T\), got "W00"/,
	],
	['has packets too small for anything', 'qSupported', good('PacketSize=f'), 'answer-malformed', /got PacketSize=f/],
	[
		'does not take a write',
		'M',
		good('E14'),
		'program-failed',
		/at 0x\w+: expected OK, got "E14"\. The board did not take/,
	],
	['does not know writes', 'M', good(''), 'program-failed', /expected OK, got ""/],
	['cannot be read', 'm', good('E14'), 'verify-failed', /hex digits, got "E14"/],
	['reads too little', 'm', good('00'), 'verify-failed', /hex digits, got "00"/],
	['reads something else', 'm', undefined, 'verify-failed', /at 0x\w+: expected byte 0x\w\w, read back 0x\w\w/],
	[
		'does not know monitor commands',
		'qRcmd',
		good(''),
		'target-unreachable',
		/`monitor system_reset`: expected OK, got ""/,
	],
	['does not let go', 'D', good('E01'), 'target-unreachable', /detaching: expected OK, got "E01"/],
] as const) {
	test(`a server that ${what} is no flash`, async (t) => {
		const { flashing } = await flashInto(t, (command, answer) => {
			if (!command.startsWith(asked)) return good(answer);
			return bytes === undefined ? good(answer.replace(/..$/, (last) => (last === '00' ? '01' : '00'))) : bytes;
		});
		await failsAs(t, flashing, failure, message);
	});
}

test('an interrupted flash gives the reason of the interruption, whenever it comes', async (t) => {
	const image = await tiny(t);
	const { address } = await serve(t, () => '');
	for (let turns = 0; turns < 30; turns++) {
		const stop = new AbortController();
		const flashing = flashByRsp(
			image,
			{ address, resetCommand: RESET },
			{ signal: stop.signal, answerTimeoutMs: 5000 },
		);
		const ended = t.throwsAsync(flashing, { message: 'enough' }, `after ${turns} turns of the event loop`);
		for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
		stop.abort(new Error('enough'));
		await ended;
	}
});
