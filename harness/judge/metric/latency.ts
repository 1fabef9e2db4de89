import type { MissRate } from '../../generated/record.ts';
import type { SpecCell } from '../../generated/spec.ts';
import type { LatencyMeasurement } from '../../measure/latency.ts';
import { fractionOf, samplePercentile } from '../../measure/order.ts';
import type { Measured, Undecided } from '../measured.ts';
import { BOARD_SESSIONS } from '../scope.ts';
import { countToDecide, smallestDecidingCount } from '../statistics/percentile.ts';
import { orderedPercentileBounds } from '../statistics/percentile-order.ts';
import { missRateBound } from '../statistics/proportion.ts';
import { sessionsToDecide } from '../statistics/session-means.ts';
import { type SessionPercentileBounds, sessionPercentileBounds } from '../statistics/session-percentiles.ts';
import { type Bounds, meets } from '../verdict.ts';

/**
 * A percentile of one session's hops: exact binomial ranks, whatever the distribution; where hops resemble their
 * neighbours (speech follows speech), the envelope.
 */
export function sessionLatency(cell: SpecCell, measured: LatencyMeasurement): Measured {
	const { statistic } = cell;
	const { lowInOrderMs, highInOrderMs, highMs, evidence } = measured;
	const n = highMs.length;
	const p = fractionOf(statistic);
	const common = { n, sessions: 1, evidence, composition: measured.diagnosis, marks: measured.marks };
	if (p === 1) return { ...common, ...maximum(cell, [measured]), rule: `max of ${n} hops; ${measured.rule}` };
	const high = orderedPercentileBounds(highInOrderMs, p);
	const { lower } = orderedPercentileBounds(lowInOrderMs, p);
	// The envelope knows no units: moved outwards it may pass zero, which no time does.
	const bounds = { lower: lower === null ? null : Math.max(0, lower), upper: high.upper };
	const alike = high.method === 'envelope';
	const method = alike
		? `neighbouring hops are alike (rank correlation ${high.rankLag1?.toFixed(2)}), so bounded as fewer hops and by ten times their wander besides`
		: `exact binomial bounds at 95 % each side${high.worth < n ? `, counted as ${high.worth} independent ones (rank correlation ${high.rankLag1?.toFixed(2)})` : ''}`;
	return {
		...common,
		estimate: samplePercentile(highMs, p),
		bounds,
		rule: `${statistic} of ${n} hops, ${method}; ${measured.rule}`,
		undecided: undecidedInSession(cell, measured, p, { ...bounds, alike }),
	};
}

/**
 * A percentile of the board at any boot: one value from each session, because hops of one boot resemble each other.
 * At a modelled band the lower bound comes from the low ends, the upper from the high ends.
 *
 * @param sessions at least five
 */
export function boardLatency(cell: SpecCell, sessions: readonly LatencyMeasurement[]): Measured {
	const { statistic } = cell;
	const p = fractionOf(statistic);
	const [first] = sessions as [LatencyMeasurement];
	const n = Math.min(...sessions.map(({ highMs }) => highMs.length));
	// Of all sessions the slowest tells most about where the time goes.
	const slowest = sessions.reduce((a, b) => (samplePercentile(b.highMs, p) > samplePercentile(a.highMs, p) ? b : a));
	const marks = [...new Set(sessions.flatMap((session) => session.marks))];
	const common = { n, sessions: sessions.length, evidence: first.evidence, composition: slowest.diagnosis, marks };
	const of = `${statistic} of ${sessions.length} sessions x ${n} hops`;
	if (p === 1) return { ...common, ...maximum(cell, sessions), rule: `${of}; ${first.rule}` };
	const high = sessionPercentileBounds(
		sessions.map(({ highMs }) => highMs),
		p,
	);
	const low = sessions.every(({ lowMs, highMs }) => lowMs === highMs)
		? high
		: sessionPercentileBounds(
				sessions.map(({ lowMs }) => lowMs),
				p,
			);
	return {
		...common,
		estimate: high.estimate,
		bounds: { lower: low.lower, upper: high.upper },
		rule: `${of}: ${methodOf(high)}; ${first.rule}`,
		marks: [
			...marks,
			...(high.bimodal ? [`${statistic} in a gap or steep tail`] : []),
			...(high.lowR ? ['low R'] : []),
		],
		undecided: undecidedOnBoard(cell, sessions, p, high),
	};
}

function methodOf({ method, betweenSd, withinSd, note }: SessionPercentileBounds): string {
	const student = 'Student bound on ln of the session percentiles (type 8), 95 % each side';
	const percent = (sd: number) => `${(100 * sd).toFixed(1)} %`;
	const spread = Number.isFinite(betweenSd + withinSd)
		? `spread between sessions ${percent(betweenSd)}, within one ${percent(withinSd)}`
		: null;
	return [method === 'student-log' ? student : null, note, spread].filter((part) => part !== null).join('; ');
}

