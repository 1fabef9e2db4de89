import type { DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Cell, ClipSummary, ClockSummary, SessionSummary, Summary } from '../generated/record.ts';
import { exitCodeOf } from '../judge/exit-code.ts';
import { clockChecks, clockNote, declaredClockHz } from '../measure/clock-check.ts';
import { type ClipOutcome, clipOutcomes } from '../measure/counted-clips.ts';
import { stageSummaries } from '../measure/latency.ts';
import type { ClipPlan } from '../scenario/clip-plan.ts';

/** Device-made text is data of strangers: at most so many problems and faults a clip or session are kept in the record. */
const MAX_LISTED = 20;

export function sessionSummary(
	session: DecodedSession,
	facts: DeviceFacts,
	{ list, subsets }: Pick<ClipPlan, 'list' | 'subsets'>,
): SessionSummary {
	const outcomes = clipOutcomes(session, list);
	const counted = outcomes.flatMap((outcome) => (outcome.counted === null ? [] : [outcome.counted]));
	const timed = counted.filter((clip) => clip.segment.measures.includes('latency')).map((clip) => clip.decoded);
	const { hello, flash, memory } = session;
	return {
		session: session.event.session,
		device: session.event.device,
		link: session.event.link,
		ended: session.ended,
		hello:
			hello === null
				? null
				: pick(hello, [
						'boot',
						'build',
						'firmware',
						'board',
						'model',
						'clockHz',
						'clockSource',
						'counter',
						'counterHz',
					]),
		flash: flash === null ? null : pick(flash, ['tool', 'buildId', 'imageSha256', 'flashBytes']),
		clipsExpected: outcomes.length,
		clipsCounted: counted.length,
		clipsResent: outcomes.filter((outcome) => outcome.attempts.length > 1).length,
		hops: timed.reduce((sum, clip) => sum + clip.inferences.length, 0),
		stages: stageSummaries(session, facts, timed),
		memory:
			memory === null
				? null
				: {
						staticBytes: memory.static,
						rigBytes: memory.rig,
						stackBytes: memory.stack,
						stackHighBytes: memory.stackHigh,
						heapBytes: memory.heap,
					},
		clocks: clockNote(session, facts) === null ? clockSummaries(session, facts) : [],
		clockNote: clockNote(session, facts),
		faults: session.faults.slice(0, MAX_LISTED).map(({ code, text }) => ({ code, text })),
		notices: (session.notices ?? []).slice(0, MAX_LISTED).map(({ text }) => text),
		bytesReceived: session.bytesReceived,
		bytesSent: session.bytesSent,
		footprint: flash?.footprint ?? null,
		subsets,
	};
}

function clockSummaries(session: DecodedSession, facts: DeviceFacts): ClockSummary[] {
	const declaredHz = declaredClockHz(session, facts);
	return clockChecks(session, facts).map(({ estimateHz, lowHz, highHz, state, seconds, spins, clipsBefore }) => {
		const known = Number.isFinite(highHz) ? highHz : null;
		return { hz: estimateHz, lowHz, highHz: known, declaredHz, state, seconds, spins, clipsBefore };
	});
}

/** Every clip that had to be sent, whether or not it was. */
export function clipSummaries(session: DecodedSession, list: ClipList): ClipSummary[] {
	return clipOutcomes(session, list).map((outcome) => clipSummary(session, outcome));
}

function clipSummary(session: DecodedSession, outcome: ClipOutcome): ClipSummary {
	const { listed, segment, attempts, counted } = outcome;
	const last = attempts.at(-1);
	const decided = last?.decision == null ? null : (session.hello?.labels[last.decision.label] ?? null);
	const problems =
		attempts.length > 1
			? attempts.slice(0, -1).flatMap((clip) => clip.problems.map((text) => `attempt ${clip.event.attempt}: ${text}`))
			: [];
	return {
		device: session.event.device,
		session: session.event.session,
		segment: segment.name,
		name: listed.name,
		label: listed.label,
		decided,
		correct: counted === null || listed.label === null || decided === null ? null : decided === listed.label,
		attempts: attempts.length,
		counted: counted !== null,
		problems: [...problems, ...outcome.problems].slice(0, MAX_LISTED),
		hops: last?.inferences.length ?? 0,
		scores: last?.decision?.scores ?? [],
	};
}

export function summaryOf(cells: readonly Cell[]): Summary {
	const count = (verdict: Cell['verdict']) => cells.filter((cell) => cell.verdict === verdict).length;
	return {
		pass: count('pass'),
		marginal: count('marginal'),
		fail: count('fail'),
		inconclusive: count('inconclusive'),
		notMeasured: count('not-measured'),
		rigError: count('rig-error'),
		notRequested: count('not-requested'),
		exitCode: exitCodeOf(cells),
	};
}

function pick<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Pick<T, K> {
	return Object.fromEntries(keys.map((key) => [key, value[key]])) as Pick<T, K>;
}
