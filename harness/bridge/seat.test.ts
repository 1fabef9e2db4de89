import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { AttachedDevice, FlashOutcome } from '../../devices/attached-device.ts';
import type { ElfImage } from '../bench/elf.ts';
import { isOssicleError, OssicleError } from '../error.ts';
import type { ByteLink } from '../link/byte-link.ts';
import { type Chunk, decodeChunk } from '../link/mqtt/chunk.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import type { BridgeEvent } from './bridge-event.ts';
import { bridgeLine } from './bridge-lines.ts';
import { refused } from './refusal.ts';
import { Seat, type SeatOptions } from './seat.ts';

const { facts } = deviceOf(loadDevices(fileURLToPath(new URL('../../devices', import.meta.url))), 'posix');
const LEASE = 'a'.repeat(16);
const OTHER = 'b'.repeat(16);
const CHANNEL = '0123456789abcdef';
const READY = async () => {};

/** A promise that is settled from outside. */
function gate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { open, opened };
}

/** A serial line whose far end is the test. */
class TestLink implements ByteLink {
	readonly description = 'a line of the test';
	readonly written: Buffer[] = [];
	closed = false;
	takes = true;
	receive: (chunk: Uint8Array) => void = () => {};
	hangUp: (reason: Error | null) => void = () => {};
	async open(): Promise<void> {}
	write(bytes: Uint8Array): Promise<void> {
		this.written.push(Buffer.from(bytes));
		return this.takes ? Promise.resolve() : new Promise(() => {});
	}
	onData(receive: (chunk: Uint8Array) => void): void {
		this.receive = receive;
	}
	onClose(closed: (reason: Error | null) => void): void {
		this.hangUp = closed;
	}
	async close(): Promise<void> {
		this.closed = true;
	}
}

interface Behaviour {
	link?: () => Promise<TestLink>;
	flash?: (signal: AbortSignal) => Promise<FlashOutcome>;
	makeSafe?: () => Promise<string | null>;
	close?: () => Promise<void>;
	takeCycles?: () => string;
}

/** A board that does what a test wants of it, and writes down what is done to it. */
class TestBoard {
	readonly done: string[] = [];
	readonly links: TestLink[] = [];
	readonly #behaviour: Behaviour;

	constructor(behaviour: Behaviour = {}) {
		this.#behaviour = behaviour;
	}

	attached(signal: AbortSignal): AttachedDevice {
		const { flash, makeSafe, close, link, takeCycles } = this.#behaviour;
		this.done.push('attach');
		return {
			facts,
			image: {} as ElfImage,
			createLink: async () => {
				const made = (await link?.()) ?? new TestLink();
				this.links.push(made);
				return made;
			},
			flash: async () => {
				this.done.push('flash');
				const nothing = { imageSha256: '', buildId: '', staticBytes: null, rigBytes: null, flashBytes: null };
				return (await flash?.(signal)) ?? { tool: 'test', ...nothing };
			},
			...(takeCycles === undefined ? {} : { takeCycles }),
			makeSafe: async () => {
				this.done.push('safe');
				return (await makeSafe?.()) ?? null;
			},
			close: async () => {
				this.done.push('close');
				await close?.();
			},
		};
	}
}

function seatFor(board: TestBoard, options: Partial<SeatOptions> = {}) {
	const lines: string[] = [];
	const seat = new Seat({
		attach: async (signal) => board.attached(signal),
		say: (event: BridgeEvent) => lines.push(bridgeLine(event)),
		...options,
	});
	return { seat, lines };
}

/** What the bridge sends up, and the chunks a controller sends down. */
function controller(seat: Seat) {
	const up: Chunk[] = [];
	let sequence = 0;
	return {
		up,
		get bytes() {
			return up.flatMap(({ kind, payload }) => (kind === 'BYTES' ? [Buffer.from(payload).toString()] : [])).join('');
		},
		get end() {
			const last = up.at(-1);
			return last?.kind === 'END' ? (JSON.parse(Buffer.from(last.payload).toString()) as { code: string }) : null;
		},
		start: (lease = LEASE) =>
			seat.do(lease, (held) =>
				held.start(CHANNEL, async (chunk) => {
					const read = decodeChunk(chunk);
					if (typeof read === 'string') throw new Error(read);
					up.push(read);
				}),
			),
		send: (payload: Buffer) => seat.receive({ kind: 'BYTES', sequence: sequence++, channel: CHANNEL, payload }),
	};
}

async function failsWith(t: ExecutionContext, promise: Promise<unknown>, code: string, text = /./) {
	const error = await t.throwsAsync(promise);
	t.true(isOssicleError(error) && error.code === code, String(error?.stack));
	t.regex(error?.message ?? '', text);
}

async function until(what: () => boolean) {
	while (!what()) await sleep(2);
}

