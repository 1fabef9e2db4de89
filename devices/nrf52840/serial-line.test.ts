/**
 * The board's serial line, clock and timer on QEMU's microbit, which has Nordic's peripherals of the generation before
 * (firmware/boards/nrf52840-microbit): the address map, pins, baud rate register and interrupts of the line; TIMER1; the
 * random number generator. UARTE's DMA it has not: firmware/boards/nrf52840/test_uarte.c is about that.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { readElf } from '../../harness/bench/elf.ts';
import { Qemu } from '../emulated/qemu.ts';
import { QemuLink } from '../emulated/qemu-link.ts';
import { flashByGdb } from '../flash/gdb.ts';

const IMAGE = fileURLToPath(new URL('../../firmware/build/nrf52840-microbit/uart-echo.elf', import.meta.url));
/** 2^3 ns of virtual time an instruction. */
const MICROBIT = { machine: 'microbit', icountShift: 3, counterHz: 16_000_000 };
const MICROSECONDS_PER_INSTRUCTION = 0.008;
const INSTRUCTIONS_PER_TURN = 2;
const HOP_MICROSECONDS = 16_000;
/** As the board's firmware has it: 64 MHz. */
const CYCLES_PER_MICROSECOND = 64;
const MACHINE_MICROBIT = 2;
/** Less than the firmware's receive ring of 1024 bytes: this line has no flow control but what its user keeps to. */
const WINDOW = 1000;

interface Line {
	/** Waits for a line that matches, beyond what earlier calls have taken. */
	until(pattern: RegExp): Promise<RegExpExecArray>;
	/** Waits for so many bytes, and takes them. */
	take(count: number): Promise<Buffer>;
	arrived(): number;
	write(bytes: Uint8Array): Promise<void>;
	/** Resolves at the next byte. */
	more(): Promise<void>;
}

async function booted(t: ExecutionContext): Promise<{ line: Line; boot: RegExpExecArray }> {
	t.timeout(120_000);
	const image = await readElf(IMAGE);
	const qemu = await Qemu.start(MICROBIT);
	t.teardown(() => qemu.stop());
	const link = new QemuLink(qemu, MICROBIT.machine, 1_000_000);
	let waiting: Buffer = Buffer.alloc(0);
	let wake: () => void = () => {};
	link.onData((chunk) => {
		waiting = Buffer.concat([waiting, chunk]);
		wake();
	});
	await link.open();
	t.teardown(() => link.close());
	const more = () => new Promise<void>((resolve) => (wake = resolve));
	const line: Line = {
		async until(pattern) {
			for (;;) {
				const end = waiting.indexOf('\n');
				if (end >= 0) {
					const text = waiting.subarray(0, end).toString('latin1');
					waiting = waiting.subarray(end + 1);
					const match = pattern.exec(text);
					if (match !== null) return match;
				} else await more();
			}
		},
		async take(count) {
			while (waiting.length < count) await more();
			const taken = waiting.subarray(0, count);
			waiting = waiting.subarray(count);
			return taken;
		},
		arrived: () => waiting.length,
		write: (bytes) => link.write(bytes),
		more,
	};
	await flashByGdb(image, { address: qemu.gdbSocket, resetCommand: 'monitor system_reset' });
	return { line, boot: await line.until(BOOT) };
}

const BOOT = /^boot ([0-9a-f]{8}) cause=([a-z-]+) machine=([0-9a-f]{8})$/;
const number = (digits: string | undefined) => Number.parseInt(digits ?? 'none', 16);

function command(letter: string, argument?: number): Buffer {
	const bytes = Buffer.alloc(argument === undefined ? 1 : 5);
	bytes.write(letter, 'latin1');
	if (argument !== undefined) bytes.writeUInt32LE(argument, 1);
	return bytes;
}

/** Bytes that no counter or constant line could be taken for, the same each time. */
function noise(count: number): Buffer {
	const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
		createHash('sha256').update(`serial line ${block}`).digest(),
	);
	return Buffer.concat(blocks).subarray(0, count);
}

