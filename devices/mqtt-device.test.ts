/** Needs the firmware that `npm test` builds first (make -C firmware BOARD=posix), and no serial port. */
import { appendFileSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { readElf } from '../harness/bench/elf.ts';
import { factsDigest } from '../harness/bench/facts-digest.ts';
import { helloAfter } from '../harness/bench/hello.ts';
import { startBridge } from '../harness/bridge/bridge.ts';
import { isOssicleError } from '../harness/error.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import type { MqttDescribed } from '../harness/generated/mqtt-answer.ts';
import { parseBrokerUrl } from '../harness/link/mqtt/broker-url.ts';
import { deviceOf, loadDevices } from '../harness/scenario/device-facts.ts';
import { brokerFor, connectionTo, DESCRIBED, type Script, ScriptedDevice } from '../harness/testing/mqtt-clients.ts';
import { temporaryFolder } from '../harness/testing/temporary-folder.ts';
import { attach, checkReach, defaultImagePath, preflight } from './driver.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('.', import.meta.url)));
const factsOf = (id: string) => deviceOf(DEVICES, id).facts;
const POSIX = factsOf('posix');
/** The scripted device's. */
const SCRIPTED: DeviceFacts = { ...POSIX, id: 'd' };

async function refuses(
	t: ExecutionContext,
	work: Promise<unknown>,
	code: string,
	kind: 'usage' | 'rig',
	message: RegExp,
) {
	const error = await t.throwsAsync(work);
	if (!isOssicleError(error)) return void t.fail(String(error?.stack));
	t.is(error.code, code);
	t.is(error.kind, kind);
	t.regex(error.message, message);
}

/** Ended with the test. */
async function bridge(t: ExecutionContext, broker: { url: string }, bench: string, facts = POSIX, imagePath?: string) {
	const attachOptions = imagePath === undefined ? {} : { imagePath };
	const url = parseBrokerUrl(broker.url);
	const started = await startBridge({ facts, url, bench, attach: attachOptions, timing: { retryFirstMs: 100 } });
	t.teardown(() => started.stop());
	return started;
}

/** The scripted device, described as the posix board with its image is; `changes` are its lies. */
async function scripted(t: ExecutionContext, broker: { url: string }, changes: Partial<MqttDescribed>, script: Script) {
	const image = await readElf(defaultImagePath(POSIX));
	const { sha256: imageSha256, buildId } = image;
	const described = { ...DESCRIBED, imageSha256, buildId, factsSha256: factsDigest(SCRIPTED), ...changes };
	const device = await ScriptedDevice.start(t, broker, (ask, self) => {
		const extra = script(ask, self);
		return extra === null ? null : extra.ok === false ? extra : { described, ...extra };
	});
	return { device, image };
}

test('a device on a bench is flashed, answers, and is given back', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	await bridge(t, broker, 'attic');
	const device = await attach(POSIX, { link: `${broker.url}/attic` });
	t.teardown(() => device.close());
	const link = await device.createLink();
	let flash: Awaited<ReturnType<typeof device.flash>> | undefined;
	const hello = await helloAfter(link, async () => {
		flash = await device.flash();
	});
	t.is(hello.board, 'posix');
	t.is(hello.build, device.image.buildId);
	t.deepEqual(flash, {
		tool: 'exec',
		imageSha256: device.image.sha256,
		buildId: device.image.buildId,
		staticBytes: null,
		rigBytes: null,
		flashBytes: null,
	});
	// The record's link line: broker, bench, and how the board hangs on it.
	t.is(link.description, `mqtt ${broker.url} attic/posix (posix process)`);
	t.is(await device.makeSafe(), null);
	await device.close();
	await device.close();
	// No waiting: it is free when `close` resolves.
	const next = await attach(POSIX, { link: `${broker.url}/attic`, waitMs: 0 });
	await next.close();
});

test('without a bench it is the only one that has the device', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const attached = attach(POSIX, { link: broker.url });
	await refuses(
		t,
		attached,
		'mqtt-no-device',
		'rig',
		/^there is no posix on mqtt:\/\/127\.0\.0\.1:\d+\. Nothing else is online there\. Put it there with `ossicle bridge posix --link mqtt:\/\/127\.0\.0\.1:\d+\/my-bench`/,
	);
	const attic = await bridge(t, broker, 'attic');
	const device = await attach(POSIX, { link: broker.url });
	t.regex((await device.createLink()).description, / attic\/posix /);
	await device.close();
	await refuses(
		t,
		attach(POSIX, { link: `${broker.url}/cellar` }),
		'mqtt-no-device',
		'rig',
		/^there is no posix on bench cellar of \S+\. Online there: posix on bench attic\. /,
	);
	await bridge(t, broker, 'cellar');
	await refuses(
		t,
		attach(POSIX, { link: broker.url }),
		'mqtt-bench',
		'usage',
		/^posix is on 2 benches of \S+: attic, cellar\. Name one of them: --link mqtt:\S+\/attic$/,
	);
	await attic.stop();
	await refuses(
		t,
		attach(POSIX, { link: `${broker.url}/attic` }),
		'mqtt-no-device',
		'rig',
		/^posix on bench attic of \S+ is offline \(stopped\)\. Online there: posix on bench cellar\. /,
	);
});

