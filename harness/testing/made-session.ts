import { analogueTrace, encodeCounts } from '../../devices/emulated/analogue.ts';
import type { CaptureEvent, ClipEvent } from '../capture/capture-line.ts';
import { CYCLES_HEAD } from '../capture/cycle-lines.ts';
import type { ClipList, ListedClip, ListedSegment } from '../generated/clips.ts';
import type { DeviceFacts, PowerFacts } from '../generated/device.ts';
import type { Footprint } from '../generated/record.ts';
import { CODEC, PACING, type TelemetryMessage, WIRE } from '../generated/wire.ts';
import { crc32, hex32 } from '../link/crc32.ts';
import { encodeFrame, type FrameFields, type FrameName } from '../link/frame.ts';
import { writeTelemetryLine } from '../link/telemetry-line.ts';
import { plannedNames } from '../scenario/clip-plan.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';

/** Distributes over the message types, so that each keeps its own fields. */
type WithoutSequence<T> = T extends unknown ? Omit<T, 'q'> : never;

export const LABELS = ['yes', 'no', 'stop'];
export const STAGES = ['front-end', 'cell', 'read-out'];
export const HOP = 256;
const BUILD = '0123456789abcdef0123456789abcdef01234567';
const SAMPLE_RATE_HZ = 16_000;
const ADC_HZ = 1000;
/** Counts in a line of telemetry: 2 bytes each, in base64, well below the longest line. */
const ADC_BLOCK = 512;
const CONFIG_ADC = 2;

/** A moment of a preload clip on a board with an ADC. */
export interface AdcMoment {
	clip: ListedClip;
	/** Middle of the sampling interval, from the beginning of the clip. */
	seconds: number;
	/** Share of the interval that lies inside a hop's awake time. */
	awake: number;
	/** Number of the count in the clip. */
	index: number;
}

/** What one session does; everything has a default, which is a device that does all right. */
export interface MadeSessionOptions {
	/** Label the device decides. Default: the right one. */
	decide?: (clip: ListedClip) => string;
	/** Scores behind the decision. Default: 900 for the label decided, 100 for the others. */
	scores?: (clip: ListedClip) => number[];
	/** The clip's samples, 16 bits each. Default: a ramp that repeats every 200 samples. */
	audio?: (clip: ListedClip, sample: number) => number;
	/** Counter ticks of each stage. Default: 1000, 2000, 500. */
	stageTicks?: (clip: ListedClip, hop: number) => number[];
	/** Ticks awake for each hop. Default: the sum of the stages. */
	awakeTicks?: (clip: ListedClip, hop: number) => number;
	/** Flags of each hop's record (`WIRE.RECORD_FLAG`). Default: none. */
	recordFlags?: (clip: ListedClip, hop: number) => number;
	/** Timestep each hop says it used. Default: 80. */
	timestep?: (clip: ListedClip, hop: number) => number;
	/** Ticks the clip says it slept. Default: all but the awake ones. */
	sleepTicks?: number;
	/** What the device answers to PARAM. Default: what the list asks for, and that it is so. */
	paramAnswers?: readonly { name: string; value: number; ok: boolean }[];
	/** Names of clips that are not sent at all. */
	unsent?: readonly string[];
	/** Names of clips whose first attempt is given up. */
	resent?: readonly string[];
	memory?: Partial<{ static: number; rig: number; stack: number; stackHigh: number; heap: number }>;
	flashStaticBytes?: number | null;
	/** Of the image flashed. Default: nobody looked. */
	footprint?: Footprint;
	/** What the device says of itself. */
	hello?: Record<string, unknown>;
	/**
	 * Rate at which the counter really runs, in each check and between them; null: the clock is not checked. Default: as
	 * declared. Not where time is virtual.
	 */
	clockHz?: number | null | { before: number; between: number; after: number };
	/** Emulated: ADC counts of preload clips in place of those substituted from the model. */
	adcCounts?: Uint16Array;
	/**
	 * Silicon: power drawn in each sampling interval of a preload clip, mW. It gives the board an ADC, which it has not by
	 * default.
	 */
	milliwatts?: (moment: AdcMoment) => number;
	/** Sampling rate of that ADC, Hz. Default: 1000. */
	adcHz?: number;
	/** Cycles for each instruction by the device's cycle model, where it declares one. Default: 1. */
	cyclesPerInstruction?: number;
	/** Floating-point instructions of each hop's first stage, by that model. Default: none. */
	floats?: number;
	/** That model's lines of an attempt, as they are in the capture; null: there are none. Default: unchanged. */
	cycleLines?: (lines: string[]) => string[] | null;
	/** Lines which the device prints between its clips, for people. */
	console?: readonly string[];
	faults?: readonly { code: string; text: string }[];
	notices?: readonly { code: string; text: string }[];
	/** How the session ends; null: the capture stops before. */
	sessionEnd?: 'complete' | 'rig-error' | 'interrupted' | null;
}

