/**
 * IMA ADPCM (IMA Digital Audio Focus and Technical Working Groups, "Recommended practices for enhancing digital audio
 * compatibility in multimedia systems", rev. 3.0, 1992): 4 bits a sample. A block of our wire stands alone:
 * predictor i16, index u8, reserved u8, then codes, low nibble first. The predictor is the state *before* the first code.
 */
const INDEX_STEP = [-1, -1, -1, -1, 2, 4, 6, 8] as const;
const STEPS = [
	7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
	130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
	1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484,
	7132, 7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
] as const;
export const IMA_HEAD_BYTES = 4;

export interface ImaState {
	predictor: number;
	/** 0 to 88. */
	index: number;
}

/** The state after one code. Both sides use this one function, so the encoder hears what the decoder hears. */
function step(state: ImaState, code: number): ImaState {
	const size = STEPS[state.index] as number;
	let change = size >> 3;
	if (code & 4) change += size;
	if (code & 2) change += size >> 1;
	if (code & 1) change += size >> 2;
	const predictor = state.predictor + (code & 8 ? -change : change);
	const index = state.index + (INDEX_STEP[code & 7] as number);
	return { predictor: Math.max(-32768, Math.min(32767, predictor)), index: Math.max(0, Math.min(88, index)) };
}

/** The code whose decoded value comes nearest below the difference: three successive comparisons, as in the paper. */
function codeFor(state: ImaState, sample: number): number {
	const size = STEPS[state.index] as number;
	let difference = sample - state.predictor;
	let code = 0;
	if (difference < 0) {
		code = 8;
		difference = -difference;
	}
	if (difference >= size) {
		code |= 4;
		difference -= size;
	}
	if (difference >= size >> 1) {
		code |= 2;
		difference -= size >> 1;
	}
	if (difference >= size >> 2) code |= 1;
	return code;
}

/** Encodes one block. Throws RangeError on an odd number of samples. Returns the state to go on from. */
export function encodeImaBlock(samples: Int16Array, start: ImaState): { block: Uint8Array; after: ImaState } {
	if (samples.length % 2 !== 0)
		throw new RangeError(`IMA ADPCM carries an even number of samples, not ${samples.length}`);
	const block = Buffer.alloc(IMA_HEAD_BYTES + samples.length / 2);
	block.writeInt16LE(start.predictor, 0);
	block.writeUInt8(start.index, 2);
	let state = start;
	for (let i = 0; i < samples.length; i++) {
		const code = codeFor(state, samples[i] as number);
		state = step(state, code);
		const at = IMA_HEAD_BYTES + (i >> 1);
		block[at] = (block[at] as number) | (i % 2 === 0 ? code : code << 4);
	}
	return { block, after: state };
}

/** Decodes one block; `null` when it is shorter than its head or its index is above 88. */
export function decodeImaBlock(block: Uint8Array): Int16Array | null {
	if (block.length < IMA_HEAD_BYTES) return null;
	const view = Buffer.from(block.buffer, block.byteOffset, block.length);
	let state: ImaState = { predictor: view.readInt16LE(0), index: view.readUInt8(2) };
	if (state.index >= STEPS.length) return null;
	const out = new Int16Array((block.length - IMA_HEAD_BYTES) * 2);
	for (let i = 0; i < out.length; i++) {
		const pair = view[IMA_HEAD_BYTES + (i >> 1)] as number;
		state = step(state, i % 2 === 0 ? pair & 15 : pair >> 4);
		out[i] = state.predictor;
	}
	return out;
}
