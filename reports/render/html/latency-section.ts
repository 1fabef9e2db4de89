import type { Cell, SessionSummary } from '../../../harness/generated/record.ts';
import { WORST_FIRST } from '../../../harness/judge/worst-first.ts';
import { fractionOf } from '../../../harness/measure/order.ts';
import { type JudgedPercentile, percentilePlot } from '../figure/percentile-plot.ts';
import { runOrderPlot } from '../figure/run-order.ts';
import { formatValue, grouped, significant } from '../format.ts';
import type { LatencyData } from '../latency-data.ts';
import type { DeviceData } from '../run-data.ts';
import { figure } from './figure.ts';
import { html, type Markup } from './markup.ts';

type Measured = Extract<LatencyData, { absent: null }>;

/** Where the time of a hop goes, and how the slowest of them stand against the limit. */
export function latencySection(
	cells: readonly Cell[],
	device: DeviceData,
	sessions: readonly SessionSummary[],
): Markup | null {
	const latency = cells.filter(({ metric, unit }) => metric === 'latency' && unit === 'ms');
	const measured = device.sessions.flatMap(({ latency }) => (latency?.absent === null ? [latency] : []));
	const absent = device.sessions.flatMap(({ latency }) =>
		latency === null || latency.absent === null ? [] : [latency.absent],
	);
	if (measured.length === 0)
		return latency.length === 0 || absent.length === 0
			? null
			: html`<section><h3>Latency</h3><p class="absent">No figure: ${absent[0]}.</p></section>`;
	const judged = latency.flatMap(judgedPercentile);
	const worst = latency.toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))[0];
	const limit = worst === undefined ? null : { value: worst.limit.value, text: worst.limit.text };
	const partial = measured.find((each) => each.partial !== null)?.partial ?? null;
	const banded = measured.some(({ lowMs, highMs }) => lowMs.at(-1) !== highMs.at(-1));
	return html`<section><h3>Latency</h3>
${partial === null ? null : html`<p class="warning">Drawn from ${partial}: these figures decide nothing.</p>`}
<div class="figures">
${figure(
	percentilePlot({ sessions: measured, judged }),
	html`Compute time of ${grouped(hopsOf(measured))} hops by percentile${measured.length > 1 ? html`, one curve for each session` : ''}.${banded ? html` The shaded band lies between the ends of the cycle model; the verdict is taken at the upper one.` : ''}${judged.some(({ estimate }) => estimate !== null) ? ' The dot is the figure judged; the bar around it its bounds.' : ''}`,
)}
${figure(
	runOrderPlot({ hopsMs: joined(measured), limit }),
	html`The same hops in the order of the run${banded ? ', at the upper end of the band' : ''}: smallest and largest of each stretch. Drift would show as a slope.`,
)}
</div>
${stageShares(measured)}
${stageTable(sessions)}
</section>`;
}

function judgedPercentile({ statistic, estimate, bounds, limit }: Cell): JudgedPercentile[] {
	const p = fractionOf(statistic);
	return p > 0 && p <= 1 ? [{ statistic, p, estimate, bounds: bounds ?? [], limit }] : [];
}

function hopsOf(measured: readonly Measured[]): number {
	return measured.reduce((sum, { highMs }) => sum + highMs.length, 0);
}

function joined(measured: readonly Measured[]): Float64Array {
	const all = new Float64Array(hopsOf(measured));
	let at = 0;
	for (const { inOrderMs } of measured) {
		all.set(inOrderMs.subarray(0, all.length - at), at);
		at += inOrderMs.length;
	}
	return all;
}

const MOST_STAGES = 12;
const MOST_STAGE_ROWS = 60;

/** Mean time of each stage as parts of one bar. Parts are told by number, and by alternating tone. */
function stageShares(measured: readonly Measured[]): Markup | null {
	const [first] = measured;
	if (first === undefined || first.stages.length < 2 || first.stages.length > MOST_STAGES) return null;
	const stages = first.stages.map(({ name }, index) => ({
		name,
		meanMs: measured.reduce((sum, { stages: each }) => sum + (each[index]?.meanMs ?? 0), 0) / measured.length,
	}));
	const total = stages.reduce((sum, { meanMs }) => sum + meanMs, 0);
	if (!(total > 0)) return null;
	let at = 0;
	// In per cent of the bar: it has the width of the page, and its numbers must not be stretched with it.
	const parts = stages.map(({ meanMs }, index) => {
		const width = (100 * meanMs) / total;
		const middle = at + width / 2;
		const part = html`<rect class="tone${index % 4}" x="${at.toFixed(2)}%" y="0" width="${width.toFixed(2)}%" height="26"/>${width > 3 ? html`<text x="${middle.toFixed(2)}%" y="18" text-anchor="middle">${index + 1}</text>` : null}`;
		at += width;
		return part;
	});
	const told = stages.map(({ name, meanMs }) => `${name} ${Math.round((100 * meanMs) / total)} %`).join(', ');
	return html`<div class="stages">
<svg class="stage-bar" width="100%" height="26" role="img" aria-label="Share of each stage: ${told}">${parts}</svg>
<ol class="stage-list">${stages.map(({ name, meanMs }, index) => html`<li><span class="swatch tone${index % 4}"></span>${name} <b>${Math.round((100 * meanMs) / total)} %</b> ${formatValue(meanMs, 'ms')}</li>`)}</ol>
</div>`;
}

/** In what the device counted: the raw figures behind the milliseconds. */
function stageTable(sessions: readonly SessionSummary[]): Markup | null {
	const rows = sessions.flatMap(({ session, stages }) => stages.map((stage) => ({ session, ...stage })));
	const [first] = rows;
	if (first === undefined) return null;
	const many = sessions.length > 1;
	const left = rows.length - MOST_STAGE_ROWS;
	const modelled = rows.some(({ estCycles }) => estCycles !== undefined);
	const cells = (values: readonly (number | undefined)[]) =>
		values.map((value) => html`<td class="right">${value === undefined ? '' : significantCount(value)}</td>`);
	const heads = (unit: string) =>
		['p50', 'p95', 'p99', 'max'].map((each) => html`<th scope="col" class="right">${each}${unit}</th>`);
	return html`<details><summary>Counts of each stage, in ${first.unit}${modelled ? ' and in cycles estimated for them' : ''}</summary><div class="wide"><table class="small">
<thead><tr>${many ? html`<th scope="col">Session</th>` : null}<th scope="col">Stage</th>${heads('')}${modelled ? heads(' est. cycles') : null}<th scope="col" class="right">hops</th></tr></thead>
<tbody>${rows.slice(0, MOST_STAGE_ROWS).map(({ session, name, estCycles, ...row }) => html`<tr>${many ? html`<td>${session}</td>` : null}<th scope="row">${name}</th>${cells([row.p50, row.p95, row.p99, row.max])}${modelled ? cells([estCycles?.p50, estCycles?.p95, estCycles?.p99, estCycles?.max]) : null}${cells([row.n])}</tr>`)}</tbody>
</table></div>${left > 0 ? html`<p class="absent">${left} more rows in record.json.</p>` : null}</details>`;
}

function significantCount(value: number): string {
	return Number.isInteger(value) ? grouped(value) : significant(value);
}
