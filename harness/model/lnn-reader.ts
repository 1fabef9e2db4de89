/**
 * Reads a `.lnn` container as firmware/model/LNN.md has it, and refuses what does not follow that page to the letter: the
 * firmware does the same, and a model that one of them takes and the other does not is no model.
 *
 * A file is untrusted input: at most 32,768 bytes are read, and every size is held against the file before it is followed.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { OssicleError } from '../error.ts';
import { crc32, hex32 } from '../link/crc32.ts';
import { type HuffmanCode, huffmanCode, usedShare } from './huffman-code.ts';
import { type LnnPlace, lnnFault } from './lnn-fault.ts';
import {
	COLUMNS_PER_HOP,
	CRC_FROM,
	HEADER_BYTES,
	LNN_MAGIC,
	LNN_VERSION,
	type LnnShape,
	type MatrixName,
	MOST_BYTES,
	MOST_HIDDEN,
	SECTION_HEADER_BYTES,
	SECTION_KINDS,
	type SectionShape,
	SOLVERS,
	type Solver,
	sectionsOf,
	type VectorName,
	WEIGHT_BIAS,
} from './lnn-layout.ts';
import { type LnnMatrix, readMatrix } from './lnn-matrix.ts';

/** A section and where it stands in the file. */
export interface LnnSection extends SectionShape {
	/** Of its own header, bytes from the start of the file. */
	offset: number;
	payloadBytes: number;
}

export interface LnnModel extends LnnShape {
	/** As named by whoever asked. */
	file: string;
	bytes: number;
	/** Of the whole file, lower-case hex. */
	sha256: string;
	version: number;
	crc: number;
	modelId: string;
	labelNames: string[];
	/** What training assumed and the firmware begins with. */
	solver: Solver;
	/** The same, ms; 0: adaptive. */
	timestepMs: number;
	/** No weight lies outside +-(2^(weightBits - 1) - 1). */
	weightBits: number;
	/** How much of the pooled mean is kept a hop, Q16. */
	meanLeakQ16: number;
	/** Weight of the pooled mean's start, Q12. */
	meanStartQ12: number;
	/** How far a pooled maximum falls a hop, Q15. */
	maximumFallQ15: number;
	/** The fastest a unit can move a hop, Q15. */
	rateBoundQ15: number;
	nonZeroBlocks: number;
	sections: LnnSection[];
	weightCode: HuffmanCode;
	gapCode: HuffmanCode;
	matrices: Record<MatrixName, LnnMatrix>;
	vectors: Record<VectorName, Int32Array>;
}

const DAMAGED = 'The file is damaged or incomplete: copy or export it again.';
const DIGITS_OF_ID = 12;
const NAME = /^[\x21-\x7e]{1,64}$/;

/** @throws OssicleError (usage) `lnn-unreadable`, or `lnn` for what firmware/model/LNN.md forbids */
export function readLnn(path: string): LnnModel {
	let bytes: Buffer;
	try {
		// Not blocking: a named pipe would wait for somebody to write.
		const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
		try {
			if (!fstatSync(file).isFile()) throw new Error('not a file');
			// One byte more than allowed tells a file that is too long, however long it is.
			const room = Buffer.alloc(MOST_BYTES + 1);
			let length = 0;
			for (let got = -1; got !== 0 && length < room.length; length += got)
				got = readSync(file, room, length, room.length - length, null);
			bytes = room.subarray(0, length);
		} finally {
			closeSync(file);
		}
	} catch (cause) {
		const { code, message } = cause as NodeJS.ErrnoException;
		const why = code ?? message;
		throw new OssicleError(
			'lnn-unreadable',
			'usage',
			`${path}: the model cannot be read (${why}). A .lnn file is expected, as firmware/model writes it.`,
			{ path },
			cause,
		);
	}
	return parseLnn(bytes, path);
}

