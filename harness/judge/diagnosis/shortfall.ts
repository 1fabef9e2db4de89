import type { DeviceFacts } from '../../generated/device.ts';
import type { Cell } from '../../generated/record.ts';
import { badBound, isUpperLimit, MARGINAL_ABOVE } from '../verdict.ts';

/** How far a cell is from its limit, in the cell's unit. */
export interface Shortfall {
	/** The figure that misses the limit: the estimate, or the bad bound where the estimate itself would meet it. */
	value: number;
	limit: number;
	/** In how far a counterfactual says something about the verdict: less where precision is what is missing. */
	certainty: number;
}

/** In an undecided cell, better figures come before a better device. */
const UNDECIDED = 0.5;

/** Null where there is no number, or where nothing misses the limit. */
export function shortfallOf(cell: Cell): Shortfall | null {
	const { estimate, bounds, verdict, unit } = cell;
	if (estimate === null || unit === 'x baseline') return null;
	const upper = isUpperLimit(cell.limit.op);
	const { value: stated } = cell.limit;
	// A marginal cell meets its limit; what it misses is the margin.
	const limit = verdict !== 'marginal' ? stated : upper ? stated * MARGINAL_ABOVE : stated / MARGINAL_ABOVE;
	const worst =
		bounds === null ? null : badBound(cell.limit.op, { lower: bounds[0] ?? null, upper: bounds[1] ?? null });
	const misses = (value: number | null): value is number =>
		value !== null && Number.isFinite(value) && (upper ? value >= limit : value <= limit);
	const value = misses(estimate) ? estimate : worst;
	if (!misses(value)) return null;
	return { value, limit, certainty: verdict === 'inconclusive' ? UNDECIDED : 1 };
}

/**
 * What turns a figure of a power, battery-life or energy cell into the mean power behind it, mW; null for other cells.
 *
 * @param hopSeconds an inference comes every so often
 */
export function toMilliwatts(cell: Cell, facts: DeviceFacts, hopSeconds: number): ((value: number) => number) | null {
	const capacity = facts.battery?.milliwattHours;
	if (cell.metric === 'power') return (value) => value;
	if (cell.metric === 'battery-life' && capacity !== undefined) return (value) => capacity / value;
	if (cell.metric === 'energy' && hopSeconds > 0) return (value) => value / hopSeconds;
	return null;
}

/** The shortfall of such a cell as mean power, mW. */
export function powerShortfall(cell: Cell, facts: DeviceFacts, hopSeconds: number): Shortfall | null {
	const milliwatts = toMilliwatts(cell, facts, hopSeconds);
	const shortfall = milliwatts === null ? null : shortfallOf(cell);
	if (shortfall === null || milliwatts === null) return null;
	const [value, limit] = [milliwatts(shortfall.value), milliwatts(shortfall.limit)];
	return Number.isFinite(value) && Number.isFinite(limit) ? { ...shortfall, value, limit } : null;
}

/** Share of the shortfall that is gone when the value becomes `without`. For limits from above. */
export function explainedShare({ value, limit, certainty }: Shortfall, without: number): number {
	const gap = value - limit;
	// On the limit itself anything that lowers the value explains all of it.
	const share = gap > 0 ? (value - without) / gap : without < value ? 1 : 0;
	return certainty * Math.min(1, Math.max(0, share));
}
