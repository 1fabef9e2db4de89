/** The stand-in's own routines and start-up code, on a PC and on QEMU. */
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { Qemu } from '../../../devices/emulated/qemu.ts';
import { flashByRsp } from '../../../devices/flash/rsp.ts';
import { readElf } from '../../../harness/bench/elf.ts';
import { SerialLink } from '../../../harness/link/serial-link.ts';
import { buildForPc, buildForStandIn, type Program } from './testing/build-program.ts';

const MACHINE = { machine: 'kc705', cpu: 'de233_fpu', memoryMiB: 1280, icountShift: 3, counterHz: 40_000_000 };
const OPERANDS = 'testing/random_operand.c';
const NATIVE = 'testing/native_operations.c';

async function built(t: ExecutionContext, program: Promise<Program>): Promise<string> {
	const { path, remove } = await program;
	t.teardown(remove);
	return path;
}

/** What the program prints on the stand-in, up to and with `last`. */
async function printedOnStandIn(t: ExecutionContext, path: string, last: string): Promise<string> {
	const qemu = await Qemu.start(MACHINE, { program: 'qemu-system-xtensa' });
	t.teardown(() => qemu.stop());
	const link = new SerialLink(qemu.ptyPath, 921600);
	t.teardown(() => link.close());
	let text = '';
	const complete = new Promise<void>((resolve) => {
		link.onData((chunk) => {
			text += Buffer.from(chunk).toString('latin1');
			if (text.includes(last)) resolve();
		});
	});
	await link.open();
	await flashByRsp(await readElf(path), { address: qemu.gdbSocket, resetCommand: 'monitor system_reset' });
	await complete;
	return text;
}

for (const [what, rounds, flags] of [
	['under the sanitizer', 200_000, ['-O1', '-fsanitize=undefined', '-fno-sanitize-recover=all']],
	['optimised', 5_000_000, ['-O2']],
] as const) {
	test(`our arithmetic gives what a PC's own gives, ${what}`, async (t) => {
		const sources = ['testing/compare.c', NATIVE, 'testing/runtime_operations.c', OPERANDS];
		const runtime = ['runtime/integer.c', 'runtime/float.c'];
		const program = await built(t, buildForPc([...sources, ...runtime], [...flags, '-DRUNTIME_PREFIXED']));
		const { stdout, exitCode } = await execa(program, [String(rounds)], { reject: false });
		t.is(stdout, `${rounds} rounds of 13 operations, 0 wrong`);
		t.is(exitCode, 0);
	});
}

test('a program compiled for the stand-in computes there what it computes on a PC', async (t) => {
	const here = await built(t, buildForPc(['testing/digest.c', NATIVE, OPERANDS, 'testing/print_pc.c']));
	const there = await built(t, buildForStandIn(['testing/digest.c', NATIVE, OPERANDS, 'testing/print_board.c']));
	const { stdout } = await execa(here);
	t.is(stdout.split('\n').length, 14);
	t.is(await printedOnStandIn(t, there, 'end\n'), `${stdout}\n`);
});

test('100 kB each way come through the receive interrupt and back, byte for byte', async (t) => {
	const program = await built(t, buildForStandIn(['testing/echo.c']));
	const qemu = await Qemu.start(MACHINE, { program: 'qemu-system-xtensa' });
	t.teardown(() => qemu.stop());
	const link = new SerialLink(qemu.ptyPath, 921600);
	t.teardown(() => link.close());
	const sent = randomBytes(100_000);
	const chunks: Buffer[] = [];
	let wake = () => {};
	link.onData((chunk) => {
		chunks.push(Buffer.from(chunk));
		wake();
	});
	const heard = async (bytes: number) => {
		while (Buffer.concat(chunks).length < bytes) await new Promise<void>((resolve) => (wake = resolve));
		return Buffer.concat(chunks);
	};
	await link.open();
	await flashByRsp(await readElf(program), { address: qemu.gdbSocket, resetCommand: 'monitor system_reset' });
	const start = 'ready\n'.length;
	t.is((await heard(start)).toString('latin1'), 'ready\n');
	// Not all at once: an echo that nobody fetches fills the pty, and its ring would run over.
	for (let at = 0; at < sent.length; at += 1000) {
		await link.write(sent.subarray(at, at + 1000));
		await heard(start + at + 1000);
	}
	t.true((await heard(start + sent.length)).subarray(start).equals(sent));
});

for (const [what, fault, line] of [
	['a null pointer', '*(volatile int *)0 = 1', /fault exception=0000001d pc=42\w{6} address=00000000 a0=\w{8}/],
	['a call of nothing', '((void (*)(void))0)()', /fault exception=00000014 pc=00000000 address=00000000 a0=42\w{6}/],
	['an illegal instruction', '__asm__ volatile("ill")', /fault exception=00000000 pc=42\w{6} /],
] as const) {
	test(`${what} is told, and restarts the device`, async (t) => {
		const program = await built(t, buildForStandIn(['testing/fault.c'], [`-DFAULT=${fault}`]));
		const text = await printedOnStandIn(t, program, 'started: fault\n');
		t.regex(text, new RegExp(`^started: power-on\\n\\n${line.source}[^\\n]*\\nstarted: fault\\n$`));
	});
}
