import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { OssicleError } from '../../error.ts';
import type { MqttAsk } from '../../generated/mqtt-ask.ts';
import { brokerFor, connectionTo, DESCRIBED, type Script, ScriptedDevice } from '../../testing/mqtt-clients.ts';
import type { Teardown } from '../../testing/posix-bench.ts';
import { Asker } from './asker.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { topicsOf } from './topics.ts';

const REPLY_TO = '0123456789abcdef0123456789abcdef';
const LEASE = 'fedcba9876543210';
const TOPICS = topicsOf('b', 'd');
const PATIENT = { timeoutMs: 60_000 };
const BRIEF = { timeoutMs: 150 };

interface Asked {
	asker: Asker;
	connection: BrokerConnection;
	device: ScriptedDevice;
	broker: Awaited<ReturnType<typeof brokerFor>>;
}

async function asking(t: Teardown, script?: Script, ttlMs?: number): Promise<Asked> {
	const broker = await brokerFor(t, 'aedes');
	const device = await ScriptedDevice.start(t, broker, script);
	const connection = await connectionTo(t, broker, { role: 'controller' });
	const asker = new Asker(connection, TOPICS, REPLY_TO, ttlMs === undefined ? {} : { ttlMs });
	return { asker, connection, device, broker };
}

test('a request and its answer; what the request needs besides is filled in', async (t) => {
	const { asker, device } = await asking(t, undefined, 5000);
	t.is(asker.incarnation, null);
	const { described } = await asker.ask({ op: 'describe' }, PATIENT);
	t.deepEqual(described, DESCRIBED);
	t.is(asker.incarnation, device.incarnation);
	await asker.ask(
		{ op: 'acquire', lease: LEASE, holder: 'ci', imageSha256: 'a'.repeat(64), factsSha256: 'c'.repeat(64) },
		PATIENT,
	);
	await asker.ask({ op: 'flash', lease: LEASE }, PATIENT);
	await asker.ask({ op: 'start', lease: LEASE, channel: LEASE }, PATIENT);
	await asker.ask({ op: 'release', lease: LEASE }, PATIENT);
	const asks = device.asks.items;
	t.deepEqual(
		asks.map(({ op }) => op),
		['describe', 'acquire', 'flash', 'start', 'release'],
	);
	t.is(new Set(asks.map(({ id }) => id)).size, asks.length);
	t.true(asks.every(({ replyTo }) => replyTo === REPLY_TO));
	for (const ask of asks.slice(1, 4) as (MqttAsk & { op: 'flash' })[]) {
		t.is(ask.incarnation, device.incarnation);
		t.true(ask.expiresDeviceMs >= device.deviceMs + 5000 && ask.expiresDeviceMs < device.deviceMs + 65_000);
	}
});

test('answers find their requests, in whatever order they come', async (t) => {
	const { asker, device } = await asking(t, (ask) => (ask.op === 'describe' ? {} : null));
	await asker.ask({ op: 'describe' }, PATIENT);
	const tools = ['one', 'two', 'three'];
	const flash = (tool: string) => ({
		tool,
		imageSha256: 'a'.repeat(64),
		buildId: 'b'.repeat(8),
		staticBytes: null,
		rigBytes: null,
		flashBytes: null,
	});
	const answers = Promise.all(tools.map(() => asker.ask({ op: 'flash', lease: LEASE }, PATIENT)));
	await device.asks.until(({ length }) => length === 4);
	const flashes = device.asks.items.slice(1);
	for (const index of [2, 0, 1])
		await device.answer(flashes[index] as MqttAsk, { flash: flash(tools[index] as string) });
	t.deepEqual(
		(await answers).map((answer) => answer.flash?.tool),
		tools,
	);
});

test('a refusal is an error with its code and text, and without its control characters', async (t) => {
	const { asker } = await asking(t, ({ op }) =>
		op === 'describe' ? {} : { ok: false, code: 'held', kind: 'rig', text: 'held by \u001b[31mci\n\u202ethere' },
	);
	await asker.ask({ op: 'describe' }, PATIENT);
	const error = await t.throwsAsync(asker.ask({ op: 'flash', lease: LEASE }, PATIENT), { instanceOf: OssicleError });
	t.deepEqual([error?.code, error?.kind, error?.message], ['held', 'rig', 'held by  [31mci there']);
});

