/** MQTT 3.1.1 packets as raw bytes: cut out of a stream, and looked into only as far as faults need it. */
import { type Packet, parser } from 'mqtt-packet';

/** Longest Remaining Length field, bytes (MQTT 3.1.1 section 2.2.3). */
const MAX_LENGTH_BYTES = 4;

/** Cuts a stream into packets. They come out as the very bytes that went in. */
export class PacketSplitter {
	#rest: Buffer = Buffer.alloc(0);

	/** @throws Error when the stream is no MQTT */
	push(bytes: Uint8Array): Buffer[] {
		this.#rest = Buffer.concat([this.#rest, bytes]);
		const packets: Buffer[] = [];
		for (let length = packetLength(this.#rest); length !== null; length = packetLength(this.#rest)) {
			packets.push(this.#rest.subarray(0, length));
			this.#rest = this.#rest.subarray(length);
		}
		return packets;
	}
}

/** Bytes of the first packet, its fixed header included; `null` while it is not there whole. */
function packetLength(bytes: Buffer): number | null {
	let remaining = 0;
	for (let digit = 0; digit < MAX_LENGTH_BYTES; digit++) {
		const byte = bytes[1 + digit];
		if (byte === undefined) return null;
		remaining += (byte & 0x7f) * 128 ** digit;
		if ((byte & 0x80) === 0) {
			const whole = 2 + digit + remaining;
			return bytes.length < whole ? null : whole;
		}
	}
	throw new Error(`no MQTT packet: its length has more than ${MAX_LENGTH_BYTES} bytes`);
}

/** What one packet says. */
export function readPacket(raw: Uint8Array): Packet {
	const reader = parser({ protocolVersion: 4 });
	let read: Packet | null = null;
	reader.on('packet', (packet) => {
		read = packet;
	});
	reader.on('error', (error: Error) => {
		throw error;
	});
	reader.parse(Buffer.from(raw));
	if (read === null) throw new Error(`no MQTT packet: ${Buffer.from(raw.subarray(0, 16)).toString('hex')}`);
	return read;
}

/** The acknowledgement of a PUBLISH of QoS 1 (section 3.4). */
export function pubackOf(messageId: number): Buffer {
	return Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);
}
