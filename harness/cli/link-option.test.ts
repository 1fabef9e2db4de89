/** `--link` as a person uses it: real commands, a real broker, a bridge of its own. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Account } from '../broker/accounts.ts';
import type { RunRecord } from '../generated/record.ts';
import { ossicle, printed } from '../testing/command.ts';
import { startBridgeProcess, startScriptedBridge } from '../testing/mqtt-bench.ts';
import { brokerFor, connectionTo } from '../testing/mqtt-clients.ts';
import { type TinyOptions, tinyScenario } from '../testing/tiny-scenario.ts';

interface Asked {
	link: string;
	devices?: string[];
	more?: string[];
}

/** The scripted bridge's counter gives no time. */
const TIMELESS = `| Device | Memory | Accuracy |
| --- | --- | --- |
| Desktop CPU | < 100 MB | > 50 % |
| STM32F4 | < 64 KB | > 50 % |
| ESP32-S3 | < 128 KB | > 50 % |
`;

/** `ossicle run` of two clips. */
function remoteRun(t: ExecutionContext, { link, devices = ['posix'], more = [] }: Asked, options: TinyOptions = {}) {
	const tiny = tinyScenario(t, { spec: TIMELESS, ...options });
	const args = ['run', tiny.folder, '--runs', tiny.runs, '--link', link, '--json', ...more];
	return { tiny, child: ossicle([...args, ...devices.flatMap((id) => ['--device', id])]) };
}

const recordOf = (stdout: unknown) => JSON.parse(String(stdout)) as RunRecord;

test.serial('a run over a broker: the record says which way the bytes went, and what strangers tried', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const bridge = await startScriptedBridge(t, `${broker.url}/attic`);
	const stranger = await connectionTo(t, broker);
	const { child } = remoteRun(t, { link: `${broker.url}/attic` });
	await printed(child, 'runs liquid-audio');
	await stranger.publish('ossicle/1/attic/posix/up', Buffer.from('\u001b[2Jhello'), { qos: 1 });
	const { exitCode, stdout, stderr } = await child;
	t.is(exitCode, 0, String(stderr));
	const [session] = recordOf(stdout).sessions;
	t.is(session?.link, `mqtt ${broker.url} attic/posix (posix process)`);
	t.deepEqual(session?.notices, ['1 message refused on up: 9 bytes are no chunk: its header alone has 16']);
	t.deepEqual(session?.faults, []);
	t.regex(String(stderr), /^posix: refused a message on "ossicle\/1\/attic\/posix\/up": 9 bytes are no chunk/m);
	t.regex(String(stderr), /^posix: beside the session: 1 message refused on up: 9 bytes are no chunk/m);
	t.regex(bridge.output(), /held by .*released by/s);
});

test.serial(
	'several devices come one after the other, each from its bench; one that is missing takes nothing from the other',
	async (t) => {
		const broker = await brokerFor(t, 'aedes');
		await startScriptedBridge(t, `${broker.url}/attic`);
		const { child } = remoteRun(t, { link: broker.url, devices: ['stm32f405-emulated', 'posix'] });
		const { exitCode, stdout } = await child;
		t.is(exitCode, 4);
		const { sessions, cells } = recordOf(stdout);
		t.deepEqual(
			sessions.map(({ device, link, ended }) => [device, link, ended]),
			[
				['stm32f405-emulated', 'none: the session did not come so far', 'rig-error'],
				['posix', `mqtt ${broker.url} attic/posix (posix process)`, 'complete'],
			],
		);
		t.is(sessions[0]?.faults[0]?.code, 'mqtt-no-device');
		const verdicts = (device: string) =>
			new Set(cells.filter((cell) => cell.device === device).map((cell) => cell.verdict));
		t.deepEqual([...verdicts('stm32f405-emulated')], ['rig-error']);
		t.deepEqual([...verdicts('posix')], ['pass']);
	},
);

test.serial('a broker that is not there is a rig error on record, as a port that cannot be opened is', async (t) => {
	const { child } = remoteRun(t, { link: 'mqtt://127.0.0.1:1/attic' });
	const { exitCode, stdout } = await child;
	t.is(exitCode, 4);
	const { manifest, sessions } = recordOf(stdout);
	t.is(manifest.status, 'rig-error');
	t.is(sessions[0]?.faults[0]?.code, 'mqtt-connect');
});

