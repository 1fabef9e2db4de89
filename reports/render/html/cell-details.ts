import type { Cell, UncertaintyTerm } from '../../../harness/generated/record.ts';
import { counted, formatValue, metricTitle, significant } from '../format.ts';
import { shortened } from '../visible.ts';
import { html, type Markup } from './markup.ts';

/** Of this name is the finding that names no cause: it says what a figure is made of. */
const COMPOSITION = 'composition';

/**
 * What stands below a row: the rule, and where the verdict is no plain pass the reason, the causes and the uncertainty.
 *
 * @param above the cells already told of: what one of them has said is not said again
 */
export function cellDetails(cell: Cell, above: readonly Cell[]): Markup {
	const plain = cell.verdict === 'pass' || cell.verdict === 'not-requested';
	const findings = plain ? [] : causesOf(cell).slice(0, MOST_FINDINGS);
	const same = above.find((other) => other.verdict !== 'pass' && sameCauses(other, cell));
	const parts = cell.diagnosis.find(({ cause }) => cause === COMPOSITION);
	return html`${plain ? null : reason(cell, above)}
${same === undefined || findings.length === 0 ? findingList(findings) : html`<p>What lies behind it: as for ${metricTitle(same)}.</p>`}
${missRate(cell)}${stretch(cell)}
${cell.estimate === null ? null : html`<p class="rule"><span>Rule</span> ${shortened(cell.rule, LONGEST_TEXT)}${shown(cell)}</p>`}
${parts === undefined ? null : html`<p class="rule"><span>Made up of</span> ${shortened(parts.text, LONGEST_TEXT)}</p>`}
${budget(cell)}`;
}

/** A rig fault or an interruption voids every cell for the same reason: once is enough. */
function reason(cell: Cell, above: readonly Cell[]): Markup {
	const told = cell.estimate === null && above.some((other) => other.reason === cell.reason);
	const text = told ? 'For the same reason.' : sentence(shortened(cell.reason, LONGEST_TEXT));
	return html`<p class="reason">${text}</p>`;
}

function causesOf(cell: Cell): Cell['diagnosis'] {
	return cell.diagnosis.filter(({ cause }) => cause !== COMPOSITION);
}

function sameCauses(a: Cell, b: Cell): boolean {
	return JSON.stringify(causesOf(a)) === JSON.stringify(causesOf(b));
}

const MOST_FINDINGS = 12;
const LONGEST_TEXT = 1200;

/** Most probable first. The bar is the share of the shortfall a cause explains; the text carries the numbers. */
function findingList(findings: Cell['diagnosis']): Markup | null {
	const [first, ...rest] = findings;
	if (first === undefined) return null;
	const item = (finding: Cell['diagnosis'][number]) =>
		html`<li>${finding.score > 0 ? html`<span class="score" title="how much of it this may explain, times how far the evidence goes">${Math.round(100 * Math.min(1, finding.score))} %</span>` : null}${shortened(finding.text, LONGEST_TEXT)} <code class="cause">${finding.cause}</code></li>`;
	const more =
		rest.length === 0
			? null
			: html`<details><summary>${counted(rest.length, 'further finding')}</summary><ol start="2">${rest.map(item)}</ol></details>`;
	return html`<div class="findings"><p class="small-head">What lies behind it</p><ol>${item(first)}</ol>${more}</div>`;
}

function missRate({ missRate: rate }: Cell): Markup | null {
	if (rate === null) return null;
	return html`<p>${rate.missed} of ${counted(rate.n, 'hop')} over the limit: at most ${significant(100 * rate.upperBound)} % of hops are (95 % confidence).</p>`;
}

function stretch({ stretch: goal }: Cell): Markup | null {
	if (goal === undefined) return null;
	const met = goal.met === null ? 'not decided' : goal.met ? 'met' : 'not met';
	return html`<p>Stretch goal ${goal.text}: ${met} (reported, not judged).</p>`;
}

function shown({ shown: interval, unit }: Cell): string {
	if (interval === null) return '';
	return `; to show: ${formatValue(interval.low, unit)} to ${formatValue(interval.high, unit)} (${interval.method})`;
}

/** The uncertainty budget of the GUM (JCGM 100:2008, 5.1.2): each term, and what it adds to the combined variance. */
function budget({ uncertainty, unit }: Cell): Markup | null {
	if (uncertainty.length === 0) return null;
	const variance = uncertainty.reduce((sum, term) => sum + term.standard ** 2, 0);
	const combined = formatValue(Math.sqrt(variance), unit);
	const row = (term: UncertaintyTerm) => {
		const percent = variance > 0 ? Math.round((100 * term.standard ** 2) / variance) : 0;
		return html`<tr><th scope="row">${term.source}</th><td>${term.kind}</td><td class="right">${formatValue(term.standard, unit)}</td><td class="right">${term.degreesOfFreedom === null ? '∞' : significant(term.degreesOfFreedom)}</td><td class="right">${percent} %</td></tr>`;
	};
	return html`<details><summary>Uncertainty budget: combined standard uncertainty ${combined}</summary>
<div class="wide"><table class="small"><caption>Type A falls with more readings, type B does not.</caption>
<thead><tr><th scope="col">Source</th><th scope="col">Type</th><th scope="col" class="right">Standard uncertainty</th><th scope="col" class="right">Degrees of freedom</th><th scope="col" class="right">Share of variance</th></tr></thead>
<tbody>${uncertainty.map(row)}</tbody>
<tfoot><tr><th scope="row">Combined</th><td></td><td class="right">${combined}</td><td></td><td></td></tr></tfoot></table></div></details>`;
}

function sentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?)]$/.test(text) ? '' : '.'}`;
}
