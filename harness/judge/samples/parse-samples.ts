import { createHash } from 'node:crypto';
import { ColumnReader } from './column-reader.ts';
import { COLUMNS, type ColumnName, type ColumnPlan, folded, planColumns } from './columns.ts';
import { CsvRecords } from './csv-records.ts';
import { NdjsonRecords } from './ndjson-records.ts';
import { count, optionFault, quoted, sampleFault } from './sample-fault.ts';
import type { Samples } from './sample-table.ts';
import type { Statistic } from './statistic.ts';

/** Two million doubles with their labels are some 50 MB; whoever has more has enough to decide from a part of them. */
export const MOST_ROWS = 2_000_000;

export interface ParseOptions {
	statistic: Statistic;
	/** File as it is called in errors. */
	source: string;
	/** Our name of a column -> its name in the file. */
	renamed?: ReadonlyMap<ColumnName, string>;
}

export interface ParsedSamples {
	samples: Samples;
	format: 'csv' | 'ndjson';
	/** Of every byte read, so that a verdict names what it was reached from. */
	sha256: string;
	/** Names of the file's columns. */
	columns: string[];
	/** Our name -> the file's, for the columns that were read. */
	used: Record<string, string>;
	ignored: string[];
}

/**
 * Samples from the bytes of a CSV or NDJSON file. `*.csv` is CSV, `*.ndjson` and `*.jsonl` are NDJSON; anything else is
 * NDJSON when it begins with `{`.
 *
 * @throws OssicleError `samples` for the first thing that is wrong, with file, line and column
 */
export async function parseSamples(chunks: AsyncIterable<Uint8Array>, options: ParseOptions): Promise<ParsedSamples> {
	const { source } = options;
	const hash = createHash('sha256');
	const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
	const text = (bytes?: Uint8Array) => {
		try {
			return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
		} catch {
			throw sampleFault({ source }, 'not UTF-8 text; is it compressed, or a spreadsheet that was not exported as CSV?');
		}
	};
	const rows = new RowReader(options);
	let format: 'csv' | 'ndjson' | null = formatByName(source);
	let records: CsvRecords | NdjsonRecords | null = null;
	let begin = '';
	const write = (piece: string) => {
		if (records === null) {
			begin += piece;
			const start = begin.replace(/^\uFEFF/, '').trimStart();
			if (start === '') return;
			format ??= start.startsWith('{') ? 'ndjson' : 'csv';
			if (start.startsWith('['))
				throw sampleFault({ source, line: 1 }, 'a JSON array; expected one object a line (`jq -c ".[]"` writes them)');
			records = format === 'csv' ? new CsvRecords(source, rows.csv) : new NdjsonRecords(source, rows.ndjson);
			records.write(begin);
		} else records.write(piece);
	};
	for await (const chunk of chunks) {
		hash.update(chunk);
		write(text(chunk));
	}
	write(text());
	(records as CsvRecords | NdjsonRecords | null)?.end();
	if (format === null || !rows.begun)
		throw sampleFault({ source }, 'the file is empty; expected a header line and rows');
	return { ...rows.finish(), format, sha256: hash.digest('hex') };
}

/** `value=latency_us`, as often as wanted. @throws OssicleError `option` */
export function parseRenamed(assignments: readonly string[]): ReadonlyMap<ColumnName, string> {
	const renamed = new Map<ColumnName, string>();
	for (const text of assignments) {
		const at = text.indexOf('=');
		const ours = folded(text.slice(0, Math.max(0, at)));
		const theirs = text.slice(at + 1).trim();
		if (at < 1 || theirs === '' || !Object.hasOwn(COLUMNS, ours)) {
			const known = Object.keys(COLUMNS).join(', ');
			throw optionFault('--column', `expected <ours>=<name in the file>, got ${quoted(text)}; ours are ${known}`);
		}
		if (renamed.has(ours as ColumnName)) throw optionFault('--column', `\`${ours}\` is named twice`);
		renamed.set(ours as ColumnName, theirs);
	}
	return renamed;
}

function formatByName(source: string): 'csv' | 'ndjson' | null {
	if (/\.csv$/i.test(source)) return 'csv';
	return /\.(ndjson|jsonl)$/i.test(source) ? 'ndjson' : null;
}

/** Takes records of either format; the first one settles which columns there are. */
class RowReader {
	readonly #options: ParseOptions;
	#header: string[] = [];
	#plan: ColumnPlan | null = null;
	#reader: ColumnReader | null = null;
	#index = new Map<ColumnName, number>();

	constructor(options: ParseOptions) {
		this.#options = options;
	}

	get begun(): boolean {
		return this.#plan !== null;
	}

	readonly csv = (fields: string[], line: number): void => {
		const { source } = this.#options;
		if (this.#reader === null) {
			const reader = this.#begin(fields);
			const names = fields.map(folded);
			for (const [column, name] of this.#plan?.used ?? []) this.#index.set(column, names.indexOf(name));
			this.#reader = reader;
			return;
		}
		if (fields.length !== this.#header.length) {
			const extra = fields.length > this.#header.length ? ' A field with a comma in it needs quotes.' : '';
			throw sampleFault(
				{ source, line },
				`expected ${count(this.#header.length, 'field')} as in the header, got ${fields.length}.${extra}`,
			);
		}
		this.#row(this.#reader, line, (column) => fields[this.#index.get(column) ?? -1]);
	};

	readonly ndjson = (record: ReadonlyMap<string, string>, line: number): void => {
		const reader = this.#reader ?? this.#begin([...record.keys()]);
		this.#reader = reader;
		const byName = new Map([...record].map(([name, text]) => [folded(name), text]));
		// A session that is named from some line on only: half the rows would be of no session.
		for (const name of byName.keys()) {
			if (Object.hasOwn(COLUMNS, name) && !this.#header.some((each) => folded(each) === name))
				throw sampleFault(
					{ source: this.#options.source, line, column: name },
					'this line has it, the first line has not; every line must have the same columns',
				);
		}
		this.#row(reader, line, (column) => byName.get(this.#plan?.used.get(column) ?? ''));
	};

	/** @throws OssicleError `samples` when there is no row */
	finish(): Pick<ParsedSamples, 'samples' | 'columns' | 'used' | 'ignored'> {
		if (this.#reader === null || this.#plan === null || this.#reader.rows === 0) {
			throw sampleFault({ source: this.#options.source }, 'a header and no rows; there is nothing to judge');
		}
		return {
			samples: this.#reader.samples(),
			columns: this.#header,
			used: Object.fromEntries(this.#plan.used),
			ignored: this.#plan.ignored,
		};
	}

	#begin(header: string[]): ColumnReader {
		const { statistic, source, renamed = new Map() } = this.#options;
		this.#header = header;
		this.#plan = planColumns(statistic, header, renamed, source);
		return new ColumnReader(source, this.#plan.used.keys());
	}

	#row(reader: ColumnReader, line: number, textOf: (column: ColumnName) => string | undefined): void {
		if (reader.rows >= MOST_ROWS)
			throw sampleFault({ source: this.#options.source, line }, `more than ${MOST_ROWS} rows; judge a part of them`);
		reader.row(line, textOf);
	}
}
