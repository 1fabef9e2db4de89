/** A broker for one client that does what no sound broker does: leaves messages unacknowledged, sends what is no MQTT. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { generate, type Packet, parser } from 'mqtt-packet';
import { Inbox } from '../../../../harness/testing/mqtt-clients.ts';
import type { Teardown } from '../../../../harness/testing/posix-bench.ts';

export interface Published {
	topic: string;
	payload: Buffer;
}

export class ScriptedBroker {
	readonly published = new Inbox<Published>();
	/** How often somebody connected. */
	connections = 0;
	readonly #server: Server;
	readonly #acknowledges: (topic: string) => boolean;
	#socket: Socket | null = null;
	#lastId = 0;

	private constructor(acknowledges: (topic: string) => boolean) {
		this.#acknowledges = acknowledges;
		this.#server = createServer((socket) => this.#accept(socket));
	}

	/** Ended with the test. */
	static async start(t: Teardown, acknowledges: (topic: string) => boolean = () => true): Promise<ScriptedBroker> {
		const broker = new ScriptedBroker(acknowledges);
		broker.#server.listen(0, '127.0.0.1');
		await once(broker.#server, 'listening');
		t.teardown(() => {
			broker.#socket?.destroy();
			broker.#server.close();
		});
		return broker;
	}

	get url(): string {
		return `mqtt://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	publish(topic: string, payload: Uint8Array, qos: 0 | 1 = 0): void {
		const messageId = qos === 0 ? {} : { messageId: ++this.#lastId };
		this.#send({
			cmd: 'publish',
			topic,
			payload: Buffer.from(payload),
			qos,
			dup: false,
			retain: false,
			...messageId,
		} as Packet);
	}

	/** Bytes as they are. */
	raw(bytes: Uint8Array): void {
		this.#socket?.write(bytes);
	}

	#accept(socket: Socket): void {
		this.connections++;
		this.#socket = socket;
		const reader = parser({ protocolVersion: 4 });
		reader.on('packet', (packet) => this.#answer(packet));
		socket.on('data', (bytes) => reader.parse(bytes));
		socket.on('error', () => socket.destroy());
	}

	#answer(packet: Packet): void {
		const { messageId = 0 } = packet;
		if (packet.cmd === 'connect') this.#send({ cmd: 'connack', returnCode: 0, sessionPresent: false } as Packet);
		else if (packet.cmd === 'subscribe')
			this.#send({ cmd: 'suback', messageId, granted: packet.subscriptions.map(({ qos }) => qos) });
		else if (packet.cmd === 'pingreq') this.#send({ cmd: 'pingresp' });
		else if (packet.cmd === 'disconnect') this.#socket?.end();
		else if (packet.cmd === 'publish') {
			this.published.add({ topic: packet.topic, payload: Buffer.from(packet.payload) });
			if (this.#acknowledges(packet.topic)) this.#send({ cmd: 'puback', messageId });
		}
	}

	#send(packet: Packet): void {
		this.#socket?.write(generate(packet, { protocolVersion: 4 }));
	}
}
