import type { BatteryFacts, PowerFacts } from '../../generated/device.ts';
import { type Absent, notMeasured } from '../absent.ts';
import type { ClipTrace } from './clip-trace.ts';
import type { ShuntChain } from './shunt-chain.ts';
import { limitsOf } from './uncertainty.ts';

/** Counts above no current which a level must be, beside the non-linearity, to be told from none. */
const RESOLVED_COUNTS = 2;
/** Below this share of the time asleep, the sleep current hardly moves the mean. */
const ASLEEP_MATTERS = 0.5;

/** Battery life in hours at a mean power; null where the power is not above zero. */
export function batteryHours(milliwattHours: number, milliwatts: number): number | null {
	return milliwatts > 0 ? milliwattHours / milliwatts : null;
}

/**
 * Battery life from a mean power and its bounds: an interval, its short end from the upper bound of the power and the
 * least energy the battery may hold.
 *
 * @param milliwatts null where a bound is unknown
 * @returns h; null where that end is unknown, or the power is not above zero
 */
export function batteryLife(
	battery: BatteryFacts,
	milliwatts: { estimate: number; lower: number | null; upper: number | null },
): { estimate: number | null; lower: number | null; upper: number | null } {
	const { milliwattHours, uncertaintyFraction = 0 } = battery;
	const hours = (energy: number, power: number | null) => (power === null ? null : batteryHours(energy, power));
	return {
		estimate: hours(milliwattHours, milliwatts.estimate),
		lower: hours(milliwattHours * (1 - uncertaintyFraction), milliwatts.upper),
		upper: hours(milliwattHours * (1 + uncertaintyFraction), milliwatts.lower),
	};
}

/**
 * Why this chain can say nothing about a battery: a board that mostly sleeps lives by its sleep current, and half a count
 * of offset is more than that where the sleep level cannot be told from no current.
 *
 * The sleep level is the median of the lowest counts, as many of them as the core slept.
 *
 * @returns null where the level is resolved, or the core sleeps too little for it to matter
 */
export function sleepFault(traces: readonly ClipTrace[], power: PowerFacts, chain: ShuntChain): Absent | null {
	const played = traces.reduce((sum, trace) => sum + trace.playedSeconds, 0);
	const asleep = traces.reduce((sum, trace) => sum + trace.asleep * trace.playedSeconds, 0) / played;
	if (!(asleep > ASLEEP_MATTERS)) return null;
	const counts = traces.flatMap((trace) => [...trace.counts]).sort((a, b) => a - b);
	const level = (counts[Math.floor((asleep / 2) * counts.length)] ?? 0) - chain.offsetCounts;
	const { nonLinearityCounts } = limitsOf(power);
	const needed = RESOLVED_COUNTS + nonLinearityCounts;
	if (level > needed) return null;
	const microamperes = (counted: number) => Number((1e6 * counted * chain.amperesPerCount).toPrecision(4));
	return notMeasured(
		`asleep for ${Math.round(100 * asleep)} % of the time, at ${level.toFixed(1)} counts above no current, and one count is ${microamperes(1)} uA: with ${RESOLVED_COUNTS} counts and ${nonLinearityCounts} of non-linearity (${microamperes(needed)} uA) the sleep current cannot be told from none, and battery life hangs on it; a second range, a larger shunt or another instrument can tell`,
	);
}
