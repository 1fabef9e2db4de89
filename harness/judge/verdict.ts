import type { Limit } from '../generated/spec.ts';

/** What is known of a value: between `lower` and `upper`; null where that side is open. Equal for an exact value. */
export interface Bounds {
	lower: number | null;
	upper: number | null;
}

export type Decision = 'pass' | 'marginal' | 'fail' | 'inconclusive';

/** A pass whose bad bound uses more of the limit than this is marginal. */
export const MARGINAL_ABOVE = 0.95;

/**
 * The one rule behind every verdict: pass when all that is possible meets the limit, fail when nothing that is does. A
 * bound that is no finite number bounds nothing.
 */
export function decide(limit: Pick<Limit, 'op' | 'value'>, bounds: Bounds, used: number | null): Decision {
	if (Number.isNaN(bounds.lower) || Number.isNaN(bounds.upper)) return 'inconclusive';
	const worst = badBound(limit.op, bounds);
	const best = goodBound(limit.op, bounds);
	if (isKnown(worst) && meets(worst, limit)) return used !== null && used > MARGINAL_ABOVE ? 'marginal' : 'pass';
	if (isKnown(best) && !meets(best, limit)) return 'fail';
	return 'inconclusive';
}

function isKnown(bound: number | null): bound is number {
	return bound !== null && Number.isFinite(bound);
}

/** The end of the bounds that decides whether the limit is met: the upper one of what should be small. */
export function badBound(op: Limit['op'], bounds: Bounds): number | null {
	return isUpperLimit(op) ? bounds.upper : bounds.lower;
}

export function goodBound(op: Limit['op'], bounds: Bounds): number | null {
	return isUpperLimit(op) ? bounds.lower : bounds.upper;
}

export function isUpperLimit(op: Limit['op']): boolean {
	return op === '<' || op === '<=';
}

/**
 * Share of the limit that the bad bound uses: value / limit of what should be small, limit / value of what should be
 * large. With a ceiling (100 % accuracy) it is the share of the errors the limit allows: 97 % against > 93.8 % uses
 * 3 / 6.2 of them. null where that means nothing.
 */
export function shareUsed(limit: Pick<Limit, 'op' | 'value'>, bounds: Bounds, ceiling?: number): number | null {
	const worst = badBound(limit.op, bounds);
	if (worst === null) return null;
	const share = isUpperLimit(limit.op)
		? worst / limit.value
		: ceiling === undefined
			? limit.value / worst
			: (ceiling - worst) / (ceiling - limit.value);
	return Number.isFinite(share) ? share : null;
}

/** Compared as written: `<` is not met by the limit itself. NaN meets nothing. */
export function meets(value: number, { op, value: limit }: Pick<Limit, 'op' | 'value'>): boolean {
	switch (op) {
		case '<':
			return value < limit;
		case '<=':
			return value <= limit;
		case '>':
			return value > limit;
		case '>=':
			return value >= limit;
		case '=':
			return value === limit;
	}
}
