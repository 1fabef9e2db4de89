import type { BatchMeanFigures, SessionMeanFigures } from '../../generated/verdict-result.ts';
import { normalQuantile, studentQuantile } from '../statistics/distributions.ts';
import { lag1 } from '../statistics/rank-correlation.ts';
import {
	combineUncertainty,
	LAG1_LIMIT,
	lag1Of,
	sessionMeanBounds,
	sessionsToDecide,
} from '../statistics/session-means.ts';
import { describe } from './describe-values.ts';
import { type MeterUncertainty, standardUncertainty } from './meter-uncertainty.ts';
import { count } from './sample-fault.ts';
import { type JudgeContext, type Judged, OPEN } from './sample-verdict.ts';
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

export interface MeanContext extends JudgeContext {
	meter: MeterUncertainty | null;
}

const BATCHES = 20;
/** Two rows a batch: with fewer, batches as alike as those of a slow trace look independent by chance too often. */
const FEWEST_ROWS = 2 * BATCHES;
/** A batch shorter than so many correlation times is no independent one. */
const CORRELATION_TIMES = 10;
const MOST_ROWS_ASKED = 100_000_000;
const BETTER_METER = { what: 'a better meter', n: null };
/** Units of what a meter reads. */
const METERED = /^[num\u00b5k]?(?:W|J|A|V|Wh|Ah)$/u;

/**
 * The mean within one session, from 20 batch means in order of time (Law, Simulation Modeling and Analysis, 9.5.3) and the
 * meter's uncertainty (GUM 5.1.2, G.4.1). A trace whose neighbouring batches are still alike gives no bounds: taken as
 * independent, its rows would cover the truth in 3 to 35 % of cases instead of 95 (simulated).
 *
 * @param values in order of time, in the limit's unit
 */
export function judgeMean(values: Float64Array, context: MeanContext): Judged {
	const { limit, alpha } = context;
	const n = values.length;
	const { mean, min, max } = describe(values);
	const typeB = standardUncertainty(context.meter, mean, limit.unit);
	const batches = n >= BATCHES ? batchMeansOf(values) : [];
	const { standardDeviation } = batches.length > 0 ? describe(batches) : { standardDeviation: null };
	const typeA = standardDeviation === null ? null : standardDeviation / Math.sqrt(BATCHES);
	const dofA = BATCHES - 1;
	const bounds = typeA === null ? null : combineUncertainty({ estimate: mean, typeA, dofA, typeB, alpha });
	const correlation = correlationRows(values);
	const figures: BatchMeanFigures = {
		method: 'batch-means',
		n,
		batches,
		estimate: mean,
		standardDeviation,
		lag1: batches.length > 0 && min !== max ? lag1Of(batches) : null,
		lag1Most: LAG1_LIMIT,
		correlationRows: correlation,
		batchRows: Math.floor(n / BATCHES),
		batchRowsLeast: CORRELATION_TIMES * correlation,
		typeA,
		dofA: typeA === null ? null : dofA,
		typeB,
		...spread(bounds),
		lower: bounds?.lower ?? null,
		upper: bounds?.upper ?? null,
	};
	const withheld = reasonToWithhold(figures, min === max, min);
	return {
		estimate: mean,
		bounds: withheld === null && bounds !== null ? { lower: bounds.lower, upper: bounds.upper } : OPEN,
		n,
		sessions: 1,
		scope: 'this one session; a reboot may move it, which only more sessions show',
		rule: `means of ${BATCHES} batches in the order of the rows, taken as the order of time, Student at ${confidenceText(alpha)} each side (Law, Simulation Modeling and Analysis, 9.5.3)${meterRule(context)}`,
		undecided: withheld?.reason ?? straddles(bounds, context),
		wouldDecide: withheld === null ? rowsToDecide(figures, context) : withheld.wouldDecide,
		figures,
		marks: withheld?.mark === undefined ? [] : [withheld.mark],
		notes: meterNotes(typeB, context),
	};
}

/** The mean over two or more sessions: each session's mean counts once (GUM 4.2.3, 5.1.2, G.4.1). */
export function judgeSessionMeans(sessions: readonly SessionValues[], context: MeanContext): Judged {
	const { limit, alpha } = context;
	const R = sessions.length;
	const means = sessions.map(({ values }) => describe(values).mean);
	const { mean, standardDeviation: betweenSd, min, max } = describe(means);
	const typeB = standardUncertainty(context.meter, mean, limit.unit);
	const bounds = sessionMeanBounds(means, typeB, alpha);
	const figures: SessionMeanFigures = {
		method: 'session-means',
		sessions: sessions.map(({ name, values }, index) => ({ name, n: values.length, mean: means[index] as number })),
		estimate: mean,
		betweenSd,
		typeA: bounds.typeA,
		dofA: bounds.dofA,
		typeB,
		...spread(bounds),
		lower: bounds.lower,
		upper: bounds.upper,
	};
	const withheld =
		R < FEWEST_SESSIONS
			? tooFewText(R)
			: min === max
				? `all ${R} sessions have the same mean, ${trimmed(min)}: sessions without any spread (copies, an emulator, rounding) do not tell how the next one will be`
				: null;
	const marks = [];
	if (R >= FEWEST_SESSIONS && bounds.lowR) marks.push(LOW_R);
	if (R >= FEWEST_SESSIONS && min === max) marks.push('no spread');
	const needed = sessionsNeeded(R, sessionsToDecide(mean, betweenSd ?? 0, limit.value, typeB, alpha));
	const decides = meterHides(figures, context) ? BETTER_METER : needed;
	return {
		estimate: mean,
		bounds: withheld === null ? { lower: bounds.lower, upper: bounds.upper } : OPEN,
		n: sessions.reduce((sum, { values }) => sum + values.length, 0),
		sessions: R,
		scope: sessionScope(R),
		rule: `Student on the means of ${R} sessions, ${confidenceText(alpha)} each side (GUM 4.2.3)${meterRule(context)}; rows are never pooled`,
		undecided: withheld ?? straddles(bounds, context),
		wouldDecide:
			withheld === null ? decides : R >= FEWEST_SESSIONS ? VARIATION : { what: 'sessions', n: ENOUGH_SESSIONS },
		figures,
		marks,
		notes: [
			`sessions from ${showValue(min, limit.unit)} to ${showValue(max, limit.unit)}`,
			...meterNotes(typeB, context),
		],
	};
}

