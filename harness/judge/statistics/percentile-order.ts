/** A percentile of the samples of one session, in the order of time: neighbours that are alike count for less. */

import { checkOpenShare, checkValues } from './check.ts';
import { ALPHA, boundRanks, type PercentileBounds, percentileBounds, smallestDecidingCount } from './percentile.ts';
import { mostRankLag1, rankLag1 } from './rank-correlation.ts';
import { wanderEnvelope } from './wander-envelope.ts';

export interface OrderedPercentileBounds extends PercentileBounds {
	/** `envelope`: neighbours are alike, and the ranks are null. */
	method: 'order-statistics' | 'envelope';
	/** Lag-1 autocorrelation of the ranks; null without spread. */
	rankLag1: number | null;
}

/**
 * Exact order-statistic bounds (percentileBounds) of samples that do not resemble their neighbours; of samples that do a
 * little, at the ranks that fewer would have; else the envelope (wanderEnvelope), on each side that so many samples could
 * decide at all. Error rates: ../simulation/SIMULATION.md.
 *
 * @param values in time order, not sorted, at least one, any unit; @param p the percentile as a fraction
 * @param alpha one-sided error of each bound
 */
export function orderedPercentileBounds(values: Float64Array, p: number, alpha = ALPHA): OrderedPercentileBounds {
	checkValues('orderedPercentileBounds: values', values);
	checkOpenShare('orderedPercentileBounds: p', p);
	const correlation = rankLag1(values);
	const exact = percentileBounds(values.slice().sort(), p, alpha);
	if (correlation === null || correlation <= mostRankLag1(values.length)) {
		const bounds = correlation === null ? exact : fewerRanks(values, exact, p, alpha, correlation);
		return { ...bounds, method: 'order-statistics', rankLag1: correlation };
	}
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

/** Correlation, in standard errors of that of independent samples, from which samples count for less. */
const NOTABLE = 1.5;

/**
 * The ranks of as many samples as n correlated ones are worth for a mean: n (1 - r) / (1 + r) (Bayley and Hammersley,
 * JRSS Supplement 8, 1946). Where those are too few for a bound the exact one stands: far out on a tail, neighbours over
 * the limit are alike much less than neighbours' ranks.
 */
function fewerRanks(
	values: Float64Array,
	exact: PercentileBounds,
	p: number,
	alpha: number,
	correlation: number,
): PercentileBounds {
	const n = values.length;
	if (correlation <= NOTABLE / Math.sqrt(n)) return exact;
	const worth = Math.max(1, Math.floor((n * (1 - correlation)) / (1 + correlation)));
	const { lower, upper } = boundRanks(worth, p, alpha);
	const sorted = values.slice().sort();
	const lowerRank = lower === null ? exact.lowerRank : Math.max(1, Math.floor((lower / worth) * n));
	const upperRank = upper === null ? exact.upperRank : Math.min(n, Math.ceil((upper / worth) * n));
	const at = (rank: number | null) => (rank === null ? null : (sorted[rank - 1] as number));
	return { lower: at(lowerRank), upper: at(upperRank), lowerRank, upperRank };
}
