import { significant } from '../format.ts';
import { html, type Markup } from '../html/markup.ts';
import { INNER, limitLine, panel } from './panel.ts';
import { axisWithLimit } from './scale.ts';
import { label, line, path, px, rect } from './svg.ts';

/**
 * Latency by percentile: how long the slowest 1 %, 0.1 %, ... of the hops take. The x axis is log(1 / (1 - p)), so the tail,
 * which limits are about, is as wide as the middle (the axis of HdrHistogram's percentile plots).
 */
export interface PercentilePlot {
	/** For each session, ascending; the same figures in both where nothing is modelled. Not empty. */
	sessions: readonly { lowMs: Float64Array; highMs: Float64Array }[];
	judged: readonly JudgedPercentile[];
}

/** A percentile that the spec limits. `bounds`: null ends are open. `maximum` has p = 1 and stands at the end of the axis. */
export interface JudgedPercentile {
	statistic: string;
	p: number;
	estimate: number | null;
	bounds: readonly (number | null)[];
	limit: { value: number; text: string };
}

const TICKS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999] as const;
const POINTS = 160;
/** More curves than these are a hedge; the dots by session tell the rest. */
const MOST_CURVES = 12;

export function percentilePlot({ sessions, judged }: PercentilePlot): Markup {
	const n = Math.max(...sessions.map(({ highMs }) => highMs.length));
	const least = Math.min(...sessions.map(({ lowMs }) => lowMs[0] ?? Number.POSITIVE_INFINITY));
	const most = Math.max(
		...sessions.map(({ highMs }) => highMs.at(-1) ?? 0),
		...judged.flatMap(({ bounds }) => ends(bounds)),
	);
	const limits = judged.map(({ limit }) => limit.value);
	const y = axisWithLimit(least, most, limits.length === 0 ? null : Math.max(...limits), INNER.y);
	const last = Math.log10(2 * n);
	const x = (p: number) => INNER.x[0] + ((INNER.x[1] - INNER.x[0]) * Math.min(last, -Math.log10(1 - p))) / last;
	const curve = (sorted: Float64Array) => curvePoints(sorted, last).map(([p, value]) => [x(p), y(value)] as const);
	const drawn = sessions.slice(0, MOST_CURVES).map(({ lowMs, highMs }) => {
		const [low, high] = [curve(lowMs), curve(highMs)];
		const banded = lowMs[0] !== highMs[0] || lowMs.at(-1) !== highMs.at(-1);
		if (!banded) return html`<path class="curve" d="${path(high)}"/>`;
		const area =
			sessions.length === 1 ? html`<path class="area" d="${path([...low, ...high.toReversed()], true)}"/>` : null;
		return html`${area}<path class="curve low" d="${path(low)}"/><path class="curve" d="${path(high)}"/>`;
	});
	const xTicks = TICKS.filter((p) => -Math.log10(1 - p) <= last).map((p) => ({ at: x(p), text: percentileName(p) }));
	const [only] = judged;
	const content = [
		drawn,
		judged.length === 1 && only !== undefined ? limitLine(y, only.limit.value, only.limit.text) : null,
		judged.map((each) => judgedMark(each, x(each.p), y)),
		judged.length > 1
			? judged.toSorted((a, b) => a.p - b.p).map((each, index) => limitStep(each, x(each.p), y, index % 2 === 0))
			: null,
	];
	return panel(
		{ label: spoken({ sessions, judged }), y, yText: significant, yTitle: 'ms', xTicks, xTitle: 'percentile of hops' },
		content,
	);
}

const STEP = 26;

/** Of several limits each is drawn at its own percentile, its name by turns above and below, so that two neighbours fit. */
function limitStep(
	{ limit, statistic }: JudgedPercentile,
	x: number,
	y: (value: number) => number,
	above: boolean,
): Markup {
	const [bottom, top] = INNER.y;
	const at = Math.min(bottom, Math.max(top + 10, y(limit.value)));
	const right = Math.min(INNER.x[1], x + STEP);
	const text = `${statistic} ${limit.text}`;
	return html`${line(x - STEP, at, right, at, 'limit')}${label(right, above ? at - 6 : at + 15, text, { className: 'limit', anchor: 'end' })}`;
}

function ends(bounds: readonly (number | null)[]): number[] {
	return bounds.flatMap((value) => (value === null || !Number.isFinite(value) ? [] : [value]));
}

/** (p, value) at about equal steps of the stretched axis. A sample's p is the middle of its step (Hazen, 1914). */
function curvePoints(sorted: Float64Array, last: number): [p: number, value: number][] {
	const n = sorted.length;
	const ranks = new Set<number>();
	for (let step = 0; step <= POINTS; step++) {
		const p = 1 - 10 ** ((-last * step) / POINTS);
		ranks.add(Math.min(n, Math.max(1, Math.round(p * n + 0.5))));
	}
	return [...ranks].sort((a, b) => a - b).map((rank) => [(rank - 0.5) / n, sorted[rank - 1] ?? Number.NaN]);
}

function judgedMark(judged: JudgedPercentile, x: number, y: (value: number) => number): Markup | null {
	if (judged.estimate === null) return null;
	const [bottom, top] = INNER.y;
	const [low = null, high = null] = judged.bounds;
	const from = low === null ? bottom : y(low);
	const to = high === null ? top : y(high);
	const cap = (at: number, open: boolean) => (open ? null : line(x - 5, at, x + 5, at, 'bounds'));
	return html`${rect(x - 3, Math.min(from, to), 6, Math.abs(from - to), 'bounds')}${cap(from, low === null)}${cap(to, high === null)}<circle class="estimate" cx="${px(x)}" cy="${px(y(judged.estimate))}" r="4"/>`;
}

function percentileName(p: number): string {
	return p === 0 ? 'min' : `p${Number((100 * p).toFixed(6))}`;
}

function spoken({ sessions, judged }: PercentilePlot): string {
	const hops = sessions.reduce((sum, { highMs }) => sum + highMs.length, 0);
	const told = judged.map(
		({ statistic, estimate, limit }) =>
			`; ${statistic} is ${estimate === null ? 'unknown' : `${significant(estimate)} ms`}, limit ${limit.text}`,
	);
	return `Latency by percentile of ${hops} hops${told.join('')}`;
}
