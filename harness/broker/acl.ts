/** Who may do what: the table of firmware/wire/MQTT.md section 5, once for all brokers. Whatever is not in it is denied. */
import { TOPIC_ROOT } from '../link/mqtt/topics.ts';
import type { Account } from './accounts.ts';
import { filterCovers, topicMatches } from './topic-filter.ts';

export interface Rights {
	/** Topic filters. */
	readonly publish: readonly string[];
	readonly subscribe: readonly string[];
}

export function rightsOf(account: Account): Rights {
	const all = (leaf: string) => `${TOPIC_ROOT}/+/+/${leaf}`;
	switch (account.role) {
		case 'device': {
			const own = (leaf: string) => `${TOPIC_ROOT}/${account.bench}/${account.device}/${leaf}`;
			// Its own `info` as well: a broker may acknowledge what it does not pass on, and so a device can see whether it is seen.
			return { publish: [own('info'), own('answer/+'), own('up')], subscribe: [own('ask'), own('down'), own('info')] };
		}
		case 'controller':
			return { publish: [all('ask'), all('down')], subscribe: [all('info'), all('answer/+'), all('up')] };
		case 'viewer':
			return { publish: [], subscribe: [all('info'), all('up')] };
	}
}

export function mayPublish(account: Account, topic: string): boolean {
	return rightsOf(account).publish.some((filter) => topicMatches(filter, topic));
}

/** A filter with wildcards must lie wholly inside one that is allowed. */
export function maySubscribe(account: Account, filter: string): boolean {
	return rightsOf(account).subscribe.some((allowed) => filterCovers(allowed, filter));
}

export function mayReceive(account: Account, topic: string): boolean {
	return rightsOf(account).subscribe.some((allowed) => topicMatches(allowed, topic));
}
