import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes } from 'aedes';
import test, { type ExecutionContext } from 'ava';
import mqtt, { type MqttClient } from 'mqtt';
import { until } from './mqtt-bench.ts';
import type { MqttFault } from './mqtt-fault.ts';
import { MqttProxy } from './mqtt-proxy.ts';

const UP = 'ossicle/1/b/d/up';
const ON_UP = { client: /^controller/, way: 'to-client', leaf: 'up' } as const;
const LONG = 'x'.repeat(4096);

const happens = (client: MqttClient, event: 'connect' | 'close' | 'message') =>
	new Promise<unknown[]>((resolve) => void client.once(event, (...values: unknown[]) => resolve(values)));

/** A broker, a proxy before it, a publisher that is connected directly and a subscriber that is connected by the proxy. */
async function bench(t: ExecutionContext, ...faults: MqttFault[]) {
	const broker = await Aedes.createBroker();
	const server = createServer(broker.handle);
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	const proxy = await MqttProxy.start({ brokerPort: port, faults });
	const clients: MqttClient[] = [];
	t.teardown(async () => {
		for (const client of clients) client.end(true);
		await proxy.close();
		server.close();
		await new Promise<void>((resolve) => broker.close(resolve));
	});
	const join = async (url: string, clientId: string) => {
		const client = mqtt.connect(url, { clientId, protocolVersion: 4, reconnectPeriod: 0, keepalive: 10 });
		client.on('error', () => {}); // a cut connection is what some of the tests are about
		clients.push(client);
		await happens(client, 'connect');
		return client;
	};
	const publisher = await join(`mqtt://127.0.0.1:${port}`, 'device-1');
	const controller = await join(proxy.url, 'controller-1');
	const heard: string[] = [];
	controller.on('message', (_, payload) => heard.push(payload.toString().slice(0, 8)));
	await controller.subscribeAsync(UP, { qos: 1 });
	return { proxy, broker, publisher, controller, heard };
}

async function heardAll({ publisher, heard }: Awaited<ReturnType<typeof bench>>): Promise<string> {
	for (const text of ['a', 'b', 'c', 'd', 'end']) await publisher.publishAsync(UP, text, { qos: 1 });
	await until('the last publish', () => heard.includes('end'));
	return heard.join(' ');
}

for (const [fault, expected] of [
	[null, 'a b c d end'],
	[{ ...ON_UP, at: 1, kind: 'drop', count: 2 }, 'a d end'],
	[{ ...ON_UP, at: 1, kind: 'duplicate' }, 'a b b c d end'],
	[{ ...ON_UP, at: 1, kind: 'swap' }, 'a c b d end'],
	[{ ...ON_UP, at: 1, kind: 'delay', ms: 50 }, 'a b c d end'],
] as const)
	test(`a real client hears: ${fault?.kind ?? 'nothing wrong'}`, async (t) => {
		const on = await bench(t, ...(fault === null ? [] : [fault]));
		t.is(await heardAll(on), expected);
		t.deepEqual(on.proxy.fired, fault === null ? [] : [fault]);
		on.heard.length = 0;
		t.is(await heardAll(on), 'a b c d end', 'it happened once');
	});

test('a kick cuts the client off without a DISCONNECT: its will is published', async (t) => {
	const { proxy, publisher, controller } = await bench(t);
	const will = { topic: 'ossicle/1/b/d/info', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
	const dying = mqtt.connect(proxy.url, { clientId: 'bridge-1', reconnectPeriod: 0, will });
	dying.on('error', () => {});
	await happens(dying, 'connect');
	await publisher.subscribeAsync(will.topic, { qos: 1 });
	const told = happens(publisher, 'message');
	const closed = happens(dying, 'close');
	t.is(proxy.kick(/^bridge/), 1);
	await closed;
	t.is(String((await told)[1]), 'gone');
	t.deepEqual(proxy.clients, ['controller-1']);
	t.true(controller.connected);
});

test('a planned kick comes in the middle of the stream', async (t) => {
	const { publisher, controller, heard, proxy } = await bench(t, { ...ON_UP, at: 2, kind: 'kick' });
	const closed = happens(controller, 'close');
	for (const text of ['a', 'b', 'c', 'd']) await publisher.publishAsync(UP, text, { qos: 1 });
	await closed;
	t.deepEqual(heard, ['a', 'b']);
	t.is(proxy.fired.length, 1);
});

test('when the broker has gone, so has the client', async (t) => {
	const { broker, controller } = await bench(t);
	const closed = happens(controller, 'close');
	await new Promise<void>((resolve) => broker.close(resolve));
	await closed;
	t.false(controller.connected);
});

test('a stalled client is sent nothing, and all of it once it is resumed', async (t) => {
	const { proxy, publisher, heard } = await bench(t);
	t.is(proxy.stall(/^controller/), 1);
	for (let count = 0; count < 300; count++) publisher.publish(UP, LONG, { qos: 0 });
	await publisher.publishAsync(UP, 'end', { qos: 1 });
	await sleep(100);
	t.deepEqual(heard, []);
	proxy.resume(/^controller/);
	await until('the last publish', () => heard.includes('end'));
	t.is(heard.length, 301);
});