test('a lease is taken, used and given back: the board is left idle and closed, in that order', async (t) => {
	const board = new TestBoard();
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	t.deepEqual([seat.current?.lease, seat.current?.holder], [LEASE, 'ci']);
	await seat.do(LEASE, (held) => held.flash());
	await seat.release(LEASE);
	t.deepEqual(board.done, ['attach', 'flash', 'safe', 'close']);
	t.is(seat.current, null);
	t.deepEqual(lines, ['held by ci', 'released by ci']);
	await t.notThrowsAsync(seat.release(LEASE), 'given back already');
	await failsWith(t, seat.release(OTHER), 'no-lease');
	await failsWith(
		t,
		seat.do(LEASE, (held) => held.flash()),
		'no-lease',
		/it was released/,
	);
});

test('the next one waits until the board of the one before is closed', async (t) => {
	const closing = gate();
	const board = new TestBoard({ close: () => closing.opened });
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'first', READY);
	const released = seat.release(LEASE);
	const next = seat.acquire(OTHER, 'second', READY);
	t.is(seat.current?.holder, 'second', 'it has the place already: a third one is refused');
	await sleep(20);
	t.deepEqual(board.done, ['attach', 'safe', 'close']);
	closing.open();
	await released;
	await next;
	t.deepEqual(board.done, ['attach', 'safe', 'close', 'attach']);
	await seat.release(OTHER);
});

test('who gives up waiting leaves no trace, and whoever comes then gets the board', async (t) => {
	const closing = gate();
	const board = new TestBoard({ close: () => closing.opened });
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'first', READY);
	const released = seat.release(LEASE);
	for (let count = 0; count < 100; count++) {
		const waiting = seat.acquire(OTHER, 'second', READY);
		await seat.release(OTHER);
		await failsWith(t, waiting, 'no-lease', /released meanwhile/);
	}
	const third = seat.acquire('c'.repeat(16), 'third', READY);
	closing.open();
	await Promise.all([released, third]);
	t.deepEqual(board.done, ['attach', 'safe', 'close', 'attach']);
	t.deepEqual(lines, ['held by first', 'released by first', 'held by third']);
});

test('a lease that is given back while it attaches is closed when that is done', async (t) => {
	const attaching = gate();
	const board = new TestBoard();
	const { seat } = seatFor(board, {
		attach: async (signal) => {
			await attaching.opened;
			return board.attached(signal);
		},
	});
	const acquired = seat.acquire(LEASE, 'ci', READY);
	const flash = seat.do(LEASE, (held) => held.flash());
	await sleep(5);
	const released = seat.release(LEASE);
	attaching.open();
	await failsWith(t, acquired, 'no-lease', /released meanwhile/);
	await failsWith(t, flash, 'no-lease');
	await released;
	t.deepEqual(board.done, ['attach', 'safe', 'close'], 'attached too late, and closed; nothing was flashed');
});

test('a flash under way is aborted when the lease ends, and the board closed after it has ended', async (t) => {
	const board = new TestBoard({
		flash: (signal) =>
			new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
	});
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const flash = seat.do(LEASE, (held) => held.flash());
	await until(() => board.done.includes('flash'));
	await seat.clear(refused('mqtt-lost', 'the broker is gone'));
	await failsWith(t, flash, 'mqtt-lost', /the broker is gone/);
	t.deepEqual(board.done, ['attach', 'flash', 'safe', 'close']);
	t.deepEqual(lines, ['held by ci', 'taken back from ci: the broker is gone']);
});

test('a device that cannot be attached is free again, and the error tells why', async (t) => {
	const board = new TestBoard();
	let fails = true;
	const { seat, lines } = seatFor(board, {
		attach: async (signal) => {
			if (fails) throw new OssicleError('port-open', 'rig', 'the cable is out');
			return board.attached(signal);
		},
	});
	await failsWith(t, seat.acquire(LEASE, 'ci', READY), 'port-open', /the cable is out/);
	t.is(seat.current, null);
	t.deepEqual(lines, []);
	fails = false;
	await seat.acquire(OTHER, 'ci', READY);
	await seat.release(OTHER);
	t.deepEqual(board.done, ['attach', 'safe', 'close']);
});

test('what is no longer wanted when its turn comes touches nothing', async (t) => {
	const board = new TestBoard();
	const { seat } = seatFor(board);
	const late = async () => {
		throw refused('expired', 'too late');
	};
	await failsWith(t, seat.acquire(LEASE, 'ci', late), 'expired');
	t.deepEqual(board.done, []);
	t.is(seat.current, null);
});

