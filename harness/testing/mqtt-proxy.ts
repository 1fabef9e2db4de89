/** A man in the middle of MQTT: clients connect to it, it connects to the broker, and things go wrong on the way as planned. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { MqttFault, Way } from './mqtt-fault.ts';
import { type ArmedFault, armed, MqttFaultStream, type MqttStep } from './mqtt-fault-stream.ts';

export interface MqttProxyOptions {
	/** The broker's, on this machine. */
	brokerPort: number;
	faults?: readonly MqttFault[];
}

const LOOPBACK = '127.0.0.1';

export class MqttProxy {
	readonly #server: Server;
	readonly #brokerPort: number;
	readonly #armed: ArmedFault[];
	readonly #connections = new Set<ProxiedConnection>();

	private constructor({ brokerPort, faults = [] }: MqttProxyOptions) {
		this.#brokerPort = brokerPort;
		this.#armed = faults.map(armed);
		this.#server = createServer({ pauseOnConnect: true }, (client) => this.#accept(client));
	}

	static async start(options: MqttProxyOptions): Promise<MqttProxy> {
		const proxy = new MqttProxy(options);
		proxy.#server.listen(0, LOOPBACK);
		await once(proxy.#server, 'listening');
		return proxy;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** For clients, in place of the broker's. */
	get url(): string {
		return `mqtt://${LOOPBACK}:${this.port}`;
	}

	/** Faults which have happened, or begun to. */
	get fired(): MqttFault[] {
		return this.#armed.flatMap(({ fault, seen }) => (seen > fault.at ? [fault] : []));
	}

	/** From now on this goes wrong too; its count begins now. */
	arm(fault: MqttFault): void {
		this.#armed.push(armed(fault));
	}

	/** Nothing goes wrong any more, and nothing has. */
	disarm(): void {
		this.#armed.length = 0;
	}

	/** Client ids of those that are connected. */
	get clients(): string[] {
		return [...this.#connections].map(({ clientId }) => clientId);
	}

	/** Cuts their connections, without a DISCONNECT. How many there were. */
	kick(client: RegExp): number {
		return this.#each(client, (connection) => connection.cut());
	}

	/** Reads no more from either side, as if the client's machine stood still. How many there were. */
	stall(client: RegExp, ways: readonly Way[] = ['to-broker', 'to-client']): number {
		return this.#each(client, (connection) => connection.stall(ways));
	}

	resume(client: RegExp): number {
		return this.#each(client, (connection) => connection.resume());
	}

	async close(): Promise<void> {
		this.kick(/(?:)/);
		if (!this.#server.listening) return;
		this.#server.close();
		await once(this.#server, 'close');
	}

	#each(client: RegExp, act: (connection: ProxiedConnection) => void): number {
		const meant = [...this.#connections].filter(({ clientId }) => client.test(clientId));
		for (const connection of meant) act(connection);
		return meant.length;
	}

	#accept(client: Socket): void {
		const broker = connect(this.#brokerPort, LOOPBACK);
		const connection = new ProxiedConnection(client, broker, new MqttFaultStream(this.#armed), () =>
			this.#connections.delete(connection),
		);
		this.#connections.add(connection);
	}
}

interface Lane {
	steps: MqttStep[];
	/** The pause it is in. */
	timer: NodeJS.Timeout | null;
}

/** One client and the connection to the broker that is made for it. */
class ProxiedConnection {
	readonly #stream: MqttFaultStream;
	/** Where the bytes that go this way come from, and where they go to. */
	readonly #ends: Record<Way, { from: Socket; to: Socket }>;
	readonly #lanes = new Map<string, Lane>();
	readonly #stalled = new Set<Way>();
	#cut = false;

	constructor(client: Socket, broker: Socket, stream: MqttFaultStream, ended: () => void) {
		this.#stream = stream;
		this.#ends = { 'to-broker': { from: client, to: broker }, 'to-client': { from: broker, to: client } };
		for (const way of ['to-broker', 'to-client'] as const) {
			const { from, to } = this.#ends[way];
			from.setNoDelay(true);
			from.on('data', (bytes) => this.#received(way, bytes));
			// Nothing is gathered here: who does not read holds back who writes.
			to.on('drain', () => this.#flow(way));
			// What is still held back is lost with its sender.
			from.on('end', () => to.end());
			// A reset of one side is the end of both; which error it was is the business of who reads there.
			from.on('error', () => this.cut());
			from.on('close', () => this.#closed(ended));
		}
		client.resume();
	}

	get clientId(): string {
		return this.#stream.clientId;
	}

	cut(): void {
		this.#cut = true;
		for (const { timer } of this.#lanes.values()) if (timer !== null) clearTimeout(timer);
		this.#ends['to-broker'].from.destroy();
		this.#ends['to-broker'].to.destroy();
	}

	stall(ways: readonly Way[]): void {
		for (const way of ways) {
			this.#stalled.add(way);
			this.#ends[way].from.pause();
		}
	}

	resume(): void {
		this.#stalled.clear();
		this.#flow('to-broker');
		this.#flow('to-client');
	}

	#flow(way: Way): void {
		const { from, to } = this.#ends[way];
		if (!this.#stalled.has(way) && !to.writableNeedDrain) from.resume();
	}

	#received(way: Way, bytes: Uint8Array): void {
		for (const step of this.#stream.push(way, bytes)) {
			if ('happens' in step) {
				this.cut();
				return;
			}
			const name = `${step.way} ${step.lane}`;
			const lane = this.#lanes.get(name) ?? { steps: [], timer: null };
			this.#lanes.set(name, lane);
			lane.steps.push(step);
			this.#run(lane);
		}
	}

	#run(lane: Lane): void {
		while (lane.timer === null && !this.#cut) {
			const step = lane.steps.shift();
			if (step === undefined || 'happens' in step) return;
			if ('pauseMs' in step) {
				lane.timer = setTimeout(() => {
					lane.timer = null;
					this.#run(lane);
				}, step.pauseMs);
			} else {
				const { from, to } = this.#ends[step.way];
				if (to.writable && !to.write(step.bytes)) from.pause();
			}
		}
	}

	/** One side is gone: so is the other, once it has been sent what is on its way. */
	#closed(ended: () => void): void {
		const { from: client, to: broker } = this.#ends['to-broker'];
		if (client.destroyed) broker.destroySoon();
		if (broker.destroyed) client.destroySoon();
		if (client.destroyed && broker.destroyed) ended();
	}
}
