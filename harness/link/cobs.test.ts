import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../schema/generate-vectors.ts';
import { cobsBound, cobsDecode, cobsEncode } from './cobs.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('encodes and decodes the vectors, refuses the bad ones', async (t) => {
	for (const { name, ok, decoded, encoded } of (await readVectors('cobs')).cases) {
		const back = cobsDecode(Buffer.from(encoded, 'hex'));
		if (!ok) {
			t.is(back, null, name);
			continue;
		}
		t.is(hex(cobsEncode(Buffer.from(decoded as string, 'hex'))), encoded, name);
		t.is(back === null ? null : hex(back), decoded as string, name);
	}
});

test('any bytes come back, hold no zero on the way, and stay within the bound', (t) => {
	const mostlyNotZero = fc.oneof(fc.uint8Array({ maxLength: 1100 }), fc.uint8Array({ min: 1, maxLength: 1100 }));
	fc.assert(
		fc.property(mostlyNotZero, (data) => {
			const encoded = cobsEncode(data);
			const back = cobsDecode(encoded);
			return (
				!encoded.includes(0) && encoded.length <= cobsBound(data.length) && back !== null && hex(back) === hex(data)
			);
		}),
	);
	t.pass();
});

test('decoding arbitrary bytes never throws and never grows them', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => (cobsDecode(bytes)?.length ?? 0) <= bytes.length),
	);
	t.pass();
});
