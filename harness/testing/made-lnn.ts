/** Writes `.lnn` containers for tests, from firmware/model/LNN.md and not from the reader: two that agree read it alike. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { LnnShape } from '../model/lnn-layout.ts';
import { Random } from './random.ts';

/** Rows of whole numbers. */
type Rows = number[][];

export interface MadeLnn {
	shape: LnnShape;
	solver: number;
	weightBits: number;
	timestepTenthsMs: number;
	rateBoundQ15: number;
	/** context, input, recurrent, attention, read-out */
	matrices: [Rows, Rows, Rows, Rows, Rows];
	/** context bias, gate bias, attention bias, read-out bias, leak, front end */
	vectors: [number[], number[], number[], number[], number[], number[]];
	name: string;
	labels: string[];
}

export interface LnnPart {
	header: Buffer;
	payload: Buffer;
}

/** What a test may spoil before the file is sealed. */
export interface Parts {
	header: Buffer;
	/** Section 1 first. */
	sections: LnnPart[];
}

export interface SealOptions {
	/** Changes the parts; id, length and CRC are made to fit them afterwards. */
	spoil?: (parts: Parts) => void;
	/** Names as they are, without the id that belongs to the weights. */
	names?: string;
	/** Length of each symbol's code, in place of what Huffman's method gives. */
	weightLengths?: number[];
	gapLengths?: number[];
}

const KIND = { code: 1, matrix: 2, vector: 3, text: 4 } as const;
const END = 63;

export function writeLnn(made: MadeLnn, options: SealOptions = {}): Buffer {
	const { shape, matrices, vectors } = made;
	const streams = matrices.map((rows) => rows.map((row) => symbolsOf(row)));
	const all = streams.flat(2);
	const gaps =
		options.gapLengths ??
		huffmanLengths(
			all.flatMap(({ gap }) => (gap === null ? [] : [gap])),
			64,
		);
	const weights =
		options.weightLengths ??
		huffmanLengths(
			all.flatMap(({ weight }) => (weight === null ? [] : [weight + 128])),
			256,
		);
	const codes = { gap: canonical(gaps), weight: canonical(weights) };
	const part = (id: number, kind: number, rows: number, columns: number, fraction: number, payload: Buffer) => {
		const header = Buffer.alloc(8);
		header.writeUInt8(id, 0);
		header.writeUInt8(kind, 1);
		header.writeUInt16LE(rows, 2);
		header.writeUInt16LE(columns, 4);
		header.writeUInt8(fraction, 6);
		return { header, payload };
	};
	const matrixPart = (index: number) => {
		const rows = matrices[index] as Rows;
		return part(
			3 + index,
			KIND.matrix,
			rows.length,
			rows[0]?.length ?? 0,
			0,
			matrixPayload(rows, streams[index] ?? [], codes),
		);
	};
	const vectorPart = (index: number) => {
		const values = vectors[index] as number[];
		const rows = index === 5 ? 2 : 1;
		const payload = Buffer.alloc(4 * values.length);
		for (const [at, value] of values.entries()) payload.writeInt32LE(value, 4 * at);
		return part(8 + index, KIND.vector, rows, values.length / rows, index === 4 ? 15 : 12, payload);
	};
	const header = Buffer.alloc(44);
	header.write('LNN\x1a', 'latin1');
	const u16: [number, number][] = [
		[4, 1],
		[6, 14],
		[16, shape.features],
		[18, shape.context],
		[20, shape.channels],
		[22, shape.hidden],
		[24, shape.labels],
		[28, made.timestepTenthsMs],
		[30, 60_000],
		[32, 8192],
		[34, 300],
		[40, made.rateBoundQ15],
	];
	for (const [at, value] of u16) header.writeUInt16LE(value, at);
	header.writeUInt8(made.solver, 26);
	header.writeUInt8(made.weightBits, 27);
	header.writeUInt32LE(all.filter(({ gap }) => gap !== null && gap !== END).length, 36);
	const parts: Parts = {
		header,
		sections: [
			part(1, KIND.code, 1, 256, 0, nibbles(weights)),
			part(2, KIND.code, 1, 64, 0, nibbles(gaps)),
			...[0, 1, 2, 3, 4].map(matrixPart),
			...[0, 1, 2, 3, 4, 5].map(vectorPart),
			part(14, KIND.text, 1, 1, 0, Buffer.alloc(0)),
		],
	};
	options.spoil?.(parts);
	const body = joined(parts.sections.slice(0, 13));
	const id = `${made.name}-${createHash('sha256').update(body).digest('hex').slice(0, 12)}`;
	const last = parts.sections[13] as LnnPart;
	if (last.payload.length === 0) last.payload = Buffer.from(options.names ?? [id, ...made.labels].join('\n'), 'latin1');
	return sealed(Buffer.concat([parts.header, joined(parts.sections)]));
}

/** The file with length and CRC made to fit. */
export function sealed(file: Buffer): Buffer {
	file.writeUInt32LE(file.length, 8);
	file.writeUInt32LE(crc32(file.subarray(16)), 12);
	return file;
}

function joined(parts: readonly LnnPart[]): Buffer {
	let bytes = Buffer.alloc(0);
	for (const { header, payload } of parts) {
		const size = Buffer.alloc(4);
		size.writeUInt32LE(payload.length);
		bytes = Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3), header, size, payload]);
	}
	return bytes;
}

interface Symbol {
	gap: number | null;
	weight: number | null;
}

function symbolsOf(row: readonly number[]): Symbol[] {
	const symbols: Symbol[] = [];
	let gap = 0;
	for (let at = 0; at < row.length; at += 4) {
		const block = row.slice(at, at + 4);
		if (block.every((value) => value === 0)) gap += 1;
		else {
			symbols.push({ gap, weight: null }, ...block.map((weight) => ({ gap: null, weight })));
			gap = 0;
		}
	}
	return [...symbols, { gap: END, weight: null }];
}

