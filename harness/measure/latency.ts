import { costedClip } from '../capture/costed-clip.ts';
import type { DecodedClip, DecodedSession, InferenceRecord } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { EstimatedCycles, StageSummary } from '../generated/record.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { clockFault, clockNote } from './clock-check.ts';
import { clipsFor } from './counted-clips.ts';
import { type Costing, type Counting, costingOf, countingOf, type Timing, timingOf } from './counting.ts';
import { cycleFault, FLOATS_MARK, mostFloats, slowHops } from './cycle-model.ts';
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
	/** Mean of each stage over these hops, at the bad end. */
	stages: { name: string; meanMs: number }[];
	rule: string;
	diagnosis: string;
	/** What must be known before it is quoted. */
	marks: string[];
}

/**
 * Latency of one session: for each hop of each counted clip the sum of its stages, interrupts taken out.
 *
 * Hops in which the cell was skipped do not tell how long an inference takes, and would push the others out of the
 * percentile: they are left out. One that took longer than the median of the others counts all the same, so that nothing slow
 * hides behind the flag.
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
	const costing = costingOf(hello, facts);
	if (isAbsent(costing)) return costing;
	const clock = clockFault(session, facts);
	if (clock !== null) return clock;
	const decoded = clips.map((clip) => clip.decoded);
	const fault = hopFault(decoded, hello.stages.length) ?? cycleFault(decoded, hello, facts);
	if (fault !== null) return fault;
	const costed = decoded.map((clip) => costedClip(clip, facts));
	const all = costed.reduce((sum, { inferences }) => sum + inferences.length, 0);
	if (all === 0) return notMeasured('no clip is as long as one hop');
	const records = judgedRecords(costed);
	if (records.length === 0)
		return notMeasured(`in all ${all} hops the cell was skipped: none tells how long one takes`);
	const inOrder = inUnits(records.map(total), costing);
	const units = inOrder.slice().sort();
	if (isAbsent(timing)) {
		const p99 = Math.round(samplePercentile(units, 0.99));
		return { ...timing, reason: `${timing.reason} (p99 ${p99} ${costing.unit}, n ${units.length})` };
	}
	const floats = mostFloats(decoded);
	return {
		evidence: timing.evidence,
		lowMs: units.map((value) => value * timing.low.msPerCost),
		highMs: units.map((value) => value * timing.high.msPerCost),
		lowInOrderMs: inOrder.map((value) => value * timing.low.msPerCost),
		highInOrderMs: inOrder.map((value) => value * timing.high.msPerCost),
		stages: stageMeans(records, hello.stages, costing).map(({ name, mean }) => {
			return { name, meanMs: mean * timing.high.msPerCost };
		}),
		rule: [
			timing.rule,
			leftOut(all - records.length, all),
			slowNote(records, facts),
			floatNote(floats),
			clockNote(session, facts) ?? [],
		]
			.flat()
			.join('; '),
		diagnosis: stageShares(records, hello.stages, costing),
		marks: floats > 0 ? [FLOATS_MARK] : [],
	};
}

/**
 * The records that a percentile is taken over, in the order of time: those of hops in which the cell ran, and of skipped ones
 * that took longer than half of these.
 */
export function judgedRecords(clips: readonly Pick<DecodedClip, 'inferences'>[]): InferenceRecord[] {
	const records = clips.flatMap(({ inferences }) => inferences);
	const computed = Float64Array.from(
		records.filter(({ gated }) => !gated),
		total,
	).sort();
	if (computed.length === 0) return [];
	const median = samplePercentile(computed, 0.5);
	return records.filter((record) => !record.gated || total(record) > median);
}

function leftOut(left: number, all: number): string[] {
	return left === 0
		? []
		: [
				`${left} of ${all} hops left out, as the cell was skipped in them (one slower than the median of the others counts)`,
			];
}

function slowNote(records: InferenceRecord[], { evidence, model, clock }: DeviceFacts): string[] {
	const slow = slowHops([{ inferences: records }]);
	if (slow === 0) return [];
	const low = evidence === 'emulated' ? `${(model?.speeds?.low ?? clock.hz) / 1e6} MHz (model)` : 'the low clock';
	return [`${slow} of ${records.length} hops computed at ${low}`];
}

function floatNote(floats: number): string[] {
	return floats === 0
		? []
		: [`up to ${floats} floating-point instructions a hop, whose costs in the model are not validated`];
}

/**
 * Percentiles of each stage and of their sum over the judged hops (all of them where the cell never ran), in what the
 * device counted and in the cycles of its model. Empty when the counts mean nothing.
 */
