import { significant } from '../format.ts';
import { html, type Markup } from '../html/markup.ts';
import { envelope } from './envelope.ts';
import { INNER, limitLine, panel } from './panel.ts';
import { linearScale, niceTicks, type Scale } from './scale.ts';
import { label, line, path, px, rect } from './svg.ts';

export interface PowerPlot {
	name: string;
	startSeconds: number;
	periodSeconds: number;
	milliwatts: Float64Array;
	inferences: readonly { startSeconds: number; endSeconds: number; gated: boolean }[];
	limit: { value: number; text: string } | null;
	/** Of the session; NaN where it could not be measured. */
	meanMw: number;
}

const BINS = 400;
/** The close-up shows so many inferences. */
const CLOSE_INFERENCES = 8;
const LONGEST_CLOSE_SECONDS = 5;
/** More marks than these are no marks any more; then the strip shows how much of each stretch was inference. */
const MOST_MARKS = 120;
const STRIP = { height: 5, bins: 160 };
const MEAN_BINS = 60;

/** The whole trace: smallest and largest power of each stretch, its mean, the limit, and below it when the core inferred. */
export function powerPlot(plot: PowerPlot): Markup {
	const seconds = plot.milliwatts.length * plot.periodSeconds;
	return draw(plot, plot.startSeconds, plot.startSeconds + seconds, 'Power over the whole clip');
}

/** Some inferences out of the middle, close enough to see each. null: there are none, or the whole is as close. */
export function powerCloseUp(plot: PowerPlot): Markup | null {
	const { inferences, milliwatts, startSeconds, periodSeconds } = plot;
	const end = startSeconds + milliwatts.length * periodSeconds;
	const worked = inferences.filter(
		(each) => !each.gated && each.endSeconds > each.startSeconds && each.endSeconds <= end,
	);
	if (worked.length <= CLOSE_INFERENCES) return null;
	const middle = Math.floor((worked.length - CLOSE_INFERENCES) / 2);
	const [first, last] = [worked[middle], worked[middle + CLOSE_INFERENCES]];
	if (first === undefined || last === undefined) return null;
	const span = Math.min(last.startSeconds - first.startSeconds, LONGEST_CLOSE_SECONDS);
	if (!(span > 2 * periodSeconds)) return null;
	const margin = span / 40;
	return draw(plot, first.startSeconds - margin, first.startSeconds + span + margin, 'Power over a few inferences');
}

function draw(plot: PowerPlot, from: number, to: number, what: string): Markup {
	const { milliwatts, startSeconds, periodSeconds, limit, meanMw, name } = plot;
	const first = Math.max(0, Math.floor((from - startSeconds) / periodSeconds));
	const end = Math.min(milliwatts.length, Math.ceil((to - startSeconds) / periodSeconds));
	const part = milliwatts.subarray(first, end);
	const stretches = envelope(part, BINS);
	const most = Math.max(0, ...stretches.map((each) => each.most));
	// The trace itself must stay readable: a limit far above it is told in words at the edge.
	const top = limit !== null && limit.value < 3 * most ? Math.max(most, limit.value) : most;
	const y = linearScale([0, 1.12 * (top > 0 ? top : 1)], INNER.y);
	const [left, right] = INNER.x;
	const x = (seconds: number) => left + ((right - left) * (seconds - from)) / (to - from);
	const content = [
		trace(part, stretches, startSeconds + first * periodSeconds, periodSeconds, x, y),
		Number.isFinite(meanMw) ? meanLine(y, meanMw) : null,
		limit === null ? null : limitLine(y, limit.value, limit.text),
		marks(plot, from, to, x),
	];
	return panel(
		{
			label: `${what} ${name}: mean ${significant(meanMw)} mW, largest ${significant(most)} mW${limit === null ? '' : `, limit ${limit.text}`}`,
			y,
			yText: significant,
			yTitle: 'mW',
			...timeAxis(from, to, x),
		},
		content,
	);
}

