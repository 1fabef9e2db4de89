import test from 'ava';
import type { BrokerKind } from '../../broker/broker.ts';
import { OssicleError } from '../../error.ts';
import type { MqttAsk } from '../../generated/mqtt-ask.ts';
import {
	BROKER_KINDS,
	brokerFor,
	connectionTo,
	DESCRIBED,
	type Script,
	ScriptedDevice,
} from '../../testing/mqtt-clients.ts';
import type { Teardown } from '../../testing/posix-bench.ts';
import { Asker } from './asker.ts';
import { encodeInfo } from './message.ts';
import { MqttLink, type MqttLinkOptions } from './mqtt-link.ts';
import { topicsOf } from './topics.ts';

const LEASE = 'fedcba9876543210';
const TOPICS = topicsOf('b', 'd');

interface Linked {
	link: MqttLink;
	device: ScriptedDevice;
	connection: Awaited<ReturnType<typeof connectionTo>>;
	broker: Awaited<ReturnType<typeof brokerFor>>;
	asker: Asker;
	received: Buffer[];
	/** Resolves with what `onClose` says. */
	closed: Promise<Error | null>;
	/** How often it said so. */
	closes: () => number;
	another(): MqttLink;
}

interface LinkedOptions extends Partial<Pick<MqttLinkOptions, 'beatMs' | 'silentMs'>> {
	kind?: BrokerKind;
	script?: Script;
}

/** A link to the scripted device, not opened yet. */
async function linked(t: Teardown, { kind = 'aedes', script, ...timing }: LinkedOptions = {}): Promise<Linked> {
	const broker = await brokerFor(t, kind);
	const device = await ScriptedDevice.start(t, broker, script);
	const connection = await connectionTo(t, broker, { role: 'controller' });
	const asker = new Asker(connection, TOPICS, '0123456789abcdef0123456789abcdef');
	await asker.ask({ op: 'describe' }, { timeoutMs: 60_000 });
	const options = { connection, topics: TOPICS, asker, lease: LEASE, incarnation: device.incarnation };
	const another = () => new MqttLink({ ...options, described: DESCRIBED, bench: 'b', device: 'd', ...timing });
	const link = another();
	const received: Buffer[] = [];
	link.onData((bytes) => received.push(Buffer.from(bytes)));
	let closes = 0;
	const closed = new Promise<Error | null>((resolve) =>
		link.onClose((reason) => {
			closes++;
			resolve(reason);
		}),
	);
	return { link, device, connection, broker, asker, received, closed, closes: () => closes, another };
}

const textOf = (received: readonly Uint8Array[]) => Buffer.concat(received).toString();

async function until(fulfilled: () => boolean): Promise<void> {
	while (!fulfilled()) await new Promise((resolve) => setTimeout(resolve, 5));
}

for (const kind of BROKER_KINDS) {
	test(`${kind}: bytes both ways, in order; cycle lines before the bytes they belong to`, async (t) => {
		const { link, device, received, broker, closed } = await linked(t, { kind });
		const order: string[] = [];
		link.onCycles((lines) => order.push(lines));
		link.onData((bytes) => {
			received.push(Buffer.from(bytes));
			order.push(Buffer.from(bytes).toString());
		});
		t.is(link.description, `mqtt ${broker.url} b/d (scripted)`);
		await link.open();
		const start = device.asks.items.at(-1) as MqttAsk & { op: 'start' };
		t.deepEqual([start.op, start.lease], ['start', LEASE]);
		const { channel } = device;
		await device.send(channel, 'CYCLES', 'hop 1\nhop 2\n');
		await device.send(channel, 'BYTES', '{"t":"hello"}\n');
		await device.send(channel, 'BEAT', '');
		await until(() => order.length === 2);
		t.deepEqual(order, ['hop 1\nhop 2\n', '{"t":"hello"}\n']);
		const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 31) & 0xff));
		await Promise.all([link.write(bytes.subarray(0, 7)), link.write(bytes.subarray(7))]);
		await device.down.until((chunks) => Buffer.concat(chunks.map(({ payload }) => payload)).length === bytes.length);
		t.true(Buffer.concat(device.down.items.map(({ payload }) => payload)).equals(bytes));
		t.deepEqual(
			device.down.items.map(({ sequence }) => sequence),
			device.down.items.map((_, index) => index),
		);
		t.true(device.down.items.every((chunk) => chunk.channel === channel));
		await link.close();
		t.is(await closed, null);
		t.is(device.asks.items.at(-1)?.op, 'stop');
	});

	test(`${kind}: a broker that dies ends the link, and a write that is under way`, async (t) => {
		const { link, closed, closes, broker } = await linked(t, { kind });
		await link.open();
		broker.kill();
		const reason = await closed;
		t.true(reason instanceof OssicleError);
		t.is((reason as OssicleError).code, 'mqtt-lost');
		t.is(await t.throwsAsync(link.write(Buffer.from('x'))), reason as Error);
		await link.close();
		await link.close();
		t.is(closes(), 1);
	});
}

