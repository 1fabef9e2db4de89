import type { SessionPercentileFigures } from '../../generated/verdict-result.ts';
import { studentQuantile } from '../statistics/distributions.ts';
import { smallestDecidingCount } from '../statistics/percentile.ts';
import { sessionsToDecide } from '../statistics/session-means.ts';
import {
	type SessionPercentileBounds,
	sessionPercentileBounds,
	signTestSessions,
} from '../statistics/session-percentiles.ts';
import { hodgesLehmann } from '../statistics/shift.ts';
import { describe } from './describe-values.ts';
import { countNotMeeting, type PercentileContext } from './judge-percentile.ts';
import { count, quoted } from './sample-fault.ts';
import { type Judged, OPEN } from './sample-verdict.ts';
import {
	ENOUGH_SESSIONS,
	FEWEST_SESSIONS,
	LOW_R,
	type SessionValues,
	sessionScope,
	sessionsNeeded,
	tooFewText,
	VARIATION,
} from './session-values.ts';
import { confidenceText, showAgainst, showValue, trimmed } from './show-value.ts';

/** Between-session standard deviation so many times the within-session one: more rows a session would be wasted. */
const BETWEEN_DOMINATES = 2;

/**
 * A percentile over two or more sessions. Each session gives one percentile, and those are judged: Student on their
 * logarithms, or counts of sessions where the percentile falls into a gap. The rows are never pooled: with ten sessions
 * that vary, pooling passes falsely in 26 to 51 % of cases (simulated).
 */
export function judgeSessionPercentiles(sessions: readonly SessionValues[], context: PercentileContext): Judged {
	const { p, alpha } = context;
	const bounds = sessionPercentileBounds(
		sessions.map(({ values }) => values.slice().sort()),
		p,
		alpha,
	);
	const figures = figuresOf(sessions, bounds, context);
	const withheld = reasonToWithhold(sessions, figures, context);
	const { bimodal, clumped } = figures;
	const R = sessions.length;
	const marks = [];
	if (R >= FEWEST_SESSIONS && R < ENOUGH_SESSIONS) marks.push(LOW_R);
	if (bimodal) marks.push('gap or steep tail');
	if (clumped) marks.push('clumps');
	if (withheld?.mark !== undefined) marks.push(withheld.mark);
	return {
		estimate: bounds.estimate,
		bounds: withheld === null ? { lower: bounds.lower, upper: bounds.upper } : OPEN,
		n: sessions.reduce((sum, { values }) => sum + values.length, 0),
		sessions: R,
		scope: sessionScope(R),
		rule: ruleOf(figures, alpha),
		undecided: withheld?.reason ?? undecidedText(figures, context),
		wouldDecide: wouldDecide(figures, context, withheld),
		figures,
		marks,
		notes: notesOf(figures, context),
	};
}

function figuresOf(
	sessions: readonly SessionValues[],
	bounds: SessionPercentileBounds,
	context: PercentileContext,
): SessionPercentileFigures {
	const { p, alpha } = context;
	const { perSession } = bounds;
	const logs = perSession.every((value) => value > 0) ? perSession.map(Math.log) : null;
	const R = sessions.length;
	return {
		method: 'session-percentiles',
		rule: bounds.method,
		p,
		sessions: sessions.map(({ name, values }, index) => ({
			name,
			n: values.length,
			percentile: perSession[index] as number,
			notMeeting: countNotMeeting(values, context),
			forLower: bounds.ends?.lower[index] ?? null,
			forUpper: bounds.ends?.upper[index] ?? null,
		})),
		smallestCount: Math.max(smallestDecidingCount(p, alpha), smallestDecidingCount(1 - p, alpha)),
		meanLog: logs === null ? null : describe(logs).mean,
		betweenSd: orNull(bounds.betweenSd),
		withinSd: orNull(bounds.withinSd),
		t: R > 1 && bounds.method === 'student-log' ? studentQuantile(1 - alpha, R - 1) : null,
		estimate: bounds.estimate,
		lower: bounds.lower,
		upper: bounds.upper,
		bimodal: bounds.bimodal,
		clumped: bounds.clumped,
		signedRank: logs === null ? null : signedRankCheck(logs, alpha),
	};
}

function ruleOf({ rule, sessions, bimodal, clumped }: SessionPercentileFigures, alpha: number): string {
	const R = sessions.length;
	const sides = `${confidenceText(alpha)} each side`;
	if (rule === 'sign-test') {
		const why = bimodal ? 'the percentile lies in a gap or on a steep tail' : 'values not above 0 have no logarithm';
		return `sign test, as ${why}: all sessions on one side of the limit, each by its own exact bound (Gibbons and Chakraborti, Nonparametric Statistical Inference, 5.4); rows are never pooled`;
	}
	const taken = clumped
		? 'exact bounds, as the values lie in clumps'
		: 'percentiles (type 8; bounds from types 5 and 6)';
	return `Student on the logarithms of the ${R} sessions' ${taken}, ${sides} (Hahn and Meeker, Statistical Intervals, 4.4); rows are never pooled`;
}

