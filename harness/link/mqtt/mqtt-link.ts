/** The byte stream of a device on a broker, for a controller that holds its lease (firmware/wire/MQTT.md section 2). */
import { randomBytes } from 'node:crypto';
import { OssicleError } from '../../error.ts';
import type { MqttDescribed } from '../../generated/mqtt-answer.ts';
import type { ByteLink } from '../byte-link.ts';
import type { Asker } from './asker.ts';
import type { BrokerConnection } from './broker-connection.ts';
import { Channel } from './channel.ts';
import { decodeChunk } from './chunk.ts';
import { readInfo } from './presence.ts';
import type { DeviceTopics } from './topics.ts';

export interface MqttLinkOptions {
	connection: BrokerConnection;
	topics: DeviceTopics;
	asker: Asker;
	/** Acquired already, 16 hex digits. */
	lease: string;
	/** Of the device that gave the lease. */
	incarnation: string;
	described: MqttDescribed;
	bench: string;
	device: string;
	/** For tests: see ChannelOptions. */
	beatMs?: number;
	silentMs?: number;
}

/** As much as a device may leave unacknowledged on its way up; credit allows a controller far less. */
const MAX_PENDING_BYTES = 256 * 1024;
/** A device may have to start an emulator. Where its channel speaks already, that one's silence is the limit. */
const START_MS = 30_000;
const STOP_MS = 3000;

export class MqttLink implements ByteLink {
	readonly description: string;
	readonly #options: MqttLinkOptions;
	/** Drawn for this link: what is left of an earlier one is told apart by it. */
	readonly #id = randomBytes(8).toString('hex');
	#receive: (chunk: Uint8Array) => void = () => {};
	#cycles: (lines: string) => void = () => {};
	#closed: (reason: Error | null) => void = () => {};
	#channel: Channel | null = null;
	#stopListening: () => void = () => {};
	#started = false;
	/** Rejects an `open` under way. */
	#openEnded: (reason: Error) => void = () => {};
	#closing: Promise<void> | null = null;
	/** Why it is over; `undefined` while it is not. */
	#over: OssicleError | null | undefined;

	constructor(options: MqttLinkOptions) {
		const { connection, bench, device, described } = options;
		this.#options = options;
		this.description = `mqtt ${connection.url.shown} ${bench}/${device} (${described.link})`;
	}

	async open(): Promise<void> {
		const { connection, topics } = this.#options;
		if (this.#over !== undefined || this.#started) throw this.#gone();
		this.#started = true;
		this.#stopListening = connection.onMessage((topic, payload, retained) => {
			if (topic === topics.up) this.#heard(payload, retained);
			else if (topic === topics.info) this.#look(payload);
		});
		connection.onClose((reason) =>
			this.#end(
				new OssicleError('mqtt-lost', 'rig', reason?.message ?? 'the connection to the broker was closed', {}, reason),
			),
		);
		const ended = new Promise<never>((_, reject) => {
			this.#openEnded = reject;
		});
		await Promise.race([ended, this.#start()]);
		this.#running();
	}

	async #start(): Promise<void> {
		const { connection, topics, asker, lease } = this.#options;
		await connection.subscribe([topics.up, topics.info], 1);
		await asker.ask({ op: 'start', lease, channel: this.#id }, { timeoutMs: START_MS });
	}

	async write(bytes: Uint8Array): Promise<void> {
		if (this.#over !== undefined || this.#channel === null) throw this.#gone();
		return this.#channel.write(bytes);
	}

	onData(receive: (chunk: Uint8Array) => void): void {
		this.#receive = receive;
	}

	/** Lines of the emulator's cycle model; each comes before the bytes which that work produced. One listener. */
	onCycles(receive: (lines: string) => void): void {
		this.#cycles = receive;
	}

	onClose(closed: (reason: Error | null) => void): void {
		this.#closed = closed;
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		const { asker, lease } = this.#options;
		this.#end(null);
		if (!this.#started || CANNOT_BE_STOPPED.has(this.#over?.code ?? '')) return;
		// A courtesy: whatever becomes of it, the device ends the channel with the lease.
		await asker.ask({ op: 'stop', lease, channel: this.#id }, { timeoutMs: STOP_MS }).catch(() => {});
	}

	#heard(payload: Buffer, retained: boolean): void {
		const { connection, topics } = this.#options;
		const chunk = decodeChunk(payload);
		if (typeof chunk === 'string') connection.refusals.refuse(topics.up, chunk);
		else if (retained) connection.refusals.refuse(topics.up, 'it is retained, which a chunk never is');
		else if (chunk.channel !== this.#id) connection.refusals.refuse(topics.up, 'it is a chunk of another channel');
		else this.#running().receive(chunk);
	}

	#look(payload: Buffer): void {
		const { connection, topics, incarnation } = this.#options;
		const info = readInfo(connection, topics.info, payload);
		if (info === null) return;
		const ours = info.incarnation === incarnation;
		if (info.state === 'online' && !ours)
			this.#offline(
				'another connection speaks for it now: it has connected anew, or a second bridge of that name was started',
			);
		// Another incarnation's "offline" is the late last will of an earlier connection, and says nothing about this one.
		if (info.state === 'offline' && ours) this.#offline(info.reason ?? 'it has gone offline');
	}

	#offline(why: string): void {
		const { bench, device } = this.#options;
		const error = new OssicleError(
			'mqtt-offline',
			'rig',
			`the device ${bench}/${device} is gone from the broker: ${why}`,
		);
		this.#end(error);
	}

	/**
	 * The channel, begun when the device has: by its first chunk or its answer to `start`, whichever comes first. A beat sent
	 * before would be a chunk of no channel yet, and the next one a gap.
	 */
	#running(): Channel {
		if (this.#channel !== null) return this.#channel;
		const { connection, topics, beatMs, silentMs } = this.#options;
		const channel = new Channel({
			channel: this.#id,
			send: (chunk) => connection.publish(topics.down, chunk, { qos: 0 }),
			maxPendingBytes: MAX_PENDING_BYTES,
			overflowCode: 'mqtt-slow-broker',
			...(beatMs !== undefined && { beatMs }),
			...(silentMs !== undefined && { silentMs }),
		});
		channel.onBytes((bytes) => this.#receive(bytes));
		channel.onCycles((lines) => this.#cycles(lines));
		channel.onEnd((reason) => this.#end(reason));
		this.#channel = channel;
		return channel;
	}

	#end(reason: OssicleError | null): void {
		if (this.#over !== undefined) return;
		this.#over = reason;
		this.#stopListening();
		this.#openEnded(this.#gone());
		if (reason === null) this.#channel?.close();
		else this.#channel?.end(reason.code, reason.message);
		this.#closed(reason);
	}

	#gone(): Error {
		return this.#over ?? new OssicleError('link-closed', 'rig', `${this.description} is closed`);
	}
}

/** What ended the link, where nobody is left to be told to stop. */
const CANNOT_BE_STOPPED: ReadonlySet<string> = new Set(['mqtt-lost', 'mqtt-offline']);
