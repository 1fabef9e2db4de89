/** The firmware that speaks MQTT itself, under the sanitizers, against real brokers. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { readElf } from '../../../harness/bench/elf.ts';
import type { MqttInfo } from '../../../harness/generated/mqtt-info.ts';
import { encodeFrame } from '../../../harness/link/frame.ts';
import { Asker } from '../../../harness/link/mqtt/asker.ts';
import type { BrokerConnection } from '../../../harness/link/mqtt/broker-connection.ts';
import { type Chunk, type ChunkKind, decodeChunk, encodeChunk } from '../../../harness/link/mqtt/chunk.ts';
import { decodeInfo } from '../../../harness/link/mqtt/message.ts';
import { topicsOf } from '../../../harness/link/mqtt/topics.ts';
import { FOREIGN_ASKS, FOREIGN_CHUNKS, MALFORMED } from '../../../harness/testing/hostile-messages.ts';
import { makeCertificate } from '../../../harness/testing/made-certificate.ts';
import { TestClient } from '../../../harness/testing/mqtt-client.ts';
import { BROKER_KINDS, brokerFor, connectionTo, Inbox } from '../../../harness/testing/mqtt-clients.ts';
import { posixProgram } from '../../../harness/testing/posix-bench.ts';
import { temporaryFolder } from '../../../harness/testing/temporary-folder.ts';
import { hostAndPort, MqttProgram } from './testing/mqtt-program.ts';
import { ScriptedBroker } from './testing/scripted-broker.ts';

const TOPICS = topicsOf('b', 'd');
const UNLIMITED = { limits: { messageBytes: null, packetBytes: null } };
const ASK_MS = 30_000;

const hex = (digits: number) => randomBytes(digits / 2).toString('hex');

/** A controller that keeps all that comes, and sends chunks as it is told to, right or wrong. */
class Controller {
	readonly connection: BrokerConnection;
	readonly asker: Asker;
	readonly infos = new Inbox<MqttInfo>();
	readonly up = new Inbox<Chunk>();
	readonly lease = hex(16);
	channel = '';
	#next = 0;

	private constructor(connection: BrokerConnection) {
		this.connection = connection;
		this.asker = new Asker(connection, TOPICS, hex(32));
		connection.onMessage((topic, payload) => {
			if (topic === TOPICS.info) this.infos.add(decodeInfo(payload) as MqttInfo);
			const chunk = topic === TOPICS.up ? decodeChunk(payload) : '';
			if (typeof chunk !== 'string') this.up.add(chunk);
		});
	}

	static async connect(t: ExecutionContext, broker: { url: string }): Promise<Controller> {
		const controller = new Controller(await connectionTo(t, broker, { role: 'controller' }));
		await controller.connection.subscribe([TOPICS.info, TOPICS.up], 1);
		return controller;
	}

	async describe() {
		const { described } = await this.asker.ask({ op: 'describe' }, { timeoutMs: ASK_MS });
		if (described === undefined) throw new Error('nothing is described');
		return described;
	}

	async acquire(): Promise<void> {
		const { imageSha256 } = await this.describe();
		const ask = { op: 'acquire', lease: this.lease, holder: 'test', imageSha256, factsSha256: hex(64) } as const;
		await this.asker.ask(ask, { timeoutMs: ASK_MS });
	}

	async start(): Promise<void> {
		this.channel = hex(16);
		this.#next = 0;
		await this.asker.ask({ op: 'start', lease: this.lease, channel: this.channel }, { timeoutMs: ASK_MS });
	}

	stop() {
		return this.asker.ask({ op: 'stop', lease: this.lease, channel: this.channel }, { timeoutMs: ASK_MS });
	}

	do(op: 'flash' | 'safe' | 'release') {
		return this.asker.ask({ op, lease: this.lease }, { timeoutMs: ASK_MS });
	}

	send(payload: Uint8Array, sequence = this.#next++, kind: ChunkKind = 'BYTES'): Promise<void> {
		return this.connection.publish(TOPICS.down, encodeChunk({ kind, sequence, channel: this.channel, payload }), {
			qos: 0,
		});
	}

	/** What the board has said on the present channel. */
	text(): string {
		const bytes = this.up.items.filter(({ kind, channel }) => kind === 'BYTES' && channel === this.channel);
		return Buffer.concat(bytes.map(({ payload }) => payload)).toString('latin1');
	}

	async heard(what: RegExp): Promise<RegExpExecArray> {
		await this.up.until(() => what.test(this.text()));
		return what.exec(this.text()) as RegExpExecArray;
	}