/** @param file its name, for refusals. @throws OssicleError `lnn` (usage) */
export function parseLnn(bytes: Buffer, file: string): LnnModel {
	const header = readHeader(bytes, file);
	const sections = readSections(bytes, header, file);
	const payloadOf = ({ offset, payloadBytes }: LnnSection) =>
		bytes.subarray(offset + SECTION_HEADER_BYTES, offset + SECTION_HEADER_BYTES + payloadBytes);
	const named = (name: LnnSection['name']) => sections.find((section) => section.name === name) as LnnSection;
	const placeOf = (section: LnnSection): LnnPlace => ({
		file,
		section,
		offset: section.offset + SECTION_HEADER_BYTES,
	});
	const codeAt = (name: 'weight code' | 'gap code') => readCode(payloadOf(named(name)), placeOf(named(name)));
	const weightCode = codeAt('weight code');
	if (weightCode.lengths[0] !== 0)
		throw lnnFault(placeOf(named('weight code')), `length 0 for weight -${WEIGHT_BIAS}`, `${weightCode.lengths[0]}`);
	const gapCode = codeAt('gap code');
	const codes = { gap: gapCode, weight: weightCode, largestWeight: 2 ** (header.weightBits - 1) - 1 };
	const matrices = Object.fromEntries(
		sections
			.filter(({ kind }) => kind === 'matrix')
			.map((section) => [
				section.name,
				readMatrix(payloadOf(section), section.offset + SECTION_HEADER_BYTES, section, codes, file),
			]),
	) as Record<MatrixName, LnnMatrix>;
	checkUnusedColumns(matrices['context weights'], header.features, placeOf(named('context weights')));
	checkBlocks(matrices, header.nonZeroBlocks, file);
	const vectors = Object.fromEntries(
		sections.filter(({ kind }) => kind === 'vector').map((section) => [section.name, readVector(payloadOf(section))]),
	) as Record<VectorName, Int32Array>;
	checkLeaks(vectors.leak, header.rateBoundQ15, placeOf(named('leak')));
	const names = named('names');
	const [modelId = '', ...labelNames] = readNames(payloadOf(names), header.labels, placeOf(names));
	checkModelId(modelId, bytes.subarray(HEADER_BYTES, names.offset), placeOf(names));
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	return { ...header, file, sha256, modelId, labelNames, sections, weightCode, gapCode, matrices, vectors };
}

type Header = Omit<
	LnnModel,
	'file' | 'sha256' | 'modelId' | 'labelNames' | 'sections' | 'weightCode' | 'gapCode' | 'matrices' | 'vectors'
>;

