import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { preflight } from '../../devices/driver.ts';
import { factsDigest } from '../bench/facts-digest.ts';
import { helloAfter } from '../bench/hello.ts';
import { startAedes } from '../broker/aedes.ts';
import type { Broker, BrokerKind, BrokerOptions } from '../broker/broker.ts';
import { startMosquitto } from '../broker/mosquitto.ts';
import { isOssicleError } from '../error.ts';
import type { MqttAnswer, MqttDescribed } from '../generated/mqtt-answer.ts';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import { Asker } from '../link/mqtt/asker.ts';
import { type BrokerConnection, connectBroker } from '../link/mqtt/broker-connection.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { encodeChunk } from '../link/mqtt/chunk.ts';
import { decodeAnswer, decodeAsk, decodeInfo, encodeAsk, encodeInfo } from '../link/mqtt/message.ts';
import { MqttLink } from '../link/mqtt/mqtt-link.ts';
import { topicsOf } from '../link/mqtt/topics.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { descendants } from '../testing/command.ts';
import { FOREIGN_ASKS, FOREIGN_CHUNKS, MALFORMED } from '../testing/hostile-messages.ts';
import { posixProgram } from '../testing/posix-bench.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type BridgeOptions, startBridge } from './bridge.ts';
import { bridgeLine } from './bridge-lines.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const { facts: POSIX } = deviceOf(DEVICES, 'posix');
const TIMEOUT = { timeoutMs: 30_000 };
const START = { mosquitto: startMosquitto, aedes: startAedes };
/** Broker limits in the middle of the way must not be what refuses a message. */
const NO_LIMITS: BrokerOptions = { limits: { messageBytes: null, packetBytes: null } };
const RETRY = { retryFirstMs: 50, retryLongestMs: 200 };

const hex = (bytes: number) => randomBytes(bytes).toString('hex');

async function until(what: () => boolean) {
	while (!what()) await sleep(5);
}

interface Rig {
	broker: Broker;
	/** What the bridge said, line by line. */
	lines: string[];
	bridge: Awaited<ReturnType<typeof startBridge>>;
	topics: ReturnType<typeof topicsOf>;
	imagePath: string;
}

async function rig(
	t: ExecutionContext,
	kind: BrokerKind,
	options: Partial<BridgeOptions> = {},
	brokerOptions: BrokerOptions = {},
): Promise<Rig> {
	const broker = await START[kind](brokerOptions);
	t.teardown(() => broker.stop());
	const imagePath = await posixProgram();
	const lines: string[] = [];
	const bridge = await startBridge({
		facts: POSIX,
		url: parseBrokerUrl(broker.url),
		bench: 'lab',
		attach: { imagePath },
		say: (event) => lines.push(bridgeLine(event)),
		...options,
	});
	t.teardown(() => bridge.stop());
	return { broker, lines, bridge, topics: topicsOf('lab', 'posix'), imagePath };
}

async function connected(t: ExecutionContext, { broker }: Pick<Rig, 'broker'>): Promise<BrokerConnection> {
	const connection = await connectBroker(parseBrokerUrl(broker.url), { role: 'controller' });
	t.teardown(() => connection.close());
	return connection;
}

/** What `info` says, newest last. */
async function infos(connection: BrokerConnection, topic: string): Promise<MqttInfo[]> {
	const seen: MqttInfo[] = [];
	connection.onMessage((at, payload) => {
		const info = at === topic ? decodeInfo(payload) : 'elsewhere';
		if (typeof info !== 'string') seen.push(info);
	});
	await connection.subscribe([topic], 1);
	return seen;
}

/** A controller with the lease, and links to the board. */
async function holder(t: ExecutionContext, rig: Rig, name = 'ci', own?: BrokerConnection) {
	const connection = own ?? (await connected(t, rig));
	const asker = new Asker(connection, rig.topics, hex(16));
	const { described } = await asker.ask({ op: 'describe' }, TIMEOUT);
	const lease = hex(8);
	const wanted = {
		holder: name,
		imageSha256: (described as MqttDescribed).imageSha256,
		factsSha256: factsDigest(POSIX),
	};
	return {
		connection,
		asker,
		lease,
		described: described as MqttDescribed,
		acquire: (other: Partial<typeof wanted> = {}) => asker.ask({ op: 'acquire', lease, ...wanted, ...other }, TIMEOUT),
		link: () =>
			new MqttLink({
				connection,
				topics: rig.topics,
				asker,
				lease,
				incarnation: asker.incarnation ?? '',
				described: described as MqttDescribed,
				bench: 'lab',
				device: 'posix',
			}),
		flash: () => asker.ask({ op: 'flash', lease }, TIMEOUT),
		release: () => asker.ask({ op: 'release', lease }, TIMEOUT),
	};
}

