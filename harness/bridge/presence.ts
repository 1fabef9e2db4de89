/** What a broker shows of a device: its retained `info`, kept true, and watched as far as the account may (MQTT.md section 3). */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MqttInfo } from '../generated/mqtt-info.ts';
import type { BrokerConnection } from '../link/mqtt/broker-connection.ts';
import { decodeInfo, encodeInfo } from '../link/mqtt/message.ts';
import type { Say } from './bridge-event.ts';
import { offlineInfo, onlineInfo, type Place } from './what-is-there.ts';

/** The last will of an earlier connection may come so late, and would stay there. */
const AGAIN_MS = 20_000;
/** A broker shows us our info within this, or does not show it at all. */
const SHOWN_MS = 5000;
/** How long the farewell may take: the broker may not read any more. */
const FAREWELL_MS = 3000;

export class Presence {
	readonly #connection: BrokerConnection;
	readonly #topic: string;
	readonly #place: Place;
	readonly #say: Say;
	#holder: string | null = null;
	/** What is to be said next; `null` when nothing waits. */
	#next: MqttInfo | null = null;
	#publishing: Promise<void> | null = null;
	#shown = false;
	#rivalTold = false;
	#leaving = false;

	constructor(connection: BrokerConnection, topic: string, place: Place, say: Say) {
		this.#connection = connection;
		this.#topic = topic;
		this.#place = place;
		this.#say = say;
	}

	/** Says `online`, resolves when the broker has it; then watches what becomes of it. */
	async begin(): Promise<void> {
		await this.#announce();
		// An account without that right is told of below: all else goes on without it.
		await this.#connection.subscribe([this.#topic], 1).catch(() => {});
		const again = setTimeout(() => this.#announceAgain(), AGAIN_MS).unref();
		const unseen = setTimeout(() => this.#tellWhenUnseen(), SHOWN_MS).unref();
		this.#connection.onClose(() => {
			clearTimeout(again);
			clearTimeout(unseen);
		});
	}

	holder(name: string | null): void {
		this.#holder = name;
		this.#announceAgain();
	}

	/** Says `offline`. Never throws, and never takes long. */
	async leave(reason: string): Promise<void> {
		this.#leaving = true;
		this.#next = offlineInfo(this.#place, reason);
		await Promise.race([this.#publish().catch(() => {}), sleep(FAREWELL_MS, undefined, { ref: false })]);
	}

	/** Takes what came on the topic of `info`. */
	received(payload: Buffer, refuse: (why: string) => void): void {
		const info = decodeInfo(payload);
		const { bench, facts, incarnation } = this.#place;
		if (typeof info === 'string') refuse(info);
		else if (info.bench !== bench || info.device !== facts.id) refuse('it is the info of another device');
		else if (info.incarnation === incarnation) this.#shown = true;
		else if (info.state === 'online') this.#tellRival();
		// The late last will of an earlier connection: what stays there has to be the truth.
		else this.#announceAgain();
	}

	#announceAgain(): void {
		this.#announce().catch(() => {}); // a lost connection tells so itself
	}

	#announce(): Promise<void> {
		if (this.#leaving) return Promise.resolve();
		this.#next = onlineInfo(this.#place, this.#holder);
		return this.#publish();
	}

	/** One after the other, and the last word is the latest one. */
	#publish(): Promise<void> {
		this.#publishing ??= (async () => {
			try {
				while (this.#next !== null) {
					const payload = encodeInfo(this.#next);
					this.#next = null;
					await this.#connection.publish(this.#topic, payload, { qos: 1, retain: true });
				}
			} finally {
				this.#publishing = null;
			}
		})();
		return this.#publishing;
	}

	/** Brokers may acknowledge what an account may not publish or listen to, and drop it. */
	#tellWhenUnseen(): void {
		if (!this.#shown && !this.#leaving)
			this.#say({ event: 'unseen', bench: this.#place.bench, device: this.#place.facts.id });
	}

	#tellRival(): void {
		if (this.#rivalTold) return;
		this.#rivalTold = true;
		this.#say({ event: 'rival', bench: this.#place.bench, device: this.#place.facts.id });
	}
}
