import type { UncertaintyTerm } from '../../generated/record.ts';
import type { DeviceContext, Measured, Undecided } from '../measured.ts';
import {
	combineUncertainty,
	LAG1_LIMIT,
	lag1Of,
	sessionMeanBounds,
	sessionsToDecide,
} from '../statistics/session-means.ts';
import { type TraceMeanBounds, traceMeanBounds } from '../statistics/session-power.ts';

/** A mean over the inference cycles of one session, mW or mJ: at both ends of what is modelled, else twice the same. */
export interface SessionMean {
	low: number;
	high: number;
	/** Standard uncertainties of the instrument at each end; they do not average out. */
	typeBLow: number;
	typeBHigh: number;
	/** What `typeBHigh` is made of. */
	terms: readonly UncertaintyTerm[];
	/** Means of consecutive stretches at each end; empty where there are too few cycles for any. */
	batches: readonly number[];
	lowBatches: readonly number[];
	cycles: number;
	/** ADC counts. */
	n: number;
	evidence: 'silicon' | 'modelled';
	rule: string;
	marks: readonly string[];
}

type Mean = Omit<Measured, 'composition'>;

/**
 * The mean of one session: its spread from 20 stretches of the trace (type A), the instrument's part beside it (type B).
 *
 * @param limit in the mean's unit, what it must be below
 */
export function sessionMean(mean: SessionMean, limit: number, unit: string, context: DeviceContext): Mean {
	const { batches, lowBatches, low, high, typeBLow, typeBHigh } = mean;
	const common = { n: mean.n, sessions: 1, evidence: mean.evidence };
	if (batches.length < 2) {
		return {
			...common,
			estimate: high,
			bounds: { lower: null, upper: null },
			rule: mean.rule,
			marks: mean.marks,
			uncertainty: mean.terms,
			undecided: tooFewCycles(mean.cycles, context),
		};
	}
	const highBounds = traceMeanBounds(batches, typeBHigh);
	const lowBounds = mean.evidence === 'modelled' ? traceMeanBounds(lowBatches, typeBLow) : highBounds;
	const spread = { source: 'spread of the trace', typeA: highBounds.typeA, dof: highBounds.dofA };
	const refused = highBounds.refused !== null;
	return {
		...common,
		estimate: high,
		// The mean over all cycles and the mean of the stretches differ by the cycles that fill no stretch.
		bounds: { lower: Math.min(low, lowBounds.lower), upper: Math.max(high, highBounds.upper) },
		rule: `${mean.rule}; ${methodOf(highBounds)}${half(high, highBounds.upper, typeBHigh, unit)}`,
		marks: [...mean.marks, ...(refused ? ['trace too short'] : [])],
		uncertainty: refused ? mean.terms : [typeA(spread), ...mean.terms],
		undecided:
			insideInstrument(mean, limit, low) ??
			(highBounds.refused === null
				? undecidedBySpread(high, highBounds.typeA, typeBHigh, limit, context)
				: undecidedByCorrelation(highBounds.refused, batches, context)),
	};
}

/**
 * The mean of the board at any boot: one value from each session. The instrument is the same in all of them, so its part
 * does not fall with their number.
 *
 * @param means of at least five sessions; @param limit in the means' unit, what they must be below
 */
export function boardMean(means: readonly SessionMean[], limit: number, unit: string): Mean {
	const [first] = means as [SessionMean];
	const worst = means.reduce((a, b) => (b.high > a.high ? b : a));
	const typeBHigh = Math.max(...means.map((mean) => mean.typeBHigh));
	const high = sessionMeanBounds(
		means.map((mean) => mean.high),
		typeBHigh,
	);
	const low = sessionMeanBounds(
		means.map((mean) => mean.low),
		Math.max(...means.map((mean) => mean.typeBLow)),
	);
	const spread = { source: 'spread between sessions', typeA: high.typeA, dof: high.dofA };
	const sd = high.typeA * Math.sqrt(means.length);
	const needed = sessionsToDecide(high.estimate, sd, limit, typeBHigh);
	return {
		n: Math.min(...means.map((mean) => mean.n)),
		sessions: means.length,
		evidence: first.evidence,
		estimate: high.estimate,
		bounds: { lower: low.lower, upper: high.upper },
		rule: `mean of ${means.length} sessions, Student bound on their means${half(high.estimate, high.upper, typeBHigh, unit)}; ${worst.rule}`,
		marks: [...new Set([...means.flatMap((mean) => mean.marks), ...(high.lowR ? ['low R'] : [])])],
		uncertainty: [typeA(spread), ...worst.terms],
		undecided: insideInstrument({ ...worst, high: high.estimate, typeBHigh }, limit, low.estimate) ?? {
			reason:
				needed === null || needed <= means.length
					? `the mean of ${means.length} sessions seems to sit on the limit`
					: `${means.length} sessions spread by ${shown(sd)} ${unit}; about ${needed} sessions would probably decide`,
			wouldDecide: needed === null || needed <= means.length ? null : { what: 'sessions', n: needed },
		},
	};
}