	/** Of an END chunk, once it is there. */
	async ended(): Promise<string> {
		const ends = () => this.up.items.filter(({ kind, channel }) => kind === 'END' && channel === this.channel);
		await this.up.until(() => ends().length > 0);
		return JSON.parse(Buffer.from(ends()[0]?.payload ?? []).toString()).code;
	}
}

const hello = (nonce: number) => encodeFrame('HELLO', 0, { nonce });
/** Keeps the board busy for a minute, as long as its counter stands still. */
const longWork = () => Buffer.concat([hello(1), encodeFrame('CLOCK', 1, { milliseconds: 60_000 })]);

async function bench(t: ExecutionContext, options: { unlimited?: boolean; args?: string[] } = {}) {
	const broker = await brokerFor(t, 'mosquitto', options.unlimited ? UNLIMITED : {});
	const program = await MqttProgram.start(t, broker.url, { args: options.args ?? [] });
	await program.online();
	return { broker, program, controller: await Controller.connect(t, broker) };
}

for (const kind of BROKER_KINDS)
	for (const [what, signal, exitCode] of [
		['the end of its standard input', undefined, 0],
		['SIGTERM', 'SIGTERM', 0],
		['SIGINT', 'SIGINT', 130],
	] as const)
		test(`${kind}: online, and offline by ${what}`, async (t) => {
			const broker = await brokerFor(t, kind);
			const program = await MqttProgram.start(t, hostAndPort(broker.url));
			await program.online();
			const { infos } = await Controller.connect(t, broker);
			await infos.until(([info]) => info !== undefined);
			t.like(infos.items[0], { state: 'online', bench: 'b', device: 'd', via: 'firmware', board: 'posix-mqtt' });
			t.deepEqual(await program.stop(signal), { exitCode, signal: undefined });
			await infos.until((all) => all.some(({ state }) => state === 'offline'));
			t.like(infos.items.at(-1), { reason: 'stopped', incarnation: infos.items[0]?.incarnation });
		});

test('its last will says so when it is killed', async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	program.signal('SIGKILL');
	await controller.infos.until((all) => all.at(-1)?.state === 'offline');
	t.is(controller.infos.items.at(-1)?.reason, 'connection lost');
});

test('describes the program file it is', async (t) => {
	const { program, controller } = await bench(t);
	const image = await readElf(await posixProgram('posix-mqtt-san'));
	const { link, ...described } = await controller.describe();
	t.deepEqual(described, {
		board: 'posix-mqtt',
		evidence: 'host',
		imageSha256: image.sha256,
		buildId: image.buildId,
		cycles: false,
		refused: 0,
	});
	t.regex(link, /libmosquitto/);
	await program.stop();
});

test('each start is a boot of its own, from its beginning', async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	const boots = new Set<string | undefined>();
	for (let boot = 0; boot < 5; boot++) {
		await controller.start();
		const [, id] = await controller.heard(/^\{"t":"boot","q":0,"boot":"([0-9a-f]{8})","cause":"pin"\}/);
		boots.add(id);
		await controller.send(hello(boot));
		const [, again] = await controller.heard(/\n\{"t":"hello","q":[12],.*"boot":"([0-9a-f]{8})".*"board":"posix-mqtt"/);
		t.is(again, id);
		await controller.stop();
	}
	t.is(boots.size, 5);
	await controller.do('release');
	await program.stop();
});

test('whoever has the channel closed, its end is told', async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	for (const close of [() => controller.stop(), () => controller.do('release')]) {
		await controller.start();
		const { channel } = controller;
		await close();
		await controller.up.until(() =>
			controller.up.items.some((each) => each.kind === 'END' && each.channel === channel),
		);
		const end = controller.up.items.find((each) => each.kind === 'END' && each.channel === channel);
		t.like(JSON.parse(Buffer.from(end?.payload ?? []).toString()), { code: 'link-closed' });
	}
	await program.stop();
});

test('flash and safe restart the board under an open channel; so does the reset pin', async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	await controller.start();
	const boots = () => [...controller.text().matchAll(/"t":"boot".*?"boot":"([0-9a-f]{8})".*\n/g)].map(([, id]) => id);
	const bootsSaid = (count: number) => controller.up.until(() => boots().length >= count);
	await bootsSaid(1);
	const { flash } = await controller.do('flash');
	t.like(flash, { tool: 'exec', staticBytes: null });
	await bootsSaid(2);
	await controller.do('safe');
	await bootsSaid(3);
	program.signal('SIGUSR1');
	await bootsSaid(4);
	await controller.send(hello(1));
	await controller.heard(/"t":"hello"/);
	t.is(new Set(boots()).size, 4);
	await program.stop();
});

