import type { Finding } from '../../generated/record.ts';

/**
 * What a score means, for every rule: the share of the shortfall that would be gone without this cause, times how far the
 * evidence goes. The shortfall is what lies between the cell's value and its limit, so the scores of different rules can
 * be compared and the list ranks itself.
 *
 * - explained share: (value - value without the cause) / (value - limit), between 0 and 1. In a cell that is undecided for
 *   want of precision: the share of the interval's width. In a rig error: the share of the lost clips, 1 for what voids
 *   the session.
 * - weight: how sure it is that this is the cause, and not just where the quantity goes.
 */
export const WEIGHT = {
	/** Seen in the data itself: a wrong clock, a reset, silent hops that were computed in full, reordered features. */
	observed: 1,
	/** Follows from the data through a model or a typical value. */
	inferred: 0.8,
	/** A pattern that goes with the cause, and with others. */
	suggestive: 0.6,
	/** Says where the quantity goes; nothing shows that it is wrong there. */
	descriptive: 0.5,
} as const;

/** Below, a cause is not worth a line. */
export const LEAST_SCORE = 0.02;

const LONGEST_TEXT = 600;

/**
 * A finding with its score from share and weight; null where there is none to speak of.
 *
 * @param explained share of the shortfall, clamped to 0..1; NaN counts as nothing
 * @param weight 0..1; where the figures make no number, it is no finding
 */
export function finding(cause: string, explained: number, weight: number, text: string): Finding | null {
	const share = Number.isNaN(explained) ? 0 : Math.min(1, Math.max(0, explained));
	const score = Number((share * weight).toFixed(3));
	if (!(score >= LEAST_SCORE)) return null;
	return { cause, score, text: text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 3)}...` };
}

/** `37 %`, never `0 %` for something that is there. */
export function percent(share: number): string {
	const value = 100 * share;
	return `${value > 0 && value < 1 ? value.toPrecision(1) : Math.round(value)} %`;
}
