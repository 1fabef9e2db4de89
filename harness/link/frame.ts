/**
 * Host-to-device frames (PROTOCOL.md section 1): version, type, sequence, payload, CRC-32, COBS-encoded between 0x00.
 * The layout comes from the generated `FRAMES`, so a field added to the schema needs no code here.
 */
import { FRAMES, WIRE } from '../generated/wire.ts';
import { cobsDecode, cobsEncode } from './cobs.ts';
import { crc32 } from './crc32.ts';

export type FrameName = keyof typeof FRAMES;
export type FrameFields<Name extends FrameName> = { [Field in keyof (typeof FRAMES)[Name]['fields']]: number };

/** A frame as decoded. `fields` are as the schema names them; `rest` is what follows them (audio bytes, a name). */
export interface Frame {
	name: FrameName;
	sequence: number;
	fields: Record<string, number>;
	rest: Uint8Array;
}

export type FrameResult = { kind: 'frame'; frame: Frame } | { kind: 'damaged'; why: string };

const HEAD_BYTES = 4;
const CRC_BYTES = 4;
const WIDTH = { u8: 1, u16: 2, u32: 4, i32: 4 } as const;
type FieldType = keyof typeof WIDTH;

interface Layout {
	name: FrameName;
	type: number;
	fields: [name: string, type: FieldType, offset: number][];
	fixedBytes: number;
	hasRest: boolean;
}

function layoutOf(name: FrameName): Layout {
	const definition: { type: number; fields: Record<string, FieldType>; rest?: string } = FRAMES[name];
	let offset = 0;
	const fields: Layout['fields'] = [];
	for (const [field, type] of Object.entries(definition.fields)) {
		fields.push([field, type, offset]);
		offset += WIDTH[type];
	}
	return { name, type: definition.type, fields, fixedBytes: offset, hasRest: definition.rest !== undefined };
}

const LAYOUTS = (Object.keys(FRAMES) as FrameName[]).map(layoutOf);
const BY_NAME = new Map(LAYOUTS.map((layout) => [layout.name, layout]));
const BY_TYPE = new Map(LAYOUTS.map((layout) => [layout.type, layout]));
const NO_BYTES = new Uint8Array(0);

/**
 * Encodes a frame, both 0x00 delimiters included. A leading delimiter on each frame costs a byte and ends whatever noise
 * stands on the line before it. Throws RangeError on a field out of its range or a payload longer than 512 bytes.
 */
export function encodeFrame<Name extends FrameName>(
	name: Name,
	sequence: number,
	fields: FrameFields<Name>,
	rest: Uint8Array = NO_BYTES,
): Uint8Array {
	const layout = BY_NAME.get(name) as Layout;
	const payloadBytes = layout.fixedBytes + rest.length;
	if (payloadBytes > WIRE.MAX_PAYLOAD_BYTES || (rest.length > 0 && !layout.hasRest)) {
		throw new RangeError(`${name} cannot carry ${rest.length} bytes after its fields (payload: at most 512 bytes)`);
	}
	const body = Buffer.alloc(HEAD_BYTES + payloadBytes + CRC_BYTES);
	body.writeUInt8(WIRE.PROTOCOL_VERSION, 0);
	body.writeUInt8(layout.type, 1);
	body.writeUInt16LE(sequence, 2);
	for (const [field, type, offset] of layout.fields) {
		writeField(body, HEAD_BYTES + offset, type, (fields as Record<string, number>)[field] as number);
	}
	body.set(rest, HEAD_BYTES + layout.fixedBytes);
	body.writeUInt32LE(crc32(body.subarray(0, -CRC_BYTES)), body.length - CRC_BYTES);
	const encoded = cobsEncode(body);
	const out = new Uint8Array(encoded.length + 2);
	out.set(encoded, 1);
	return out;
}

/** Decodes what stood between two 0x00. Never throws. */
export function decodeFrame(encoded: Uint8Array): FrameResult {
	const body = cobsDecode(encoded);
	if (body === null) return { kind: 'damaged', why: 'bad COBS code' };
	if (body.length < WIRE.FRAME_OVERHEAD_BYTES || body.length > WIRE.MAX_BODY_BYTES) {
		return { kind: 'damaged', why: `a body of ${body.length} bytes (8 to 520 allowed)` };
	}
	const view = Buffer.from(body.buffer, body.byteOffset, body.length);
	if (view.readUInt32LE(view.length - CRC_BYTES) !== crc32(view.subarray(0, -CRC_BYTES))) {
		return { kind: 'damaged', why: 'wrong CRC' };
	}
	if (view[0] !== WIRE.PROTOCOL_VERSION) return { kind: 'damaged', why: `version ${view[0]}` };
	const layout = BY_TYPE.get(view[1] as number);
	if (layout === undefined) return { kind: 'damaged', why: `unknown type ${view[1]}` };
	const payload = view.subarray(HEAD_BYTES, -CRC_BYTES);
	if (payload.length < layout.fixedBytes || (payload.length > layout.fixedBytes && !layout.hasRest)) {
		return { kind: 'damaged', why: `${layout.name} with ${payload.length} bytes of payload` };
	}
	const fields: Record<string, number> = {};
	for (const [field, type, offset] of layout.fields) fields[field] = readField(payload, offset, type);
	const frame = {
		name: layout.name,
		sequence: view.readUInt16LE(2),
		fields,
		rest: payload.subarray(layout.fixedBytes),
	};
	return { kind: 'frame', frame };
}

function writeField(body: Buffer, offset: number, type: FieldType, value: number): void {
	if (type === 'u8') body.writeUInt8(value, offset);
	else if (type === 'u16') body.writeUInt16LE(value, offset);
	else if (type === 'u32') body.writeUInt32LE(value, offset);
	else body.writeInt32LE(value, offset);
}

function readField(payload: Buffer, offset: number, type: FieldType): number {
	if (type === 'u8') return payload.readUInt8(offset);
	if (type === 'u16') return payload.readUInt16LE(offset);
	if (type === 'u32') return payload.readUInt32LE(offset);
	return payload.readInt32LE(offset);
}
