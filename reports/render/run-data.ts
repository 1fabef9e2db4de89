/**
 * What the page shows beyond the record: read again from the run folder, by the same functions that the verdicts come from.
 * Nothing here decides anything, and nothing here throws: what cannot be read leaves a sentence in `problems`.
 */
import { existsSync } from 'node:fs';
import { readCapture } from '../../harness/capture/capture-reader.ts';
import { RunDecoder } from '../../harness/capture/decode-run.ts';
import type { DecodedRun, DecodedSession } from '../../harness/capture/session-data.ts';
import { isOssicleError } from '../../harness/error.ts';
import type { Calibration } from '../../harness/generated/calibration.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import type { ClipSummary, RunRecord } from '../../harness/generated/record.ts';
import { type ReadInputs, readInputs } from '../../harness/record/read-inputs.ts';
import type { RunFolder } from '../../harness/record/run-folder.ts';
import { planFor } from '../../harness/scenario/clip-plan.ts';
import { HeardAudio, type HeardClip } from './heard-audio.ts';
import { type LatencyData, latencyData } from './latency-data.ts';
import { type PowerData, powerData } from './power-data.ts';

export interface RunData {
	/** Id of the scenario; `scenario` where it could not be read. */
	scenario: string;
	/** Why the page shows less than it might, each in a sentence. */
	problems: string[];
	devices: DeviceData[];
	/** Wrong clips whose audio is at hand, by `clipKey`. */
	heard: ReadonlyMap<string, HeardClip>;
	/** Wrong clips whose audio was left out to keep the page small. */
	heardLeftOut: number;
}

export interface DeviceData {
	id: string;
	/** null: the inputs could not be read. */
	facts: DeviceFacts | null;
	calibration: Calibration | null;
	sessions: SessionData[];
}

export interface SessionData {
	session: number;
	ended: DecodedSession['ended'];
	labels: readonly string[];
	/** Scores are logits times this. */
	scoreScale: number;
	latency: LatencyData | null;
	power: PowerData | null;
	/** What the device printed: the last lines, and how many there were. */
	console: { lines: readonly string[]; total: number };
}

/** 20 clips of a second, 0.7 MB as they are, 0.9 MB in base64: half of what a page may weigh. */
const MOST_CLIPS = 20;
const MOST_SAMPLES = 350_000;
const MOST_CONSOLE_LINES = 40;

export async function readRunData(folder: RunFolder, record: RunRecord): Promise<RunData> {
	const problems: string[] = [];
	const inputs = quietly('The inputs cannot be read', problems, () => readInputs(folder));
	const wrong = wrongClips(record.clips);
	const wanted = new Map(wrong.slice(0, MOST_CLIPS).map(([clip]) => [clipKey(clip), clip]));
	const audio = new HeardAudio({
		mostSamples: MOST_SAMPLES,
		wanted: (session, { segment, name }) => wanted.has(clipKey({ session, segment, name })),
	});
	const run = await decode(folder, audio, problems);
	const heard = new Map<string, HeardClip>();
	for (const [key, { session, segment, name }] of wanted) {
		const clip = audio.clip(session, segment, name);
		if (clip !== null) heard.set(key, clip);
	}
	return {
		scenario: inputs?.list.scenario ?? 'scenario',
		problems,
		devices: devicesOf(record, run, inputs, problems),
		heard,
		heardLeftOut: wrong.length - heard.size,
	};
}

/** The clips that were decided wrong, each with all its wrong decisions of one device, whatever the session. */
export function wrongClips(clips: readonly ClipSummary[]): [ClipSummary, ...ClipSummary[]][] {
	const groups = new Map<string, [ClipSummary, ...ClipSummary[]]>();
	for (const clip of clips) {
		if (clip.correct !== false) continue;
		const key = JSON.stringify([clip.device, clip.segment, clip.name]);
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [clip]);
		else group.push(clip);
	}
	return [...groups.values()];
}

export function clipKey({ session, segment, name }: Pick<ClipSummary, 'session' | 'segment' | 'name'>): string {
	return JSON.stringify([session, segment, name]);
}

async function decode(folder: RunFolder, audio: HeardAudio, problems: string[]): Promise<DecodedRun | null> {
	if (!existsSync(folder.capture)) {
		problems.push('capture.ndjson is missing: there are no raw bytes to draw figures from.');
		return null;
	}
	const decoder = new RunDecoder();
	try {
		const reader = readCapture(folder.capture);
		for (;;) {
			const { value, done } = await reader.next();
			if (done) {
				const run = decoder.finish(value.damage, value.torn);
				if (run.damage !== null)
					problems.push(`The capture is damaged (${run.damage}): what is drawn here comes from what stands before it.`);
				else if (run.end === null)
					problems.push('The capture has no end: what is drawn here comes from what there is.');
				return run;
			}
			decoder.push(value);
			audio.push(value);
		}
	} catch (cause) {
		problems.push(`The capture cannot be read (${messageOf(cause)}): no figures can be drawn.`);
		return null;
	}
}

function devicesOf(
	record: RunRecord,
	run: DecodedRun | null,
	inputs: ReadInputs | null,
	problems: string[],
): DeviceData[] {
	const ids = new Set(record.cells.flatMap((cell) => (cell.device === null ? [] : [cell.device])));
	for (const session of record.sessions) ids.add(session.device);
	return [...ids].map((id) => ({
		id,
		facts: inputs?.devices.get(id) ?? null,
		calibration: inputs?.calibrations.get(id) ?? null,
		sessions: (run?.sessions ?? [])
			.filter((session) => session.event.device === id)
			.map((session) => sessionData(session, id, record, inputs, problems)),
	}));
}

function sessionData(
	session: DecodedSession,
	id: string,
	record: RunRecord,
	inputs: ReadInputs | null,
	problems: string[],
): SessionData {
	const facts = inputs?.devices.get(id);
	const name = `session ${session.event.session} of ${id}`;
	const draw = <T>(what: string, work: (facts: DeviceFacts, inputs: ReadInputs) => T): T | null =>
		facts === undefined || inputs === null
			? null
			: quietly(`${what} of ${name} cannot be shown`, problems, () =>
					work(facts, { ...inputs, list: planFor(inputs.list, facts).list }),
				);
	return {
		session: session.event.session,
		ended: session.ended,
		labels: session.hello?.labels ?? [],
		scoreScale: session.hello?.scoreScale ?? 1,
		latency: draw('The latency', (known, { list }) => latencyData(session, known, list)),
		power: draw('The power', (known, { list, calibrations }) =>
			powerData(session, known, list, {
				calibration: calibrations.get(id) ?? null,
				startedAt: record.manifest.startedAt,
			}),
		),
		console: { lines: session.console.slice(-MOST_CONSOLE_LINES), total: session.console.length },
	};
}

/** A page that lacks a figure is better than none: a failure becomes a sentence on it. */
function quietly<T>(what: string, problems: string[], work: () => T): T | null {
	try {
		return work();
	} catch (cause) {
		problems.push(`${what}: ${messageOf(cause)}`);
		return null;
	}
}

function messageOf(cause: unknown): string {
	return isOssicleError(cause) || cause instanceof Error ? cause.message : String(cause);
}
