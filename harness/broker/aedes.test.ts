/** The broker inside, over real sockets. */
import { once } from 'node:events';
import { createServer, connect as netConnect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { generate, type Packet } from 'mqtt-packet';
import { isOssicleError } from '../error.ts';
import { TestClient } from '../testing/mqtt-client.ts';
import { startAedes } from './aedes.ts';
import type { Broker, BrokerOptions } from './broker.ts';

async function started(t: ExecutionContext, options: BrokerOptions = {}): Promise<Broker> {
	const broker = await startAedes(options);
	t.teardown(() => broker.stop());
	return broker;
}

const CONNECT = generate({
	...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: 'raw', keepalive: 0 },
} as Packet);

/** A socket with its CONNECT accepted. */
async function rawClient(broker: Broker): Promise<Socket> {
	const socket = netConnect(broker.port, '127.0.0.1');
	socket.on('error', () => {});
	socket.write(CONNECT);
	const [connack] = (await once(socket, 'data')) as [Buffer];
	if (connack.toString('hex') !== '20020000') throw new Error(`CONNACK ${connack.toString('hex')}`);
	return socket;
}

test('it serves on a free port, and the same port serves again after stop and after kill', async (t) => {
	const broker = await started(t);
	t.is(broker.url, `mqtt://127.0.0.1:${broker.port}`);
	t.is(broker.pid, null);
	const client = await TestClient.connect(broker.url);
	await client.subscribe('a/+');
	await client.publish('a/b', 'hello');
	t.is((await client.message('a/b')).text, 'hello');
	broker.kill();
	await client.closed;
	t.is(await broker.ended, 'aedes was cut off');
	const second = await started(t, { port: broker.port });
	const other = await TestClient.connect(second.url);
	await second.stop();
	await other.closed;
	t.is(await second.ended, 'aedes was stopped');
	await second.stop();
	const third = await started(t, { port: broker.port });
	await (await TestClient.connect(third.url)).end();
});

test('a port in use is named, with what to do', async (t) => {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	t.teardown(() => server.close());
	const { port } = server.address() as { port: number };
	const error = await t.throwsAsync(startAedes({ port }));
	t.true(isOssicleError(error) && error.code === 'broker-port' && error.kind === 'rig');
	t.regex(error?.message ?? '', new RegExp(`port ${port} on 127.0.0.1 is in use.*--port`));
});

test('a huge packet is cut off at its first bytes, and the broker goes on', async (t) => {
	const lines: string[] = [];
	const broker = await started(t, { log: (line) => lines.push(line) });
	const socket = await rawClient(broker);
	// 256 MiB are announced; five bytes are sent.
	socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
	await once(socket, 'close');
	t.regex(lines.join('\n'), /was cut: it sent a packet of more than 65536 bytes/);
	await (await TestClient.connect(broker.url)).end();
});

test('a message too long ends its sender and reaches nobody', async (t) => {
	const broker = await started(t);
	const reader = await TestClient.connect(broker.url);
	await reader.subscribe('a/#');
	const sender = await TestClient.connect(broker.url);
	await sender.publish('a/long', Buffer.alloc(20_000));
	await sender.closed;
	const other = await TestClient.connect(broker.url);
	await other.publish('a/b', 'after it');
	await reader.message('a/b');
	t.is(reader.received.length, 1);
});

test('without limits long messages pass', async (t) => {
	const broker = await started(t, { limits: { messageBytes: null, packetBytes: null } });
	const client = await TestClient.connect(broker.url);
	await client.subscribe('a');
	await client.publish('a', Buffer.alloc(200_000, 'x'));
	t.is((await client.message('a')).text.length, 200_000);
});

for (const qos of [0, 1] as const)
	test(`a reader that stands still is ended, and the others miss nothing (QoS ${qos})`, async (t) => {
		const lines: string[] = [];
		const broker = await started(t, { log: (line) => lines.push(line), limits: { queuedBytes: 100_000 } });
		const stalled = await rawClient(broker);
		const filters = { cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a/+', qos }] };
		stalled.write(generate(filters as Packet));
		await once(stalled, 'data');
		stalled.pause();
		const healthy = await TestClient.connect(broker.url);
		await healthy.subscribe('a/+', qos);
		const sender = await TestClient.connect(broker.url);
		let sent = 0;
		// The kernel takes some megabytes for it before the broker has to keep any; each is waited for, so that the healthy
		// one, which shares our thread, is not late itself.
		while (!lines.some((line) => line.includes('does not read')) && sent < 5000) {
			await sender.publish(`a/${sent}`, Buffer.alloc(8192), { qos });
			await healthy.message(`a/${sent}`);
			sent += 1;
		}
		t.regex(lines.join('\n'), /was cut: it does not read, more than 100000 bytes wait for it/);
		t.is(healthy.received.length, sent);
		stalled.resume();
		if (!stalled.closed) await once(stalled, 'close');
	});

test('a session that outlives its connection is refused: it would wait in memory', async (t) => {
	const broker = await started(t);
	await t.throwsAsync(TestClient.connect(broker.url, { clean: false, clientId: 'stays' }));
});

test("the broker's own topics are nobody's, and retained messages are not without number", async (t) => {
	const lines: string[] = [];
	const broker = await started(t, { log: (line) => lines.push(line) });
	const client = await TestClient.connect(broker.url);
	t.is(await client.subscribe('$SYS/#'), 128);
	for (let index = 0; index < 1024; index++) await client.publish(`a/${index}`, 'x', { retain: true });
	await client.publish('a/0', 'again', { retain: true });
	await client.publish('a/1', '', { retain: true });
	await client.publish('a/in its place', 'x', { retain: true });
	await client.publish('a/not retained', 'x');
	await client.publish('a/one too many', 'x', { retain: true });
	await client.closed;
	t.regex(lines.join('\n'), /more than 1024 retained messages/);
	const writer = await TestClient.connect(broker.url);
	await writer.publish('$SYS/a', 'x');
	await writer.closed;
});

test('bytes that are no MQTT end their connection, and nothing else', async (t) => {
	const lines: string[] = [];
	const broker = await started(t, { log: (line) => lines.push(line) });
	for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\0', '\x10\x00', '\x30\x03\x00\x01a']) {
		const socket = netConnect(broker.port, '127.0.0.1');
		socket.on('error', () => {});
		socket.end(Buffer.from(bytes, 'latin1'));
		socket.resume();
		await once(socket, 'close');
	}
	const deep = await TestClient.connect(broker.url);
	await deep.publish('/'.repeat(5000), 'x');
	await deep.closed;
	await (await TestClient.connect(broker.url)).end();
	t.regex(lines.join('\n'), /a connection that was no client's: /);
	t.regex(lines.join('\n'), /client \S+: topic has too many levels/);
});