test('a refusal is never an error in what was typed here, nor a Ctrl-C here, whatever the device says', async (t) => {
	const { asker } = await asking(t, ({ op }) =>
		op === 'describe' ? {} : { ok: false, code: 'interrupted', kind: 'usage', text: 'the run was interrupted' },
	);
	await asker.ask({ op: 'describe' }, PATIENT);
	const error = await t.throwsAsync(asker.ask({ op: 'flash', lease: LEASE }, PATIENT), { instanceOf: OssicleError });
	t.deepEqual([error?.code, error?.kind, error?.message], ['mqtt-refused', 'rig', 'the run was interrupted']);
});

test('what a device says of itself is told without control characters', async (t) => {
	const described = { ...DESCRIBED, board: 'a\u001bb', link: 'serial\n/dev/x', holder: '\u0007me' };
	const { asker } = await asking(t, () => ({ described }));
	const answer = await asker.ask({ op: 'describe' }, PATIENT);
	t.deepEqual(answer.described, { ...DESCRIBED, board: 'a b', link: 'serial /dev/x', holder: 'me' });
});

test('no answer is an error that says so, and what comes later is refused', async (t) => {
	const { asker, device, connection } = await asking(t, ({ op }) => (op === 'describe' ? {} : null));
	await asker.ask({ op: 'describe' }, PATIENT);
	const error = await t.throwsAsync(asker.ask({ op: 'flash', lease: LEASE }, BRIEF), { instanceOf: OssicleError });
	t.deepEqual([error?.code, error?.kind], ['mqtt-no-answer', 'rig']);
	t.regex(error?.message ?? '', /no answer to flash on ossicle\/1\/b\/d\/ask within 0\.15 s.*devices --broker/);
	await device.answer(device.asks.items[1] as MqttAsk);
	await asker.ask({ op: 'describe' }, PATIENT);
	t.deepEqual(connection.refusals.summary(), ['1 message refused on answer: it answers no request that waits']);
});

test('answers that are none, are for others, or speak for another incarnation, are refused and answer nothing', async (t) => {
	const { asker, device, connection } = await asking(t, ({ op }) => (op === 'describe' ? {} : null));
	await asker.ask({ op: 'describe' }, PATIENT);
	const answered = asker.ask({ op: 'flash', lease: LEASE }, PATIENT);
	await device.asks.until(({ length }) => length === 2);
	const ask = device.asks.items[1] as MqttAsk;
	const raw = (payload: string | Buffer, retain = false) =>
		device.connection.publish(TOPICS.answer(REPLY_TO), Buffer.from(payload as string), { qos: 1, retain });
	await raw('');
	await raw('['.repeat(4000));
	await raw(JSON.stringify({ v: 1, id: ask.id, ok: true }));
	await raw(Buffer.alloc(4000, 0xff));
	await device.answer({ id: REPLY_TO, replyTo: REPLY_TO });
	await device.answer(ask, { incarnation: 'f'.repeat(16) });
	await device.answer({ ...ask, replyTo: 'f'.repeat(32) });
	await device.answer(ask, { described: { ...DESCRIBED, board: 'the right one' } });
	t.is((await answered).described?.board, 'the right one');
	t.is(connection.refusals.total, 6);
});

test('an answer that comes twice is taken once', async (t) => {
	const { asker, device, connection } = await asking(t);
	await asker.ask({ op: 'describe' }, PATIENT);
	await device.answer(device.asks.items[0] as MqttAsk);
	await asker.ask({ op: 'describe' }, PATIENT);
	t.is(connection.refusals.total, 1);
});

test('an answer that was left lying with the broker is none', async (t) => {
	const { asker, device, connection, broker } = await asking(t, () => null);
	const other = await connectionTo(t, broker);
	const lying = Buffer.from(
		JSON.stringify({ v: 1, id: REPLY_TO, incarnation: device.incarnation, deviceMs: 1, ok: true }),
	);
	await other.publish(TOPICS.answer(REPLY_TO), lying, { qos: 1, retain: true });
	await t.throwsAsync(asker.ask({ op: 'describe' }, BRIEF), { instanceOf: OssicleError });
	t.deepEqual(connection.refusals.summary(), ['1 message refused on answer: it is retained, which an answer never is']);
});

