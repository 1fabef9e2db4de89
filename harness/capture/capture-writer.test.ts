import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { OssicleError } from '../error.ts';
import { DeviceSession } from '../session/device-session.ts';
import { posixBench, type Teardown } from '../testing/posix-bench.ts';
import type { CaptureLine } from './capture-line.ts';
import { readWholeCapture } from './capture-reader.ts';
import { CaptureWriter } from './capture-writer.ts';

async function place(t: Teardown): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-capture-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	return path.join(folder, 'capture.ndjson');
}

const bytesOf = (lines: CaptureLine[], kind: 'rx' | 'tx') =>
	Buffer.concat(lines.flatMap((line) => (line.k === kind ? [Buffer.from(line.b, 'base64')] : []))).toString();

test('events are read back in order, received bytes before the event that came after them', async (t) => {
	const file = await place(t);
	const writer = CaptureWriter.create(file);
	writer.append({ k: 'session', session: 1, device: 'posix', link: 'pty' });
	writer.received(Buffer.from('one '));
	writer.received(Buffer.from('two'));
	writer.append({ k: 'tx', b: Buffer.from('answer').toString('base64') });
	writer.received(Buffer.from('three'));
	await writer.close();
	const { lines, damage, torn } = await readWholeCapture(file);
	t.is(damage, null);
	t.false(torn);
	t.deepEqual(
		lines.map((line) => line.k),
		['session', 'rx', 'tx', 'rx'],
	);
	t.is(bytesOf(lines, 'rx'), 'one twothree');
	t.deepEqual(
		lines.map((line) => line.n),
		[0, 1, 2, 3],
	);
	const times = lines.map((line) => BigInt(line.t));
	t.true(times.every((time, i) => i === 0 || time >= (times[i - 1] as bigint)));
});

test('what is appended is in the file at once; received bytes soon after, without another event', async (t) => {
	const file = await place(t);
	const writer = CaptureWriter.create(file);
	t.teardown(() => writer.close());
	writer.append({ k: 'fault', code: 'x', text: 'y' });
	t.is((await readWholeCapture(file)).lines.length, 1);
	writer.received(Buffer.from('abc'));
	while ((await readWholeCapture(file)).lines.length < 2) await sleep(5);
	writer.received(Buffer.from('start'), true);
	t.is((await readWholeCapture(file)).lines.length, 3, 'stamped bytes do not wait');
});

test('an existing file is never overwritten', async (t) => {
	const file = await place(t);
	await writeFile(file, 'precious');
	const error = t.throws(() => CaptureWriter.create(file), { instanceOf: OssicleError });
	t.is(error?.code, 'capture-write');
	t.regex(error?.message ?? '', /captures are never overwritten/);
	t.is(await readFile(file, 'utf8'), 'precious');
});

test('full disk: the error comes from the call that failed, says so, and stays', (t) => {
	const writer = new CaptureWriter(openSync('/dev/full', 'a'), '/dev/full');
	let told: OssicleError | null = null;
	writer.onFailure((failure) => {
		told = failure;
	});
	const error = t.throws(() => writer.append({ k: 'fault', code: 'x', text: 'y' }), { instanceOf: OssicleError });
	t.is(error?.kind, 'rig');
	t.regex(error?.message ?? '', /No space left on device|ENOSPC/i);
	t.regex(error?.message ?? '', /The disk is full: free some space/);
	t.is(told as unknown, error);
	t.is(
		t.throws(() => writer.append({ k: 'fault', code: 'x', text: 'y' })),
		error,
	);
});

test('full disk while bytes are received: nobody awaits that, so the listener is told', async (t) => {
	const writer = new CaptureWriter(openSync('/dev/full', 'a'), '/dev/full');
	const failure = new Promise<OssicleError>((resolve) => writer.onFailure(resolve));
	writer.received(Buffer.from('abc'));
	t.is((await failure).code, 'capture-write');
});

test('full disk in a session: it ends with that error and nothing goes on unrecorded', async (t) => {
	const capture = new CaptureWriter(openSync('/dev/full', 'a'), '/dev/full');
	const bench = await posixBench(t, { session: { capture } });
	const error = await t.throwsAsync(() => DeviceSession.open(bench.options), { instanceOf: OssicleError });
	t.is(error?.code, 'capture-write');
	t.is(bench.wire.reachedDevice.length, 0, 'what cannot be captured is not sent');
});

test('SIGKILL of the writer leaves a readable capture', async (t) => {
	const file = await place(t);
	const child = fileURLToPath(new URL('../testing/endless-capture.ts', import.meta.url));
	const writer = execa(process.execPath, ['--import', 'tsx', child, file], { reject: false, stdout: 'pipe' });
	await once(writer.stdout, 'data');
	await sleep(50);
	writer.kill('SIGKILL');
	t.is((await writer).signal, 'SIGKILL');
	const { lines, damage } = await readWholeCapture(file);
	t.is(damage, null);
	t.true(lines.length >= 100);
});