test('what the device says before it has answered `start` is not lost, and nothing is sent to it before', async (t) => {
	const { link, device, received } = await linked(t, {
		beatMs: 20,
		script: ({ op }) => (op === 'start' ? null : {}),
	});
	const opening = link.open();
	await device.asks.until((asks) => asks.some(({ op }) => op === 'start'));
	await new Promise((resolve) => setTimeout(resolve, 100));
	t.deepEqual(device.down.items, []);
	await device.send(device.channel, 'BYTES', 'early');
	await device.answer(device.asks.items.at(-1) as MqttAsk);
	await opening;
	await until(() => received.length === 1);
	t.is(textOf(received), 'early');
	await device.down.until(({ length }) => length >= 2);
	t.deepEqual(
		device.down.items.slice(0, 2).map(({ kind, sequence }) => [kind, sequence]),
		[
			['BEAT', 0],
			['BEAT', 1],
		],
	);
	await link.close();
});

test('a device that refuses to start: its reason is that of `open`', async (t) => {
	const { link, closed } = await linked(t, {
		script: ({ op }) => (op === 'start' ? { ok: false, code: 'no-lease', kind: 'rig', text: 'you have none' } : {}),
	});
	const error = await t.throwsAsync(link.open(), { instanceOf: OssicleError });
	t.deepEqual([error?.code, error?.message], ['no-lease', 'you have none']);
	await link.close();
	t.is(await closed, null);
});

test('a device that goes while `start` is waited for ends the waiting', async (t) => {
	const { link, device } = await linked(t, { script: ({ op }) => (op === 'start' ? null : {}) });
	const opening = link.open();
	await device.asks.until((asks) => asks.some(({ op }) => op === 'start'));
	await device.inform({ state: 'offline', reason: 'stopped' });
	t.is((await t.throwsAsync(opening, { instanceOf: OssicleError }))?.code, 'mqtt-offline');
});

for (const [what, act, code, words] of [
	['a gap', (device) => device.send(device.channel, 'BYTES', 'x', 3), 'mqtt-gap', /2 chunks/],
	['a repetition', (device) => device.send(device.channel, 'BYTES', 'x', 0), 'mqtt-repeat', /twice/],
	[
		'the END of the device',
		(device) => device.send(device.channel, 'END', '{"code":"link-lost","text":"unplugged"}'),
		'link-lost',
		/^unplugged$/,
	],
	[
		'an info that says offline',
		(device) => device.inform({ state: 'offline', reason: 'stopped' }),
		'mqtt-offline',
		/stopped/,
	],
	[
		'an info of a new incarnation',
		(device) => device.inform({ incarnation: 'f'.repeat(16) }),
		'mqtt-offline',
		/connected anew/,
	],
] as [string, (device: ScriptedDevice) => Promise<void>, string, RegExp][])
	test(`the link ends, and later bytes do not come: ${what}`, async (t) => {
		const { link, device, received, closed, closes } = await linked(t);
		await link.open();
		await device.send(device.channel, 'BYTES', 'good');
		await act(device);
		await device.send(device.channel, 'BYTES', 'later').catch(() => {});
		const reason = await closed;
		t.true(reason instanceof OssicleError);
		t.is((reason as OssicleError).code, code);
		t.is((reason as OssicleError).kind, 'rig');
		t.regex(reason?.message ?? '', words);
		t.is(textOf(received), 'good');
		t.is(await t.throwsAsync(link.write(Buffer.from('x'))), reason as Error);
		await link.close();
		t.is(closes(), 1);
	});

