import type { Cell } from '../../../harness/generated/record.ts';
import { shareUsed } from '../../../harness/judge/verdict.ts';
import { metricOf } from '../../../harness/scenario/metrics.ts';
import { formatUsed, metricTitle } from '../format.ts';
import { html, type Markup } from '../html/markup.ts';
import { label, line, path, px, rect, svg } from './svg.ts';

/**
 * A cell's interval against its limit, on one axis for every cell: the share of the limit used, so that the limit stands
 * at the same place in each row and left of it is always good. Beyond 150 % the axis ends in an arrow with the factor.
 *
 * A measured interval is a filled bar, the band of a model a hatched one with an outline, an exact value a diamond.
 */
const WIDTH = 210;
const HEIGHT = 26;
const LEFT = 2;
const LIMIT_X = 132;
const RIGHT = 198;
const MIDDLE = HEIGHT / 2;
/** Where the arrow begins: what lies beyond is not drawn to scale. */
const LAST_SHARE = 1.46;

const xOf = (share: number) => LEFT + Math.min(Math.max(share, 0), LAST_SHARE) * (LIMIT_X - LEFT);

export interface Shares {
	/** Share of the limit used at the better and the worse end; null: that end is open. */
	good: number | null;
	bad: number | null;
	estimate: number | null;
}

/** null: this cell has no place on such an axis (no bounds, a yes or no, a limit of nothing). */
export function sharesOf(cell: Pick<Cell, 'metric' | 'limit' | 'bounds' | 'estimate' | 'unit'>): Shares | null {
	const { limit, bounds, estimate, unit } = cell;
	if (bounds === null || unit === 'yes/no' || limit.op === '=') return null;
	const ceiling = metricOf(cell.metric).units[0] === '%' ? 100 : undefined;
	const share = (value: number | null) => {
		if (value === null || Number.isNaN(value)) return null;
		// Both ends alike: whichever of them is the bad one is then this value.
		return shareUsed(limit, { lower: value, upper: value }, ceiling);
	};
	const [low = null, high = null] = bounds;
	const ends = [share(low), share(high)];
	const [good = null, bad = null] = limit.op.startsWith('<') ? ends : ends.reverse();
	return good === null && bad === null ? null : { good, bad, estimate: share(estimate) };
}

export function limitBar(cell: Cell): Markup | null {
	const shares = sharesOf(cell);
	if (shares === null) return null;
	const { good, bad } = shares;
	const exact = good !== null && good === bad;
	const modelled = cell.evidence === 'modelled';
	return svg({ width: WIDTH, height: HEIGHT, className: `bar ${cell.verdict}`, label: spoken(cell, shares) }, [
		rect(LEFT, MIDDLE - 6, LIMIT_X - LEFT, 12, 'allowed'),
		rect(LIMIT_X, MIDDLE - 6, RIGHT - LIMIT_X, 12, 'over'),
		exact ? diamond(good) : interval(shares, modelled),
		line(LIMIT_X, 1, LIMIT_X, HEIGHT - 1, 'limit'),
	]);
}

function interval({ good, bad, estimate }: Shares, modelled: boolean): Markup {
	const from = good === null ? LEFT : xOf(good);
	const to = bad === null ? RIGHT - 8 : xOf(bad);
	const beyond = bad === null || bad > LAST_SHARE;
	// A bar of less than three pixels is no bar; it grows away from the limit, so that it never seems to cross it.
	const width = Math.max(3, to - from);
	const start = bad !== null && bad <= 1 ? Math.max(LEFT, to - width) : from;
	const body =
		good !== null && good > LAST_SHARE
			? null
			: html`${rect(start, MIDDLE - 5, width, 10, modelled ? 'band' : 'interval')}${modelled ? hatching(start, width) : null}`;
	const tick =
		estimate === null || estimate > LAST_SHARE
			? null
			: line(xOf(estimate), MIDDLE - 8, xOf(estimate), MIDDLE + 8, 'estimate');
	return html`${body}${good === null ? openEnd(LEFT, -1) : null}${beyond ? arrow(bad, good) : null}${tick}`;
}

/** Strokes of our own rather than a pattern: a pattern needs an id, and ids of many figures on a page collide. */
function hatching(from: number, width: number): Markup {
	const strokes: string[] = [];
	for (let x = from + 2; x < from + width; x += 5) {
		const end = Math.min(x + 6, from + width);
		strokes.push(`M${px(x)},${px(MIDDLE + 4.5)}L${px(end)},${px(MIDDLE + 4.5 - (9 * (end - x)) / 6)}`);
	}
	return html`<path class="hatch" d="${strokes.join('')}"/>`;
}

function diamond(share: number): Markup {
	if (share > LAST_SHARE) return arrow(share, share);
	const x = xOf(share);
	const corners: [number, number][] = [
		[x - 6, MIDDLE],
		[x, MIDDLE - 6],
		[x + 6, MIDDLE],
		[x, MIDDLE + 6],
	];
	return html`<path class="exact" d="${path(corners, true)}"/>`;
}

/** At the right edge: the value lies beyond the axis. Where all of the interval does, the factors stand before the tip. */
function arrow(bad: number | null, good: number | null): Markup {
	const tip: [number, number][] = [
		[RIGHT - 3, MIDDLE - 8],
		[RIGHT + 10, MIDDLE],
		[RIGHT - 3, MIDDLE + 8],
	];
	const open = bad === null;
	const told =
		good !== null && good > LAST_SHARE
			? label(RIGHT - 7, MIDDLE + 4, factors(good, bad), { className: 'factor', anchor: 'end' })
			: null;
	return html`<path class="${open ? 'arrow open' : 'arrow'}" d="${path(tip, true)}"/>${told}`;
}

/** `38–49×`: how many times the limit, at both ends. */
function factors(good: number, bad: number | null): string {
	const round = (value: number) => String(value < 10 ? Number(value.toFixed(1)) : Math.round(value));
	if (bad === null || !(bad < 1e6)) return `${good < 1e6 ? round(good) : '10⁶'}× or more`;
	return round(good) === round(bad) ? `${round(bad)}×` : `${round(good)}–${round(bad)}×`;
}
function openEnd(x: number, direction: -1 | 1): Markup {
	return html`<path class="arrow open" d="${path([
		[x + 8, MIDDLE - 7],
		[x + 8 + 8 * direction, MIDDLE],
		[x + 8, MIDDLE + 7],
	])}"/>`;
}

function spoken(cell: Cell, { good, bad }: Shares): string {
	const what = cell.evidence === 'modelled' ? 'model band' : 'interval';
	const [from, to] = [formatShare(good), formatShare(bad)];
	const told = from === to ? `exactly ${to}` : `${what} from ${from} to ${to}`;
	return `${metricTitle(cell)}: ${told} of the limit used`;
}

function formatShare(share: number | null): string {
	return share === null ? 'unknown' : formatUsed(share);
}
