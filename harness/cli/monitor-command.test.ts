/** `ossicle monitor` and `ossicle devices --broker` as a person uses them. */
import test from 'ava';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import { encodeChunk } from '../link/mqtt/chunk.ts';
import { encodeInfo } from '../link/mqtt/message.ts';
import { topicsOf } from '../link/mqtt/topics.ts';
import { PosixProcess } from '../link/posix-process.ts';
import { ossicle, printed } from '../testing/command.ts';
import { startBridgeProcess } from '../testing/mqtt-bench.ts';
import { brokerFor, connectionTo, ScriptedDevice } from '../testing/mqtt-clients.ts';
import { posixProgram } from '../testing/posix-bench.ts';
import { presentTable } from './devices-on-broker.ts';

type Command = ReturnType<typeof ossicle>;

/** Resolves when `seen` is in what the process printed on stdout; rejects when it ends without. */
function said(child: Command, seen: RegExp): Promise<void> {
	let text = '';
	return new Promise((resolve, reject) => {
		child.stdout?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			if (seen.test(text)) resolve();
		});
		child.stdout?.on('end', () => reject(new Error(`it ended without printing ${seen}; it printed:\n${text}`)));
	});
}

const withoutTimes = (stdout: unknown) =>
	String(stdout)
		.split('\n')
		.map((line) => line.replace(/^\d\d:\d\d:\d\d /, ''));

test.serial('it tells live what others do with a device, and who has it', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const link = `${broker.url}/attic`;
	await startBridgeProcess(t, link);
	const monitor = ossicle(['monitor', 'posix', '--link', broker.url]);
	await printed(monitor, 'listening to posix on bench attic');
	const over = said(monitor, /held by.*it runs liquid-audio.*, free\n/s);
	const flash = await ossicle(['flash', 'posix', '--link', link]);
	t.is(flash.exitCode, 0, String(flash.stderr));
	await over;
	monitor.kill('SIGINT');
	const { exitCode, stdout } = await monitor;
	t.is(exitCode, 130);
	const lines = withoutTimes(stdout);
	const where = `posix on bench attic of ${broker.url}`;
	t.is(lines[0], `${where} is online (through a bridge, posix, host), free`);
	t.regex(lines[1] ?? '', /is online \(through a bridge, posix, host\), held by \S+@.+, process \d+$/);
	t.is(lines[2], 'a stream begins');
	t.true(lines.some((line) => /^it runs liquid-audio on posix, build [0-9a-f]{12}, model \S+$/.test(line)));
	t.is(lines.filter((line) => line.startsWith(where)).at(-1), lines[0]);
});

test.serial('--json is a JSON text a line; what is malformed is refused and told; a lost device is told', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const device = await ScriptedDevice.start(t, broker);
	const monitor = ossicle(['monitor', 'd', '--link', `${broker.url}/b`, '--json']);
	await printed(monitor, 'listening to d on bench b');
	const gone = said(monitor, /offline/);
	await device.send('0011223344556677', 'BYTES', 'he\u001b[2Jllo\n', 0);
	await device.connection.publish(device.topics.up, Buffer.from('no chunk'), { qos: 1 });
	await device.send('0011223344556677', 'BYTES', 'x\nagain\n', 5);
	await device.inform({ state: 'offline', reason: 'the last will of an earlier one', incarnation: '0'.repeat(16) });
	await device.inform({ state: 'offline', reason: 'tea\u0007' });
	await gone;
	monitor.kill('SIGTERM');
	const { exitCode, stdout } = await monitor;
	t.is(exitCode, 0);
	const events = String(stdout)
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as { at: string; kind: string; text: string });
	t.true(events.every(({ at }) => Date.parse(at) > 0));
	const where = `d on bench b of ${broker.url}`;
	t.deepEqual(
		events.map(({ kind, text }) => `${kind}: ${text}`),
		[
			`info: ${where} is online (through a bridge), free`,
			'stream: a stream begins',
			'console: | he [2Jllo',
			'notice: refused a message on "ossicle/1/b/d/up": 8 bytes are no chunk: its header alone has 16',
			'gap: 4 chunks were missed here',
			'console: | again',
			`info: ${where} is offline: tea`,
		],
	);
});

test.serial('what is retained is not taken for live', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const device = await ScriptedDevice.start(t, broker);
	const payload = Buffer.from('of yesterday\n');
	const old = encodeChunk({ kind: 'BYTES', sequence: 0, channel: '0011223344556677', payload });
	await device.connection.publish(device.topics.up, old, { qos: 1, retain: true });
	const monitor = ossicle(['monitor', 'd', '--link', `${broker.url}/b`]);
	const heard = said(monitor, /of today/);
	await printed(monitor, 'listening to d on bench b');
	await device.send('8899aabbccddeeff', 'BYTES', 'of today\n', 0);
	await heard;
	monitor.kill('SIGTERM');
	const { stdout } = await monitor;
	t.notRegex(String(stdout), /yesterday/);
	t.regex(String(stdout), /it is retained, which a chunk never is/);
});

