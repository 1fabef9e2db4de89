/** The chunks in which a byte stream travels over a broker (firmware/wire/MQTT.md section 2). */

export const CHUNK_KINDS = ['BYTES', 'BEAT', 'END', 'CYCLES'] as const;
export type ChunkKind = (typeof CHUNK_KINDS)[number];

export const CHUNK_HEADER_BYTES = 16;
export const MAX_CHUNK_PAYLOAD_BYTES = 4096;
export const MAX_CHUNK_BYTES = CHUNK_HEADER_BYTES + MAX_CHUNK_PAYLOAD_BYTES;

const MAGIC = 0x4f;
const VERSION = 1;
const CHANNEL = /^[0-9a-f]{16}$/;

export interface Chunk {
	kind: ChunkKind;
	/** Counts the chunks of one direction of a channel from 0, modulo 2^32. */
	sequence: number;
	/** 16 hex digits. */
	channel: string;
	payload: Uint8Array;
}

/** @throws RangeError for a payload over 4096 bytes, TypeError for a channel that is none */
export function encodeChunk({ kind, sequence, channel, payload }: Chunk): Buffer {
	if (payload.length > MAX_CHUNK_PAYLOAD_BYTES)
		throw new RangeError(`a chunk holds at most ${MAX_CHUNK_PAYLOAD_BYTES} bytes, got ${payload.length}`);
	if (!CHANNEL.test(channel)) throw new TypeError('channel: expected 16 hex digits');
	const header = Buffer.alloc(CHUNK_HEADER_BYTES);
	header[0] = MAGIC;
	header[1] = VERSION;
	header[2] = CHUNK_KINDS.indexOf(kind);
	header.writeUInt32LE(sequence >>> 0, 4);
	header.write(channel, 8, 'hex');
	return Buffer.concat([header, payload]);
}

/** The chunk, or in words why it is none. Never throws. */
export function decodeChunk(bytes: Uint8Array): Chunk | string {
	if (bytes.length < CHUNK_HEADER_BYTES) return `${bytes.length} bytes are no chunk: its header alone has 16`;
	if (bytes.length > MAX_CHUNK_BYTES) return `${bytes.length} bytes: a chunk has at most ${MAX_CHUNK_BYTES}`;
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	if (buffer[0] !== MAGIC || buffer[1] !== VERSION || buffer[3] !== 0) return 'it has not the header of a chunk';
	const kind = CHUNK_KINDS[buffer[2] as number];
	if (kind === undefined) return `it is a chunk of kind ${buffer[2]}, which there is not`;
	const payload = buffer.subarray(CHUNK_HEADER_BYTES);
	if (kind === 'BEAT' ? payload.length > 0 : payload.length === 0)
		return `a ${kind} chunk ${kind === 'BEAT' ? 'holds nothing' : 'holds something'}, but this has ${payload.length} bytes`;
	return { kind, sequence: buffer.readUInt32LE(4), channel: buffer.toString('hex', 8, 16), payload };
}
