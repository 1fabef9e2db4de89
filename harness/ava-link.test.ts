/** Scenario suites and tests by hand over a broker, as somebody would write them whose boards are on another machine. */
import test from 'ava';
import { hil, withDevice } from './ava.ts';
import { startBridge } from './bridge/bridge.ts';
import { startBroker } from './broker/start-broker.ts';
import { parseBrokerUrl } from './link/mqtt/broker-url.ts';
import { DEVICES_FOLDER } from './run.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { tinyScenario } from './testing/tiny-scenario.ts';

const broker = await startBroker('aedes');
const bridge = await startBridge({
	facts: deviceOf(loadDevices(DEVICES_FOLDER), 'posix').facts,
	url: parseBrokerUrl(broker.url),
	bench: 'attic',
	attach: { posixArgs: ['--counter', 'scripted'] },
});
test.after.always(async () => {
	await bridge.stop();
	await broker.stop();
});

const link = `${broker.url}/attic`;
const SPEC = '| Device | Memory | Accuracy |\n| --- | --- | --- |\n| Desktop CPU | < 100 MB | > 50 % |\n';
const tiny = tinyScenario({ teardown: (cleanUp) => test.after.always(cleanUp) }, { spec: SPEC });

await hil(tiny.folder, { devices: ['posix'], attach: { link }, runsFolder: tiny.runs });

withDevice(
	'answers over a broker',
	'posix',
	async (t, { session, device }) => {
		t.is(session.hello.board, 'posix');
		t.is(session.hello.build, device.image.buildId);
	},
	{ link },
);
