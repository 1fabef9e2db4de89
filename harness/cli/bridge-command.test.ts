import { fileURLToPath } from 'node:url';
import test from 'ava';
import { attach } from '../../devices/driver.ts';
import { startAedes } from '../broker/aedes.ts';
import { startMosquitto } from '../broker/mosquitto.ts';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import { connectBroker } from '../link/mqtt/broker-connection.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { decodeInfo } from '../link/mqtt/message.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { descendants, ossicle, printed } from '../testing/command.ts';
import { posixProgram, type Teardown } from '../testing/posix-bench.ts';

const { facts } = deviceOf(loadDevices(fileURLToPath(new URL('../../devices', import.meta.url))), 'posix');

async function startedBroker(t: Teardown) {
	const broker = await startMosquitto();
	t.teardown(() => broker.stop());
	return broker;
}

/** What `info` of `lab/posix` says, as it changes. */
async function watched(t: Teardown, url: string) {
	const connection = await connectBroker(parseBrokerUrl(url), { role: 'viewer' });
	t.teardown(() => connection.close());
	const waiting: { what: (info: MqttInfo) => boolean; resolve: (info: MqttInfo) => void }[] = [];
	connection.onMessage((_topic, payload) => {
		const info = decodeInfo(payload);
		if (typeof info === 'string') return;
		for (const each of waiting) if (each.what(info)) each.resolve(info);
	});
	return {
		subscribe: () => connection.subscribe(['ossicle/1/lab/posix/info'], 1),
		says: (what: (info: MqttInfo) => boolean) =>
			new Promise<MqttInfo>((resolve) => {
				waiting.push({ what, resolve });
			}),
	};
}

test('Ctrl-C while a run has the board: the lease ends, the board is gone, info says stopped, exit code 130', async (t) => {
	const broker = await startedBroker(t);
	const imagePath = await posixProgram();
	const link = `${broker.url}/lab`;
	const bridge = ossicle(['bridge', 'posix', '--link', link, '--image', imagePath], { buffer: true });
	t.teardown(() => bridge.kill('SIGKILL'));
	await printed(bridge, 'online ');
	const device = await attach(facts, { link, imagePath });
	t.teardown(() => device.close());
	const wire = await device.createLink();
	const closed = new Promise<Error | null>((resolve) => wire.onClose(resolve));
	await wire.open();
	t.is(descendants(bridge.pid as number, 'liquid-audio').length, 1);
	const info = await watched(t, broker.url);
	const offline = info.says(({ state }) => state === 'offline');
	await info.subscribe();
	bridge.kill('SIGINT');
	t.regex((await closed)?.message ?? '', /the bridge was stopped|stopped/);
	t.is((await offline).reason, 'stopped');
	const { exitCode, stdout, stderr } = await bridge;
	t.is(exitCode, 130);
	t.is(stdout, '');
	const lines = String(stderr).split('\n');
	t.is(lines[0], `online ${broker.url} lab/posix`);
	t.regex(lines[1] ?? '', /^held by .*process \d+$/);
	t.regex(lines[2] ?? '', /^streaming on channel [0-9a-f]{16}$/);
	t.regex(lines[3] ?? '', /^taken back from .*: the bridge was stopped$/);
	t.is(lines[4], 'stopped');
	t.is(lines.length, 5);
});

test('SIGTERM is a normal end, and --json prints each event as an object on stdout and nothing on stderr', async (t) => {
	const broker = await startedBroker(t);
	const image = await posixProgram();
	const bridge = ossicle(['bridge', 'posix', '--link', `${broker.url}/lab`, '--image', image, '--json']);
	t.teardown(() => bridge.kill('SIGKILL'));
	await new Promise((resolve) => bridge.stdout?.once('data', resolve));
	bridge.kill('SIGTERM');
	const { exitCode, stdout, stderr } = await bridge;
	t.is(exitCode, 0);
	t.is(stderr, '');
	const events = String(stdout)
		.split('\n')
		.map((line) => JSON.parse(line) as object);
	t.like(events[0], { event: 'online', broker: broker.url, bench: 'lab', device: 'posix' });
	t.deepEqual(events.slice(1), [{ event: 'stopped' }]);
});