export function stageSummaries(
	session: DecodedSession,
	facts: DeviceFacts,
	clips: readonly DecodedClip[],
): StageSummary[] {
	const { hello } = session;
	if (hello === null) return [];
	const counting = countingOf(hello, facts);
	if (isAbsent(counting) || hopFault(clips, hello.stages.length) !== null) return [];
	const judged = judgedRecords(clips);
	const records = judged.length > 0 ? judged : clips.flatMap(({ inferences }) => inferences);
	if (records.length === 0) return [];
	const estimates = hasEstimates(clips, session, facts) ? hopEstimates(clips, new Set(records)) : null;
	const summary = (name: string, of: (record: InferenceRecord) => number, stage: number | null): StageSummary => {
		const summed = percentiles(inUnits(records.map(of), counting));
		const estCycles = estimates === null ? {} : { estCycles: estimated(estimates, stage) };
		return { name, unit: counting.unit, n: records.length, ...summed, ...estCycles };
	};
	const stages = hello.stages.map((name, stage) => summary(name, (record) => record.stageCycles[stage] ?? 0, stage));
	return [...stages, summary('total', total, null)];
}

function hasEstimates(clips: readonly DecodedClip[], { hello }: DecodedSession, facts: DeviceFacts): boolean {
	return hello !== null && facts.model?.cycles !== undefined && cycleFault(clips, hello, facts) === null;
}

/** Cycles and floating-point instructions of each stage of those hops. */
function hopEstimates(clips: readonly DecodedClip[], of: ReadonlySet<InferenceRecord>) {
	return clips.flatMap(({ inferences, cycles }) =>
		inferences.flatMap((record, index) => {
			const stages = cycles?.hops[index]?.stages ?? [];
			return of.has(record) ? [stages.map((stage) => stage ?? { cycles: 0, floats: 0 })] : [];
		}),
	);
}

/** @param stage null: the sum of all */
function estimated(hops: ReturnType<typeof hopEstimates>, stage: number | null): EstimatedCycles {
	const sum = (what: 'cycles' | 'floats') =>
		hops.map((stages) =>
			stages.reduce((all, each, index) => all + (stage === null || index === stage ? each[what] : 0), 0),
		);
	return {
		...percentiles(Float64Array.from(sum('cycles'))),
		floats: sum('floats').reduce((most, each) => Math.max(most, each), 0),
	};
}

function percentiles(units: Float64Array): Pick<StageSummary, 'p50' | 'p95' | 'p99' | 'max'> {
	const sorted = units.slice().sort();
	const at = (p: number) => Math.round(samplePercentile(sorted, p));
	return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function inUnits(ticks: readonly number[], { ticksPerUnit }: Counting | Costing): Float64Array {
	return Float64Array.from(ticks, (value) => value / ticksPerUnit);
}

function total({ stageCycles }: InferenceRecord): number {
	return stageCycles.reduce((sum, cycles) => sum + cycles, 0);
}

/**
 * A saturated count is a lower bound, a hop without all its stages is not a hop, and one that took nothing was not counted:
 * none of them is a time.
 */
function hopFault(clips: readonly DecodedClip[], stages: number): Absent | null {
	for (const { event, inferences } of clips) {
		for (const record of inferences) {
			const hop = `hop ${record.hop} of ${event.name}`;
			if (record.saturated) return rigError(`${hop}: a count saturated at 32 bits, so its time is unknown`);
			if (record.stageCycles.length !== stages)
				return rigError(`${hop} has ${record.stageCycles.length} stages, not ${stages}`);
			if (!record.gated && total(record) === 0)
				return rigError(`${hop} took 0 cycles in all its stages: they were never counted`);
		}
	}
	return null;
}

function stageMeans(records: readonly InferenceRecord[], names: readonly string[], { ticksPerUnit }: Costing) {
	return names.map((name, index) => {
		const ticks = records.reduce((sum, record) => sum + (record.stageCycles[index] ?? 0), 0);
		return { name, mean: ticks / ticksPerUnit / records.length };
	});
}

function stageShares(records: readonly InferenceRecord[], names: readonly string[], costing: Costing): string {
	const means = stageMeans(records, names, costing);
	const all = means.reduce((sum, { mean }) => sum + mean, 0);
	const shares = means
		.sort((a, b) => b.mean - a.mean)
		.map(({ name, mean }) => `${name} ${all === 0 ? 0 : Math.round((100 * mean) / all)} %`);
	return `${Math.round(all)} ${costing.unit} a hop on average: ${shares.join(', ')}`;
}
