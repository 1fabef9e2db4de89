import type { DecodedClip, DecodedSession, InferenceRecord } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { StageSummary } from '../generated/record.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { clockFault, clockNote } from './clock-check.ts';
import { clipsFor } from './counted-clips.ts';
import { type Counting, countingOf, type Timing, timingOf } from './counting.ts';
import { samplePercentile } from './order.ts';

/** Compute time of every hop, at both ends of what is known about it. */
export interface LatencyMeasurement {
	evidence: Timing['evidence'];
	/** Milliseconds, ascending. The same figures in both where nothing is modelled. */
	lowMs: Float64Array;
	highMs: Float64Array;
	/** The same, in the order of time. */
	lowInOrderMs: Float64Array;
	highInOrderMs: Float64Array;
	rule: string;
	diagnosis: string;
}

/**
 * Latency of one session: for each hop of each counted clip the sum of its stages, interrupts already taken out.
 */
export function measureLatency(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
): LatencyMeasurement | Absent {
	const { hello } = session;
	if (hello === null) return rigError('the device never said hello');
	const clips = clipsFor('latency', session, list);
	if (isAbsent(clips)) return clips;
	const timing = timingOf(hello, facts);
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	const clock = clockFault(session, facts);
	if (clock !== null) return clock;
	const decoded = clips.map((clip) => clip.decoded);
	const broken = brokenHop(decoded, hello.stages.length);
	if (broken !== null) return rigError(broken);
	const inOrder = hopTotals(decoded, counting);
	const units = inOrder.slice().sort();
	if (units.length === 0) return notMeasured('no clip is as long as one hop');
	const gated = decoded.reduce((sum, clip) => sum + clip.inferences.filter((record) => record.gated).length, 0);
	// Hops without an inference would push the others out of the percentile.
	if (gated > 0)
		return notMeasured(`in ${gated} of ${units.length} hops the cell was skipped: they do not tell how long one takes`);
	if (isAbsent(timing)) {
		const p99 = Math.round(samplePercentile(units, 0.99));
		return { ...timing, reason: `${timing.reason} (p99 ${p99} ${counting.unit}, n ${units.length})` };
	}
	return {
		evidence: timing.evidence,
		lowMs: units.map((value) => value * timing.low.msPerUnit),
		highMs: units.map((value) => value * timing.high.msPerUnit),
		lowInOrderMs: inOrder.map((value) => value * timing.low.msPerUnit),
		highInOrderMs: inOrder.map((value) => value * timing.high.msPerUnit),
		rule: [timing.rule, clockNote(session, facts) ?? []].flat().join('; '),
		diagnosis: stageShares(decoded, hello.stages, counting),
	};
}

/** Percentiles of each stage and of their sum, in what the device counted. Empty when the counts mean nothing. */
export function stageSummaries(
	session: DecodedSession,
	facts: DeviceFacts,
	clips: readonly DecodedClip[],
): StageSummary[] {
	const { hello } = session;
	if (hello === null) return [];
	const counting = countingOf(hello, facts);
	if (isAbsent(counting) || brokenHop(clips, hello.stages.length) !== null) return [];
	const records = clips.flatMap((clip) => clip.inferences);
	if (records.length === 0) return [];
	const stages = hello.stages.map((name, index) =>
		summary(
			name,
			counting,
			sorted(
				records.map((record) => record.stageCycles[index] ?? 0),
				counting,
			),
		),
	);
	return [...stages, summary('total', counting, hopTotals(clips, counting).sort())];
}

function summary(name: string, counting: Counting, units: Float64Array): StageSummary {
	const at = (p: number) => Math.round(samplePercentile(units, p));
	return { name, unit: counting.unit, n: units.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function sorted(ticks: readonly number[], counting: Counting): Float64Array {
	return Float64Array.from(ticks, (value) => value / counting.ticksPerUnit).sort();
}

function total(record: InferenceRecord): number {
	return record.stageCycles.reduce((sum, cycles) => sum + cycles, 0);
}

/** In the order of time. */
function hopTotals(clips: readonly DecodedClip[], counting: Counting): Float64Array {
	const ticks = clips.flatMap((clip) => clip.inferences.map(total));
	return Float64Array.from(ticks, (value) => value / counting.ticksPerUnit);
}

/**
 * A saturated count is a lower bound, a hop without all its stages is not a hop, and one that took nothing was not counted:
 * none of them is a time.
 */
function brokenHop(clips: readonly DecodedClip[], stages: number): string | null {
	for (const clip of clips) {
		for (const record of clip.inferences) {
			if (record.saturated)
				return `hop ${record.hop} of ${clip.event.name}: a count saturated at 32 bits, so its time is unknown`;
			if (record.stageCycles.length !== stages)
				return `hop ${record.hop} of ${clip.event.name} has ${record.stageCycles.length} stages, not ${stages}`;
			if (!record.gated && total(record) === 0)
				return `hop ${record.hop} of ${clip.event.name} took 0 cycles in all its stages: they were never counted`;
		}
	}
	return null;
}

function stageShares(clips: readonly DecodedClip[], names: readonly string[], counting: Counting): string {
	const records = clips.flatMap((clip) => clip.inferences);
	const sums = names.map((name, index) => ({
		name,
		ticks: records.reduce((sum, record) => sum + (record.stageCycles[index] ?? 0), 0),
	}));
	const all = sums.reduce((sum, stage) => sum + stage.ticks, 0);
	const shares = sums
		.sort((a, b) => b.ticks - a.ticks)
		.map((stage) => `${stage.name} ${all === 0 ? 0 : Math.round((100 * stage.ticks) / all)} %`);
	const mean = Math.round(all / records.length / counting.ticksPerUnit);
	return `${mean} ${counting.unit} a hop on average: ${shares.join(', ')}`;
}
