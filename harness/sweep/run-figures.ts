/** What one run of a sweep found, from its capture alone: everything a row of the table is made of. Pure. */
import { analogueTrace, encodeCounts } from '../../devices/emulated/analogue.ts';
import { costedClip } from '../capture/costed-clip.ts';
import type { DecodedClip, DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { SpecCell } from '../generated/spec.ts';
import type { SweepAccuracy, SweepReading, SweepStage } from '../generated/sweep.ts';
import type { HelloMessage } from '../generated/wire.ts';
import { absentAmong } from '../judge/absent-sessions.ts';
import { accuracy } from '../judge/metric/accuracy.ts';
import { runFault, sessionFault } from '../judge/session-fault.ts';
import { sessionsApart } from '../judge/sessions-apart.ts';
import { type Absent, isAbsent, notMeasured } from '../measure/absent.ts';
import { type AccuracyMeasurement, measureAccuracy } from '../measure/accuracy.ts';
import { clipsFor } from '../measure/counted-clips.ts';
import { costingOf, countingOf, type Timing, timingOf } from '../measure/counting.ts';
import { cycleFault } from '../measure/cycle-model.ts';
import { measureLatency } from '../measure/latency.ts';
import { measureMemory } from '../measure/memory.ts';
import { samplePercentile } from '../measure/order.ts';
import { measurePower } from '../measure/power.ts';
import { planFor } from '../scenario/clip-plan.ts';
import { clockPoints } from './clock-points.ts';
import { noReading, reading, worstReading } from './reading.ts';

export interface RunEvidence {
	run: DecodedRun;
	list: ClipList;
	facts: DeviceFacts;
	calibration: Calibration | null;
	/** When the run began, ISO 8601. */
	startedAt: string | null;
}

/** A run's figures at one clock. */
export interface PointFigures {
	clockHz: number | null;
	latencyP50: SweepReading;
	latencyP99: SweepReading;
	load: SweepReading;
	power: SweepReading;
	ram: SweepReading;
	flash: SweepReading;
	stages: SweepStage[];
}

/** What a device decided about a clip, for a comparison bit by bit. */
export interface ClipDecision {
	label: string;
	scores: readonly number[];
}

export interface RunFigures {
	/** Why nothing of the run counts; then there are no points. */
	fault: Absent | null;
	/** What the firmware says of itself. */
	modelId: string | null;
	buildId: string | null;
	points: PointFigures[];
	accuracy: Omit<SweepAccuracy, 'run' | 'agreement'>;
	/** By clip; the same in every session, or `fault` says so. */
	decisions: ReadonlyMap<string, ClipDecision>;
}

export function runFigures(asked: RunEvidence): RunFigures {
	// Segments that decide nothing are reported beside a run's verdicts, and are no part of its figures.
	const evidence = { ...asked, list: planFor(asked.list, asked.facts).list };
	const { run, list, facts } = evidence;
	const sessions = run.sessions.filter(({ event }) => event.device === facts.id);
	const fault = faultOf(evidence, sessions);
	const [hello] = sessions.map((session) => session.hello);
	const about = { modelId: hello?.model ?? null, buildId: hello?.build ?? null };
	if (fault !== null) return { fault, ...about, points: [], accuracy: noAccuracy(fault.reason), decisions: new Map() };
	return {
		fault,
		...about,
		points: clockPoints(facts).map((point) =>
			pointFigures(point.clockHz, sessions, { ...evidence, facts: point.facts }, facts.clock.hz),
		),
		accuracy: accuracyOf(sessions, facts, list),
		decisions: decisionsOf(sessions, list),
	};
}

/** As in a run that is judged: what failed on the bench gives no figure. */
function faultOf({ run, list, facts }: RunEvidence, sessions: readonly DecodedSession[]): Absent | null {
	const whole = runFault(run);
	if (whole !== null) return whole;
	if (sessions.length === 0) return notMeasured(facts.unsupported ?? 'the device had no session in this run');
	return (
		absentAmong(
			sessions.map((session) => sessionFault(session, facts, list)),
			list.sessions ?? 1,
		) ?? sessionsApart(sessions, facts)
	);
}

function pointFigures(
	clockHz: number | null,
	sessions: readonly DecodedSession[],
	{ list, facts, calibration, startedAt }: RunEvidence,
	ownHz: number,
): PointFigures {
	const latencies = sessions.map((session) => measureLatency(session, facts, list));
	const percentile = (p: number) =>
		worstReading(
			latencies.map((latency) => {
				if (isAbsent(latency)) return reading(latency);
				const { lowMs, highMs, evidence, rule } = latency;
				return reading({
					low: samplePercentile(lowMs, p),
					high: samplePercentile(highMs, p),
					n: highMs.length,
					evidence,
					rule,
				});
			}),
		);
	const worked = sessions.map((session) => stageFigures(session, facts, list));
	const load = worstReading(worked.map((each) => (isAbsent(each) ? reading(each) : each.load)));
	const [first] = worked;
	return {
		clockHz,
		latencyP50: percentile(0.5),
		latencyP99: percentile(0.99),
		load,
		power:
			(load.high ?? 0) > 1
				? noReading(overload(load))
				: powerOf(sessions, facts, list, { calibration, startedAt }, ownHz),
		ram: worstReading(sessions.map((session) => ramOf(session, facts, list))),
		flash: flashOf(sessions, facts),
		stages: first === undefined || isAbsent(first) ? [] : first.stages,
	};
}

/** Work that piles up delays what follows for ever: its power is not that of a device in use. */
function overload({ low, high }: SweepReading): string {
	const times = (value: number | null) => Number((value ?? 0).toPrecision(3));
	return `it cannot keep up: a hop takes ${times(low)} to ${times(high)} times the time to the next one on average`;
}

interface Worked {
	stages: SweepStage[];
	load: SweepReading;
}

/** Work of each stage over all hops, those which were skipped included: that is what a hop costs in the long run. */
function stageFigures(session: DecodedSession, facts: DeviceFacts, list: ClipList): Worked | Absent {
	const { hello } = session;
	if (hello === null) return notMeasured('the device never said hello');
	const clips = clipsFor('latency', session, list);
	if (isAbsent(clips)) return clips;
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	const decoded = clips.map((clip) => clip.decoded);
	const counted = hopStages(decoded, counting.ticksPerUnit);
	if (counted.length === 0) return notMeasured('no clip is as long as one hop');
	const costed = costedStages(decoded, hello, facts);
	const names = [...hello.stages, TOTAL];
	const stages = names.map((name, index): SweepStage => {
		const sorted = Float64Array.from(counted, (hop) => hop[index] ?? 0).sort();
		return {
			name,
			unit: counting.unit,
			mean: meanOf(counted, index),
			p50: samplePercentile(sorted, 0.5),
			p99: samplePercentile(sorted, 0.99),
			meanCyclesLow: isAbsent(costed) ? null : costed.cycles(index, 'low'),
			meanCyclesHigh: isAbsent(costed) ? null : costed.cycles(index, 'high'),
		};
	});
	return { stages, load: isAbsent(costed) ? reading(costed) : loadOf(costed, hello, counted.length) };
}

const TOTAL = 'total';

/** Of each hop the counts of its stages, and their sum. */
function hopStages(clips: readonly DecodedClip[], ticksPerUnit: number): number[][] {
	return clips.flatMap(({ inferences }) =>
		inferences.map(({ stageCycles }) => {
			const units = stageCycles.map((ticks) => ticks / ticksPerUnit);
			return [...units, units.reduce((sum, each) => sum + each, 0)];
		}),
	);
}

function meanOf(hops: readonly (readonly number[])[], index: number): number {
	return hops.reduce((sum, hop) => sum + (hop[index] ?? 0), 0) / hops.length;
}

interface CostedStages {
	timing: Timing;
	/** Mean over all hops of the sum of the stages, in the units of the timing. */
	meanTotal: number;
	/** Mean of a stage as core cycles; null on a PC, whose cycles nobody counts. */
	cycles: (stage: number, end: 'low' | 'high') => number | null;
}

/** The same hops in what time is computed from. */
function costedStages(clips: readonly DecodedClip[], hello: HelloMessage, facts: DeviceFacts): CostedStages | Absent {
	const costing = costingOf(hello, facts);
	if (isAbsent(costing)) return costing;
	const timing = timingOf(hello, facts);
	if (isAbsent(timing)) return timing;
	const fault = cycleFault(clips, hello, facts);
	if (fault !== null) return fault;
	const hops = hopStages(
		clips.map((clip) => costedClip(clip, facts)),
		costing.ticksPerUnit,
	);
	const cyclesPerMs = facts.clock.hz / 1000;
	return {
		timing,
		meanTotal: meanOf(hops, hello.stages.length),
		cycles: (stage, end) =>
			facts.evidence === 'host' ? null : meanOf(hops, stage) * timing[end].msPerCost * cyclesPerMs,
	};
}

function loadOf({ timing, meanTotal }: CostedStages, hello: HelloMessage, n: number): SweepReading {
	const hopMs = (1000 * hello.hop) / hello.sampleRate;
	return reading({
		low: (meanTotal * timing.low.msPerCost) / hopMs,
		high: (meanTotal * timing.high.msPerCost) / hopMs,
		n,
		evidence: timing.evidence,
		rule: `mean time of all hops, skipped ones included, over the ${hopMs} ms to the next; ${timing.rule}`,
	});
}

function powerOf(
	sessions: readonly DecodedSession[],
	facts: DeviceFacts,
	list: ClipList,
	context: { calibration: Calibration | null; startedAt: string | null },
	ownHz: number,
): SweepReading {
	return worstReading(
		sessions.map((session) => {
			const power = measurePower(atClock(session, facts, ownHz), facts, list, context);
			if (isAbsent(power)) return reading(power);
			const { lowMw: low, highMw: high, n, evidence, rule } = power;
			return reading({ low, high, n, evidence, rule });
		}),
	);
}

/** ADC counts that were substituted while the run went on, as they would have been at the clock of these facts. */
function atClock(session: DecodedSession, facts: DeviceFacts, ownHz: number): DecodedSession {
	if (facts.evidence !== 'emulated' || facts.clock.hz === ownHz) return session;
	return { ...session, clips: session.clips.map((clip) => substitutedAgain(clip, facts)) };
}

function substitutedAgain(clip: DecodedClip, facts: DeviceFacts): DecodedClip {
	if (clip.analogue.length === 0) return clip;
	const { event } = clip;
	const { inferences } = costedClip(clip, facts);
	const analogue = clip.analogue.map((counts) => {
		const { end, seed } = counts;
		const { samples, sampleRate: sampleRateHz } = event;
		const trace = analogueTrace({ inferences, samples, sampleRateHz, facts, end, seed });
		return { ...counts, periodSeconds: trace.periodSeconds, b: encodeCounts(trace.counts) };
	});
	return { ...clip, analogue };
}

function ramOf(session: DecodedSession, facts: DeviceFacts, list: ClipList): SweepReading {
	const memory = measureMemory(session, facts, list);
	if (isAbsent(memory)) return reading(memory);
	const bytes = memory.staticBytes + memory.stackHighBytes + memory.heapBytes;
	const rule = 'static RAM + deepest use of the stack + heap, as the device reports after the last clip';
	return reading({ low: bytes, high: bytes, n: 1, evidence: memory.evidence, rule });
}

/** A property of the image: the same in every session. */
function flashOf(sessions: readonly DecodedSession[], { evidence }: DeviceFacts): SweepReading {
	const bytes = sessions[0]?.flash?.flashBytes ?? null;
	if (evidence === 'host') return noReading('a PC program is not stored in flash');
	if (bytes === null) return noReading('the size of the flashed image is unknown');
	return reading({ low: bytes, high: bytes, n: 1, evidence, rule: 'bytes of the image that are stored' });
}

/** A limit that no device is held to: a sweep compares, and judges nothing. */
const OF_THE_POPULATION: SpecCell = {
	metric: 'accuracy',
	statistic: 'population',
	scope: 'session',
	limit: { op: '>=', value: 50, unit: '%', text: '' },
	stretch: null,
	baseline: null,
	line: 0,
};

function accuracyOf(
	sessions: readonly DecodedSession[],
	facts: DeviceFacts,
	list: ClipList,
): Omit<SweepAccuracy, 'run' | 'agreement'> {
	const measured = sessions.map((session) => measureAccuracy(session, facts, list));
	const absent = absentAmong(measured);
	if (absent !== null) return noAccuracy(absent.reason);
	const all = measured.filter((each): each is AccuracyMeasurement => !isAbsent(each));
	const worst = all.reduce((a, b) => (b.correct < a.correct ? b : a));
	const { bounds, shown, rule } = accuracy(OF_THE_POPULATION, all, list);
	const isBounded = bounds.lower !== null && bounds.upper !== null;
	return {
		correct: worst.correct,
		total: worst.total,
		percent: (100 * worst.correct) / worst.total,
		low: isBounded ? bounds.lower : (shown?.low ?? null),
		high: isBounded ? bounds.upper : (shown?.high ?? null),
		method: isBounded ? rule : `${rule}; shown instead: ${shown?.method ?? 'nothing'}, clips taken as independent`,
		evidence: worst.evidence === 'silicon' || worst.evidence === 'host' ? worst.evidence : 'emulated',
		reason: null,
	};
}

function noAccuracy(reason: string): Omit<SweepAccuracy, 'run' | 'agreement'> {
	return { correct: null, total: null, percent: null, low: null, high: null, method: '', evidence: null, reason };
}

/** Clips which all sessions decided alike; one that they did not is no evidence of what the code decides. */
function decisionsOf(sessions: readonly DecodedSession[], list: ClipList): Map<string, ClipDecision> {
	const decisions = new Map<string, ClipDecision>();
	const unlike = new Set<string>();
	for (const session of sessions) {
		const clips = clipsFor('accuracy', session, list);
		if (isAbsent(clips)) return new Map();
		for (const { listed, decision } of clips) {
			const label = session.hello?.labels[decision.label] ?? '';
			const before = decisions.get(listed.name);
			const now = { label, scores: decision.scores };
			if (before !== undefined && !isSameDecision(before, now)) unlike.add(listed.name);
			decisions.set(listed.name, now);
		}
	}
	for (const name of unlike) decisions.delete(name);
	return decisions;
}

export function isSameDecision(a: ClipDecision, b: ClipDecision): boolean {
	return (
		a.label === b.label && a.scores.length === b.scores.length && a.scores.every((score, at) => score === b.scores[at])
	);
}
