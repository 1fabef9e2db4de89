import type { DecodedClip, DecodedSession } from '../capture/session-data.ts';
import type { ClipList, ListedClip, ListedSegment } from '../generated/clips.ts';
import type { DecisionMessage } from '../generated/wire.ts';
import { type Absent, notMeasured, rigError } from './absent.ts';

/** Segment name under which warm-up clips are sent; they are captured and never counted. */
export const WARM_UP_SEGMENT = 'warm-up';

/** Segment name of the reference clips, sent after all that is judged to compare features by; never counted either. */
export const PROBE_SEGMENT = 'probe';

/** A clip that counts: listed, sent, answered in full, and nothing wrong with the attempt. */
export interface CountedClip {
	listed: ListedClip;
	segment: ListedSegment;
	decoded: DecodedClip;
	decision: DecisionMessage;
}

/** What became of one clip of the frozen list in one session. */
export interface ClipOutcome {
	listed: ListedClip;
	segment: ListedSegment;
	attempts: DecodedClip[];
	counted: CountedClip | null;
	/** Why not, when it does not count. */
	problems: string[];
}

/** Every selected clip of the frozen list, in its order, with what became of it. */
export function clipOutcomes(session: DecodedSession, list: ClipList): ClipOutcome[] {
	const attempts = new Map<string, DecodedClip[]>();
	for (const clip of session.clips) {
		const key = `${clip.event.segment}\n${clip.event.name}`;
		attempts.set(key, [...(attempts.get(key) ?? []), clip]);
	}
	return list.segments.flatMap((segment) =>
		segment.clips
			.filter((listed) => listed.selected)
			.map((listed) => outcomeOf(listed, segment, session, attempts.get(`${segment.name}\n${listed.name}`) ?? [])),
	);
}

/**
 * The clips behind one metric: all of the frozen list's, or the reason why there is no number. A set that lost a clip is
 * another set, so a single missing one is enough.
 *
 * @param measure null: every clip of the list
 */
export function clipsFor(
	measure: ListedSegment['measures'][number] | null,
	session: DecodedSession,
	list: ClipList,
): CountedClip[] | Absent {
	const segments = list.segments.filter((segment) => measure === null || segment.measures.includes(measure));
	if (segments.length === 0) return notMeasured(`no segment of the scenario measures ${measure ?? 'anything'}`);
	const outcomes = clipOutcomes(session, { ...list, segments });
	if (outcomes.length === 0) return notMeasured(`no clip that measures ${measure ?? 'anything'} was to be sent`);
	const lost = outcomes.filter((outcome) => outcome.counted === null);
	const [first] = lost;
	if (first !== undefined) {
		const why = first.problems[0] ?? 'it was never sent';
		return rigError(`${lost.length} of ${outcomes.length} clips do not count, first ${first.listed.name}: ${why}`);
	}
	return outcomes.flatMap((outcome) => outcome.counted ?? []);
}

function outcomeOf(
	listed: ListedClip,
	segment: ListedSegment,
	session: DecodedSession,
	attempts: DecodedClip[],
): ClipOutcome {
	const last = attempts.at(-1);
	const problems = last === undefined ? ['it was never sent'] : attemptProblems(last, listed, segment, session);
	const repeated = repetitionProblem(attempts);
	if (repeated !== null) problems.unshift(repeated);
	const usable = last !== undefined && problems.length === 0 && last.decision !== null;
	const counted = usable ? { listed, segment, decoded: last, decision: last.decision as DecisionMessage } : null;
	return { listed, segment, attempts, counted, problems };
}

/** A clip is sent once, and once more only if that failed. Anything else would let a rig choose among answers. */
function repetitionProblem(attempts: readonly DecodedClip[]): string | null {
	if (new Set(attempts.map((clip) => clip.event.clip)).size > 1) return 'it was sent under two numbers';
	if (attempts.length > 2) return `it was sent ${attempts.length} times; two is the most`;
	if (attempts.some((clip, index) => clip.event.attempt !== index + 1))
		return `its attempts are numbered ${attempts.map((clip) => clip.event.attempt).join(', ')}: one is missing`;
	const [first] = attempts;
	if (attempts.length === 2 && first?.problems.length === 0)
		return 'it was sent again although its first attempt counts';
	return null;
}

/** What the decoder found, and what only the frozen list can tell. */
function attemptProblems(
	clip: DecodedClip,
	listed: ListedClip,
	segment: ListedSegment,
	session: DecodedSession,
): string[] {
	const problems = [...clip.problems];
	const { event } = clip;
	if (event.samples !== listed.samples)
		problems.push(`${event.samples} samples were sent, but the clip has ${listed.samples}`);
	if (listed.crc !== undefined && event.crc !== listed.crc)
		problems.push(`other audio was sent: CRC ${event.crc}, but the clip has ${listed.crc}`);
	if (event.pacing !== segment.pacing) problems.push(`it was sent as ${event.pacing}, not as ${segment.pacing}`);
	if (event.codec !== segment.codec) problems.push(`it was sent as ${event.codec}, not as ${segment.codec}`);
	if (clip.decision === null) problems.push('the device made no decision');
	if (clip.end === null) problems.push('the device never ended it');
	else {
		if (clip.end.samples !== event.samples)
			problems.push(`the device heard ${clip.end.samples} of ${event.samples} samples`);
		if (clip.end.crc !== event.crc)
			problems.push(`the device heard other samples: hash ${clip.end.crc}, not ${event.crc}`);
	}
	const hop = session.hello?.hop ?? 0;
	const hops = hop > 0 ? Math.floor(event.samples / hop) : 0;
	if (hops === 0) problems.push(`its ${event.samples} samples are no whole hop of ${hop}: nothing was inferred`);
	if (clip.inferences.length !== hops)
		problems.push(`${clip.inferences.length} hops were reported, but the clip has ${hops}`);
	return problems;
}
