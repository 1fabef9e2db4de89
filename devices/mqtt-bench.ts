/** Which bench of a broker has a device, and what to say where none has it, or several do. */
import { OssicleError } from '../harness/error.ts';
import type { MqttInfo } from '../harness/generated/mqtt-info.ts';
import type { BrokerConnection } from '../harness/link/mqtt/broker-connection.ts';
import { listPresent } from '../harness/link/mqtt/presence.ts';

const MOST_LISTED = 8;

/**
 * The bench of the URL, else the only one on which the device is online.
 * @throws OssicleError `mqtt-bench` (usage): several have it; `mqtt-no-device` (rig): none has
 */
export async function benchOf(connection: BrokerConnection, device: string): Promise<string> {
	const { url } = connection;
	if (url.bench !== null) return url.bench;
	const online = (await listPresent(connection, { device })).filter(({ state }) => state === 'online');
	const [only] = online;
	if (only === undefined) throw await notThere(connection, device, null);
	if (online.length === 1) return only.bench;
	const benches = online.map(({ bench }) => bench).sort();
	throw new OssicleError(
		'mqtt-bench',
		'usage',
		`${device} is on ${online.length} benches of ${url.shown}: ${listed(benches)}. Name one of them: --link ${url.shown}/${benches[0]}`,
		{ device, benches },
	);
}

/** The error for a device that is not on a bench (`null`: on none), saying what there is. Takes a second or two. */
export async function notThere(
	connection: BrokerConnection,
	device: string,
	bench: string | null,
): Promise<OssicleError> {
	const { url } = connection;
	const present = await listPresent(connection, {});
	const own = present.find((info) => info.device === device && info.bench === bench);
	const where = bench === null ? url.shown : `bench ${bench} of ${url.shown}`;
	const what =
		own === undefined
			? `there is no ${device} on ${where}`
			: own.state === 'online'
				? `${device} on ${where} says that it is online, but does not answer`
				: `${device} on ${where} is offline${own.reason === undefined ? '' : ` (${own.reason})`}`;
	const others = present.filter((info) => info !== own && info.state === 'online').map(nameOf);
	const rest = others.length === 0 ? 'Nothing else is online there' : `Online there: ${listed(others.sort())}`;
	return new OssicleError(
		'mqtt-no-device',
		'rig',
		`${what}. ${rest}. Put it there with \`ossicle bridge ${device} --link ${url.shown}/${bench ?? 'my-bench'}\`, on the machine the board hangs on.`,
		{ device, bench },
	);
}

const nameOf = ({ bench, device }: MqttInfo) => `${device} on bench ${bench}`;

function listed(names: readonly string[]): string {
	const left = names.length - MOST_LISTED;
	return names.slice(0, MOST_LISTED).join(', ') + (left > 0 ? ` and ${left} more` : '');
}