test('a device that somebody has is waited for, by name, and not for ever', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	await bridge(t, broker, 'attic');
	const link = `${broker.url}/attic`;
	const first = await attach(POSIX, { link });
	t.teardown(() => first.close());
	await refuses(
		t,
		attach(POSIX, { link, waitMs: 0 }),
		'lease-held',
		'rig',
		/^posix on bench attic of \S+ is in use by \S+@.+, process \d+; it did not become free in time\. Wait for that run/,
	);
	const holders: string[] = [];
	const stop = new AbortController();
	const interrupted = attach(POSIX, { link, signal: stop.signal, onWait: () => stop.abort(new Error('enough')) });
	await t.throwsAsync(interrupted, { message: 'enough' });
	const second = attach(POSIX, {
		link,
		onWait: (holder) => {
			holders.push(holder);
			void first.close();
		},
	});
	await (await second).close();
	t.is(holders.length, 1);
	t.regex(holders[0] ?? '', /, process \d+$/);
});

test('another image at the bench is refused before the device is taken', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const other = path.join(temporaryFolder('image'), 'liquid-audio');
	copyFileSync(defaultImagePath(POSIX), other);
	appendFileSync(other, '\0');
	await bridge(t, broker, 'attic', POSIX, other);
	await refuses(
		t,
		attach(POSIX, { link: `${broker.url}/attic` }),
		'image-differs',
		'rig',
		/^posix on bench attic of \S+ has another image than this machine: SHA-256 [0-9a-f]{12}, build [0-9a-f]{12}; here [0-9a-f]{12}, build .*name it on both with --image/,
	);
	await (await attach(POSIX, { link: `${broker.url}/attic`, imagePath: other, waitMs: 0 })).close();
});

test('other facts at the bench are refused: verdicts would be about another device', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	await bridge(t, broker, 'attic', { ...POSIX, clock: { ...POSIX.clock, toleranceFraction: 0.2 } });
	await refuses(
		t,
		attach(POSIX, { link: `${broker.url}/attic` }),
		'facts-differ',
		'rig',
		/^posix on bench attic of \S+ has other facts than this machine \(SHA-256 [0-9a-f]{12}, here [0-9a-f]{12}\)/,
	);
});

test('a bench that does not say which facts it has is refused, but for firmware that speaks MQTT itself: it has none', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const { sha256: imageSha256, buildId } = await readElf(defaultImagePath(POSIX));
	const { device } = await scripted(t, broker, {}, () => ({ described: { ...DESCRIBED, imageSha256, buildId } }));
	const told = /^d on bench b of \S+ does not say which facts it has/;
	await refuses(t, attach(SCRIPTED, { link: `${broker.url}/b` }), 'facts-differ', 'rig', told);
	t.deepEqual(
		device.asks.items.map(({ op }) => op),
		['describe'],
		'nothing was taken',
	);
	const itself: DeviceFacts = { ...SCRIPTED, link: { kind: 'mqtt', baud: 921_600 } };
	await (await attach(itself, { link: `${broker.url}/b` })).close();
});

test('what a bench calls silicon is silicon only where this machine expects it, and never the other way round', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const { device } = await scripted(t, broker, { evidence: 'silicon', board: 'stm32f405', cycles: true }, () => ({}));
	await refuses(
		t,
		attach(SCRIPTED, { link: `${broker.url}/b` }),
		'device-differs',
		'rig',
		/its board is stm32f405, expected posix; its evidence is silicon, expected host; its cycle model is one, expected none\. Both machines/,
	);
	t.deepEqual(
		device.asks.items.map(({ op }) => op),
		['describe'],
		'nothing was taken',
	);
});

test('a bench that flashed something else than it said is found out', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const sizes = { staticBytes: 1, rigBytes: 1, flashBytes: 1 };
	const answers = [
		(image: { sha256: string; buildId: string }) => ({ imageSha256: image.sha256, buildId: 'c'.repeat(40) }),
		(image: { sha256: string; buildId: string }) => ({ imageSha256: 'c'.repeat(64), buildId: image.buildId }),
		null,
	];
	const { image } = await scripted(t, broker, {}, ({ op }) => {
		if (op !== 'flash') return {};
		const made = answers.shift() ?? null;
		return made === null ? {} : { flash: { tool: 'magic', ...sizes, ...made(image) } };
	});
	const device = await attach(SCRIPTED, { link: `${broker.url}/b` });
	t.teardown(() => device.close());
	for (let twice = 0; twice < 2; twice++)
		await refuses(
			t,
			device.flash(),
			'image-differs',
			'rig',
			/^d on bench b of \S+ has another image than this machine/,
		);
	await refuses(t, device.flash(), 'mqtt-answer', 'rig', /says that it flashed, but not what/);
});