type Holder = Awaited<ReturnType<typeof holder>>;

async function greeted(t: ExecutionContext, by: Holder): Promise<MqttLink> {
	const link = by.link();
	const { build } = await helloAfter(link, async () => {
		await by.flash();
	});
	t.is(build, by.described.buildId);
	return link;
}

const boards = () => descendants(process.pid, 'liquid-audio');

/** Answers to requests that are published as they are, in the order they came. */
async function rawAsks(connection: BrokerConnection, topics: Rig['topics'], replyTo: string) {
	const answers: MqttAnswer[] = [];
	connection.onMessage((topic, payload) => {
		const answer = topic === topics.answer(replyTo) ? decodeAnswer(payload) : 'elsewhere';
		if (typeof answer !== 'string') answers.push(answer);
	});
	await connection.subscribe([topics.answer(replyTo)], 1);
	return {
		answers,
		send: (payload: Buffer) => connection.publish(topics.ask, payload, { qos: 1 }),
	};
}

async function failsWith(t: ExecutionContext, promise: Promise<unknown>, code: string, text = /./) {
	const error = await t.throwsAsync(promise);
	t.true(isOssicleError(error) && error.code === code && error.kind === 'rig', String(error?.stack));
	t.regex(error?.message ?? '', text);
}

for (const kind of ['mosquitto', 'aedes'] as const) {
	test.serial(`${kind}: described, taken, flashed, greeted and given back; info says who has it`, async (t) => {
		const rigged = await rig(t, kind);
		const seen = await infos(await connected(t, rigged), rigged.topics.info);
		await until(() => seen.length === 1);
		t.like(seen[0], {
			...{ state: 'online', bench: 'lab', device: 'posix', via: 'bridge', evidence: 'host', board: 'posix' },
			...{ name: POSIX.name, incarnation: rigged.bridge.incarnation, holder: undefined },
		});
		const image = await preflight(POSIX, { imagePath: rigged.imagePath });
		const ci = await holder(t, rigged);
		t.deepEqual(ci.described, {
			...{ board: 'posix', evidence: 'host', imageSha256: image.sha256, buildId: image.buildId, cycles: false },
			...{ factsSha256: factsDigest(POSIX), link: 'posix process', refused: 0 },
		});
		const { described } = await ci.acquire();
		t.is(described?.holder, 'ci');
		await until(() => seen.at(-1)?.holder === 'ci');
		const link = await greeted(t, ci);
		t.is(boards().length, 1);
		await link.close();
		await ci.release();
		t.deepEqual(boards(), [], 'the board is closed when the answer to release comes');
		await until(() => seen.at(-1)?.holder === undefined);
		t.true(seen.every(({ state }) => state === 'online'));
		await rigged.bridge.stop();
		await until(() => seen.at(-1)?.state === 'offline');
		t.like(seen.at(-1), { reason: 'stopped', incarnation: rigged.bridge.incarnation, holder: undefined });
		const shown = rigged.broker.url;
		t.deepEqual(
			rigged.lines.map((line) => line.replace(/[0-9a-f]{12,}/g, 'HEX')),
			[
				`online ${shown} lab/posix`,
				...['held by ci', 'streaming on channel HEX', 'flashed build HEX by exec', 'released by ci', 'stopped'],
			],
		);
	});

	test.serial(`${kind}: whatever strangers publish is refused, counted, told, and ends nothing`, async (t) => {
		const rigged = await rig(t, kind, {}, NO_LIMITS);
		const ci = await holder(t, rigged);
		await ci.acquire();
		const link = await greeted(t, ci);
		let ended: Error | null | undefined;
		link.onClose((reason) => {
			ended = reason;
		});
		const stranger = await connected(t, rigged);
		let refused = 0;
		for (const { payload } of [...MALFORMED, ...FOREIGN_CHUNKS, ...FOREIGN_ASKS]) {
			for (const [topic, qos] of [
				[rigged.topics.ask, 1],
				[rigged.topics.down, 0],
				[rigged.topics.info, 1],
			] as const)
				await stranger.publish(topic, payload, { qos });
			refused += 3;
		}
		// Requests are answered where they are well-formed: with a refusal of their own, or described.
		refused -= FOREIGN_ASKS.length;
		await stranger.publish(rigged.topics.ask, FOREIGN_ASKS[0]?.payload as Buffer, { qos: 1, retain: true });
		t.teardown(() => stranger.publish(rigged.topics.ask, Buffer.alloc(0), { qos: 1, retain: true }));
		const counted = async () => (await ci.asker.ask({ op: 'describe' }, TIMEOUT)).described?.refused ?? 0;
		while ((await counted()) < refused) await sleep(50);
		t.is(await counted(), refused);
		t.is(ended, undefined);
		for (const leaf of ['ask', 'down', 'info'])
			t.true(rigged.lines.some((line) => line.includes(`refused a message on "ossicle/1/lab/posix/${leaf}"`)));
		t.true(rigged.lines.every((line) => !/[\p{Cc}\p{Cf}]/u.test(line)));
		await link.close();
		const again = await greeted(t, ci);
		await again.close();
		await ci.release();
	});

	test.serial(`${kind}: a broker that dies ends the lease; the bridge comes back with it, as another`, async (t) => {
		const rigged = await rig(t, kind, { timing: RETRY });
		const ci = await holder(t, rigged);
		await ci.acquire();
		const link = await greeted(t, ci);
		const closed = new Promise<Error | null>((resolve) => link.onClose(resolve));
		const { incarnation } = rigged.bridge;
		rigged.broker.kill();
		const reason = await closed;
		t.true(isOssicleError(reason) && reason.code === 'mqtt-lost');
		await until(() => boards().length === 0);
		await until(() => rigged.lines.some((line) => line.startsWith('still offline: ')));
		await rigged.broker.ended;
		const restarted = await START[kind]({ port: rigged.broker.port });
		t.teardown(() => restarted.stop());
		await until(() => rigged.lines.filter((line) => line.startsWith('online')).length === 2);
		t.not(rigged.bridge.incarnation, incarnation);
		t.true(rigged.lines.some((line) => /^taken back from ci: the bridge lost its broker: /.test(line)));
		t.is(rigged.lines.filter((line) => line.startsWith('offline: ')).length, 1, rigged.lines.join('\n'));
		t.is(rigged.lines.filter((line) => line.startsWith('still offline: ')).length, 1, rigged.lines.join('\n'));
		const next = await holder(t, { ...rigged, broker: restarted }, 'next');
		await next.acquire();
		await (await greeted(t, next)).close();
		await next.release();
	});
}

