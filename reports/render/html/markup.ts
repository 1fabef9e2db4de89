import { visible } from '../visible.ts';

/**
 * Markup that this program wrote. Made only by `html` and `trusted`, so a string from a device can never be one: whatever
 * is put into a template is escaped unless it is Markup.
 */
export class Markup {
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	toString(): string {
		return this.#text;
	}
}

export type Content = string | number | Markup | null | undefined | false | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
	'`': '&#96;',
};

/** For text and for attribute values in quotes. */
export function escapeHtml(text: string): string {
	return visible(text).replace(/[&<>"'`]/g, (letter) => ENTITIES[letter] ?? '');
}

/** A template whose values are escaped. `null`, `undefined` and `false` leave nothing; lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
	let text = strings[0] ?? '';
	for (const [index, value] of values.entries()) text += render(value) + (strings[index + 1] ?? '');
	return new Markup(text);
}

/** Only for constants of this program and for base64. */
export function trusted(text: string): Markup {
	return new Markup(text);
}

function render(value: Content): string {
	if (value === null || value === undefined || value === false) return '';
	if (value instanceof Markup) return value.toString();
	if (Array.isArray(value)) return value.map((each: Content) => render(each)).join('');
	return escapeHtml(String(value));
}