test('sizes are those of the image here, whatever the bench says', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const { image } = await scripted(t, broker, {}, ({ op }) =>
		op === 'flash'
			? {
					flash: {
						...{ tool: 'ma\u001b[2Jgic', imageSha256: image.sha256, buildId: image.buildId },
						...{ staticBytes: 1, rigBytes: 2, flashBytes: 3 },
					},
				}
			: {},
	);
	const device = await attach(SCRIPTED, { link: `${broker.url}/b` });
	t.teardown(() => device.close());
	const { tool, staticBytes, rigBytes, flashBytes } = await device.flash();
	t.is(tool, 'ma [2Jgic');
	t.deepEqual([staticBytes, rigBytes, flashBytes], [null, null, null]);
});

test("a bench's own refusal comes through as it is", async (t) => {
	const broker = await brokerFor(t, 'aedes');
	await scripted(t, broker, {}, ({ op }) =>
		op === 'flash'
			? { ok: false, code: 'flash-probe-absent', kind: 'rig', text: 'no answer from \u001b[1mlocalhost:3333' }
			: {},
	);
	const device = await attach(SCRIPTED, { link: `${broker.url}/b` });
	t.teardown(() => device.close());
	await refuses(t, device.flash(), 'flash-probe-absent', 'rig', /^no answer from {1,2}\[1mlocalhost:3333$/);
});

test('two bridges that put one device on one bench are told apart from one that is in use', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const { device } = await scripted(t, broker, {}, ({ op }) =>
		op === 'acquire' ? { ok: false, code: 'stale', kind: 'rig', text: 'this is another one' } : {},
	);
	await refuses(
		t,
		attach(SCRIPTED, { link: `${broker.url}/b`, waitMs: 0 }),
		'mqtt-unsteady',
		'rig',
		/^d on bench b of \S+ answers as another one each time: .*or do two bridges put the same device on the same bench\?$/,
	);
	t.is(device.asks.items.at(-1)?.op, 'release', 'it may have been taken all the same');
});

test('a device that goes offline ends what is being waited for', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const { device: other } = await scripted(t, broker, {}, ({ op }) => (op === 'flash' ? null : {}));
	const device = await attach(SCRIPTED, { link: `${broker.url}/b` });
	t.teardown(() => device.close());
	const flashing = device.flash();
	await other.asks.until((asks) => asks.some(({ op }) => op === 'flash'));
	await other.inform({ state: 'offline', reason: 'somebody\u0007 fell over the cable' });
	await refuses(
		t,
		flashing,
		'mqtt-offline',
		'rig',
		/^d on bench b of \S+ went offline: somebody {2}fell over the cable$/,
	);
	t.regex(String(await device.makeSafe()), /^d on bench b of \S+ could not be told to stop: .*fell over the cable\. /);
});

test('a broker that is not there is an error of the rig, with what to do', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	await broker.stop();
	await refuses(
		t,
		attach(POSIX, { link: broker.url }),
		'mqtt-connect',
		'rig',
		/^cannot connect to the broker mqtt:\S+ \(ECONNREFUSED\): nothing listens there: start a broker there/,
	);
});

test('when the broker dies, leaving the device safe and giving it back end all the same', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	await bridge(t, broker, 'attic');
	const device = await attach(POSIX, { link: `${broker.url}/attic` });
	const link = await device.createLink();
	const lost = new Promise<Error | null>((resolve) => link.onClose(resolve));
	await link.open();
	broker.kill();
	t.regex(String((await lost)?.message), /the connection to the broker \S+ was lost/);
	t.regex(
		String(await device.makeSafe()),
		/could not be told to stop: .*Its bench does so by itself when it misses us\.$/,
	);
	t.deepEqual(await device.notices?.(), []);
	await device.close();
	await t.throwsAsync(device.flash());
});