test('a reset ends the longest work', async (t) => {
	const { program, controller } = await bench(t, { args: ['--clock-freeze-after', '0'] });
	await controller.acquire();
	await controller.start();
	await controller.send(longWork());
	await controller.heard(/"phase":"start"/);
	await controller.do('safe');
	await controller.heard(/"phase":"start".*\n\{"t":"boot"/);
	t.notRegex(controller.text(), /"phase":"end"/);
	await program.stop();
});

test('one lease at a time, given back by release', async (t) => {
	const { broker, program, controller } = await bench(t);
	await controller.acquire();
	await controller.infos.until((all) => all.at(-1)?.holder === 'test');
	const other = await Controller.connect(t, broker);
	await t.throwsAsync(other.acquire(), { code: 'held' });
	await t.throwsAsync(other.start(), { code: 'no-lease' });
	await controller.start();
	await t.throwsAsync(controller.start(), { code: 'channel-open' });
	await controller.do('release');
	await other.acquire();
	t.is((await controller.describe()).holder, 'test');
	await t.throwsAsync(controller.do('flash'), { code: 'no-lease' });
	await program.stop();
});

test('another image is refused', async (t) => {
	const { program, controller } = await bench(t);
	await controller.describe();
	const ask = { op: 'acquire', lease: hex(16), holder: 'x', imageSha256: hex(64), factsSha256: hex(64) } as const;
	await t.throwsAsync(controller.asker.ask(ask, { timeoutMs: ASK_MS }), { code: 'image-differs' });
	await program.stop();
});

test('hostile messages are refused, counted and logged, and end nothing', async (t) => {
	const { broker, program, controller } = await bench(t, { unlimited: true });
	const stranger = await TestClient.connect(broker.url);
	t.teardown(() => stranger.end());
	await controller.acquire();
	await controller.start();
	await controller.heard(/"t":"boot"/);
	const before = await residentKiB(program.pid);
	let refused = 0;
	const counted = async () => {
		for (let tries = 0; tries < 200 && (await controller.describe()).refused !== refused; tries++) await sleep(50);
		t.is((await controller.describe()).refused, refused);
	};
	for (const { payload } of [...MALFORMED, { what: 'megabytes', payload: Buffer.alloc(8_000_000, 0x5b) }])
		for (const topic of [TOPICS.ask, TOPICS.down])
			for (const qos of [0, 1] as const) {
				await stranger.publish(topic, payload, { qos });
				refused++;
				// A broker drops what it cannot pass on: nothing is sent behind such a one before it is through.
				if (payload.length > 1_000_000) await counted();
			}
	for (const { payload } of FOREIGN_CHUNKS) {
		await stranger.publish(TOPICS.down, payload, { qos: 1 });
		refused++;
	}
	for (const { payload } of FOREIGN_ASKS) await stranger.publish(TOPICS.ask, payload, { qos: 1 });
	await controller.send(hello(1));
	await controller.heard(/"t":"hello"/);
	await counted();
	t.regex(program.stderr, /refused 1 message on ask: it is not JSON in UTF-8/);
	t.regex(program.stderr, /refused 1 message on down: it is longer than 16384 bytes/);
	// 16 MB came in one message, four times; a sanitizer keeps what is freed for a while.
	t.true((await residentKiB(program.pid)) - before < 8192);
	await program.stop();
});

test('a retained request is refused: it was said to somebody else', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const connection = await connectionTo(t, broker);
	const describe = FOREIGN_ASKS.at(-1)?.payload as Buffer;
	await connection.publish(TOPICS.ask, describe, { qos: 1, retain: true });
	const program = await MqttProgram.start(t, broker.url);
	await program.says(/refused 1 message on ask: it is retained/);
	t.is((await program.stop()).exitCode, 0);
});

for (const [what, code, misbehave] of [
	['a lost chunk', 'mqtt-gap', (controller: Controller) => controller.send(Buffer.from('x'), 1)],
	[
		'a chunk that comes twice',
		'mqtt-repeat',
		async (controller: Controller) => {
			await controller.send(Buffer.from('x'), 0);
			await controller.send(Buffer.from('x'), 0);
		},
	],
	[
		'more than the board takes',
		'mqtt-overflow',
		async (controller: Controller) => {
			await controller.send(longWork());
			await controller.heard(/"phase":"start"/);
			for (let chunk = 0; chunk < 20; chunk++) await controller.send(Buffer.alloc(4096));
		},
	],
	['a controller that falls silent', 'mqtt-silent', async () => {}],
] as const)
	test(`the channel and the lease end with ${what}`, async (t) => {
		const { program, controller } = await bench(t);
		await controller.acquire();
		await controller.start();
		await misbehave(controller);
		t.is(await controller.ended(), code);
		await controller.infos.until((all) => all.at(-1)?.holder === undefined);
		await t.throwsAsync(controller.do('flash'), { code: 'no-lease', message: /has ended/ });
		await controller.do('release');
		await program.stop();
	});

