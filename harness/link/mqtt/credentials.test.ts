import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { OssicleError } from '../../error.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { credentialsFrom } from './credentials.ts';

const folder = temporaryFolder('credentials');

function file(name: string, text: string): string {
	const full = path.join(folder, name);
	writeFileSync(full, text);
	return full;
}

const PASSWORD_FILE = file('password', 'top secret \n');
const CA = file('ca.pem', 'the authority');
const CERT = file('cert.pem', 'the certificate');
const KEY = file('key.pem', 'the key');

test('nothing set is nobody', (t) => {
	t.deepEqual(credentialsFrom({}), {});
	t.deepEqual(credentialsFrom({ OSSICLE_MQTT_USER: '', OSSICLE_MQTT_CA: '' }), {});
});

test('user and password from the environment; a user without password', (t) => {
	const OSSICLE_MQTT_USER = 'ci';
	t.deepEqual(credentialsFrom({ OSSICLE_MQTT_USER, OSSICLE_MQTT_PASSWORD: 'x y' }), {
		username: 'ci',
		password: 'x y',
	});
	t.deepEqual(credentialsFrom({ OSSICLE_MQTT_USER }), { username: 'ci' });
});

test('of a password file the line end at its end is no part of the password', (t) => {
	const env = { OSSICLE_MQTT_USER: 'ci', OSSICLE_MQTT_PASSWORD_FILE: PASSWORD_FILE };
	t.is(credentialsFrom(env).password, 'top secret ');
	t.is(credentialsFrom({ ...env, OSSICLE_MQTT_PASSWORD_FILE: file('p2', 'a\r\n') }).password, 'a');
	t.is(credentialsFrom({ ...env, OSSICLE_MQTT_PASSWORD_FILE: file('p3', 'a\n\n') }).password, 'a\n');
});

test('certificates are read from their files', (t) => {
	const read = credentialsFrom({ OSSICLE_MQTT_CA: CA, OSSICLE_MQTT_CERT: CERT, OSSICLE_MQTT_KEY: KEY });
	t.deepEqual(read, {
		ca: Buffer.from('the authority'),
		cert: Buffer.from('the certificate'),
		key: Buffer.from('the key'),
	});
});

for (const [what, env, expected] of [
	['a password without user', { OSSICLE_MQTT_PASSWORD: 'secret' }, /OSSICLE_MQTT_USER/],
	[
		'two passwords',
		{ OSSICLE_MQTT_USER: 'ci', OSSICLE_MQTT_PASSWORD: 'secret', OSSICLE_MQTT_PASSWORD_FILE: PASSWORD_FILE },
		/both set/,
	],
	['a certificate without key', { OSSICLE_MQTT_CERT: CERT }, /OSSICLE_MQTT_KEY/],
	['a key without certificate', { OSSICLE_MQTT_KEY: KEY }, /OSSICLE_MQTT_CERT/],
	['a file that is not there', { OSSICLE_MQTT_CA: path.join(folder, 'secret-none') }, /OSSICLE_MQTT_CA: .*ENOENT/],
	['a folder for a file', { OSSICLE_MQTT_CA: folder }, /OSSICLE_MQTT_CA: .*EISDIR/],
	[
		'an empty password file',
		{ OSSICLE_MQTT_USER: 'ci', OSSICLE_MQTT_PASSWORD_FILE: file('empty', '\n') },
		/OSSICLE_MQTT_PASSWORD_FILE: it is empty/,
	],
	['a zero byte', { OSSICLE_MQTT_USER: 'ci', OSSICLE_MQTT_PASSWORD: 'secret\0' }, /OSSICLE_MQTT_PASSWORD: .*zero byte/],
	['a user that no packet can hold', { OSSICLE_MQTT_USER: 'secret'.repeat(11_000) }, /OSSICLE_MQTT_USER: .*65535/],
	['a device for a file', { OSSICLE_MQTT_CA: '/dev/zero' }, /OSSICLE_MQTT_CA: .*no file/],
] as const)
	test(`refused: ${what}; the variable is named, its value is not`, (t) => {
		const error = t.throws(() => credentialsFrom(env), { instanceOf: OssicleError });
		t.is(error?.code, 'mqtt-credentials');
		t.is(error?.kind, 'usage');
		t.regex(error?.message ?? '', expected);
		t.notRegex(JSON.stringify([error?.message, error?.facts]), /secret/);
	});
