/** mqtts on each broker, with certificates made for the test. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { isOssicleError } from '../error.ts';
import { makeCertificate } from '../testing/made-certificate.ts';
import { TestClient } from '../testing/mqtt-client.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { startAedes } from './aedes.ts';
import type { BrokerTls } from './broker-tls.ts';
import { startMosquitto } from './mosquitto.ts';

const authority = makeCertificate('Test authority', { authority: true });
const server = makeCertificate('broker', { issuer: authority, hosts: ['localhost', '127.0.0.1'] });
const client = makeCertificate('client', { issuer: authority });
const stranger = makeCertificate('stranger', { authority: true });

function files(): BrokerTls {
	const folder = temporaryFolder('tls');
	const write = (name: string, text: string) => {
		const file = path.join(folder, name);
		writeFileSync(file, text, { mode: 0o600 });
		return file;
	};
	return {
		certFile: write('server.crt', server.certificate),
		keyFile: write('server.key', server.key),
		caFile: write('ca.crt', authority.certificate),
	};
}

for (const [kind, start] of [
	['mosquitto', startMosquitto],
	['aedes', startAedes],
] as const) {
	test(`${kind}: who knows the authority connects, who does not does not`, async (t) => {
		const broker = await start({ tls: files() });
		t.teardown(() => broker.stop());
		t.is(broker.url, `mqtts://127.0.0.1:${broker.port}`);
		const mine = await TestClient.connect(broker.url, { ca: authority.certificate });
		await mine.subscribe('a');
		await mine.publish('a', 'hello');
		t.is((await mine.message('a')).text, 'hello');
		await mine.end();
		await t.throwsAsync(TestClient.connect(broker.url, { ca: stranger.certificate }), {
			message: /certificate|signed/,
		});
		await t.throwsAsync(TestClient.connect(broker.url.replace('mqtts:', 'mqtt:')));
	});

	test(`${kind}: a client certificate that is required is required, and of the right authority`, async (t) => {
		const broker = await start({ tls: { ...files(), requireClientCertificate: true } });
		t.teardown(() => broker.stop());
		const ca = authority.certificate;
		await (await TestClient.connect(broker.url, { ca, cert: client.certificate, key: client.key })).end();
		await t.throwsAsync(TestClient.connect(broker.url, { ca }));
		await t.throwsAsync(TestClient.connect(broker.url, { ca, cert: stranger.certificate, key: stranger.key }));
	});

	test(`${kind}: files that are no certificate are named`, async (t) => {
		const tls = files();
		const missing = await t.throwsAsync(start({ tls: { ...tls, keyFile: `${tls.keyFile}.gone` } }));
		t.true(isOssicleError(missing) && missing.code === 'broker-tls' && missing.kind === 'usage');
		t.regex(missing?.message ?? '', /keyFile: .*server\.key\.gone cannot be read/);
		const file = path.join(path.dirname(tls.certFile), 'text');
		writeFileSync(file, 'no certificate');
		const text = await t.throwsAsync(start({ tls: { ...tls, certFile: file } }));
		t.regex(text?.message ?? '', /certFile: .* is no PEM file/);
	});
}
