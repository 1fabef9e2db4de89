import { type Content, html, type Markup } from '../html/markup.ts';

/** A coordinate: one decimal is a tenth of a pixel. What is no number is drawn at 0 rather than breaking the figure. */
export function px(value: number): string {
	return Number.isFinite(value) ? String(Number(value.toFixed(1))) : '0';
}

/** `M0,1L2,3`. Points that are no numbers break the line. */
export function path(points: Iterable<readonly [x: number, y: number]>, closed = false): string {
	let text = '';
	let open = false;
	for (const [x, y] of points) {
		if (!Number.isFinite(x) || !Number.isFinite(y)) open = false;
		else {
			text += `${open ? 'L' : 'M'}${px(x)},${px(y)}`;
			open = true;
		}
	}
	return closed && text !== '' ? `${text}Z` : text;
}

export interface SvgOptions {
	width: number;
	height: number;
	/** What the figure shows, in a sentence: the whole of it for whoever cannot see it. */
	label: string;
	className: string;
}

export function svg({ width, height, label, className }: SvgOptions, content: Content): Markup {
	return html`<svg class="${className}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${content}</svg>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, className: string): Markup {
	return html`<line class="${className}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

export function rect(x: number, y: number, width: number, height: number, className: string): Markup {
	return html`<rect class="${className}" x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}"/>`;
}

export function label(
	x: number,
	y: number,
	text: string,
	options: { className?: string; anchor?: 'start' | 'middle' | 'end' } = {},
): Markup {
	const { className = '', anchor = 'start' } = options;
	return html`<text class="${className}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${text}</text>`;
}
