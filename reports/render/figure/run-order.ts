import { significant } from '../format.ts';
import { html, type Markup } from '../html/markup.ts';
import { envelope } from './envelope.ts';
import { INNER, limitLine, panel } from './panel.ts';
import { axisWithLimit, niceTicks } from './scale.ts';
import { path } from './svg.ts';

export interface RunOrder {
	/** Latency of each hop as it came, sessions one after the other. */
	hopsMs: Float64Array;
	limit: { value: number; text: string } | null;
}

const BINS = 220;

/** Smallest and largest latency along the run: drift, warm-up and outliers show here, and nowhere in a percentile. */
export function runOrderPlot({ hopsMs, limit }: RunOrder): Markup {
	const stretches = envelope(hopsMs, BINS);
	const least = Math.min(...stretches.map((each) => each.least));
	const most = Math.max(...stretches.map((each) => each.most));
	const y = axisWithLimit(least, most, limit?.value ?? null, INNER.y);
	const [left, right] = INNER.x;
	const x = (share: number) => left + (right - left) * share;
	// At least a line's width, else a run without any spread would be invisible.
	const outline: [number, number][] = [
		...stretches.map(({ from, to, most: value }) => [x((from + to) / 2), y(value) - 0.75] as [number, number]),
		...stretches
			.toReversed()
			.map(({ from, to, least: value }) => [x((from + to) / 2), y(value) + 0.75] as [number, number]),
	];
	const n = hopsMs.length;
	const xTicks = niceTicks(0, n, 5).map((hop) => ({ at: x(hop / n), text: String(hop) }));
	return panel(
		{
			label: `Latency of ${n} hops in the order of the run, from ${significant(least)} to ${significant(most)} ms`,
			y,
			yText: significant,
			yTitle: 'ms',
			xTicks,
			xTitle: 'hop, in the order of the run',
		},
		[
			html`<path class="envelope" d="${path(outline, true)}"/>`,
			limit === null ? null : limitLine(y, limit.value, limit.text),
		],
	);
}
