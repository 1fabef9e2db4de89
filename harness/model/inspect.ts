/** What is in a `.lnn` file, in numbers: sizes, sparsity, values, work. Pure. */
import { decodedBytes } from './decoded-bytes.ts';
import { MATRICES, type MatrixName, SECTION_HEADER_BYTES, type Solver, WEIGHTS_PER_BLOCK } from './lnn-layout.ts';
import type { LnnMatrix } from './lnn-matrix.ts';
import type { LnnModel, LnnSection } from './lnn-reader.ts';

/** Bytes of one stored block that is not compressed: its weights, and which one of its row it is. */
const PLAIN_BLOCK_BYTES = WEIGHTS_PER_BLOCK + 1;

export interface MatrixFigures {
	name: MatrixName | 'all';
	rows: number | null;
	columns: number | null;
	/** Weights there is a use for: without the context's columns that no feature has. One multiplication each, if all are done. */
	weights: number;
	zeroWeights: number;
	blocks: number;
	storedBlocks: number;
	/** Multiplications which the firmware does: four for each stored block. */
	storedProducts: number;
	/** In the file, with the section's header. */
	fileBytes: number;
	/** As int8, nothing left out. */
	denseBytes: number;
}

export interface SectionFigures {
	id: number;
	name: string;
	kind: string;
	rows: number;
	columns: number;
	/** With its header, without what fills it up to a multiple of 4. */
	bytes: number;
}

export interface Products {
	dense: number;
	stored: number;
}

/** firmware/apps/liquid-audio/solver.c */
const SLOPES_PER_STEP: Record<Solver, number> = { euler: 1, heun: 2, rk4: 4, adaptive_heun: 2 };

export interface LnnInspection {
	model: string;
	sha256: string;
	version: number;
	bytes: number;
	architecture: {
		features: number;
		context: number;
		channels: number;
		hidden: number;
		labels: string[];
		/** Share of the way to its target that a unit can go in a hop. */
		rateBoundPerHop: number;
	};
	/** What training assumed and the firmware begins with; a timestep of null is adaptive. */
	begins: { solver: string; timestepMs: number | null };
	weightBits: number;
	matrices: MatrixFigures[];
	all: MatrixFigures;
	sections: SectionFigures[];
	compression: {
		/** Stored blocks as int8, with a byte each for their place. */
		plainBytes: number;
		/** Bits of the streams. */
		weightBits: number;
		gapBits: number;
		/** The same in bytes, with both codes' lengths. */
		codedBytes: number;
		/** A weight of a stored block: in this code, and at the least in any that takes one weight at a time. */
		bitsPerWeight: number;
		entropyBitsPerWeight: number;
	};
	/** Multiplications: if all weights were multiplied by, and of stored blocks, as the firmware does. */
	work: {
		/** A hop that has a step: channels, their part of the gates, attention, read-out (cell.h). */
		hop: Products;
		/** Each time the slope of the cell's equation is taken: the recurrent weights. */
		slope: Products;
		/** Slopes of a step; adaptive_heun takes these or more. */
		slopesPerStep: Record<Solver, number>;
		/** A hop with a single step of the solver the firmware begins with. */
		hopWithOneStep: Products;
	};
	/** Static RAM that the firmware holds it in, decoded: `decodedBytes`. */
	ramBytes: number;
	/** Weights of stored blocks by magnitude. */
	magnitudes: { least: number; most: number; weights: number }[];
}

export function inspectLnn(model: LnnModel): LnnInspection {
	const matrices = MATRICES.map((name) => matrixFigures(model, name));
	const sum = (pick: (figures: MatrixFigures) => number) => matrices.reduce((total, each) => total + pick(each), 0);
	const { features, context, channels, hidden, labelNames } = model;
	return {
		model: model.modelId,
		sha256: model.sha256,
		version: model.version,
		bytes: model.bytes,
		architecture: {
			features,
			context,
			channels,
			hidden,
			labels: labelNames,
			rateBoundPerHop: model.rateBoundQ15 / 2 ** 15,
		},
		begins: { solver: model.solver, timestepMs: model.timestepMs === 0 ? null : model.timestepMs },
		weightBits: model.weightBits,
		matrices,
		all: {
			name: 'all',
			rows: null,
			columns: null,
			weights: sum((each) => each.weights),
			zeroWeights: sum((each) => each.zeroWeights),
			blocks: sum((each) => each.blocks),
			storedBlocks: sum((each) => each.storedBlocks),
			storedProducts: sum((each) => each.storedProducts),
			fileBytes: sum((each) => each.fileBytes),
			denseBytes: sum((each) => each.denseBytes),
		},
		sections: model.sections.map((section) => ({
			id: section.id,
			name: section.name,
			kind: section.kind,
			rows: section.rows,
			columns: section.columns,
			bytes: sectionBytes(section),
		})),
		compression: compressionOf(model),
		work: workOf(matrices, model.solver),
		ramBytes: decodedBytes(model),
		magnitudes: magnitudesOf(storedWeights(model), model.weightBits),
	};
}

