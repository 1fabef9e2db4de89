import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../schema/generate-vectors.ts';
import { crc32, crcOfSamples, crcOfZeros, hex32 } from './crc32.ts';

test('agrees with the published values', async (t) => {
	for (const { name, hex, crc } of (await readVectors('crc32')).cases)
		t.is(hex32(crc32(Buffer.from(hex, 'hex'))), crc, name);
});

test('hashing in parts gives what hashing at once gives', (t) => {
	fc.assert(
		fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => crc32(b, crc32(a)) === crc32(Buffer.concat([a, b]))),
	);
	t.pass();
});

test('samples are hashed as 16-bit little-endian, silence as zeros', (t) => {
	t.is(crcOfSamples(Int16Array.of(0x3231, 0x3433)), crc32('1234'));
	t.is(crcOfSamples(Int16Array.of(-2)), crc32(Uint8Array.of(0xfe, 0xff)));
	t.is(crcOfZeros(200_001, 7), crc32(Buffer.alloc(200_001), 7));
	t.is(crcOfZeros(0, 7), 7);
});
