import test from 'ava';
import { OssicleError } from '../../error.ts';
import { parseBrokerUrl } from './broker-url.ts';

for (const [text, expected] of [
	['mqtt://localhost', { secure: false, host: 'localhost', port: 1883, bench: null, shown: 'mqtt://localhost:1883' }],
	['mqtts://b.example', { secure: true, host: 'b.example', port: 8883, bench: null, shown: 'mqtts://b.example:8883' }],
	[
		'mqtt://10.0.0.7:11883/',
		{ secure: false, host: '10.0.0.7', port: 11883, bench: null, shown: 'mqtt://10.0.0.7:11883' },
	],
	['mqtt://pi/bench-2', { secure: false, host: 'pi', port: 1883, bench: 'bench-2', shown: 'mqtt://pi:1883' }],
	['MQTT://pi/bench-2', { secure: false, host: 'pi', port: 1883, bench: 'bench-2', shown: 'mqtt://pi:1883' }],
	['mqtts://[::1]:9/b', { secure: true, host: '::1', port: 9, bench: 'b', shown: 'mqtts://[::1]:9' }],
] as const)
	test(`a broker: ${text}`, (t) => t.deepEqual(parseBrokerUrl(text), expected));

for (const [text, expected] of [
	['', /expected mqtt:\/\/host/],
	['localhost', /expected mqtt:\/\/host/],
	['localhost:1883', /expected mqtt:\/\/ or mqtts:\/\//],
	['tcp://localhost', /expected mqtt:\/\/ or mqtts:\/\//],
	['ws://localhost', /expected mqtt:\/\/ or mqtts:\/\//],
	['mqtt:localhost', /expected a host name/],
	['mqtt://', /expected a host name|expected mqtt:/],
	['mqtt:///bench', /expected a host name/],
	['mqtt://a%20b', /expected a host name/],
	['mqtt://-x', /expected a host name/],
	['mqtt://host:0', /port 0/],
	['mqtt://host:65536', /expected mqtt:\/\/host/],
	['mqtt://host:x', /expected mqtt:\/\/host/],
	['mqtt://host/a/b', /bench "a\/b"/],
	['mqtt://host/a/', /bench "a\/"/],
	['mqtt://host/Bench', /bench "Bench"/],
	['mqtt://host/+', /bench "\+"/],
	['mqtt://host/../../x/y', /bench "x\/y"/],
	['mqtt://host?a=b', /got \? or #/],
	['mqtt://host/b#c', /got \? or #/],
] as const)
	test(`no broker: ${text}`, (t) => {
		const error = t.throws(() => parseBrokerUrl(text), { instanceOf: OssicleError });
		t.is(error?.code, 'mqtt-url');
		t.is(error?.kind, 'usage');
		t.regex(error?.message ?? '', expected);
	});

for (const text of ['mqtt://me:secret@host', 'mqtt://secret@host', 'me:secret@host', 'mqtt://me:secret@host:x/../'])
	test(`who we are is not said in the URL, and what was said is not repeated: ${text}`, (t) => {
		const error = t.throws(() => parseBrokerUrl(text), { instanceOf: OssicleError });
		t.is(error?.code, 'mqtt-url');
		t.regex(error?.message ?? '', /OSSICLE_MQTT_USER/);
		t.notRegex(JSON.stringify([error?.message, error?.facts]), /secret/);
	});

test('a URL with control characters is shown without them', (t) => {
	const error = t.throws(() => parseBrokerUrl('tcp://\u001b[2Jhost\n'), { instanceOf: OssicleError });
	t.notRegex(error?.message ?? '', /\p{Cc}/u);
});
