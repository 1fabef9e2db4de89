import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { findProgram } from '../bench/programs.ts';
import { type MadeLnn, randomLnn, writeLnn } from '../testing/made-lnn.ts';
import { Random } from '../testing/random.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { inspectLnn } from './inspect.ts';
import { parseLnn } from './lnn-reader.ts';

const APP = fileURLToPath(new URL('../../firmware/apps/liquid-audio', import.meta.url));
const COMPILER = 'arm-none-eabi-gcc';

function inspected(made: MadeLnn) {
	return inspectLnn(parseLnn(writeLnn(made), 'made.lnn'));
}

/** 8 channels, 8 units, 2 labels; all weights 0 but those given, row by row. */
function sparse(rows: Partial<Record<0 | 1 | 2 | 3 | 4, number[][]>>): MadeLnn {
	const made = randomLnn(new Random(3), { features: 13, context: 2, channels: 8, hidden: 8, labels: 2 });
	const sizes = [
		[8, 32],
		[16, 8],
		[16, 8],
		[1, 8],
		[2, 16],
	] as const;
	made.matrices = sizes.map(([count, columns], index) =>
		Array.from({ length: count }, (_, row) =>
			Array.from({ length: columns }, (_, column) => rows[index as 0]?.[row]?.[column] ?? 0),
		),
	) as MadeLnn['matrices'];
	return { ...made, weightBits: 8 };
}

test('sparsity counts the weights there is a use for, and the blocks that are stored', (t) => {
	const { matrices, all } = inspected(
		sparse({ 0: [[1, 2]], 1: [[0, 0, 0, 0, 7]], 4: [[3], [-3, 0, 0, 0, 0, 0, 0, 0, 100]] }),
	);
	const [context, input, , , readOut] = matrices;
	t.deepEqual([context?.weights, context?.zeroWeights, context?.columns], [8 * 26, 8 * 26 - 2, 26], '13 of 16 columns');
	t.deepEqual([context?.blocks, context?.storedBlocks, context?.storedProducts], [64, 1, 4]);
	t.deepEqual([input?.weights, input?.zeroWeights, input?.storedBlocks], [128, 127, 1]);
	t.deepEqual([readOut?.weights, readOut?.zeroWeights, readOut?.storedBlocks], [32, 29, 3]);
	t.is(all.storedBlocks, 5);
	t.is(all.weights, 8 * 26 + 128 + 128 + 8 + 32);
});

test('sizes: every byte of the file is the header, a section or filling', (t) => {
	for (let seed = 1; seed <= 50; seed++) {
		const { sections, bytes } = inspected(randomLnn(new Random(seed)));
		const filled = sections.slice(0, -1).reduce((sum, section) => sum + Math.ceil(section.bytes / 4) * 4, 0);
		t.is(44 + filled + (sections.at(-1)?.bytes ?? 0), bytes);
	}
});

test('the code of single weights is at most a bit worse than the least there is, and never better', (t) => {
	for (let seed = 1; seed <= 50; seed++) {
		const { compression } = inspected(randomLnn(new Random(seed)));
		const { bitsPerWeight, entropyBitsPerWeight } = compression;
		t.true(bitsPerWeight >= entropyBitsPerWeight - 1e-9 && bitsPerWeight <= entropyBitsPerWeight + 1);
	}
});

test('compression, by hand', (t) => {
	// One row of a block 1 0 0 0: weights 0 and 1 have a bit each; gaps 0 and end have a bit each.
	const { compression, magnitudes } = inspected(sparse({ 3: [[1, 0, 0, 0]] }));
	t.is(compression.weightBits, 4);
	t.is(compression.gapBits, 8 + 16 + 16 + 2 + 2, 'the end of every row, and the gap before the block');
	t.is(compression.codedBytes, Math.ceil((4 + 44) / 8) + 128 + 32);
	t.is(compression.plainBytes, 5);
	t.is(compression.bitsPerWeight, 1);
	t.true(Math.abs(compression.entropyBitsPerWeight - (0.25 * 2 + 0.75 * Math.log2(4 / 3))) < 1e-12);
	t.deepEqual(
		magnitudes.filter(({ weights }) => weights > 0),
		[
			{ least: 0, most: 0, weights: 3 },
			{ least: 1, most: 1, weights: 1 },
		],
	);
	t.deepEqual([magnitudes.length, magnitudes.at(-1)?.most], [8, 127]);
});

test('work: stored blocks are multiplied by, four weights each; the recurrent ones at every slope', (t) => {
	const made = sparse({ 0: [[1]], 1: [[1], [1]], 2: [[1, 0, 0, 0, 1]], 3: [[1]], 4: [[1]] });
	const dense = { hop: 8 * 26 + 16 * 8 + 8 + 2 * 16, slope: 16 * 8 };
	for (const [solver, slopes] of [1, 2, 4, 2].entries()) {
		const { work } = inspected({ ...made, solver });
		t.deepEqual(
			[work.hop, work.slope],
			[
				{ dense: dense.hop, stored: 4 * 5 },
				{ dense: dense.slope, stored: 4 * 2 },
			],
		);
		t.deepEqual(work.hopWithOneStep, { dense: dense.hop + slopes * dense.slope, stored: 20 + slopes * 8 });
	}
});

const withCompiler = findProgram(COMPILER) === null && process.env.CI !== 'true' ? test.skip : test;

withCompiler('a decoded model takes what the firmware sets aside for it', async (t) => {
	const folder = temporaryFolder('lnn-size');
	const source = path.join(folder, 'size.c');
	writeFileSync(source, '#include "lnn.h"\nchar model[sizeof(struct lnn_model)];\n');
	for (const seed of [1, 2, 3]) {
		const model = parseLnn(writeLnn(randomLnn(new Random(seed))), 'made.lnn');
		const text = [model.modelId, ...model.labelNames].join('\n').length + 1;
		const room = {
			BLOCKS: model.nonZeroBlocks,
			CHANNELS: model.channels,
			HIDDEN: model.hidden,
			LABELS: model.labels,
			TEXT: text,
		};
		const object = path.join(folder, `${seed}.o`);
		const defines = Object.entries(room).map(([name, value]) => `-DLNN_MAX_${name}=${value}u`);
		await execa(COMPILER, [
			'-std=c99',
			'-mcpu=cortex-m4',
			'-mthumb',
			`-I${APP}`,
			...defines,
			'-c',
			source,
			'-o',
			object,
		]);
		const { stdout } = await execa('arm-none-eabi-nm', ['-S', object]);
		t.is(inspectLnn(model).ramBytes, Number.parseInt(stdout.split(' ')[1] ?? '', 16), JSON.stringify(room));
	}
});
