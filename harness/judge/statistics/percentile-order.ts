/** A percentile of the samples of one session, in the order of time: neighbours that are alike count for less. */

import { checkOpenShare, checkValues } from './check.ts';
import {
	ALPHA,
	type BoundRanks,
	boundRanks,
	type PercentileBounds,
	percentileBounds,
	smallestDecidingCount,
} from './percentile.ts';
import { mostRankLag1, rankLag1 } from './rank-correlation.ts';
import { wanderEnvelope } from './wander-envelope.ts';

export interface OrderedPercentileBounds extends PercentileBounds {
	/** `envelope`: neighbours are alike, and the ranks are null. */
	method: 'order-statistics' | 'envelope';
	/** Lag-1 autocorrelation of the ranks; null without spread. */
	rankLag1: number | null;
	/** How many independent samples they were counted for, 1..n. */
	worth: number;
	/** What the level wandered, in the values' unit, where an envelope was needed and there are values enough for one. */
	wander: number | null;
}

/**
 * Exact order-statistic bounds (percentileBounds) of samples that do not resemble their neighbours; of samples that do a
 * little, at the ranks that fewer would have; else the envelope of those (wanderEnvelope), on each side that so many
 * samples could decide at all. Error rates: ../simulation/SIMULATION.md.
 *
 * @param values in time order, not sorted, at least one, any unit; @param p the percentile as a fraction
 * @param alpha one-sided error of each bound
 */
export function orderedPercentileBounds(values: Float64Array, p: number, alpha = ALPHA): OrderedPercentileBounds {
	checkValues('orderedPercentileBounds: values', values);
	checkOpenShare('orderedPercentileBounds: p', p);
	const n = values.length;
	const correlation = rankLag1(values);
	const sorted = values.slice().sort();
	const exact = percentileBounds(sorted, p, alpha);
	const plain = { method: 'order-statistics', rankLag1: correlation, worth: n, wander: null } as const;
	if (correlation === null || correlation <= NOTABLE / Math.sqrt(n)) return { ...exact, ...plain };
	const worth = Math.max(1, Math.floor((n * (1 - correlation)) / (1 + correlation)));
	const fewer = ranksOfFewer(n, worth, p, alpha);
	const at = (rank: number | null) => (rank === null ? null : (sorted[rank - 1] as number));
	if (correlation <= mostRankLag1(n)) {
		// Too few for a bound: the exact one stands. Far out on a tail, neighbours over the limit are alike much less than
		// neighbours' ranks.
		const lowerRank = fewer.lower ?? exact.lowerRank;
		const upperRank = fewer.upper ?? exact.upperRank;
		return { lower: at(lowerRank), upper: at(upperRank), lowerRank, upperRank, ...plain, worth };
	}
	const inner = { lower: at(fewer.lower ?? 1) as number, upper: at(fewer.upper ?? n) as number };
	const { lower, upper, wander } = wanderEnvelope(values, inner);
	return {
		lower: n >= smallestDecidingCount(1 - p, alpha) ? lower : null,
		upper: n >= smallestDecidingCount(p, alpha) ? upper : null,
		lowerRank: null,
		upperRank: null,
		method: 'envelope',
		rankLag1: correlation,
		worth,
		wander: lower === null ? null : wander,
	};
}

/** Correlation, in standard errors of that of independent samples, from which samples count for less. */
const NOTABLE = 1.5;

/**
 * The ranks that so many samples as n correlated ones are worth would have, among n; null where those are too few for a
 * bound. For a mean n samples are worth n (1 - r) / (1 + r) (Bayley and Hammersley, JRSS Supplement 8, 1946).
 */
function ranksOfFewer(n: number, worth: number, p: number, alpha: number): BoundRanks {
	const { lower, upper } = boundRanks(worth, p, alpha);
	return {
		lower: lower === null ? null : Math.max(1, Math.floor((lower / worth) * n)),
		upper: upper === null ? null : Math.min(n, Math.ceil((upper / worth) * n)),
	};
}
