/** mqtts:// against both brokers, with certificates made for the test. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { OssicleError } from '../../error.ts';
import { type MadeCertificate, makeCertificate } from '../../testing/made-certificate.ts';
import { BROKER_KINDS, brokerFor, connectionTo } from '../../testing/mqtt-clients.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import type { Credentials } from './credentials.ts';

const UP = 'ossicle/1/b/d/up';
const folder = temporaryFolder('tls');
const authority = makeCertificate('an authority of ours', { authority: true });
const server = makeCertificate('a broker', { issuer: authority, hosts: ['127.0.0.1', 'localhost'] });
const elsewhere = makeCertificate('another broker', { issuer: authority, hosts: ['broker.example'] });
const expired = makeCertificate('an old broker', {
	issuer: authority,
	hosts: ['127.0.0.1'],
	notBefore: new Date(Date.now() - 20 * 86_400_000),
	notAfter: new Date(Date.now() - 10 * 86_400_000),
});
const client = makeCertificate('a controller', { issuer: authority });
const stranger = makeCertificate('a stranger');

const ca = Buffer.from(authority.certificate);
const ours: Credentials = { ca, cert: Buffer.from(client.certificate), key: Buffer.from(client.key) };

let files = 0;
function file(text: string): string {
	const name = path.join(folder, `${files++}.pem`);
	writeFileSync(name, text);
	return name;
}

const tlsOf = (made: MadeCertificate, requireClientCertificate = false) => ({
	certFile: file(made.certificate),
	keyFile: file(made.key),
	caFile: file(authority.certificate),
	requireClientCertificate,
});

for (const kind of BROKER_KINDS) {
	test(`${kind}: with its authority named, by address and by name`, async (t) => {
		const broker = await brokerFor(t, kind, { tls: tlsOf(server) });
		for (const url of [broker.url, broker.url.replace('127.0.0.1', 'localhost')]) {
			const connection = await connectionTo(t, { url }, { credentials: { ca } });
			t.true(connection.url.secure);
			await connection.subscribe([UP], 1);
			await connection.publish(UP, Buffer.alloc(4000), { qos: 1 });
			await connection.close();
		}
	});

	test(`${kind}: a client certificate, where the broker wants one`, async (t) => {
		const broker = await brokerFor(t, kind, { tls: tlsOf(server, true) });
		const connection = await connectionTo(t, broker, { credentials: ours });
		await connection.publish(UP, Buffer.from('x'), { qos: 1 });
		for (const [what, credentials] of [
			['none', { ca }],
			['one that it does not trust', { ca, cert: Buffer.from(stranger.certificate), key: Buffer.from(stranger.key) }],
		] as [string, Credentials][]) {
			const error = await t.throwsAsync(connectionTo(t, broker, { credentials }), { instanceOf: OssicleError }, what);
			t.is(error?.code, 'mqtt-connect');
			t.regex(error?.message ?? '', /client certificate/, what);
		}
	});

	test(`${kind}: a certificate that nobody we trust has signed, is for another host, or has expired`, async (t) => {
		for (const [made, credentials, expected] of [
			[server, {}, /OSSICLE_MQTT_CA/],
			[elsewhere, { ca }, /for another host/],
			[expired, { ca }, /has expired/],
			[stranger, { ca }, /OSSICLE_MQTT_CA/],
		] as [MadeCertificate, Credentials, RegExp][]) {
			const broker = await brokerFor(t, kind, { tls: tlsOf(made) });
			const error = await t.throwsAsync(connectionTo(t, broker, { credentials }), { instanceOf: OssicleError });
			t.is(error?.code, 'mqtt-connect');
			t.is(error?.kind, 'rig');
			t.regex(error?.message ?? '', expected);
			await broker.stop();
		}
	});

	test(`${kind}: TLS on one side only`, async (t) => {
		const secure = await brokerFor(t, kind, { tls: tlsOf(server) });
		const plain = await brokerFor(t, kind);
		for (const url of [secure.url.replace('mqtts', 'mqtt'), plain.url.replace('mqtt', 'mqtts')]) {
			const error = await t.throwsAsync(connectionTo(t, { url }, { credentials: { ca } }), {
				instanceOf: OssicleError,
			});
			t.is(error?.code, 'mqtt-connect');
			t.regex(error?.message ?? '', /TLS/);
		}
	});
}

test('what OSSICLE_MQTT_CA, _CERT and _KEY name is no certificate', async (t) => {
	const url = 'mqtts://127.0.0.1:1';
	const no = Buffer.from('no PEM at all');
	for (const credentials of [
		{ cert: no, key: no },
		{ cert: Buffer.from(client.certificate), key: Buffer.from(stranger.key) },
	]) {
		const error = await t.throwsAsync(connectionTo(t, { url }, { credentials }), { instanceOf: OssicleError });
		t.is(error?.code, 'mqtt-credentials');
		t.is(error?.kind, 'usage');
		t.notRegex(error?.message ?? '', /no PEM at all|PRIVATE/);
	}
});
