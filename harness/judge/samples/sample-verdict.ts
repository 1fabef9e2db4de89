import type { VerdictResult } from '../../generated/verdict-result.ts';
import { type Bounds, badBound, decide, goodBound, isUpperLimit, shareUsed } from '../verdict.ts';
import type { SampleLimit } from './sample-limit.ts';
import { showAgainst } from './show-value.ts';
import type { Statistic } from './statistic.ts';

/** Everything of the result that follows from the samples alone; the file they came from is the caller's to add. */
export type SampleVerdict = Omit<VerdictResult, 'schema' | 'ossicle' | 'input'>;
export type Figures = VerdictResult['figures'];

/** What the rule of a statistic found. It is compared with the limit in one place, whatever the statistic. */
export interface Judged {
	estimate: number | null;
	/** Both null where nothing can be claimed, whatever the limit. */
	bounds: Bounds;
	n: number;
	sessions: number;
	scope: string;
	rule: string;
	/** Why it is undecided, if it is. */
	undecided: string;
	/** Why it failed, where the bounds do not say it best. */
	refuted?: string;
	/** What would decide it, if it is undecided. */
	wouldDecide: VerdictResult['wouldDecide'];
	figures: Figures;
	marks?: string[];
	notes?: string[];
	shown?: VerdictResult['shown'];
	missRate?: VerdictResult['missRate'];
	/** Share of the limit used, where a plain quotient would mislead. */
	used?: number | null;
	/** For a test that decides without bounds. */
	settled?: { verdict: 'pass' | 'fail' | 'inconclusive'; reason: string };
	/** Seed of what was drawn at random. */
	seed?: number;
}

/** What the judging of every statistic is given. */
export interface JudgeContext {
	statistic: Statistic;
	limit: SampleLimit;
	alpha: number;
}

export const OPEN: Bounds = { lower: null, upper: null };

/** A verdict from what was found; the comparison is the one all of Ossicle's verdicts go through. */
export function verdictOf(judged: Judged, context: JudgeContext, valuesUnit: string | null): SampleVerdict {
	const { limit, statistic, alpha } = context;
	const { bounds, estimate } = judged;
	const used = judged.used === undefined ? plainShare(limit, bounds) : judged.used;
	const verdict = judged.settled?.verdict ?? decide(limit, bounds, used);
	const undecided = verdict === 'inconclusive';
	const leaning = undecided && estimate !== null ? (meetsLimit(estimate, limit) ? 'pass' : 'fail') : null;
	return {
		verdict,
		leaning,
		statistic: statistic.name,
		limit: { op: limit.op, value: limit.value, text: limit.text },
		unit: limit.unit,
		valuesUnit,
		estimate,
		lower: bounds.lower,
		upper: bounds.upper,
		used,
		alpha,
		seed: judged.seed ?? null,
		n: judged.n,
		sessions: judged.sessions,
		scope: judged.scope,
		rule: judged.rule,
		reason: reasonOf(judged, verdict, limit, used),
		marks: judged.marks ?? [],
		notes: judged.notes ?? [],
		wouldDecide: undecided ? judged.wouldDecide : null,
		missRate: judged.missRate ?? null,
		shown: judged.shown ?? null,
		figures: judged.figures,
	};
}

/** Whether a single exact value meets the limit. */
export function meetsLimit(value: number, limit: SampleLimit): boolean {
	return decide(limit, { lower: value, upper: value }, null) === 'pass';
}

function reasonOf(judged: Judged, verdict: SampleVerdict['verdict'], limit: SampleLimit, used: number | null): string {
	if (judged.settled !== undefined) return judged.settled.reason;
	if (verdict === 'inconclusive') return judged.undecided;
	if (verdict === 'fail' && judged.refuted !== undefined) return judged.refuted;
	return decidedReason(verdict, limit, judged.bounds, used);
}

function decidedReason(
	verdict: 'pass' | 'marginal' | 'fail' | 'inconclusive',
	limit: SampleLimit,
	bounds: Bounds,
	used: number | null,
): string {
	const exact = bounds.lower !== null && bounds.lower === bounds.upper;
	const end = (upper: boolean) => (exact ? 'the value' : `the ${upper ? 'upper' : 'lower'} bound`);
	const text = (value: number | null) => (value === null ? 'open' : showAgainst(value, limit));
	const fromAbove = isUpperLimit(limit.op);
	if (verdict === 'fail') {
		const best = text(goodBound(limit.op, bounds));
		return `${exact ? end(true) : `even ${end(!fromAbove)}`}, ${best}, does not meet ${limit.text}`;
	}
	const worst = `${end(fromAbove)}, ${text(badBound(limit.op, bounds))}, meets ${limit.text}`;
	if (verdict === 'pass' || used === null) return worst;
	return `${worst}, but uses ${(100 * used).toFixed(1)} % of it`;
}

/** Of a limit or a value that is not above zero no share can be told. */
function plainShare(limit: SampleLimit, bounds: Bounds): number | null {
	const worst = badBound(limit.op, bounds);
	if (worst === null || worst < 0 || !(limit.value > 0)) return null;
	return shareUsed(limit, bounds, limit.unit === '%' ? 1 : undefined);
}
