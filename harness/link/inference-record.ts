/** Packed inference records (PROTOCOL.md section 2): 28 bytes and one u32 for each stage, little-endian. */
import { RECORD_FLAG, WIRE } from '../generated/wire.ts';

/** A decoded inference record. Cycle counts are of `hello.counterHz`. */
export interface InferenceRecord {
	hop: number;
	sampleEnd: number;
	startCycles: bigint;
	irqCycles: number;
	awakeCycles: number;
	/** Solver timestep, tenths of a millisecond. */
	timestep: number;
	label: number;
	saturated: boolean;
	gated: boolean;
	underrun: boolean;
	/** At the low clock from the end of the record before to the end of this one. */
	slow: boolean;
	/** One count for each of `hello.stages`. */
	stageCycles: number[];
}

/** Bytes of one record of a device with so many stages. */
export function recordBytes(stages: number): number {
	return WIRE.RECORD_HEAD_BYTES + 4 * stages;
}

/** Decodes `bytes.length / recordBytes(stages)` records; `null` when that is no whole number. */
export function decodeRecords(bytes: Uint8Array, stages: number): InferenceRecord[] | null {
	const size = recordBytes(stages);
	if (bytes.length % size !== 0) return null;
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const records: InferenceRecord[] = [];
	for (let at = 0; at < view.length; at += size) records.push(decodeRecord(view.subarray(at, at + size), stages));
	return records;
}

function decodeRecord(view: Buffer, stages: number): InferenceRecord {
	const flags = view.readUInt8(27);
	return {
		hop: view.readUInt32LE(0),
		sampleEnd: view.readUInt32LE(4),
		startCycles: view.readBigUInt64LE(8),
		irqCycles: view.readUInt32LE(16),
		awakeCycles: view.readUInt32LE(20),
		timestep: view.readUInt16LE(24),
		label: view.readUInt8(26),
		saturated: (flags & RECORD_FLAG.saturated) !== 0,
		gated: (flags & RECORD_FLAG.gated) !== 0,
		underrun: (flags & RECORD_FLAG.underrun) !== 0,
		slow: (flags & RECORD_FLAG.slow) !== 0,
		stageCycles: Array.from({ length: stages }, (_, stage) => view.readUInt32LE(WIRE.RECORD_HEAD_BYTES + 4 * stage)),
	};
}
