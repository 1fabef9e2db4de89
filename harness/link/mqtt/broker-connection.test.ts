/** One connection, against the two brokers that are at hand. What is no broker at all: broker-connection.hostile.test.ts */
import net from 'node:net';
import test from 'ava';
import type { Account } from '../../broker/accounts.ts';
import type { Broker } from '../../broker/broker.ts';
import { OssicleError } from '../../error.ts';
import { BROKER_KINDS, brokerFor, connectionTo, Inbox, inboxOf, type Message } from '../../testing/mqtt-clients.ts';
import type { Teardown } from '../../testing/posix-bench.ts';
import { type BrokerConnection, connectBroker } from './broker-connection.ts';
import { parseBrokerUrl } from './broker-url.ts';

const INFO = 'ossicle/1/b/d/info';
const UP = 'ossicle/1/b/d/up';
const DOWN = 'ossicle/1/b/d/down';

/** A wire between client and broker that can be cut, without a word to either. */
async function wireTo(t: Teardown, broker: Broker): Promise<{ url: string; cut(): void }> {
	const sockets = new Set<net.Socket>();
	const server = net.createServer((near) => {
		const far = net.connect(broker.port, '127.0.0.1');
		for (const socket of [near, far]) {
			sockets.add(socket);
			socket.on('error', () => {});
			socket.on('close', () => {
				near.destroy();
				far.destroy();
			});
		}
		near.pipe(far).pipe(near);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	t.teardown(() => {
		cut();
		server.close();
	});
	return { url: `mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}`, cut };
}

function endOf(connection: BrokerConnection): Promise<Error | null> {
	return new Promise((resolve) => connection.onClose(resolve));
}

const send = (connection: BrokerConnection, topic: string, text: string, qos: 0 | 1 = 1, retain = false) =>
	connection.publish(topic, Buffer.from(text), { qos, retain });

for (const kind of BROKER_KINDS) {
	test(`${kind}: messages of both QoS come in order, to each listener, until it is taken away`, async (t) => {
		const broker = await brokerFor(t, kind);
		const [sender, receiver] = [await connectionTo(t, broker), await connectionTo(t, broker)];
		const [first, second] = [inboxOf(receiver), new Inbox<Message>()];
		const remove = receiver.onMessage((topic, payload, retained) =>
			second.add({ topic, text: payload.toString(), retained }),
		);
		await receiver.subscribe([UP, DOWN], 1);
		await send(sender, UP, 'one');
		await send(sender, DOWN, 'two', 0);
		await second.until(({ length }) => length === 2);
		remove();
		for (let count = 0; count < 100; count++) void send(sender, UP, `${count}`);
		await send(sender, UP, 'three');
		await first.until(({ length }) => length === 103);
		t.deepEqual(second.items, [
			{ topic: UP, text: 'one', retained: false },
			{ topic: DOWN, text: 'two', retained: false },
		]);
		t.deepEqual(
			first.items.map(({ text }) => text),
			['one', 'two', ...Array.from({ length: 100 }, (_, index) => `${index}`), 'three'],
		);
		t.is(receiver.refusals.total, 0);
	});

	test(`${kind}: a retained message is given as such to whoever comes later, also when it subscribes again`, async (t) => {
		const broker = await brokerFor(t, kind);
		await send(await connectionTo(t, broker), INFO, 'here', 1, true);
		const late = await connectionTo(t, broker);
		const inbox = inboxOf(late);
		await late.subscribe(['ossicle/1/+/+/info'], 1);
		await inbox.until(({ length }) => length === 1);
		await late.subscribe(['ossicle/1/+/+/info'], 1);
		await inbox.until(({ length }) => length === 2);
		t.deepEqual(inbox.items[1], { topic: INFO, text: 'here', retained: true });
	});

	test(`${kind}: the will is said when the wire is cut, not after an orderly close`, async (t) => {
		const broker = await brokerFor(t, kind);
		const watcher = await connectionTo(t, broker);
		const inbox = inboxOf(watcher);
		await watcher.subscribe(['ossicle/1/+/+/info'], 1);
		const willOf = (device: string) => ({
			topic: `ossicle/1/b/${device}/info`,
			payload: Buffer.from(`${device} is gone`),
			retain: true,
		});
		const orderly = await connectionTo(t, broker, { will: willOf('orderly') });
		const wire = await wireTo(t, broker);
		const cut = await connectionTo(t, wire, { will: willOf('cut') });
		const ended = [endOf(orderly), endOf(cut)];
		await orderly.close();
		wire.cut();
		await inbox.until(({ length }) => length > 0);
		t.is(await ended[0], null);
		const reason = await ended[1];
		t.true(reason instanceof OssicleError && reason.code === 'mqtt-lost' && reason.kind === 'rig');
		await send(watcher, 'ossicle/1/b/last/info', 'last');
		await inbox.until((items) => items.some(({ text }) => text === 'last'));
		t.deepEqual(
			inbox.items.map(({ text }) => text),
			['cut is gone', 'last'],
		);
	});

	test(`${kind}: a broker that dies ends the connection: what was not acknowledged rejects, what comes later, too`, async (t) => {
		const broker = await brokerFor(t, kind);
		const connection = await connectionTo(t, broker);
		const ended = endOf(connection);
		await connection.subscribe([UP], 1);
		const acknowledged = send(connection, UP, 'acknowledged');
		await acknowledged;
		broker.kill();
		const unacknowledged: Promise<void>[] = [];
		for (let count = 0; count < 50; count++) unacknowledged.push(send(connection, UP, 'x'.repeat(4000)));
		const results = await Promise.allSettled(unacknowledged);
		t.true(results.some(({ status }) => status === 'rejected'));
		const reason = await ended;
		t.true(reason instanceof OssicleError);
		t.is((reason as OssicleError).code, 'mqtt-lost');
		t.regex(reason?.message ?? '', /^the connection to the broker mqtt:\/\/127\.0\.0\.1:\d+ was lost: /);
		for (const qos of [0, 1] as const) t.is(await t.throwsAsync(send(connection, UP, 'later', qos)), reason as Error);
		t.is(await t.throwsAsync(connection.subscribe([DOWN], 1)), reason as Error);
		t.is(await endOf(connection), reason, 'whoever asks later is told, too');
		await connection.close();
		await connection.close();
	});

	test(`${kind}: what was given before close() goes out before it, and nothing after`, async (t) => {
		const broker = await brokerFor(t, kind);
		const watcher = await connectionTo(t, broker);
		const inbox = inboxOf(watcher);
		await watcher.subscribe([UP], 1);
		const sender = await connectionTo(t, broker);
		const ended = endOf(sender);
		const before = Array.from({ length: 100 }, (_, index) => send(sender, UP, `${index}`, index % 2 === 0 ? 0 : 1));
		const closing = [sender.close(), sender.close()];
		const after = send(sender, UP, 'after');
		await t.throwsAsync(after, { instanceOf: OssicleError, message: /is closed/ });
		await t.throwsAsync(sender.subscribe([UP], 1), { instanceOf: OssicleError, message: /is closed/ });
		await Promise.all([...before, ...closing]);
		t.is(await ended, null);
		await send(watcher, UP, 'last');
		await inbox.until((items) => items.some(({ text }) => text === 'last'));
		t.is(inbox.items.length, 101);
		await t.throwsAsync(send(sender, UP, 'later'), { instanceOf: OssicleError, message: /is closed/ });
	});

	test(`${kind}: messages on topics of others, and messages too long, are refused; those behind them come`, async (t) => {
		const broker = await brokerFor(t, kind, { limits: { messageBytes: null, packetBytes: null } });
		const told: string[] = [];
		const receiver = await connectionTo(t, broker, { log: (text) => told.push(text) });
		const inbox = inboxOf(receiver);
		await receiver.subscribe(['#'], 1);
		const sender = await connectionTo(t, broker);
		await send(sender, 'elsewhere/b/d/up', 'x');
		await send(sender, 'ossicle/1/b/d/up/more', 'x');
		for (const qos of [0, 1] as const) await send(sender, UP, 'x'.repeat(1_000_000), qos);
		await send(sender, UP, 'good');
		await inbox.until(({ length }) => length > 0);
		t.deepEqual(inbox.items, [{ topic: UP, text: 'good', retained: false }]);
		t.is(receiver.refusals.total, 4);
		t.deepEqual(receiver.refusals.summary(), [
			'2 messages refused on a topic that is none of ours: it is on a topic that is none of ours',
			'2 messages refused on up: 1000022 bytes: a packet has at most 16384',
		]);
		t.is(told.length, 2);
		// A long message that nobody acknowledged would come again, or take up a place for ever.
		for (let count = 0; count < 200; count++) await send(sender, UP, 'x'.repeat(20_000));
		await send(sender, UP, 'still good');
		await inbox.until(({ length }) => length > 1);
		t.is(receiver.refusals.total, 204);
	});

	test(`${kind}: a wrong password, and an unknown user, are told as such`, async (t) => {
		const accounts: Account[] = [{ name: 'ci', password: 'right', role: 'controller' }];
		const broker = await brokerFor(t, kind, { accounts });
		for (const credentials of [{}, { username: 'ci', password: 'wrong' }, { username: 'me', password: 'right' }]) {
			const error = await t.throwsAsync(connectionTo(t, broker, { credentials }), { instanceOf: OssicleError });
			t.is(error?.code, 'mqtt-denied');
			t.is(error?.kind, 'rig');
			t.regex(error?.message ?? '', /OSSICLE_MQTT_USER/);
			t.notRegex(JSON.stringify([error?.message, error?.facts, String(error?.cause)]), /wrong|right/);
		}
		const connection = await connectionTo(t, broker, { credentials: { username: 'ci', password: 'right' } });
		await connection.subscribe([UP], 1);
	});
}

test('a subscription that the broker refuses is told with its filter; the connection lives on', async (t) => {
	const accounts: Account[] = [{ name: 'eve', password: 'x', role: 'viewer' }];
	const broker = await brokerFor(t, 'aedes', { accounts });
	const connection = await connectionTo(t, broker, { credentials: { username: 'eve', password: 'x' } });
	const error = await t.throwsAsync(connection.subscribe([UP, DOWN], 1), { instanceOf: OssicleError });
	t.is(error?.code, 'mqtt-denied');
	t.is(error?.kind, 'rig');
	t.regex(error?.message ?? '', /listen to ossicle\/1\/b\/d\/down\. /);
	await connection.subscribe([UP], 1);
});

test('a fault of a listener ends its connection with that fault, and not the process', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const [sender, receiver] = [await connectionTo(t, broker), await connectionTo(t, broker)];
	receiver.onMessage(() => {
		throw new TypeError('a bug of ours');
	});
	const ended = endOf(receiver);
	await receiver.subscribe([UP], 1);
	await send(sender, UP, 'x');
	t.regex((await ended)?.message ?? '', /a bug of ours/);
});

test('a password that crosses a network in the open is warned of, and never told', async (t) => {
	const told: string[] = [];
	const open = parseBrokerUrl('mqtt://broker.invalid');
	const options = {
		role: 'test',
		credentials: { username: 'ci', password: 'secret' },
		log: (text: string) => told.push(text),
	};
	await t.throwsAsync(connectBroker(open, options), { instanceOf: OssicleError });
	t.is(told.length, 1);
	t.regex(told[0] ?? '', /unencrypted: use mqtts:/);
	t.notRegex(told.join(), /secret/);
	await t.throwsAsync(connectBroker(parseBrokerUrl('mqtt://127.0.0.1:1'), options), { instanceOf: OssicleError });
	t.is(told.length, 1);
});

test('certificates that a link without TLS does not use are told', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const told: string[] = [];
	const log = (text: string) => told.push(text);
	await connectionTo(t, broker, { log, credentials: { ca: Buffer.from('a certificate') } });
	t.is(told.length, 1);
	t.regex(told[0] ?? '', /OSSICLE_MQTT_CA and OSSICLE_MQTT_CERT are not used on mqtt:/);
	await connectionTo(t, broker, { log });
	t.is(told.length, 1);
});