test('nobody asks for anything, and no channel is open: the lease ends; an open channel keeps it', async (t) => {
	const board = new TestBoard();
	const { seat, lines } = seatFor(board, { idleMs: 100 });
	await seat.acquire(LEASE, 'ci', READY);
	const { start } = controller(seat);
	await start();
	await sleep(250);
	t.is(seat.current?.lease, LEASE);
	await seat.do(LEASE, (held) => held.stop(CHANNEL));
	await until(() => lines.length === 2);
	t.is(lines[1], 'taken back from ci: nothing was asked for 0.1 s');
	t.deepEqual(board.done, ['attach', 'safe', 'close']);
	await failsWith(
		t,
		seat.do(LEASE, (held) => held.flash()),
		'no-lease',
		/nothing was asked for 0\.1 s/,
	);
});

test('something that takes long is no idleness', async (t) => {
	const flashing = gate();
	const nothing = { imageSha256: '', buildId: '', staticBytes: null, rigBytes: null, flashBytes: null };
	const board = new TestBoard({ flash: () => flashing.opened.then(() => ({ tool: 'slow', ...nothing })) });
	const { seat } = seatFor(board, { idleMs: 50 });
	await seat.acquire(LEASE, 'ci', READY);
	const flash = seat.do(LEASE, (held) => held.flash());
	await sleep(200);
	flashing.open();
	t.is((await flash).tool, 'slow');
	await seat.release(LEASE);
});

test('a board that cannot be left idle, and one that cannot be closed, are told and free all the same', async (t) => {
	const board = new TestBoard({
		makeSafe: async () => 'posix was not reset: no probe',
		close: async () => {
			throw new Error('the port hangs');
		},
	});
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	await failsWith(
		t,
		seat.do(LEASE, (held) => held.safe()),
		'not-safe',
		/no probe/,
	);
	await seat.release(LEASE);
	t.deepEqual(lines, [
		'held by ci',
		'the board may not be idle: posix was not reset: no probe',
		'the board may not be idle: the port hangs',
		'released by ci',
	]);
	await seat.acquire(OTHER, 'next', READY);
	await seat.release(OTHER);
});

test('bytes go both ways; what a board says before the answer to start is not lost', async (t) => {
	const early = new TestLink();
	early.open = async () => early.receive(Buffer.from('boot\n'));
	const board = new TestBoard({ link: async () => early });
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const wire = controller(seat);
	await wire.start();
	t.true(wire.send(Buffer.from('frame')));
	early.receive(Buffer.from('answer\n'));
	await until(() => wire.bytes.length >= 12);
	t.is(wire.bytes, 'boot\nanswer\n');
	t.is(Buffer.concat(early.written).toString(), 'frame');
	await seat.do(LEASE, (held) => held.flash());
	t.is(seat.current?.lease, LEASE, 'flashing while a channel is open is how the boot line is heard');
	await seat.do(LEASE, (held) => held.stop(CHANNEL));
	t.true(early.closed);
	t.like(wire.end, { code: 'link-closed' });
	t.false(wire.send(Buffer.from('late')));
	await wire.start();
	t.is(board.links.length, 2);
	await seat.release(LEASE);
});

test('one channel at a time, and only the open one is stopped', async (t) => {
	const { seat } = seatFor(new TestBoard());
	await seat.acquire(LEASE, 'ci', READY);
	const { start } = controller(seat);
	await failsWith(
		t,
		seat.do(LEASE, (held) => held.stop(CHANNEL)),
		'no-channel',
	);
	await start();
	await failsWith(t, start(), 'channel-open');
	await failsWith(
		t,
		seat.do(LEASE, (held) => held.stop('f'.repeat(16))),
		'no-channel',
	);
	await seat.release(LEASE);
});

test('a link that cannot be opened is an answer, and not the end of the lease', async (t) => {
	let fails = true;
	const board = new TestBoard({
		link: async () => {
			const link = new TestLink();
			if (fails) link.open = () => Promise.reject(new OssicleError('port-open', 'rig', 'it is busy'));
			return link;
		},
	});
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const { start } = controller(seat);
	await failsWith(t, start(), 'port-open', /it is busy/);
	t.true(board.links[0]?.closed);
	fails = false;
	await start();
	await seat.release(LEASE);
});

for (const [what, end] of [
	['stopped', (seat: Seat) => seat.do(LEASE, (held) => held.stop(CHANNEL))],
	['given back with its lease', (seat: Seat) => seat.release(LEASE)],
] as const)
	test(`a channel that is ${what} says so: what is sent on it from now on is not the board's`, async (t) => {
		const { seat } = seatFor(new TestBoard());
		await seat.acquire(LEASE, 'ci', READY);
		const wire = controller(seat);
		await wire.start();
		await end(seat);
		t.like(wire.end, { code: 'link-closed' });
		t.is(wire.up.length, 1);
		await seat.release(LEASE);
		t.is(wire.up.length, 1);
	});

