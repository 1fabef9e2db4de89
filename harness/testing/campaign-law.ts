/**
 * The one law of the campaign: never a false pass, never a lost record. What is broken on the wire may be repaired, sent
 * again, or end the session; it must not end as a result that differs from an undisturbed run, nor vanish.
 */
import type { DecodedClip } from '../capture/session-data.ts';
import { LineSplitter } from '../link/line-splitter.ts';
import { readTelemetryLine } from '../link/telemetry-line.ts';
import type { CampaignRun } from './campaign-run.ts';

/** What broke the law in a run; both empty for a good one. */
export interface Breaches {
	falsePasses: string[];
	lostRecords: string[];
}

/** Judges a run. `reference`: the same session without faults. */
export type RunCheck = (run: CampaignRun, reference: CampaignRun) => Breaches | Promise<Breaches>;

export const clipLaw: RunCheck = (run, reference) => ({
	falsePasses: [...differingClips(run, reference), ...lostLines(run), ...disagreements(run)],
	lostRecords: lostRecords(run),
});

/** Each attempt that counts must say what the undisturbed run said. */
function differingClips(run: CampaignRun, reference: CampaignRun): string[] {
	const wanted = new Map(clipsOf(reference).map((clip) => [clip.event.name, contentOf(clip)]));
	return clipsOf(run)
		.filter((clip) => clip.problems.length === 0 && contentOf(clip) !== wanted.get(clip.event.name))
		.map(
			(clip) =>
				`clip ${clip.event.name} attempt ${clip.event.attempt} counts, but its results differ from the undisturbed run`,
		);
}

/** A telemetry line the device sent and we did not get must have left a trace, whatever was in it. */
function lostLines(run: CampaignRun): string[] {
	const [session] = run.decoded.sessions;
	if (session === undefined || session.hello === null) return [];
	const flagged = session.faults.length > 0 || session.clips.some((clip) => clip.problems.length > 0);
	if (flagged) return [];
	const heard = session.messages.map((message) => JSON.stringify(message));
	const sent = telemetryOf(run.sentByDevice);
	const from = sent.indexOf(heard[0] as string);
	const to = sent.lastIndexOf(heard.at(-1) as string);
	const due = sent.slice(from, to + 1);
	return JSON.stringify(due) === JSON.stringify(heard)
		? []
		: [`${due.length} telemetry lines were sent, ${heard.length} heard, and nothing was flagged`];
}

/** Replay and live session must agree on what counts. */
function disagreements(run: CampaignRun): string[] {
	const live = run.outcomes.flatMap((outcome) => outcome.attempts.map((attempt) => attempt.problems.length === 0));
	const replayed = clipsOf(run).map((clip) => clip.problems.length === 0);
	const same = live.every((counts, i) => counts === replayed[i]);
	return same ? [] : [`live, the attempts count as ${live.join()}; replayed, as ${replayed.join()}`];
}

/** The capture must be sound, and must hold each attempt and the end. */
function lostRecords(run: CampaignRun): string[] {
	const { decoded } = run;
	if (decoded.damage !== null) return [`the capture cannot be read: ${decoded.damage}`];
	const lost: string[] = [];
	const [session] = decoded.sessions;
	if (session === undefined || decoded.sessions.length !== 1)
		return [`${decoded.sessions.length} sessions are on record instead of 1`];
	const attempts = run.outcomes.reduce((sum, outcome) => sum + outcome.attempts.length, 0);
	// The attempt during which the session failed is on record, too, but has no live outcome.
	if (session.clips.length < attempts)
		lost.push(`${session.clips.length} attempts are on record, ${attempts} were made`);
	if (decoded.run === null || decoded.end === null) lost.push('the beginning or the end of the run is not on record');
	const ended = run.error === null ? 'complete' : 'rig-error';
	if (session.ended !== ended) lost.push(`the session is on record as ${session.ended}, it ended as ${ended}`);
	if (run.error !== null && session.faults.length === 0)
		lost.push(`the session failed (${run.error.code}), and no fault is on record`);
	return lost;
}

const clipsOf = (run: CampaignRun) => run.decoded.sessions.flatMap((session) => session.clips);

/** What a clip says about the device: records and decision. Absolute counter values are left out: they depend on how often
 * the main loop ran, not on the clip. */
function contentOf(clip: DecodedClip): string {
	const records = clip.inferences.map(({ hop, timestep, label, gated, stageCycles }) => ({
		hop,
		timestep,
		label,
		gated,
		stageCycles,
	}));
	const { label, scores } = clip.decision ?? {};
	return JSON.stringify({ records, label, scores, samples: clip.end?.samples, crc: clip.end?.crc });
}

function telemetryOf(bytes: Uint8Array): string[] {
	return new LineSplitter()
		.push(bytes)
		.map(({ text, cut }) => readTelemetryLine(text, cut))
		.flatMap((line) => (line.kind === 'message' ? [JSON.stringify(line.message)] : []));
}