test('what strangers send to a controller is a notice, once a message, and ends nothing', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	await bridge(t, broker, 'attic');
	const told: string[] = [];
	const device = await attach(POSIX, { link: `${broker.url}/attic`, onNotice: (text) => told.push(text) });
	t.teardown(() => device.close());
	const stranger = await connectionTo(t, broker);
	const send = (leaf: string, text: string) =>
		stranger.publish(`ossicle/1/attic/posix/${leaf}`, Buffer.from(text), { qos: 1 });
	await send('info', '{}');
	const link = await device.createLink();
	await link.open();
	await send('info', '{"v":\u001b}');
	await send('up', 'hello');
	await send('ask', 'hello');
	await send('down', 'hello');
	let notices: string[] = [];
	// The broker delivers to each client in its own time.
	for (let waits = 0; waits < 100 && notices.length < 4; waits++) {
		await sleep(50);
		notices = ((await device.notices?.()) ?? []).map(({ text }) => text);
	}
	const [theirs, ...others] = notices.toReversed();
	t.deepEqual(others.toReversed(), [
		"1 message refused on info: the object must have required property 'v'",
		'1 message refused on info: it is not JSON in UTF-8',
		'1 message refused on up: 5 bytes are no chunk: its header alone has 16',
	]);
	// How many is the bridge's own affair: it may listen to `info`, too.
	t.regex(theirs ?? '', /^[2-4] messages refused by posix on bench attic of mqtt:/);
	t.regex(told.join('\n'), /refused a message on "ossicle\/1\/attic\/posix\/up"/);
	await link.close();
	const { board } = await helloAfter(await device.createLink(), async () => {});
	t.is(board, 'posix');
});

test('cycle counts come as whole lines; without end they are an error and no memory', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const facts: DeviceFacts = {
		...SCRIPTED,
		model: { cycles: { plugin: 'cortex-m4', band: { low: 1, high: 1, source: 'test' } } },
	};
	const { device: other } = await scripted(t, broker, { cycles: true, factsSha256: factsDigest(facts) }, () => ({}));
	const device = await attach(facts, { link: `${broker.url}/b` });
	t.teardown(() => device.close());
	const link = await device.createLink();
	let heard = 0;
	let wanted = { bytes: 0, reached: () => {} };
	link.onData((bytes) => {
		heard += bytes.length;
		if (heard >= wanted.bytes) wanted.reached();
	});
	const until = (bytes: number) =>
		new Promise<void>((reached) => {
			wanted = { bytes, reached };
			if (heard >= bytes) reached();
		});
	await link.open();
	t.is(device.takeCycles?.(), '');
	await other.send(other.channel, 'CYCLES', '0 1 2\n');
	await other.send(other.channel, 'CYCLES', '1 1 2\n');
	await other.send(other.channel, 'BYTES', 'x');
	await until(1);
	t.is(device.takeCycles?.(), '0 1 2\n1 1 2\n');
	t.is(device.takeCycles?.(), '');
	const line = `${'9'.repeat(4000)}\n`;
	for (let sent = 0; sent <= 16 * 2 ** 20; sent += line.length) await other.send(other.channel, 'CYCLES', line);
	await other.send(other.channel, 'BYTES', 'y');
	await until(2);
	const error = t.throws(() => device.takeCycles?.());
	t.true(isOssicleError(error) && error.code === 'cycle-log');
});

test('a device on a broker needs no port, tool or emulator of this machine', async (t) => {
	const link = 'mqtt://nowhere.invalid/attic';
	for (const id of ['stm32f405', 'stm32f405-emulated']) {
		const imagePath = defaultImagePath(factsOf(id));
		await t.notThrowsAsync(preflight(factsOf(id), { link, imagePath }), id);
	}
	await refuses(t, preflight(factsOf('stm32f405'), {}), 'port-unknown', 'usage', /Give --port/);
});

test('a device that speaks MQTT itself has to be told its broker', async (t) => {
	const facts: DeviceFacts = { ...POSIX, link: { kind: 'mqtt', baud: 921600 } };
	const told =
		/^posix speaks MQTT itself: expected the broker it is on, got none\. Give --link mqtt:\/\/host:port\/bench/;
	await refuses(t, attach(facts), 'link-unknown', 'usage', told);
	await t.notThrowsAsync(preflight(facts, { link: 'mqtt://nowhere.invalid' }));
});

test('a way that cannot be is refused before anything else, and a password is not repeated', (t) => {
	const wrong = (reach: { link?: string; port?: string }) => {
		const error = t.throws(() => checkReach(reach));
		return isOssicleError(error) ? [error.code, error.kind, error.message] : [String(error?.stack)];
	};
	t.deepEqual(wrong({ link: 'mqtt://h', port: '/dev/ttyACM0' }).slice(0, 2), ['option', 'usage']);
	t.deepEqual(wrong({ link: 'http://h' }).slice(0, 2), ['mqtt-url', 'usage']);
	const [code, kind, text = ''] = wrong({ link: 'mqtt://bob:geheim@h/attic' });
	t.deepEqual([code, kind], ['mqtt-url', 'usage']);
	t.notRegex(text, /geheim/);
	t.notThrows(() => checkReach({ port: '/dev/ttyACM0' }));
});