test("the controller's END ends channel and lease", async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	await controller.start();
	await controller.send(Buffer.from('{"code":"x","text":"y"}'), 0, 'END');
	await controller.infos.until((all) => all.length > 2 && all.at(-1)?.holder === undefined);
	await t.throwsAsync(controller.do('flash'), { code: 'no-lease' });
	await program.stop();
});

test('it beats while the board says nothing', async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	await controller.start();
	await controller.up.until((all) => all.some(({ kind }) => kind === 'BEAT'));
	t.deepEqual(
		controller.up.items.map(({ sequence }) => sequence),
		controller.up.items.map((_, index) => index),
	);
	await program.stop();
});

test('a broker that is killed and restarted: another incarnation, without lease', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const program = await MqttProgram.start(t, broker.url);
	await program.online();
	const before = await Controller.connect(t, broker);
	await before.acquire();
	await before.start();
	broker.kill();
	await program.says(/lease of test ended: the connection to the broker was lost/);
	await broker.ended;
	const again = await brokerFor(t, 'mosquitto', { port: broker.port });
	await program.online(2);
	const after = await Controller.connect(t, again);
	t.is((await after.describe()).holder, undefined);
	t.not(after.asker.incarnation, before.asker.incarnation);
	await after.acquire();
	await program.stop();
});

test('a broker that acknowledges nothing: the channel ends, and what waits is bounded', async (t) => {
	const broker = await ScriptedBroker.start(t, (topic) => topic !== TOPICS.up);
	const program = await MqttProgram.start(t, broker.url);
	await program.online();
	const [info] = broker.published.items;
	const { incarnation } = decodeInfo(info?.payload ?? Buffer.alloc(0)) as MqttInfo;
	const { sha256: imageSha256 } = await readElf(await posixProgram('posix-mqtt-san'));
	const lease = hex(16);
	const channel = hex(16);
	const timed = { replyTo: hex(32), incarnation, expiresDeviceMs: 1e9, lease };
	const acquire = { op: 'acquire', holder: 'test', imageSha256, factsSha256: hex(64) };
	for (const ask of [acquire, { op: 'start', channel }])
		broker.publish(TOPICS.ask, Buffer.from(JSON.stringify({ v: 1, id: hex(32), ...timed, ...ask })));
	const before = await residentKiB(program.pid);
	const ups = () =>
		broker.published.items.flatMap(({ topic, payload }) => {
			const chunk = topic === TOPICS.up ? decodeChunk(payload) : '';
			return typeof chunk === 'string' ? [] : [chunk];
		});
	// Each new nonce has the board say hello, about 700 bytes.
	let sequence = 0;
	for (let round = 0; !program.stderr.includes('lease of test ended'); round++) {
		const hellos = Array.from({ length: 20 }, (_, index) => hello(round * 20 + index));
		const chunk = { kind: 'BYTES', sequence: sequence++, channel, payload: Buffer.concat(hellos) } as const;
		broker.publish(TOPICS.down, encodeChunk(chunk));
		await sleep(20);
	}
	t.regex(program.stderr, /lease of test ended: 256 KiB wait for the broker/);
	await broker.published.until(() => ups().at(-1)?.kind === 'END');
	t.is(JSON.parse(Buffer.from(ups().at(-1)?.payload ?? []).toString()).code, 'mqtt-slow-broker');
	t.true(ups().length <= 17);
	t.true((await residentKiB(program.pid)) - before < 8192);
	await program.stop();
});

for (const [what, bytes, why] of [
	['a length that MQTT has not', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]), /a length that MQTT has not/],
	['a packet that is endless', Buffer.from([0x90, 0xff, 0xff, 0xff, 0x7f]), /longer than any it has to/],
	['a packet of no kind', Buffer.from([0x00, 0x00]), /rotocol/],
] as const)
	test(`a broker that sends ${what} is left, and tried again`, async (t) => {
		const broker = await ScriptedBroker.start(t);
		const program = await MqttProgram.start(t, broker.url);
		await program.online();
		broker.raw(bytes);
		await program.online(2);
		t.regex(program.stderr, why);
		t.is(broker.connections, 2);
		await program.stop();
	});

