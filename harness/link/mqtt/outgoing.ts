/**
 * What waits to be sent to a broker, in order: handed on one by one, as fast as the connection takes it. Its memory is
 * bounded: when a broker does not keep up, more is refused and not stored.
 */
import { OssicleError } from '../../error.ts';

/** All that was given and is not yet settled, payloads and topics, bytes. Four channels' worth (MQTT.md section 2). */
export const MAX_PENDING_BYTES = 1024 * 1024;
/** What a message takes up besides: so that many small ones have a bound, too. */
const OVERHEAD_BYTES = 64;

export interface OutgoingMessage {
	readonly topic: string;
	readonly payload: Buffer;
	readonly qos: 0 | 1;
	readonly retain: boolean;
}

/** Whoever carries it: `done` is called when the message is settled, and never when the connection goes away before. */
export interface Carrier {
	/** It cannot take a message now; `resume` is called when it can again. */
	readonly busy: boolean;
	send(message: OutgoingMessage, done: () => void): void;
}

interface Entry {
	readonly message: OutgoingMessage;
	readonly bytes: number;
	readonly resolve: () => void;
	readonly reject: (reason: Error) => void;
}

export class Outgoing {
	readonly #carrier: Carrier;
	readonly #waiting: Entry[] = [];
	/** Waiting and on their way. */
	readonly #pending = new Set<Entry>();
	#pendingBytes = 0;
	#over: Error | null = null;
	#whenIdle: (() => void)[] = [];

	constructor(carrier: Carrier) {
		this.#carrier = carrier;
	}

	get pendingBytes(): number {
		return this.#pendingBytes;
	}

	/** Resolves when the carrier has settled it. Rejects when it cannot be had any more, or too much waits: `mqtt-slow-broker`. */
	push(message: OutgoingMessage): Promise<void> {
		const bytes = message.payload.length + message.topic.length + OVERHEAD_BYTES;
		if (this.#over !== null) return Promise.reject(this.#over);
		if (this.#pendingBytes + bytes > MAX_PENDING_BYTES) return Promise.reject(tooSlow(this.#pendingBytes));
		return new Promise((resolve, reject) => {
			const entry = { message, bytes, resolve, reject };
			this.#pending.add(entry);
			this.#pendingBytes += bytes;
			this.#waiting.push(entry);
			this.resume();
		});
	}

	/** To be called when the carrier is no longer busy. */
	resume(): void {
		while (this.#over === null && !this.#carrier.busy) {
			const entry = this.#waiting.shift();
			if (entry === undefined) return;
			this.#carrier.send(entry.message, () => this.#settle(entry));
		}
	}

	/** Resolves when nothing waits and all is settled, at once where that is so. */
	idle(): Promise<void> {
		if (this.#pending.size === 0) return Promise.resolve();
		return new Promise((resolve) => this.#whenIdle.push(resolve));
	}

	/** No more goes out: all that is not settled rejects with this, and whatever comes later. */
	end(reason: Error): void {
		if (this.#over !== null) return;
		this.#over = reason;
		this.#waiting.length = 0;
		for (const { reject } of this.#pending) reject(reason);
		this.#pending.clear();
		this.#pendingBytes = 0;
		this.#wakeIdle();
	}

	#settle(entry: Entry): void {
		if (!this.#pending.delete(entry)) return;
		this.#pendingBytes -= entry.bytes;
		entry.resolve();
		if (this.#pending.size === 0) this.#wakeIdle();
	}

	#wakeIdle(): void {
		for (const wake of this.#whenIdle.splice(0)) wake();
	}
}

function tooSlow(pendingBytes: number): OssicleError {
	const text = `the broker does not keep up: ${pendingBytes} bytes wait to be taken by it. What to do: look at its load and at the network between.`;
	return new OssicleError('mqtt-slow-broker', 'rig', text, { pendingBytes });
}
