import type { LnnInspection, MatrixFigures } from '../model/inspect.ts';
import { MOST_BYTES } from '../model/lnn-layout.ts';
import { brokenLines, oneLine } from './plain-lines.ts';
import { textTable } from './text-table.ts';

const WIDTH = 108;

/** A model for people. Its names were held to printable ASCII when it was read. @param file as it was named */
export function modelText(inspection: LnnInspection, file: string): string {
	const {
		model,
		version,
		bytes,
		architecture,
		begins,
		weightBits,
		matrices,
		all,
		sections,
		compression,
		work,
		ramBytes,
	} = inspection;
	const { features, context, channels, hidden, labels, rateBoundPerHop } = architecture;
	const step = begins.timestepMs === null ? 'an adaptive timestep' : `steps of ${begins.timestepMs} ms`;
	const others = sections
		.filter(({ kind }) => kind !== 'matrix')
		.map(({ name, bytes: own }) => `${name} ${whole(own)}`);
	const used = `${Math.round((100 * bytes) / MOST_BYTES)} % of the ${whole(MOST_BYTES)} B allowed`;
	const paragraphs = [
		`${oneLine(file)}: .lnn version ${version}, ${whole(bytes)} B, ${used}; checksum and hash of the weights hold`,
		`${features} features of ${context} hops -> ${channels} channels -> ${hidden} units -> ${labels.length} labels: ${labels.join(', ')}`,
		`begins with ${begins.solver} and ${step}; no unit moves faster than ${rateBoundPerHop} of its distance a hop`,
	];
	const { hop, slope, slopesPerStep, hopWithOneStep } = work;
	const slopes = Object.entries(slopesPerStep).map(
		([solver, n]) => `${solver} ${n}${solver === 'adaptive_heun' ? ' or more' : ''}`,
	);
	const after = [
		`multiplications (of all weights): ${whole(hop.stored)} (${whole(hop.dense)}) a hop that has a step, and ${whole(slope.stored)} (${whole(slope.dense)}) a slope; slopes of a step: ${slopes.join(', ')}. One step of ${begins.solver} a hop: ${whole(hopWithOneStep.stored)}, ${share(hopWithOneStep.stored, hopWithOneStep.dense)} of ${whole(hopWithOneStep.dense)}`,
		`weights of ${weightBits} bits. By size in the blocks that are stored: ${magnitudes(inspection)}`,
		`Huffman: ${bits(compression.bitsPerWeight)} bits a stored weight (no code of single weights takes less than ${bits(compression.entropyBitsPerWeight)}); weights, gaps and codes take ${whole(compression.codedBytes)} B in place of ${whole(compression.plainBytes)} B of stored blocks as int8, ${share(compression.codedBytes, compression.plainBytes)}, or of ${whole(all.denseBytes)} B of all weights, ${share(compression.codedBytes, all.denseBytes)}`,
		`decoded it takes ${whole(ramBytes)} B of static RAM on a 32-bit core: 5 B a stored block, 4 B a row, 4 B a bias, 2 B a leak, names and places`,
		`other sections, B: ${others.join(', ')}`,
	];
	return [
		model,
		...paragraphs.flatMap((text) => brokenLines(text, WIDTH)),
		'',
		...textTable([HEAD, ...[...matrices, all].map(matrixRow)]),
		'',
		...after.flatMap((text) => brokenLines(text, WIDTH)),
	].join('\n');
}

const HEAD = ['', 'rows x columns', 'weights', 'zero', 'blocks', 'stored', 'empty', 'in file, B', 'as int8, B'];

function matrixRow(figures: MatrixFigures): string[] {
	const { name, rows, columns, weights, zeroWeights, blocks, storedBlocks, fileBytes, denseBytes } = figures;
	return [
		name,
		rows === null ? '' : `${rows} x ${columns}`,
		whole(weights),
		share(zeroWeights, weights),
		whole(blocks),
		whole(storedBlocks),
		share(blocks - storedBlocks, blocks),
		whole(fileBytes),
		whole(denseBytes),
	];
}

/** `0: 12 %, 1: 9 %, 2-3: 20 %` */
function magnitudes({ magnitudes: ranges }: LnnInspection): string {
	const all = ranges.reduce((sum, { weights }) => sum + weights, 0);
	return ranges
		.map(({ least, most, weights }) => `${least === most ? least : `${least}-${most}`}: ${share(weights, all)}`)
		.join(', ');
}

function bits(value: number): string {
	return value.toFixed(2);
}

/** One decimal: sparsities are told apart by parts in a thousand. */
function share(part: number, all: number): string {
	return `${all === 0 ? 0 : ((100 * part) / all).toFixed(1)} %`;
}

function whole(value: number): string {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
