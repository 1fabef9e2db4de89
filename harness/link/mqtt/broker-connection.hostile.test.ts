/** What answers is no broker, or one that breaks the rules: the connection ends with a reason, in bounded memory. */
import net from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { generate } from 'mqtt-packet';
import { OssicleError } from '../../error.ts';
import { connectionTo, Inbox, inboxOf } from '../../testing/mqtt-clients.ts';
import type { Teardown } from '../../testing/posix-bench.ts';
import { type BrokerConnection, connectBroker } from './broker-connection.ts';
import { parseBrokerUrl } from './broker-url.ts';
import { MAX_PENDING_BYTES } from './outgoing.ts';

const UP = 'ossicle/1/b/d/up';
const CONNACK = generate({ cmd: 'connack', returnCode: 0, sessionPresent: false });
const MEGABYTE = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of buffers that something still refers to, and of some that are just being given back. */
function keptBytes(): number {
	collectGarbage();
	return process.memoryUsage().arrayBuffers;
}

/** A server that does this with each connection. */
async function serverOf(t: Teardown, serve: (socket: net.Socket) => void): Promise<{ url: string }> {
	const sockets = new Set<net.Socket>();
	const server = net.createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => {}); // hung up on, as is our right
		serve(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return { url: `mqtt://127.0.0.1:${(server.address() as net.AddressInfo).port}` };
}

/** Greets whoever connects, and then does this, once. */
const greeting = (then: (socket: net.Socket) => void) => (socket: net.Socket) => {
	socket.once('data', () => {
		socket.write(CONNACK);
		then(socket);
	});
};

/** Answers each subscription with this code. */
const granting = (code: number) =>
	greeting((socket) => {
		socket.on('data', (bytes) => {
			if (bytes[0] === 0x82) socket.write(Buffer.from([0x90, 3, bytes[2] as number, bytes[3] as number, code]));
		});
	});

const endOf = (connection: BrokerConnection) => new Promise<Error | null>((resolve) => connection.onClose(resolve));

const connecting = (url: string, connectTimeoutMs = 60_000) =>
	connectBroker(parseBrokerUrl(url), { role: 'test', connectTimeoutMs });

