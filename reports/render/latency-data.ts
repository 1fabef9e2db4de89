import type { DecodedSession } from '../../harness/capture/session-data.ts';
import type { ClipList } from '../../harness/generated/clips.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { isAbsent } from '../../harness/measure/absent.ts';
import { clipOutcomes } from '../../harness/measure/counted-clips.ts';
import { measureLatency } from '../../harness/measure/latency.ts';

/** The hops of one session, for drawing. Milliseconds at both ends of what is known about them. */
export type LatencyData =
	| { absent: string }
	| {
			absent: null;
			/** Not all clips of the list are in it: these figures are no ground for a verdict. */
			partial: string | null;
			/** Ascending. */
			lowMs: Float64Array;
			highMs: Float64Array;
			/** At the bad end, in the order of the run. */
			inOrderMs: Float64Array;
			/** Mean of each stage at the bad end. */
			stages: { name: string; meanMs: number }[];
	  };

export function latencyData(session: DecodedSession, facts: DeviceFacts, list: ClipList): LatencyData {
	const whole = measureLatency(session, facts, list);
	const counted = isAbsent(whole) ? countedOnly(session, list) : null;
	const measured = isAbsent(whole) && counted !== null ? measureLatency(session, facts, counted.list) : whole;
	if (isAbsent(measured)) return { absent: measured.reason };
	return {
		absent: null,
		partial: counted?.told ?? null,
		lowMs: measured.lowMs,
		highMs: measured.highMs,
		inOrderMs: measured.highInOrderMs,
		stages: measured.stages,
	};
}

/** The list without the clips that did not make it, and how many those are; null when none is left. */
function countedOnly(session: DecodedSession, list: ClipList): { list: ClipList; told: string } | null {
	const timed = list.segments.filter((segment) => segment.measures.includes('latency'));
	const outcomes = clipOutcomes(session, { ...list, segments: timed });
	const kept = new Set(outcomes.flatMap(({ counted }) => (counted === null ? [] : [counted.listed])));
	if (kept.size === 0 || kept.size === outcomes.length) return null;
	const segments = timed.map((segment) => ({ ...segment, clips: segment.clips.filter((clip) => kept.has(clip)) }));
	return { list: { ...list, segments }, told: `${kept.size} of ${outcomes.length} clips` };
}
