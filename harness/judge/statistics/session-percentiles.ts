/**
 * A percentile across sessions: the session is the unit, so its percentile is one number and the sessions' spread
 * bounds it. Samples of one session say nothing about the next boot.
 */

import { checkOpenShare, checkSorted } from './check.ts';
import { studentQuantile } from './distributions.ts';
import {
	ALPHA,
	type BoundRanks,
	boundRanks,
	medianUnbiasedPercentile,
	samplePercentileAt,
	smallestDecidingCount,
} from './percentile.ts';
import { gapP } from './percentile-gap.ts';
import { meanAndDeviation } from './session-means.ts';

/** Fewest sessions a Student bound is formed from; below `ENOUGH_SESSIONS` it carries the mark `lowR`. */
const FEWEST_SESSIONS = 3;
const ENOUGH_SESSIONS = 5;

/** A session's bounds further apart than this ratio: the percentile lies in a gap or on a steep tail. */
const GAP_RATIO = 1.1;

/** A gap a smooth distribution would show more seldom than this is taken for one. */
const GAP_LEVEL = 0.1;

/** Session bounds closer together than this share of the mean's standard error cannot shift the mean. */
const NEGLIGIBLE_SHARE = 0.2;

export interface SessionPercentileBounds {
	method: 'student-log' | 'sign-test';
	/** Geometric mean of the sessions' percentiles (student-log) or their median (sign-test), in the samples' unit. */
	estimate: number;
	lower: number | null;
	upper: number | null;
	/** Type-8 percentile of each session, in the samples' unit, in the order given. */
	perSession: number[];
	/** Standard deviation of ln q between sessions; NaN where a percentile is not above 0 or there is one session. */
	betweenSd: number;
	/** Typical standard deviation of ln q within a session, from the width of its exact bounds; NaN where it has none. */
	withinSd: number;
	/** Fewer than 5 sessions. */
	lowR: boolean;
	bimodal: boolean;
	/** What each session contributed to either bound, in the order given, for those who recompute it; null without bounds. */
	ends: { lower: number[]; upper: number[] } | null;
	/** student-log from the sessions' exact bounds, as samples lie in clumps. */
	clumped: boolean;
	/** What a reader has to know: why there is no bound, why the method changed, what would help. */
	note: string | null;
}

type Decided = Pick<SessionPercentileBounds, 'method' | 'estimate' | 'lower' | 'upper' | 'ends' | 'clumped' | 'note'>;

/** What both methods need of the sessions. */
interface Sessions {
	sorted: readonly Float64Array[];
	p: number;
	alpha: number;
	perSession: number[];
	ranksOf: (samples: Float64Array) => BoundRanks;
	/** Why a session cannot bound the percentile by itself; null when all can. */
	short: string | null;
	/** ln(upper / lower) of each session's exact bounds; 0 where it has none. */
	widths: number[];
}

/**
 * Bounds of the p-quantile of a typical session (the median over boots), each wrong with probability alpha.
 *
 * `student-log`: exp(mean ln q +- t(1-alpha, R-1) sd / sqrt R) (Hahn and Meeker, Statistical Intervals, 2nd ed., 4.4), of
 * type-8 percentiles for the estimate, type 5 for the lower and type 6 for the upper bound (Hyndman and Fan, 1996): the
 * small bias of type 8 adds up over 20 sessions that are alike. Where samples lie in clumps closer than 10 %, each
 * session's exact bound takes the place of its percentile.
 *
 * `sign-test`, where a session's exact bounds lie more than 10 % apart: all R >= 5 sessions must lie on one side, each by
 * its own exact bound (Gibbons and Chakraborti, Nonparametric Statistical Inference, 5.4; error (1/2 + alpha)^R). Upper is
 * the largest of the sessions' upper bounds and lower the smallest of the lower ones, so `upper <= limit` is that test.
 *
 * @param sessions one ascending array per session, R >= 1, each at least one sample
 * @param p the percentile as a fraction; @param alpha one-sided error of each bound
 * @throws RangeError for an empty or unsorted session
 */
export function sessionPercentileBounds(
	sessions: readonly Float64Array[],
	p: number,
	alpha = ALPHA,
): SessionPercentileBounds {
	checkOpenShare('sessionPercentileBounds: p', p);
	checkOpenShare('sessionPercentileBounds: alpha', alpha);
	if (sessions.length === 0) throw new RangeError('sessionPercentileBounds: sessions: expected at least 1, got 0');
	sessions.forEach((samples, index) => {
		checkSorted(`sessionPercentileBounds: sessions[${index}]`, samples);
	});
	const ranks = new Map(sessions.map(({ length }) => [length, boundRanks(length, p, alpha)]));
	const ranksOf = ({ length }: Float64Array) => ranks.get(length) as BoundRanks;
	const all: Sessions = {
		sorted: sessions,
		p,
		alpha,
		perSession: sessions.map((samples) => medianUnbiasedPercentile(samples, p)),
		ranksOf,
		short: shortSession(sessions, p, alpha, ranksOf),
		widths: sessions.map((samples) => logWidth(samples, ranksOf(samples))),
	};
	const positive = sessions.every((samples) => (samples[0] as number) > 0);
	const bimodal = Math.max(...all.widths) > Math.log(GAP_RATIO);
	const betweenSd = positive && sessions.length > 1 ? deviationOfLogs(all.perSession) : Number.NaN;
	const withinSd = all.short === null && positive ? withinDeviation(all.widths, alpha) : Number.NaN;
	const common = { perSession: all.perSession, betweenSd, withinSd, lowR: sessions.length < ENOUGH_SESSIONS, bimodal };
	if (bimodal || !positive) return { ...common, ...signTest(all, bimodal) };
	return { ...common, ...student(all, betweenSd, withinSd) };
}

