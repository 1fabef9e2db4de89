import type { Verdict } from '../../../harness/generated/record.ts';
import { verdictWords } from '../format.ts';
import { html, type Markup, trusted } from './markup.ts';

/** A shape for each verdict, so that none is told by colour alone: disc, octagon, diamond, ring, triangle. */
const SHAPES: Readonly<Record<Verdict, string>> = {
	pass: '<circle class="fill" cx="10" cy="10" r="9"/><path class="mark" d="M5.5 10.4l3 3 6-6.6"/>',
	marginal: '<circle class="ring" cx="10" cy="10" r="8"/><path class="mark own" d="M5.8 10.4l2.8 2.8 5.6-6.2"/>',
	fail: '<path class="fill" d="M6.3 1h7.4L19 6.3v7.4L13.7 19H6.3L1 13.7V6.3z"/><path class="mark" d="M6.7 6.7l6.6 6.6m0-6.6l-6.6 6.6"/>',
	inconclusive:
		'<path class="fill" d="M10 .6L19.4 10 10 19.4.6 10z"/><path class="mark" d="M7.4 7.9a2.6 2.5 0 1 1 3.9 2.2c-.9.5-1.3.9-1.3 1.9"/><circle class="point" cx="10" cy="14.6" r="1.2"/>',
	'not-measured': '<circle class="ring dashed" cx="10" cy="10" r="8"/><path class="mark own" d="M6 10h8"/>',
	'rig-error':
		'<path class="fill" d="M10 1.2L19.3 18H.7z"/><path class="mark" d="M10 7v5"/><circle class="point" cx="10" cy="15" r="1.2"/>',
	'not-requested': '<path class="mark own" d="M6 10h8"/>',
};

/** Drawn beside the word; for screen readers the word is enough. */
export function verdictIcon(verdict: Verdict): Markup {
	return html`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">${trusted(SHAPES[verdict])}</svg>`;
}

export function verdictLabel(verdict: Verdict): Markup {
	return html`<span class="verdict ${verdict}">${verdictIcon(verdict)}<span>${verdictWords(verdict)}</span></span>`;
}