function matrixPayload(
	rows: Rows,
	streams: readonly (readonly Symbol[])[],
	codes: { gap: string[]; weight: string[] },
): Buffer {
	const factors = Buffer.alloc(4 * rows.length);
	for (const [index, row] of rows.entries()) {
		if (row.every((value) => value === 0)) continue;
		factors.writeUInt16LE(32_768 + ((7919 * index) % 32_768), 4 * index);
		factors.writeInt8(-(index % 41), 4 * index + 2);
	}
	const bits = streams
		.flat()
		.map(({ gap, weight }) => (gap === null ? codes.weight[(weight ?? 0) + 128] : codes.gap[gap]))
		.join('');
	return Buffer.concat([factors, bytesOf(bits)]);
}

/** `0101...`, filled up with zeros. */
export function bytesOf(bits: string): Buffer {
	const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
	for (let at = 0; at < bits.length; at++)
		if (bits[at] === '1') bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (128 >> (at & 7));
	return bytes;
}

function nibbles(lengths: readonly number[]): Buffer {
	const low = lengths.filter((_, symbol) => symbol % 2 === 0);
	return Buffer.from(low.map((length, at) => length | ((lengths[2 * at + 1] ?? 0) << 4)));
}

/** Codes as texts of bits: of each length in the order of the symbols, each one more than the last. */
export function canonical(lengths: readonly number[]): string[] {
	const codes = lengths.map(() => '');
	let next = 0;
	for (let length = 1; length <= 15; length++) {
		next *= 2;
		for (const [symbol, own] of lengths.entries())
			if (own === length) codes[symbol] = (next++).toString(2).padStart(length, '0');
	}
	return codes;
}

/** Huffman's method on how often each symbol occurs; rarer ones are counted up until no code is longer than 15 bits. */
export function huffmanLengths(symbols: readonly number[], size: number): number[] {
	const counts = new Map<number, number>();
	for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
	const lengths = new Array<number>(size).fill(0);
	if (counts.size === 1) lengths[symbols[0] as number] = 1;
	for (let least = 1; counts.size > 1; least *= 2) {
		lengths.fill(0);
		let trees = [...counts].map(([symbol, count]) => ({ count: Math.max(count, least), leaves: [symbol] }));
		while (trees.length > 1) {
			trees = trees.sort((a, b) => a.count - b.count);
			const [a, b, ...rest] = trees;
			if (a === undefined || b === undefined) break;
			const leaves = [...a.leaves, ...b.leaves];
			for (const leaf of leaves) lengths[leaf] = (lengths[leaf] ?? 0) + 1;
			trees = [...rest, { count: a.count + b.count, leaves }];
		}
		if (Math.max(...lengths) <= 15) break;
	}
	return lengths;
}

/** A small network with weights drawn at random, most of them 0. */
export function randomLnn(random: Random, shape: Partial<LnnShape> = {}): MadeLnn {
	const whole: LnnShape = {
		features: random.between(1, 16),
		context: random.between(1, 3),
		channels: 4 * random.between(1, 4),
		hidden: 4 * random.between(1, 4),
		labels: random.between(2, 6),
		...shape,
	};
	const { features, context, channels, hidden, labels } = whole;
	const weightBits = random.between(2, 8);
	const rateBoundQ15 = random.between(1, 32_768);
	const largest = 2 ** (weightBits - 1) - 1;
	const matrix = (rows: number, columns: number, used = columns): Rows =>
		Array.from({ length: rows }, () => {
			const full = random.between(0, 3) === 0;
			return Array.from({ length: columns }, (_, column) =>
				column % 16 >= used || (!full && random.between(0, 4) > 0) ? 0 : random.between(-largest, largest),
			);
		});
	const vector = (length: number, least: number, most: number) =>
		Array.from({ length }, () => random.between(0, most - least) + least);
	return {
		shape: whole,
		solver: random.between(0, 3),
		weightBits,
		timestepTenthsMs: random.pick([0, 10, 160, 500]),
		rateBoundQ15,
		matrices: [
			matrix(channels, 16 * context, features),
			matrix(2 * hidden, channels, 16),
			matrix(2 * hidden, hidden, 16),
			matrix(1, hidden, 16),
			// One weight for certain: a code without a symbol is none.
			matrix(labels, 2 * hidden, 16).map((row, index) => (index === 0 ? [1, ...row.slice(1)] : row)),
		],
		vectors: [
			vector(channels, -70_000, 70_000),
			vector(2 * hidden, -70_000, 70_000),
			vector(1, -70_000, 70_000),
			vector(labels, -70_000, 70_000),
			vector(hidden, 0, rateBoundQ15),
			vector(2 * features, -(2 ** 31), 2 ** 31 - 1),
		],
		name: random.pick(['tiny', 'x', 'keywords-48']),
		labels: Array.from({ length: labels }, (_, index) => `label${index}`),
	};
}

/** The widest rows LNN.md allows, those of the read-out, with one block each: label by label one of the last 32. */
export function widestLnn(hidden = 124): MadeLnn {
	const made = randomLnn(new Random(1), { features: 13, context: 1, channels: 4, hidden, labels: 32 });
	const zeros = made.matrices.map((rows) => rows.map((row) => row.map(() => 0))) as MadeLnn['matrices'];
	const readOut = zeros[4];
	for (const [index, row] of readOut.entries()) row[row.length - 4 * (readOut.length - index)] = 1;
	return { ...made, matrices: zeros };
}