test.serial('a request that comes twice is carried out once, and its answer sent again', async (t) => {
	const rigged = await rig(t, 'mosquitto');
	const ci = await holder(t, rigged);
	await ci.acquire();
	const replyTo = hex(16);
	const { answers, send } = await rawAsks(ci.connection, rigged.topics, replyTo);
	const flash = encodeAsk({
		...{ v: 1, id: hex(16), op: 'flash', replyTo, lease: ci.lease },
		...{ incarnation: rigged.bridge.incarnation, expiresDeviceMs: Number.MAX_SAFE_INTEGER },
	});
	for (let count = 0; count < 3; count++) await send(flash);
	// What comes again while the first is under way has the answer of that one.
	await until(() => answers.length >= 1);
	const before = answers.length;
	await send(flash);
	await until(() => answers.length > before);
	t.true(answers.every((answer) => JSON.stringify(answer) === JSON.stringify(answers[0])));
	t.is(rigged.lines.filter((line) => line.startsWith('flashed')).length, 1);
	await ci.release();
});

test.serial(
	'held, expired, stale, other image, other facts: refused with what to do, and nothing is touched',
	async (t) => {
		const rigged = await rig(t, 'aedes');
		const ci = await holder(t, rigged);
		const other = 'f'.repeat(64);
		await failsWith(t, ci.acquire({ imageSha256: other }), 'image-differs', /flashes another image.*--image/);
		await failsWith(t, ci.acquire({ factsSha256: other }), 'facts-differ', /different facts about posix/);
		t.is(rigged.lines.filter((line) => line.startsWith('held')).length, 0);
		await failsWith(t, ci.flash(), 'no-lease', /acquire/i);

		const replyTo = hex(16);
		const { answers, send } = await rawAsks(ci.connection, rigged.topics, replyTo);
		const acquire = { v: 1, op: 'acquire', replyTo, lease: hex(8), holder: 'late' } as const;
		const wanted = { imageSha256: ci.described.imageSha256, factsSha256: factsDigest(POSIX) };
		const { incarnation } = rigged.bridge;
		await send(encodeAsk({ ...acquire, ...wanted, id: hex(16), incarnation, expiresDeviceMs: 0 }));
		const farOff = Number.MAX_SAFE_INTEGER;
		await send(encodeAsk({ ...acquire, ...wanted, id: hex(16), incarnation: hex(8), expiresDeviceMs: farOff }));
		await until(() => answers.length === 2);
		t.deepEqual(answers.map((answer) => (answer.ok ? 'done' : answer.code)).sort(), ['expired', 'stale']);

		await ci.acquire();
		const second = await holder(t, rigged, 'second');
		await failsWith(t, second.acquire(), 'held', /held by ci/);
		await failsWith(t, second.flash(), 'no-lease');
		await failsWith(t, second.release(), 'no-lease');
		t.is((await ci.flash()).flash?.tool, 'exec', 'the holder has not noticed any of it');
		await ci.release();
		await second.acquire();
		await second.release();
	},
);

