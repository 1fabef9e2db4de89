import test from 'ava';
import fc from 'fast-check';
import { generate, type Packet, parser } from 'mqtt-packet';
import { MAX_PACKET_BYTES, MalformedPacket, PacketGuard, type SkippedPacket } from './packet-guard.ts';

const CONNACK = generate({ cmd: 'connack', returnCode: 0, sessionPresent: false });

function publish(topic: string, payload: Buffer, qos: 0 | 1 = 0, messageId = 7): Buffer {
	return generate({ cmd: 'publish', topic, payload, qos, messageId, dup: false, retain: false });
}

interface Guarded {
	taken: Buffer;
	skipped: SkippedPacket[];
	guard: PacketGuard;
}

function guarded(chunks: readonly Buffer[]): Guarded {
	const skipped: SkippedPacket[] = [];
	const guard = new PacketGuard((packet) => skipped.push(packet));
	const taken = Buffer.concat(chunks.flatMap((chunk) => guard.take(chunk)));
	return { taken, skipped, guard };
}

/** Cut at these places (modulo its length). */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
	const at = [...new Set([0, bytes.length, ...places.map((place) => place % bytes.length)])].sort((a, b) => a - b);
	return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const packets = fc.oneof(
	fc.constantFrom(
		generate({ cmd: 'puback', messageId: 9 }),
		generate({ cmd: 'suback', messageId: 9, granted: [0, 1, 128] }),
		generate({ cmd: 'unsuback', messageId: 9, granted: [] }),
		generate({ cmd: 'pingresp' }),
	),
	fc
		.record({
			topic: fc.constantFrom('a', 'ossicle/1/b/d/up', 'ü'.repeat(40)),
			bytes: fc.oneof(fc.nat(400), fc.integer({ min: MAX_PACKET_BYTES - 60, max: MAX_PACKET_BYTES + 60 })),
			qos: fc.constantFrom(0 as const, 1 as const),
		})
		.map(({ topic, bytes, qos }) => publish(topic, Buffer.alloc(bytes, 0x41), qos)),
);

test('however the stream is cut, each packet that is short enough passes as it is, each other is told of', (t) => {
	fc.assert(
		fc.property(fc.array(packets, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 20 }), (sent, places) => {
			const { taken, skipped } = guarded(cut(Buffer.concat([CONNACK, ...sent]), places));
			const short = sent.filter(({ length }) => length <= MAX_PACKET_BYTES);
			const long = sent.filter(({ length }) => length > MAX_PACKET_BYTES);
			t.true(taken.equals(Buffer.concat([CONNACK, ...short])));
			t.deepEqual(
				skipped.map(({ bytes }) => bytes),
				long.map(({ length }) => length),
			);
		}),
	);
});

test('a long message byte by byte: its topic and its number for the acknowledgement', (t) => {
	const long = publish('ossicle/1/b/d/ask', Buffer.alloc(MAX_PACKET_BYTES), 1, 0x1234);
	const { taken, skipped } = guarded([
		CONNACK,
		...Array.from(long, (byte) => Buffer.from([byte])),
		CONNACK.subarray(0, 0),
	]);
	t.true(taken.equals(CONNACK));
	t.deepEqual(skipped, [{ topic: 'ossicle/1/b/d/ask', bytes: long.length, messageId: 0x1234 }]);
});

test('a long message of QoS 0 has no number; a long topic is cut where it is told', (t) => {
	const [first] = guarded([CONNACK, publish('a', Buffer.alloc(MAX_PACKET_BYTES))]).skipped;
	t.is(first?.messageId, null);
	const [second] = guarded([CONNACK, publish('x'.repeat(65_535), Buffer.alloc(0), 1, 3)]).skipped;
	t.deepEqual([second?.topic.length, second?.messageId], [256, 3]);
});

test('of the longest packet MQTT has, only what it is about is kept', (t) => {
	const { guard, skipped } = guarded([CONNACK]);
	guard.take(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61]));
	const chunk = Buffer.alloc(65_536);
	const before = process.memoryUsage().arrayBuffers;
	for (let left = 268_435_455 - 3; left > 0; left -= chunk.length)
		guard.take(chunk.subarray(0, Math.min(left, chunk.length)));
	t.deepEqual(skipped, [{ topic: 'a', bytes: 268_435_460, messageId: null }]);
	const grown = process.memoryUsage().arrayBuffers - before;
	t.true(grown < 4 * 1024 * 1024, `${grown} bytes`);
	t.is(guard.take(generate({ cmd: 'pingresp' })).length, 1, 'and what comes behind it is read');
});