test('a device whose clock is at its end is asked all the same', async (t) => {
	const { asker, device } = await asking(t);
	device.deviceMs = Number.MAX_SAFE_INTEGER;
	await asker.ask({ op: 'describe' }, PATIENT);
	await asker.ask({ op: 'safe', lease: LEASE }, PATIENT);
	t.is((device.asks.items[1] as { expiresDeviceMs?: number }).expiresDeviceMs, Number.MAX_SAFE_INTEGER);
});

test('a lost connection ends what waits, with its reason', async (t) => {
	const { asker, broker, device } = await asking(t, () => null);
	const waiting = asker.ask({ op: 'describe' }, PATIENT);
	await device.asks.until(({ length }) => length === 1);
	broker.kill();
	const error = await t.throwsAsync(waiting, { instanceOf: OssicleError });
	t.is(error?.code, 'mqtt-lost');
	t.is((await t.throwsAsync(asker.ask({ op: 'describe' }, PATIENT), { instanceOf: OssicleError }))?.code, 'mqtt-lost');
});

test('our own close ends what waits, too', async (t) => {
	const { asker, connection, device } = await asking(t, () => null);
	const waiting = asker.ask({ op: 'describe' }, PATIENT);
	await device.asks.until(({ length }) => length === 1);
	await Promise.all([connection.close(), t.throwsAsync(waiting, { instanceOf: OssicleError })]);
});

test('a request before any describe is a fault of ours', async (t) => {
	const { asker } = await asking(t);
	await t.throwsAsync(asker.ask({ op: 'flash', lease: LEASE }, PATIENT), { instanceOf: TypeError });
	await asker.ask({ op: 'release', lease: LEASE }, PATIENT);
});

test('two devices of one name: once both have described themselves, nothing is asked of either', async (t) => {
	const { asker, broker, device, connection } = await asking(t);
	await ScriptedDevice.start(t, broker);
	await asker.ask({ op: 'describe' }, PATIENT);
	while (connection.refusals.total === 0) await sleep(5); // the answer of the slower one
	const error = await t.throwsAsync(asker.ask({ op: 'flash', lease: LEASE }, PATIENT), { instanceOf: OssicleError });
	t.deepEqual([error?.code, error?.kind], ['mqtt-two-devices', 'rig']);
	t.regex(error?.message ?? '', /2 devices answer on ossicle\/1\/b\/d\/ask/);
	t.false(device.asks.items.some(({ op }) => op === 'flash'));
});

test('two devices of one name, one of them slow: its "stale" is not taken for that of the other', async (t) => {
	const { asker, broker } = await asking(t, ({ op }) => (op === 'describe' ? {} : null));
	const rival = await ScriptedDevice.start(t, broker, () => null);
	await asker.ask({ op: 'describe' }, PATIENT);
	const flashing = asker.ask({ op: 'flash', lease: LEASE }, PATIENT);
	await rival.asks.until(({ length }) => length === 2);
	const [describe, flash] = rival.asks.items as [MqttAsk, MqttAsk];
	await rival.answer(describe);
	await rival.answer(flash, { ok: false, code: 'stale', kind: 'rig', text: 'that was another one' });
	t.is((await t.throwsAsync(flashing, { instanceOf: OssicleError }))?.code, 'mqtt-two-devices');
});

test('a device that has come back as another incarnation says so', async (t) => {
	const { asker, device } = await asking(t, ({ op }) => (op === 'describe' ? {} : null));
	await asker.ask({ op: 'describe' }, PATIENT);
	const flashing = asker.ask({ op: 'flash', lease: LEASE }, PATIENT);
	await device.asks.until(({ length }) => length === 2);
	const stale = { ok: false, incarnation: 'f'.repeat(16), code: 'stale', kind: 'rig', text: 'I am another' } as const;
	await device.answer(device.asks.items[1] as MqttAsk, stale);
	t.is((await t.throwsAsync(flashing, { instanceOf: OssicleError }))?.code, 'stale');
});