test("128 KiB go through Nordic's UART both ways at once, and come back as they were", async (t) => {
	const { line } = await booted(t);
	const sent = noise(131_072);
	await line.write(command('e', sent.length));
	for (let at = 0; at < sent.length; ) {
		const room = WINDOW - (at - line.arrived());
		if (room < WINDOW / 2) {
			await line.more();
			continue;
		}
		const end = Math.min(sent.length, at + room);
		await line.write(sent.subarray(at, end));
		at = end;
	}
	const came = await line.take(sent.length);
	t.is(Buffer.compare(came, sent), 0, `first difference at ${sent.findIndex((byte, i) => byte !== came[i])}`);
	const [, length, crc, overruns] = await line.until(/^echoed ([0-9a-f]{8}) crc=([0-9a-f]{8}) overruns=([0-9a-f]{8})$/);
	t.is(number(length), sent.length);
	t.is(number(crc), crc32(sent));
	t.is(number(overruns), 0);
});

test('bytes beyond what the ring can hold are lost, and counted', async (t) => {
	const { line } = await booted(t);
	// The program spins, and takes nothing meanwhile: 1 s of its own time.
	const spin = Math.round(1_000_000 / MICROSECONDS_PER_INSTRUCTION / INSTRUCTIONS_PER_TURN);
	await line.write(Buffer.concat([command('t', spin), Buffer.alloc(3000)]));
	await line.until(/^spun /);
	await line.write(command('e', 0));
	const [, overruns] = await line.until(/^echoed 00000000 crc=00000000 overruns=([0-9a-f]{8})$/);
	t.true(number(overruns) > 0, 'nothing was counted as lost');
});

test('TIMER1 counts microseconds and ends hops', async (t) => {
	const { line } = await booted(t);
	for (const hops of [0.5, 6, 100]) {
		const expected = hops * HOP_MICROSECONDS;
		const turns = Math.round(expected / MICROSECONDS_PER_INSTRUCTION / INSTRUCTIONS_PER_TURN);
		await line.write(command('t', turns));
		const [, , micros, due] = await line.until(/^spun ([0-9a-f]{8}) micros=([0-9a-f]{8}) hops=([0-9a-f]{8})$/);
		// Hop interrupts are served meanwhile: a few hundred instructions each.
		t.true(number(micros) >= expected && number(micros) < expected * 1.002 + 50, `${number(micros)} of ${expected} us`);
		// The first tick only begins to count.
		t.true(number(due) <= hops && number(due) >= Math.floor(hops) - 1, `${number(due)} hops of ${hops}`);
	}
});

test('what the core sleeps is counted by TIMER1', async (t) => {
	const { line } = await booted(t);
	await line.write(command('s', 50));
	const [, , micros, cycles, asleep] = await line.until(
		/^slept ([0-9a-f]{8}) micros=([0-9a-f]{8}) cycles=([0-9a-f]{8}) asleep=([0-9a-f]{8})$/,
	);
	t.true(number(micros) >= 50 * HOP_MICROSECONDS && number(micros) < 52 * HOP_MICROSECONDS, `${number(micros)} us`);
	// To the microsecond, and what lies between the two readings.
	const apart = Math.abs(number(cycles) - CYCLES_PER_MICROSECOND * number(micros));
	t.true(apart < 5 * CYCLES_PER_MICROSECOND, `${number(cycles)} cycles in ${number(micros)} us`);
	// This machine's SysTick, the counter here, goes on in sleep at a quarter of the chip's clock: the rest is taken for sleep.
	t.true(number(asleep) > 0.7 * number(cycles) && number(asleep) < 0.8 * number(cycles), `${number(asleep)} asleep`);
});

test('each boot has an id of its own, and a restart says that it is one', async (t) => {
	const { line, boot } = await booted(t);
	t.is(number(boot[3]), MACHINE_MICROBIT);
	t.is(boot[2], 'power-on');
	const ids = new Set([boot[1]]);
	for (let restart = 0; restart < 3; restart++) {
		await line.write(command('r'));
		const again = await line.until(BOOT);
		t.is(again[2], 'software');
		ids.add(again[1]);
	}
	// Two boards, or the same one after its supply was off: the random number generator tells them apart.
	ids.add((await booted(t)).boot[1]);
	t.is(ids.size, 5);
});

test('the image is the echo program and nothing else', async (t) => {
	const image = await readElf(IMAGE);
	t.is(path.basename(image.path), 'uart-echo.elf');
	t.true(image.staticBytes !== null && image.staticBytes < 16_384, 'it fits into the 16 KB of a microbit');
});
