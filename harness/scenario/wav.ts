import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { OssicleError } from '../error.ts';
import { decodeMulaw } from '../link/codec/mulaw.ts';
import { decodePcm16 } from '../link/codec/pcm16.ts';

/** A fixture is at most this long on disk (half an hour of 16-bit audio at 16 kHz is 55 MiB). */
const MAX_WAV_BYTES = 64 * 2 ** 20;
const FORMAT_PCM = 1;
/** G.711 mu-law, 8 bits a sample (Microsoft/IBM, New Multimedia Data Types, rev. 3.0, 1994: WAVE_FORMAT_MULAW). */
const FORMAT_MULAW = 7;
const FORMAT_EXTENSIBLE = 0xfffe;

export interface WavAudio {
	sampleRateHz: number;
	/** Mono, 16-bit; of a mu-law file as G.711 expands it. Encoded as mu-law again they are the file's own bytes. */
	samples: Int16Array;
	/** Of the whole file. */
	sha256: string;
}

/**
 * A mono WAV file of 16-bit PCM, or of 8-bit mu-law. Anything else is refused: converting here would test audio nobody
 * listened to.
 *
 * @param sampleRateHz the one rate that is right
 * @throws OssicleError `wav` (usage): file, what was expected, what was found, and a command that mends it
 */
export function readWav(path: string, sampleRateHz: number, shownPath = path): WavAudio {
	let bytes: Buffer;
	try {
		bytes = readFileSync(path);
	} catch (cause) {
		const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
		throw new OssicleError('wav', 'usage', `${shownPath}: cannot be read (${why}).`, { path: shownPath }, cause);
	}
	return parseWav(bytes, sampleRateHz, shownPath);
}

/** @throws OssicleError `wav` (usage) */
export function parseWav(bytes: Buffer, sampleRateHz: number, shownPath: string): WavAudio {
	const refuse = (expected: string, found: string, fix: string) =>
		new OssicleError('wav', 'usage', `${shownPath}: expected ${expected}, found ${found}. ${fix}`, {
			path: shownPath,
			expected,
			found,
		});
	const again = 'The file is damaged: make it again, or take it from version control.';
	if (bytes.length === 0) throw refuse('a WAV file', 'an empty file', again);
	if (bytes.length > MAX_WAV_BYTES) {
		throw refuse(`at most ${MAX_WAV_BYTES} bytes`, `${bytes.length}`, 'Cut it: `sox in.wav out.wav trim 0 1800`.');
	}
	const magic = bytes.toString('latin1', 0, 4);
	if (bytes.length < 12 || magic !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
		const start = bytes.subarray(0, 12).toString('hex');
		throw refuse('a RIFF/WAVE header', `bytes ${start}`, `Convert it: \`${sox(sampleRateHz)}\`.`);
	}
	const { format, data, declaredDataBytes, factSamples } = chunksOf(bytes);
	if (format === null) throw refuse('a `fmt ` chunk of 16 bytes or more before `data`', 'none', again);
	checkFormat(format, sampleRateHz, refuse);
	if (data === null) throw refuse('a `data` chunk', 'none', again);
	if (declaredDataBytes > data.length) {
		throw refuse(
			`${declaredDataBytes} bytes of audio as its header says`,
			`${data.length}: the file is cut short`,
			again,
		);
	}
	if (data.length === 0) throw refuse('audio', 'a `data` chunk of 0 bytes', again);
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	if (format.code === FORMAT_MULAW) {
		if (factSamples === null) throw refuse('a `fact` chunk before `data`, as all but PCM must have', 'none', again);
		if (factSamples !== data.length)
			throw refuse(`${factSamples} samples as its \`fact\` chunk says`, `${data.length} bytes of audio`, again);
		return { sampleRateHz, samples: decodeMulaw(data), sha256 };
	}
	const samples = decodePcm16(data);
	if (samples === null) throw refuse('a whole number of 16-bit samples', `${data.length} bytes`, again);
	return { sampleRateHz, samples, sha256 };
}

interface Chunks {
	format: Format | null;
	data: Buffer | null;
	declaredDataBytes: number;
	/** Samples by the `fact` chunk, where there is one. */
	factSamples: number | null;
}

interface Format {
	code: number;
	channels: number;
	rate: number;
	bits: number;
}

/** Chunks are word-aligned: id, u32 size, content, a pad byte after odd sizes (Microsoft/IBM, RIFF 1.0, 1991). */
function chunksOf(bytes: Buffer): Chunks {
	let format: Format | null = null;
	let factSamples: number | null = null;
	for (let at = 12; at + 8 <= bytes.length; ) {
		const id = bytes.toString('latin1', at, at + 4);
		const size = bytes.readUInt32LE(at + 4);
		const content = bytes.subarray(at + 8, at + 8 + size);
		if (id === 'fmt ' && content.length >= 16) format = formatOf(content);
		if (id === 'fact' && content.length >= 4) factSamples = content.readUInt32LE(0);
		if (id === 'data') return { format, data: content, declaredDataBytes: size, factSamples };
		at += 8 + size + (size % 2);
	}
	return { format, data: null, declaredDataBytes: 0, factSamples };
}

function formatOf(content: Buffer): Format {
	const code = content.readUInt16LE(0);
	// WAVE_FORMAT_EXTENSIBLE keeps the code it stands for in the first two bytes of the sub-format GUID.
	const meant = code === FORMAT_EXTENSIBLE && content.length >= 26 ? content.readUInt16LE(24) : code;
	return {
		code: meant,
		channels: content.readUInt16LE(2),
		rate: content.readUInt32LE(4),
		bits: content.readUInt16LE(14),
	};
}

function checkFormat(
	format: Format,
	sampleRateHz: number,
	refuse: (expected: string, found: string, fix: string) => OssicleError,
): void {
	const convert = `Convert it: \`${sox(sampleRateHz)}\`, and write its sidecar anew.`;
	const isMulaw = format.code === FORMAT_MULAW;
	if (format.code !== FORMAT_PCM && !isMulaw)
		throw refuse('PCM (format 1) or mu-law (format 7)', `format ${format.code}`, convert);
	if (format.channels !== 1) throw refuse('1 channel (mono)', `${format.channels} channels`, convert);
	const bits = isMulaw ? 8 : 16;
	if (format.bits !== bits)
		throw refuse(`${bits} bits a sample${isMulaw ? ' of mu-law' : ''}`, `${format.bits} bits`, convert);
	if (format.rate !== sampleRateHz) throw refuse(`${sampleRateHz} Hz`, `${format.rate} Hz`, convert);
}

function sox(sampleRateHz: number): string {
	return `sox in.wav -b 16 -c 1 -r ${sampleRateHz} out.wav`;
}
