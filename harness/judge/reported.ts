import type { DecodedSession } from '../capture/session-data.ts';
import type { ClipList, ListedSegment } from '../generated/clips.ts';
import type { Evidence, ReportedFigure } from '../generated/record.ts';
import { type Absent, isAbsent } from '../measure/absent.ts';
import { measureAccuracy } from '../measure/accuracy.ts';
import { measureLatency } from '../measure/latency.ts';
import { samplePercentile } from '../measure/order.ts';
import { measurePower } from '../measure/power.ts';
import { paramText } from '../scenario/params.ts';
import { WHAT_IF } from './caps.ts';
import { benchFault, contextOf, type JudgeInput, sessionsFault } from './cells.ts';
import type { DeviceContext } from './measured.ts';
import { sessionFault } from './session-fault.ts';

type Measure = ListedSegment['measures'][number];

/** Figures of one measure, or why there are none. */
type Figures = Pick<ReportedFigure, 'n' | 'rule' | 'marks'> & { evidence: Evidence; low: number; high: number };

const STATISTIC = {
	latency: { statistic: 'p99', unit: 'ms' },
	accuracy: { statistic: 'fixed_set', unit: '%' },
	power: { statistic: 'mean', unit: 'mW' },
} as const satisfies Record<Measure, Pick<ReportedFigure, 'statistic' | 'unit'>>;

/** What a figure says that was computed with other inputs than those of its run; a changed limit is none of them. */
const CHANGED = 'inputs changed since the run';

/**
 * What segments with `judged: false` measured, session by session: a figure, or the reason why there is none. No limit is
 * held against it, and nothing of it reaches a verdict; but as for a verdict, all sessions of a device count or none.
 */
export function reportedFigures(input: JudgeInput): ReportedFigure[] {
	const { run, devices, inputsChanged } = input;
	const others = inputsChanged.some((path) => path !== WHAT_IF) ? [CHANGED] : [];
	const bench = benchFault(input);
	const ofDevice = new Map<string, Absent | null>();
	return run.sessions.flatMap((session) => {
		const facts = devices.get(session.event.device);
		if (facts === undefined) return [];
		const context = contextOf(facts, input);
		if (context.reported.length === 0) return [];
		if (!ofDevice.has(facts.id)) {
			const sessions = run.sessions.filter(({ event }) => event.device === facts.id);
			ofDevice.set(facts.id, sessionsFault(context, sessions, input));
		}
		const own = bench ?? sessionFault(session, facts, context.list);
		const fault = own ?? ofDevice.get(facts.id) ?? null;
		return context.reported.flatMap((list) => ofSegment(session, context, list, fault, others));
	});
}

function ofSegment(
	session: DecodedSession,
	context: DeviceContext,
	list: ClipList,
	fault: Absent | null,
	remarks: readonly string[],
): ReportedFigure[] {
	const [segment] = list.segments;
	const params = (list.params ?? []).filter(({ overridden }) => overridden).map(paramText);
	const part = list.subset === null ? [] : ['a part of the clips (--clips)'];
	const also = [...part, ...params, ...remarks];
	// That a PC has no power of its own is known beforehand.
	const measures = (segment?.measures ?? []).filter(
		(metric) => metric !== 'power' || context.facts.evidence !== 'host',
	);
	return measures.map((metric) => {
		const place = {
			device: session.event.device,
			session: session.event.session,
			segment: segment?.name ?? '',
			metric,
			...STATISTIC[metric],
		};
		const figures = fault ?? figuresOf(metric, session, context, list);
		if (isAbsent(figures))
			return {
				...place,
				estimate: null,
				bounds: null,
				n: 0,
				evidence: null,
				rule: 'not measured',
				reason: figures.absent === 'rig-error' ? `rig error: ${figures.reason}` : figures.reason,
				marks: also,
			};
		const { low, high, n, evidence, rule, marks } = figures;
		const bad = metric === 'accuracy' ? low : high;
		return {
			...place,
			estimate: bad,
			bounds: [low, high],
			n,
			evidence,
			rule,
			reason: null,
			marks: [...marks, ...also],
		};
	});
}

function figuresOf(metric: Measure, session: DecodedSession, context: DeviceContext, list: ClipList): Figures | Absent {
	const { facts } = context;
	switch (metric) {
		case 'latency': {
			const measured = measureLatency(session, facts, list);
			if (isAbsent(measured)) return measured;
			const [low, high] = [measured.lowMs, measured.highMs].map((sorted) => samplePercentile(sorted, 0.99));
			const { evidence, rule, highMs, marks } = measured;
			return { low: low ?? Number.NaN, high: high ?? Number.NaN, n: highMs.length, evidence, rule, marks };
		}
		case 'accuracy': {
			const measured = measureAccuracy(session, facts, list);
			if (isAbsent(measured)) return measured;
			const { correct, total, evidence } = measured;
			const share = (100 * correct) / total;
			return { low: share, high: share, n: total, evidence, rule: `${correct} of ${total} clips right`, marks: [] };
		}
		case 'power': {
			const measured = measurePower(session, facts, list, context);
			if (isAbsent(measured)) return measured;
			const { lowMw: low, highMw: high, n, evidence, rule, marks } = measured;
			return { low, high, n, evidence, rule, marks };
		}
	}
}