for (const [what, bytes, expected] of [
	['an HTTP server', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), /begins with 0x48/],
	['an SSH server', Buffer.from('SSH-2.0-x\r\n'), /begins with 0x53/],
	['a TLS alert', Buffer.from([0x15, 3, 1, 0, 2, 2, 0x50]), /begins with 0x15/],
	['zeros', Buffer.alloc(8), /begins with 0x00/],
	['a message before the greeting', publish('a', Buffer.from('x')), /before its CONNACK/],
	['a greeting of MQTT 5', Buffer.from([0x20, 3, 0, 0, 0]), /CONNACK with 3 bytes/],
] as const)
	test(`no greeting of a broker: ${what}`, (t) => {
		const error = t.throws(() => guarded([bytes]), { instanceOf: MalformedPacket });
		t.regex(error?.message ?? '', expected);
		t.true(error?.atOnce);
	});

for (const [what, bytes, expected] of [
	['a second greeting', CONNACK, /second CONNACK/],
	['a packet only clients send', generate({ cmd: 'pingreq' }), /begins with 0xc0/],
	['a message of QoS 2', Buffer.from([0x34, 5, 0, 1, 0x61, 0, 1]), /QoS 2/],
	['a message of QoS 3', Buffer.from([0x36, 5, 0, 1, 0x61, 0, 1]), /QoS 3/],
	['a topic longer than its packet', Buffer.from([0x30, 3, 0, 9, 0x61]), /shorter than its topic/],
	['a message without room for a topic', Buffer.from([0x30, 1, 0]), /shorter than its topic/],
	['a message without room for its number', Buffer.from([0x32, 4, 0, 1, 0x61, 0]), /shorter than its topic/],
	['a message with number 0', Buffer.from([0x32, 5, 0, 1, 0x61, 0, 0]), /number 0/],
	['a long message with number 0', publish('a', Buffer.alloc(20_000), 1, 1).fill(0, 6), /shorter|number 0/],
	['a length that never ends', Buffer.from([0x30, 0x80, 0x80, 0x80, 0x80, 1]), /without a length/],
	['an acknowledgement of 3 bytes', Buffer.from([0x40, 3, 0, 1, 0]), /PUBACK with 3 bytes/],
	['a SUBACK without content', Buffer.from([0x90, 2, 0, 1]), /SUBACK with 2 bytes/],
	['a SUBACK without end', Buffer.from([0x90, 0xff, 0xff, 0xff, 0x7f]), /SUBACK with/],
	['flags where there are none', Buffer.from([0xd1, 0]), /begins with 0xd1/],
	['a QoS 2 handshake', Buffer.from([0x62, 2, 0, 1]), /begins with 0x62/],
	['an AUTH of MQTT 5', Buffer.from([0xf0, 0]), /begins with 0xf0/],
] as const)
	test(`no packet of a broker: ${what}`, (t) => {
		const error = t.throws(() => guarded([CONNACK, bytes]), { instanceOf: MalformedPacket });
		t.regex(error?.message ?? '', expected);
		t.false(error?.atOnce);
	});

test('whatever bytes come, they are refused as what they are, or the parser behind takes them', (t) => {
	const begins = fc.constantFrom(0x20, 0x30, 0x31, 0x32, 0x33, 0x38, 0x3a, 0x40, 0x90, 0xb0, 0xd0);
	const piece = fc.oneof(
		fc.uint8Array({ maxLength: 40 }),
		fc
			.tuple(begins, fc.nat(9), fc.uint8Array({ minLength: 9, maxLength: 9 }))
			.map(([first, length, body]) => Uint8Array.from([first, length, ...body.subarray(0, length)])),
	);
	let passed = 0;
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
			const behind = parser({ protocolVersion: 4 });
			const faults: Error[] = [];
			behind.on('error', (error: Error) => faults.push(error));
			behind.on('packet', (_packet: Packet) => passed++);
			const guard = new PacketGuard(() => {});
			try {
				for (const chunk of [CONNACK, ...pieces.map((bytes) => Buffer.from(bytes))])
					for (const packet of guard.take(chunk)) behind.parse(packet);
			} catch (error) {
				t.true(error instanceof MalformedPacket, String(error));
			}
			// The connection ends with the first: what the parser makes of the rest is of no interest.
			t.regex(faults[0]?.message ?? 'Cannot parse', EXPECTED_OF_THE_PARSER);
		}),
		{ numRuns: 2000 },
	);
	t.true(passed > 2000);
});

/** What the guard leaves to the parser: the values inside a packet of the right size. */
const EXPECTED_OF_THE_PARSER = /^Invalid (suback|connack|return) code|Invalid suback QoS|Cannot parse/i;
