import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import { OssicleError } from '../error.ts';
import { posixProgram } from '../testing/posix-bench.ts';
import { PosixProcess } from './posix-process.ts';
import { SerialLink } from './serial-link.ts';

test('a port that is not there: the error says so and what to do', async (t) => {
	const error = await t.throwsAsync(() => new SerialLink('/dev/ttyNotThere0', 115200).open(), {
		instanceOf: OssicleError,
	});
	t.is(error?.code, 'port-open');
	t.is(error?.kind, 'rig');
	t.is(error?.facts.code, 'ENOENT');
	t.regex(error?.message ?? '', /cannot open \/dev\/ttyNotThere0.*is the board plugged in/);
});

test('a file that is no serial port is refused', async (t) => {
	const file = path.join(os.tmpdir(), `ossicle-no-port-${process.pid}`);
	await writeFile(file, '');
	const error = await t.throwsAsync(() => new SerialLink(file, 115200).open(), { instanceOf: OssicleError });
	t.is(error?.code, 'port-open');
	t.regex(error?.message ?? '', /it is no serial port/);
});

test('writing to a port that is not open is an error, closing it is none', async (t) => {
	const link = new SerialLink('/dev/ttyNotThere0', 115200);
	await t.throwsAsync(() => link.write(Uint8Array.of(1)), { message: /is closed/ });
	await t.notThrowsAsync(() => link.close());
});

test('a pty that hangs up closes the link with a reason; our own close has none', async (t) => {
	const program = await posixProgram();
	const board = await PosixProcess.start({ program });
	const reason = new Promise<Error | null>((resolve) => board.onClose(resolve));
	await board.open();
	board.kill();
	t.regex((await reason)?.message ?? '', /^serial \/dev\/pts\/\d+ 921600 baud hung up: /);
	await t.throwsAsync(() => board.write(Uint8Array.of(1)), { message: /is closed/ });
	await board.close();

	const second = await PosixProcess.start({ program });
	const closed = new Promise<Error | null>((resolve) => second.onClose(resolve));
	await second.open();
	await second.close();
	t.is(await closed, null);
});

test('a write that cannot finish is rejected when the link ends, instead of waiting for ever', async (t) => {
	const board = await PosixProcess.start({ program: await posixProgram(), args: ['--mute'] });
	await board.open();
	// More than a pty holds, and many at once: some wait behind others when the end comes.
	const writes = Promise.allSettled(Array.from({ length: 50 }, () => board.write(Buffer.alloc(65_536, 1))));
	board.kill();
	const settled = await writes;
	t.true(settled.some(({ status }) => status === 'rejected'));
	await board.close();
});
