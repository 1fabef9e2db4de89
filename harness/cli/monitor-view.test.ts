import test from 'ava';
import type { HelloMessage, TelemetryMessage } from '../generated/wire.ts';
import type { Chunk, ChunkKind } from '../link/mqtt/chunk.ts';
import { encodeEnd } from '../link/mqtt/end-payload.ts';
import { writeTelemetryLine } from '../link/telemetry-line.ts';
import { ChunkView, type MonitorEvent, StreamView } from './monitor-view.ts';

const HELLO: HelloMessage = {
	...{ t: 'hello', q: 0, proto: 1, nonce: '00000001', boot: '00000002', build: 'ab'.repeat(20), firmware: 'app' },
	...{ board: 'posix', clockHz: 1, clockSource: 'host', counter: 'host', counterHz: 1, rxBytes: 1, clipBytes: 1 },
	...{ sampleRate: 16000, hop: 256, scoreScale: 1024, model: 'm', stages: ['s'], labels: ['yes', 'no'], caps: [] },
} as HelloMessage;
const DECISION: TelemetryMessage = { t: 'decision', q: 1, clip: 3, label: 1, scores: [-512, 2048] };

const bytes = (...lines: (TelemetryMessage | string)[]) =>
	Buffer.from(
		lines.map((line) => `${typeof line === 'string' ? line : writeTelemetryLine(line)}\n`).join(''),
		'latin1',
	);
const texts = (events: readonly MonitorEvent[]) => events.map(({ kind, text }) => `${kind}: ${text}`);

test('what a person wants to know is told, and nothing of each single hop', (t) => {
	const view = new StreamView();
	const told = view.push(
		bytes(
			{ t: 'boot', q: 0, boot: '00000002', cause: 'power' },
			HELLO,
			{ t: 'ack', q: 1, next: 1, credit: 5 },
			{ t: 'param', q: 1, name: 'solver', value: 2, ok: false },
			'free text',
			{ t: 'inf', q: 1, clip: 3, first: 0, n: 1, b: 'AAAA' },
			DECISION,
			{ ...DECISION, label: 7, scores: [] },
			{
				...{ t: 'clip-end', q: 1, clip: 3, try: 1, samples: 16000, crc: '00000000', hops: 62, underruns: 2 },
				...{ cycles: 1, sleep: 1, lines: 1, linesCrc: '00000000' },
			} as TelemetryMessage,
			{ t: 'error', q: 1, code: 'bad', text: 'it is bad' },
		),
	);
	t.deepEqual(texts(told), [
		'boot: it booted (power), boot id 00000002',
		'hello: it runs app on posix, build abababababab, model m',
		'param: solver was not set to 2',
		'console: | free text',
		'decision: clip 3: heard no, score 2',
		'decision: clip 3: heard label 7',
		'clip-end: clip 3: ended, 16000 samples, 62 hops, 2 underruns',
		'error: it reports bad: it is bad',
	]);
	t.deepEqual(told.find(({ kind }) => kind === 'error')?.message, { t: 'error', q: 1, code: 'bad', text: 'it is bad' });
});

test('whoever comes late knows no names of labels', (t) => {
	t.deepEqual(texts(new StreamView().push(bytes(DECISION))), ['decision: clip 3: heard label 1']);
});

test('no line of a device looks like one of ours, or moves the cursor', (t) => {
	const view = new StreamView();
	const evil = '\u001b[2J\rclip 1: heard yes\u0007\u009b31m';
	t.deepEqual(texts(view.push(bytes(evil, `{"t":"boot"}*${evil}`))), [
		'console: |  [2J clip 1: heard yes 31m',
		'damaged: a telemetry line is damaged: it is not of the form {...}*crc',
	]);
	for (const { text } of view.push(Buffer.from(Array.from({ length: 2000 }, (_, index) => index & 0xff))))
		t.notRegex(text, /[\p{Cc}\p{Cf}]/u);
});

const CHANNEL = '0011223344556677';
function chunk(sequence: number, payload: Uint8Array | string, kind: ChunkKind = 'BYTES', channel = CHANNEL): Chunk {
	return { kind, sequence, channel, payload: typeof payload === 'string' ? Buffer.from(payload) : payload };
}

test('a stream from its beginning, in pieces, to its end', (t) => {
	const view = new ChunkView();
	t.deepEqual(texts(view.push(chunk(0, 'hel'))), ['stream: a stream begins']);
	t.deepEqual(texts(view.push(chunk(1, '', 'BEAT'))), []);
	t.deepEqual(texts(view.push(chunk(2, 'lo\n'))), ['console: | hello']);
	t.deepEqual(texts(view.push(chunk(3, '1 2 3\n', 'CYCLES'))), []);
	t.deepEqual(texts(view.push(chunk(4, encodeEnd('link-lost', 'the board\u0007 is gone'), 'END'))), [
		'stream-end: the stream ended (link-lost): the board  is gone',
	]);
	t.deepEqual(texts(view.push(chunk(0, 'new\n', 'BYTES', '8899aabbccddeeff'))), [
		'stream: a stream begins',
		'console: | new',
	]);
});

test('a hole is said, and the halves beside it are not joined to a line', (t) => {
	const view = new ChunkView();
	view.push(chunk(0, 'one\ntw'));
	t.deepEqual(texts(view.push(chunk(4, 'lf\nthirteen\n'))), ['gap: 3 chunks were missed here', 'console: | thirteen']);
	t.deepEqual(texts(view.push(chunk(4, 'thirteen\n'))), ['gap: a chunk came twice, or late']);
	t.deepEqual(texts(view.push(chunk(5, 'fourteen\n'))), ['console: | fourteen']);
});

test('the numbers of chunks go round', (t) => {
	const view = new ChunkView();
	t.deepEqual(texts(view.push(chunk(0xffffffff, 'rest\nlast\n'))), [
		'stream: a stream, joined in its middle',
		'console: | last',
	]);
	t.deepEqual(texts(view.push(chunk(0, 'first\n'))), ['console: | first']);
	t.deepEqual(texts(view.push(chunk(0xfffffffe, 'old\n'))), ['gap: a chunk came twice, or late']);
});

test('a reason that is none is said to be none', (t) => {
	const view = new ChunkView();
	view.push(chunk(0, 'x'));
	t.regex(
		texts(view.push(chunk(1, '\u001b[2J', 'END'))).join(),
		/^stream-end: the stream ended \(link-lost\): .*cannot be read$/,
	);
});
