import { createHash, timingSafeEqual } from 'node:crypto';
import type { Aedes, AedesOptions, AuthenticateError, Client, ConnectPacket, PublishPacket } from 'aedes';
import type { Account } from './accounts.ts';
import { mayPublish, mayReceive, maySubscribe } from './acl.ts';
import type { BrokerLimits } from './broker.ts';
import { GuardedSocket } from './guarded-socket.ts';

/** CONNACK return code of MQTT 3.1.1, table 3.1: Mosquitto's answer as well, to a wrong password as to an unknown name. */
const NOT_AUTHORISED = 5;
/** Retained messages, which nothing else bounds: there is one for each device, and no bench has so many. */
const MAX_RETAINED_TOPICS = 1024;
const MAX_SUBSCRIPTIONS = 128;

/**
 * What a client may do at the broker inside, as aedes' hooks. A forbidden publish ends the connection (MQTT 3.1.1 section
 * 3.3.5 leaves that or silence to the broker); a forbidden subscription is answered with 0x80.
 */
export class AedesRules {
	/** By user name; `null`: nobody has to say who it is, and everything within the limits is allowed. */
	readonly #accounts: ReadonlyMap<string, Account> | null;
	readonly #limits: BrokerLimits;
	readonly #log: (line: string) => void;
	readonly #connects = new WeakMap<Client, ConnectPacket>();
	readonly #accountOf = new WeakMap<Client, Account>();
	readonly #subscriptions = new WeakMap<Client, Set<string>>();
	/** Client id -> account that has it now. */
	readonly #ids = new Map<string, Account>();
	readonly #retained = new Set<string>();

	constructor(accounts: readonly Account[] | null, limits: BrokerLimits, log: (line: string) => void) {
		this.#accounts = accounts === null ? null : new Map(accounts.map((account) => [account.name, account]));
		this.#limits = limits;
		this.#log = log;
	}

	hooks(): AedesOptions {
		return {
			preConnect: (client, packet, answer) => {
				this.#connects.set(client, packet);
				answer(null, true);
			},
			authenticate: (client, name, password, answer) => {
				const refusal = this.#refusalOf(client, name, password);
				if (refusal === null) return answer(null, true);
				answer(Object.assign(new Error(refusal), { returnCode: NOT_AUTHORISED }) as AuthenticateError, false);
			},
			authorizePublish: (client, packet, answer) => {
				const wrong = this.#wrongWith(client, packet);
				answer(wrong === null ? null : new Error(wrong));
			},
			authorizeSubscribe: (client, subscription, answer) => {
				const wrong = this.#wrongFilter(client, subscription.topic);
				if (wrong !== null) this.#log(`client ${client.id}: ${wrong}`);
				answer(null, wrong === null ? subscription : null);
			},
			authorizeForward: (client, packet) => (this.#mayHave(client, packet.topic) ? packet : null),
		};
	}

	/** Keeps count of who is there. */
	watch(aedes: Aedes): void {
		aedes.on('client', (client) => {
			const account = this.#accountOf.get(client);
			if (account !== undefined) this.#ids.set(client.id, account);
		});
		aedes.on('clientDisconnect', (client) => this.#ids.delete(client.id));
		aedes.on('unsubscribe', (filters, client) => {
			for (const filter of filters) this.#subscriptions.get(client)?.delete(filter);
		});
	}

	#refusalOf(client: Client, name: string | undefined, password: Buffer | undefined): string | null {
		const connect = this.#connects.get(client);
		// Nothing waits here for somebody who is away: it would wait in our memory.
		if (connect?.clean !== true) return 'refused: it asked for a session that outlives its connection';
		if (this.#accounts === null) return null;
		const account = this.#accounts.get(name ?? '');
		if (!samePassword(password ?? Buffer.alloc(0), account?.password ?? '') || account === undefined)
			return 'refused: no account has this name and password';
		// Whoever connects under the id of another client ends that one's connection.
		const holder = this.#ids.get(client.id);
		if (holder !== undefined && holder.name !== account.name)
			return `refused: ${account.name} asked for the client id of ${holder.name}`;
		const will = connect.will?.topic;
		if (will !== undefined && !mayPublish(account, will))
			return `refused: ${account.name} may not publish its last will, ${will}`;
		this.#accountOf.set(client, account);
		return null;
	}

	#wrongWith(client: Client | null, { topic, payload, retain }: PublishPacket): string | null {
		const { messageBytes } = this.#limits;
		if (topic.startsWith('$')) return `${topic} is the broker's own`;
		if (this.#accounts !== null) {
			const account = client === null ? undefined : this.#accountOf.get(client);
			if (account === undefined || !mayPublish(account, topic)) return `${account?.name} may not publish ${topic}`;
		}
		if (messageBytes !== null && payload.length > messageBytes)
			return `a message of ${payload.length} bytes, at most ${messageBytes} are passed on`;
		return retain ? this.#wrongRetained(topic, payload.length) : null;
	}

	/** An empty retained message takes away the one before it. */
	#wrongRetained(topic: string, bytes: number): string | null {
		if (bytes === 0) this.#retained.delete(topic);
		else if (this.#retained.size >= MAX_RETAINED_TOPICS && !this.#retained.has(topic))
			return `more than ${MAX_RETAINED_TOPICS} retained messages`;
		else this.#retained.add(topic);
		return null;
	}

	#wrongFilter(client: Client, filter: string): string | null {
		if (this.#accounts !== null) {
			const account = this.#accountOf.get(client);
			if (account === undefined || !maySubscribe(account, filter))
				return `${account?.name} may not subscribe ${filter}`;
		} else if (filter.startsWith('$')) return `${filter} is the broker's own`;
		const filters = this.#subscriptions.get(client) ?? new Set();
		this.#subscriptions.set(client, filters);
		if (filters.size >= MAX_SUBSCRIPTIONS && !filters.has(filter))
			return `more than ${MAX_SUBSCRIPTIONS} subscriptions`;
		filters.add(filter);
		return null;
	}

	/** Also ends whoever does not read: what it misses it could not make up for, and the others must not wait for it. */
	#mayHave(client: Client, topic: string): boolean {
		const { conn } = client;
		if (conn instanceof GuardedSocket && conn.isSlow) {
			conn.cut(`it does not read, more than ${this.#limits.queuedBytes} bytes wait for it`);
			return false;
		}
		if (this.#accounts === null) return true;
		const account = this.#accountOf.get(client);
		return account !== undefined && mayReceive(account, topic);
	}
}

/** In a time that does not depend on how much of it is right. */
function samePassword(given: Uint8Array, expected: string): boolean {
	const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
	return timingSafeEqual(hash(given), hash(Buffer.from(expected)));
}