function readHeader(bytes: Buffer, file: string): Header {
	const fault = (offset: number, expected: string, got: string, hint?: string) =>
		lnnFault({ file, offset }, expected, got, hint);
	if (bytes.length >= 4 && bytes.readUInt32LE(0) !== LNN_MAGIC)
		throw fault(0, 'a .lnn file (4c4e4e1a first)', `a file that begins with ${bytes.toString('hex', 0, 4)}`);
	if (bytes.length > MOST_BYTES)
		throw fault(MOST_BYTES, `at most ${MOST_BYTES} bytes`, 'a longer file', 'The firmware takes no larger model.');
	if (bytes.length < HEADER_BYTES)
		throw fault(bytes.length, `a header of ${HEADER_BYTES} bytes`, `a file of ${bytes.length} bytes`, DAMAGED);
	const u16 = (offset: number) => bytes.readUInt16LE(offset);
	const whole = (name: string, offset: number, value: number, least: number, most: number, multipleOf = 1) => {
		if (value >= least && value <= most && value % multipleOf === 0) return value;
		const multiple = multipleOf === 1 ? '' : `, a multiple of ${multipleOf}`;
		const range = least === most ? String(least) : `${least} to ${most}${multiple}`;
		throw fault(offset, `${name} ${range}`, String(value));
	};
	const version = whole('version', 4, u16(4), LNN_VERSION, LNN_VERSION);
	const length = bytes.readUInt32LE(8);
	if (length !== bytes.length)
		throw fault(8, `${length} bytes, the length it says`, `a file of ${bytes.length} bytes`, DAMAGED);
	const crc = bytes.readUInt32LE(12);
	const found = crc32(bytes.subarray(CRC_FROM));
	if (found !== crc) throw fault(12, `CRC ${hex32(crc)}, which it says`, hex32(found), DAMAGED);
	const shape = {
		features: whole('features', 16, u16(16), 1, COLUMNS_PER_HOP),
		context: whole('context', 18, u16(18), 1, 8),
		channels: whole('channels', 20, u16(20), 4, 128, 4),
		hidden: whole('hidden', 22, u16(22), 4, MOST_HIDDEN, 4),
		labels: whole('labels', 24, u16(24), 2, 32),
	};
	const sections = sectionsOf(shape).length;
	whole('sections', 6, u16(6), sections, sections);
	const solver = SOLVERS[whole('solver', 26, bytes.readUInt8(26), 0, SOLVERS.length - 1)] as Solver;
	const weightBits = whole('weightBits', 27, bytes.readUInt8(27), 2, 8);
	const tenthsMs = u16(28);
	if (tenthsMs !== 0) whole('timestep (tenths of a millisecond; 0: adaptive)', 28, tenthsMs, 10, 500);
	whole('the reserved field', 42, u16(42), 0, 0);
	return {
		...shape,
		bytes: length,
		version,
		crc,
		solver,
		weightBits,
		timestepMs: tenthsMs / 10,
		meanLeakQ16: u16(30),
		meanStartQ12: u16(32),
		maximumFallQ15: whole('maximumFall', 34, u16(34), 0, 32_768),
		nonZeroBlocks: bytes.readUInt32LE(36),
		rateBoundQ15: whole('rateBound', 40, u16(40), 1, 32_768),
	};
}

/** Where every section stands. They fill the file: nothing before, between (but zeros to the next multiple of 4) or after. */
function readSections(bytes: Buffer, header: LnnShape, file: string): LnnSection[] {
	const sections: LnnSection[] = [];
	let end = HEADER_BYTES;
	for (const shape of sectionsOf(header)) {
		const offset = Math.ceil(end / 4) * 4;
		const fault = (at: number, expected: string, got: string, hint?: string) =>
			lnnFault({ file, section: shape, offset: at }, expected, got, hint);
		if (offset + SECTION_HEADER_BYTES > bytes.length)
			throw fault(offset, `a header of ${SECTION_HEADER_BYTES} bytes`, `the end of the file at byte ${bytes.length}`);
		for (let at = end; at < offset; at++)
			if (bytes[at] !== 0) throw fault(at, 'bytes 0 before a section', String(bytes[at]));
		const field = (name: string, at: number, got: number, expected: number) => {
			if (got !== expected) throw fault(offset + at, `${name} ${expected}`, String(got));
		};
		field('id', 0, bytes.readUInt8(offset), shape.id);
		field(`kind (${shape.kind})`, 1, bytes.readUInt8(offset + 1), SECTION_KINDS.indexOf(shape.kind) + 1);
		field('rows', 2, bytes.readUInt16LE(offset + 2), shape.rows);
		field('columns', 4, bytes.readUInt16LE(offset + 4), shape.columns);
		field('fraction', 6, bytes.readUInt8(offset + 6), shape.fraction);
		field('a byte', 7, bytes.readUInt8(offset + 7), 0);
		const payloadBytes = bytes.readUInt32LE(offset + 8);
		const room = bytes.length - offset - SECTION_HEADER_BYTES;
		if (payloadBytes > room)
			throw fault(offset + 8, `a payload of at most ${room} bytes, which are left`, `${payloadBytes} bytes`);
		const wanted = payloadBytesOf(shape);
		if (wanted !== null) field('payload bytes', 8, payloadBytes, wanted);
		sections.push({ ...shape, offset, payloadBytes });
		end = offset + SECTION_HEADER_BYTES + payloadBytes;
	}
	if (end !== bytes.length)
		throw lnnFault(
			{ file, offset: end },
			'the end of the file after its last section',
			`${bytes.length - end} bytes more`,
		);
	return sections;
}

