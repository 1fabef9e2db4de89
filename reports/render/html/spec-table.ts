import type { Cell, RunRecord } from '../../../harness/generated/record.ts';
import { WORST_FIRST } from '../../../harness/judge/worst-first.ts';
import { limitBar } from '../figure/limit-bar.ts';
import {
	EVIDENCE_MEANING,
	formatBounds,
	formatUsed,
	formatValue,
	grouped,
	metricTitle,
	NOTHING,
	unbroken,
} from '../format.ts';
import type { DeviceData } from '../run-data.ts';
import { cellDetails } from './cell-details.ts';
import { verdictLabel } from './icon.ts';
import { html, type Markup } from './markup.ts';

/** Above so many rows nobody reads on until the first red one. */
const MOST_ROWS_IN_ORDER = 20;
const COLUMNS = 7;

/** The cells of one device, each with its interval against the limit, and below it the rule and, where it is no pass, why. */
export function specTable(cells: readonly Cell[], device: DeviceData | null, record: RunRecord): Markup {
	const [first] = cells;
	const ordered =
		cells.length > MOST_ROWS_IN_ORDER
			? [...cells].sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))
			: cells;
	const told: Cell[] = [];
	const rows = ordered.map((cell) => {
		const row = cellRows(cell, told);
		told.push(cell);
		return row;
	});
	return html`<section class="verdicts">
<h2>${first?.device ?? ''} <small>${device?.facts?.name ?? ''}${first === undefined ? '' : `, judged by row ${first.row} of ${specName(record)}`}</small></h2>
<div class="wide"><table class="spec" role="table">
<colgroup><col class="w-verdict"><col class="w-metric"><col class="w-limit"><col class="w-measured"><col class="w-bar"><col class="w-n"><col class="w-evidence"></colgroup>
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Verdict</th><th role="columnheader" scope="col">Metric</th><th role="columnheader" scope="col">Limit</th><th role="columnheader" scope="col">Measured</th><th role="columnheader" scope="col" class="bar-head">Share of the limit used</th><th role="columnheader" scope="col" class="right">n</th><th role="columnheader" scope="col">Evidence</th></tr></thead>
${rows}
</table></div>
</section>`;
}

function specName(record: RunRecord): string {
	return record.manifest.inputsChanged.includes('spec.md') ? 'a changed spec.md' : 'spec.md';
}

function cellRows(cell: Cell, above: readonly Cell[]): Markup {
	const bar = limitBar(cell);
	const band = cell.evidence === 'modelled' && cell.bounds !== null ? 'band ' : '';
	return html`<tbody role="rowgroup" class="cell ${cell.verdict}">
<tr role="row">
<td role="cell" data-head="Verdict">${verdictLabel(cell.verdict)}</td>
<th role="rowheader" scope="row" data-head="Metric">${unbroken(metricTitle(cell))}</th>
<td role="cell" data-head="Limit" class="limit-text">${unbroken(cell.limit.text)}</td>
<td role="cell" data-head="Measured"><span class="estimate">${unbroken(formatValue(cell.estimate, cell.unit))}</span><span class="bounds">${cell.bounds === null ? '' : `${band}${formatBounds(cell.bounds)}`}</span></td>
<td role="cell" data-head="Used" class="bar-cell">${bar}<span class="used">${formatUsed(cell.used)}</span></td>
<td role="cell" data-head="n" class="right">${cell.n === 0 ? NOTHING : sampleCount(cell)}</td>
<td role="cell" data-head="Evidence">${evidence(cell)}</td>
</tr>
<tr role="row" class="under"><td role="cell" colspan="${COLUMNS}">${cellDetails(cell, above)}</td></tr>
</tbody>`;
}

/** `5 × 400`: sessions times samples of each, where sessions are what the verdict stands on. */
function sampleCount({ sessions, n }: Cell): string {
	return sessions < 2 ? grouped(n) : `${sessions} × ${grouped(n)}`;
}

function evidence({ evidence: kind, marks }: Cell): Markup {
	const word = kind === null ? NOTHING : html`<abbr title="${EVIDENCE_MEANING[kind]}">${kind}</abbr>`;
	return html`${word}${marks.map((mark) => html` <span class="tag">${mark}</span>`)}`;
}
