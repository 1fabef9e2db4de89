import type { Heading, Root, RootContent, Table, TableCell, TableRow } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTable } from 'micromark-extension-gfm-table';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Spec, SpecCell, SpecRow } from '../generated/spec.ts';
import { METRICS, type Metric, metricByTitle } from './metrics.ts';
import { suggestion } from './nearest.ts';
import { LimitFault, parseLimit } from './units.ts';
import { validated } from './yaml-file.ts';

const DEVICE_HEADINGS = ['device', 'platform', 'board', 'system'];
const SCOPES = ['session', 'board', 'fleet'] as const;
const COLUMNS = ['Baseline', 'Target', 'Stretch'];

/**
 * All GFM tables of a spec.md as data. Prose between them is for people; every table is a requirement.
 *
 * Two layouts: *devices as rows* (first heading `Device` or `Platform`, the others metrics), and *metrics as rows* (first
 * heading `Metric`, then Baseline, Target, Stretch), where the Markdown heading above the table names the row.
 *
 * @throws OssicleError `spec` (usage): file, line, what was expected and the nearest known word
 */
export function parseSpecTable(text: string, shownPath: string): Spec {
	const tree: Root = fromMarkdown(text, { extensions: [gfmTable()], mdastExtensions: [gfmTableFromMarkdown()] });
	checkNoTableLost(tree, text.split(/\r\n|\r|\n/), shownPath);
	const rows: SpecRow[] = [];
	let heading: Heading | null = null;
	for (const node of tree.children) {
		if (node.type === 'heading') heading = node;
		if (node.type === 'table') rows.push(...new TableReader(node, heading, shownPath).rows());
	}
	if (rows.length === 0) {
		throw new OssicleError(
			'spec',
			'usage',
			`${shownPath}: no table found; expected a GFM table such as \`| Device | Latency |\`.`,
			{
				path: shownPath,
			},
		);
	}
	const merged = mergeRows(rows, shownPath);
	return validated<Spec>('spec', { rows: merged }, (keys) => `${shownPath} > ${keys.join('.')}`);
}

/**
 * Each row must be some device's (`specRow` in its device.yaml), whether or not that device is asked for.
 * @throws OssicleError `spec` (usage) with the nearest known row
 */
export function checkRowsBound(
	spec: Spec,
	shownPath: string,
	devices: Iterable<Pick<DeviceFacts, 'id' | 'specRow' | 'evidence'>>,
): void {
	const all = [...devices];
	const known = [...new Set(all.map((device) => device.specRow))].sort();
	for (const row of spec.rows) {
		if (!known.includes(row.name)) {
			throw specError(
				shownPath,
				row.line,
				`row "${row.name}" is bound to no device (\`specRow\` in a device.yaml): ${suggestion(row.name, known)}`,
			);
		}
		const bound = all.filter((device) => device.specRow === row.name);
		const host = bound.find((device) => device.evidence === 'host');
		const board = bound.find((device) => device.evidence !== 'host');
		if (host !== undefined && board !== undefined) {
			throw specError(
				shownPath,
				row.line,
				`row "${row.name}" is bound to ${board.id} (${board.evidence}) and to ${host.id} (host); a PC's figures are never a board's, give one of them a row of its own`,
			);
		}
	}
}

/** @throws OssicleError `spec` (usage) when the device's own row is not in the table, or requires nothing. */
export function checkDeviceHasRow(spec: Spec, shownPath: string, device: { id: string; specRow: string }): void {
	const names = spec.rows.map((row) => row.name);
	const row = spec.rows.find((candidate) => candidate.name === device.specRow);
	if (row !== undefined && row.cells.length > 0) return;
	if (row !== undefined) {
		throw specError(
			shownPath,
			row.line,
			`device \`${device.id}\` is judged by row "${row.name}", which has no limit at all: it could not fail`,
		);
	}
	throw new OssicleError(
		'spec',
		'usage',
		`${shownPath}: device \`${device.id}\` is judged by row "${device.specRow}", which is not in the table: ${suggestion(device.specRow, names)}`,
		{ path: shownPath, device: device.id },
	);
}

/** A line that begins with a bar, or has one right before a limit: rows may be written without their outer bars. */
const TABLE_ROW = /^[\s>]*\||\|\s*(?:<=|>=|<|>|≤|≥)\s*\d/u;

/** What a heading asks for; `scope` null where it does not say. */
interface Column {
	metric: Metric;
	statistic: string;
	scope: SpecCell['scope'] | null;
}