export interface SessionPlace {
	facts: DeviceFacts;
	list: ClipList;
	/** Number of the session in its run. */
	session: number;
}

/** Takes the events of a session, each with the nanoseconds that pass before it. */
export type PushEvent = (event: CaptureEvent, waitNs: bigint) => void;

/** The events of one session, as a rig would have captured them: real frames, real telemetry lines; no device. */
export class SessionMaker {
	readonly #options: MadeSessionOptions;
	readonly #place: SessionPlace;
	readonly #pushEvent: PushEvent;
	#sequence = 0;
	#q = 0;
	#clip = 0;
	#cycles = 1000;
	/** Real rate of the counter now; 0: time is virtual and passes by the event. */
	#realHz = 0;
	/** Telemetry lines since clip-begin. */
	#lines = 0;
	#linesCrc = 0;
	#waitNs = 0n;
	/** Lines of the cycle model: how many in the session, and those of the attempt. */
	#cycleLineCount = 0;
	#cycleLines: string[] = [];

	constructor(place: SessionPlace, options: MadeSessionOptions, push: PushEvent) {
		this.#place = place;
		this.#options = options;
		this.#pushEvent = push;
	}

	make(): void {
		const { sessionEnd = 'complete' } = this.#options;
		const { facts, list, session } = this.#place;
		this.#push({ k: 'session', session, device: facts.id, link: 'made' });
		const staticBytes = this.#options.flashStaticBytes === undefined ? 40_000 : this.#options.flashStaticBytes;
		this.#push({
			k: 'flash',
			session,
			tool: 'made',
			imageSha256: 'f'.repeat(64),
			buildId: BUILD,
			staticBytes,
			rigBytes: 32_768,
			flashBytes: 60_000,
			...(this.#options.footprint === undefined ? {} : { footprint: this.#options.footprint }),
		});
		this.#hello();
		this.#params();
		this.#clockCheck('before');
		for (const line of this.#options.console ?? [])
			this.#push({ k: 'rx', b: Buffer.from(`${line}\n`).toString('base64') });
		for (const segment of list.segments) {
			const planned = plannedNames(segment, facts);
			for (const clip of segment.clips)
				if (clip.selected && (planned?.has(clip.name) ?? true) && !this.#options.unsent?.includes(clip.name))
					this.#clipOf(clip, segment);
		}
		this.#clockCheck('after');
		this.#send('MEMORY', {});
		this.#say({
			t: 'memory',
			static: 40_000,
			rig: 32_768,
			stack: 8192,
			stackHigh: 2000,
			heap: 0,
			...this.#options.memory,
		});
		for (const fault of this.#options.faults ?? []) this.#push({ k: 'fault', ...fault });
		for (const notice of this.#options.notices ?? []) this.#push({ k: 'notice', ...notice });
		if (sessionEnd !== null) this.#push({ k: 'session-end', session, reason: sessionEnd });
	}

	get #hasAdc(): boolean {
		return this.#options.milliwatts !== undefined;
	}

	get #counterHz(): number {
		const { facts } = this.#place;
		const counterHz = { emulated: facts.emulator?.counterHz ?? 0, silicon: facts.clock.hz, host: 1e9 }[facts.evidence];
		return Number(this.#options.hello?.counterHz ?? counterHz);
	}