function student(all: Sessions, betweenSd: number, withinSd: number): Decided {
	const { sorted, p, alpha, perSession, short } = all;
	const count = sorted.length;
	const logs = perSession.map(Math.log);
	const estimate = Math.exp(meanAndDeviation(logs).mean);
	const none = { method: 'student-log' as const, estimate, lower: null, upper: null, ends: null, clumped: false };
	if (short !== null) return { ...none, note: short };
	if (count < FEWEST_SESSIONS) {
		return {
			...none,
			note: `${count} of at least ${FEWEST_SESSIONS} sessions: nothing bounds the spread between boots`,
		};
	}
	const t = studentQuantile(1 - alpha, count - 1);
	const bound = (side: -1 | 1, ends: readonly number[]) => {
		const { mean, standardDeviation } = meanAndDeviation(ends.map(Math.log));
		return Math.exp(mean + (side * t * standardDeviation) / Math.sqrt(count));
	};
	const gaps = clumped(all, betweenSd);
	const ends = gaps
		? exactEnds(all)
		: {
				lower: sorted.map((samples) => samplePercentileAt(samples, samples.length * p + 0.5)),
				upper: sorted.map((samples) => samplePercentileAt(samples, (samples.length + 1) * p)),
			};
	const spread =
		betweenSd > 2 * withinSd ? 'sessions differ more than their samples explain: more boots, not samples' : null;
	return {
		...none,
		lower: bound(-1, ends.lower),
		upper: bound(1, ends.upper),
		ends,
		clumped: gaps,
		note: gaps ? `samples lie in clumps around ${nameOf(p)}: each session counts with its own exact bounds` : spread,
	};
}

/** Each session's exact bounds. */
function exactEnds({ sorted, ranksOf }: Sessions): { lower: number[]; upper: number[] } {
	const at = (samples: Float64Array, rank: number | null) => samples[(rank as number) - 1] as number;
	return {
		lower: sorted.map((samples) => at(samples, ranksOf(samples).lower)),
		upper: sorted.map((samples) => at(samples, ranksOf(samples).upper)),
	};
}

/** A percentile that jumps over a gap is no longer spread about the truth; harmless where the boots differ much more. */
function clumped({ sorted, widths, ranksOf }: Sessions, betweenSd: number): boolean {
	const width = widths.reduce((sum, value) => sum + value, 0) / widths.length;
	if (width <= (NEGLIGIBLE_SHARE * betweenSd) / Math.sqrt(sorted.length)) return false;
	return gapP(sorted, (samples) => ranksBetween(ranksOf(samples))) < GAP_LEVEL;
}

const ranksBetween = ({ lower, upper }: BoundRanks) => ({ from: lower as number, to: upper as number });

/** Fewest sessions that all lie on one side, each by its own exact bound, with probability alpha at most. */
export function signTestSessions(alpha = ALPHA): number {
	return Math.max(ENOUGH_SESSIONS, Math.ceil(Math.log(alpha) / Math.log(0.5 + alpha) - 0.02));
}

function signTest(all: Sessions, bimodal: boolean): Decided {
	const { sorted, p, alpha, perSession, short } = all;
	const estimate = medianUnbiasedPercentile(
		[...perSession].sort((a, b) => a - b),
		0.5,
	);
	const why = bimodal ? `${nameOf(p)} lies in a gap or on a steep tail` : 'values not above 0 have no logarithm';
	const none = { method: 'sign-test' as const, estimate, lower: null, upper: null, ends: null, clumped: false };
	if (short !== null) return { ...none, note: `${why}; ${short}` };
	const needed = signTestSessions(alpha);
	if (sorted.length < needed) {
		return { ...none, note: `${why}: only the sign test holds, and it needs ${needed} sessions, not ${sorted.length}` };
	}
	const ends = exactEnds(all);
	return {
		...none,
		lower: Math.min(...ends.lower),
		upper: Math.max(...ends.upper),
		ends,
		note: `${why}: decided by the sign test, all ${sorted.length} sessions on one side`,
	};
}

const nameOf = (p: number) => `p${Number((100 * p).toPrecision(6))}`;

function shortSession(
	sessions: readonly Float64Array[],
	p: number,
	alpha: number,
	ranksOf: (samples: Float64Array) => BoundRanks,
): string | null {
	for (const [index, samples] of sessions.entries()) {
		const { lower, upper } = ranksOf(samples);
		if (lower !== null && upper !== null) continue;
		const needed = Math.max(smallestDecidingCount(p, alpha), smallestDecidingCount(1 - p, alpha));
		return `session ${index + 1} has ${samples.length} samples; ${nameOf(p)} needs ${needed}`;
	}
	return null;
}

function logWidth(samples: Float64Array, { lower, upper }: BoundRanks): number {
	if (lower === null || upper === null) return 0;
	const low = samples[lower - 1] as number;
	return low > 0 ? Math.log((samples[upper - 1] as number) / low) : 0;
}

/** Root mean square over sessions of the standard deviation of ln q that the exact interval stands for. */
function withinDeviation(widths: readonly number[], alpha: number): number {
	const z = studentQuantile(1 - alpha, Number.POSITIVE_INFINITY);
	const squares = widths.reduce((sum, width) => sum + (width / (2 * z)) ** 2, 0);
	return Math.sqrt(squares / widths.length);
}

const deviationOfLogs = (values: readonly number[]) => meanAndDeviation(values.map(Math.log)).standardDeviation;
