/** What no client of wire v1 over MQTT sends, and whoever reaches a broker can: each must be refused and end nothing. */
import { encodeChunk, MAX_CHUNK_BYTES } from '../link/mqtt/chunk.ts';
import { MAX_MESSAGE_BYTES } from '../link/mqtt/message.ts';

export interface HostileMessage {
	what: string;
	payload: Buffer;
}

const HEX16 = 'f'.repeat(16);
const HEX32 = 'f'.repeat(32);
/** Deeper than a recursive parser may go, and within the bytes that a message may have. */
const DEPTH = 2000;
/** A limit of memory in the middle of the way must not be what refuses it. */
const HUGE_BYTES = 300_000;
const CLEAR_SCREEN = '\u001b[2J\u0007\u0000';

const text = (value: string) => Buffer.from(value);
const json = (value: unknown) => text(JSON.stringify(value));

/** Bytes of every value, the same each time. */
const binary = (length: number) => Buffer.from(Array.from({ length }, (_, index) => (index * 167 + 13) & 0xff));

/** For any topic: none of them is a message or a chunk of any kind. */
export const MALFORMED: readonly HostileMessage[] = [
	{ what: 'nothing', payload: Buffer.alloc(0) },
	{ what: 'text', payload: text('hello') },
	{ what: 'control characters', payload: text(CLEAR_SCREEN.repeat(50)) },
	{ what: 'a byte', payload: Buffer.from([0x4f]) },
	{ what: 'binary', payload: binary(1000) },
	{ what: 'zeros', payload: Buffer.alloc(64) },
	{ what: 'no UTF-8', payload: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
	{ what: 'half a message', payload: text('{"v":1,"id":"') },
	{ what: 'deep lists', payload: text('['.repeat(DEPTH) + ']'.repeat(DEPTH)) },
	{ what: 'deep lists without end', payload: text('['.repeat(MAX_MESSAGE_BYTES)) },
	{ what: 'deep objects', payload: text(`${'{"v":'.repeat(600)}1${'}'.repeat(600)}`) },
	{ what: 'a list', payload: text('[]') },
	{ what: 'null', payload: text('null') },
	{ what: 'a number out of all range', payload: text('1e999') },
	{ what: 'the schema is another', payload: json({ v: 1, colour: 'red' }) },
	{ what: 'another version', payload: json({ v: 2, id: HEX32, op: 'describe', replyTo: HEX32 }) },
	{
		what: 'inherited names',
		payload: text('{"v":1,"op":"__proto__","ok":"constructor","__proto__":{"state":"online"}}'),
	},
	{
		what: 'a field too many',
		payload: json({ v: 1, id: HEX32, op: 'describe', replyTo: HEX32, [CLEAR_SCREEN]: CLEAR_SCREEN }),
	},
	{ what: 'numbers for words', payload: json({ v: 1, id: 5, op: 7, replyTo: [], ok: 1, state: {} }) },
	{ what: 'one byte longer than a message', payload: Buffer.alloc(MAX_MESSAGE_BYTES + 1, 0x20) },
	{ what: 'one byte longer than a chunk', payload: Buffer.alloc(MAX_CHUNK_BYTES + 1, 0x4f) },
	{ what: 'longer than a packet may be', payload: Buffer.alloc(20_000, 0x20) },
	{ what: 'huge', payload: Buffer.alloc(HUGE_BYTES, 0x7b) },
	{
		what: 'half a chunk',
		payload: encodeChunk({ kind: 'BEAT', sequence: 0, channel: HEX16, payload: Buffer.alloc(0) }).subarray(0, 15),
	},
	{ what: 'a chunk of a kind there is not', payload: changed(2, 9) },
	{ what: 'a chunk of another version', payload: changed(1, 2) },
	{ what: 'a chunk whose reserved byte is used', payload: changed(3, 1) },
];

/** Well-formed chunks, of a channel that nobody opened. */
export const FOREIGN_CHUNKS: readonly HostileMessage[] = (['BYTES', 'BEAT', 'END', 'CYCLES'] as const).map((kind) => ({
	what: `a ${kind} chunk of another channel`,
	payload: encodeChunk({
		kind,
		sequence: 0,
		channel: HEX16,
		payload: kind === 'BEAT' ? Buffer.alloc(0) : text(kind === 'END' ? '{"code":"x","text":"y"}' : 'x\n'),
	}),
}));

const TIMED = { v: 1, id: HEX32, replyTo: HEX32, incarnation: HEX16, expiresDeviceMs: 9e15, lease: HEX16 };

/** Well-formed requests, by somebody who knows neither incarnation nor lease. They are answered, and change nothing. */
export const FOREIGN_ASKS: readonly HostileMessage[] = [
	{ ...TIMED, op: 'acquire', holder: 'nobody', imageSha256: 'f'.repeat(64), factsSha256: 'f'.repeat(64) },
	{ ...TIMED, op: 'flash' },
	{ ...TIMED, op: 'safe' },
	{ ...TIMED, op: 'start', channel: HEX16 },
	{ ...TIMED, op: 'stop', channel: HEX16 },
	{ v: 1, op: 'release', replyTo: HEX32, lease: HEX16 },
	{ v: 1, op: 'describe', replyTo: HEX32 },
].map((ask, index) => ({
	what: `${ask.op} by a stranger`,
	payload: json({ ...ask, id: index.toString(16).padStart(32, '0') }),
}));

/** A well-formed answer to what nobody asked. */
export const FOREIGN_ANSWERS: readonly HostileMessage[] = [
	{ what: 'an answer to no request', payload: json({ v: 1, id: HEX32, incarnation: HEX16, deviceMs: 1, ok: true }) },
	{
		what: 'a refusal of no request',
		payload: json({
			v: 1,
			id: HEX32,
			incarnation: HEX16,
			deviceMs: 1,
			ok: false,
			code: 'held',
			kind: 'rig',
			text: CLEAR_SCREEN,
		}),
	},
];

/** A device that says it is another one than its topic is. */
export const FOREIGN_INFOS: readonly HostileMessage[] = [
	{
		what: 'the info of another device',
		payload: json({ v: 1, state: 'offline', bench: 'elsewhere', device: 'other', via: 'bridge', incarnation: HEX16 }),
	},
];

function changed(index: number, value: number): Buffer {
	const chunk = encodeChunk({ kind: 'BYTES', sequence: 0, channel: HEX16, payload: text('x') });
	chunk[index] = value;
	return chunk;
}