/** null: it depends on what is in it. */
function payloadBytesOf({ kind, rows, columns }: SectionShape): number | null {
	if (kind === 'code') return columns / 2;
	return kind === 'vector' ? 4 * rows * columns : null;
}

function readCode(payload: Buffer, place: LnnPlace): HuffmanCode {
	const lengths = new Uint8Array(2 * payload.length);
	for (const [index, byte] of payload.entries()) {
		lengths[2 * index] = byte & 15;
		lengths[2 * index + 1] = byte >> 4;
	}
	const code = huffmanCode(lengths);
	const used = usedShare(code);
	const isSingle = code.symbols.length === 1 && used === 0.5;
	if (used === 1 || isSingle) return code;
	const what =
		used > 1 ? 'more codes than there can be' : `${code.symbols.length} codes that leave bits without meaning`;
	throw lnnFault(place, 'a complete Huffman code, or one symbol of length 1', what);
}

function readVector(payload: Buffer): Int32Array {
	return Int32Array.from({ length: payload.length / 4 }, (_, index) => payload.readInt32LE(4 * index));
}

/** A hop's columns beyond the features are there for the four-weight blocks: nothing is multiplied by them. */
function checkUnusedColumns({ rows, columns, weights }: LnnMatrix, features: number, place: LnnPlace): void {
	for (let row = 0; row < rows; row++) {
		for (let column = 0; column < columns; column++) {
			const value = weights[row * columns + column];
			if (column % COLUMNS_PER_HOP < features || value === 0) continue;
			throw lnnFault(
				place,
				`weight 0 in columns ${features} to ${COLUMNS_PER_HOP - 1} of a hop, which no feature has`,
				`row ${row}, column ${column}: ${value}`,
			);
		}
	}
}

function checkBlocks(matrices: Record<MatrixName, LnnMatrix>, declared: number, file: string): void {
	const stored = Object.values(matrices).reduce((sum, { storedBlocks }) => sum + storedBlocks, 0);
	if (stored !== declared)
		throw lnnFault({ file, offset: 36 }, `${stored} nonZeroBlocks, as are stored`, String(declared));
}

function checkLeaks(leaks: Int32Array, most: number, place: LnnPlace): void {
	for (const [index, leak] of leaks.entries())
		if (leak < 0 || leak > most)
			throw lnnFault(
				{ ...place, offset: place.offset + 4 * index },
				`a leak from 0 to ${most} (rateBound)`,
				String(leak),
			);
}

/** No byte of a name that could move a cursor reaches anybody: it is refused here. */
function readNames(payload: Buffer, labels: number, place: LnnPlace): string[] {
	const names = payload.toString('latin1').split('\n');
	if (names.length !== labels + 1)
		throw lnnFault(place, `${labels + 1} lines, the model id and ${labels} labels`, `${names.length}`);
	let offset = place.offset;
	for (const name of names) {
		if (!NAME.test(name)) {
			const bad = [...name].findIndex((letter) => !/[\x21-\x7e]/.test(letter));
			const got =
				bad === -1 ? `${name.length} characters` : `byte 0x${name.charCodeAt(bad).toString(16).padStart(2, '0')}`;
			throw lnnFault(
				{ ...place, offset: offset + Math.max(0, bad) },
				'a name of 1 to 64 printable ASCII characters without spaces',
				got,
			);
		}
		offset += name.length + 1;
	}
	return names;
}

function checkModelId(modelId: string, hashed: Buffer, place: LnnPlace): void {
	const digits = createHash('sha256').update(hashed).digest('hex').slice(0, DIGITS_OF_ID);
	if (!modelId.endsWith(digits))
		throw lnnFault(
			place,
			`a model id that ends in ${digits}, the hash of sections 1 to 13`,
			`\`${modelId}\``,
			'The weights are not the ones the model was named for.',
		);
}
