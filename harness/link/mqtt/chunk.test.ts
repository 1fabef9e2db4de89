import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../../schema/generate-vectors.ts';
import { CHUNK_KINDS, type Chunk, decodeChunk, encodeChunk, MAX_CHUNK_BYTES } from './chunk.ts';

test('a chunk byte by byte (MQTT.md section 2)', (t) => {
	const bytes = encodeChunk({
		kind: 'BYTES',
		sequence: 0x01020304,
		channel: '00112233445566ff',
		payload: Buffer.from('hi'),
	});
	t.is(bytes.toString('hex'), '4f010000' + '04030201' + '00112233445566ff' + '6869');
});

test('reads and writes the vectors, refuses the bad ones', async (t) => {
	for (const { name, ok, hex, ...expected } of (await readVectors('mqtt-chunks')).cases) {
		const read = decodeChunk(Buffer.from(hex, 'hex'));
		if (!ok) {
			t.is(typeof read, 'string', name);
			continue;
		}
		if (typeof read === 'string') throw new Error(`${name}: ${read}`);
		t.deepEqual({ ...read, payload: Buffer.from(read.payload).toString('hex') } as unknown, expected, name);
		t.is(encodeChunk(read).toString('hex'), hex, name);
	}
});

test('what is written is read back, whatever the payload', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(
				fc.constantFrom(...CHUNK_KINDS),
				fc.nat(0xffffffff),
				fc.uint8Array({ minLength: 8, maxLength: 8 }),
				fc.uint8Array({ minLength: 1, maxLength: 4096 }),
				(kind, sequence, channelBytes, bytes) => {
					const channel = Buffer.from(channelBytes).toString('hex');
					const chunk: Chunk = { kind, sequence, channel, payload: kind === 'BEAT' ? new Uint8Array() : bytes };
					const read = decodeChunk(encodeChunk(chunk));
					if (typeof read === 'string') throw new Error(read);
					return (
						read.kind === kind &&
						read.sequence === sequence &&
						read.channel === channel &&
						Buffer.compare(read.payload, chunk.payload) === 0
					);
				},
			),
		),
	);
});

test('no bytes make it throw', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
				decodeChunk(bytes);
			}),
		),
	);
});

const GOOD = encodeChunk({ kind: 'BYTES', sequence: 1, channel: '0011223344556677', payload: Buffer.from('x') });

function changed(index: number, value: number): Buffer {
	const bytes = Buffer.from(GOOD);
	bytes[index] = value;
	return bytes;
}

for (const [what, bytes, expected] of [
	['nothing', Buffer.alloc(0), /header/],
	['half a header', GOOD.subarray(0, 15), /header/],
	['another magic', changed(0, 0x7b), /header/],
	['another version', changed(1, 2), /header/],
	['a kind there is not', changed(2, 4), /kind 4/],
	['a reserved byte in use', changed(3, 1), /header/],
	['BYTES without bytes', GOOD.subarray(0, 16), /holds something/],
	['a BEAT with bytes', changed(2, 1), /holds nothing/],
	['too long', Buffer.concat([GOOD, Buffer.alloc(MAX_CHUNK_BYTES)]), /at most 4112/],
] as const)
	test(`no chunk: ${what}`, (t) => {
		const read = decodeChunk(bytes);
		t.is(typeof read, 'string');
		t.regex(read as string, expected);
	});

test('a payload that is too long, and a channel that is none, are faults of ours', (t) => {
	const chunk: Chunk = { kind: 'BYTES', sequence: 0, channel: '0011223344556677', payload: Buffer.alloc(4097) };
	t.throws(() => encodeChunk(chunk), { instanceOf: RangeError });
	t.throws(() => encodeChunk({ ...chunk, payload: Buffer.alloc(1), channel: 'x' }), { instanceOf: TypeError });
});
