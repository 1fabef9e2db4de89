import { CODEC, CONFIG_FLAG, PACING } from '../generated/wire.ts';
import { type CodecName, decodeAudio } from '../link/codec/codec.ts';
import { crcOfSamples, crcOfZeros, hex32 } from '../link/crc32.ts';
import type { Frame } from '../link/frame.ts';
import type { ClipEvent } from './capture-line.ts';
import { HopLevels } from './hop-levels.ts';

/** What the last CONFIG frame asked for. */
export interface SentConfig {
	codec: string;
	pacing: string;
	scores: boolean;
	adc: boolean;
	features: boolean;
}

const nameOf = (names: Record<string, number>, value: number | undefined) =>
	Object.keys(names).find((name) => names[name] === value) ?? `number ${value}`;

export function configOf(frame: Frame): SentConfig {
	const flags = frame.fields.flags as number;
	return {
		codec: nameOf(CODEC, frame.fields.codec),
		pacing: nameOf(PACING, frame.fields.pacing),
		scores: (flags & CONFIG_FLAG.scores) !== 0,
		adc: (flags & CONFIG_FLAG.adc) !== 0,
		features: (flags & CONFIG_FLAG.features) !== 0,
	};
}

/**
 * The frames of one attempt at a clip as they were sent: do they add up to what the `clip` event promises? Samples are
 * counted and hashed as the device would decode them, in constant memory.
 */
export class SentClip {
	readonly #event: ClipEvent;
	readonly #config: SentConfig | null;
	readonly #problem: (text: string) => void;
	readonly #levels: HopLevels;
	#samples = 0;
	#crc = 0;
	#begun = false;
	#ended = false;
	#plays = 0;

	/** @param hop samples a hop, for the levels */
	constructor(event: ClipEvent, config: SentConfig | null, hop: number, problem: (text: string) => void) {
		this.#event = event;
		this.#config = config;
		this.#problem = problem;
		this.#levels = new HopLevels(hop);
	}

	/** Mean square of each whole hop, as the device decodes it; null where they are too many, or not whole. */
	get hopMeanSquares(): Float64Array | null {
		return this.#samples === this.#event.samples ? this.#levels.meanSquares : null;
	}

	push(frame: Frame): void {
		if (frame.name === 'CLIP_BEGIN') this.#begin(frame);
		else if (frame.name === 'AUDIO') this.#audio(frame);
		else if (frame.name === 'SILENCE') this.#silence(frame);
		else if (frame.name === 'CLIP_END') this.#end(frame);
		else if (frame.name === 'PLAY') this.#plays += 1;
		else if (frame.name === 'CONFIG') this.#problem('CONFIG was sent in the middle of the clip');
		else if (frame.name === 'ABORT') this.#problem('the clip was aborted by the harness');
	}

	/** What is still wrong when the clip is over. */
	finish(): void {
		const { samples, crc, pacing } = this.#event;
		if (!this.#begun) this.#problem('CLIP_BEGIN was never sent');
		if (!this.#ended) this.#problem('CLIP_END was never sent');
		if (this.#samples !== samples) this.#problem(`${this.#samples} samples were sent, the clip has ${samples}`);
		else if (hex32(this.#crc) !== crc) this.#problem(`the audio sent has CRC ${hex32(this.#crc)}, the clip has ${crc}`);
		if (pacing === 'preload' && this.#plays !== 1) this.#problem(`PLAY was sent ${this.#plays} times instead of once`);
	}

	#begin(frame: Frame): void {
		const { clip, attempt, totalSamples, crc } = frame.fields;
		if (this.#begun) this.#problem('CLIP_BEGIN was sent twice');
		this.#begun = true;
		const sent = `clip ${clip} attempt ${attempt}, ${totalSamples} samples, CRC ${hex32(crc as number)}`;
		const event = this.#event;
		const due = `clip ${event.clip} attempt ${event.attempt}, ${event.samples} samples, CRC ${event.crc}`;
		if (sent !== due) this.#problem(`CLIP_BEGIN said ${sent}; the clip is ${due}`);
		const config = this.#config;
		if (config === null) this.#problem('no CONFIG was sent before the clip');
		else if (config.codec !== event.codec || config.pacing !== event.pacing) {
			this.#problem(`CONFIG said ${config.codec}, ${config.pacing}; the clip is ${event.codec}, ${event.pacing}`);
		}
	}

	#audio(frame: Frame): void {
		const samples = decodeAudio(this.#event.codec as CodecName, frame.rest);
		if (samples === null) {
			this.#problem(`AUDIO at sample ${frame.fields.offset} is no ${this.#event.codec}`);
			return;
		}
		if (!this.#follows(frame, samples.length)) return;
		this.#crc = crcOfSamples(samples, this.#crc);
		this.#levels.push(samples);
	}

	#silence(frame: Frame): void {
		const count = frame.fields.count as number;
		if (!this.#follows(frame, count)) return;
		this.#crc = crcOfZeros(count * 2, this.#crc);
		this.#levels.pushZeros(count);
	}

	#end(frame: Frame): void {
		if (frame.fields.clip !== this.#event.clip) this.#problem(`CLIP_END was sent for clip ${frame.fields.clip}`);
		if (this.#ended) this.#problem('CLIP_END was sent twice');
		this.#ended = true;
	}

	/** Does the part begin where the one before it ended, and inside the clip? */
	#follows(frame: Frame, count: number): boolean {
		const offset = frame.fields.offset as number;
		const fits = this.#begun && !this.#ended && offset === this.#samples && offset + count <= this.#event.samples;
		if (!fits)
			this.#problem(`${frame.name} was sent for samples ${offset} to ${offset + count - 1}, ${this.#samples} was due`);
		else this.#samples += count;
		return fits;
	}
}
