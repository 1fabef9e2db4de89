/** A percentile of the samples of one session, in the order of time: neighbours that are alike count for less. */

import { checkOpenShare, checkValues } from './check.ts';
import { ALPHA, type PercentileBounds, percentileBounds, smallestDecidingCount } from './percentile.ts';
import { mostRankLag1, rankLag1 } from './rank-correlation.ts';
import { wanderEnvelope } from './wander-envelope.ts';

export interface OrderedPercentileBounds extends PercentileBounds {
	/** `envelope`: neighbours are alike, and the ranks are null. */
	method: 'order-statistics' | 'envelope';
	/** Lag-1 autocorrelation of the ranks; null without spread. */
	rankLag1: number | null;
}

/**
 * Exact order-statistic bounds (percentileBounds) of samples that do not resemble their neighbours; else the envelope
 * (wanderEnvelope), on each side that so many samples could decide at all. Error rates: ../simulation/SIMULATION.md.
 *
 * @param values in time order, not sorted, at least one, any unit; @param p the percentile as a fraction
 * @param alpha one-sided error of each bound
 */
export function orderedPercentileBounds(values: Float64Array, p: number, alpha = ALPHA): OrderedPercentileBounds {
	checkValues('orderedPercentileBounds: values', values);
	checkOpenShare('orderedPercentileBounds: p', p);
	const correlation = rankLag1(values);
	const exact = percentileBounds(values.slice().sort(), p, alpha);
	if (correlation === null || correlation <= mostRankLag1(values.length))
		return { ...exact, method: 'order-statistics', rankLag1: correlation };
	const { lower, upper } = wanderEnvelope(values);
	return {
		lower: values.length >= smallestDecidingCount(1 - p, alpha) ? lower : null,
		upper: values.length >= smallestDecidingCount(p, alpha) ? upper : null,
		lowerRank: null,
		upperRank: null,
		method: 'envelope',
		rankLag1: correlation,
	};
}