test('a device that says nothing ends the link; the device is told why, and to stop', async (t) => {
	const { link, device, closed } = await linked(t, { beatMs: 50, silentMs: 200 });
	await link.open();
	t.is(((await closed) as OssicleError).code, 'mqtt-silent');
	await device.down.until((chunks) => chunks.some(({ kind }) => kind === 'END'));
	await link.close();
	t.is(device.asks.items.at(-1)?.op, 'stop');
});

test('the late last will of an earlier connection, and infos of others, change nothing', async (t) => {
	const { link, device, received, closes, connection } = await linked(t);
	await link.open();
	await device.inform({ state: 'offline', incarnation: '0'.repeat(16), reason: 'connection lost' });
	await device.inform({ holder: 'ci' });
	const other = encodeInfo({
		v: 1,
		state: 'offline',
		bench: 'b',
		device: 'other',
		via: 'bridge',
		incarnation: device.incarnation,
	});
	await device.connection.publish(TOPICS.info, other, { qos: 1 });
	await device.send(device.channel, 'BYTES', 'still here');
	await until(() => received.length > 0);
	t.is(closes(), 0);
	t.deepEqual(connection.refusals.summary(), [
		'1 message refused on info: it speaks for another device than that of its topic',
	]);
	await link.close();
});

test('what is no chunk, or one of another channel, is refused and ends nothing', async (t) => {
	const { link, device, received, connection, closes } = await linked(t);
	await link.open();
	const raw = (payload: string | Buffer, retain = false) =>
		device.connection.publish(TOPICS.up, Buffer.from(payload as string), { qos: 1, retain });
	await raw('');
	await raw('{"v":1}');
	await raw(Buffer.alloc(5000, 0x4f));
	await raw(Buffer.alloc(20, 0xff));
	await device.send('f'.repeat(16), 'BYTES', 'x', 0);
	await device.send('f'.repeat(16), 'END', '{"code":"link-lost","text":"x"}', 1);
	await device.send(device.channel, 'BYTES', 'good', 0);
	await until(() => received.length > 0);
	t.is(textOf(received), 'good');
	t.is(closes(), 0);
	t.is(connection.refusals.total, 6);
	await link.close();
});

test('the next link is another channel: what is left of the last one does not come into it', async (t) => {
	const { link, device, received, connection, another } = await linked(t);
	await link.open();
	const first = device.channel;
	await device.send(first, 'BYTES', 'first', 0);
	await until(() => received.length > 0);
	await link.close();
	const second = another();
	const later: Uint8Array[] = [];
	second.onData((bytes) => later.push(bytes));
	await second.open();
	t.not(device.channel, first);
	await device.send(first, 'BYTES', 'left over', 1);
	await device.send(device.channel, 'BYTES', 'second', 0);
	await until(() => later.length > 0);
	t.is(textOf(later), 'second');
	t.is(textOf(received), 'first');
	t.is(connection.refusals.total, 1);
	await second.close();
});

test('a link that is not open takes nothing; one that is closed opens no more; close() is quiet', async (t) => {
	const { link, another, device, closed } = await linked(t);
	await t.throwsAsync(link.write(Buffer.from('x')), { instanceOf: OssicleError, message: /is closed/ });
	await link.open();
	await t.throwsAsync(link.open(), { instanceOf: OssicleError });
	await Promise.all([link.close(), link.close()]);
	t.is(await closed, null);
	await t.throwsAsync(link.open(), { instanceOf: OssicleError });
	await t.throwsAsync(link.write(Buffer.from('x')), { instanceOf: OssicleError, message: /is closed/ });
	const never = another();
	await never.close();
	t.is(device.asks.items.filter(({ op }) => op === 'stop').length, 1);
});

test('a device that does not answer `stop` keeps no one waiting for ever', async (t) => {
	const { link, closed } = await linked(t, { script: ({ op }) => (op === 'stop' ? null : {}) });
	await link.open();
	await link.close();
	t.is(await closed, null);
});
