/** Before a bridge takes a name on a broker: does somebody answer to it already? */
import { randomBytes } from 'node:crypto';
import { OssicleError } from '../error.ts';
import { Asker } from '../link/mqtt/asker.ts';
import { connectBroker } from '../link/mqtt/broker-connection.ts';
import type { BrokerUrl } from '../link/mqtt/broker-url.ts';
import type { Credentials } from '../link/mqtt/credentials.ts';
import { listPresent } from '../link/mqtt/presence.ts';
import { topicsOf } from '../link/mqtt/topics.ts';

/** A retained info comes with the answer to the subscription. */
const PRESENT_MS = 300;
const DESCRIBE_MS = 3000;

/**
 * Two that answer to one name would end each other's runs. Only an answer counts: what is retained may be all that is left of
 * a bridge whose broker was killed. An account of a device may not ask itself; then nothing is known, and nothing refused.
 *
 * @throws OssicleError (rig) `mqtt-taken`, and as `connectBroker`
 */
export async function checkNotTaken(
	url: BrokerUrl,
	bench: string,
	device: string,
	credentials: Credentials,
): Promise<void> {
	const connection = await connectBroker(url, { role: 'bridge', credentials });
	try {
		const present = await listPresent(connection, { bench, device }, PRESENT_MS);
		if (!present.some(({ state }) => state === 'online')) return;
		const asker = new Asker(connection, topicsOf(bench, device), randomBytes(16).toString('hex'));
		const answer = await asker.ask({ op: 'describe' }, { timeoutMs: DESCRIBE_MS }).catch(() => null);
		if (answer === null) return;
		const holder = answer.described?.holder;
		throw new OssicleError(
			'mqtt-taken',
			'rig',
			`${device} is on bench ${bench} of ${url.shown} already, and answers${holder === undefined ? '' : `; it is held by ${holder}`}. Two of one name would end each other's runs: stop that bridge, or give this one a bench of its own (--link ${url.shown}/another-bench).`,
			{ bench, device },
		);
	} finally {
		await connection.close();
	}
}
