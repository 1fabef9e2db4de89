import type { Evidence, Verdict } from '../../../harness/generated/record.ts';
import { EVIDENCE_MEANING, VERDICT_MEANING } from '../format.ts';
import { verdictLabel } from './icon.ts';
import { html, type Markup } from './markup.ts';

/** The words and signs of this page. */
export function legend(): Markup {
	const verdicts = Object.keys(VERDICT_MEANING) as Verdict[];
	const kinds = Object.keys(EVIDENCE_MEANING) as Evidence[];
	return html`<section class="legend"><h2>How to read this page</h2>
<div class="columns">
<dl>${verdicts.map((verdict) => html`<div><dt>${verdictLabel(verdict)}</dt><dd>${VERDICT_MEANING[verdict]}</dd></div>`)}</dl>
<dl>${kinds.map((kind) => html`<div><dt>${kind}</dt><dd>${EVIDENCE_MEANING[kind]}</dd></div>`)}</dl>
</div>
<p>The bar beside each figure shows the share of the limit that is used: the line is the limit, left of it is good, and what lies beyond one and a half limits ends in an arrow with its factor. Filled: an interval that was measured. Hatched: the band of a model. Diamond: an exact value. For a percentage that should be large it is the share of the errors allowed. The verdict is always that of the bad end.</p>
<p>What lies behind a cell is listed with the most probable first. Its percentage is how much of the shortfall (of a rig error: of what was lost) this may explain, times how far the evidence goes; the percentages need not add up to 100.</p>
</section>`;
}
