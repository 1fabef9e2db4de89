import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { CHAIN_START, chainLine } from '../capture/capture-chain.ts';
import type { CaptureEvent, CaptureLine } from '../capture/capture-line.ts';
import { decodeRun } from '../capture/decode-run.ts';
import type { DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { ClipList, ListedClip } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { createRunFolder, type RunFolder } from '../record/run-folder.ts';
import { HOP, LABELS, type MadeSessionOptions, SessionMaker } from './made-session.ts';
import { temporaryFolder } from './temporary-folder.ts';

export { type AdcMoment, LABELS, type MadeSessionOptions, STAGES } from './made-session.ts';

/**
 * A run as a rig would have captured it: real frames, real telemetry lines, a real hash chain; no device.
 *
 * What is given here holds for every session; an entry of `sessions` changes it for one of them.
 */
export interface MadeRunOptions extends MadeSessionOptions {
	facts: DeviceFacts;
	list: ClipList;
	/** One entry a session, in order. Default: one session, nothing changed. */
	sessions?: readonly MadeSession[];
	/** How the run ends; null: the capture stops before. */
	runEnd?: 'complete' | 'rig-error' | 'interrupted' | null;
	/** SHA-256 of the inputs by path, for the capture's first line. */
	inputs?: Record<string, string>;
	/** When the run began, ISO 8601. Default: 2026-01-02T03:04:05.000Z. */
	startedAt?: string;
}

/** What is different in one session. With `facts` it is a session of another device. */
export interface MadeSession extends MadeSessionOptions {
	facts?: DeviceFacts;
}

/** The first session of a made run, through the real decoder. */
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
	let link = CHAIN_START;
	return madeEvents(options).map(([timeNs, event], n) => {
		const line = chainLine(link, n, timeNs, event);
		link = line.link;
		return line.text;
	});
}

export interface MadeFolderOptions extends MadeRunOptions {
	specMarkdown: string;
	/** Calibrations of devices of the run, copied into its inputs. */
	calibrations?: readonly Calibration[];
}

/** A whole run folder, in a new temporary folder. */
export function madeRunFolder(options: MadeFolderOptions): RunFolder {
	const runs = temporaryFolder('made-run');
	const used = [options.facts, ...(options.sessions ?? []).flatMap(({ facts }) => facts ?? [])];
	const inputs = {
		scenarioYaml: 'id: made\n',
		specMarkdown: options.specMarkdown,
		clips: options.list,
		devices: [...new Map(used.map((facts) => [facts.id, facts])).values()],
		...(options.calibrations === undefined ? {} : { calibrations: options.calibrations }),
	};
	const { folder, hashes } = createRunFolder(runs, inputs);
	mkdirSync(folder.path, { recursive: true });
	writeFileSync(folder.capture, `${madeLines({ inputs: hashes, ...options }).join('\n')}\n`);
	return folder;
}

export interface MadeListOptions {
	/** Samples of each keyword clip. Default: 16 hops. */
	samples?: number;
	powerClips?: number;
	/** Sessions asked for of each device. Default: not said, which is 1. */
	sessions?: number;
	/** Who speaks the keyword clip of that index. Default: nobody knows. */
	speakerOf?: (index: number) => string | undefined;
}

/** Each clip is a recording of its own. */
function sha256Of(name: string): string {
	return createHash('sha256').update(name).digest('hex');
}

/** A list of clips with one segment for latency and accuracy, and one for power. */
export function madeList(device: string, clips: number, options: MadeListOptions = {}): ClipList {
	const clip = (name: string, label: string | null, samples: number, speaker?: string): ListedClip => {
		const listed = { name, label, samples, sha256: sha256Of(name), selected: true };
		return speaker === undefined ? listed : { ...listed, speaker };
	};
	const keywords = Array.from({ length: clips }, (_, index) =>
		clip(
			`keywords/clip-${index}`,
			LABELS[index % LABELS.length] ?? null,
			options.samples ?? 16 * HOP,
			options.speakerOf?.(index),
		),
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
		...(options.sessions === undefined ? {} : { sessions: options.sessions }),
	};
}

/** The events of the run, with their time in nanoseconds. */
function madeEvents(options: MadeRunOptions): [bigint, CaptureEvent][] {
	const { facts, list, inputs = {}, runEnd = 'complete', startedAt = '2026-01-02T03:04:05.000Z' } = options;
	const events: [bigint, CaptureEvent][] = [];
	let timeNs = 1_000_000_000n;
	const push = (event: CaptureEvent, waitNs: bigint) => {
		timeNs += waitNs;
		events.push([timeNs, event]);
	};
	push({ k: 'run', id: '20260102-030405-abcd', startedAt, ossicle: '0.1.0', command: ['run', 'made'], inputs }, 1000n);
	for (const [session, changes] of (options.sessions ?? [{}]).entries()) {
		const made = { ...options, ...changes };
		new SessionMaker({ facts: changes.facts ?? facts, list, session }, made, push).make();
		if (made.sessionEnd === null) return events;
	}
	const endedAt = new Date(Date.parse(startedAt) + 61_000).toISOString();
	if (runEnd !== null) push({ k: 'run-end', endedAt, reason: runEnd }, 1000n);
	return events;
}
