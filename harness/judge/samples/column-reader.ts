import type { ColumnKind, ColumnName } from './columns.ts';
import { COLUMNS } from './columns.ts';
import { type Place, quoted, sampleFault } from './sample-fault.ts';
import type { Labels, Samples } from './sample-table.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const LONGEST_LABEL = 200;
/** Characters of transcripts in all; they are held in memory. */
const MOST_TEXT = 200_000_000;

/** What a column accepts, in words for the error. */
const EXPECTED: Readonly<Record<ColumnKind, string>> = {
	number: 'a finite number such as 12.5',
	count: 'a whole number, 0 or more',
	duration: 'a number above 0',
	flag: '1 or 0 (or true, false)',
	label: 'a name',
	arm: 'A or B',
	text: 'text',
};

/** Collects the columns that are used, row by row, in arrays that grow. */
export class ColumnReader {
	readonly #source: string;
	readonly #numbers = new Map<ColumnName, Growing>();
	readonly #labels = new Map<ColumnName, { index: Growing; byName: Map<string, number> }>();
	readonly #texts = new Map<ColumnName, string[]>();
	readonly #lines = new Growing();
	readonly #columns: readonly ColumnName[];
	#textLength = 0;

	constructor(source: string, columns: Iterable<ColumnName>) {
		this.#source = source;
		this.#columns = [...columns];
		for (const column of this.#columns) {
			const kind: ColumnKind = COLUMNS[column];
			if (kind === 'text') this.#texts.set(column, []);
			else if (kind === 'label' || kind === 'arm')
				this.#labels.set(column, { index: new Growing(), byName: new Map() });
			else this.#numbers.set(column, new Growing());
		}
	}

	get rows(): number {
		return this.#lines.length;
	}

	/**
	 * @param textOf what stands in a column of this row; undefined where nothing does
	 * @throws OssicleError `samples` for a field that is not what its column holds
	 */
	row(line: number, textOf: (column: ColumnName) => string | undefined): void {
		for (const column of this.#columns) this.#take(column, textOf(column), line);
		this.#lines.push(line);
	}

	samples(): Samples {
		const numbers = new Map<ColumnName, Float64Array>();
		const flags = new Map<ColumnName, Uint8Array>();
		for (const [column, values] of this.#numbers) {
			if (COLUMNS[column] === 'flag') flags.set(column, Uint8Array.from(values.array()));
			else numbers.set(column, values.array());
		}
		const labels = new Map<ColumnName, Labels>();
		for (const [column, { index, byName }] of this.#labels)
			labels.set(column, { index: Uint32Array.from(index.array()), names: [...byName.keys()] });
		const lines = Uint32Array.from(this.#lines.array());
		return { source: this.#source, rows: this.rows, lines, numbers, flags, labels, texts: this.#texts };
	}

	#take(column: ColumnName, text: string | undefined, line: number): void {
		const place = { source: this.#source, line, column };
		// An empty transcript is one; a transcript that is not there is none.
		if (text === undefined) throw unexpected(COLUMNS[column], '', place);
		const texts = this.#texts.get(column);
		if (texts !== undefined) {
			this.#textLength += text.length;
			if (this.#textLength > MOST_TEXT)
				throw sampleFault(place, `more than ${MOST_TEXT} characters in all; judge a part`);
			texts.push(text);
			return;
		}
		const labels = this.#labels.get(column);
		if (labels === undefined) {
			this.#numbers.get(column)?.push(numberOf(COLUMNS[column], text.trim(), place));
			return;
		}
		const name = labelOf(COLUMNS[column], text.trim(), place);
		let label = labels.byName.get(name);
		if (label === undefined) {
			label = labels.byName.size;
			labels.byName.set(name, label);
		}
		labels.index.push(label);
	}
}

function numberOf(kind: ColumnKind, text: string, place: Place): number {
	if (kind === 'flag') {
		if (text === '1' || /^true$/i.test(text)) return 1;
		if (text === '0' || /^false$/i.test(text)) return 0;
		throw unexpected(kind, text, place);
	}
	const value = NUMBER.test(text) ? Number(text) : Number.NaN;
	if (!Number.isFinite(value)) throw unexpected(kind, text, place);
	if (kind === 'count' && !(Number.isSafeInteger(value) && value >= 0)) throw unexpected(kind, text, place);
	if (kind === 'duration' && !(value > 0)) throw unexpected(kind, text, place);
	return value;
}

function labelOf(kind: ColumnKind, text: string, place: Place): string {
	if (kind === 'arm') {
		if (/^[ab]$/i.test(text)) return text.toUpperCase();
		throw unexpected(kind, text, place);
	}
	if (text === '' || text.length > LONGEST_LABEL) throw unexpected(kind, text, place);
	return text;
}

function unexpected(kind: ColumnKind, text: string, place: Place) {
	const got = text === '' ? 'nothing' : quoted(text);
	return sampleFault(place, `expected ${EXPECTED[kind]}, got ${got}.${hint(kind, text)}`);
}

function hint(kind: ColumnKind, text: string): string {
	if (kind === 'label' || kind === 'text') return '';
	if (text === '') return ' A sample that was lost is no sample: find out why, do not leave it out in silence.';
	if (/^[+-]?\d+,\d+$/.test(text)) return ' A decimal point is written `.`.';
	if (/^[+-]?(nan|inf|infinity)$|^[+-]?\d+(\.\d*)?e\+?\d+$/i.test(text))
		return ' Whatever wrote it had no measurement: a sample without a value decides nothing.';
	if (/^[+-]?[\d.]+\s*[^\d\s.]+$/.test(text) && kind === 'number') return ' Units go into --unit, not into the cells.';
	return '';
}

/** An array of doubles that grows by doubling. */
class Growing {
	#values = new Float64Array(1024);
	length = 0;

	push(value: number): void {
		if (this.length === this.#values.length) {
			const larger = new Float64Array(2 * this.length);
			larger.set(this.#values);
			this.#values = larger;
		}
		this.#values[this.length] = value;
		this.length += 1;
	}

	array(): Float64Array {
		return this.#values.slice(0, this.length);
	}
}