test.serial('an image that is built anew while the bridge runs is the one described and flashed', async (t) => {
	const folder = temporaryFolder('bridge-image');
	const imagePath = path.join(folder, 'liquid-audio');
	await copyFile(await posixProgram('posix'), imagePath);
	const rigged = await rig(t, 'aedes', { attach: { imagePath } });
	const before = await holder(t, rigged);
	await rm(imagePath);
	await sleep(1100);
	const error = await t.throwsAsync(before.asker.ask({ op: 'describe' }, TIMEOUT));
	t.true(isOssicleError(error) && error.code.startsWith('image-'), String(error));
	await copyFile(await posixProgram(), imagePath);
	await sleep(1100);
	await failsWith(t, before.acquire(), 'image-differs');
	const after = await holder(t, rigged);
	t.not(after.described.imageSha256, before.described.imageSha256);
	await after.acquire();
	await (await greeted(t, after)).close();
	await after.release();
});

test.serial('a controller that is killed gives the board back by its last will', async (t) => {
	const rigged = await rig(t, 'mosquitto');
	const driver = fileURLToPath(new URL('../../devices/driver.ts', import.meta.url));
	const facts = fileURLToPath(new URL('../scenario/device-facts.ts', import.meta.url));
	const devices = fileURLToPath(new URL('../../devices', import.meta.url));
	const script = `
		import { attach } from ${JSON.stringify(driver)};
		import { deviceOf, loadDevices } from ${JSON.stringify(facts)};
		const device = await attach(deviceOf(loadDevices(${JSON.stringify(devices)}), 'posix').facts, {
			link: '${rigged.broker.url}/lab', imagePath: process.env.IMAGE });
		const link = await device.createLink();
		await link.open();
		console.log('open');
		setInterval(() => {}, 1000);`;
	const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
		stdio: ['ignore', 'pipe', 'inherit'],
		// Not in its command line, by which a board is told from other processes.
		env: { ...process.env, IMAGE: rigged.imagePath },
	});
	t.teardown(() => child.kill('SIGKILL'));
	const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
	t.is((await lines.next()).value, 'open');
	t.is(boards().length, 1);
	child.kill('SIGKILL');
	await once(child, 'exit');
	await until(() => rigged.lines.some((line) => line.startsWith('released by ')));
	t.deepEqual(boards(), []);
	const ci = await holder(t, rigged);
	await ci.acquire();
	await ci.release();
});

