/** What firmware/model/LNN.md fixes of a `.lnn` container, version 1: sizes, limits, and the order of its sections. */

export const LNN_MAGIC = 0x1a4e4e4c;
export const LNN_VERSION = 1;
export const MOST_BYTES = 32_768;
export const HEADER_BYTES = 44;
export const SECTION_HEADER_BYTES = 12;
/** From here on the CRC covers the file. */
export const CRC_FROM = 16;
/** Columns a hop has in the context matrix, whether the features fill them or not. */
export const COLUMNS_PER_HOP = 16;
export const WEIGHTS_PER_BLOCK = 4;
/** What the gap code says at the end of a row. */
export const END_OF_ROW = 63;
/** The widest rows, those of the read-out, have 2 x hidden columns: so many that a gap reaches each of their blocks. */
export const MOST_HIDDEN = 124;
/** Symbol s of the weight code is the weight s - 128. */
export const WEIGHT_BIAS = 128;
export const LONGEST_CODE = 15;

/** By number, as the header has them and as the firmware's parameter `solver` takes them. */
export const SOLVERS = ['euler', 'heun', 'rk4', 'adaptive_heun'] as const;
export type Solver = (typeof SOLVERS)[number];

/** By number, from 1. */
export const SECTION_KINDS = ['code', 'matrix', 'vector', 'text'] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

export const MATRICES = [
	'context weights',
	'input weights',
	'recurrent weights',
	'attention weights',
	'read-out weights',
] as const;
export type MatrixName = (typeof MATRICES)[number];

export const VECTORS = ['context bias', 'gate bias', 'attention bias', 'read-out bias', 'leak', 'front end'] as const;
export type VectorName = (typeof VECTORS)[number];

export type SectionName = MatrixName | VectorName | 'weight code' | 'gap code' | 'names';

/** How large the network is. */
export interface LnnShape {
	/** Coefficients of a hop. */
	features: number;
	/** Hops the channels look back. */
	context: number;
	channels: number;
	hidden: number;
	labels: number;
}

export interface SectionShape {
	id: number;
	name: SectionName;
	kind: SectionKind;
	rows: number;
	columns: number;
	/** Values are in steps of 2^-fraction. */
	fraction: number;
}

/** Every section of a network of this shape, in the order of the file. */
export function sectionsOf({ features, context, channels, hidden, labels }: LnnShape): SectionShape[] {
	const gates = 2 * hidden;
	const shapes: [SectionName, SectionKind, rows: number, columns: number, fraction: number][] = [
		['weight code', 'code', 1, 256, 0],
		['gap code', 'code', 1, 64, 0],
		['context weights', 'matrix', channels, context * COLUMNS_PER_HOP, 0],
		['input weights', 'matrix', gates, channels, 0],
		['recurrent weights', 'matrix', gates, hidden, 0],
		['attention weights', 'matrix', 1, hidden, 0],
		['read-out weights', 'matrix', labels, gates, 0],
		['context bias', 'vector', 1, channels, 12],
		['gate bias', 'vector', 1, gates, 12],
		['attention bias', 'vector', 1, 1, 12],
		['read-out bias', 'vector', 1, labels, 12],
		['leak', 'vector', 1, hidden, 15],
		['front end', 'vector', 2, features, 12],
		['names', 'text', 1, 1, 0],
	];
	return shapes.map(([name, kind, rows, columns, fraction], index) => ({
		id: index + 1,
		name,
		kind,
		rows,
		columns,
		fraction,
	}));
}
