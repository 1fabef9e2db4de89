import type { PercentileFigures } from '../../generated/verdict-result.ts';
import {
	countToDecide,
	medianUnbiasedPercentile,
	percentileBounds,
	smallestDecidingCount,
} from '../statistics/percentile.ts';
import { orderedPercentileBounds } from '../statistics/percentile-order.ts';
import { isMonotonic, mostRankLag1, rankLag1 } from '../statistics/rank-correlation.ts';
import { isUpperLimit } from '../verdict.ts';
import { describe } from './describe-values.ts';
import { count } from './sample-fault.ts';
import { type JudgeContext, type Judged, meetsLimit, OPEN } from './sample-verdict.ts';
import { ENOUGH_SESSIONS } from './session-values.ts';
import { confidenceText, showAgainst } from './show-value.ts';

export interface PercentileContext extends JudgeContext {
	p: number;
}

/**
 * A percentile within one session: exact order-statistic bounds (David and Nagaraja, Order Statistics, 7.1). Where rows
 * that follow each other are alike these would claim too much, and only the envelope decides (percentile-order.ts).
 *
 * @param values in order of time, in the limit's unit
 */
export function judgePercentile(values: Float64Array, context: PercentileContext): Judged {
	const { p, alpha, limit } = context;
	const sorted = values.slice().sort();
	const n = sorted.length;
	const bounds = percentileBounds(sorted, p, alpha);
	const { lowerRank, upperRank } = bounds;
	const { mean, standardDeviation, min, max } = describe(values);
	const notMeeting = countNotMeeting(values, context);
	const upper = isUpperLimit(limit.op);
	const smallestCount = smallestCountFor(context);
	const sampleRank = Math.max(1, Math.ceil(n * p));
	const figures: PercentileFigures = {
		method: 'order-statistics',
		p,
		n,
		lowerRank,
		upperRank,
		lower: bounds.lower,
		upper: bounds.upper,
		type8: medianUnbiasedPercentile(sorted, p),
		sampleRank,
		sampleValue: sorted[sampleRank - 1] as number,
		notMeeting,
		passAtMost: upper ? minus(n, upperRank) : minus(lowerRank, 1),
		failAtLeast: upper ? minus(n + 1, lowerRank) : upperRank,
		smallestCount,
		mean,
		standardDeviation,
		min,
		max,
		rankLag1: rankLag1(values),
		rankLag1Most: mostRankLag1(n),
		envelope: null,
	};
	const withheld = reasonToWithhold(values, figures);
	const wouldDecide = withheld === null ? rowsToDecide(figures, context) : withheld.wouldDecide;
	if (withheld?.mark === AUTOCORRELATED) {
		const ordered = orderedPercentileBounds(values, p, alpha);
		if (ordered.wander !== null)
			figures.envelope = { lower: ordered.lower, upper: ordered.upper, wander: ordered.wander };
	}
	return {
		estimate: figures.type8,
		bounds:
			withheld === null
				? { lower: bounds.lower, upper: bounds.upper }
				: figures.envelope === null
					? OPEN
					: { lower: figures.envelope.lower, upper: figures.envelope.upper },
		n,
		sessions: 1,
		scope: 'this one session; a reboot may move it, which only more sessions show',
		rule:
			figures.envelope === null
				? `exact order statistics, ${confidenceText(alpha)} each side: ${rankText(figures)} (David and Nagaraja, Order Statistics, 7.1)`
				: `rows that follow each other are alike: the ranks of as many as they are worth, moved outwards by ten times what the level wandered (${showAgainst(figures.envelope.wander, limit)})`,
		undecided: withheld?.reason ?? undecidedText(figures, context),
		wouldDecide,
		figures,
		marks: withheld === null ? orderMarks(values) : [withheld.mark],
		notes: [countText(figures, limit.text)],
	};
}

/** Rows that do not meet the limit. */
export function countNotMeeting(values: Float64Array, { limit }: JudgeContext): number {
	return values.reduce((sum, value) => sum + (meetsLimit(value, limit) ? 0 : 1), 0);
}

/** Rows below which the percentile has no bound on the side that could pass. */
export function smallestCountFor({ p, alpha, limit }: PercentileContext): number {
	return smallestDecidingCount(isUpperLimit(limit.op) ? p : 1 - p, alpha);
}

const AUTOCORRELATED = 'autocorrelated';

/** What a reader has to take on trust: that rows whose order of time is lost, or that are all alike, are independent. */
function orderMarks(values: Float64Array): string[] {
	if (rankLag1(values) === null) return ['no spread'];
	return values.length > 2 && isMonotonic(values) ? ['sorted: taken as independent'] : [];
}

interface Withheld {
	reason: string;
	mark: string;
	wouldDecide: Judged['wouldDecide'];
}

/** What makes rows no independent samples; null where nothing does. */
function reasonToWithhold(values: Float64Array, figures: PercentileFigures): Withheld | null {
	const { n, rankLag1: lag1, rankLag1Most: most, smallestCount } = figures;
	if (n === 1) {
		const rows = { what: 'rows', n: smallestCount };
		return { reason: 'one row tells nothing of how the next one will be', mark: 'one row', wouldDecide: rows };
	}
	// Nothing to see of their order: without spread there is none, and sorted rows have lost theirs.
	if (lag1 === null || lag1 <= most || isMonotonic(values)) return null;
	return {
		reason: `rows that follow each other are alike (lag-1 autocorrelation of ranks ${lag1.toFixed(2)}, at most ${most.toFixed(2)} is let through): ${n} rows are not ${n} independent samples, and their bounds would claim too much; several sessions, with a \`session\` column, decide`,
		mark: AUTOCORRELATED,
		wouldDecide: { what: 'sessions', n: ENOUGH_SESSIONS },
	};
}

function undecidedText(
	{ n, smallestCount, passAtMost, lower, upper }: PercentileFigures,
	context: PercentileContext,
): string {
	const { statistic, limit } = context;
	const end = (value: number | null) => (value === null ? 'open' : showAgainst(value, limit));
	if (passAtMost === null) {
		return `${count(n, 'row')} cannot prove a ${statistic.name}, whatever they are; ${smallestCount} that all meet the limit are the fewest that can`;
	}
	return `the limit lies between the bounds ${end(lower)} and ${end(upper)}`;
}

function rowsToDecide(figures: PercentileFigures, context: PercentileContext): Judged['wouldDecide'] {
	const { n, notMeeting } = figures;
	const p = isUpperLimit(context.limit.op) ? context.p : 1 - context.p;
	const needed = countToDecide(n, notMeeting, p, context.alpha);
	return needed === null ? null : { what: 'rows', n: needed };
}

function rankText({ n, lowerRank, upperRank }: PercentileFigures): string {
	const rank = (value: number | null) => (value === null ? 'none' : String(value));
	return `ranks ${rank(lowerRank)} and ${rank(upperRank)} of ${n}`;
}

function countText({ n, notMeeting, passAtMost, failAtLeast }: PercentileFigures, limit: string): string {
	const seen = `${notMeeting} of ${count(n, 'row')} ${notMeeting === 1 ? 'does' : 'do'} not meet ${limit}`;
	const pass = passAtMost === null ? 'no pass is possible with so few' : `a pass allows ${passAtMost}`;
	return `${seen}; ${pass}, ${failAtLeast === null ? 'nor is a fail' : `a fail takes ${failAtLeast}`}`;
}

function minus(from: number | null, what: number | null): number | null {
	return from === null || what === null ? null : from - what;
}
