/**
 * Audio samples -> the parts that go over the wire, and what the device will have heard when it has decoded them.
 * Pure: the same samples give the same parts.
 */
import { OssicleError } from '../error.ts';
import { type CodecName, decodeAudio, type PacingName } from '../link/codec/codec.ts';
import { encodeImaBlock, IMA_HEAD_BYTES, type ImaState } from '../link/codec/ima-adpcm.ts';
import { encodeMulaw } from '../link/codec/mulaw.ts';
import { encodePcm16 } from '../link/codec/pcm16.ts';
import { crcOfSamples, hex32 } from '../link/crc32.ts';

/** One AUDIO or SILENCE frame. `offset` and `count` are samples of the clip. */
export type ClipPart =
	| { kind: 'audio'; offset: number; count: number; bytes: Uint8Array }
	| { kind: 'silence'; offset: number; count: number };

export interface PreparedClip {
	codec: CodecName;
	pacing: PacingName;
	sampleRate: number;
	/** Number of samples. */
	samples: number;
	/** CRC-32 of `decoded` as 16-bit little-endian. */
	crc: number;
	/** The same as eight hex digits, as in the telemetry. */
	crcHex: string;
	/** What the device hears: this, not the original, is what the reference must use. */
	decoded: Int16Array;
	/** In order, without gaps. */
	parts: ClipPart[];
	/** Codec bytes in all AUDIO parts. */
	encodedBytes: number;
}

export interface PrepareOptions {
	codec: CodecName;
	pacing: PacingName;
	sampleRate: number;
	/** Largest AUDIO payload after its offset. The frame format allows 508; a small receive ring wants less. */
	maxAudioBytes?: number;
	/** Realtime sends small parts, so that none waits long for its last sample. Default: `realtimePart(codec)`. */
	realtimePartSamples?: number;
}

/** A shorter run of zeros costs less as audio than the frames around it. */
const SHORTEST_SILENCE = 64;
const MAX_AUDIO_BYTES = 508;
const AT_REST: ImaState = { predictor: 0, index: 0 };

/** Throws OssicleError (usage) for an odd number of samples in ima-adpcm, and for an empty clip. */
export function prepareClip(samples: Int16Array, options: PrepareOptions): PreparedClip {
	const { codec, pacing, sampleRate } = options;
	if (samples.length === 0)
		throw new OssicleError('clip-empty', 'usage', 'the clip has no samples: expected at least one hop');
	if (codec === 'ima-adpcm' && samples.length % 2 !== 0) {
		const text = `ima-adpcm sends two samples a byte, the clip has ${samples.length}: drop or add one sample, or use pcm16 or mulaw`;
		throw new OssicleError('clip-odd', 'usage', text, { samples: samples.length });
	}
	const partSamples = partLength(options);
	const spans = pacing === 'realtime' ? [{ from: 0, to: samples.length, silent: false }] : cutAtSilence(samples);
	const decoded = new Int16Array(samples.length);
	const parts: ClipPart[] = [];
	let state = AT_REST;
	for (const { from, to, silent } of spans) {
		if (silent) {
			parts.push({ kind: 'silence', offset: from, count: to - from });
			state = { predictor: 0, index: state.index };
			continue;
		}
		for (let offset = from; offset < to; offset += partSamples) {
			const piece = samples.subarray(offset, Math.min(offset + partSamples, to));
			const encoded = encode(codec, piece, state);
			state = encoded.after;
			decoded.set(decodeAudio(codec, encoded.bytes) as Int16Array, offset);
			parts.push({ kind: 'audio', offset, count: piece.length, bytes: encoded.bytes });
		}
	}
	const crc = crcOfSamples(decoded);
	const encodedBytes = parts.reduce((sum, part) => sum + (part.kind === 'audio' ? part.bytes.length : 0), 0);
	return { codec, pacing, sampleRate, samples: samples.length, crc, crcHex: hex32(crc), decoded, parts, encodedBytes };
}

/**
 * Samples in a part sent in real time: one hop of 256 (16 ms) where that fits a frame, else half of it. Smaller parts would
 * only add frames and acknowledgements.
 */
export function realtimePart(codec: CodecName): number {
	return codec === 'pcm16' ? 128 : 256;
}

/** Samples in the longest part: what fits the payload, even (ima-adpcm packs two to a byte), small in realtime. */
function partLength({
	codec,
	pacing,
	maxAudioBytes = MAX_AUDIO_BYTES,
	realtimePartSamples = realtimePart(codec),
}: PrepareOptions): number {
	const bytes = Math.min(maxAudioBytes, MAX_AUDIO_BYTES);
	const fits = codec === 'pcm16' ? bytes >> 1 : codec === 'mulaw' ? bytes : (bytes - IMA_HEAD_BYTES) * 2;
	const wanted = pacing === 'realtime' ? Math.min(fits, realtimePartSamples) : fits;
	const even = wanted - (wanted % 2);
	if (even < 2)
		throw new OssicleError('part-size', 'usage', `no ${codec} sample fits AUDIO frames of ${bytes} bytes`, { bytes });
	return even;
}

function encode(codec: CodecName, samples: Int16Array, state: ImaState): { bytes: Uint8Array; after: ImaState } {
	if (codec === 'pcm16') return { bytes: encodePcm16(samples), after: state };
	if (codec === 'mulaw') return { bytes: encodeMulaw(samples), after: state };
	const { block, after } = encodeImaBlock(samples, state);
	return { bytes: block, after };
}

/** Runs of exact zeros become silence. Edges are at even samples, so that every audio part has an even number too. */
function cutAtSilence(samples: Int16Array): { from: number; to: number; silent: boolean }[] {
	const spans: { from: number; to: number; silent: boolean }[] = [];
	let audioFrom = 0;
	for (let at = 0; at < samples.length; ) {
		if (samples[at] !== 0) {
			at += 1;
			continue;
		}
		let end = at;
		while (end < samples.length && samples[end] === 0) end += 1;
		const from = at + (at % 2);
		const to = end === samples.length ? end : end - (end % 2);
		if (to - from >= SHORTEST_SILENCE) {
			if (from > audioFrom) spans.push({ from: audioFrom, to: from, silent: false });
			spans.push({ from, to, silent: true });
			audioFrom = to;
		}
		at = end;
	}
	if (audioFrom < samples.length) spans.push({ from: audioFrom, to: samples.length, silent: false });
	return spans;
}