function trace(
	part: Float64Array,
	stretches: ReturnType<typeof envelope>,
	start: number,
	period: number,
	x: (seconds: number) => number,
	y: Scale,
): Markup {
	const seconds = part.length * period;
	if (stretches.length < part.length) {
		const outline: [number, number][] = [
			...stretches.map(({ from, to, most }) => [x(start + ((from + to) / 2) * seconds), y(most)] as [number, number]),
			...stretches
				.toReversed()
				.map(({ from, to, least }) => [x(start + ((from + to) / 2) * seconds), y(least)] as [number, number]),
		];
		// Coarser than the outline: a mean over less than a few inferences would beat with them.
		const means = envelope(part, MEAN_BINS).map(
			({ from, to, mean }) => [x(start + ((from + to) / 2) * seconds), y(mean)] as const,
		);
		return html`<path class="area" d="${path(outline, true)}"/><path class="curve fine" d="${path(means)}"/>`;
	}
	// Few enough to draw each as what it is: the mean over its interval.
	const steps = [...part].flatMap((value, index): [number, number][] => [
		[x(start + index * period), y(value)],
		[x(start + (index + 1) * period), y(value)],
	]);
	return html`<path class="curve" d="${path(steps)}"/>`;
}

function meanLine(y: Scale, meanMw: number): Markup {
	const [left, right] = INNER.x;
	return html`${line(left, y(meanMw), right, y(meanMw), 'mean')}${label(left + 4, y(meanMw) - 4, `mean ${significant(meanMw)} mW`, { className: 'mean' })}`;
}

/** A strip below the time axis: filled while an inference ran, hollow where it was skipped. */
function marks(plot: PowerPlot, from: number, to: number, x: (seconds: number) => number): Markup[] {
	const seen = plot.inferences.filter(({ startSeconds, endSeconds }) => endSeconds > from && startSeconds < to);
	const top = INNER.y[0] + 1;
	if (seen.length > MOST_MARKS) return shares(seen, from, to, x, top);
	return seen.map(({ startSeconds, endSeconds, gated }) => {
		const start = x(Math.max(from, startSeconds));
		const width = Math.max(1, x(Math.min(to, endSeconds)) - start);
		return rect(start, top, width, STRIP.height, gated ? 'inference gated' : 'inference');
	});
}

/** How much of each stretch the core inferred, as darkness. */
function shares(
	inferences: PowerPlot['inferences'],
	from: number,
	to: number,
	x: (seconds: number) => number,
	top: number,
): Markup[] {
	const bin = (to - from) / STRIP.bins;
	const busy = new Float64Array(STRIP.bins);
	for (const { startSeconds, endSeconds, gated } of inferences) {
		if (gated) continue;
		const first = Math.max(0, Math.floor((startSeconds - from) / bin));
		const last = Math.min(STRIP.bins - 1, Math.floor((endSeconds - from) / bin));
		for (let index = first; index <= last; index++) {
			const overlap = Math.min(endSeconds, from + (index + 1) * bin) - Math.max(startSeconds, from + index * bin);
			busy[index] = (busy[index] ?? 0) + Math.max(0, overlap) / bin;
		}
	}
	const width = x(from + bin) - x(from);
	return [...busy].flatMap((share, index) => {
		const opacity = Math.min(1, share);
		if (!(opacity > 0.005)) return [];
		return [
			html`<rect class="inference" x="${px(x(from + index * bin))}" y="${px(top)}" width="${width.toFixed(2)}" height="${STRIP.height}" fill-opacity="${opacity.toFixed(2)}"/>`,
		];
	});
}

function timeAxis(from: number, to: number, x: (seconds: number) => number) {
	const short = to - from < 1;
	const unit = short ? 1000 : 1;
	const zero = short ? from : 0;
	const ticks = niceTicks((from - zero) * unit, (to - zero) * unit, 6);
	return {
		xTicks: ticks.map((tick) => ({ at: x(tick / unit + zero), text: String(tick) })),
		xTitle: short ? `ms from ${significant(from)} s on` : 's',
	};
}