test.serial('a password in a URL is refused before anything is written, whatever the device', async (t) => {
	for (const device of ['posix', 'esp32s3']) {
		const { child, tiny } = remoteRun(t, { link: 'mqtt://bob:geheim@127.0.0.1:1/attic', devices: [device] });
		const { exitCode, stdout, stderr } = await child;
		t.is(exitCode, 2, device);
		t.false(existsSync(tiny.runs), device);
		t.notRegex(`${stdout}${stderr}`, /geheim/);
		t.regex(String(stderr), /^ossicle: a broker URL holds no user and password/);
	}
	for (const args of [
		['devices', '--broker'],
		['monitor', 'posix', '--link'],
		['clock', 'stm32f405-emulated', '--link'],
	]) {
		const { exitCode, stdout, stderr } = await ossicle([...args, 'mqtt://bob:geheim@127.0.0.1:1']);
		t.is(exitCode, 2, args.join(' '));
		t.notRegex(`${stdout}${stderr}`, /geheim/);
	}
});

test.serial('--port together with --link is a mistake of whoever typed it', async (t) => {
	const { child, tiny } = remoteRun(t, { link: 'mqtt://127.0.0.1:1', more: ['--port', '/dev/ttyACM0'] });
	const { exitCode, stderr } = await child;
	t.is(exitCode, 2);
	t.regex(String(stderr), /^ossicle: --port \/dev\/ttyACM0 together with --link: /);
	t.false(existsSync(tiny.runs));
});

test.serial('user and password from the environment reach the broker, and no file of the run', async (t) => {
	const accounts: Account[] = [
		{ name: 'board', role: 'device', bench: 'attic', device: 'posix', password: 'offen' },
		{ name: 'ci', role: 'controller', password: 'geheim' },
	];
	const broker = await brokerFor(t, 'mosquitto', { accounts });
	const link = `${broker.url}/attic`;
	await startBridgeProcess(t, link, { env: { OSSICLE_MQTT_USER: 'board', OSSICLE_MQTT_PASSWORD: 'offen' } });
	const tiny = tinyScenario(t, { spec: TIMELESS });
	const args = ['run', tiny.folder, '--runs', tiny.runs, '--device', 'posix', '--link', link];
	const stranger = await ossicle(['flash', 'posix', '--link', link]);
	t.is(stranger.exitCode, 4);
	t.regex(String(stranger.stderr), /refuses us: .*check OSSICLE_MQTT_USER and OSSICLE_MQTT_PASSWORD/);
	const env = { OSSICLE_MQTT_USER: 'ci', OSSICLE_MQTT_PASSWORD: 'geheim' };
	const { exitCode, stdout, stderr } = await ossicle(args, { env });
	t.is(exitCode, 0, String(stderr));
	const folder = path.join(tiny.runs, /run folder .*\/(\S+)/.exec(String(stderr))?.[1] ?? '');
	for (const name of ['record.json', 'capture.ndjson', 'report.html', 'junit.xml'])
		t.notRegex(readFileSync(path.join(folder, name), 'utf8'), /geheim/, name);
	t.notRegex(`${stdout}${stderr}`, /geheim/);
});

test.serial('Ctrl-C leaves the board idle and gives it back before the command ends', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const bridge = await startScriptedBridge(t, `${broker.url}/attic`);
	const { child } = remoteRun(t, { link: `${broker.url}/attic` }, { codec: 'pcm16', pacing: 'realtime' });
	await printed(child, 'keywords 1/2');
	child.kill('SIGINT');
	const { exitCode, stdout } = await child;
	t.is(exitCode, 130);
	await bridge.said(/released by/);
	const { manifest, sessions } = recordOf(stdout);
	t.is(manifest.status, 'interrupted');
	t.is(sessions[0]?.ended, 'interrupted');
	const next = await ossicle(['flash', 'posix', '--link', `${broker.url}/attic`]);
	t.is(next.exitCode, 0, String(next.stderr));
});

test.serial('a controller that dies gives the board back by its last will', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const bridge = await startScriptedBridge(t, `${broker.url}/attic`);
	const { child } = remoteRun(t, { link: `${broker.url}/attic` }, { codec: 'pcm16', pacing: 'realtime' });
	await printed(child, 'keywords 1/2');
	child.kill('SIGKILL');
	await child;
	await bridge.said(/released by/);
	const next = await ossicle(['flash', 'posix', '--link', `${broker.url}/attic`]);
	t.is(next.exitCode, 0, String(next.stderr));
});

test.serial('flash and clock by way of a bench', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	await startBridgeProcess(t, `${broker.url}/attic`);
	const flash = await ossicle(['flash', 'posix', '--link', `${broker.url}/attic`]);
	t.is(flash.exitCode, 0, String(flash.stderr));
	t.regex(String(flash.stdout), /^posix runs liquid-audio, build [0-9a-f]{40}, flashed by exec\.$/);
	const clock = await ossicle(['clock', 'posix', '--link', `${broker.url}/attic`, '--json']);
	const outcome = JSON.parse(String(clock.stdout));
	t.is(outcome.counter, 'host');
	// A busy machine may leave it open, and never make it wrong.
	t.true(['right', 'open'].includes(outcome.state), String(clock.stdout));
});