function asked({ metric, statistic, scope }: Column): Pick<SpecCell, 'metric' | 'statistic' | 'scope' | 'scopeStated'> {
	const named = { metric: metric.name, statistic, scope: scope ?? 'session' };
	return scope === null ? named : { ...named, scopeStated: true };
}

class TableReader {
	readonly #table: Table;
	readonly #heading: Heading | null;
	readonly #path: string;

	constructor(table: Table, heading: Heading | null, path: string) {
		this.#table = table;
		this.#heading = heading;
		this.#path = path;
	}

	rows(): SpecRow[] {
		const [head, ...body] = this.#table.children;
		const first = head === undefined ? '' : textOf(head.children[0]);
		if (head === undefined) return [];
		if (body.length === 0) throw this.#fault(head, `the table "${first}" has no rows`);
		if (DEVICE_HEADINGS.includes(first.toLowerCase())) return this.#devicesAsRows(head, body);
		if (first.toLowerCase() === 'metric') return [this.#metricsAsRows(head, body)];
		throw this.#fault(head, `unknown first column "${first}": ${suggestion(first, ['Device', 'Platform', 'Metric'])}`);
	}

	#devicesAsRows(head: TableRow, body: TableRow[]): SpecRow[] {
		const columns = head.children.slice(1).map((cell) => this.#column(textOf(cell), head));
		return body.map((row) => {
			this.#checkWidth(row, head);
			const cells = columns.flatMap((column, index) => {
				const limit = this.#limit(textOf(row.children[index + 1]), column.metric, row, ['baseline']);
				if (limit === null) return [];
				return [{ ...asked(column), limit, stretch: null, baseline: null, line: lineOf(row) }];
			});
			return { name: this.#rowName(textOf(row.children[0]), row), line: lineOf(row), cells };
		});
	}

	#metricsAsRows(head: TableRow, body: TableRow[]): SpecRow {
		if (this.#heading === null)
			throw this.#fault(head, 'a table with metrics as rows needs a heading above it that names the device row');
		const titles = head.children.map(textOf);
		const baselines = ['baseline'];
		const indexOf = new Map<string, number>();
		for (const [index, title] of titles.entries()) {
			if (index === 0) continue;
			const [, word = '', inside] = /^(.*?)\s*(?:\((.*)\))?$/.exec(title) ?? [];
			const column = COLUMNS.find((known) => known.toLowerCase() === word.toLowerCase());
			if (column === undefined) throw this.#fault(head, `unknown column "${title}": ${suggestion(word, COLUMNS)}`);
			if (indexOf.has(column)) throw this.#fault(head, `column "${column}" occurs twice`);
			if (column === 'Baseline' && inside !== undefined) baselines.push(inside.toLowerCase());
			indexOf.set(column, index);
		}
		if (!indexOf.has('Target')) throw this.#fault(head, 'there is no column "Target"');
		const cells = body.flatMap((row): SpecCell[] => {
			this.#checkWidth(row, head);
			const column = this.#column(textOf(row.children[0]), row);
			const { metric } = column;
			const at = (column: string) => textOf(row.children[indexOf.get(column) ?? -1]);
			const limit = this.#limit(at('Target'), metric, row, baselines);
			const stretch = this.#limit(at('Stretch'), metric, row, baselines);
			if (limit === null && stretch !== null)
				throw this.#fault(row, 'there is a stretch but no target; a stretch alone is never judged');
			if (limit === null) return [];
			const baseline = /^[-–—]?$/.test(at('Baseline')) ? null : at('Baseline');
			return [{ ...asked(column), limit, stretch, baseline, line: lineOf(row) }];
		});
		return { name: this.#rowName(textOf(this.#heading), head), line: lineOf(head), cells };
	}

	/** `Latency`, `Latency (p95)`, `Latency (p95, board)`, `Throughput (samples/s)`. */
	#column(title: string, row: TableRow): Column {
		const [, word = '', inside] = /^(.*?)\s*(?:\((.*)\))?$/.exec(title) ?? [];
		const metric = metricByTitle(word);
		if (metric === null) {
			throw this.#fault(
				row,
				`unknown column "${title}": ${suggestion(
					word,
					METRICS.map((known) => known.title),
				)}`,
			);
		}
		let statistic: string | null = null;
		let scope: SpecCell['scope'] | null = null;
		const single = (before: string | null, what: string, qualifier: string): void => {
			if (before !== null)
				throw this.#fault(row, `column "${title}" names two ${what}, ${before} and ${qualifier}; give each a column`);
		};
		for (const qualifier of inside === undefined ? [] : inside.split(',').map((part) => part.trim())) {
			if (metric.statistics.includes(qualifier)) {
				single(statistic, 'statistics', qualifier);
				statistic = qualifier;
			} else if ((SCOPES as readonly string[]).includes(qualifier)) {
				single(scope, 'scopes', qualifier);
				scope = qualifier as SpecCell['scope'];
			} else if (!(metric.units as readonly string[]).includes(qualifier)) {
				throw this.#fault(
					row,
					`unknown "${qualifier}" in column "${title}": ${suggestion(qualifier, [...metric.statistics, ...SCOPES])}`,
				);
			}
		}
		return { metric, statistic: statistic ?? metric.statistics[0], scope };
	}

