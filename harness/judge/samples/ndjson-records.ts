import { LONGEST_RECORD } from './csv-records.ts';
import { quoted, sampleFault } from './sample-fault.ts';

/** A record of a file: name of a column to what stands there, as text; arrays and objects are no text and stay away. */
export type TextRecord = ReadonlyMap<string, string>;

/**
 * NDJSON: one JSON object a line. Numbers and booleans become the text JSON writes them in, so that one set of rules reads
 * both formats; null is nothing. Empty lines are skipped, as most writers of NDJSON end with one.
 */
export class NdjsonRecords {
	readonly #source: string;
	readonly #onRecord: (record: TextRecord, line: number) => void;
	#rest = '';
	#line = 0;

	constructor(source: string, onRecord: (record: TextRecord, line: number) => void) {
		this.#source = source;
		this.#onRecord = onRecord;
	}

	/** @throws OssicleError `samples` for a line that is no JSON object */
	write(text: string): void {
		const lines = (this.#rest + text).split('\n');
		this.#rest = lines.pop() ?? '';
		for (const line of lines) this.#take(line);
		if (this.#rest.length > LONGEST_RECORD) throw this.#tooLong(this.#line + 1);
	}

	end(): void {
		this.#take(this.#rest);
		this.#rest = '';
	}

	#take(text: string): void {
		this.#line += 1;
		const line = this.#line === 1 ? text.replace(/^\uFEFF/, '') : text;
		if (line.length > LONGEST_RECORD) throw this.#tooLong(this.#line);
		if (line.trim() === '') return;
		this.#onRecord(this.#textRecord(this.#parse(line)), this.#line);
	}

	#parse(line: string): object {
		let parsed: unknown;
		try {
			parsed = JSON.parse(line);
		} catch (error) {
			const hint = line.trim() === '{' ? '; NDJSON has one whole object a line (`jq -c .` writes it)' : '';
			throw this.#fault(`no JSON: ${quoted((error as Error).message)}${hint}`);
		}
		if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
		throw this.#fault(`expected an object such as {"value": 12.5}, got ${quoted(line.trim())}`);
	}

	#textRecord(parsed: object): TextRecord {
		const record = new Map<string, string>();
		for (const [name, value] of Object.entries(parsed)) {
			if (typeof value !== 'object') record.set(name, String(value));
		}
		return record;
	}

	#tooLong(line: number) {
		return sampleFault({ source: this.#source, line }, `a line of more than ${LONGEST_RECORD} characters`);
	}

	#fault(text: string) {
		return sampleFault({ source: this.#source, line: this.#line }, text);
	}
}
