/**
 * Can the line carry the load? Adds up both directions of a realtime stream before it starts (8N1: ten bits a byte). The
 * other pacings wait for credit and cannot overload a line; for them the budget only says how long the audio takes.
 */
import { OssicleError } from '../error.ts';
import { WIRE } from '../generated/wire.ts';
import { cobsBound } from '../link/cobs.ts';
import type { CodecName, PacingName } from '../link/codec/codec.ts';
import { IMA_HEAD_BYTES } from '../link/codec/ima-adpcm.ts';
import { recordBytes } from '../link/inference-record.ts';
import { realtimePart } from './prepare-clip.ts';

export interface LineLoad {
	codec: CodecName;
	pacing: PacingName;
	/** Samples a second. */
	sampleRate: number;
	/** Samples a hop. */
	hop: number;
	/** Number of stages and labels in the device's hello. */
	stages: number;
	labels: number;
	baud: number;
	/** Scores after each hop are asked for. */
	scores?: boolean;
	/** Features are asked for. How many there are, only their first block tells: reckoned with as many as there may be. */
	features?: boolean;
	/** ADC counts a second, 0 without. */
	adcHz?: number;
	/** Samples in one AUDIO frame. */
	partSamples?: number;
	/** Inference records in one telemetry line; our device library fills blocks of 16. */
	recordsPerLine?: number;
	heartbeatMs?: number;
}

export interface LineBudget {
	/** Bytes a second each way. */
	downBytesPerSecond: number;
	upBytesPerSecond: number;
	/** Bytes a second the line carries each way: baud / 10. */
	lineBytesPerSecond: number;
	/** The fuller direction's share of the line, 0 to 1 and above. */
	share: number;
	fits: boolean;
	/** The sum, for people. */
	arithmetic: string;
}

/** Above it a line has no room for repeats and bursts. */
const MOST_SHARE = 0.8;
const BITS_PER_BYTE = 10;
/** `{"t":"inf","q":4294967295,"clip":4294967295,"first":4294967295,"n":65535,"b":""}*01234567\n` at its longest. */
const BLOCK_LINE_BYTES = 93;
/** `{"t":"features","q":4294967295,"clip":4294967295,"first":4294967295,"n":1,"k":128,"b":""}*01234567\n`: a line a hop. */
const FEATURES_LINE_BYTES = 99;
const ACK_LINE_BYTES = 60;
const BEAT_LINE_BYTES = 92;
/** At worst the device acknowledges each frame. */
const ACKS_PER_FRAME = 1;
/** Counts in one `adc` line: 4000 base64 characters hold 1500; boards send less. */
const ADC_PER_LINE = 256;

const CODECS: CodecName[] = ['pcm16', 'mulaw', 'ima-adpcm'];
const BAUDS = [115200, 230400, 460800, 921600, 1500000, 2000000, 3000000];

/** Codec bytes of a part of so many samples. */
function codecBytes(codec: CodecName, samples: number): number {
	if (codec === 'pcm16') return samples * 2;
	return codec === 'mulaw' ? samples : IMA_HEAD_BYTES + samples / 2;
}

export function lineBudget(load: LineLoad): LineBudget {
	const { codec, sampleRate, hop, stages, labels, baud, scores = false, features = false, adcHz = 0 } = load;
	const { partSamples = realtimePart(codec), recordsPerLine = 16, heartbeatMs = 500 } = load;
	const framesPerSecond = sampleRate / partSamples;
	const body = codecBytes(codec, partSamples) + WIRE.FRAME_OVERHEAD_BYTES + 4;
	const frameBytes = cobsBound(body) + 2;
	const downBytesPerSecond = framesPerSecond * frameBytes;
	const hopsPerSecond = sampleRate / hop;
	const base64 = (bytes: number) => 4 * Math.ceil(bytes / 3);
	const inferences =
		(hopsPerSecond / recordsPerLine) * (base64(recordBytes(stages) * recordsPerLine) + BLOCK_LINE_BYTES);
	const scoreBytes = scores ? hopsPerSecond * (base64(labels * 2) + BLOCK_LINE_BYTES) : 0;
	const featureBytes = features ? hopsPerSecond * (base64(WIRE.MAX_FEATURES * 2) + FEATURES_LINE_BYTES) : 0;
	const adcBytes = (adcHz / ADC_PER_LINE) * (base64(ADC_PER_LINE * 2) + BLOCK_LINE_BYTES);
	const acks = framesPerSecond * ACKS_PER_FRAME * ACK_LINE_BYTES;
	const beats = (1000 / heartbeatMs) * BEAT_LINE_BYTES;
	const upBytesPerSecond = inferences + scoreBytes + featureBytes + adcBytes + acks + beats;
	const lineBytesPerSecond = baud / BITS_PER_BYTE;
	const share = Math.max(downBytesPerSecond, upBytesPerSecond) / lineBytesPerSecond;
	const round = (value: number) => Math.round(value).toString();
	const percent = (value: number) => `${((100 * value) / lineBytesPerSecond).toFixed(0)} %`;
	const arithmetic =
		`down ${sampleRate} samples/s as ${codec} in frames of ${partSamples} samples = ${round(framesPerSecond)} frames/s x ` +
		`${frameBytes} bytes (${codecBytes(codec, partSamples)} of audio) = ${round(downBytesPerSecond)} bytes/s (${percent(downBytesPerSecond)}); ` +
		`up inferences ${round(inferences)} + scores ${round(scoreBytes)} + features ${round(featureBytes)} + ADC ${round(adcBytes)} + acks ${round(acks)} + ` +
		`beats ${round(beats)} = ${round(upBytesPerSecond)} bytes/s (${percent(upBytesPerSecond)}); ` +
		`the line carries ${baud} baud / ${BITS_PER_BYTE} bits = ${round(lineBytesPerSecond)} bytes/s each way`;
	return { downBytesPerSecond, upBytesPerSecond, lineBytesPerSecond, share, fits: share <= MOST_SHARE, arithmetic };
}

/** Throws OssicleError (usage) when realtime audio does not fit the line; the message shows the sum and what would fit. */
export function assertLineCarries(load: LineLoad): LineBudget {
	const budget = lineBudget(load);
	if (load.pacing !== 'realtime' || budget.fits) return budget;
	const text =
		`the line cannot carry this stream in real time: ${budget.arithmetic}. ` +
		`At most ${100 * MOST_SHARE} % may be used, this is ${(100 * budget.share).toFixed(0)} %. What would fit: ${whatFits(load)}.`;
	throw new OssicleError('line-budget', 'usage', text, { load, budget });
}

/** Codecs that fit at this speed, else the lowest usual speed for this codec; the other pacings always do. */
function whatFits(load: LineLoad): string {
	const codecs = CODECS.filter((codec) => lineBudget({ ...load, codec }).fits).map(
		(codec) => `${codec} at ${load.baud} baud`,
	);
	const baud = BAUDS.find((candidate) => candidate > load.baud && lineBudget({ ...load, baud: candidate }).fits);
	const faster = baud === undefined ? [] : [`${load.codec} at ${baud} baud`];
	return [...codecs, ...faster, 'pacing `preload` or `fast`, which do not need the audio in real time'].join('; ');
}
