import type { CaptureLine, ClipEvent } from '../../harness/capture/capture-line.ts';
import { SentFrames } from '../../harness/capture/sent-frames.ts';
import { type CodecName, decodeAudio } from '../../harness/link/codec/codec.ts';
import { crcOfSamples, hex32 } from '../../harness/link/crc32.ts';
import type { Frame } from '../../harness/link/frame.ts';

/** A clip as the device heard it. */
export interface HeardClip {
	sampleRateHz: number;
	samples: Int16Array;
}

export interface HeardAudioOptions {
	/** Which clips to keep, by session number, segment and name. */
	wanted: (session: number, clip: ClipEvent) => boolean;
	/** Samples in all: what would go beyond is left out. */
	mostSamples: number;
}

/**
 * Collects audio from the bytes that were sent: each frame once, decoded by the codec of the wire, in the order of its
 * offsets. A clip is given out only when its samples have the hash that the device confirmed, so what one hears is what
 * the device heard.
 */
export class HeardAudio {
	readonly #options: HeardAudioOptions;
	readonly #clips = new Map<string, HeardClip>();
	#left: number;
	#session = 0;
	#frames = new SentFrames();
	#current: { event: ClipEvent; samples: Int16Array; filled: number; broken: boolean } | null = null;
	/** Clips that were wanted and did not fit any more. */
	leftOut = 0;

	constructor(options: HeardAudioOptions) {
		this.#options = options;
		this.#left = options.mostSamples;
	}

	push(line: CaptureLine): void {
		if (line.k === 'session') {
			this.#keep();
			this.#session = line.session;
			this.#frames = new SentFrames();
		} else if (line.k === 'clip') {
			this.#keep();
			if (!this.#options.wanted(this.#session, line)) return;
			if (line.samples > this.#left) this.leftOut += 1;
			else this.#current = { event: line, samples: new Int16Array(line.samples), filled: 0, broken: false };
		} else if (line.k === 'tx') {
			for (const sent of this.#frames.push(Buffer.from(line.b, 'base64')))
				if (sent.kind === 'first') this.#frame(sent.frame);
		}
	}

	/** After the last line. `null`: not wanted, left out, or not as the device heard it. */
	clip(session: number, segment: string, name: string): HeardClip | null {
		this.#keep();
		return this.#clips.get(keyOf(session, segment, name)) ?? null;
	}

	#frame({ name, fields, rest }: Frame): void {
		const clip = this.#current;
		if (clip === null || (name !== 'AUDIO' && name !== 'SILENCE')) return;
		const part = name === 'AUDIO' ? decodeAudio(clip.event.codec as CodecName, rest) : null;
		const count = part?.length ?? (name === 'SILENCE' ? (fields.count ?? 0) : -1);
		if (count < 0 || fields.offset !== clip.filled || clip.filled + count > clip.samples.length) {
			clip.broken = true;
			return;
		}
		if (part !== null) clip.samples.set(part, clip.filled);
		clip.filled += count;
	}

	/** A second attempt replaces the first; a spoilt one replaces nothing. */
	#keep(): void {
		const clip = this.#current;
		this.#current = null;
		if (clip === null || clip.broken || clip.filled < clip.samples.length) return;
		if (hex32(crcOfSamples(clip.samples, 0)) !== clip.event.crc) return;
		const key = keyOf(this.#session, clip.event.segment, clip.event.name);
		if (!this.#clips.has(key)) this.#left -= clip.samples.length;
		this.#clips.set(key, { sampleRateHz: clip.event.sampleRate, samples: clip.samples });
	}
}

function keyOf(session: number, segment: string, name: string): string {
	return JSON.stringify([session, segment, name]);
}
