import { mkdirSync, writeFileSync } from 'node:fs';
import { analogueTrace, encodeCounts } from '../../devices/emulated/analogue.ts';
import { CHAIN_START, chainLine } from '../capture/capture-chain.ts';
import type { CaptureEvent, CaptureLine, ClipEvent } from '../capture/capture-line.ts';
import { decodeRun } from '../capture/decode-run.ts';
import type { DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { ClipList, ListedClip, ListedSegment } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { CODEC, PACING, type TelemetryMessage, WIRE } from '../generated/wire.ts';
import { crc32, hex32 } from '../link/crc32.ts';
import { encodeFrame, type FrameFields, type FrameName } from '../link/frame.ts';
import { writeTelemetryLine } from '../link/telemetry-line.ts';
import { createRunFolder, type RunFolder } from '../record/run-folder.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Distributes over the message types, so that each keeps its own fields. */
type WithoutSequence<T> = T extends unknown ? Omit<T, 'q'> : never;

export const LABELS = ['yes', 'no', 'stop'];
export const STAGES = ['front-end', 'cell', 'read-out'];
const BUILD = '0123456789abcdef0123456789abcdef01234567';
const HOP = 256;

/** A run as a rig would have captured it: real frames, real telemetry lines, a real hash chain; no device. */
export interface MadeRunOptions {
	facts: DeviceFacts;
	list: ClipList;
	/** Label the device decides. Default: the right one. */
	decide?: (clip: ListedClip) => string;
	/** Counter ticks of each stage. Default: 1000, 2000, 500. */
	stageTicks?: (clip: ListedClip, hop: number) => number[];
	/** Ticks awake for each hop. Default: the sum of the stages. */
	awakeTicks?: (clip: ListedClip, hop: number) => number;
	/** Ticks the clip says it slept. Default: all but the awake ones. */
	sleepTicks?: number;
	/** Names of clips that are not sent at all. */
	unsent?: readonly string[];
	/** Names of clips whose first attempt is given up. */
	resent?: readonly string[];
	memory?: Partial<{ static: number; rig: number; stack: number; stackHigh: number; heap: number }>;
	flashStaticBytes?: number | null;
	/** What the device says of itself. */
	hello?: Record<string, unknown>;
	/** Real counter rate for the clock check; null: it is left out. Default: as declared, on silicon. */
	clockHz?: number | null;
	/** ADC counts of preload clips. Default: substituted from the model where there is an emulator. */
	adcCounts?: Uint16Array;
	faults?: readonly { code: string; text: string }[];
	/** How session and run end; null: the capture stops before. */
	sessionEnd?: 'complete' | 'rig-error' | 'interrupted' | null;
	runEnd?: 'complete' | 'rig-error' | 'interrupted' | null;
	/** SHA-256 of the inputs by path, for the capture's first line. */
	inputs?: Record<string, string>;
}

/** The only session of a made run, through the real decoder. */
export function madeSession(options: MadeRunOptions): DecodedSession {
	const [session] = madeDecodedRun(options).sessions;
	if (session === undefined) throw new Error('a made run has a session');
	return session;
}

export function madeDecodedRun(options: MadeRunOptions): DecodedRun {
	return decodeRun(madeLines(options).map((text) => JSON.parse(text) as CaptureLine));
}

/** The lines of `capture.ndjson`, each with its link of the chain. */
export function madeLines(options: MadeRunOptions): string[] {
	const maker = new RunMaker(options);
	let link = CHAIN_START;
	return maker.events().map(([timeNs, event], n) => {
		const line = chainLine(link, n, timeNs, event);
		link = line.link;
		return line.text;
	});
}

/** A whole run folder, in a new temporary folder. */
export function madeRunFolder(options: MadeRunOptions & { specMarkdown: string }): RunFolder {
	const runs = temporaryFolder('made-run');
	const inputs = {
		scenarioYaml: 'id: made\n',
		specMarkdown: options.specMarkdown,
		clips: options.list,
		devices: [options.facts],
	};
	const { folder, hashes } = createRunFolder(runs, inputs);
	mkdirSync(folder.path, { recursive: true });
	writeFileSync(folder.capture, `${madeLines({ inputs: hashes, ...options }).join('\n')}\n`);
	return folder;
}

/** A list of clips with one segment for latency and accuracy, and one for power. */
export function madeList(
	device: string,
	clips: number,
	options: { samples?: number; powerClips?: number } = {},
): ClipList {
	const clip = (name: string, label: string | null, samples: number): ListedClip => {
		return { name, label, samples, sha256: '0'.repeat(64), selected: true };
	};
	const keywords = Array.from({ length: clips }, (_, index) =>
		clip(`keywords/clip-${index}`, LABELS[index % LABELS.length] ?? null, options.samples ?? 16 * HOP),
	);
	const day = Array.from({ length: options.powerClips ?? 1 }, (_, index) =>
		clip(`day-part/day-${index}`, null, 64 * HOP),
	);
	return {
		scenario: 'made',
		devices: [device],
		requireEvidence: null,
		subset: null,
		warmUpClips: 0,
		sampleRateHz: 16000,
		segments: [
			{ name: 'keywords', codec: 'mulaw', pacing: 'fast', measures: ['latency', 'accuracy'], clips: keywords },
			{ name: 'day-part', codec: 'mulaw', pacing: 'preload', measures: ['power'], clips: day },
		],
	};
}

class RunMaker {
	readonly #options: MadeRunOptions;
	readonly #events: [bigint, CaptureEvent][] = [];
	#timeNs = 1_000_000_000n;
	#sequence = 0;
	#q = 0;
	#clip = 0;
	#cycles = 1000;
	/** Telemetry lines since clip-begin. */
	#lines = 0;
	#linesCrc = 0;

	constructor(options: MadeRunOptions) {
		this.#options = options;
	}

	events(): [bigint, CaptureEvent][] {
		const { facts, list, inputs = {}, sessionEnd = 'complete', runEnd = 'complete' } = this.#options;
		const startedAt = '2026-01-02T03:04:05.000Z';
		this.#push({ k: 'run', id: '20260102-030405-abcd', startedAt, ossicle: '0.1.0', command: ['run', 'made'], inputs });
		this.#push({ k: 'session', session: 0, device: facts.id, link: 'made' });
		const staticBytes = this.#options.flashStaticBytes === undefined ? 40_000 : this.#options.flashStaticBytes;
		this.#push({
			k: 'flash',
			session: 0,
			tool: 'made',
			imageSha256: 'f'.repeat(64),
			buildId: BUILD,
			staticBytes,
			rigBytes: 32_768,
			flashBytes: 60_000,
		});
		this.#hello();
		this.#clockCheck();
		for (const segment of list.segments) {
			for (const clip of segment.clips)
				if (clip.selected && !this.#options.unsent?.includes(clip.name)) this.#clipOf(clip, segment);
		}
		this.#clockCheck();
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
		if (sessionEnd !== null) this.#push({ k: 'session-end', session: 0, reason: sessionEnd });
		if (sessionEnd !== null && runEnd !== null)
			this.#push({ k: 'run-end', endedAt: '2026-01-02T03:05:06.000Z', reason: runEnd });
		return this.#events;
	}

	#hello(): void {
		const { facts } = this.#options;
		const emulated = { clockSource: 'virtual', counter: 'systick', counterHz: facts.emulator?.counterHz ?? 0 } as const;
		const silicon = { clockSource: 'pll', counter: 'dwt', counterHz: facts.clock.hz } as const;
		const host = { clockSource: 'host', counter: 'host', counterHz: 1e9 } as const;
		this.#send('HELLO', { nonce: 0x12345678 });
		this.#say({
			t: 'hello',
			proto: WIRE.PROTOCOL_VERSION,
			nonce: '12345678',
			boot: 'b0070001',
			build: BUILD,
			firmware: 'made',
			board: facts.firmware.board,
			clockHz: facts.clock.hz,
			rxBytes: 4096,
			clipBytes: 32_768,
			sampleRate: 16_000,
			hop: HOP,
			scoreScale: 256,
			model: 'made',
			stages: STAGES,
			labels: LABELS,
			caps: [],
			...{ emulated, silicon, host }[facts.evidence],
			...(this.#options.hello as object | undefined),
		});
	}

	#clockCheck(): void {
		const { facts, clockHz = facts.evidence === 'silicon' ? facts.clock.hz : null } = this.#options;
		if (clockHz === null) return;
		const hz = facts.clock.hz;
		this.#send('CLOCK', { milliseconds: 2000 });
		this.#say({ t: 'clock', phase: 'start', cycles: this.#cycles, hz });
		this.#timeNs += 2_000_000_000n;
		this.#cycles += Math.round(2 * clockHz);
		this.#say({ t: 'clock', phase: 'end', cycles: this.#cycles, hz });
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
		const samples = Int16Array.from({ length: listed.samples }, (_, index) => (index % 200) * 50 - 5000);
		const prepared = prepareClip(samples, { codec: segment.codec, pacing: segment.pacing, sampleRate: 16_000 });
		const { codec, pacing } = segment;
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
			sampleRate: 16_000,
		};
		this.#send('CONFIG', {
			codec: CODEC[codec],
			pacing: PACING[pacing],
			flags: 0,
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
		if (abandoned) {
			this.#send('ABORT', {});
			return event;
		}
		this.#send('CLIP_END', { clip });
		if (pacing === 'preload') {
			this.#say({ t: 'loaded', clip, samples: samples.length, crc: prepared.crcHex, bytes: prepared.encodedBytes });
			this.#send('PLAY', { clip });
		}
		this.#results(listed, event);
		return event;
	}

	#results(listed: ListedClip, event: ClipEvent): void {
		const hops = Math.floor(event.samples / HOP);
		const begin = this.#cycles;
		const label = LABELS.indexOf(this.#options.decide?.(listed) ?? listed.label ?? 'yes');
		const awake: { sampleEnd: number; awakeCycles: number }[] = [];
		for (let first = 0; first < hops; first += 16) {
			const n = Math.min(16, hops - first);
			const block = Buffer.concat(
				Array.from({ length: n }, (_, index) => this.#record(listed, first + index, label, awake)),
			);
			this.#say({ t: 'inf', clip: event.clip, first, n, b: block.toString('base64') });
		}
		this.#say({
			t: 'decision',
			clip: event.clip,
			label,
			scores: LABELS.map((_, index) => (index === label ? 900 : 100)),
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
		if (event.pacing === 'preload') this.#analogue(event, awake);
	}

	#record(listed: ListedClip, hop: number, label: number, awake: { sampleEnd: number; awakeCycles: number }[]): Buffer {
		const ticks = this.#options.stageTicks?.(listed, hop) ?? [1000, 2000, 500];
		const awakeCycles = this.#options.awakeTicks?.(listed, hop) ?? ticks.reduce((sum, value) => sum + value, 0);
		const sampleEnd = (hop + 1) * HOP;
		awake.push({ sampleEnd, awakeCycles });
		const record = Buffer.alloc(WIRE.RECORD_HEAD_BYTES + 4 * STAGES.length);
		record.writeUInt32LE(hop, 0);
		record.writeUInt32LE(sampleEnd, 4);
		record.writeBigUInt64LE(BigInt(this.#cycles), 8);
		record.writeUInt32LE(awakeCycles, 20);
		record.writeUInt16LE(80, 24);
		record.writeUInt8(label, 26);
		for (const [stage, value] of ticks.entries()) record.writeUInt32LE(value, WIRE.RECORD_HEAD_BYTES + 4 * stage);
		this.#cycles +=
			Math.max(
				awakeCycles,
				ticks.reduce((sum, value) => sum + value, 0),
			) + 10;
		return record;
	}

	#analogue(event: ClipEvent, inferences: { sampleEnd: number; awakeCycles: number }[]): void {
		const { facts, adcCounts } = this.#options;
		if (facts.evidence !== 'emulated' || facts.model?.analogue === undefined) return;
		for (const end of ['low', 'high'] as const) {
			const { samples, sampleRate: sampleRateHz } = event;
			const seed = event.clip;
			const { counts, periodSeconds } = analogueTrace({ inferences, samples, sampleRateHz, facts, end, seed });
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
		this.#timeNs += 1000n;
		this.#events.push([this.#timeNs, event]);
	}
}