test.serial(
	'a board that dies in mid-run: the controller hears it by END, with its words, and the board is free',
	async (t) => {
		const rigged = await rig(t, 'mosquitto');
		const ci = await holder(t, rigged);
		await ci.acquire();
		const link = await greeted(t, ci);
		const closed = new Promise<Error | null>((resolve) => link.onClose(resolve));
		process.kill(boards()[0] as number, 'SIGKILL');
		const reason = await closed;
		t.true(isOssicleError(reason) && reason.code === 'link-lost', String(reason));
		t.regex(reason?.message ?? '', /the link to posix was lost at the bridge: serial \/dev\/pts\/\d+ .* hung up/);
		await failsWith(t, ci.flash(), 'no-lease', /the lease has ended: the link to posix was lost/);
		await ci.release();
		const next = await holder(t, rigged, 'next');
		await next.acquire();
		await (await greeted(t, next)).close();
		await next.release();
	},
);

test.serial('whoever overhears a lease can end its channel, but not take it over unheard', async (t) => {
	const rigged = await rig(t, 'aedes');
	const stranger = await connected(t, rigged);
	const stop = new Promise<void>((resolve, reject) => {
		stranger.onMessage((topic, payload) => {
			const ask = topic === rigged.topics.ask ? decodeAsk(payload) : 'elsewhere';
			if (typeof ask === 'string' || ask.op !== 'start') return;
			const other = encodeAsk({ ...ask, op: 'stop', id: hex(16), replyTo: hex(16) });
			stranger.publish(rigged.topics.ask, other, { qos: 1 }).then(resolve, reject);
		});
	});
	await stranger.subscribe([rigged.topics.ask], 1);
	const ci = await holder(t, rigged);
	await ci.acquire();
	const link = ci.link();
	const closed = new Promise<Error | null>((resolve) => link.onClose(resolve));
	await link.open().catch(() => {}); // which of the two comes first is left to the broker
	await stop;
	const reason = await closed;
	t.true(isOssicleError(reason) && reason.code === 'link-closed', String(reason));
	t.regex(reason?.message ?? '', /asked to close/);
	await ci.release();
});

test.serial('a bridge that is stopped in mid-run says so by END and info, and leaves no board behind', async (t) => {
	const rigged = await rig(t, 'aedes');
	const ci = await holder(t, rigged);
	await ci.acquire();
	const link = await greeted(t, ci);
	const closed = new Promise<Error | null>((resolve) => link.onClose(resolve));
	await rigged.bridge.stop();
	await rigged.bridge.stop();
	const reason = await closed;
	t.true(isOssicleError(reason) && reason.code === 'mqtt-offline', String(reason));
	t.deepEqual(boards(), []);
	t.deepEqual(rigged.lines.slice(-2), ['taken back from ci: the bridge was stopped', 'stopped']);
	await t.notThrowsAsync(rigged.bridge.closed);
});

for (const kind of ['mosquitto', 'aedes'] as const)
	test.serial(
		`${kind}: with an account of its own it has all the rights it needs; without, it says what to check`,
		async (t) => {
			const accounts = [
				{ name: 'board', password: 'b', role: 'device', bench: 'lab', device: 'posix' },
				{ name: 'elsewhere', password: 'e', role: 'device', bench: 'attic', device: 'posix' },
				{ name: 'ci', password: 'c', role: 'controller' },
			] as const;
			const as = (username: string, password: string) => ({ connect: { credentials: { username, password } } });
			const rigged = await rig(t, kind, as('board', 'b'), { accounts });
			const url = parseBrokerUrl(rigged.broker.url);
			const connection = await connectBroker(url, {
				role: 'controller',
				credentials: as('ci', 'c').connect.credentials,
			});
			t.teardown(() => connection.close());
			const seen = await infos(connection, rigged.topics.info);
			const ci = await holder(t, rigged, 'ci', connection);
			await ci.acquire();
			await (await greeted(t, ci)).close();
			await ci.release();
			await until(() => seen.at(-1)?.state === 'online');
			const good = { facts: POSIX, url, bench: 'lab', attach: { imagePath: rigged.imagePath } };
			await failsWith(t, startBridge({ ...good, ...as('board', 'wrong') }), 'mqtt-denied', /OSSICLE_MQTT_PASSWORD/);
			// Mosquitto says nothing to what an account may not do.
			if (kind === 'aedes') await failsWith(t, startBridge({ ...good, ...as('elsewhere', 'e') }), 'mqtt-denied');
		},
	);

