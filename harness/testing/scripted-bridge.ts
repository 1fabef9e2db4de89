/**
 * A bridge like `ossicle bridge posix --link <link>`, but its board has a scripted counter: there is no clock to check then,
 * which would take several seconds of each run.
 *
 *     node --import tsx harness/testing/scripted-bridge.ts mqtt://127.0.0.1:1883/bench [image]
 */
import { startBridge } from '../bridge/bridge.ts';
import { bridgeLine } from '../bridge/bridge-lines.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { DEVICES_FOLDER } from '../run.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';

const [link = '', imagePath] = process.argv.slice(2);
const url = parseBrokerUrl(link);
const bridge = await startBridge({
	facts: deviceOf(loadDevices(DEVICES_FOLDER), 'posix').facts,
	url,
	bench: url.bench ?? 'bench',
	attach: { posixArgs: ['--counter', 'scripted'], ...(imagePath === undefined ? {} : { imagePath }) },
	say: (event) => console.error(bridgeLine(event)),
});
process.once('SIGTERM', () => void bridge.stop());
await bridge.closed;