	#limit(text: string, metric: Metric, row: TableRow, baselines: readonly string[]) {
		try {
			return parseLimit(text, metric, baselines);
		} catch (fault) {
			if (fault instanceof LimitFault) throw this.#fault(row, fault.message);
			throw fault;
		}
	}

	#rowName(name: string, row: TableRow): string {
		if (name === '') throw this.#fault(row, 'the first cell names the device, but is empty');
		return name;
	}

	/** GFM drops surplus cells and pads short rows in silence: either hides a requirement. */
	#checkWidth(row: TableRow, head: TableRow): void {
		if (row.children.length === head.children.length) return;
		throw this.#fault(
			row,
			`the row has ${row.children.length} cells, but the table has ${head.children.length} columns; write \`-\` for no requirement`,
		);
	}

	#fault(row: TableRow, message: string): OssicleError {
		return specError(this.#path, lineOf(row), message);
	}
}

/**
 * What looks like a table and is read as something else would be a requirement lost in silence: rows behind a blank line, a
 * `| --- |` line that does not fit its heading, a table in a quote, a list or behind four blanks. Fenced code and HTML
 * comments are for people.
 */
function checkNoTableLost(tree: Root, lines: readonly string[], path: string): void {
	const visit = (node: RootContent, depth: number): void => {
		const from = node.position?.start.line ?? 1;
		if (node.type === 'table') {
			if (depth > 0)
				throw specError(path, from, 'a table in a quote or a list is not read; begin it at the left margin');
			return;
		}
		const source = lines.slice(from - 1, node.position?.end.line ?? from);
		const isForPeople =
			(node.type === 'code' && /^[\s>*+-]*(?:```|~~~)/.test(source[0] ?? '')) ||
			(node.type === 'html' && node.value.startsWith('<!--'));
		if (isForPeople) return;
		if ('children' in node && node.type !== 'paragraph' && node.type !== 'heading') {
			for (const child of node.children) visit(child as RootContent, depth + 1);
			return;
		}
		const row = source.findIndex((line) => TABLE_ROW.test(line));
		if (row === -1) return;
		throw specError(
			path,
			from + row,
			'this looks like a row of a table, but is in none: is there a blank line above it, or does the `| --- |` line not fit the heading?',
		);
	};
	for (const node of tree.children) visit(node, 0);
}

/** One row for each name, however many tables it occurs in; the same cell twice is an error. */
function mergeRows(rows: readonly SpecRow[], path: string): SpecRow[] {
	const merged = new Map<string, SpecRow>();
	for (const row of rows) {
		const target = merged.get(row.name) ?? { name: row.name, line: row.line, cells: [] };
		merged.set(row.name, target);
		for (const cell of row.cells) {
			const same = (other: SpecCell) =>
				other.metric === cell.metric && other.statistic === cell.statistic && other.scope === cell.scope;
			const earlier = target.cells.find(same);
			if (earlier !== undefined) {
				throw specError(
					path,
					cell.line,
					`"${row.name}" already has a limit for ${cell.metric} (${cell.statistic}) in line ${earlier.line}`,
				);
			}
			target.cells.push(cell);
		}
	}
	return [...merged.values()];
}

function specError(path: string, line: number, message: string): OssicleError {
	return new OssicleError('spec', 'usage', `${path}:${line}: ${message}`, { path, line });
}

function lineOf(node: TableRow): number {
	return node.position?.start.line ?? 1;
}

function textOf(node: TableCell | Heading | undefined): string {
	return node === undefined ? '' : node.children.map(inlineText).join('').trim();
}

function inlineText(node: RootContent): string {
	if ('value' in node) return node.value;
	return 'children' in node ? node.children.map((child) => inlineText(child as RootContent)).join('') : '';
}