interface Withheld {
	reason: string;
	mark?: string;
	wouldDecide: Judged['wouldDecide'];
}

function reasonToWithhold(figures: BatchMeanFigures, constant: boolean, value: number): Withheld | null {
	const { n, lag1: between, batchRows, batchRowsLeast, correlationRows } = figures;
	const sessions = { what: 'sessions', n: ENOUGH_SESSIONS };
	if (n < FEWEST_ROWS) {
		return {
			reason: `${count(n, 'row')} of one session do not show how they hang together; ${FEWEST_ROWS} are the fewest. Is each row a session of its own? Then say so in a \`session\` column`,
			wouldDecide: { what: 'rows', n: FEWEST_ROWS },
		};
	}
	if (constant) {
		return {
			reason: `all ${n} values are ${trimmed(value)}: values without any spread (a stuck counter, an emulator, rounding) do not tell how the next one will be`,
			mark: 'no spread',
			wouldDecide: VARIATION,
		};
	}
	if (between !== null && between >= LAG1_LIMIT) {
		return {
			reason: `the trace is too short for its own slowness: neighbouring batch means correlate with ${between.toFixed(2)} (below ${LAG1_LIMIT} is needed); a longer trace, or ${ENOUGH_SESSIONS} sessions, would do`,
			mark: 'autocorrelated',
			wouldDecide: sessions,
		};
	}
	if (batchRows < batchRowsLeast) {
		return {
			reason: `the trace is too short for its own slowness: a row is like its neighbours for about ${trimmed(correlationRows, 2)} rows, and a batch has ${batchRows} where ${CORRELATION_TIMES} times as many as that are needed`,
			mark: 'autocorrelated',
			wouldDecide: { what: 'rows', n: BATCHES * Math.ceil(batchRowsLeast) },
		};
	}
	return null;
}

/** Rows over which the autocorrelation falls to 1/e, were it geometric: -1 / ln r1; 0 where r1 is no more than chance. */
function correlationRows(values: Float64Array): number {
	const r1 = lag1(values);
	if (r1 === null || r1 <= 2 / Math.sqrt(values.length)) return 0;
	return r1 >= 1 ? values.length : -1 / Math.log(r1);
}

/** Rows in all whose spread would leave the limit outside the bounds, if they wander as these do; null: on the limit. */
function rowsToDecide(figures: BatchMeanFigures, context: MeanContext): Judged['wouldDecide'] {
	if (meterHides(figures, context)) return BETTER_METER;
	const { estimate, typeA, typeB, n } = figures;
	const t = studentQuantile(1 - context.alpha, BATCHES - 1);
	const room = ((estimate - context.limit.value) / t) ** 2 - typeB ** 2;
	if (typeA === null || !(room > 0)) return null;
	const rows = Math.ceil((n * typeA ** 2) / room);
	return rows > MOST_ROWS_ASKED ? null : { what: 'rows', n: Math.max(n + 1, rows) };
}

/** Whether the estimate is so close to the limit that the meter alone keeps it undecided. */
function meterHides({ estimate, typeB }: { estimate: number; typeB: number }, { limit, alpha }: MeanContext): boolean {
	return typeB > 0 && Math.abs(estimate - limit.value) <= normalQuantile(1 - alpha) * typeB;
}

/** Means of 20 stretches whose lengths differ by one row at most: no row is left out. */
function batchMeansOf(values: Float64Array): number[] {
	const edge = (batch: number) => Math.floor((batch * values.length) / BATCHES);
	return Array.from({ length: BATCHES }, (_, batch) => describe(values.subarray(edge(batch), edge(batch + 1))).mean);
}

function spread(bounds: { combined: number; dof: number; lower: number; upper: number } | null) {
	if (bounds === null) return { combined: null, dof: null, coverage: null };
	const { combined, dof, lower, upper } = bounds;
	const coverage = combined > 0 ? (upper - lower) / 2 / combined : null;
	return { combined, dof: Number.isFinite(dof) ? dof : null, coverage };
}

function straddles(bounds: { lower: number; upper: number } | null, { limit }: MeanContext): string {
	if (bounds === null) return 'there are no bounds';
	return `the limit lies between the bounds ${showAgainst(bounds.lower, limit)} and ${showAgainst(bounds.upper, limit)}`;
}

function meterRule({ meter }: MeanContext): string {
	return meter === null ? '' : ', with the meter as type B (Welch-Satterthwaite, GUM G.4.1)';
}

function meterNotes(typeB: number, { meter, limit }: MeanContext): string[] {
	if (meter === null) {
		if (!METERED.test(limit.unit ?? '')) return [];
		return ["no meter uncertainty was given: the bounds hold the spread of the readings, not the meter's error"];
	}
	return [
		`of which the meter: ${showValue(typeB, limit.unit)} standard uncertainty, which no number of readings averages out`,
	];
}
