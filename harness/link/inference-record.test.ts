import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../schema/generate-vectors.ts';
import { decodeRecords, recordBytes } from './inference-record.ts';

test('decodes the vectors field by field', async (t) => {
	for (const vector of (await readVectors('records')).cases) {
		const stages = vector.stageCycles.length;
		const [record] = decodeRecords(Buffer.from(vector.hex, 'hex'), stages) ?? [];
		const { name, hex, flags, startCycles, ...same } = vector;
		const [saturated, gated, underrun, slow] = [1, 2, 4, 8].map((bit) => (flags & bit) !== 0);
		const flagged = { saturated, gated, underrun, slow };
		t.deepEqual(record, { ...same, startCycles: BigInt(startCycles), ...flagged }, name);
		t.is(hex.length / 2, recordBytes(stages));
	}
});

test('several records in a row keep their order; a torn one is refused', (t) => {
	const bytes = Buffer.alloc(3 * recordBytes(2));
	for (let i = 0; i < 3; i++) bytes.writeUInt32LE(i + 5, i * recordBytes(2));
	t.deepEqual(
		decodeRecords(bytes, 2)?.map((record) => record.hop),
		[5, 6, 7],
	);
	t.is(decodeRecords(bytes.subarray(1), 2), null);
	t.deepEqual(decodeRecords(new Uint8Array(0), 2), []);
});

test('arbitrary bytes never throw', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 8 }), (bytes, stages) => {
			const records = decodeRecords(bytes, stages);
			return (records === null) === (bytes.length % recordBytes(stages) !== 0);
		}),
	);
	t.pass();
});
