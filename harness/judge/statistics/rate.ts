/** Events over time (false accepts per hour) against a limit. */

import { checkCount, checkOpenShare, checkPositive, checkSorted } from './check.ts';
import { chiSquareQuantile } from './distributions.ts';
import { ALPHA } from './percentile.ts';

const LONGEST_FACTOR = 10_000;

export interface RateBounds {
	/** All per unit of exposure. */
	estimate: number;
	lower: number;
	upper: number;
}

/**
 * Exact one-sided bounds of a Poisson rate as chi-square quantiles (Garwood, Biometrika 28, 1936). No event in T gives
 * an upper bound of 3.0 / T.
 *
 * @param events 0 or more; @param exposure time watched, above 0, e.g. h; @param alpha one-sided error of each bound
 * @returns events per unit of exposure
 */
export function poissonRateBounds(events: number, exposure: number, alpha = ALPHA): RateBounds {
	checkCount('poissonRateBounds: events', events);
	checkPositive('poissonRateBounds: exposure', exposure);
	checkOpenShare('poissonRateBounds: alpha', alpha);
	return {
		estimate: events / exposure,
		lower: events === 0 ? 0 : chiSquareQuantile(alpha, 2 * events) / (2 * exposure),
		upper: chiSquareQuantile(1 - alpha, 2 * (events + 1)) / (2 * exposure),
	};
}

/**
 * How long a watch would probably decide "at most limitRate", at the rate seen so far; null when the true rate seems to
 * sit on the limit, or 10,000 times the watch so far would be needed.
 *
 * @param limitRate events per unit of exposure, above 0; @returns exposure in all, in the unit of `exposure`
 */
export function exposureToDecide(events: number, exposure: number, limitRate: number, alpha = ALPHA): number | null {
	checkCount('exposureToDecide: events', events);
	checkPositive('exposureToDecide: exposure', exposure);
	checkPositive('exposureToDecide: limitRate', limitRate);
	if (events === 0) return Math.max(exposure, -Math.log(alpha) / limitRate);
	for (let factor = 1; factor <= LONGEST_FACTOR; factor *= 1.02) {
		const expected = Math.round(events * factor);
		const { lower, upper } = poissonRateBounds(expected, exposure * factor, alpha);
		if (upper <= limitRate || lower > limitRate) return exposure * factor;
	}
	return null;
}

/**
 * Events that follow one another closely count once: a television sets a wake word off five times in a minute, and the
 * Poisson bounds, which take events as independent, would err far more often than alpha. Runs declustering (Coles, An
 * Introduction to Statistical Modeling of Extreme Values, 5.3.2).
 *
 * @param times of the events, ascending, any unit; @param holdOff in the same unit: an event within it after the one
 * before belongs to the same burst
 */
export function countBursts(times: readonly number[], holdOff: number): number {
	if (times.length > 0) checkSorted('countBursts: times', times);
	checkPositive('countBursts: holdOff', holdOff);
	return times.filter((time, index) => index === 0 || time - (times[index - 1] as number) > holdOff).length;
}
