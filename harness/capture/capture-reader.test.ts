import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import test from 'ava';
import type { Teardown } from '../testing/posix-bench.ts';
import { Random } from '../testing/random.ts';
import { chainLine } from './capture-chain.ts';
import type { CaptureEvent } from './capture-line.ts';
import { readWholeCapture } from './capture-reader.ts';
import { CaptureWriter } from './capture-writer.ts';

const EVENTS: CaptureEvent[] = [
	{
		k: 'run',
		id: 'r',
		startedAt: '2020-01-01T00:00:00Z',
		ossicle: '0.1.0',
		command: ['run', '"x"'],
		inputs: { '10': 'a', '9': 'b' },
	},
	{ k: 'session', session: 1, device: 'posix', link: 'pty äöü' },
	{ k: 'tx', b: 'AAEC' },
	{ k: 'rx', b: 'aGVsbG8K' },
	{
		k: 'clip',
		clip: 1,
		name: 'a.wav',
		segment: 's',
		attempt: 1,
		codec: 'pcm16',
		pacing: 'fast',
		samples: 256,
		crc: '00000000',
		sampleRate: 16000,
	},
	{ k: 'clip-void', clip: 1, attempt: 1, reason: 'because' },
	{ k: 'analogue', clip: 1, source: 'substituted', end: 'low', periodSeconds: 0.001, seed: 7, b: 'AAAA' },
	{ k: 'fault', code: 'x', text: 'y', clip: 1 },
	{ k: 'session-end', session: 1, reason: 'complete' },
	{ k: 'run-end', endedAt: '2020-01-01T00:00:01Z', reason: 'complete' },
];

async function written(
	t: Teardown,
): Promise<{ file: string; text: string; read: (text: string | Buffer) => ReturnType<typeof readWholeCapture> }> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-capture-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	const file = path.join(folder, 'capture.ndjson');
	const writer = CaptureWriter.create(file);
	for (const event of EVENTS) writer.append(event);
	await writer.close();
	const text = await readFile(file, 'utf8');
	const read = async (changed: string | Buffer) => {
		await writeFile(file, changed);
		return readWholeCapture(file);
	};
	return { file, text, read };
}

test('every kind of event comes back as it was written', async (t) => {
	const { text, read } = await written(t);
	const { lines, damage } = await read(text);
	t.is(damage, null);
	t.deepEqual(
		lines.map(({ n, t: time, c, ...event }) => event as unknown),
		EVENTS as unknown[],
	);
});

test('cut at any byte: what stands before the cut is read, and it is no damage', async (t) => {
	const { text, read } = await written(t);
	const bytes = Buffer.from(text);
	for (let length = 0; length <= bytes.length; length += 7) {
		const part = bytes.subarray(0, length);
		const { lines, damage, torn } = await read(part);
		t.is(damage, null, `cut at ${length}`);
		t.is(lines.length, part.filter((byte) => byte === 10).length);
		t.is(torn, length > 0 && part.at(-1) !== 10);
	}
});

test('any one flipped bit is damage, or tears the last line', async (t) => {
	const { text, read } = await written(t);
	const random = new Random(1);
	for (let i = 0; i < 300; i++) {
		const bytes = Buffer.from(text);
		const at = random.between(0, bytes.length - 1);
		bytes[at] = (bytes[at] as number) ^ (1 << random.between(0, 7));
		const { damage, torn, lines } = await read(bytes);
		t.true(damage !== null || (torn && lines.length === EVENTS.length - 1), `byte ${at}`);
	}
});

test('a line that is missing, repeated, swapped or changed is named', async (t) => {
	const { text, read } = await written(t);
	const lines = text.trimEnd().split('\n');
	const damageOf = async (changed: string[]) => (await read(`${changed.join('\n')}\n`)).damage ?? 'none';
	t.regex(await damageOf(lines.toSpliced(3, 1)), /^line 4 of the capture does not belong behind the line before it/);
	t.regex(await damageOf(lines.toSpliced(3, 0, lines[2] as string)), /^line 4 /);
	t.regex(await damageOf(lines.toSpliced(3, 2, lines[4] as string, lines[3] as string)), /^line 4 /);
	t.regex(await damageOf(lines.with(4, (lines[4] as string).replace('"samples":256', '"samples":257'))), /^line 5 /);
	t.regex(await damageOf(lines.slice(1)), /^line 1 /);
	t.is(await damageOf(lines), 'none');
});

test('a line of no known shape is refused, though its chain is right', async (t) => {
	const { read } = await written(t);
	const wrong: [unknown, RegExp][] = [
		[{ k: 'party' }, /is of no known kind/],
		[{ k: 'rx' }, /is no `rx` line: .*must have required property 'b'/],
		[{ k: 'clip', clip: -1 }, /is no `clip` line/],
		[{ k: 'clip', ...EVENTS[4], samples: 1e12 }, /must be <= 1073741824/],
		[{ k: 'rx', b: 7 }, /must be string/],
		[{ k: 'fault', code: 'x', text: 'y', extra: 1 }, /must NOT have additional properties/],
	];
	for (const [event, why] of wrong) {
		const { text } = chainLine('', 0, 1n, event as CaptureEvent);
		t.regex((await read(`${text}\n`)).damage ?? 'none', why);
	}
	const { text } = chainLine('', 5, 1n, { k: 'fault', code: 'x', text: 'y' });
	t.regex((await read(`${text}\n`)).damage ?? 'none', /calls itself line 5/);
});

test('a file that cannot be read is an error of its own', async (t) => {
	await t.throwsAsync(() => readWholeCapture('/nowhere/capture.ndjson'), { code: 'ENOENT' });
});
