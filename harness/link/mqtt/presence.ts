/** Who is on a broker: the retained infos (firmware/wire/MQTT.md section 3). */
import { OssicleError } from '../../error.ts';
import type { MqttInfo } from '../../generated/mqtt-info.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { foreignText } from './foreign-text.ts';
import { decodeInfo } from './message.ts';
import { checkedName, parseTopic, TOPIC_ROOT } from './topics.ts';

/** Retained messages come with the answer to the subscription; a broker far away, or a busy one, may need a moment. */
const WAIT_MS = 1500;
/** However much comes, the look has an end: so many times its wait. */
const MOST_WAITS = 10;
/** So that an account which invents devices cannot fill our memory. */
const MAX_DEVICES = 1000;

export interface PresenceFilter {
	bench?: string;
	device?: string;
}

/**
 * What is known of the devices of a broker, online and offline, the newest of each, by bench and device. The look ends when
 * nothing came for `waitMs`; for one device, asked for by its full name, as soon as that is known to be online.
 * @throws OssicleError: rig `mqtt-denied`, that of a lost connection; usage `mqtt-name`
 */
export async function listPresent(
	connection: BrokerConnection,
	filter: PresenceFilter,
	waitMs = WAIT_MS,
): Promise<MqttInfo[]> {
	const { bench, device } = filter;
	const found = new Map<string, MqttInfo>();
	const wait = new Wait(waitMs);
	const stop = connection.onMessage((topic, payload) => {
		const place = parseTopic(topic);
		if (place?.leaf !== 'info' || !matches(place, filter)) return;
		const info = readInfo(connection, topic, payload);
		if (info === null) return;
		wait.again();
		if (!found.has(topic) && found.size >= MAX_DEVICES)
			return connection.refusals.refuse(topic, `there are more than ${MAX_DEVICES} devices`);
		found.set(topic, info);
		if (bench !== undefined && device !== undefined && info.state === 'online') wait.end();
	});
	connection.onClose((reason) => wait.fail(reason ?? closedMeanwhile()));
	try {
		const level = (what: 'bench' | 'device', name: string | undefined) =>
			name === undefined ? '+' : checkedName(what, name);
		await connection.subscribe([`${TOPIC_ROOT}/${level('bench', bench)}/${level('device', device)}/info`], 1);
		await wait.over;
	} finally {
		stop();
		wait.end();
	}
	const byName = (a: MqttInfo, b: MqttInfo) => compare(a.bench, b.bench) || compare(a.device, b.device);
	return [...found.values()].sort(byName);
}

/** An info from its topic; `null`, and refused, when it is none or speaks for another device than its topic's. */
export function readInfo(connection: BrokerConnection, topic: string, payload: Uint8Array): MqttInfo | null {
	const place = parseTopic(topic);
	const info = decodeInfo(payload);
	if (typeof info === 'string') {
		// Nothing at all is how a retained message is taken away: it says nothing wrong.
		if (payload.length > 0) connection.refusals.refuse(topic, info);
		return null;
	}
	if (place?.leaf !== 'info' || info.bench !== place.bench || info.device !== place.device) {
		connection.refusals.refuse(topic, 'it speaks for another device than that of its topic');
		return null;
	}
	return {
		...info,
		...(info.name !== undefined && { name: foreignText(info.name) }),
		...(info.board !== undefined && { board: foreignText(info.board) }),
		...(info.holder !== undefined && { holder: foreignText(info.holder) }),
		...(info.reason !== undefined && { reason: foreignText(info.reason) }),
	};
}

function matches(place: { bench: string; device: string }, { bench, device }: PresenceFilter): boolean {
	return (bench === undefined || bench === place.bench) && (device === undefined || device === place.device);
}

function compare(a: string, b: string): number {
	return a < b ? -1 : Number(a > b);
}

/** A time that begins anew, a few times, and can be cut short by success or failure. */
class Wait {
	readonly over: Promise<void>;
	readonly #timer: NodeJS.Timeout;
	readonly #last: NodeJS.Timeout;
	#isOver = false;
	#resolve: () => void = () => {};
	#reject: (reason: Error) => void = () => {};

	constructor(waitMs: number) {
		this.over = new Promise((resolve, reject) => {
			this.#resolve = resolve;
			this.#reject = reject;
		});
		this.over.catch(() => {}); // whoever waits is told; there may be nobody yet
		this.#timer = setTimeout(() => this.end(), waitMs);
		this.#last = setTimeout(() => this.end(), waitMs * MOST_WAITS);
	}

	again(): void {
		// A timer that was cleared would run again.
		if (!this.#isOver) this.#timer.refresh();
	}

	end(): void {
		this.#stop();
		this.#resolve();
	}

	fail(reason: Error): void {
		this.#stop();
		this.#reject(reason);
	}

	#stop(): void {
		this.#isOver = true;
		clearTimeout(this.#timer);
		clearTimeout(this.#last);
	}
}

function closedMeanwhile(): OssicleError {
	return new OssicleError('mqtt-lost', 'rig', 'the connection to the broker was closed while devices were looked for');
}
