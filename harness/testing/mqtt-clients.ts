/** For tests of the link over a broker: brokers, clients of them, and a device of which each answer can be scripted. */
import { randomBytes } from 'node:crypto';
import type { Broker, BrokerKind } from '../broker/broker.ts';
import type { MosquittoOptions } from '../broker/mosquitto.ts';
import { startBroker } from '../broker/start-broker.ts';
import type { MqttAnswer, MqttDescribed } from '../generated/mqtt-answer.ts';
import type { MqttAsk } from '../generated/mqtt-ask.ts';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import { type BrokerConnection, type ConnectOptions, connectBroker } from '../link/mqtt/broker-connection.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { type Chunk, type ChunkKind, decodeChunk, encodeChunk } from '../link/mqtt/chunk.ts';
import { decodeAsk, encodeAnswer, encodeInfo } from '../link/mqtt/message.ts';
import { type DeviceTopics, topicsOf } from '../link/mqtt/topics.ts';
import type { Teardown } from './posix-bench.ts';

export const BROKER_KINDS: readonly BrokerKind[] = ['mosquitto', 'aedes'];

/** Ended with the test. */
export async function brokerFor(t: Teardown, kind: BrokerKind, options: MosquittoOptions = {}): Promise<Broker> {
	const broker = await startBroker(kind, options);
	t.teardown(() => broker.stop());
	return broker;
}

/** Closed with the test. */
export async function connectionTo(
	t: Teardown,
	broker: { url: string },
	options: Partial<ConnectOptions> = {},
): Promise<BrokerConnection> {
	const connection = await connectBroker(parseBrokerUrl(broker.url), { role: 'test', ...options });
	t.teardown(() => connection.close());
	return connection;
}

/** Things that come in, and a way to wait for them. */
export class Inbox<Item> {
	readonly items: Item[] = [];
	#look: () => void = () => {};

	add(item: Item): void {
		this.items.push(item);
		this.#look();
	}

	/** Resolves when what is there fulfils this. */
	until(fulfilled: (items: readonly Item[]) => boolean): Promise<void> {
		return new Promise((resolve) => {
			// What is waited for may come from timers that do not keep the process.
			const awake = setInterval(() => {}, 60_000);
			this.#look = () => {
				if (!fulfilled(this.items)) return;
				this.#look = () => {};
				clearInterval(awake);
				resolve();
			};
			this.#look();
		});
	}
}

export interface Message {
	topic: string;
	text: string;
	retained: boolean;
}

export function inboxOf(connection: BrokerConnection): Inbox<Message> {
	const inbox = new Inbox<Message>();
	connection.onMessage((topic, payload, retained) => inbox.add({ topic, text: payload.toString('latin1'), retained }));
	return inbox;
}

export const DESCRIBED: MqttDescribed = {
	board: 'posix',
	evidence: 'host',
	imageSha256: 'a'.repeat(64),
	buildId: 'b'.repeat(16),
	link: 'scripted',
	cycles: false,
};

/** What to answer: `null` for nothing at all. */
export type Script = (ask: MqttAsk, device: ScriptedDevice) => Partial<MqttAnswer> | null;

/** The device `b/d`: it says yes to everything, unless the script says otherwise. */
export class ScriptedDevice {
	readonly connection: BrokerConnection;
	readonly topics: DeviceTopics = topicsOf('b', 'd');
	readonly incarnation: string;
	readonly asks = new Inbox<MqttAsk>();
	/** Chunks of any channel that came on `down`. */
	readonly down = new Inbox<Chunk>();
	deviceMs = 1_000_000;
	#sequence = 0;

	private constructor(connection: BrokerConnection, incarnation: string) {
		this.connection = connection;
		this.incarnation = incarnation;
	}

	static async start(t: Teardown, broker: { url: string }, script: Script = () => ({})): Promise<ScriptedDevice> {
		const incarnation = randomBytes(8).toString('hex');
		const will = { topic: topicsOf('b', 'd').info, payload: encodeInfo(infoOf(incarnation, 'offline')), retain: true };
		const device = new ScriptedDevice(await connectionTo(t, broker, { role: 'device', will }), incarnation);
		device.connection.onMessage((topic, payload) => {
			if (topic === device.topics.down) device.#heard(payload);
			if (topic === device.topics.ask) device.#asked(payload, script);
		});
		await device.connection.subscribe([device.topics.ask, device.topics.down], 1);
		await device.inform({});
		return device;
	}

	inform(extra: Partial<MqttInfo>): Promise<void> {
		const info = encodeInfo({ ...infoOf(this.incarnation, 'online'), ...extra });
		return this.connection.publish(this.topics.info, info, { qos: 1, retain: true });
	}

	answer(ask: Pick<MqttAsk, 'id' | 'replyTo'>, extra: Partial<MqttAnswer> = {}): Promise<void> {
		const { incarnation, deviceMs } = this;
		const described = { described: DESCRIBED };
		const answer = { v: 1, id: ask.id, incarnation, deviceMs, ok: true, ...(extra.ok === false ? {} : described) };
		return this.connection.publish(
			this.topics.answer(ask.replyTo),
			encodeAnswer({ ...answer, ...extra } as MqttAnswer),
			{ qos: 1 },
		);
	}

	/** The next chunk of `up`, unless another number is given. */
	send(channel: string, kind: ChunkKind, payload: string, sequence = this.#sequence++): Promise<void> {
		const chunk = encodeChunk({ kind, sequence, channel, payload: Buffer.from(payload) });
		return this.connection.publish(this.topics.up, chunk, { qos: 1 });
	}

	/** Of the last `start`. */
	get channel(): string {
		const starts = this.asks.items.filter(({ op }) => op === 'start');
		const last = starts.at(-1);
		return last?.op === 'start' ? last.channel : '';
	}

	#heard(payload: Buffer): void {
		const chunk = decodeChunk(payload);
		if (typeof chunk !== 'string') this.down.add(chunk);
	}

	#asked(payload: Buffer, script: Script): void {
		const ask = decodeAsk(payload);
		if (typeof ask === 'string') return;
		const extra = script(ask, this);
		this.asks.add(ask);
		if (ask.op === 'start') this.#sequence = 0;
		if (extra !== null) void this.answer(ask, extra).catch(() => {}); // the broker may be killed by the test
	}
}

function infoOf(incarnation: string, state: MqttInfo['state']): MqttInfo {
	return { v: 1, state, bench: 'b', device: 'd', via: 'bridge', incarnation };
}
