import { OssicleError } from '../../error.ts';

const LONGEST_SHOWN = 60;

/** Where something in a file of samples is wrong. `line` counts from 1; `column` is a name of the header. */
export interface Place {
	source: string;
	line?: number;
	column?: string;
}

/** A usage error about what stands in the samples: place first, then what was expected and got, then what to do. */
export function sampleFault(place: Place, text: string): OssicleError {
	const line = place.line === undefined ? '' : `:${place.line}`;
	const column = place.column === undefined ? '' : `, column ${quoted(place.column)}`;
	return new OssicleError('samples', 'usage', `${place.source}${line}${column}: ${text}`, { ...place });
}

/** A usage error about an option of the command line, or about options that do not go together. */
export function optionFault(option: string, text: string): OssicleError {
	return new OssicleError('option', 'usage', `${option}: ${text}`, { option });
}

/** Text of a file as it may be printed: in quotes, cut, and with nothing in it that a terminal would obey. */
export function quoted(text: string): string {
	const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
	return `"${cut.replace(/[\p{C}\u2028\u2029]/gu, (each) => `\\u${each.codePointAt(0)?.toString(16).padStart(4, '0')}`)}"`;
}

/** `3 columns`, `1 column`. */
export function count(n: number, what: string): string {
	return `${n} ${what}${n === 1 ? '' : 's'}`;
}
