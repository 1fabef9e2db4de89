import test from 'ava';
import type { MqttAnswer } from '../../generated/mqtt-answer.ts';
import type { MqttAsk } from '../../generated/mqtt-ask.ts';
import type { MqttInfo } from '../../generated/mqtt-info.ts';
import { readVectors } from '../../schema/generate-vectors.ts';
import {
	decodeAnswer,
	decodeAsk,
	decodeInfo,
	encodeAnswer,
	encodeAsk,
	encodeInfo,
	MAX_MESSAGE_BYTES,
} from './message.ts';

const HEX16 = '0123456789abcdef';
const HEX32 = HEX16 + HEX16;
const HEX64 = HEX32 + HEX32;

const INFO: MqttInfo = { v: 1, state: 'online', bench: 'b', device: 'd', via: 'bridge', incarnation: HEX16 };
const TIMED = { v: 1, id: HEX32, replyTo: HEX32, incarnation: HEX16, expiresDeviceMs: 5, lease: HEX16 } as const;
const ASKS: MqttAsk[] = [
	{ v: 1, id: HEX32, op: 'describe', replyTo: HEX32 },
	{ ...TIMED, op: 'acquire', holder: 'ci', imageSha256: HEX64, factsSha256: HEX64 },
	{ ...TIMED, op: 'flash' },
	{ ...TIMED, op: 'safe' },
	{ ...TIMED, op: 'start', channel: HEX16 },
	{ ...TIMED, op: 'stop', channel: HEX16 },
	{ v: 1, id: HEX32, op: 'release', replyTo: HEX32, lease: HEX16 },
];
const REFUSED: MqttAnswer = {
	v: 1,
	id: HEX32,
	incarnation: HEX16,
	deviceMs: 7,
	ok: false,
	code: 'held',
	kind: 'rig',
	text: 'held by ci',
};

test('what is written is read back', (t) => {
	t.deepEqual(decodeInfo(encodeInfo(INFO)), INFO);
	for (const ask of ASKS) t.deepEqual(decodeAsk(encodeAsk(ask)), ask);
	t.deepEqual(decodeAnswer(encodeAnswer(REFUSED)), REFUSED);
	const done: MqttAnswer = { v: 1, id: HEX32, incarnation: HEX16, deviceMs: 7, ok: true };
	t.deepEqual(decodeAnswer(encodeAnswer(done)), done);
});

test('reads the vectors of requests, refuses the bad ones', async (t) => {
	for (const { name, ok, hex, ask } of (await readVectors('mqtt-asks')).cases) {
		const read = decodeAsk(Buffer.from(hex, 'hex'));
		if (ok) t.deepEqual(read as unknown, ask, name);
		else t.is(typeof read, 'string', name);
	}
});

for (const ask of ASKS)
	for (const field of Object.keys(ask))
		test(`${ask.op} without ${field} is refused`, (t) => {
			const { [field]: _, ...rest } = { ...ask } as Record<string, unknown>;
			t.is(typeof decodeAsk(Buffer.from(JSON.stringify(rest))), 'string');
		});

const with_ = (extra: object) => Buffer.from(JSON.stringify({ ...INFO, ...extra }));

for (const [what, bytes, expected] of [
	['nothing', Buffer.alloc(0), /not JSON/],
	['binary', Buffer.from([0xff, 0xfe, 0x00]), /not JSON/],
	['half a message', encodeInfo(INFO).subarray(0, 20), /not JSON/],
	['a list', Buffer.from('[]'), /not a JSON object/],
	['null', Buffer.from('null'), /not a JSON object/],
	['a number', Buffer.from('5'), /not a JSON object/],
	['deep nesting', Buffer.from('['.repeat(MAX_MESSAGE_BYTES)), /not JSON/],
	['deep and whole', Buffer.from(`${'['.repeat(2000)}${']'.repeat(2000)}`), /not a JSON object/],
	['deep inside', Buffer.from(`{"v":${'['.repeat(2000)}${']'.repeat(2000)}}`), /required|constant/],
	['too long', Buffer.alloc(MAX_MESSAGE_BYTES + 1, 0x20), /at most 4096/],
	['a field nobody knows', with_({ colour: 'red' }), /additional/],
	['another version', with_({ v: 2 }), /\/v/],
	['a bench that is a path', with_({ bench: '../etc' }), /\/bench/],
	['an incarnation of other digits', with_({ incarnation: 'x'.repeat(16) }), /\/incarnation/],
] as const)
	test(`no info: ${what}`, (t) => {
		const read = decodeInfo(bytes);
		t.is(typeof read, 'string');
		t.regex(read as string, expected);
	});

test('an op nobody knows, and inherited names, are no request', (t) => {
	for (const op of ['reboot', '__proto__', 'constructor', 5, null])
		t.is(decodeAsk(Buffer.from(JSON.stringify({ ...TIMED, op }))), 'it is of no known sort');
});

test('a refusal says why', (t) => {
	const { text, ...silent } = REFUSED;
	t.is(typeof decodeAnswer(Buffer.from(JSON.stringify(silent))), 'string');
	t.truthy(text);
});

test('what stood in a message is not repeated in the reason', (t) => {
	const reason = decodeInfo(with_({ reason: '\u001b[2J'.repeat(100) }));
	t.is(typeof reason, 'string');
	t.notRegex(reason as string, /\[2J/);
});

test('a message of ours that breaks its schema is our fault', (t) => {
	t.throws(() => encodeInfo({ ...INFO, bench: 'A/B' }), { instanceOf: TypeError });
	t.throws(() => encodeAnswer({ ...REFUSED, text: 'x'.repeat(5000) }), { instanceOf: TypeError });
});
