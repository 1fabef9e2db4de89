import { significant } from '../format.ts';
import { html, type Markup } from '../html/markup.ts';
import { INNER, panel } from './panel.ts';
import { axisAround, logScale, type Scale } from './scale.ts';
import { line, path, px } from './svg.ts';

/** A design in a plot of what it gives against what it costs. */
export interface PlottedDesign {
	name: string;
	/** Both ends of what is known; the bad one places it. */
	cost: { low: number; high: number };
	benefit: number;
	/** Null: not bounded. */
	bounds: { low: number; high: number } | null;
	isOnFront: boolean;
	/** Which mark it is drawn with: designs of a kind are drawn alike. */
	kind: number;
}

export interface FrontPlot {
	designs: readonly PlottedDesign[];
	costTitle: string;
	benefitTitle: string;
	/** What is compared, for whoever cannot see it. */
	label: string;
}

/** A wider range than this has its axis by powers of ten. */
const LOG_FROM_RATIO = 8;
const SIZE = 5.5;
/** So many marks there are that can be told apart; further kinds share them. */
const KINDS = 4;

/**
 * Designs by cost and benefit, those of the Pareto front filled and joined by its steps: what is left of or above that
 * line, nothing reaches.
 */
export function frontPlot({ designs, costTitle, benefitTitle, label }: FrontPlot): Markup {
	const x = costAxis(designs);
	const benefits = designs.flatMap(({ benefit, bounds, isOnFront }) =>
		isOnFront && bounds !== null ? [benefit, bounds.low, bounds.high] : [benefit],
	);
	const y = axisAround(benefits.length === 0 ? [0, 1] : benefits, null, INNER.y);
	const front = designs.filter(({ isOnFront }) => isOnFront).toSorted((a, b) => a.cost.high - b.cost.high);
	const marks = [...designs]
		.sort((a, b) => Number(a.isOnFront) - Number(b.isOnFront))
		.map((design) => markOf(design, x, y));
	return panel(
		{
			label,
			y,
			yText: significant,
			yTitle: benefitTitle,
			xTicks: x.ticks.map((tick) => ({ at: x(tick), text: significant(tick) })),
			xTitle: costTitle,
		},
		[html`<path class="front" d="${path(stepsOf(front, x, y))}"/>`, marks],
	);
}

function costAxis(designs: readonly PlottedDesign[]): Scale {
	const costs = designs.flatMap(({ cost }) => [cost.low, cost.high]);
	const [low, high] = [Math.min(...costs), Math.max(...costs)];
	if (low > 0 && high / low >= LOG_FROM_RATIO) return logScale([low / 1.3, high * 1.3], INNER.x);
	return axisAround(costs.length === 0 ? [0, 1] : costs, null, INNER.x);
}

/** From each design of the front on, its benefit is to be had until the next one costs. */
function stepsOf(front: readonly PlottedDesign[], x: Scale, y: Scale): [number, number][] {
	return front.flatMap(({ cost, benefit }, index): [number, number][] => {
		const before = front[index - 1];
		const here: [number, number] = [x(cost.high), y(benefit)];
		return before === undefined ? [here] : [[x(cost.high), y(before.benefit)], here];
	});
}

function markOf(design: PlottedDesign, x: Scale, y: Scale): Markup {
	const { name, cost, benefit, bounds, isOnFront, kind } = design;
	const [at, height] = [x(cost.high), y(benefit)];
	const band = cost.low === cost.high ? null : line(x(cost.low), height, at, height, 'spread');
	const interval = bounds === null || !isOnFront ? null : line(at, y(bounds.low), at, y(bounds.high), 'spread');
	return html`${band}${interval}<path class="design ${isOnFront ? 'on-front' : 'off-front'}" d="${shapeOf(kind % KINDS, at, height)}"><title>${name}</title></path>`;
}

/** A circle, a square, a triangle, a rhomb. */
function shapeOf(kind: number, x: number, y: number): string {
	const r = SIZE;
	if (kind === 0) return `M${px(x - r)},${px(y)}a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
	const corners: readonly [number, number][][] = [
		[
			[-0.9, -0.9],
			[0.9, -0.9],
			[0.9, 0.9],
			[-0.9, 0.9],
		],
		[
			[0, -1.15],
			[1.1, 0.9],
			[-1.1, 0.9],
		],
		[
			[0, -1.3],
			[1.3, 0],
			[0, 1.3],
			[-1.3, 0],
		],
	];
	return path(
		(corners[kind - 1] ?? []).map(([dx, dy]) => [x + r * dx, y + r * dy] as const),
		true,
	);
}

/** The same marks for a legend. */
export function markSvg(kind: number): Markup {
	return html`<svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path class="design on-front" d="${shapeOf(kind % KINDS, 8, 8)}"/></svg>`;
}
