import { count, quoted, sampleFault } from './sample-fault.ts';

/** Longer than any honest line of samples, short enough that a missing quote does not fill the memory. */
export const LONGEST_RECORD = 1 << 20;
const MOST_FIELDS = 1000;

/**
 * CSV as RFC 4180 writes it, in pieces of text of any length: fields in double quotes may hold commas, line breaks and
 * doubled quotes; lines end in LF, CRLF or CR; a byte order mark is skipped. Stricter than the RFC's grammar where leniency
 * would guess: a quote inside an unquoted field, text after a closing quote and an empty line between records are errors.
 */
export class CsvRecords {
	readonly #source: string;
	readonly #onRecord: (fields: string[], line: number) => void;
	#state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
	#fields: string[] = [];
	#field = '';
	#length = 0;
	#line = 1;
	#recordLine = 1;
	#emptyLine: number | null = null;
	#skipLf = false;
	#first = true;

	/** @param onRecord called with the fields of each record and the line it begins on */
	constructor(source: string, onRecord: (fields: string[], line: number) => void) {
		this.#source = source;
		this.#onRecord = onRecord;
	}

	/** @throws OssicleError `samples` where the text is no CSV */
	write(text: string): void {
		let from = 0;
		if (this.#first && text.length > 0) {
			this.#first = false;
			if (text.charCodeAt(0) === 0xfeff) from = 1;
		}
		while (from < text.length) from = this.#state === 'quoted' ? this.#inQuotes(text, from) : this.#outside(text, from);
	}

	/** @throws OssicleError `samples` when the text ends inside quotes */
	end(): void {
		if (this.#state === 'quoted') {
			throw this.#fault('the quote that opens here is never closed; a `"` inside a field is written `""`');
		}
		if (this.#state !== 'start' || this.#fields.length > 0) this.#endRecord();
	}

	#inQuotes(text: string, from: number): number {
		const close = text.indexOf('"', from);
		const end = close === -1 ? text.length : close;
		this.#take(text.slice(from, end));
		for (let at = from; at < end; at++) {
			if (text.charCodeAt(at) === 10) this.#line += 1;
		}
		if (close === -1) return end;
		this.#state = 'closed';
		return close + 1;
	}

	#outside(text: string, from: number): number {
		let at = from;
		while (at < text.length && !isSpecial(text.charCodeAt(at))) at += 1;
		if (at > from) {
			if (this.#state === 'closed') throw this.#fault(`${quoted(text.slice(from, at))} follows a closing quote`);
			this.#take(text.slice(from, at));
			this.#state = 'plain';
			this.#skipLf = false;
		}
		if (at < text.length) this.#special(text[at] as string);
		return at + 1;
	}

	#special(char: string): void {
		if (char === '\n' && this.#skipLf) {
			this.#skipLf = false;
			return;
		}
		this.#skipLf = char === '\r';
		if (char === ',') this.#endField();
		else if (char !== '"') {
			this.#endRecord();
			this.#line += 1;
			this.#recordLine = this.#line;
		} else if (this.#state === 'closed') {
			this.#take('"');
			this.#state = 'quoted';
		} else if (this.#state === 'start') this.#state = 'quoted';
		else throw this.#fault(`a quote inside ${quoted(this.#field)}, which does not begin with one`);
	}

	#take(text: string): void {
		this.#length += text.length;
		if (this.#length > LONGEST_RECORD) {
			throw this.#fault(`a record of more than ${LONGEST_RECORD} characters; is this a CSV file of samples?`);
		}
		this.#field += text;
	}

	#endField(): void {
		if (this.#fields.length >= MOST_FIELDS) throw this.#fault(`more than ${count(MOST_FIELDS, 'field')} in a record`);
		this.#fields.push(this.#field);
		this.#field = '';
		this.#state = 'start';
	}

	#endRecord(): void {
		const empty = this.#state === 'start' && this.#fields.length === 0;
		if (empty) this.#emptyLine ??= this.#recordLine;
		else if (this.#emptyLine !== null) {
			// In a file of one column an empty line may be a sample that went missing.
			throw sampleFault(
				{ source: this.#source, line: this.#emptyLine },
				'an empty line between records; take it out, or find the sample that is missing there',
			);
		} else {
			this.#endField();
			this.#onRecord(this.#fields, this.#recordLine);
			this.#fields = [];
		}
		this.#length = 0;
	}

	#fault(text: string) {
		return sampleFault({ source: this.#source, line: this.#recordLine }, text);
	}
}

function isSpecial(code: number): boolean {
	return code === 44 || code === 34 || code === 10 || code === 13;
}
