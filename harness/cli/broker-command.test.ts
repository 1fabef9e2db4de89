/** `ossicle broker` as a process of its own. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import test from 'ava';
import { isOssicleError } from '../error.ts';
import { ossicle, printed } from '../testing/command.ts';
import { TestClient } from '../testing/mqtt-client.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { brokerCommand } from './broker-command.ts';

/** The first line on stdout; rejects when the command ends without. */
function firstLine(child: ReturnType<typeof ossicle>): Promise<string> {
	let text = '';
	return new Promise((resolve, reject) => {
		child.stdout?.on('data', (chunk: Buffer) => {
			text += chunk.toString();
			const end = text.indexOf('\n');
			if (end !== -1) resolve(text.slice(0, end));
		});
		child.stdout?.on('end', () => reject(new Error(`it ended after printing ${JSON.stringify(text)}`)));
	});
}

for (const kind of ['mosquitto', 'aedes'])
	test(`${kind}: its URL is all that is on stdout, and Ctrl-C ends it`, async (t) => {
		const child = ossicle(['broker', '--port', '0', '--with', kind]);
		const url = await firstLine(child);
		t.regex(url, /^mqtt:\/\/127\.0\.0\.1:\d+$/);
		const client = await TestClient.connect(url);
		child.kill('SIGINT');
		await client.closed;
		const { exitCode, stdout, stderr } = await child;
		t.is(exitCode, 130);
		t.is(stdout, url);
		t.regex(String(stderr), new RegExp(`^broker: ${kind}; no accounts: .*\\. Ctrl-C stops it\\.\n[^]*broker stopped$`));
		const again = ossicle(['broker', '--port', new URL(url).port, '--with', kind]);
		t.is(await firstLine(again), url);
		again.kill('SIGTERM');
		t.is((await again).exitCode, 0);
	});

test('with --json its URL, process and kind; it takes mosquitto by itself, and says when that is gone', async (t) => {
	const child = ossicle(['broker', '--port', '0', '--json']);
	const { url, pid, with: kind } = JSON.parse(await firstLine(child));
	t.is(kind, 'mosquitto');
	await (await TestClient.connect(url)).end();
	process.kill(pid, 'SIGKILL');
	const { exitCode, stderr } = await child;
	t.is(exitCode, 4);
	t.regex(String(stderr), /mosquitto, as it is installed/);
	t.regex(String(stderr), /is gone: mosquitto was ended by SIGKILL/);
});

test('without mosquitto it takes the broker inside, and says so', async (t) => {
	const child = ossicle(['broker', '--port', '0', '--json'], { env: { PATH: '/nowhere/bin' } });
	const { url, pid, with: kind } = JSON.parse(await firstLine(child));
	t.is(kind, 'aedes');
	t.is(pid, child.pid);
	await (await TestClient.connect(url)).end();
	child.kill('SIGTERM');
	t.regex(String((await child).stderr), /aedes, the one inside, as mosquitto is not installed/);
});

test('accounts are read from a file, their passwords from elsewhere; neither is printed', async (t) => {
	const folder = temporaryFolder('broker-command');
	const file = path.join(folder, 'accounts.yaml');
	writeFileSync(file, 'accounts:\n  - { name: ci, role: controller, passwordEnv: CI_MQTT_PASSWORD }\n');
	const env = { CI_MQTT_PASSWORD: 'open sesame' };
	const child = ossicle(['broker', '--port', '0', '--accounts', file], { env });
	const url = await firstLine(child);
	await (await TestClient.connect(url, { username: 'ci', password: 'open sesame' })).end();
	await t.throwsAsync(TestClient.connect(url));
	child.kill('SIGINT');
	const { stdout, stderr } = await child;
	t.regex(String(stderr), /; one account from .*accounts\.yaml\./);
	t.notRegex(`${stdout}${stderr}`, /sesame/);
	const without = await ossicle(['broker', '--port', '0', '--accounts', file]);
	t.is(without.exitCode, 2);
	t.regex(String(without.stderr), /accounts\.yaml:2:\d+: account `ci` has no password: .*CI_MQTT_PASSWORD/);
});

test('what a client calls itself does not reach the terminal as it is', async (t) => {
	const child = ossicle(['broker', '--port', '0', '--with', 'aedes']);
	const url = await firstLine(child);
	const said = printed(child, 'client ');
	const client = await TestClient.connect(url, { clientId: 'a\u001b[2Jb\nbroker: forged' });
	await client.publish('$SYS/a', 'x');
	await said;
	child.kill('SIGINT');
	const { stderr } = await child;
	t.regex(String(stderr), /^aedes: client a \[2Jb broker: forged: /m);
	t.false(String(stderr).includes('\u001b'));
});

test('a port in use is a rig error that names it', async (t) => {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	t.teardown(() => server.close());
	const { port } = server.address() as { port: number };
	const { exitCode, stdout, stderr } = await ossicle(['broker', '--port', String(port)]);
	t.is(exitCode, 4);
	t.is(stdout, '');
	t.regex(String(stderr), new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`));
});

for (const [what, options, expected] of [
	['a port that there is not', { port: '70000' }, /expected 1 to 65535/],
	['a port that is no number', { port: 'mqtt' }, /--port: expected 1 to 65535, or 0 for a free one, got `mqtt`/],
	['a broker we do not know', { with: 'nats' }, /--with: expected mosquitto or aedes, got `nats`/],
	['a folder for the broker inside', { with: 'aedes', data: 'x' }, /--data: .* keeps nothing in files/],
	['accounts that are not there', { accounts: '/nowhere.yaml' }, /\/nowhere\.yaml: cannot be read/],
] as const)
	test(`refused before anything is started: ${what}`, async (t) => {
		const error = await t.throwsAsync(brokerCommand(options));
		t.true(isOssicleError(error) && error.kind === 'usage');
		t.regex(error?.message ?? '', expected);
	});
