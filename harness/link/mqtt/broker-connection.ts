/**
 * One connection to a broker, MQTT 3.1.1, clean session. It is never made anew by itself: a lost connection is a lost link,
 * and its owner decides what that means.
 */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MqttClient } from 'mqtt';
import { isOssicleError, OssicleError } from '../../error.ts';
import { openBrokerSocket } from './broker-socket.ts';
import type { BrokerUrl } from './broker-url.ts';
import { connectError, connectTimeout } from './connect-error.ts';
import type { Credentials } from './credentials.ts';
import { foreignText } from './foreign-text.ts';
import { GuardedStream } from './guarded-stream.ts';
import { type Carrier, Outgoing, type OutgoingMessage } from './outgoing.ts';
import { MAX_PACKET_BYTES } from './packet-guard.ts';
import { Refusals } from './refusals.ts';
import { parseTopic } from './topics.ts';

export interface ConnectOptions {
	/** `controller`, `bridge`, `viewer`: part of the client id. */
	role: string;
	/** Published by the broker, QoS 1, when the connection ends without our saying so. */
	will?: { topic: string; payload: Buffer; retain: boolean };
	credentials?: Credentials;
	/** The broker is asked whether it is there after so long without its answers, and given up after half as long again. */
	keepaliveSeconds?: number;
	/** For TCP, TLS and the greeting together; also for the answer to a subscription. */
	connectTimeoutMs?: number;
	log?: (text: string) => void;
}

export type MessageListener = (topic: string, payload: Buffer, retained: boolean) => void;

export interface BrokerConnection {
	readonly url: BrokerUrl;
	readonly clientId: string;
	/** What came and was refused, for whatever reason and by whichever listener. */
	readonly refusals: Refusals;
	/**
	 * QoS 0: resolves when the socket took it. QoS 1: when the broker acknowledged it. Rejects when the connection is gone,
	 * and with `mqtt-slow-broker` when too much waits already. The payload must not be changed before.
	 */
	publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1; retain?: boolean }): Promise<void>;
	/** Rejects with OssicleError (rig) `mqtt-denied` when the broker refuses one. */
	subscribe(filters: readonly string[], qos: 0 | 1): Promise<void>;
	/** Messages on topics of ours. Returns what takes the listener away again. */
	onMessage(listener: MessageListener): () => void;
	/** `null` after our own `close()`. One who comes after the end is told, too. */
	onClose(listener: (reason: Error | null) => void): void;
	/** Says goodbye: the broker does not publish the will. Resolves also when it has ended already. */
	close(): Promise<void>;
}

const KEEPALIVE_SECONDS = 10;
const CONNECT_TIMEOUT_MS = 10_000;
/** How long what was given before `close()` has to go out, and the broker to end the connection. */
const CLOSE_MS = 2000;
/** Client ids of up to 23 characters must be taken by every broker (MQTT 3.1.1 section 3.1.3.1). */
const MAX_CLIENT_ID = 23;
/** A refused filter in SUBACK (MQTT 3.1.1 section 3.9.3). */
const SUBACK_FAILURE = 0x80;
/** The one error of mqtt.js without code that people will see. */
const NO_PING = 'Keepalive timeout';
const NO_ANSWER = 'it answers no more (is the network still there, does the broker still run?)';
const HUNG_UP = 'it closed the connection (was it stopped, or was something sent that this account may not send?)';

/**
 * @throws OssicleError: rig `mqtt-connect` (refused, unreachable, TLS, timeout) or `mqtt-denied` (user, password); usage
 * `mqtt-credentials`. Each says what to do.
 */
export async function connectBroker(url: BrokerUrl, options: ConnectOptions): Promise<BrokerConnection> {
	const connection = new MqttConnection(url, options);
	await connection.greeted;
	return connection;
}