test('its info comes once more, in case the late last will of an earlier connection stands there', async (t) => {
	const broker = await ScriptedBroker.start(t);
	const program = await MqttProgram.start(t, broker.url);
	const infos = () => broker.published.items.filter(({ topic }) => topic === TOPICS.info);
	await broker.published.until(() => infos().length === 2);
	t.deepEqual(infos()[0], infos()[1]);
	await program.stop();
});

test('resets at any moment, again and again', async (t) => {
	const { program, controller } = await bench(t);
	await controller.acquire();
	await controller.start();
	for (let reset = 0; reset < 200; reset++) {
		program.signal('SIGUSR1');
		await controller.send(hello(reset));
		if (reset % 10 === 0) await controller.do('safe');
	}
	await controller.do('flash');
	await controller.send(hello(1000));
	await controller.heard(/"t":"hello".*"nonce":"000003e8"/);
	t.is((await program.stop()).exitCode, 0);
});

test('TLS with a client certificate, user and password from a file', async (t) => {
	const folder = temporaryFolder('posix-mqtt-tls');
	const authority = makeCertificate('authority', { authority: true });
	const server = makeCertificate('broker', { issuer: authority, hosts: ['127.0.0.1'] });
	const client = makeCertificate('device', { issuer: authority });
	const file = (name: string, text: string) => {
		writeFileSync(path.join(folder, name), text, { mode: 0o600 });
		return path.join(folder, name);
	};
	const caFile = file('ca.pem', authority.certificate);
	const broker = await brokerFor(t, 'mosquitto', {
		tls: {
			certFile: file('server.pem', server.certificate),
			keyFile: file('server.key', server.key),
			caFile,
			requireClientCertificate: true,
		},
		accounts: [{ name: 'board', role: 'device', bench: 'b', device: 'd', password: 'sesame' }],
	});
	const env = {
		OSSICLE_MQTT_USER: 'board',
		OSSICLE_MQTT_PASSWORD_FILE: file('password', 'sesame\n'),
		OSSICLE_MQTT_CA: caFile,
		OSSICLE_MQTT_CERT: file('client.pem', client.certificate),
		OSSICLE_MQTT_KEY: file('client.key', client.key),
	};
	const program = await MqttProgram.start(t, broker.url, { env });
	await program.online();
	t.notRegex(program.stderr, /sesame/);
	await program.stop();

	const stranger = makeCertificate('stranger', { authority: true });
	const wrongAuthority = { ...env, OSSICLE_MQTT_CA: file('stranger.pem', stranger.certificate) };
	const trusting = await MqttProgram.start(t, broker.url, { env: wrongAuthority });
	await trusting.says(/certificate is not accepted/);
	await trusting.stop();

	const wrongPassword = { ...env, OSSICLE_MQTT_PASSWORD_FILE: file('wrong', 'guess\n') };
	const guessing = await MqttProgram.start(t, broker.url, { env: wrongPassword });
	await guessing.says(/does not let this user in/);
	t.notRegex(guessing.stderr, /guess/);
	await guessing.stop();
});

test('a user who may not listen on its topics', async (t) => {
	const accounts = [{ name: 'board', role: 'device', bench: 'b', device: 'd', password: 'sesame' }] as const;
	// Mosquitto grants every subscription, and then delivers nothing.
	const broker = await brokerFor(t, 'aedes', { accounts });
	const env = { OSSICLE_MQTT_USER: 'board', OSSICLE_MQTT_PASSWORD: 'sesame' };
	const program = await MqttProgram.start(t, broker.url, { env, device: 'other' });
	await program.says(/not on mqtt:.*does not let this user/);
	t.notRegex(program.stderr, /sesame/);
	await program.stop();
});

for (const [what, args, expected] of [
	['no broker', ['--bench', 'b', '--device', 'd'], /--broker: expected HOST:PORT/],
	['a password on the command line', ['--broker', 'mqtt://u:p@h:1', '--bench', 'b', '--device', 'd'], /--broker/],
	['a bench that is a path', ['--broker', 'h:1', '--bench', 'a/b', '--device', 'd'], /--bench: expected 1 to 64/],
	['no device', ['--broker', 'h:1', '--bench', 'b'], /--device/],
	['an option nobody knows', ['--brokers', 'h:1'], /--brokers: expected one of the options below/],
] as const)
	test(`called wrongly: ${what}`, async (t) => {
		const { exitCode, stderr } = await execa(await posixProgram('posix-mqtt-san'), [...args], { reject: false });
		t.is(exitCode, 2);
		t.regex(stderr, expected);
	});

async function residentKiB(pid: number): Promise<number> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]);
}