function methodOf({ method }: TraceMeanBounds): string {
	if (method === 'batch-means') return 'spread from 20 stretches of the trace';
	if (method === 'no-averaging') return 'stretches alike within the instrument, not averaged';
	return 'trace too short for its correlation: the range of its stretches on either side';
}

function half(estimate: number, upper: number, typeB: number, unit: string): string {
	const instrument = combineUncertainty({ estimate: 0, typeA: 0, dofA: 1, typeB }).upper;
	return `, +-${shown(upper - estimate)} ${unit} at 95 % each side, of which the instrument +-${shown(instrument)}`;
}

function typeA({ source, typeA: standard, dof }: { source: string; typeA: number; dof: number }): UncertaintyTerm {
	return { source, kind: 'A', standard, degreesOfFreedom: Number.isFinite(dof) ? dof : null };
}

/** Where no longer trace and no more sessions help: the limit lies in the model's band, or within the instrument's error. */
function insideInstrument(mean: SessionMean, limit: number, low: number): Undecided | null {
	const { evidence, high, typeBHigh } = mean;
	if (evidence === 'modelled') {
		const band = low < limit && limit < high;
		return {
			reason: `the limit lies inside ${band ? 'the band of the model' : 'what the model and the shunt chain leave open'}; a run on silicon decides`,
			wouldDecide: { what: 'silicon', n: null },
		};
	}
	const instrument = combineUncertainty({ estimate: 0, typeA: 0, dofA: 1, typeB: typeBHigh }).upper;
	if (Math.abs(limit - high) > instrument) return null;
	return {
		reason:
			"the limit lies inside the shunt chain's own uncertainty; a calibration, another meter or a larger shunt decides",
		wouldDecide: { what: 'meter', n: null },
	};
}

function undecidedBySpread(
	estimate: number,
	spread: number,
	typeB: number,
	limit: number,
	context: DeviceContext,
): Undecided {
	const margin = Math.abs(limit - estimate);
	const seconds = secondsOf(context);
	const clears = (factor: number) =>
		combineUncertainty({ estimate: 0, typeA: spread / Math.sqrt(factor), dofA: 19, typeB }).upper < margin;
	// The spread of a mean falls with the root of the time it is taken over.
	for (let factor = 1.1; factor <= MOST_TIMES; factor *= 1.1) {
		if (!clears(factor)) continue;
		const needed = Math.ceil(factor * seconds);
		return {
			reason: `the trace spreads too much for its ${Math.round(seconds)} s; about ${needed} s would probably decide`,
			wouldDecide: { what: 'seconds', n: needed },
		};
	}
	return { reason: 'the true mean seems to sit on the limit', wouldDecide: null };
}

/** The correlation of neighbouring stretches falls about as fast as they grow: so many times the length, and twice that. */
function undecidedByCorrelation(refused: string, batches: readonly number[], context: DeviceContext): Undecided {
	const needed = Math.ceil(2 * Math.max(1, lag1Of(batches) / LAG1_LIMIT) * secondsOf(context));
	return { reason: `${refused}; begin with ${needed} s`, wouldDecide: { what: 'seconds', n: needed } };
}

/** A trace longer than this many times the present one is no advice. */
const MOST_TIMES = 1000;
const FEWEST_CYCLES = 20;

function tooFewCycles(cycles: number, context: DeviceContext): Undecided {
	const needed = Math.ceil((secondsOf(context) * FEWEST_CYCLES) / Math.max(1, cycles));
	return {
		reason: `${cycles} inference cycles are too few to tell their spread; at least ${FEWEST_CYCLES} are needed`,
		wouldDecide: { what: 'seconds', n: Math.max(1, needed) },
	};
}

/** Length of the clips behind the trace. */
function secondsOf({ list }: DeviceContext): number {
	const clips = list.segments
		.filter((segment) => segment.measures.includes('power'))
		.flatMap((segment) => segment.clips.filter((clip) => clip.selected));
	return clips.reduce((sum, clip) => sum + clip.samples, 0) / list.sampleRateHz;
}

function shown(value: number): string {
	return String(Number(value.toPrecision(2)));
}
