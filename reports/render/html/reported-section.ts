import type { ReportedFigure } from '../../../harness/generated/record.ts';
import { metricOf } from '../../../harness/scenario/metrics.ts';
import { formatBounds, formatValue, grouped, NOTHING } from '../format.ts';
import { shortened } from '../visible.ts';
import { html, type Markup } from './markup.ts';

/** Figures without a limit: what segments that are not judged measured. */
export function reportedSection(figures: readonly ReportedFigure[]): Markup | null {
	if (figures.length === 0) return null;
	const head = ['Segment', 'Figure', 'Measured', 'n', 'Evidence', ''];
	return html`<section><h3>Reported, not judged</h3><div class="wide"><table class="small reported">
<thead><tr>${head.map((title) => html`<th scope="col" class="${title === 'n' ? 'right' : ''}">${title}</th>`)}</tr></thead>
<tbody>${figures.map(row)}</tbody></table></div></section>`;
}

function row({
	session,
	segment,
	metric,
	statistic,
	unit,
	estimate,
	bounds,
	n,
	evidence,
	reason,
	marks,
}: ReportedFigure) {
	const [low = null, high = null] = bounds ?? [];
	const band = estimate === null || low === high ? '' : ` band ${formatBounds(bounds)}`;
	const note = reason === null ? marks.join(', ') : shortened(reason);
	return html`<tr><th scope="row">${segment} <small>session ${session}</small></th><td>${metricOf(metric).title} (${statistic})</td><td>${formatValue(estimate, unit)}${band}</td><td class="right">${n === 0 ? NOTHING : grouped(n)}</td><td>${evidence ?? NOTHING}</td><td>${note}</td></tr>`;
}