test('a channel that could not be opened is told of by the answer alone', async (t) => {
	const board = new TestBoard({ link: () => Promise.reject(refused('port-open', 'it is busy')) });
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const wire = controller(seat);
	await failsWith(t, wire.start(), 'port-open');
	t.deepEqual(wire.up, []);
});

test('a board that goes away ends channel and lease: its last bytes first, then END with its words', async (t) => {
	const board = new TestBoard();
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const wire = controller(seat);
	await wire.start();
	const [link] = board.links;
	link?.receive(Buffer.from('my last wo'));
	link?.hangUp(new Error('QEMU was ended by SIGKILL'));
	await until(() => lines.length === 2);
	t.is(wire.bytes, 'my last wo');
	t.like(wire.end, {
		code: 'link-lost',
		text: 'the link to posix was lost at the bridge: QEMU was ended by SIGKILL',
	});
	t.regex(lines[1] ?? '', /^taken back from ci: the link to posix was lost at the bridge: QEMU was ended/);
	t.deepEqual(board.done, ['attach', 'safe', 'close']);
});

test('a write that fails tells only when the link does not tell why itself', async (t) => {
	const board = new TestBoard({
		link: async () => {
			const link = new TestLink();
			link.write = () => Promise.reject(new Error('EIO'));
			return link;
		},
	});
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const first = controller(seat);
	await first.start();
	first.send(Buffer.from('x'));
	await sleep(5);
	board.links[0]?.hangUp(new Error('the cable was pulled'));
	await until(() => lines.length === 2);
	t.regex(lines[1] ?? '', /the cable was pulled/);

	await seat.acquire(OTHER, 'ci', READY);
	const second = controller(seat);
	await second.start(OTHER);
	second.send(Buffer.from('x'));
	await until(() => lines.length === 4);
	t.regex(lines[3] ?? '', /EIO/);
});

test('64 KiB which the board does not take end the channel', async (t) => {
	const board = new TestBoard();
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const wire = controller(seat);
	await wire.start();
	const [link] = board.links;
	if (link !== undefined) link.takes = false;
	for (let count = 0; count < 16; count++) t.true(wire.send(Buffer.alloc(4096)));
	t.is(wire.end, null);
	wire.send(Buffer.alloc(1));
	await until(() => wire.end !== null);
	t.is(wire.end?.code, 'mqtt-overflow');
	t.is(link?.written.length, 16, 'what is too much is not kept');
	await until(() => board.done.includes('close'));
});

test('bytes that come while the link is still being made end the channel, and start says so', async (t) => {
	const making = gate();
	const board = new TestBoard({ link: () => making.opened.then(() => new TestLink()) });
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const wire = controller(seat);
	const starting = wire.start();
	await sleep(5);
	wire.send(Buffer.from('too early'));
	making.open();
	await failsWith(t, starting, 'link-lost', /before the link to the board was open/);
	await until(() => board.done.includes('close'));
	t.true(board.links[0]?.closed);
});

test('the channel of a controller that falls silent ends, and the lease with it', async (t) => {
	const board = new TestBoard();
	const { seat, lines } = seatFor(board, { timing: { beatMs: 20, silentMs: 100 } });
	await seat.acquire(LEASE, 'ci', READY);
	const wire = controller(seat);
	await wire.start();
	await until(() => lines.length === 2);
	t.is(wire.end?.code, 'mqtt-silent');
	t.true(
		wire.up.some(({ kind }) => kind === 'BEAT'),
		'it was the other end that was silent',
	);
});

test('a board that never stops talking is cut off when nobody takes what it says', async (t) => {
	const board = new TestBoard();
	const { seat, lines } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	await seat.do(LEASE, (held) => held.start(CHANNEL, () => new Promise(() => {})));
	for (let count = 0; count < 100; count++) board.links[0]?.receive(Buffer.alloc(4096, 0x0a));
	await until(() => lines.length === 2);
	t.regex(lines[1] ?? '', /the broker has not acknowledged/);
});

test('a lease cannot open channels without end', async (t) => {
	const board = new TestBoard();
	const { seat } = seatFor(board);
	await seat.acquire(LEASE, 'ci', READY);
	const { start } = controller(seat);
	for (let count = 0; count < 256; count++) {
		await start();
		await seat.do(LEASE, (held) => held.stop(CHANNEL));
	}
	await failsWith(t, start(), 'too-many-channels');
	await seat.release(LEASE);
});

test('only the last few leases that have ended are remembered', async (t) => {
	const { seat } = seatFor(new TestBoard());
	const leases = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(16, '0'));
	for (const lease of leases) {
		await seat.acquire(lease, 'ci', READY);
		await seat.release(lease);
	}
	t.is(leases.filter((lease) => seat.endedBecause(lease) !== null).length, 16);
	t.is(seat.endedBecause(leases[19] as string), 'it was released');
});
