import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../schema/generate-vectors.ts';
import { cobsEncode } from './cobs.ts';
import { crc32 } from './crc32.ts';
import { decodeFrame, encodeFrame, type FrameName } from './frame.ts';
import { FrameSplitter } from './frame-splitter.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('decodes the vectors, and encodes them to the same bytes', async (t) => {
	let good = 0;
	for (const vector of (await readVectors('frames')).cases) {
		const result = decodeFrame(Buffer.from(vector.encoded, 'hex'));
		t.is(result.kind, vector.ok ? 'frame' : 'damaged', vector.name);
		if (result.kind !== 'frame') continue;
		good += 1;
		const { name, sequence, fields, rest } = result.frame;
		t.deepEqual(
			{ name, sequence, fields },
			{
				name: vector.frame as FrameName,
				sequence: vector.sequence as number,
				fields: vector.fields as Record<string, number>,
			},
			vector.name,
		);
		t.is(hex(encodeFrame(name, sequence, fields as never, rest)), `00${vector.encoded}00`, vector.name);
	}
	t.true(good >= 15);
});

test('a frame that cannot be is refused when it is made', (t) => {
	t.throws(() => encodeFrame('AUDIO', 0, { offset: 0 }, new Uint8Array(509)), { instanceOf: RangeError });
	t.throws(() => encodeFrame('PING', 0, {}, new Uint8Array(1)), { instanceOf: RangeError });
	t.throws(() => encodeFrame('SILENCE', 0, { offset: 0, count: -1 }), { instanceOf: RangeError });
	t.throws(() => encodeFrame('PING', 65536, {}), { instanceOf: RangeError });
});

test('a frame of the wrong payload length is damaged, though its CRC is right', (t) => {
	const body = Buffer.from([1, 5, 0, 0, 1, 2, 3, 0, 0, 0, 0]); // SILENCE with 3 bytes of payload instead of 8
	body.writeUInt32LE(crc32(body.subarray(0, -4)), body.length - 4);
	t.deepEqual(decodeFrame(cobsEncode(body)), { kind: 'damaged', why: 'SILENCE with 3 bytes of payload' });
	body[1] = 99;
	body.writeUInt32LE(crc32(body.subarray(0, -4)), body.length - 4);
	t.deepEqual(decodeFrame(cobsEncode(body)), { kind: 'damaged', why: 'unknown type 99' });
});

test('frames come out of a stream whatever its chunks, with noise and repeated delimiters between them', (t) => {
	const frames = [
		encodeFrame('PING', 1, {}),
		encodeFrame('AUDIO', 2, { offset: 9 }, Uint8Array.of(0, 1, 0)),
		encodeFrame('BYE', 3, {}),
	];
	const stream = Buffer.concat([Buffer.from([0xff, 0x13]), ...frames, Buffer.from([0, 0])]);
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
			const splitter = new FrameSplitter();
			const names: string[] = [];
			for (let at = 0, i = 0; at < stream.length; i++) {
				const size = sizes[i % sizes.length] as number;
				for (const result of splitter.push(stream.subarray(at, at + size)))
					names.push(result.kind === 'frame' ? result.frame.name : 'damaged');
				at += size;
			}
			return names.join() === 'damaged,PING,AUDIO,BYE';
		}),
	);
	t.pass();
});

test('bytes without an end are damaged once and take no more memory', (t) => {
	const splitter = new FrameSplitter();
	for (let i = 0; i < 1000; i++) t.deepEqual(splitter.push(new Uint8Array(1000).fill(7)), []);
	t.is(splitter.push(Uint8Array.of(0)).at(0)?.kind, 'damaged');
	t.is(splitter.push(encodeFrame('PING', 1, {})).at(0)?.kind, 'frame');
});

test('decoding arbitrary bytes never throws', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 700 }), (bytes) => ['frame', 'damaged'].includes(decodeFrame(bytes).kind)),
	);
	t.pass();
});
