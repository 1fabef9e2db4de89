/** What every broker we start has in common. */
import type { Account } from './accounts.ts';
import type { BrokerTls } from './broker-tls.ts';

export type BrokerKind = 'mosquitto' | 'aedes';

/** A broker on the loopback address of this machine. */
export interface Broker {
	readonly with: BrokerKind;
	/** `mqtt://127.0.0.1:port`, or `mqtts://`. */
	readonly url: string;
	readonly port: number;
	/** Of the child process; `null` for the broker inside this one. */
	readonly pid: number | null;
	/** Resolves when the broker has ended, by whomever, with how it ended in words. */
	readonly ended: Promise<string>;
	/** Ends it in good order; resolves also when it has ended already. */
	stop(): Promise<void>;
	/** It is gone at once, without a word to its clients: SIGKILL, or all sockets cut. For fault tests. */
	kill(): void;
}

export interface BrokerOptions {
	/** 0 or none: a free one, which is kept free of outgoing connections, so that it can be used again after a restart. */
	port?: number;
	/** Who may do what. None: whoever is on this machine may do everything. */
	accounts?: readonly Account[];
	tls?: BrokerTls;
	limits?: Partial<BrokerLimits>;
	startTimeoutMs?: number;
	/** One line about a client or the broker, of text that others chose in part: print it without its control characters. */
	log?: (line: string) => void;
}

/** What one client can take up. `null`: no limit, for tests of what lies behind it. */
export interface BrokerLimits {
	/** Longest payload that is passed on, bytes: four times what MQTT.md allows. */
	messageBytes: number | null;
	/** Whoever sends a longer packet is disconnected. */
	packetBytes: number | null;
	/** What may wait for one client which does not read. */
	queuedBytes: number;
	connections: number;
}

export const DEFAULT_LIMITS: BrokerLimits = {
	messageBytes: 16_384,
	packetBytes: 65_536,
	queuedBytes: 1_048_576,
	connections: 256,
};
