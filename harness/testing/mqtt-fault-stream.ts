import type { IPublishPacket } from 'mqtt-packet';
import { parseTopic } from '../link/mqtt/topics.ts';
import type { MqttFault, Way } from './mqtt-fault.ts';
import { PacketSplitter, pubackOf, readPacket } from './mqtt-packets.ts';

/** What comes out of a faulty connection, in order. Steps of one lane keep their order; a pause holds back its lane alone. */
export type MqttStep =
	| { way: Way; lane: string; bytes: Uint8Array }
	| { way: Way; lane: string; pauseMs: number }
	| { happens: 'kick' };

/** A fault, and how many packets meant by it have come: through all connections. */
export interface ArmedFault {
	fault: MqttFault;
	seen: number;
}

export const armed = (fault: MqttFault): ArmedFault => ({ fault, seen: 0 });

const COMMAND = { connect: 1, publish: 3, puback: 4 } as const;
const MAIN_LANE = '';
const OTHER: Record<Way, Way> = { 'to-broker': 'to-client', 'to-client': 'to-broker' };

interface Publish {
	way: Way;
	lane: string;
	raw: Buffer;
	packet: IPublishPacket;
}

/**
 * One client's connection through a faulty wire: bytes in, steps out, no I/O and no clock. Packets that no fault is meant for
 * pass as the bytes they are.
 */
export class MqttFaultStream {
	readonly #faults: readonly ArmedFault[];
	readonly #split: Record<Way, PacketSplitter> = {
		'to-broker': new PacketSplitter(),
		'to-client': new PacketSplitter(),
	};
	/** Acknowledgements that one of the ends does not expect, as `way id`. */
	readonly #unexpected = new Map<string, number>();
	/** Publishes held back until the next one of their topic has passed, by way and topic. */
	readonly #held = new Map<string, Publish>();
	#steps: MqttStep[] = [];
	#kicked = false;
	/** Of its CONNECT; empty before. */
	clientId = '';

	constructor(faults: readonly ArmedFault[]) {
		this.#faults = faults;
	}

	push(way: Way, bytes: Uint8Array): MqttStep[] {
		this.#steps = [];
		for (const raw of this.#split[way].push(bytes)) if (!this.#kicked) this.#take(way, raw);
		return this.#steps;
	}

	#take(way: Way, raw: Buffer): void {
		const command = (raw[0] as number) >> 4;
		if (command === COMMAND.publish) {
			this.#publish(way, raw);
			return;
		}
		if (command === COMMAND.connect) {
			const packet = readPacket(raw);
			if (packet.cmd === 'connect') this.clientId = packet.clientId;
		}
		if (command === COMMAND.puback && this.#isUnexpected(way, raw)) return;
		this.#steps.push({ way, lane: MAIN_LANE, bytes: raw });
	}

	#publish(way: Way, raw: Buffer): void {
		const packet = readPacket(raw);
		const leaf = packet.cmd === 'publish' ? parseTopic(packet.topic)?.leaf : undefined;
		if (packet.cmd !== 'publish' || leaf === undefined) {
			this.#steps.push({ way, lane: MAIN_LANE, bytes: raw });
			return;
		}
		const meant = this.#faults.filter(
			({ fault }) =>
				fault.way === way &&
				fault.leaf === leaf &&
				fault.client.test(this.clientId) &&
				(fault.like?.(payloadOf(packet)) ?? true),
		);
		// What may be delayed travels alone from its start on, or its order would depend on when the fault comes.
		const lane = meant.some(({ fault }) => fault.kind === 'delay') ? leaf : MAIN_LANE;
		const now = meant.filter((each) => {
			const number = each.seen++;
			const { fault } = each;
			const count = fault.kind === 'drop' ? (fault.count ?? 1) : 1;
			return number >= fault.at && number < fault.at + count;
		});
		const publish: Publish = { way, lane, raw, packet };
		const [fault] = now.map((each) => each.fault);
		if (fault?.kind === 'swap') {
			this.#held.set(`${way} ${packet.topic}`, publish);
			return;
		}
		this.#pass(publish, fault);
		const held = this.#held.get(`${way} ${packet.topic}`);
		if (held === undefined) return;
		this.#held.delete(`${way} ${packet.topic}`);
		this.#pass(held, undefined);
	}

	#pass({ way, lane, raw, packet }: Publish, fault: MqttFault | undefined): void {
		const { qos, messageId } = packet;
		const acknowledged = qos === 1 && messageId !== undefined;
		if (fault?.kind === 'kick') {
			this.#kicked = true;
			this.#steps.push({ happens: 'kick' });
			return;
		}
		if (fault?.kind === 'drop') {
			if (acknowledged) this.#steps.push({ way: OTHER[way], lane: MAIN_LANE, bytes: pubackOf(messageId) });
			return;
		}
		if (fault?.kind === 'delay') this.#steps.push({ way, lane, pauseMs: fault.ms });
		this.#steps.push({ way, lane, bytes: raw });
		if (fault?.kind !== 'duplicate') return;
		this.#steps.push({ way, lane, bytes: raw });
		if (!acknowledged) return;
		const key = `${OTHER[way]} ${messageId}`;
		this.#unexpected.set(key, (this.#unexpected.get(key) ?? 0) + 1);
	}

	/** The sender sent it once, so it gets one acknowledgement of the two: the second, after which it may use the id again. */
	#isUnexpected(way: Way, raw: Buffer): boolean {
		const key = `${way} ${raw.readUInt16BE(2)}`;
		const left = this.#unexpected.get(key) ?? 0;
		if (left === 0) return false;
		if (left === 1) this.#unexpected.delete(key);
		else this.#unexpected.set(key, left - 1);
		return true;
	}
}

function payloadOf({ payload }: IPublishPacket): Uint8Array {
	return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