function matrixFigures(model: LnnModel, name: MatrixName): MatrixFigures {
	const matrix = model.matrices[name];
	const { rows, columns, weights, storedBlocks } = matrix;
	const used = name === 'context weights' ? model.context * model.features : columns;
	const nonZero = weights.reduce((count, weight) => count + (weight === 0 ? 0 : 1), 0);
	return {
		name,
		rows,
		columns: used,
		weights: rows * used,
		zeroWeights: rows * used - nonZero,
		blocks: (rows * columns) / WEIGHTS_PER_BLOCK,
		storedBlocks,
		storedProducts: WEIGHTS_PER_BLOCK * storedBlocks,
		fileBytes: sectionBytes(model.sections.find((section) => section.name === name) as LnnSection),
		denseBytes: rows * used,
	};
}

function workOf(matrices: readonly MatrixFigures[], solver: Solver): LnnInspection['work'] {
	const productsOf = (chosen: readonly MatrixFigures[]): Products => ({
		dense: chosen.reduce((sum, { weights }) => sum + weights, 0),
		stored: chosen.reduce((sum, { storedProducts }) => sum + storedProducts, 0),
	});
	const hop = productsOf(matrices.filter(({ name }) => name !== 'recurrent weights'));
	const slope = productsOf(matrices.filter(({ name }) => name === 'recurrent weights'));
	const slopes = SLOPES_PER_STEP[solver];
	return {
		hop,
		slope,
		slopesPerStep: SLOPES_PER_STEP,
		hopWithOneStep: { dense: hop.dense + slopes * slope.dense, stored: hop.stored + slopes * slope.stored },
	};
}

function sectionBytes({ payloadBytes }: LnnSection): number {
	return SECTION_HEADER_BYTES + payloadBytes;
}

function compressionOf(model: LnnModel): LnnInspection['compression'] {
	const matrices = MATRICES.map((name) => model.matrices[name]);
	const total = (pick: (matrix: LnnMatrix) => number) => matrices.reduce((sum, matrix) => sum + pick(matrix), 0);
	const weightBits = total((matrix) => matrix.weightCodeBits);
	const gapBits = total((matrix) => matrix.gapCodeBits);
	const stored = storedWeights(model);
	const tables = model.sections.filter(({ kind }) => kind === 'code').reduce((sum, each) => sum + each.payloadBytes, 0);
	return {
		plainBytes: PLAIN_BLOCK_BYTES * total((matrix) => matrix.storedBlocks),
		weightBits,
		gapBits,
		codedBytes: Math.ceil((weightBits + gapBits) / 8) + tables,
		bitsPerWeight: weightBits / Math.max(1, stored.length),
		entropyBitsPerWeight: entropyBits(stored),
	};
}

/** Weights of every block that is stored, its zeros included. */
function storedWeights(model: LnnModel): number[] {
	return MATRICES.flatMap((name) => {
		const { weights } = model.matrices[name];
		const stored: number[] = [];
		for (let at = 0; at < weights.length; at += WEIGHTS_PER_BLOCK) {
			const block = weights.subarray(at, at + WEIGHTS_PER_BLOCK);
			if (block.some((weight) => weight !== 0)) stored.push(...block);
		}
		return stored;
	});
}

/** Shannon's bound: the least bits a value takes on average, when each is coded by itself. */
function entropyBits(values: readonly number[]): number {
	const counts = new Map<number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts.values()].reduce(
		(bits, count) => bits - (count / values.length) * Math.log2(count / values.length),
		0,
	);
}

/** 0, 1, 2 to 3, 4 to 7, ... up to the largest weight of so many bits. */
function magnitudesOf(weights: readonly number[], bits: number): LnnInspection['magnitudes'] {
	const ranges = [
		{ least: 0, most: 0 },
		...Array.from({ length: bits - 1 }, (_, power) => ({ least: 2 ** power, most: 2 ** (power + 1) - 1 })),
	];
	return ranges.map(({ least, most }) => ({
		least,
		most,
		weights: weights.filter((weight) => Math.abs(weight) >= least && Math.abs(weight) <= most).length,
	}));
}
