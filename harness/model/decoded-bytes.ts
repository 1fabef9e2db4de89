import type { LnnModel } from './lnn-reader.ts';

/** `struct matrix` of a 32-bit core: three pointers, a number of rows. */
const VIEW_BYTES = 16;
const VIEWS = 5;
/** Dimensions and constants at the head of the structure. */
const NUMBERS_BYTES = 20;
const POINTER_BYTES = 4;
/** Means and factors of the front end have room for 16 coefficients, however many there are. */
const FRONT_END_BYTES = 2 * 16 * 4;
const BLOCK_BYTES = 5;
const ROW_BYTES = 4;
const BIAS_BYTES = 4;
const LEAK_BYTES = 2;

/**
 * Static RAM of the decoded model on a 32-bit core: `struct lnn_model` of firmware/apps/liquid-audio/lnn.h, built with room
 * for just this model. A stored block is its four weights and its place in the row; a row has its scale; then biases, leaks
 * and names.
 */
export function decodedBytes({ channels, hidden, labels, nonZeroBlocks, modelId, labelNames }: LnnModel): number {
	const gates = 2 * hidden;
	const rows = channels + 2 * gates + 1 + labels;
	const text = [modelId, ...labelNames].reduce((sum, name) => sum + name.length + 1, 0);
	const fixed =
		NUMBERS_BYTES +
		VIEWS * VIEW_BYTES +
		POINTER_BYTES * (1 + labels) +
		BIAS_BYTES * (channels + gates + 1 + labels) +
		LEAK_BYTES * hidden +
		FRONT_END_BYTES +
		ROW_BYTES * rows;
	return fixed + 4 * Math.ceil((BLOCK_BYTES * nonZeroBlocks + text) / 4);
}
