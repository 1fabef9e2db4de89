/** What a percentile can be when neighbouring samples are alike, so that their number does not count as evidence. */

import { checkValues } from './check.ts';
import { medianUnbiasedPercentile } from './percentile.ts';

const STRETCHES = 20;
/** How many times as far as it was seen to wander the level is allowed to go. */
const ALLOWANCE = 10;

export interface WanderEnvelope {
	/** null below 40 values: stretches of one value have no level. */
	lower: number | null;
	upper: number | null;
	/** Distance between the lowest and the highest median of 20 stretches of the session, in the values' unit. */
	wander: number;
}

/** What encloses most of the values, before it is moved outwards. */
export interface Inner {
	lower: number;
	upper: number;
}

/**
 * An inner interval, each end moved outwards by ten times what the level wandered within the session: no interval with a
 * stated error, but one that the percentile stays in. Simulated with AR(1) traces whose p50 or p95 is the limit
 * (`npm run simulate`): false verdicts below 1 % as long as the correlation time is below about ten times the trace
 * (n = 100, 400, 4000; rho up to 0.999 at n = 100). What changes more slowly shows between sessions only.
 *
 * @param values in time order, not sorted, at least one
 * @param inner bounds that would hold without the wandering, e.g. smallest and largest value
 */
export function wanderEnvelope(values: ArrayLike<number>, inner: Inner): WanderEnvelope {
	checkValues('wanderEnvelope: values', values);
	const size = Math.floor(values.length / STRETCHES);
	if (size < 2) return { lower: null, upper: null, wander: Number.NaN };
	const medians = Array.from({ length: STRETCHES }, (_, stretch) => {
		const part = Float64Array.from({ length: size }, (_, index) => values[stretch * size + index] as number);
		return medianUnbiasedPercentile(part.sort(), 0.5);
	});
	const wander = Math.max(...medians) - Math.min(...medians);
	return { lower: inner.lower - ALLOWANCE * wander, upper: inner.upper + ALLOWANCE * wander, wander };
}
