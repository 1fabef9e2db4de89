/** The mean of one trace when there is one session only: batches of it stand in for repeats, where they may. */

import { checkOpenShare, checkSpread, checkValues } from './check.ts';
import { ALPHA } from './percentile.ts';
import { combineUncertainty, LAG1_LIMIT, lag1Of, meanAndDeviation } from './session-means.ts';

/** Fewer batches say nothing about their correlation. */
const FEWEST_BATCHES = 10;

export interface TraceMeanBounds {
	estimate: number;
	/** One-sided bounds, each wrong with probability alpha; those of the envelope when refused. */
	lower: number;
	upper: number;
	/** Standard, same unit; NaN when refused. */
	typeA: number;
	/** Degrees of freedom of type A: batches - 1. */
	dofA: number;
	/** Why the trace gives no interval; the wide envelope in `lower` and `upper` may still decide. */
	refused: string | null;
	method: 'batch-means' | 'no-averaging' | 'envelope';
}

/**
 * Bounds of the mean of one trace from its batch means (Law, Simulation Modeling and Analysis, 5th ed., 9.5.3),
 * combined with the meter's uncertainty (GUM 5.1.2, G.4.1).
 *
 * `batch-means`, neighbouring batches correlated by less than 0.3: type A is s / sqrt B, widened for the correlation
 * that is left. `no-averaging`, correlated, but their whole range is at most twice the meter's uncertainty: the range
 * itself is type A. Both hold 5 % down to traces of 0.7 correlation times (see simulation/SIMULATION.md); what changes
 * more slowly than that only sessions show. `envelope`, the rest: refused, but lowest batch - range and highest
 * + range, plus the meter, still bound the mean, and may be clear of the limit.
 *
 * @param batches means of equal stretches in time order, cut on whole inference cycles; 20 of them
 * @param typeB the meter's standard uncertainty, same unit; @param alpha one-sided error of each bound
 */
export function traceMeanBounds(batches: readonly number[], typeB: number, alpha = ALPHA): TraceMeanBounds {
	checkValues('traceMeanBounds: batches', batches, FEWEST_BATCHES);
	checkSpread('traceMeanBounds: typeB', typeB);
	checkOpenShare('traceMeanBounds: alpha', alpha);
	const { mean: estimate, standardDeviation } = meanAndDeviation(batches);
	const dofA = batches.length - 1;
	const lag1 = lag1Of(batches);
	const highest = Math.max(...batches);
	const lowest = Math.min(...batches);
	const range = highest - lowest;
	const averaging = lag1 < LAG1_LIMIT;
	if (averaging || range <= 2 * typeB) {
		const perMean = (standardDeviation * correlationFactor(lag1, batches.length)) / Math.sqrt(batches.length);
		const typeA = averaging ? perMean : range;
		const { lower, upper } = combineUncertainty({ estimate, typeA, dofA, typeB, alpha });
		return { estimate, lower, upper, typeA, dofA, refused: null, method: averaging ? 'batch-means' : 'no-averaging' };
	}
	const meter = combineUncertainty({ estimate: 0, typeA: 0, dofA, typeB, alpha }).upper;
	return {
		estimate,
		lower: lowest - range - meter,
		upper: highest + range + meter,
		typeA: Number.NaN,
		dofA,
		refused: `trace too short: neighbouring batches correlate with ${lag1.toFixed(2)} (below ${LAG1_LIMIT} is needed); a longer trace or more sessions decide`,
		method: 'envelope',
	};
}

/**
 * How much wider the mean of a first-order autoregressive series varies than one of independent values (Box, Jenkins and
 * Reinsel, 2.1), with the lag-1 correlation freed of its bias -(1 + 4 r) / n (Kendall, Biometrika 41, 1954). At least 1.
 */
function correlationFactor(lag1: number, count: number): number {
	const unbiased = Math.min(0.9, Math.max(0, (count * lag1 + 1) / (count - 4)));
	return Math.sqrt((1 + unbiased) / (1 - unbiased));
}