test.serial('a lost and a repeated chunk end channel and lease', async (t) => {
	const rigged = await rig(t, 'aedes');
	for (const [code, sequence] of [
		['mqtt-gap', 7],
		['mqtt-repeat', 0],
	] as const) {
		const ci = await holder(t, rigged);
		await ci.acquire();
		const channel = hex(8);
		await ci.asker.ask({ op: 'start', lease: ci.lease, channel }, TIMEOUT);
		const chunk = (number: number) =>
			encodeChunk({ kind: 'BYTES', sequence: number, channel, payload: Buffer.from([0]) });
		await ci.connection.publish(rigged.topics.down, chunk(0), { qos: 0 });
		await ci.connection.publish(rigged.topics.down, chunk(sequence), { qos: 0 });
		await until(() => rigged.lines.at(-1)?.startsWith('taken back from ci: ') === true);
		await failsWith(t, ci.flash(), 'no-lease', code === 'mqtt-gap' ? /were lost/ : /twice, or late/);
	}
	t.deepEqual(boards(), []);
});

test.serial(
	'the late last will of an earlier connection does not stay; a second bridge of that name is told',
	async (t) => {
		const rigged = await rig(t, 'mosquitto');
		const connection = await connected(t, rigged);
		const seen = await infos(connection, rigged.topics.info);
		await until(() => seen.length > 0);
		const late = {
			...(seen[0] as MqttInfo),
			incarnation: hex(8),
			state: 'offline',
			reason: 'connection lost',
		} as const;
		await connection.publish(rigged.topics.info, encodeInfo(late), { qos: 1, retain: true });
		await until(() => seen.some(({ state }) => state === 'offline') && seen.at(-1)?.state === 'online');
		t.is(seen.at(-1)?.incarnation, rigged.bridge.incarnation);
		t.is(rigged.lines.length, 1);
		const twin = await startBridge({
			...{ facts: POSIX, url: parseBrokerUrl(rigged.broker.url), bench: 'lab' },
			attach: { imagePath: rigged.imagePath },
		});
		await until(() => rigged.lines.length === 2);
		t.regex(rigged.lines[1] ?? '', /^warning: something else on this broker says that it is lab\/posix: stop one/);
		await twin.stop();
		await until(() => seen.at(-1)?.incarnation === rigged.bridge.incarnation);
	},
);

test.serial('a bridge that is stopped while there is no broker ends all the same', async (t) => {
	const rigged = await rig(t, 'aedes', { timing: { retryFirstMs: 60_000 } });
	rigged.broker.kill();
	await until(() => rigged.lines.some((line) => line.startsWith('offline')));
	await rigged.bridge.stop();
	t.is(rigged.lines.at(-1), 'stopped');
});

test.serial('what cannot begin says why: no broker, a bench that is no name, an image that is none', async (t) => {
	const broker = await startAedes();
	t.teardown(() => broker.stop());
	const good = {
		facts: POSIX,
		url: parseBrokerUrl(broker.url),
		bench: 'lab',
		attach: { imagePath: await posixProgram() },
	};
	const closed = await startAedes();
	await closed.stop();
	await failsWith(
		t,
		startBridge({ ...good, url: parseBrokerUrl(closed.url) }),
		'mqtt-connect',
		/nothing listens there/,
	);
	const named = await t.throwsAsync(startBridge({ ...good, bench: 'My Bench' }));
	t.true(isOssicleError(named) && named.code === 'mqtt-name' && named.kind === 'usage');
	const image = await t.throwsAsync(startBridge({ ...good, attach: { imagePath: fileURLToPath(import.meta.url) } }));
	t.true(isOssicleError(image) && image.kind === 'usage', String(image));
	const { facts } = deviceOf(DEVICES, 'stm32f405');
	const noPort = await t.throwsAsync(startBridge({ ...good, facts, attach: {} }));
	t.true(isOssicleError(noPort) && noPort.kind === 'usage', String(noPort));
});
