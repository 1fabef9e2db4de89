/**
 * One attempt at one clip, judged from the bytes alone: everything that keeps it from counting becomes a sentence in
 * `problems`. The live session and the replay both use this class, so they cannot disagree.
 */
import {
	type AdcMessage,
	type ClipEndMessage,
	type FeaturesMessage,
	type HelloMessage,
	type InferencesMessage,
	type LoadedMessage,
	type ScoresMessage,
	type TelemetryMessage,
	WIRE,
} from '../generated/wire.ts';
import { decodeBase64 } from '../link/base64.ts';
import { decodePcm16 } from '../link/codec/pcm16.ts';
import { crc32, hex32 } from '../link/crc32.ts';
import type { Frame } from '../link/frame.ts';
import { decodeRecords } from '../link/inference-record.ts';
import type { ClipEvent } from './capture-line.ts';
import { recordProblems } from './record-problems.ts';
import { SentClip, type SentConfig } from './sent-clip.ts';
import type { DecodedClip } from './session-data.ts';

/** A hostile device could give endless reasons; more than these tell nobody anything. */
const MOST_PROBLEMS = 40;

const RESULTS: ReadonlySet<string> = new Set(['inf', 'scores', 'features', 'adc', 'decision', 'clip-end']);

export class ClipAttempt {
	readonly clip: DecodedClip;
	readonly #hello: HelloMessage | null;
	readonly #config: SentConfig | null;
	readonly #sent: SentClip;
	readonly #problemSet = new Set<string>();
	#state: 'waiting' | 'running' | 'over' = 'waiting';
	#lines = 0;
	#linesCrc = 0;
	#loaded: LoadedMessage | null = null;
	#adcCounts: number[] = [];
	/** preload: the sequence number after PLAY's, from PLAY to the first result; and how often it was acknowledged. */
	#playNext: number | null = null;
	#playAcks = 0;

	constructor(event: ClipEvent, hello: HelloMessage | null, config: SentConfig | null) {
		this.clip = { event, problems: [], inferences: [], decision: null, end: null, adc: null, analogue: [] };
		this.#hello = hello;
		this.#config = config;
		this.#sent = new SentClip(event, config, hello?.hop ?? 0, (text) => this.problem(text));
		if (hello === null) this.problem('no hello came before the clip: its records cannot be read');
		if (hello !== null && hello.sampleRate !== event.sampleRate) {
			this.problem(`the clip has ${event.sampleRate} samples/s, the device takes ${hello.sampleRate}`);
		}
	}

	/** All checks are done: by its clip-end, or because the session went on without one. */
	get over(): boolean {
		return this.#state === 'over';
	}

	/** Did the device say clip-begin? */
	get begun(): boolean {
		return this.#state !== 'waiting';
	}

	get loaded(): LoadedMessage | null {
		return this.#loaded;
	}

