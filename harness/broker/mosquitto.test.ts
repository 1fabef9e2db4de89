/** Real Mosquitto processes. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { isOssicleError, type OssicleError } from '../error.ts';
import { TestClient } from '../testing/mqtt-client.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { Account } from './accounts.ts';
import type { Broker } from './broker.ts';
import { type MosquittoOptions, startMosquitto } from './mosquitto.ts';
import { findMosquitto } from './mosquitto-program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function started(t: ExecutionContext, options: MosquittoOptions = {}): Promise<Broker> {
	const broker = await startMosquitto(options);
	t.teardown(() => broker.stop());
	return broker;
}

const stateOf = (pid: number) => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
		return stat.slice(stat.lastIndexOf(')') + 2)[0];
	} catch {
		return 'gone';
	}
};

/** Ended, though perhaps not yet collected by its parent. */
const isOver = (pid: number) => ['gone', 'Z', 'X'].includes(stateOf(pid) as string);

async function thrown(t: ExecutionContext, promise: Promise<unknown>): Promise<OssicleError> {
	const error = await t.throwsAsync(promise);
	if (!isOssicleError(error)) throw error;
	return error;
}

test('it serves on a free port of the loopback address as soon as it is said to be there', async (t) => {
	const broker = await started(t);
	t.is(broker.url, `mqtt://127.0.0.1:${broker.port}`);
	t.true(broker.port >= 15_000 && broker.port < 32_000);
	const client = await TestClient.connect(broker.url);
	await client.subscribe('a/b');
	await client.publish('a/b', 'hello');
	t.is((await client.message('a/b')).text, 'hello');
	await client.end();
	await broker.stop();
	t.is(await broker.ended, 'mosquitto ended with status 0');
	t.true(isOver(broker.pid as number));
	await broker.stop();
});

test('nothing of it is left in the temporary folder, not even while it runs', async (t) => {
	const before = temporaryFolder('broker-tmp');
	const script = `
		import { readdirSync } from 'node:fs';
		import { startMosquitto } from './harness/broker/mosquitto.ts';
		const broker = await startMosquitto({ accounts: [{ name: 'a', password: 'b', role: 'viewer' }] });
		console.log(JSON.stringify(readdirSync(process.env.TMPDIR ?? '').filter((name) => name.startsWith('ossicle'))));
		await broker.stop();`;
	const { stdout, stderr } = await runScript(script, { TMPDIR: before });
	t.is(stdout, '[]', stderr);
});

test('the same port serves again after stop, and after a kill with clients connected', async (t) => {
	const first = await started(t);
	await first.stop();
	const second = await started(t, { port: first.port });
	t.is(second.port, first.port);
	const client = await TestClient.connect(second.url);
	second.kill();
	await client.closed;
	t.is(await second.ended, 'mosquitto was ended by SIGKILL');
	const third = await started(t, { port: first.port });
	await (await TestClient.connect(third.url)).end();
});

test('a port in use is named, with what to do', async (t) => {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	t.teardown(() => server.close());
	const { port } = server.address() as { port: number };
	const error = await thrown(t, startMosquitto({ port }));
	t.is(error.code, 'broker-port');
	t.regex(error.message, new RegExp(`port ${port} on 127.0.0.1 is in use.*--port`));
});

test('what is no port is refused', async (t) => {
	for (const port of [-1, 65_536, 1.5, Number.NaN])
		t.is((await thrown(t, startMosquitto({ port }))).code, 'broker-port');
});

test('a broker that does not come up ends with its own words, and is not left over', async (t) => {
	const folder = temporaryFolder('broker');
	const file = path.join(folder, 'key.pem');
	writeFileSync(file, '-----BEGIN NONSENSE-----\n');
	const error = await thrown(t, startMosquitto({ tls: { certFile: file, keyFile: file } }));
	t.is(error.code, 'mosquitto-start');
	t.regex(
		error.message,
		/did not come up on 127\.0\.0\.1:\d+: .*ended with status 1.*Unable to load server certificate/s,
	);
	const silent = await thrown(t, startMosquitto({ program: await quietProgram(folder), startTimeoutMs: 300 }));
	t.regex(silent.message, /nothing of the kind within 300 ms/);
	t.true(isOver(Number(readFileSync(path.join(folder, 'pid'), 'utf8'))));
});

/** Stays and says nothing. */
async function quietProgram(folder: string): Promise<string> {
	const program = path.join(folder, 'quiet');
	writeFileSync(program, `#!/bin/sh\necho $$ > ${folder}/pid\nexec sleep 60\n`, { mode: 0o755 });
	writeFileSync(path.join(folder, 'pid'), '', { mode: 0o666 });
	// As another user it has to get here.
	await execa('chmod', ['755', folder]);
	await execa('chmod', ['666', path.join(folder, 'pid')]);
	return program;
}