for (const [what, serve, code, expected] of [
	['hangs up at once', (socket) => socket.destroy(), 'mqtt-connect', /ECONNRESET|closed the connection before/],
	['ends at once', (socket) => socket.end(), 'mqtt-connect', /ECONNRESET|closed the connection before|EPIPE/],
	[
		'speaks HTTP',
		(socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
		'mqtt-connect',
		/no MQTT is spoken there/,
	],
	['speaks first, as SSH does', (socket) => socket.write('SSH-2.0-x\r\n'), 'mqtt-connect', /no MQTT is spoken there/],
	[
		'speaks MQTT 5 only',
		(socket) => socket.write(Buffer.from([0x20, 3, 0, 0x84, 0])),
		'mqtt-connect',
		/no MQTT is spoken/,
	],
	[
		'does not speak MQTT 3.1.1',
		(socket) => socket.write(Buffer.from([0x20, 2, 0, 1])),
		'mqtt-connect',
		/does not speak MQTT 3\.1\.1/,
	],
	['is not available', (socket) => socket.write(Buffer.from([0x20, 2, 0, 3])), 'mqtt-connect', /not available/],
	[
		'wants another password',
		(socket) => socket.write(Buffer.from([0x20, 2, 0, 4])),
		'mqtt-denied',
		/user and password/,
	],
	['does not let us in', (socket) => socket.write(Buffer.from([0x20, 2, 0, 5])), 'mqtt-denied', /may not connect/],
	['refuses with a code there is not', (socket) => socket.write(Buffer.from([0x20, 2, 0, 77])), 'mqtt-connect', /77/],
] as [string, (socket: net.Socket) => void, string, RegExp][])
	test(`what answers ${what}`, async (t) => {
		const { url } = await serverOf(t, serve);
		const error = await t.throwsAsync(connecting(url), { instanceOf: OssicleError });
		t.is(error?.code, code);
		t.is(error?.kind, 'rig');
		t.regex(error?.message ?? '', expected);
		t.true(error?.message.includes(url));
	});

test('what answers says nothing at all', async (t) => {
	const { url } = await serverOf(t, () => {});
	const error = await t.throwsAsync(connecting(url, 200), { instanceOf: OssicleError });
	t.is(error?.code, 'mqtt-connect');
	t.regex(error?.message ?? '', /did not greet us within 0\.2 s/);
});

test('a port on which nothing listens, and a host that is not there', async (t) => {
	const refused = await t.throwsAsync(connecting('mqtt://127.0.0.1:1'), { instanceOf: OssicleError });
	t.is(refused?.code, 'mqtt-connect');
	t.regex(refused?.message ?? '', /ECONNREFUSED.*`ossicle broker`/);
	const both = await t.throwsAsync(connecting('mqtt://localhost:1'), { instanceOf: OssicleError });
	t.regex(both?.message ?? '', /ECONNREFUSED/);
	const unknown = await t.throwsAsync(connecting('mqtt://no-such-host.invalid'), { instanceOf: OssicleError });
	t.is(unknown?.code, 'mqtt-connect');
	t.regex(unknown?.message ?? '', /ENOTFOUND|EAI_AGAIN/);
});

for (const [what, bytes, expected] of [
	['text', Buffer.from('hello, this is no packet'), /0x68/],
	['a second greeting', CONNACK, /second CONNACK/],
	['a message of QoS 2', Buffer.from([0x34, 5, 0, 1, 0x61, 0, 1]), /QoS 2/],
	['a topic that is longer than its packet', Buffer.from([0x30, 4, 0xff, 0xff, 0x61, 0x62]), /shorter than its topic/],
	['a packet length that never ends', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff]), /without a length/],
	['half a packet, and hangs up', Buffer.from([0x30, 100, 0, 1, 0x61]), /closed the connection/],
	['a topic that is no UTF-8', Buffer.from([0x30, 4, 0, 2, 0xff, 0xfe]), /closed the connection/],
	['an acknowledgement of nothing', Buffer.from([0x40, 2, 0, 9]), /closed the connection/],
] as const)
	test(`a broker that greets, and then sends ${what}`, async (t) => {
		const serve = greeting((socket) => setTimeout(() => socket.end(bytes), 20));
		const connection = await connectionTo(t, await serverOf(t, serve));
		const pending = connection.publish(UP, Buffer.from('x'), { qos: 1 });
		const reason = await endOf(connection);
		t.true(reason instanceof OssicleError);
		t.is((reason as OssicleError).code, 'mqtt-lost');
		t.regex(reason?.message ?? '', expected);
		t.is(await t.throwsAsync(pending), reason as Error);
	});

test('a subscription that is refused, answered wrongly, or never', async (t) => {
	const refusing = await connectionTo(t, await serverOf(t, granting(0x80)));
	const refused = await t.throwsAsync(refusing.subscribe([UP], 1), { instanceOf: OssicleError });
	t.is(refused?.code, 'mqtt-denied');
	t.true(refused?.message.includes(UP));
	await refusing.close();

	const wrong = await connectionTo(t, await serverOf(t, granting(9)));
	const faulty = await t.throwsAsync(wrong.subscribe([UP], 1), { instanceOf: OssicleError });
	t.is(faulty?.code, 'mqtt-lost');

	const silent = await connectionTo(
		t,
		await serverOf(
			t,
			greeting(() => {}),
		),
		{ connectTimeoutMs: 3000 },
	);
	const unanswered = await t.throwsAsync(silent.subscribe([UP], 1), { instanceOf: OssicleError });
	t.is(unanswered?.code, 'mqtt-lost');
	t.regex(unanswered?.message ?? '', /did not answer a subscription within 3 s/);
});

test('a broker that answers no ping is given up, and what waits for it rejects', async (t) => {
	const connection = await connectionTo(
		t,
		await serverOf(
			t,
			greeting(() => {}),
		),
		{ keepaliveSeconds: 1 },
	);
	const pending = connection.publish(UP, Buffer.from('x'), { qos: 1 });
	const reason = await endOf(connection);
	t.regex(reason?.message ?? '', /it answers no more/);
	t.is(await t.throwsAsync(pending), reason as Error);
});

