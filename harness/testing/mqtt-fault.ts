import type { TopicLeaf } from '../link/mqtt/topics.ts';

/** Which way a packet goes on the connection of one client. */
export type Way = 'to-broker' | 'to-client';

/** The PUBLISH packets that a fault is meant for. */
export interface MqttPlace {
	/** Whose connection: matched against the client id of its CONNECT. */
	client: RegExp;
	way: Way;
	leaf: TopicLeaf;
	/** Which of them, from 0; counted through all connections of such clients. */
	at: number;
	/** Only those with such a payload count. */
	like?: (payload: Uint8Array) => boolean;
}

/** What goes wrong between a client and its broker. Each happens once. */
export type MqttFault = MqttPlace &
	(
		| {
				/** So many in a row never arrive. One of QoS 1 is acknowledged all the same: both ends believe it was delivered. */
				kind: 'drop';
				count?: number;
		  }
		/** It arrives twice. */
		| { kind: 'duplicate' }
		/** It arrives after the next one of its topic. */
		| { kind: 'swap' }
		/** It and all that follow on its topic arrive so much later, in their order; other topics do not wait. */
		| { kind: 'delay'; ms: number }
		/** The connection is cut instead, without a DISCONNECT. */
		| { kind: 'kick' }
	);
