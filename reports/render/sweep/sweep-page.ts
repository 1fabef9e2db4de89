/** A sweep as one self-contained HTML page: its fronts, its table, and where each figure comes from. No script, no request. */
import { createHash } from 'node:crypto';
import type { Sweep, SweepFront, SweepModel, SweepRow } from '../../../harness/generated/sweep.ts';
import { frontPlot, markSvg, type PlottedDesign } from '../figure/front-plot.ts';
import { counted, EVIDENCE_MEANING, formatTime } from '../format.ts';
import { html, type Markup, trusted } from '../html/markup.ts';
import { STYLE } from '../html/style.ts';
import { NONE, showAccuracyOf, showClock, showRange, showShare, showWhole, timestepText } from './show.ts';
import { SWEEP_STYLE } from './sweep-style.ts';

const ALL_STYLE = STYLE + SWEEP_STYLE;
const COST_TITLE = { latencyP99: 'latency p99, ms', power: 'mean power, mW' } as const;
/** In a list of what has no place; the table has them all. */
const MOST_EXCLUDED = 12;

export function sweepPage(sweep: Sweep): string {
	const { plan, rows, id, state } = sweep;
	const devices = [...new Set(rows.map(({ device }) => device))];
	const done = sweep.runs.filter((run) => run.state === 'done').length;
	return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Sweep ${id}: ${sweep.scenarioId}</title>
<style>${trusted(ALL_STYLE)}</style>
</head>
<body>
<main class="sweep">
<h1>Sweep of ${sweep.scenarioId}</h1>
<p>${id}, ${formatTime(sweep.startedAt)} to ${formatTime(sweep.updatedAt)}; ${counted(done, 'run')} of ${sweep.runs.length} made, ${counted(rows.length, 'row')}. Nothing here is a verdict: a sweep compares.</p>
${state === 'complete' ? null : html`<aside class="warning"><p>This sweep is ${state}: rows without figures say so. <code>ossicle sweep --resume</code> goes on with it.</p></aside>`}
${modelsSection(plan.models)}
${devices.map((device) => deviceSection(device, sweep))}
${legend(sweep)}
</main>
</body>
</html>
`.toString();
}

function policy(): string {
	const style = createHash('sha256').update(ALL_STYLE).digest('base64');
	return `default-src 'none'; style-src 'sha256-${style}'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function modelsSection(models: readonly SweepModel[]): Markup {
	const lines = models.map(
		(model) => html`<tr><td>${model.key}</td><td><code>${model.id}</code></td><td class="right">${model.weightBits}</td>
<td class="right">${showShare(model.zeroShare)}</td><td class="right">${showShare(model.emptyBlockShare)}</td><td class="right">${model.channels} / ${model.hidden}</td>
<td class="right">${showWhole(model.bytes)}</td><td>${model.solver}, ${timestepText(model.timestepMs)}</td></tr>`,
	);
	return html`<section><h2>Models</h2><div class="wide"><table class="points"><thead><tr><th></th><th>Model</th><th class="right">Weights, bits</th><th class="right">Zero</th><th class="right">Empty blocks</th><th class="right">Channels / units</th><th class="right">File, B</th><th>Trained for</th></tr></thead><tbody>${lines}</tbody></table></div></section>`;
}

function deviceSection(device: string, sweep: Sweep): Markup {
	const rows = sweep.rows.filter((row) => row.device === device);
	const fronts = sweep.fronts.filter((front) => front.device === device);
	return html`<section class="device"><h2>${device}</h2>
<ul class="marks">${sweep.plan.solvers.map((solver, kind) => html`<li>${markSvg(kind)}${solver}</li>`)}<li>filled and joined: the Pareto front</li></ul>
<div class="figures">${fronts.map((front) => frontFigure(front, rows, sweep))}</div>
${pointsTable(rows, fronts, sweep)}</section>`;
}

function frontFigure({ against, front, excluded }: SweepFront, rows: readonly SweepRow[], sweep: Sweep): Markup {
	const designs = rows.flatMap((row): PlottedDesign[] => {
		const { low, high } = row[against];
		const { percent, low: least, high: most } = row.accuracy;
		if (low === null || high === null || percent === null) return [];
		return [
			{
				name: `${nameOf(row, sweep)}: ${showRange(row[against])} ${against === 'power' ? 'mW' : 'ms'}, ${showAccuracyOf(row.accuracy)}`,
				cost: { low, high },
				benefit: percent,
				bounds: least === null || most === null ? null : { low: least, high: most },
				isOnFront: front.includes(row.key),
				kind: sweep.plan.solvers.indexOf(row.solver),
			},
		];
	});
	const title = `Accuracy against ${COST_TITLE[against]}`;
	const left = excludedList(excluded, rows, sweep);
	if (designs.length === 0) return html`<figure><figcaption>${title}: no row has both.</figcaption>${left}</figure>`;
	const label = `${title} of ${designs.length} designs; ${front.length} on the Pareto front`;
	const plot = frontPlot({ designs, costTitle: COST_TITLE[against], benefitTitle: 'accuracy, %', label });
	const best = front.map((key) => rows.find((row) => row.key === key)).flatMap((row) => row ?? []);
	return html`<figure>${plot}<figcaption>${title}, at the bad end of its band. The front: ${best.map((row) => nameOf(row, sweep)).join('; ')}.</figcaption>${left}</figure>`;
}

/** What has no place in the figure is said beside it: a gap must not look like a choice. */
function excludedList(excluded: SweepFront['excluded'], rows: readonly SweepRow[], sweep: Sweep): Markup | null {
	if (excluded.length === 0) return null;
	const items = excluded.slice(0, MOST_EXCLUDED).map(({ row: key, why }) => {
		const row = rows.find((each) => each.key === key);
		return html`<li>${row === undefined ? key : nameOf(row, sweep)}: ${why}</li>`;
	});
	const more = excluded.length - MOST_EXCLUDED;
	return html`<p class="small-head">Not in it: ${counted(excluded.length, 'row')}</p><ul class="excluded">${items}${more > 0 ? html`<li>and ${more} more: see the table</li>` : null}</ul>`;
}

function nameOf(row: SweepRow, { plan }: Sweep): string {
	const model = plan.models.length > 1 ? `${row.model}, ` : '';
	const clock = row.clockHz === null ? '' : `, ${showClock(row.clockHz)}`;
	return `${model}${row.solver}, ${timestepText(row.timestepMs)}${clock}`;
}

const HEAD = ['', 'Model', 'Solver', 'Timestep', 'Clock'];
const FIGURES = ['p50, ms', 'p99, ms', 'Busy, %', 'Power, mW', 'RAM, B', 'Flash, B', 'Accuracy'];

function pointsTable(rows: readonly SweepRow[], fronts: readonly SweepFront[], sweep: Sweep): Markup {
	const stages = [...new Set(rows.flatMap((row) => row.stages.map(({ name, unit }) => `${name}, ${unit}`)))];
	const head = [
		...HEAD.map((text) => html`<th>${text}</th>`),
		...[...FIGURES, ...stages].map((text) => html`<th class="right">${text}</th>`),
	];
	const lines = rows.map((row) => pointLine(row, stages, fronts, sweep));
	return html`<div class="wide"><table class="points"><thead><tr>${head}<th>Run</th></tr></thead><tbody>${lines}</tbody></table></div>
<p class="absent">Stages: mean over all hops, those without a step included; where a model gives them, core cycles in brackets.</p>`;
}

function pointLine(row: SweepRow, stages: readonly string[], fronts: readonly SweepFront[], sweep: Sweep): Markup {
	const run = sweep.runs.find(({ key }) => key === row.run);
	const link =
		run?.runId == null
			? html`<td>${NONE}</td>`
			: html`<td><a href="runs/${run.runId}/record.json">${run.runId}</a></td>`;
	const begin = html`<td>${row.key}</td><td>${row.model}</td><td>${row.solver}</td><td>${timestepText(row.timestepMs)}</td><td class="right">${showClock(row.clockHz)}</td>`;
	if (row.why !== null)
		return html`<tr>${begin}<td class="why" colspan="${FIGURES.length + stages.length}">${row.why}</td>${link}</tr>`;
	const isBest = (against: SweepFront['against']) =>
		fronts.some((front) => front.against === against && front.front.includes(row.key));
	const busy = {
		low: row.load.low === null ? null : 100 * row.load.low,
		high: row.load.high === null ? null : 100 * row.load.high,
	};
	const cells = [
		cell(showRange(row.latencyP50), row.latencyP50.reason),
		cell(showRange(row.latencyP99), row.latencyP99.reason, isBest('latencyP99')),
		cell(showRange(busy, 2), row.load.reason),
		cell(showRange(row.power), row.power.reason, isBest('power')),
		cell(showWhole(row.ram.high), row.ram.reason),
		cell(showWhole(row.flash.high), row.flash.reason),
		cell(showAccuracyOf(row.accuracy), row.accuracy.reason),
		...stages.map((stage) => cell(stageText(row, stage), null)),
	];
	return html`<tr>${begin}${cells}${link}</tr>`;
}

function cell(text: string, reason: string | null, isBest = false): Markup {
	const why = reason === null ? null : html`<br><small>${reason}</small>`;
	return html`<td class="right${isBest ? ' best' : ''}">${text}${why}</td>`;
}

function stageText(row: SweepRow, stage: string): string {
	const found = row.stages.find(({ name, unit }) => `${name}, ${unit}` === stage);
	if (found === undefined) return NONE;
	const { mean, meanCyclesLow, meanCyclesHigh, unit } = found;
	if (meanCyclesLow === null || meanCyclesHigh === null || (unit === 'cycles' && meanCyclesLow === meanCyclesHigh))
		return showWhole(mean);
	return `${showWhole(mean)} (${showWhole(meanCyclesLow)} to ${showWhole(meanCyclesHigh)})`;
}

function legend({ rows, command, ossicle }: Sweep): Markup {
	const kinds = [
		...new Set(
			rows.flatMap(({ latencyP99, power, ram, accuracy }) =>
				[latencyP99, power, ram, accuracy].flatMap(({ evidence }) => evidence ?? []),
			),
		),
	].sort();
	const rules = [
		...new Set(
			rows.flatMap(({ latencyP99, power, ram, accuracy }) => [
				latencyP99.rule,
				power.rule,
				ram.rule,
				accuracy.method,
				accuracy.agreement ?? '',
			]),
		),
	]
		.filter((text) => text !== '')
		.sort();
	return html`<section class="legend"><h2>What the figures rest on</h2>
<ul class="excluded">${kinds.map((kind) => html`<li>${kind}: ${EVIDENCE_MEANING[kind]}</li>`)}</ul>
<p class="small-head">Rules</p><ul class="excluded">${rules.map((text) => html`<li>${text}</li>`)}</ul>
<p class="small-head">Made by</p><pre>${command.join(' ')}</pre><p class="absent">Ossicle ${ossicle}. Every figure is computed from the run folders below runs/.</p></section>`;
}