interface Withheld {
	reason: string;
	mark?: string;
	/** How many sessions would lift it; null: not a matter of sessions. */
	needs: number | null;
}

function reasonToWithhold(
	sessions: readonly SessionValues[],
	{ sessions: perSession, smallestCount }: SessionPercentileFigures,
	{ statistic }: PercentileContext,
): Withheld | null {
	const short = sessions.filter(({ values }) => values.length < smallestCount);
	const [first] = short;
	if (first !== undefined) {
		const others = short.length > 1 ? ` (and ${count(short.length - 1, 'other session')} too few)` : '';
		return {
			reason: `session ${quoted(first.name)} has ${count(first.values.length, 'row')}${others}; a session's ${statistic.name} needs ${smallestCount}`,
			needs: null,
		};
	}
	if (sessions.length < FEWEST_SESSIONS) return { reason: tooFewText(sessions.length), needs: ENOUGH_SESSIONS };
	const values = perSession.map(({ percentile }) => percentile);
	if (Math.min(...values) === Math.max(...values)) {
		return {
			reason: `all ${sessions.length} sessions have the same ${statistic.name}, ${trimmed(values[0] as number)}: sessions without any spread (copies, an emulator, rounding) do not tell how the next one will be`,
			mark: 'no spread',
			needs: null,
		};
	}
	return null;
}

function undecidedText(figures: SessionPercentileFigures, { limit, statistic, alpha }: PercentileContext): string {
	const { rule, sessions, lower, upper, betweenSd, withinSd } = figures;
	if (rule === 'sign-test') {
		const needed = signTestSessions(alpha);
		if (sessions.length < needed)
			return `${statistic.name} lies in a gap or on a steep tail, where only counting sessions is safe, and that needs ${needed} sessions; there are ${sessions.length}`;
		return `${statistic.name} lies in a gap or on a steep tail, and the sessions are not all on one side of the limit`;
	}
	const end = (value: number | null) => (value === null ? 'open' : showAgainst(value, limit));
	const more =
		betweenSd !== null && withinSd !== null && betweenSd > BETWEEN_DOMINATES * withinSd
			? '; sessions differ more than their rows explain: more boots, not more rows'
			: '';
	return `the limit lies between the bounds ${end(lower)} and ${end(upper)}${more}`;
}

function wouldDecide(
	{ rule, sessions, meanLog, betweenSd, smallestCount }: SessionPercentileFigures,
	{ limit, alpha }: PercentileContext,
	withheld: Withheld | null,
): Judged['wouldDecide'] {
	const R = sessions.length;
	if (withheld !== null) {
		if (sessions.some(({ n }) => n < smallestCount)) return { what: 'rows in each session', n: smallestCount };
		return withheld.needs === null ? VARIATION : { what: 'sessions', n: withheld.needs };
	}
	if (rule === 'sign-test')
		return R < signTestSessions(alpha)
			? { what: 'sessions', n: signTestSessions(alpha) }
			: { what: 'no number of sessions that lie on both sides; another percentile may', n: null };
	if (meanLog === null || betweenSd === null || !(limit.value > 0)) return null;
	return sessionsNeeded(R, sessionsToDecide(meanLog, betweenSd, Math.log(limit.value), 0, alpha));
}

function notesOf({ sessions, betweenSd, withinSd }: SessionPercentileFigures, { limit }: PercentileContext): string[] {
	const values = sessions.map(({ percentile }) => percentile);
	const notes = [
		`sessions from ${showValue(Math.min(...values), limit.unit)} to ${showValue(Math.max(...values), limit.unit)}`,
	];
	if (betweenSd !== null && withinSd !== null)
		notes.push(
			`spread between sessions ${percent(betweenSd)}, within a session ${percent(withinSd)} (sd of the logarithm)`,
		);
	return notes;
}

/** Without normality: exact signed ranks of the logarithms (Hodges and Lehmann, 1963), to hold beside Student's bounds. */
function signedRankCheck(logs: readonly number[], alpha: number): SessionPercentileFigures['signedRank'] {
	const { lower, upper } = hodgesLehmann(logs, alpha);
	return { lower: lower === null ? null : Math.exp(lower), upper: upper === null ? null : Math.exp(upper) };
}

function percent(share: number): string {
	return `${trimmed(100 * share, 3)} %`;
}

function orNull(value: number): number | null {
	return Number.isFinite(value) ? value : null;
}
