import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { OssicleError } from '../error.ts';
import { posixProgram } from '../testing/posix-bench.ts';
import { PosixProcess } from './posix-process.ts';

test('a program that does not exist: the error says how to build it', async (t) => {
	const error = await t.throwsAsync(() => PosixProcess.start({ program: '/nowhere/liquid-audio' }), {
		instanceOf: OssicleError,
	});
	t.is(error?.code, 'posix-missing');
	t.regex(error?.message ?? '', /make -C firmware BOARD=posix/);
});

test('a program that says something else is not believed', async (t) => {
	for (const [program, args, got] of [
		['/bin/echo', ['pty /dev/sda'], /got "pty \/dev\/sda"/],
		['/bin/true', [], /got its end/],
		['/bin/sleep', ['30'], /got "" within 200 ms/],
	] as const) {
		const error = await t.throwsAsync(
			() => PosixProcess.start({ program, args: [...args], startTimeoutMs: program === '/bin/sleep' ? 200 : 30_000 }),
			{
				instanceOf: OssicleError,
			},
		);
		t.is(error?.code, 'posix-start');
		t.regex(error?.message ?? '', got);
	}
});

test('the process ends with its link', async (t) => {
	const board = await PosixProcess.start({ program: await posixProgram() });
	const alive = () => process.kill(board.pid as number, 0);
	t.true(alive());
	await board.open();
	await board.close();
	t.throws(alive, { code: 'ESRCH' });
	t.is(board.stderr, '');
});

test('a reset keeps the pty: the board boots again on the same line', async (t) => {
	const board = await PosixProcess.start({ program: await posixProgram() });
	t.teardown(() => board.close());
	let text = '';
	board.onData((chunk) => {
		text += Buffer.from(chunk).toString('latin1');
	});
	await board.open();
	const boots = () => text.match(/"t":"boot"/g)?.length ?? 0;
	// It is up when it answers. What a board says before its port is opened is nobody's: the first boot line heard is that
	// of a reset.
	await board.write(Buffer.from('info\n'));
	while (!text.includes('\n')) await sleep(10);
	for (const boot of [1, 2]) {
		board.reset();
		while (boots() < boot) await sleep(10);
	}
	const ids = [...text.matchAll(/"boot":"([0-9a-f]{8})"/g)].map(([, id]) => id);
	t.is(new Set(ids).size, 2, 'each boot has an id of its own');
});
