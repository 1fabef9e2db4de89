import { BitReader } from './bit-reader.ts';
import { type HuffmanCode, nextSymbol } from './huffman-code.ts';
import { type LnnPlace, lnnFault } from './lnn-fault.ts';
import { END_OF_ROW, type SectionShape, WEIGHT_BIAS, WEIGHTS_PER_BLOCK } from './lnn-layout.ts';

const ROW_BYTES = 4;
const LEAST_MANTISSA = 2 ** 15;
const LEAST_EXPONENT = -40;

/** Weights as whole numbers, with what each row's are multiplied by. */
export interface LnnMatrix {
	rows: number;
	columns: number;
	/** Row by row, zeros included. */
	weights: Int8Array;
	/** A weight of row r is worth `weight x mantissas[r] x 2^exponents[r]`. */
	mantissas: Uint16Array;
	exponents: Int8Array;
	/** Blocks of four weights which the file holds. */
	storedBlocks: number;
	/** Bits of the file that hold weights, and those that hold gaps and ends of rows. */
	weightCodeBits: number;
	gapCodeBits: number;
}

export interface MatrixCodes {
	gap: HuffmanCode;
	weight: HuffmanCode;
	/** No weight lies outside +-this. */
	largestWeight: number;
}

/**
 * Rows' factors, then all rows as one stream of bits.
 *
 * No row can sum up to more than the 65,535 that a 32-bit accumulator allows: 248 columns of 127 are the most there are.
 *
 * @param payload the section's bytes; @param at where they stand in the file
 */
export function readMatrix(
	payload: Buffer,
	at: number,
	shape: SectionShape,
	codes: MatrixCodes,
	file: string,
): LnnMatrix {
	const { rows, columns } = shape;
	const place = (offset: number): LnnPlace => ({ file, section: shape, offset: at + offset });
	const tableBytes = ROW_BYTES * rows;
	if (payload.length < tableBytes)
		throw lnnFault(place(0), `${tableBytes} bytes of factors for ${rows} rows`, `a payload of ${payload.length} bytes`);
	const matrix: LnnMatrix = {
		rows,
		columns,
		weights: new Int8Array(rows * columns),
		mantissas: new Uint16Array(rows),
		exponents: new Int8Array(rows),
		storedBlocks: 0,
		weightCodeBits: 0,
		gapCodeBits: 0,
	};
	const stream = payload.subarray(tableBytes);
	const bits = new BitReader(stream);
	const here = () => place(tableBytes + Math.min(bits.position >> 3, Math.max(0, stream.length - 1)));
	for (let row = 0; row < rows; row++) {
		const blocks = readRow(matrix, row, bits, codes, here);
		matrix.storedBlocks += blocks;
		readFactor(matrix, row, payload.subarray(ROW_BYTES * row), blocks, place(ROW_BYTES * row));
	}
	endOfStream(bits, stream, here);
	return matrix;
}

function readFactor(matrix: LnnMatrix, row: number, bytes: Buffer, blocks: number, place: LnnPlace): void {
	const mantissa = bytes.readUInt16LE(0);
	const exponent = bytes.readInt8(2);
	const got = `row ${row}: mantissa ${mantissa}, exponent ${exponent}`;
	if (bytes[3] !== 0) throw lnnFault({ ...place, offset: place.offset + 3 }, 'a byte 0', `row ${row}: ${bytes[3]}`);
	if (blocks === 0) {
		if (mantissa !== 0 || exponent !== 0) throw lnnFault(place, 'mantissa 0, exponent 0 of a row without weights', got);
	} else if (mantissa < LEAST_MANTISSA || exponent < LEAST_EXPONENT || exponent > 0) {
		throw lnnFault(place, `a mantissa from ${LEAST_MANTISSA} to 65535, an exponent from ${LEAST_EXPONENT} to 0`, got);
	}
	matrix.mantissas[row] = mantissa;
	matrix.exponents[row] = exponent;
}

/** @returns how many blocks the row has stored */
function readRow(
	matrix: LnnMatrix,
	row: number,
	bits: BitReader,
	{ gap, weight, largestWeight }: MatrixCodes,
	here: () => LnnPlace,
): number {
	const { columns, weights } = matrix;
	const blocks = columns / WEIGHTS_PER_BLOCK;
	let stored = 0;
	for (let block = 0; ; block++) {
		const before = bits.position;
		const place = here();
		const symbol = nextSymbol(gap, bits);
		if (symbol === null) throw lnnFault(place, 'a code of the gap code', `row ${row}: ${endedOrNone(bits, before)}`);
		matrix.gapCodeBits += bits.position - before;
		if (symbol === END_OF_ROW) return stored;
		block += symbol;
		if (block >= blocks)
			throw lnnFault(place, `block 0 to ${blocks - 1} of the row, or its end`, `row ${row}: block ${block}`);
		const block0 = row * columns + WEIGHTS_PER_BLOCK * block;
		const weightsFrom = bits.position;
		for (let index = 0; index < WEIGHTS_PER_BLOCK; index++) {
			const from = bits.position;
			const weightPlace = here();
			const coded = nextSymbol(weight, bits);
			if (coded === null)
				throw lnnFault(
					weightPlace,
					'a code of the weight code',
					`row ${row}, block ${block}: ${endedOrNone(bits, from)}`,
				);
			const value = coded - WEIGHT_BIAS;
			if (Math.abs(value) > largestWeight)
				throw lnnFault(
					weightPlace,
					`a weight from -${largestWeight} to ${largestWeight}`,
					`row ${row}, block ${block}: ${value}`,
				);
			weights[block0 + index] = value;
		}
		matrix.weightCodeBits += bits.position - weightsFrom;
		if (weights.subarray(block0, block0 + WEIGHTS_PER_BLOCK).every((value) => value === 0))
			throw lnnFault(place, 'a weight other than 0 in a stored block', `row ${row}, block ${block}: four zeros`);
		stored += 1;
	}
}

function endedOrNone(bits: BitReader, from: number): string {
	return bits.next() === null ? `the section ends after bit ${bits.position}` : `bits from ${from} on that are none`;
}

function endOfStream(bits: BitReader, stream: Buffer, here: () => LnnPlace): void {
	const left = 8 * stream.length - bits.position;
	if (left >= 8) throw lnnFault(here(), 'fewer than 8 bits after the last row', `${left} bits`);
	for (let bit = bits.next(); bit !== null; bit = bits.next())
		if (bit !== 0) throw lnnFault(here(), 'bits 0 after the last row', 'a bit 1');
}
