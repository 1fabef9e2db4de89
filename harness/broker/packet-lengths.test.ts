import test from 'ava';
import fc from 'fast-check';
import { generate, type Packet } from 'mqtt-packet';
import { PacketLengths } from './packet-lengths.ts';

const publish = (bytes: number): Buffer =>
	generate({
		cmd: 'publish',
		topic: 't',
		payload: Buffer.alloc(bytes, 0xff),
		qos: 0,
		retain: false,
		dup: false,
	} as Packet);
const PING = generate({ cmd: 'pingreq' });
/** Topic with its length, before the payload. */
const TOPIC_BYTES = 3;

/** The first complaint about bytes that come in pieces of such lengths. */
function complaint(limit: number, bytes: Buffer, pieces: readonly number[]): string | null {
	const lengths = new PacketLengths(limit);
	for (let at = 0, index = 0; at < bytes.length; index++) {
		const end = at + (pieces[index % pieces.length] as number);
		const wrong = lengths.push(bytes.subarray(at, end));
		if (wrong !== null) return wrong;
		at = end;
	}
	return null;
}

test('packets up to the limit pass, one byte more does not, however the bytes come', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(
				fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 }),
				fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 }),
				(sizes, pieces) => {
					const stream = Buffer.concat(sizes.flatMap((size) => [publish(size), PING]));
					const longest = Math.max(...sizes) + TOPIC_BYTES;
					return complaint(longest, stream, pieces) === null && complaint(longest - 1, stream, pieces) !== null;
				},
			),
		),
	);
});

test('a long packet is known by its first bytes', (t) => {
	t.regex(complaint(1000, Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), [1]) ?? '', /more than 1000 bytes/);
});

test('a length that does not end is none', (t) => {
	t.regex(complaint(1000, Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80]), [5]) ?? '', /more than four bytes/);
	t.is(complaint(1000, Buffer.from([0x30, 0x80, 0x80, 0x80]), [4]), null);
});