class MqttConnection implements BrokerConnection, Carrier {
	readonly url: BrokerUrl;
	readonly clientId: string;
	readonly refusals: Refusals;
	/** Resolves with the broker's greeting; rejects with OssicleError when none comes. */
	readonly greeted: Promise<void>;
	readonly #client: MqttClient;
	readonly #stream: GuardedStream;
	readonly #outgoing: Outgoing;
	readonly #timeoutMs: number;
	readonly #messageListeners = new Set<MessageListener>();
	readonly #closeListeners: ((reason: Error | null) => void)[] = [];
	readonly #over: Promise<void>;
	/** The first thing that went wrong. */
	#fault: Error | null = null;
	#isGreeted = false;
	#closing: Promise<void> | null = null;
	/** Why it ended; `undefined` while it has not. */
	#ended: Error | null | undefined;

	constructor(url: BrokerUrl, options: ConnectOptions) {
		const { role, will, credentials = {}, log = () => {} } = options;
		const { keepaliveSeconds = KEEPALIVE_SECONDS, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
		this.url = url;
		this.clientId = `${role}-${randomBytes(12).toString('hex')}`.slice(0, MAX_CLIENT_ID);
		this.refusals = new Refusals(log);
		this.#timeoutMs = connectTimeoutMs;
		if (credentials.password !== undefined && !url.secure && !isLoopback(url.host))
			log(`user and password cross the network to ${url.shown} unencrypted: use mqtts:// where others can listen`);

		if ((credentials.ca ?? credentials.cert) !== undefined && !url.secure)
			log(`the certificates of OSSICLE_MQTT_CA and OSSICLE_MQTT_CERT are not used on ${url.shown}: mqtts:// is TLS`);

		this.#stream = new GuardedStream(openBrokerSocket(url, credentials), ({ topic, bytes }) =>
			this.refusals.refuse(topic, `${bytes} bytes: a packet has at most ${MAX_PACKET_BYTES}`),
		);
		this.#stream.on('error', (error) => this.#fail(error));
		this.#stream.on('drain', () => this.#outgoing.resume());
		this.#outgoing = new Outgoing(this);
		this.#client = new MqttClient(() => this.#stream, {
			protocolVersion: 4,
			clientId: this.clientId,
			clean: true,
			keepalive: keepaliveSeconds,
			reconnectPeriod: 0,
			// We keep the time ourselves, from the first packet of TCP on.
			connectTimeout: 2 * connectTimeoutMs,
			// What is sent after the end must be refused, not kept.
			queueQoSZero: false,
			resubscribe: false,
			// Its debug log would print the password.
			log: () => {},
			// Half a million small buffers, for numbers that are sent once.
			writeCache: false,
			...(credentials.username !== undefined && { username: credentials.username }),
			...(credentials.password !== undefined && { password: credentials.password }),
			...(will !== undefined && { will: { ...will, qos: 1 as const } }),
		});
		this.#client.on('error', (error) => this.#fail(error));
		this.#client.on('message', (topic, payload, packet) => this.#received(topic, payload, packet.retain));
		this.#over = new Promise((resolve) => {
			this.#client.on('close', () => {
				this.#end();
				resolve();
			});
		});
		this.greeted = this.#greeting(connectTimeoutMs);
	}

	get busy(): boolean {
		return this.#stream.writableNeedDrain || this.#stream.destroyed;
	}

	send({ topic, payload, qos, retain }: OutgoingMessage, done: () => void): void {
		this.#client.publish(topic, payload, { qos, retain }, (error) => {
			// That it was closed is known before why; the reason follows in the same breath.
			if (error) queueMicrotask(() => this.#fail(error));
			else done();
		});
	}

	publish(
		topic: string,
		payload: Uint8Array,
		{ qos, retain = false }: { qos: 0 | 1; retain?: boolean },
	): Promise<void> {
		if (this.#closing !== null && this.#ended === undefined) return Promise.reject(this.#gone());
		const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
		return this.#outgoing.push({ topic, payload: bytes, qos, retain });
	}

	async subscribe(filters: readonly string[], qos: 0 | 1): Promise<void> {
		if (this.#closing !== null || this.#ended !== undefined) throw this.#gone();
		const asked = new Promise<void>((resolve, reject) => {
			this.#client.subscribe([...filters], { qos }, (error) => {
				if (!error) return resolve();
				const granted = (error as { packet?: { granted?: unknown[] } }).packet?.granted ?? [];
				const refused = filters.filter((_, index) => granted[index] === SUBACK_FAILURE);
				if (refused.length > 0) return reject(this.#deniedSubscription(refused));
				// The end of the connection makes it fail: that end's own reason is the one to tell.
				this.#fail(error);
				void this.#over.then(() => reject(this.#gone()));
			});
		});
		const late = new AbortController();
		const timeout = sleep(this.#timeoutMs, 'late', { signal: late.signal, ref: false }).catch(() => 'cancelled');
		try {
			if ((await Promise.race([asked, timeout])) !== 'late') return;
		} finally {
			late.abort();
		}
		asked.catch(() => {}); // told by the error below
		this.#fail(new Error(`it did not answer a subscription within ${this.#timeoutMs / 1000} s`));
		await this.#over;
		throw this.#gone();
	}

	onMessage(listener: MessageListener): () => void {
		// Of its own, so that one who listens twice can stop listening once.
		const own: MessageListener = (topic, payload, retained) => listener(topic, payload, retained);
		this.#messageListeners.add(own);
		return () => this.#messageListeners.delete(own);
	}

	onClose(listener: (reason: Error | null) => void): void {
		const ended = this.#ended;
		if (ended === undefined) this.#closeListeners.push(listener);
		else queueMicrotask(() => listener(ended));
	}

	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #close(): Promise<void> {
		if (this.#ended !== undefined) return;
		await Promise.race([this.#outgoing.idle(), sleep(CLOSE_MS, undefined, { ref: false }), this.#over]);
		this.#client.end(false);
		await Promise.race([sleep(CLOSE_MS, undefined, { ref: false }), this.#over]);
		this.#stream.destroy();
		await this.#over;
	}

	#greeting(timeoutMs: number): Promise<void> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => {
				this.#fail(connectTimeout(this.url, timeoutMs));
			}, timeoutMs);
			this.#client.once('connect', () => {
				clearTimeout(timer);
				this.#isGreeted = true;
				resolve();
			});
			void this.#over.then(() => {
				clearTimeout(timer);
				if (!this.#isGreeted) reject(isOssicleError(this.#fault) ? this.#fault : connectError(this.url, this.#fault));
			});
		});
	}

	#received(topic: string, payload: Buffer, retained: boolean): void {
		if (parseTopic(topic) === null) {
			this.refusals.refuse(topic, 'it is on a topic that is none of ours');
			return;
		}
		try {
			for (const listener of [...this.#messageListeners]) listener(topic, payload, retained);
		} catch (error) {
			// A fault of ours: it must not be thrown into the socket's reader, which would end the process.
			this.#fail(error as Error);
		}
	}

	/** The connection ends because of this. */
	#fail(error: Error): void {
		if (this.#ended !== undefined) return;
		this.#fault ??= error;
		this.#stream.destroy();
	}

	#end(): void {
		if (this.#ended !== undefined) return;
		const ended = this.#closing === null ? this.#lost() : null;
		this.#ended = ended;
		this.#outgoing.end(this.#gone());
		this.#messageListeners.clear();
		for (const listener of this.#closeListeners.splice(0)) listener(ended);
	}

	#lost(): OssicleError {
		const { shown } = this.url;
		const said = this.#fault?.message;
		const why = said === undefined ? HUNG_UP : said === NO_PING ? NO_ANSWER : foreignText(said);
		return new OssicleError(
			'mqtt-lost',
			'rig',
			`the connection to the broker ${shown} was lost: ${why}`,
			{},
			this.#fault,
		);
	}

	/** For what is asked of a connection that is no more. */
	#gone(): Error {
		return (
			this.#ended ?? new OssicleError('mqtt-lost', 'rig', `the connection to the broker ${this.url.shown} is closed`)
		);
	}

	#deniedSubscription(filters: readonly string[]): OssicleError {
		const text = `the broker ${this.url.shown} does not let us listen to ${filters.join(', ')}. What to do: give the account that right (firmware/wire/MQTT.md section 5), or use another one.`;
		return new OssicleError('mqtt-denied', 'rig', text, { filters });
	}
}

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