test('it ends with us, also when we are killed', async (t) => {
	const script = `
		import { startMosquitto } from './harness/broker/mosquitto.ts';
		const broker = await startMosquitto();
		console.log(broker.pid);
		setInterval(() => {}, 1000);`;
	const child = runScript(script);
	const pid = await firstNumber(child);
	t.false(isOver(pid));
	child.kill('SIGKILL');
	await child;
	// The kernel has sent the signal when our end was noticed; the broker needs a moment to be gone.
	while (!isOver(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
	t.pass();
});

function runScript(script: string, env: Record<string, string> = {}) {
	const args = ['--import=tsx', '--input-type=module', '--eval', script];
	return execa(process.execPath, args, { cwd: ROOT, env, reject: false, stdin: 'ignore' });
}

function firstNumber(child: ReturnType<typeof runScript>): Promise<number> {
	return new Promise((resolve, reject) => {
		let text = '';
		child.stdout.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			const found = /^(\d+)\n/.exec(text);
			if (found !== null) resolve(Number(found[1]));
		});
		child.once('exit', () => reject(new Error(`it ended after printing ${JSON.stringify(text)}`)));
	});
}

test('a data folder holds the configuration, closed to others, with no password in it', async (t) => {
	const data = path.join(temporaryFolder('broker-data'), 'deep', 'er');
	const accounts: Account[] = [{ name: 'wall', password: 'not to be seen', role: 'viewer' }];
	const broker = await started(t, { data, accounts });
	const folder = path.join(data, 'ossicle-mosquitto');
	t.deepEqual(readdirSync(folder).sort(), ['acl', 'mosquitto.conf', 'passwords']);
	t.is(statSync(folder).mode & 0o007, 0);
	for (const name of readdirSync(folder)) {
		t.is(statSync(path.join(folder, name)).mode & 0o027, 0, name);
		t.false(readFileSync(path.join(folder, name), 'utf8').includes('not to be seen'));
	}
	await (await TestClient.connect(broker.url, { username: 'wall', password: 'not to be seen' })).end();
	await broker.stop();
	const again = await started(t, { data });
	await (await TestClient.connect(again.url)).end();
});

test('a data folder that cannot be written is named', async (t) => {
	const file = path.join(temporaryFolder('broker-data'), 'a-file');
	writeFileSync(file, '');
	const error = await thrown(t, startMosquitto({ data: file }));
	t.is(error.code, 'broker-data');
	t.regex(error.message, /a-file: cannot hold the broker's configuration .*--data/);
});

test('started by root it is somebody else, without groups', async (t) => {
	const broker = await started(t);
	const status = readFileSync(`/proc/${broker.pid}/status`, 'latin1');
	const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
	const own = process.getuid?.() ?? 0;
	if (own === 0) {
		t.not(uid, 0);
		t.not(Number(/^Gid:\s+(\d+)/m.exec(status)?.[1]), 0);
		t.regex(status, /^Groups:\s*$/m);
	} else t.is(uid, own);
});

test('a huge packet ends its sender, a long message reaches nobody, and the broker goes on', async (t) => {
	const lines: string[] = [];
	const broker = await started(t, { log: (line) => lines.push(line) });
	const reader = await TestClient.connect(broker.url);
	await reader.subscribe('a/#');
	const sender = await TestClient.connect(broker.url);
	await sender.publish('a/long', Buffer.alloc(20_000));
	await sender.publish('a/huge', Buffer.alloc(100_000));
	await sender.closed;
	const other = await TestClient.connect(broker.url);
	await other.publish('a/b', 'after it');
	await reader.message('a/b');
	t.deepEqual(
		reader.received.map(({ topic }) => topic),
		['a/b'],
	);
	t.true(lines.some((line) => line.startsWith('New client connected')));
});

test('without limits long messages pass', async (t) => {
	const broker = await started(t, { limits: { messageBytes: null, packetBytes: null } });
	const client = await TestClient.connect(broker.url);
	await client.subscribe('a');
	await client.publish('a', Buffer.alloc(200_000, 'x'));
	t.is((await client.message('a')).text.length, 200_000);
});

test('mosquitto is found beside a bin folder of PATH', (t) => {
	const real = findMosquitto() as string;
	t.truthy(real, 'mosquitto is needed for this test');
	t.is(findMosquitto('/usr/bin:/bin'), findMosquitto('/usr/sbin'));
	t.is(findMosquitto(os.tmpdir()), null);
	t.is(findMosquitto('bin:'), null);
});

test('where it is not installed, the other broker is named', async (t) => {
	const script = `
		import { startMosquitto } from './harness/broker/mosquitto.ts';
		process.env.PATH = '/nowhere/bin';
		await startMosquitto().catch((error) => console.log(error.code, error.message));`;
	t.regex((await runScript(script)).stdout, /^mosquitto-missing .*apt-get install mosquitto.*--with aedes/);
});

test('without setpriv it runs all the same, as somebody else, and what is missing is said', async (t) => {
	const sbin = path.dirname(findMosquitto() as string);
	const script = `
		import { readFileSync } from 'node:fs';
		import { startMosquitto } from './harness/broker/mosquitto.ts';
		import { TestClient } from './harness/testing/mqtt-client.ts';
		process.env.PATH = ${JSON.stringify(sbin)};
		const accounts = [{ name: 'a', password: 'b', role: 'viewer' }];
		const broker = await startMosquitto({ accounts, log: (line) => console.log(line) });
		await (await TestClient.connect(broker.url, { username: 'a', password: 'b' })).end();
		console.log(/^Uid:.*/m.exec(readFileSync('/proc/' + broker.pid + '/status', 'latin1'))[0]);
		await broker.stop();`;
	const { stdout, stderr } = await runScript(script);
	t.regex(stdout, /^setpriv \(util-linux\) is not installed: /m, stderr);
	t.regex(stdout, process.getuid?.() === 0 ? /^Uid:\s+[1-9]/m : /^Uid:/m);
});
