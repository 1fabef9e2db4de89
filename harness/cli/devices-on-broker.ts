import type { MqttInfo } from '../generated/mqtt-info.ts';
import { connectBroker } from '../link/mqtt/broker-connection.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { credentialsFrom } from '../link/mqtt/credentials.ts';
import { listPresent } from '../link/mqtt/presence.ts';
import { jsonLine, oneLine } from './plain-lines.ts';
import { textTable } from './text-table.ts';

/** What `ossicle broker` serves when it is told nothing. */
const DEFAULT_BROKER = 'mqtt://127.0.0.1:1883';

/**
 * `ossicle devices --broker [url]`: who is on a broker, on which bench, and who has it. All of it is what somebody else
 * claims. @throws OssicleError
 */
export async function runDevicesOnBroker(named: string | true, options: { json?: boolean }): Promise<number> {
	const url = parseBrokerUrl(named === true ? DEFAULT_BROKER : named);
	const connection = await connectBroker(url, {
		role: 'viewer',
		credentials: credentialsFrom(process.env),
		log: (text) => console.error(oneLine(text)),
	});
	try {
		const filter = url.bench === null ? {} : { bench: url.bench };
		const present = (await listPresent(connection, filter)).sort(
			(a, b) => a.bench.localeCompare(b.bench, 'en') || a.device.localeCompare(b.device, 'en'),
		);
		const refused = connection.refusals.total;
		if (options.json === true) console.log(jsonLine({ broker: url.shown, devices: present, refused }));
		else if (present.length > 0) console.log(presentTable(present));
		else
			console.log(
				`Nothing is on ${url.shown}${url.bench === null ? '' : ` on bench ${url.bench}`}. \`ossicle bridge <device> --link ${url.shown}/my-bench\` puts a device there.`,
			);
		return 0;
	} finally {
		await connection.close();
	}
}

export function presentTable(present: readonly MqttInfo[]): string {
	const head = ['bench', 'device', 'via', 'board', 'evidence', 'state', 'held by, or why not'];
	const rows = present.map(({ bench, device, via, board = '', evidence = '', state, holder = '', reason = '' }) =>
		[bench, device, via, board, evidence, state, state === 'online' ? holder : reason].map(oneLine),
	);
	return textTable([head, ...rows], head.length).join('\n');
}
