import test from 'ava';
import fc from 'fast-check';
import { encodePacket, MAX_PAYLOAD_CHARACTERS, RspReader, RspSyntaxError } from './rsp-packet.ts';

const read = (text: string | Buffer) => new RspReader().push(Buffer.from(text as string, 'latin1'));
const packet = (payload: string) => ({ kind: 'packet', payload }) as const;
const summed = (raw: string) =>
	`$${raw}#${(Buffer.from(raw, 'latin1').reduce((sum, byte) => sum + byte, 0) & 0xff).toString(16).padStart(2, '0')}`;

test('a command becomes a packet with the sum of its bytes', (t) => {
	t.is(encodePacket('').toString(), '$#00');
	t.is(encodePacket('qSupported').toString(), '$qSupported#37');
	t.is(encodePacket('m3fc88000,4').toString(), '$m3fc88000,4#c9');
});

test('a command that would need escaping is refused', (t) => {
	for (const command of ['a#', '$a', 'a}b', 'a*b', 'a\n', '\u00e4']) t.throws(() => encodePacket(command));
});

test('acknowledgements and packets are told apart, wherever the chunks end', (t) => {
	const stream = '+-$OK#9a+$#00';
	const expected = [{ kind: 'ack' }, { kind: 'nak' }, packet('OK'), { kind: 'ack' }, packet('')];
	t.deepEqual(read(stream), expected as never);
	const reader = new RspReader();
	t.deepEqual(
		[...stream].flatMap((byte) => reader.push(Buffer.from(byte))),
		expected as never,
	);
});

test('what was encoded is read back the same', (t) => {
	const property = fc.property(fc.stringMatching(/^[ -"%-)+-|~]{0,200}$/), (command) => {
		const [event] = read(encodePacket(command));
		return event?.kind === 'packet' && event.payload === command;
	});
	t.notThrows(() => fc.assert(property));
});

test('a wrong checksum is told, and what follows is read', (t) => {
	t.deepEqual(read('$OK#9b$OK#9A'), [{ kind: 'damaged' }, packet('OK')]);
});

test('escapes and runs are undone', (t) => {
	t.deepEqual(read(summed('a}\x03b')), [packet('a#b')]);
	t.deepEqual(read(summed('0* ')), [packet('0000')]);
	t.deepEqual(read(summed('x0*~')), [packet(`x${'0'.repeat(98)}`)]);
});

for (const [what, stream] of [
	['a stray byte between packets', '+x'],
	['a checksum that is none', '$OK#zz'],
	['a packet that begins inside another', summed('O$K')],
	['an escape of nothing', summed('ab}')],
	['a run of nothing', summed('* ')],
	['a run without count', summed('a*')],
	['a run that is too short', summed('a*\x1f')],
	['a run that is too long', summed('a*\x7f')],
	['a packet without end', `$${'a'.repeat(MAX_PAYLOAD_CHARACTERS + 1)}`],
	['a packet that is too long', summed('a'.repeat(MAX_PAYLOAD_CHARACTERS + 1))],
	['runs that grow too long', summed('a*~'.repeat(1000))],
] as const) {
	test(`refused: ${what}`, (t) => {
		t.throws(() => read(stream), { instanceOf: RspSyntaxError, message: /^expected / });
	});
}

test('any bytes end in events or a refusal, and never in a payload nobody sent', (t) => {
	const property = fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
		try {
			const events = new RspReader().push(bytes);
			return events.every((event) => event.kind !== 'packet' || event.payload.length <= MAX_PAYLOAD_CHARACTERS);
		} catch (error) {
			return error instanceof RspSyntaxError;
		}
	});
	t.notThrows(() => fc.assert(property, { numRuns: 2000 }));
});