	#hello(): void {
		const { facts, session } = this.#place;
		const emulated = { clockSource: 'virtual', counter: 'systick' } as const;
		const silicon = { clockSource: 'pll', counter: 'dwt' } as const;
		const host = { clockSource: 'host', counter: 'host' } as const;
		this.#send('HELLO', { nonce: 0x12345678 });
		this.#say({
			t: 'hello',
			proto: WIRE.PROTOCOL_VERSION,
			nonce: '12345678',
			boot: hex32(0xb0070001 + session),
			build: BUILD,
			firmware: 'made',
			board: facts.firmware.board,
			clockHz: facts.clock.hz,
			rxBytes: 4096,
			clipBytes: 32_768,
			sampleRate: SAMPLE_RATE_HZ,
			hop: HOP,
			scoreScale: 256,
			model: 'made',
			stages: STAGES,
			labels: LABELS,
			caps: this.#hasAdc ? ['adc'] : [],
			...{ emulated, silicon, host }[facts.evidence],
			counterHz: this.#counterHz,
			...(this.#options.hello as object | undefined),
		});
	}

	#params(): void {
		const { params = [] } = this.#place.list;
		const asked = params.map(({ name, value }) => ({ name, value, ok: true }));
		for (const { name, value } of params) this.#send('PARAM', { value }, Buffer.from(name, 'latin1'));
		for (const answer of this.#options.paramAnswers ?? asked) this.#say({ t: 'param', ...answer });
	}

	/** As the live session does it: a spin, so long by the device's own reckoning, and a stamp behind it. */
	#clockCheck(when: 'before' | 'after'): void {
		const { facts } = this.#place;
		if (facts.evidence === 'emulated') return;
		const { clockHz = this.#counterHz } = this.#options;
		const rates = clockHz !== null && typeof clockHz === 'object' ? clockHz : null;
		this.#realHz = rates?.[when] ?? Number(clockHz ?? this.#counterHz);
		if (clockHz !== null) {
			for (const milliseconds of [2000, 0]) {
				const hz = this.#counterHz;
				this.#send('CLOCK', { milliseconds });
				this.#say({ t: 'clock', phase: 'start', cycles: this.#cycles, hz });
				this.#pass(Math.ceil((milliseconds / 1000) * hz));
				this.#say({ t: 'clock', phase: 'end', cycles: this.#cycles, hz });
			}
		}
		this.#realHz = rates?.between ?? this.#realHz;
	}

	/** The counter goes on, and with it the time. */
	#pass(cycles: number): void {
		this.#cycles += cycles;
		if (this.#realHz > 0) this.#waitNs += BigInt(Math.round((1e9 * cycles) / this.#realHz));
	}

	#clipOf(listed: ListedClip, segment: ListedSegment): void {
		const number = this.#clip++;
		if (this.#options.resent?.includes(listed.name)) {
			const event = this.#attempt(listed, segment, number, 1, true);
			this.#push({ k: 'clip-void', clip: number, attempt: 1, reason: 'made to fail' });
			this.#attempt(listed, segment, event.clip, 2, false);
		} else this.#attempt(listed, segment, number, 1, false);
	}

	#attempt(listed: ListedClip, segment: ListedSegment, clip: number, attempt: 1 | 2, abandoned: boolean): ClipEvent {
		const { audio = (_: ListedClip, index: number) => (index % 200) * 50 - 5000 } = this.#options;
		const samples = Int16Array.from({ length: listed.samples }, (_, index) => audio(listed, index));
		const { codec, pacing } = segment;
		const prepared = prepareClip(samples, { codec, pacing, sampleRate: SAMPLE_RATE_HZ });
		const event: ClipEvent = {
			k: 'clip',
			clip,
			name: listed.name,
			segment: segment.name,
			attempt,
			codec,
			pacing,
			samples: samples.length,
			crc: prepared.crcHex,
			sampleRate: SAMPLE_RATE_HZ,
		};
		this.#send('CONFIG', {
			codec: CODEC[codec],
			pacing: PACING[pacing],
			flags: this.#hasAdc && segment.measures.includes('power') ? CONFIG_ADC : 0,
			reserved: 0,
			heartbeatMs: 500,
			jitterMs: 100,
		});
		this.#push(event);
		const begin = {
			clip,
			attempt,
			reserved0: 0,
			reserved1: 0,
			reserved2: 0,
			totalSamples: samples.length,
			crc: prepared.crc,
		};
		this.#send('CLIP_BEGIN', begin);
		this.#lines = 0;
		this.#linesCrc = 0;
		this.#say({ t: 'clip-begin', clip, try: attempt });
		for (const part of prepared.parts) {
			if (part.kind === 'audio') this.#send('AUDIO', { offset: part.offset }, part.bytes);
			else this.#send('SILENCE', { offset: part.offset, count: part.count });
		}
		this.#cycleLine(`clip ${clip} ${attempt}`);
		if (abandoned) {
			this.#send('ABORT', {});
			this.#writeCycles(event);
			return event;
		}
		this.#send('CLIP_END', { clip });
		if (pacing === 'preload') {
			this.#say({ t: 'loaded', clip, samples: samples.length, crc: prepared.crcHex, bytes: prepared.encodedBytes });
			this.#send('PLAY', { clip });
			this.#cycleLine(`play ${clip} ${attempt}`);
		}
		this.#results(listed, segment, event);
		return event;
	}

	#results(listed: ListedClip, segment: ListedSegment, event: ClipEvent): void {
		const hops = Math.floor(event.samples / HOP);
		const begin = this.#cycles;
		const label = LABELS.indexOf(this.#options.decide?.(listed) ?? listed.label ?? 'yes');
		const played = event.pacing === 'preload';
		const sampled = this.#hasAdc && played && segment.measures.includes('power');
		const awake: AwakeHop[] = [];
		for (let first = 0; first < hops; first += 16) {
			const n = Math.min(16, hops - first);
			const block = Buffer.concat(
				Array.from({ length: n }, (_, index) => {
					// A clip that plays in real time begins a hop when its last sample is there.
					if (played) this.#waitUntil(begin, ((first + index + 1) * HOP) / SAMPLE_RATE_HZ);
					return this.#record(listed, first + index, label, awake);
				}),
			);
			this.#say({ t: 'inf', clip: event.clip, first, n, b: block.toString('base64') });
		}
		if (played) this.#waitUntil(begin, event.samples / SAMPLE_RATE_HZ);
		if (sampled) this.#adc(listed, event, begin, awake);
		this.#say({
			t: 'decision',
			clip: event.clip,
			label,
			scores: this.#options.scores?.(listed) ?? LABELS.map((_, index) => (index === label ? 900 : 100)),
		});
		const { lines, linesCrc } = { lines: this.#lines, linesCrc: hex32(this.#linesCrc) };
		const cycles = this.#cycles - begin;
		const awakeCycles = awake.reduce((sum, record) => sum + record.awakeCycles, 0);
		const sleep = this.#options.sleepTicks ?? Math.max(0, cycles - awakeCycles);
		this.#say({
			t: 'clip-end',
			clip: event.clip,
			try: event.attempt,
			samples: event.samples,
			crc: event.crc,
			hops,
			underruns: 0,
			cycles,
			sleep,
			lines,
			linesCrc,
		});
		this.#writeCycles(event);
		if (event.pacing === 'preload') this.#analogue(event, awake);
	}

	#cycleLine(text: string): void {
		if (this.#cycleLineCount === 0) this.#cycleLines.push(`${this.#cycleLineCount++} ${CYCLES_HEAD}`);
		this.#cycleLines.push(`${this.#cycleLineCount++} ${text}`);
	}

	/** What the model of a device that declares one would have seen of a hop: the device's own instructions, and cycles. */
	#hopCycles(hop: number, ticks: readonly number[], awakeTicks: number): void {
		const { floats = 0 } = this.#options;
		const counts = (value: number, float: number) => `${this.#instructions(value)} ${this.#estimate(value)} ${float}`;
		const stages = ticks.flatMap((value, stage) =>
			value === 0 ? [] : [` stage ${stage} ${counts(value, stage === 0 ? floats : 0)}`],
		);
		this.#cycleLine(`hop ${hop} awake ${counts(awakeTicks, floats)} irq 0 0 0${stages.join('')}`);
	}

	#instructions(ticks: number): number {
		const { emulator } = this.#place.facts;
		return Math.round(ticks / ((emulator?.counterHz ?? 0) * 2 ** (emulator?.icountShift ?? 0) * 1e-9));
	}

	#estimate(ticks: number): number {
		return Math.round(this.#instructions(ticks) * (this.#options.cyclesPerInstruction ?? 1));
	}

	#writeCycles({ clip, attempt }: ClipEvent): void {
		const lines = this.#cycleLines;
		this.#cycleLines = [];
		if (this.#place.facts.model?.cycles === undefined) return;
		const { cycleLines = (all: string[]) => all } = this.#options;
		const written = cycleLines(lines);
		if (written !== null)
			this.#push({ k: 'cycles', clip, attempt, lines: written.map((line) => `${line}\n`).join('') });
	}

	#waitUntil(begin: number, seconds: number): void {
		this.#pass(Math.max(0, begin + Math.round(seconds * this.#counterHz) - this.#cycles));
	}

	#record(listed: ListedClip, hop: number, label: number, awake: AwakeHop[]): Buffer {
		const ticks = this.#options.stageTicks?.(listed, hop) ?? [1000, 2000, 500];
		const awakeCycles = this.#options.awakeTicks?.(listed, hop) ?? ticks.reduce((sum, value) => sum + value, 0);
		const sampleEnd = (hop + 1) * HOP;
		awake.push({ sampleEnd, awakeCycles, startCycles: this.#cycles });
		this.#hopCycles(hop, ticks, awakeCycles);
		const record = Buffer.alloc(WIRE.RECORD_HEAD_BYTES + 4 * STAGES.length);
		record.writeUInt32LE(hop, 0);
		record.writeUInt32LE(sampleEnd, 4);
		record.writeBigUInt64LE(BigInt(this.#cycles), 8);
		record.writeUInt32LE(awakeCycles, 20);
		record.writeUInt16LE(this.#options.timestep?.(listed, hop) ?? 80, 24);
		record.writeUInt8(label, 26);
		record.writeUInt8(this.#options.recordFlags?.(listed, hop) ?? 0, 27);
		for (const [stage, value] of ticks.entries()) record.writeUInt32LE(value, WIRE.RECORD_HEAD_BYTES + 4 * stage);
		const longest = Math.max(
			awakeCycles,
			ticks.reduce((sum, value) => sum + value, 0),
		);
		this.#pass(longest + 10);
		return record;
	}

	/** ADC counts which the board itself sampled, from the power its test wants to see. */
	#adc(listed: ListedClip, event: ClipEvent, begin: number, awake: readonly AwakeHop[]): void {
		const { power } = this.#place.facts;
		const { milliwatts, adcHz = ADC_HZ } = this.#options;
		if (power === undefined || milliwatts === undefined) throw new Error('`milliwatts` needs a device with a shunt');
		const period = Math.round(this.#counterHz / adcHz);
		const counts = Array.from({ length: Math.ceil((this.#cycles - begin) / period) }, (_, index) => {
			const from = begin + index * period;
			const share = awakeShare(awake, from, from + period);
			const seconds = (from + period / 2 - begin) / this.#counterHz;
			return countOf(milliwatts({ clip: listed, seconds, awake: share, index }), power);
		});
		for (let first = 0; first < counts.length; first += ADC_BLOCK) {
			const block = Uint16Array.from(counts.slice(first, first + ADC_BLOCK));
			const { clip } = event;
			this.#say({ t: 'adc', clip, first, n: block.length, start: begin, period, b: encodeCounts(block) });
		}
	}

	#analogue(event: ClipEvent, inferences: readonly AwakeHop[]): void {
		const { facts } = this.#place;
		const { adcCounts } = this.#options;
		if (facts.evidence !== 'emulated' || facts.model?.analogue === undefined) return;
		for (const end of ['low', 'high'] as const) {
			const { samples, sampleRate: sampleRateHz } = event;
			const seed = event.clip;
			const costed = inferences.map((record) =>
				facts.model?.cycles === undefined ? record : { ...record, awakeCycles: this.#estimate(record.awakeCycles) },
			);
			const { counts, periodSeconds } = analogueTrace({ inferences: costed, samples, sampleRateHz, facts, end, seed });
			this.#push({
				k: 'analogue',
				clip: event.clip,
				source: 'substituted',
				end,
				periodSeconds,
				seed,
				b: encodeCounts(adcCounts ?? counts),
			});
		}
	}

	#send<Name extends FrameName>(name: Name, fields: FrameFields<Name>, rest?: Uint8Array): void {
		const frame = encodeFrame(name, this.#sequence++, fields, rest);
		this.#push({ k: 'tx', b: Buffer.from(frame).toString('base64') });
	}

	#say(message: WithoutSequence<TelemetryMessage>): void {
		const { t, ...fields } = message;
		const line = `${writeTelemetryLine({ t, q: this.#q++, ...fields } as TelemetryMessage)}\n`;
		this.#lines += 1;
		this.#linesCrc = crc32(line, this.#linesCrc);
		this.#push({ k: 'rx', b: Buffer.from(line).toString('base64') });
	}

	#push(event: CaptureEvent): void {
		this.#pushEvent(event, 1000n + this.#waitNs);
		this.#waitNs = 0n;
	}
}

interface AwakeHop {
	sampleEnd: number;
	awakeCycles: number;
	startCycles: number;
}

/** The count an ideal converter shows: P = V_supply (V_adc - V_offset) / (R_shunt gain), solved for the count. */
export function countOf(milliwatts: number, power: PowerFacts): number {
	const amperes = milliwatts / 1000 / power.supplyVolts;
	const volts = amperes * power.shuntOhms * power.amplifierGain + power.offsetVolts;
	const count = Math.round((volts * 2 ** power.adc.bits) / power.adc.referenceVolts);
	return Math.min(2 ** power.adc.bits - 1, Math.max(0, count));
}

function awakeShare(hops: readonly AwakeHop[], from: number, to: number): number {
	const awake = hops.reduce((sum, { startCycles, awakeCycles }) => {
		return sum + Math.max(0, Math.min(to, startCycles + awakeCycles) - Math.max(from, startCycles));
	}, 0);
	return Math.min(1, awake / (to - from));
}
