import { type Content, html, type Markup } from './markup.ts';

export function figure(drawing: Markup, caption: Content): Markup {
	return html`<figure>${drawing}<figcaption>${caption}</figcaption></figure>`;
}