	problem(text: string): void {
		if (this.#problemSet.has(text) || this.clip.problems.length > MOST_PROBLEMS) return;
		this.#problemSet.add(text);
		this.clip.problems.push(this.clip.problems.length === MOST_PROBLEMS ? 'and more of the like' : text);
	}

	/** A frame went out. `again`: it is a retransmission. */
	sent(frame: Frame, again: boolean): void {
		if (this.over) return;
		if (this.#silent) this.problem(`${frame.name} was sent while the preloaded clip played: the link was not silent`);
		if (frame.name === 'PLAY') {
			if (again) this.problem('PLAY was sent again: the link may not have been silent while the clip played');
			this.#playNext = (frame.sequence + 1) & 0xffff;
		}
		if (!again) this.#sent.push(frame);
	}

	/** A valid telemetry line came; `text` is the line without \n. */
	message(message: TelemetryMessage, text: string): void {
		if (this.over) return;
		this.#checkSilence(message);
		if (message.t === 'clip-end') {
			this.#end(message);
			return;
		}
		if (message.t === 'clip-begin') {
			const { clip, attempt } = this.clip.event;
			if (this.#state === 'running') this.problem('clip-begin came twice');
			if (message.clip !== clip || message.try !== attempt) {
				this.problem(`clip-begin is for clip ${message.clip} try ${message.try}, expected clip ${clip} try ${attempt}`);
			}
			this.#state = 'running';
		}
		if (this.#state === 'running') {
			this.#lines += 1;
			this.#linesCrc = crc32(`${text}\n`, this.#linesCrc);
		}
		if (message.t === 'inf') this.#inferences(message);
		else if (message.t === 'scores') this.#scores(message);
		else if (message.t === 'features') this.#features(message);
		else if (message.t === 'adc') this.#adc(message);
		else if (message.t === 'loaded') this.#load(message);
		else if (message.t === 'decision' && this.#isMine(message)) {
			if (this.clip.decision !== null) this.problem('two decisions came');
			this.clip.decision = message;
		}
	}

	/** The session goes on without a clip-end. */
	abandon(): void {
		if (this.over) return;
		if (this.#state === 'waiting') this.problem('clip-begin is missing');
		this.problem('clip-end is missing');
		this.#finish();
	}

	#end(end: ClipEndMessage): void {
		const { event } = this.clip;
		if (end.clip !== event.clip || end.try !== event.attempt) {
			this.problem(`clip-end is for clip ${end.clip} try ${end.try}, expected clip ${event.clip} try ${event.attempt}`);
			return;
		}
		this.clip.end = end;
		if (this.#state === 'waiting') this.problem('clip-begin is missing');
		if (end.samples !== event.samples)
			this.problem(`the device heard ${end.samples} samples, the clip has ${event.samples}`);
		if (end.crc !== event.crc) this.problem(`what the device heard has CRC ${end.crc}, the clip has ${event.crc}`);
		if (end.lines !== this.#lines) this.problem(`the device sent ${end.lines} telemetry lines, ${this.#lines} arrived`);
		if (end.linesCrc !== hex32(this.#linesCrc)) {
			this.problem(`the telemetry lines have CRC ${hex32(this.#linesCrc)}, the device sent ${end.linesCrc}`);
		}
		if (end.underruns > 0) this.problem(`${end.underruns} underruns: audio came too late for real time`);
		if (end.sleep > end.cycles) this.problem(`the device slept ${end.sleep} of ${end.cycles} cycles`);
		this.#finish();
	}

	#finish(): void {
		this.#state = 'over';
		this.#sent.finish();
		const { clip } = this;
		const levels = this.#sent.hopMeanSquares;
		if (levels !== null) clip.hopMeanSquares = levels;
		if (this.#hello !== null) for (const text of recordProblems(clip, this.#hello)) this.problem(text);
		if (clip.event.pacing === 'preload' && this.#loaded === null) this.problem('loaded is missing');
		if (this.#config?.scores && (clip.hopScores?.length ?? 0) !== clip.inferences.length) {
			this.problem(`scores of ${clip.hopScores?.length ?? 0} hops came, of ${clip.inferences.length} inferences`);
		}
		const featured = clip.features?.values.length ?? 0;
		if (this.#config?.features && featured !== clip.inferences.length)
			this.problem(`features of ${featured} hops came, of ${clip.inferences.length} inferences`);
		if (clip.adc !== null) clip.adc.counts = Uint16Array.from(this.#adcCounts);
		else if (this.#config?.adc && this.#hello?.caps.includes('adc'))
			this.problem('no ADC block came, though the board has an ADC');
		this.#adcCounts = [];
	}

	#inferences(block: InferencesMessage): void {
		if (!this.#isMine(block) || this.#hello === null) return;
		const bytes = decodeBase64(block.b);
		const records = bytes === null ? null : decodeRecords(bytes, this.#hello.stages.length);
		if (records === null || records.length !== block.n) {
			this.problem(`the inference block from hop ${block.first} does not hold ${block.n} records`);
			return;
		}
		if (block.first !== this.clip.inferences.length) {
			this.problem(`an inference block begins at hop ${block.first}, ${this.clip.inferences.length} was due`);
		}
		records.forEach((record, i) => {
			if (record.hop !== block.first + i) this.problem(`record ${block.first + i} calls itself hop ${record.hop}`);
		});
		this.clip.inferences.push(...records);
	}

	#scores(block: ScoresMessage): void {
		if (!this.#isMine(block) || this.#hello === null) return;
		const bytes = decodeBase64(block.b);
		const values = bytes === null ? null : decodePcm16(bytes); // int16, little-endian: the same layout
		const rows = this.clip.hopScores ?? [];
		const labels = this.#hello.labels.length;
		if (values === null || block.k !== labels || values.length !== block.n * block.k || block.first !== rows.length) {
			this.problem(
				`the scores block from hop ${block.first} does not hold ${block.n} x ${labels} scores from hop ${rows.length}`,
			);
			return;
		}
		for (let row = 0; row < block.n; row++) rows.push(values.subarray(row * block.k, (row + 1) * block.k));
		this.clip.hopScores = rows;
	}

	#features(block: FeaturesMessage): void {
		if (!this.#isMine(block) || this.#hello === null) return;
		const { featureScale: scale } = this.#hello;
		if (!this.#config?.features || scale === undefined) {
			this.problem('a features block came, though none was asked for or none is offered');
			return;
		}
		const bytes = decodeBase64(block.b);
		const values = bytes === null ? null : decodePcm16(bytes); // int16, little-endian: the same layout
		const rows = this.clip.features?.values ?? [];
		const k = rows[0]?.length ?? block.k;
		const fits = values !== null && block.k === k && k >= 1 && k <= WIRE.MAX_FEATURES;
		if (!fits || values.length !== block.n * k || block.first !== rows.length) {
			this.problem(
				`the features block from hop ${block.first} does not hold ${block.n} x ${k} from hop ${rows.length}`,
			);
			return;
		}
		for (let row = 0; row < block.n; row++) rows.push(values.subarray(row * k, (row + 1) * k));
		this.clip.features = { scale, values: rows };
	}

	#adc(block: AdcMessage): void {
		if (!this.#isMine(block)) return;
		const bytes = decodeBase64(block.b);
		if (
			bytes === null ||
			bytes.length !== block.n * 2 ||
			block.first !== this.#adcCounts.length ||
			block.period === 0
		) {
			this.problem(`the ADC block from ${block.first} does not hold ${block.n} counts from ${this.#adcCounts.length}`);
			return;
		}
		this.clip.adc ??= { startCycles: block.start, periodCycles: block.period, counts: new Uint16Array(0) };
		if (this.clip.adc.periodCycles !== block.period) this.problem('the ADC period changed inside the clip');
		// One start for all counts: what lies between two of them is unknown.
		if (this.clip.adc.startCycles !== block.start) this.problem('the ADC was started anew inside the clip');
		for (let at = 0; at < bytes.length; at += 2)
			this.#adcCounts.push((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
	}

	#load(loaded: LoadedMessage): void {
		if (!this.#isMine(loaded)) return;
		const { samples, crc } = this.clip.event;
		if (this.#loaded !== null) this.problem('loaded came twice');
		if (loaded.samples !== samples || loaded.crc !== crc) {
			this.problem(
				`the device stored ${loaded.samples} samples with CRC ${loaded.crc}, the clip has ${samples} with ${crc}`,
			);
		}
		this.#loaded = loaded;
	}

	#isMine(message: { t: string; clip: number }): boolean {
		if (message.clip === this.clip.event.clip) return true;
		this.problem(`a ${message.t} line for clip ${message.clip} came in clip ${this.clip.event.clip}`);
		return false;
	}

	/**
	 * After PLAY is acknowledged nothing may come before the first result (PROTOCOL.md section 3, silence in preload). The
	 * acknowledgement may come twice: when the frame is accepted, and as the last line before the clip plays.
	 */
	#checkSilence(message: TelemetryMessage): void {
		if (RESULTS.has(message.t)) {
			this.#playNext = null;
		} else if ((message.t === 'ack' || message.t === 'beat') && message.next === this.#playNext && this.#playAcks < 2) {
			this.#playAcks += 1;
		} else if (this.#silent) {
			this.problem(`the device sent ${message.t} while the preloaded clip played: the link was not silent`);
		}
	}

	/** PLAY is acknowledged and no result has come yet. */
	get #silent(): boolean {
		return this.#playNext !== null && this.#playAcks > 0;
	}
}