test('a bridge that is killed is offline by its last will', async (t) => {
	const broker = await startedBroker(t);
	const bridge = ossicle(['bridge', 'posix', '--link', `${broker.url}/lab`, '--image', await posixProgram()]);
	t.teardown(() => bridge.kill('SIGKILL'));
	await printed(bridge, 'online ');
	const info = await watched(t, broker.url);
	const offline = info.says(({ state }) => state === 'offline');
	await info.subscribe();
	bridge.kill('SIGKILL');
	t.like(await offline, { reason: 'connection lost', via: 'bridge', device: 'posix' });
});

test('without a bench in the URL it is the name of the host', async (t) => {
	const broker = await startAedes();
	t.teardown(() => broker.stop());
	const bridge = ossicle(['bridge', 'posix', '--link', broker.url, '--image', await posixProgram()]);
	t.teardown(() => bridge.kill('SIGKILL'));
	await printed(bridge, 'online ');
	bridge.kill('SIGTERM');
	t.regex(String((await bridge).stderr), new RegExp(`^online ${broker.url} [a-z0-9][a-z0-9-]*/posix$`, 'm'));
});

test('a name that somebody answers to is not taken; one that is only left over is', async (t) => {
	const broker = await startedBroker(t);
	const args = ['bridge', 'posix', '--link', `${broker.url}/lab`, '--image', await posixProgram()];
	const first = ossicle(args, { buffer: true });
	t.teardown(() => first.kill('SIGKILL'));
	await printed(first, 'online ');
	// One that did begin would go on for ever.
	const { exitCode, stderr } = await ossicle(args, { timeout: 30_000, killSignal: 'SIGKILL' });
	t.is(exitCode, 4);
	t.regex(String(stderr), /posix is on bench lab of .* already, and answers.*stop that bridge/);
	// Info says online still, but nobody answers.
	first.kill('SIGSTOP');
	const second = ossicle(args, { buffer: true });
	t.teardown(() => second.kill('SIGKILL'));
	await printed(second, 'online ');
	second.kill('SIGTERM');
	t.is((await second).exitCode, 0);
	first.kill('SIGKILL');
	t.notRegex(String((await first).stderr), /warning/);
});

test('whoever reads it goes away: it stops in good order', async (t) => {
	const broker = await startedBroker(t);
	const imagePath = await posixProgram();
	const link = `${broker.url}/lab`;
	const bridge = ossicle(['bridge', 'posix', '--link', link, '--image', imagePath, '--json'], { buffer: false });
	t.teardown(() => bridge.kill('SIGKILL'));
	await new Promise<void>((resolve) => bridge.stdout?.once('data', () => resolve()));
	bridge.stdout?.destroy();
	const info = await watched(t, broker.url);
	const stopped = info.says(({ state, reason }) => state === 'offline' && reason === 'stopped');
	await info.subscribe();
	// Something to be said: somebody takes the board.
	await attach(facts, { link, imagePath }).then(
		(device) => device.close(),
		() => {}, // it may be on its way out already
	);
	await stopped;
	t.is((await bridge).exitCode, 0);
});

for (const [what, args, code, text] of [
	['no broker', ['posix', '--link', 'mqtt://127.0.0.1:9'], 4, /cannot connect to the broker mqtt:\/\/127\.0\.0\.1:9/],
	['a password in the URL', ['posix', '--link', 'mqtt://me:secret@127.0.0.1'], 2, /holds no user and password/],
	['no link', ['posix'], 2, /--link/],
	['an unknown device', ['posx', '--link', 'mqtt://127.0.0.1:9'], 2, /No device `posx`/],
	['a board without a port', ['stm32f405', '--link', 'mqtt://127.0.0.1:9'], 2, /expected the serial port/],
] as const)
	test(`${what}: exit code ${code}, and why`, async (t) => {
		const { exitCode, stdout, stderr } = await ossicle(['bridge', ...args]);
		t.is(exitCode, code, String(stderr));
		t.is(stdout, '');
		t.regex(String(stderr), text);
		t.notRegex(String(stderr), /secret/);
	});
