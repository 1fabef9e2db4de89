import { shortHash } from '../format.ts';
import { shortened } from '../visible.ts';
import { type Content, html, type Markup } from './markup.ts';

export type Fact = readonly [name: string, value: Content];

/** Names and values; what has no value is left out. */
export function factList(facts: readonly (Fact | null)[]): Markup {
	const told = facts.filter((fact): fact is Fact => fact !== null && fact[1] !== null && fact[1] !== '');
	return html`<dl class="facts-list">${told.map(([name, value]) => html`<div><dt>${name}</dt><dd>${typeof value === 'string' ? shortened(value) : value}</dd></div>`)}</dl>`;
}

/** A hash, cut for the eye; the whole of it in the title and for the clipboard of whoever selects it. */
export function hash(value: string | null): Markup | null {
	return value === null ? null : html`<code title="${value}">${shortened(shortHash(value), 60)}</code>`;
}