test.serial('when the broker is gone it says so and fails; a device nobody has heard of is waited for', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const monitor = ossicle(['monitor', 'posix', '--link', `${broker.url}/attic`]);
	await printed(monitor, 'nothing is known there of posix on bench attic');
	broker.kill();
	const { exitCode, stderr } = await monitor;
	t.is(exitCode, 4);
	t.regex(String(stderr), /ossicle: the connection to the broker \S+ was lost: /);
	const late = await ossicle(['monitor', 'posix', '--link', broker.url]);
	t.is(late.exitCode, 4);
	t.regex(String(late.stderr), /ECONNREFUSED/);
});

test.serial('whoever has seen enough ends it', async (t) => {
	const broker = await brokerFor(t, 'aedes');
	const device = await ScriptedDevice.start(t, broker);
	const monitor = ossicle(['monitor', 'd', '--link', `${broker.url}/b`]);
	await printed(monitor, 'listening to d on bench b');
	monitor.stdout?.destroy();
	let sequence = 0;
	const flood = setInterval(() => {
		void device.send('0011223344556677', 'BYTES', 'more\n', sequence++);
	}, 20);
	const { exitCode, stderr } = await monitor;
	clearInterval(flood);
	t.is(exitCode, 0, String(stderr));
});

test.serial('the lines of a serial board, without flashing it or keeping it from the next', async (t) => {
	const board = await PosixProcess.start({ program: await posixProgram() });
	t.teardown(() => board.close());
	const args = ['monitor', 'stm32f405', '--port', board.ptyPath];
	const monitor = ossicle(args);
	await printed(monitor, 'listening to serial /dev/pts/');
	const second = await ossicle(args);
	t.is(second.exitCode, 4);
	t.regex(String(second.stderr), /is in use by process \d+/);
	const booted = said(monitor, /it booted/);
	board.reset();
	await booted;
	board.kill();
	const { exitCode, stderr } = await monitor;
	t.is(exitCode, 4);
	t.regex(String(stderr), /stm32f405: serial \/dev\/pts\/\d+ 921600 baud hung up/);
});

test.serial('what cannot be listened to is refused with what to do', async (t) => {
	const posix = await ossicle(['monitor', 'posix']);
	t.is(posix.exitCode, 2);
	t.regex(String(posix.stderr), /posix is started anew by each run.*`ossicle bridge posix --link/);
	const board = await ossicle(['monitor', 'stm32f405', '--port', '/dev/ttyNotThere0']);
	t.is(board.exitCode, 4);
	t.regex(String(board.stderr), /cannot open \/dev\/ttyNotThere0 \(ENOENT\)/);
	const name = await ossicle(['monitor', '../up', '--link', 'mqtt://127.0.0.1:1/b']);
	t.is(name.exitCode, 2);
	t.regex(String(name.stderr), /device "\.\.\/up": expected 1 to 64 lower-case letters/);
});

test.serial('devices --broker: who is there, on which bench, who has it, what was refused', async (t) => {
	const broker = await brokerFor(t, 'mosquitto');
	const nobody = await ossicle(['devices', '--broker', broker.url]);
	t.is(nobody.exitCode, 0);
	t.regex(
		String(nobody.stdout),
		/^Nothing is on \S+\. `ossicle bridge <device> --link \S+\/my-bench` puts a device there\.$/,
	);
	const connection = await connectionTo(t, broker);
	const info = (bench: string, device: string, more: Partial<MqttInfo>) => {
		const made: MqttInfo = { v: 1, state: 'online', bench, device, via: 'bridge', incarnation: '0011223344556677' };
		const payload = encodeInfo({ ...made, ...more });
		return connection.publish(topicsOf(bench, device).info, payload, { qos: 1, retain: true });
	};
	await info('cellar', 'posix', { via: 'firmware', board: 'posix', evidence: 'host', holder: 'ci\u001b[2J\n' });
	await info('attic', 'posix', { board: 'posix\u202e', evidence: 'host' });
	await info('attic', 'stm32f405', { state: 'offline', reason: 'connection lost', holder: 'nobody' });
	await connection.publish('ossicle/1/attic/liar/info', Buffer.from('\u001b[2J'), { qos: 1, retain: true });
	const all = await ossicle(['devices', '--broker', broker.url]);
	t.is(all.exitCode, 0);
	t.deepEqual(String(all.stdout).split('\n'), [
		'bench   device     via       board  evidence  state    held by, or why not',
		'attic   posix      bridge    posix  host      online',
		'attic   stm32f405  bridge                     offline  connection lost',
		'cellar  posix      firmware  posix  host      online   ci [2J',
	]);
	t.regex(String(all.stderr), /refused a message on "ossicle\/1\/attic\/liar\/info": it is not JSON in UTF-8/);
	const one = await ossicle(['devices', '--broker', `${broker.url}/cellar`, '--json']);
	const listed = JSON.parse(String(one.stdout));
	t.is(listed.broker, broker.url);
	t.is(listed.refused, 0);
	t.deepEqual(
		listed.devices.map(({ bench, device }: MqttInfo) => [bench, device]),
		[['cellar', 'posix']],
	);
});

test.serial('a table of devices nobody gave a board', (t) => {
	const info: MqttInfo = {
		v: 1,
		state: 'online',
		bench: 'b',
		device: 'd',
		via: 'bridge',
		incarnation: '0011223344556677',
	};
	t.is(presentTable([info]).split('\n')[1], 'b      d       bridge                   online');
});