test.serial('a broker that reads nothing: what waits has a bound, close() comes to its end', async (t) => {
	const connection = await connectionTo(
		t,
		await serverOf(
			t,
			greeting((socket) => socket.pause()),
		),
	);
	const before = keptBytes();
	const payload = Buffer.alloc(4096);
	const sent: Promise<string>[] = [];
	for (let count = 0; count < 20_000; count++) {
		for (const qos of [0, 1] as const)
			sent.push(
				connection.publish(UP, payload, { qos }).then(
					() => 'sent',
					(error: OssicleError) => error.code,
				),
			);
		// Room for the socket to take what it can.
		if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
	}
	const grown = keptBytes() - before;
	// Payloads wait as references to one buffer here; copies are made of what is handed to the socket.
	t.true(grown < 8 * MAX_PENDING_BYTES, `${grown} bytes`);
	await connection.close();
	const codes = new Set(await Promise.all(sent));
	t.true(codes.has('mqtt-slow-broker'), [...codes].join());
	t.true(codes.has('mqtt-lost'));
});

test.serial('a message of 64 MB is not stored, and the next one comes', async (t) => {
	const length = 64 * MEGABYTE;
	const chunk = Buffer.alloc(65_536, 0x5b);
	const acknowledged = new Inbox<Buffer>();
	const serve = greeting((socket) => {
		socket.on('data', (bytes) => {
			if (bytes[0] === 0x40) acknowledged.add(bytes);
		});
		// PUBLISH, QoS 1: length, topic, number 0x0102, and then on and on.
		const head = generate({
			cmd: 'publish',
			topic: UP,
			qos: 1,
			messageId: 0x0102,
			dup: false,
			retain: false,
			payload: '',
		});
		const body = head.subarray(2);
		const remaining = body.length + length;
		const digits = [0, 1, 2, 3].map((index) => ((remaining >> (7 * index)) & 0x7f) | (index < 3 ? 0x80 : 0));
		let left = length;
		const more = () => {
			while (left > 0) {
				left -= chunk.length;
				if (!socket.write(chunk)) {
					socket.once('drain', more);
					return;
				}
			}
			socket.write(
				generate({ cmd: 'publish', topic: UP, payload: 'good', qos: 0, dup: false, retain: false, messageId: 0 }),
			);
		};
		setTimeout(() => {
			socket.write(Buffer.concat([Buffer.from([head[0] as number, ...digits]), body]));
			more();
		}, 50);
	});
	const connection = await connectionTo(t, await serverOf(t, serve));
	const before = keptBytes();
	let most = before;
	const watch = setInterval(() => {
		most = Math.max(most, keptBytes());
	}, 20);
	t.teardown(() => clearInterval(watch));
	const inbox = inboxOf(connection);
	await inbox.until(({ length }) => length > 0);
	t.deepEqual(inbox.items, [{ topic: UP, text: 'good', retained: false }]);
	t.is(connection.refusals.total, 1);
	await acknowledged.until(({ length }) => length > 0);
	t.deepEqual(acknowledged.items, [Buffer.from([0x40, 2, 1, 2])]);
	t.true(most - before < 16 * MEGABYTE, `${(most - before) / MEGABYTE} MB`);
});

test.serial('a flood of messages that nobody handles in time is held back at the sender', async (t) => {
	let written = 0;
	const message = generate({
		cmd: 'publish',
		topic: UP,
		payload: Buffer.alloc(4000),
		qos: 1,
		messageId: 5,
		dup: false,
		retain: false,
	});
	const serve = greeting((socket) => {
		socket.pause(); // it does not read our acknowledgements, either
		const more = () => {
			while (written < 512 * MEGABYTE && !socket.destroyed) {
				written += message.length;
				if (!socket.write(message)) {
					socket.once('drain', more);
					return;
				}
			}
		};
		setTimeout(more, 50);
	});
	const connection = await connectionTo(t, await serverOf(t, serve), { keepaliveSeconds: 2 });
	const before = keptBytes();
	let heard = 0;
	connection.onMessage(() => heard++);
	await endOf(connection);
	t.true(heard > 0);
	const grown = keptBytes() - before;
	t.true(grown < 16 * MEGABYTE, `${grown / MEGABYTE} MB`);
});
