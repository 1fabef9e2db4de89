import { type Content, html, type Markup } from '../html/markup.ts';
import type { Scale } from './scale.ts';
import { label, line, svg } from './svg.ts';

/** Size of every figure: two stand side by side, one fits a telephone. */
export const PANEL = { width: 520, height: 250, left: 52, right: 12, top: 14, bottom: 42 } as const;

export const INNER = {
	x: [PANEL.left, PANEL.width - PANEL.right] as [number, number],
	y: [PANEL.height - PANEL.bottom, PANEL.top] as [number, number],
};

export interface PanelOptions {
	/** What the figure shows, in a sentence. */
	label: string;
	y: Scale;
	yText: (value: number) => string;
	yTitle: string;
	/** Places and texts along the x axis. */
	xTicks: readonly { at: number; text: string }[];
	xTitle: string;
}

/** Axes, grid and titles around `content`. */
export function panel(options: PanelOptions, content: Content): Markup {
	const { y, yText, yTitle, xTicks, xTitle } = options;
	const [left, right] = INNER.x;
	const [bottom, top] = INNER.y;
	const rows = y.ticks.map(
		(tick) =>
			html`${line(left, y(tick), right, y(tick), 'grid')}${label(left - 6, y(tick) + 4, yText(tick), { anchor: 'end' })}`,
	);
	const columns = xTicks.map(
		({ at, text }) =>
			html`${line(at, bottom, at, bottom + 8, 'tick')}${label(at, bottom + 20, text, { anchor: 'middle' })}`,
	);
	const titles = [
		label(left - 40, top - 3, yTitle, { className: 'title' }),
		label(right, PANEL.height - 5, xTitle, { className: 'title', anchor: 'end' }),
	];
	return svg({ ...PANEL, label: options.label, className: 'panel' }, [
		rows,
		line(left, bottom, right, bottom, 'axis'),
		columns,
		content,
		titles,
	]);
}

/** The limit as a line across the panel, or, where it lies outside, a sentence with an arrow at that edge. */
export function limitLine(y: Scale, value: number, text: string): Markup {
	const [left, right] = INNER.x;
	const [bottom, top] = INNER.y;
	const at = y(value);
	if (at < top)
		return label(right, top + 10, `↑ limit ${text}, beyond this axis`, { className: 'limit', anchor: 'end' });
	if (at > bottom)
		return label(right, bottom - 6, `↓ limit ${text}, beyond this axis`, { className: 'limit', anchor: 'end' });
	const above = at - top > 18;
	return html`${line(left, at, right, at, 'limit')}${label(right, above ? at - 5 : at + 13, `limit ${text}`, { className: 'limit', anchor: 'end' })}`;
}
