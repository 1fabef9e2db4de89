/** A bare MQTT client for tests of brokers: it does what it is told, allowed or not. */
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

export interface Received {
	topic: string;
	text: string;
	retained: boolean;
}

export class TestClient {
	readonly received: Received[] = [];
	/** Resolves when the connection is gone. */
	readonly closed: Promise<void>;
	readonly #client: MqttClient;
	#waiting: (() => void)[] = [];

	private constructor(client: MqttClient) {
		this.#client = client;
		this.closed = new Promise((resolve) => client.once('close', () => resolve()));
		// Errors after the connection end it, and `closed` says so.
		client.on('error', () => {});
		client.on('message', (topic, payload, { retain }) => {
			this.received.push({ topic, text: payload.toString(), retained: retain });
			for (const wake of this.#waiting.splice(0)) wake();
		});
	}

	/** Rejects when the broker refuses the connection. */
	static async connect(url: string, options: IClientOptions = {}): Promise<TestClient> {
		const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 20_000, ...options });
		const made = new TestClient(client);
		try {
			await new Promise<void>((resolve, reject) => {
				client.once('connect', () => resolve());
				client.once('error', reject);
				client.once('close', () => reject(new Error('the connection was closed before it was accepted')));
			});
			return made;
		} catch (error) {
			client.end(true);
			throw error;
		}
	}

	/** Resolves when the broker has acknowledged it (QoS 1), or the connection is gone. */
	async publish(topic: string, payload: string | Buffer, options: { qos?: 0 | 1; retain?: boolean } = {}) {
		const sent = new Promise<void>((resolve) => {
			this.#client.publish(topic, payload, { qos: 1, ...options }, () => resolve());
		});
		await Promise.race([sent, this.closed]);
	}

	/** What the broker granted: a QoS, or 128 for a refusal. */
	async subscribe(filter: string, qos: 0 | 1 = 1): Promise<number> {
		return new Promise((resolve, reject) => {
			this.#client.subscribe(filter, { qos }, (error, _granted, packet) => {
				const [code] = (packet?.granted ?? []) as number[];
				if (code === undefined) reject(error ?? new Error('no SUBACK'));
				else resolve(code);
			});
		});
	}

	/** Resolves with the first message on `topic`, past or to come; rejects when the connection ends without. */
	async message(topic: string): Promise<Received> {
		for (;;) {
			const found = this.received.find((each) => each.topic === topic);
			if (found !== undefined) return found;
			const woken = new Promise<'woken'>((resolve) => this.#waiting.push(() => resolve('woken')));
			const gone = this.closed.then(() => 'gone' as const);
			if ((await Promise.race([woken, gone])) === 'gone')
				throw new Error(`the connection ended before a message on ${topic} came`);
		}
	}

	/** Gone without DISCONNECT: the broker publishes the will. */
	cut(): void {
		this.#client.stream.destroy();
	}

	async end(): Promise<void> {
		await this.#client.endAsync();
	}
}
