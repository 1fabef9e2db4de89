import { nearestWord } from '../../scenario/nearest.ts';
import { quoted, sampleFault } from './sample-fault.ts';
import type { Statistic } from './statistic.ts';

/** How the text of a column is read. */
export type ColumnKind = 'number' | 'count' | 'duration' | 'flag' | 'label' | 'arm' | 'text';

/** Every column we know by name. */
export const COLUMNS = {
	value: 'number',
	correct: 'flag',
	session: 'label',
	pair: 'label',
	arm: 'arm',
	group: 'label',
	speaker: 'label',
	events: 'count',
	hours: 'duration',
	exposure: 'duration',
	errors: 'count',
	words: 'count',
	reference: 'text',
	hypothesis: 'text',
} as const satisfies Record<string, ColumnKind>;

export type ColumnName = keyof typeof COLUMNS;

/** Columns a statistic can be made of (the first set that is there is taken), and those it heeds when they are there. */
const WANTED: Readonly<Record<Statistic['kind'], { sets: ColumnName[][]; heeded: ColumnName[] }>> = {
	percentile: { sets: [['value']], heeded: ['session', 'arm'] },
	mean: { sets: [['value']], heeded: ['session', 'arm'] },
	max: { sets: [['value']], heeded: ['session', 'arm'] },
	proportion: { sets: [['correct']], heeded: ['session', 'group', 'speaker', 'pair', 'arm'] },
	rate: {
		sets: [
			['events', 'hours'],
			['events', 'exposure'],
			['value', 'exposure'],
			['value', 'hours'],
		],
		heeded: ['session', 'arm'],
	},
	wer: {
		sets: [
			['reference', 'hypothesis'],
			['errors', 'words'],
		],
		heeded: ['session', 'group', 'speaker', 'arm'],
	},
	ratio: { sets: [['value', 'arm']], heeded: ['pair', 'session'] },
};

/** How a name is compared: a spreadsheet's `Value ` is `value`. */
export function folded(name: string): string {
	return name.trim().toLowerCase();
}

/** Which columns of a file are read as what. */
export interface ColumnPlan {
	/** Our name -> the (folded) name in the file. */
	used: ReadonlyMap<ColumnName, string>;
	/** Columns of the file that nobody looks at, as written. */
	ignored: string[];
}

/**
 * @param header names as the file has them
 * @param renamed our name -> name in the file, from `--column`
 * @throws OssicleError `samples` when a column is missing, twice there, or one of two is meant
 */
export function planColumns(
	statistic: Statistic,
	header: readonly string[],
	renamed: ReadonlyMap<ColumnName, string>,
	source: string,
): ColumnPlan {
	const names = header.map(folded);
	const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
	if (twice !== undefined) throw sampleFault({ source, line: 1, column: twice }, 'the header has this column twice');
	for (const [ours, theirs] of renamed) {
		if (!names.includes(folded(theirs)))
			throw sampleFault(
				{ source, line: 1 },
				`no column ${quoted(theirs)}, which --column takes as ${ours}; ${hasText(header)}`,
			);
	}
	const nameOf = (column: ColumnName) => folded(renamed.get(column) ?? column);
	// A column taken under another name is not there under its own any more.
	const taken = new Set([...renamed.values()].map(folded));
	const has = (column: ColumnName) => names.includes(nameOf(column)) && (renamed.has(column) || !taken.has(column));
	const { sets, heeded } = WANTED[statistic.kind];
	const set = sets.find((columns) => columns.every(has));
	if (set === undefined) throw missing(statistic, sets, header, source, has);
	if (has('group') && has('speaker') && heeded.includes('group'))
		throw sampleFault(
			{ source, line: 1 },
			'both `group` and `speaker` are there; keep the one whose rows belong together',
		);
	const used = new Map<ColumnName, string>();
	for (const column of [...set, ...heeded.filter(has)]) used.set(column, nameOf(column));
	const read = new Set(used.values());
	return { used, ignored: header.filter((name) => !read.has(folded(name))) };
}

function missing(
	statistic: Statistic,
	sets: readonly ColumnName[][],
	header: readonly string[],
	source: string,
	has: (column: ColumnName) => boolean,
) {
	const wanted = sets.map((columns) => columns.map((each) => `\`${each}\``).join(' and ')).join(', or ');
	const lackingOf = (columns: ColumnName[]) => columns.filter((column) => !has(column));
	const [nearest = []] = [...sets].sort((a, b) => lackingOf(a).length - lackingOf(b).length);
	const [lacking = 'value'] = lackingOf(nearest);
	return sampleFault(
		{ source, line: 1 },
		`${statistic.name} needs ${wanted}; ${hasText(header)}.${adviceFor(statistic, lacking, header, has)}`,
	);
}

function adviceFor(
	statistic: Statistic,
	lacking: ColumnName,
	header: readonly string[],
	has: (column: ColumnName) => boolean,
): string {
	const [first = ''] = header;
	if (header.length === 1 && /[;\t|]/.test(first)) return ' Columns are parted by commas here; write them so.';
	if (header.length > 0 && header.every((name) => /^\s*[-+.\d]/.test(name)))
		return ` Line 1 must be a header with the columns' names, and seems to hold data.`;
	if (statistic.kind === 'ratio' && has('correct'))
		return " Paired right and wrong answers are compared with --stat proportion --limit '>= -1 pp'.";
	const strange = header.filter((name) => name.trim() !== '' && !Object.hasOwn(COLUMNS, folded(name)));
	const example = nearestWord(lacking, strange) ?? strange[0];
	if (example === undefined) return '';
	return ` Is it there under another name? --column ${shellWord(`${lacking}=${example.trim()}`)} takes it as \`${lacking}\`.`;
}

function hasText(header: readonly string[]): string {
	return `the file has ${header.slice(0, 20).map(quoted).join(', ')}${header.length > 20 ? ', ...' : ''}`;
}

function shellWord(text: string): string {
	return /^[\w=./-]+$/.test(text) ? text : `'${text.replace(/[\p{C}']/gu, '?')}'`;
}
