/**
 * What a broker may send to us (MQTT 3.1.1), packet by packet, before any parser sees it: a packet longer than 16384 bytes
 * is skipped without being stored, and bytes that are none of a broker's packets end the connection. At most one packet
 * of allowed length is held at a time.
 */

/** Longest packet that is taken, bytes, its header included (firmware/wire/MQTT.md section 1). */
export const MAX_PACKET_BYTES = 16384;

const MAX_HEADER_BYTES = 5;
const MAX_SHOWN_TOPIC_BYTES = 256;

const CONNACK = 2;
const PUBLISH = 3;
/** Packets of one length: their remaining length. */
const FIXED: ReadonlyMap<number, { name: string; length: number }> = new Map([
	[CONNACK, { name: 'CONNACK', length: 2 }],
	[4, { name: 'PUBACK', length: 2 }],
	[11, { name: 'UNSUBACK', length: 2 }],
	[13, { name: 'PINGRESP', length: 0 }],
]);
const SUBACK = 9;

export interface SkippedPacket {
	/** Cut after 256 bytes. */
	topic: string;
	/** Of the whole packet. */
	bytes: number;
	/** To be acknowledged; `null` for QoS 0. */
	messageId: number | null;
}

/** The broker, or whoever it is, does not speak MQTT. */
export class MalformedPacket extends Error {
	/** Nothing it said before was MQTT either. */
	readonly atOnce: boolean;

	constructor(why: string, atOnce: boolean) {
		super(why);
		this.name = 'MalformedPacket';
		this.atOnce = atOnce;
	}
}

interface Header {
	type: number;
	qos: number;
	headerBytes: number;
	remaining: number;
}

/** A packet that is being skipped. */
interface Skip {
	readonly bytes: number;
	readonly qos: number;
	/** Of the packet behind its fixed header. */
	readonly remaining: number;
	seen: number;
	/** Its beginning: as much as its topic and number need, at most 64 KiB. */
	head: Buffer;
}

export class PacketGuard {
	readonly #skipped: (packet: SkippedPacket) => void;
	#held: Buffer = Buffer.alloc(0);
	#skip: Skip | null = null;
	#greeted = false;

	constructor(skipped: (packet: SkippedPacket) => void) {
		this.#skipped = skipped;
	}

	/** Whole packets only, as many as there are in order. @throws MalformedPacket */
	take(chunk: Buffer): Buffer[] {
		const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
		const taken: Buffer[] = [];
		let from = 0;
		let at = 0;
		while (at < bytes.length) {
			if (this.#skip !== null) {
				at += this.#skipOver(this.#skip, bytes.subarray(at));
				from = at;
				continue;
			}
			const header = this.#header(bytes.subarray(at, at + MAX_HEADER_BYTES));
			if (header === null) break;
			const packetBytes = header.headerBytes + header.remaining;
			if (packetBytes > MAX_PACKET_BYTES) {
				if (from < at) taken.push(bytes.subarray(from, at));
				this.#skip = this.#startSkipping(header);
				at += header.headerBytes;
				from = at;
				continue;
			}
			if (bytes.length - at < packetBytes) break;
			this.#check(header, bytes.subarray(at + header.headerBytes, at + packetBytes));
			at += packetBytes;
		}
		if (from < at) taken.push(bytes.subarray(from, at));
		this.#held = at < bytes.length ? Buffer.from(bytes.subarray(at)) : Buffer.alloc(0);
		return taken;
	}

	/** `null`: there is more of it to come. */
	#header(bytes: Buffer): Header | null {
		const first = bytes[0] as number;
		const type = first >> 4;
		const flags = first & 0x0f;
		const known = type === PUBLISH || (flags === 0 && (type === SUBACK || FIXED.has(type)));
		if (!known) throw this.#malformed(`a packet that begins with 0x${first.toString(16).padStart(2, '0')}`);
		if (type === CONNACK && this.#greeted) throw this.#malformed('a second CONNACK');
		if (type !== CONNACK && !this.#greeted) throw this.#malformed('something else before its CONNACK');
		const qos = type === PUBLISH ? (flags >> 1) & 3 : 0;
		// We ask for QoS 0 and 1 only, so that nothing may come with more. (It would have to be stored, too.)
		if (qos > 1) throw this.#malformed(`a message of QoS ${qos}, which nobody asked for`);
		let remaining = 0;
		for (let index = 1; index < MAX_HEADER_BYTES; index++) {
			const byte = bytes[index];
			if (byte === undefined) return null;
			remaining += (byte & 0x7f) * 128 ** (index - 1);
			if (byte < 0x80) return { type, qos, headerBytes: index + 1, remaining: this.#fits(type, remaining) };
		}
		throw this.#malformed('a packet without a length');
	}

	#fits(type: number, remaining: number): number {
		const fixed = FIXED.get(type);
		if (fixed !== undefined && remaining !== fixed.length)
			throw this.#malformed(`${fixed.name} with ${remaining} bytes in place of ${fixed.length}`);
		if (type === SUBACK && (remaining < 3 || remaining > MAX_PACKET_BYTES - MAX_HEADER_BYTES))
			throw this.#malformed(`SUBACK with ${remaining} bytes`);
		return remaining;
	}

	#check({ type, qos }: Header, body: Buffer): void {
		if (type === CONNACK) this.#greeted = true;
		if (type !== PUBLISH) return;
		const needed = headBytesOf(body, qos);
		if (needed === null || needed > body.length) throw this.#malformed('a message shorter than its topic');
		if (qos > 0 && body.readUInt16BE(needed - 2) === 0) throw this.#malformed('a message with number 0');
	}

	#startSkipping({ qos, headerBytes, remaining }: Header): Skip {
		return { bytes: headerBytes + remaining, qos, remaining, seen: 0, head: Buffer.alloc(0) };
	}

	/** How many of the bytes belong to the packet that is skipped. */
	#skipOver(skip: Skip, bytes: Buffer): number {
		const here = bytes.subarray(0, skip.remaining - skip.seen);
		skip.seen += here.length;
		for (let at = 0; at < here.length; ) {
			const needed = headBytesOf(skip.head, skip.qos) ?? 2;
			if (skip.head.length >= needed) break;
			const more = here.subarray(at, at + needed - skip.head.length);
			skip.head = Buffer.concat([skip.head, more]);
			at += more.length;
		}
		if (skip.seen === skip.remaining) this.#finishSkipping(skip);
		return here.length;
	}

	#finishSkipping({ head, qos, bytes }: Skip): void {
		this.#skip = null;
		const needed = headBytesOf(head, qos);
		if (needed === null || head.length < needed) throw this.#malformed('a message shorter than its topic');
		const topicEnd = Math.min(needed - (qos > 0 ? 2 : 0), 2 + MAX_SHOWN_TOPIC_BYTES);
		const messageId = qos > 0 ? head.readUInt16BE(needed - 2) : null;
		if (messageId === 0) throw this.#malformed('a message with number 0');
		this.#skipped({ topic: head.toString('utf8', 2, topicEnd), bytes, messageId });
	}

	#malformed(what: string): MalformedPacket {
		return new MalformedPacket(`it sent ${what}`, !this.#greeted);
	}
}

/** Bytes that the topic and the number of a message take up; `null` while its first two are not there. */
function headBytesOf(body: Buffer, qos: number): number | null {
	return body.length < 2 ? null : 2 + body.readUInt16BE(0) + (qos > 0 ? 2 : 0);
}