/**
 * The largest hop of all. Samples can refute a maximum, never prove it, so there is no upper bound; what they do bound is
 * the share of hops over the limit, in the worst of the sessions.
 */
function maximum(
	cell: SpecCell,
	sessions: readonly LatencyMeasurement[],
): Pick<Measured, 'estimate' | 'bounds' | 'missRate' | 'undecided'> {
	const largest = (values: Float64Array) => samplePercentile(values, 1);
	const rates = sessions.map(({ highMs }): MissRate => {
		const missed = missesOf(cell, highMs);
		return { missed, n: highMs.length, upperBound: missRateBound(missed, highMs.length) };
	});
	const missRate = rates.reduce((a, b) => (b.upperBound > a.upperBound ? b : a));
	const { missed, n, upperBound } = missRate;
	const some = missed === 0 ? `no hop of ${n}` : `${missed} of ${n} hops`;
	const where = sessions.length === 1 ? '' : ' in the worst session';
	return {
		estimate: Math.max(...sessions.map(({ highMs }) => largest(highMs))),
		bounds: { lower: Math.max(...sessions.map(({ lowMs }) => largest(lowMs))), upper: null },
		missRate,
		undecided: {
			reason: `${some}${where} ${missed <= 1 ? 'was' : 'were'} over the limit, which bounds the share of such hops to ${(100 * upperBound).toFixed(2)} % (95 %); a maximum can never be proven from samples: ask for a percentile`,
			wouldDecide: null,
		},
	};
}

function undecidedInSession(
	cell: SpecCell,
	{ lowMs, highMs }: LatencyMeasurement,
	p: number,
	bounds: Bounds & { alike: boolean },
): Undecided {
	const n = highMs.length;
	const { limit, statistic } = cell;
	if (bounds.upper === null) return tooFewHops(statistic, n, p, '');
	if (meets(samplePercentile(lowMs, p), limit) && !meets(samplePercentile(highMs, p), limit)) return insideBand();
	const over = missesOf(cell, highMs);
	const seen = `${over} of ${n} hops are over the limit`;
	if (bounds.alike) {
		return {
			reason: `${seen}, and hops that follow each other are alike: their number is no evidence, and the limit lies within all they may be; ${BOARD_SESSIONS} sessions decide`,
			wouldDecide: { what: 'sessions', n: BOARD_SESSIONS },
		};
	}
	const needed = countToDecide(n, over, p);
	return needed === null
		? {
				reason: `${seen}: the true ${statistic} seems to sit on it, and more hops will not decide`,
				wouldDecide: null,
			}
		: { reason: `${seen}; about ${needed} hops would probably decide`, wouldDecide: { what: 'hops', n: needed } };
}

function undecidedOnBoard(
	cell: SpecCell,
	sessions: readonly LatencyMeasurement[],
	p: number,
	high: SessionPercentileBounds,
): Undecided {
	const { limit, statistic } = cell;
	const n = Math.min(...sessions.map(({ highMs }) => highMs.length));
	if (n < smallestDecidingCount(p)) return tooFewHops(statistic, n, p, ' in each session');
	const { evidence } = sessions[0] as LatencyMeasurement;
	if (evidence === 'modelled') return insideBand();
	const over = high.perSession.filter((value) => !meets(value, limit)).length;
	const seen = `${over} of ${sessions.length} sessions have a ${statistic} over the limit`;
	if (high.method === 'sign-test') {
		return {
			reason: `${seen}, and the ${statistic} lies in a gap or on a steep tail, where only all sessions on one side decide: find what makes the slow hops, as more sessions will hardly help`,
			wouldDecide: null,
		};
	}
	const needed = sessionsToDecide(Math.log(high.estimate), high.betweenSd, Math.log(limit.value), 0);
	return needed === null || needed <= sessions.length
		? { reason: `${seen}: the true value seems to sit on it`, wouldDecide: null }
		: {
				reason: `${seen}; about ${needed} sessions would probably decide`,
				wouldDecide: { what: 'sessions', n: needed },
			};
}

function tooFewHops(statistic: string, n: number, p: number, where: string): Undecided {
	const smallest = smallestDecidingCount(p);
	return {
		reason: `${n} hops${where} cannot bound ${statistic} from above; at least ${smallest} hops${where} are needed`,
		wouldDecide: { what: 'hops', n: smallest },
	};
}

function insideBand(): Undecided {
	return {
		reason:
			'the limit lies inside the band of the cycle model; a run on silicon decides, or a narrower band with a source',
		wouldDecide: { what: 'silicon', n: null },
	};
}

function missesOf({ limit }: SpecCell, values: Float64Array): number {
	return values.reduce((count, value) => count + (meets(value, limit) ? 0 : 1), 0);
}
