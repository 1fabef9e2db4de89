import type { Cell, RunRecord } from '../generated/record.ts';
import { WORST_FIRST } from '../judge/worst-first.ts';
import { metricOf } from '../scenario/metrics.ts';
import { cellColumns, cellRemarks, HEADINGS, type Remark, significant } from './cell-text.ts';
import { closingSentence } from './closing-sentence.ts';
import { brokenLines, oneLine, remarkLines, toAscii } from './plain-lines.ts';

export { closingSentence } from './closing-sentence.ts';

export interface TableOptions {
	/** ANSI colours; false where NO_COLOR is set or the output is no terminal. They add nothing that words do not say. */
	color?: boolean;
	/** Only 7-bit characters. */
	ascii?: boolean;
	/** Columns after which sentences are broken. Default: 108. */
	width?: number;
}

const DEFAULT_WIDTH = 108;
/** Above so many rows nobody reads on until the first red one. */
const MOST_ROWS_IN_ORDER = 20;
const COLORS: Record<Cell['verdict'], number> = {
	pass: 32,
	marginal: 32,
	fail: 31,
	inconclusive: 33,
	'not-measured': 33,
	'rig-error': 35,
	'not-requested': 90,
};
const TO_THE_RIGHT = ['used', 'n'];

/** The record for people: a table for each device, the reason below each cell that is not a plain pass, a last sentence. */
export function verdictTable(record: RunRecord, options: TableOptions = {}): string {
	const asked = record.cells.filter((cell) => cell.verdict !== 'not-requested');
	const devices = [...new Set(asked.map((cell) => cell.device))];
	const blocks = devices.map((device) =>
		deviceBlock(
			asked.filter((cell) => cell.device === device),
			options,
		),
	);
	const skipped = [...new Set(record.cells.filter((cell) => cell.verdict === 'not-requested').map((cell) => cell.row))];
	if (skipped.length > 0) blocks.push(`Not requested: ${skipped.map(oneLine).join(', ')}.`);
	blocks.push(...reportedBlocks(record));
	const { width = DEFAULT_WIDTH } = options;
	for (const text of [...notes(record), closingSentence(record)]) blocks.push(brokenLines(text, width).join('\n'));
	const text = `${blocks.join('\n\n')}\n`;
	return options.ascii ? toAscii(text) : text;
}

function deviceBlock(cells: readonly Cell[], options: TableOptions): string {
	const { color = false, width = DEFAULT_WIDTH } = options;
	const [first] = cells;
	const ordered =
		cells.length > MOST_ROWS_IN_ORDER
			? [...cells].sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))
			: cells;
	const rows = ordered.map((cell) => cellColumns(cell).map(oneLine));
	const widths = HEADINGS.map((heading, column) =>
		Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: readonly string[], cell?: Cell) =>
		row
			.map((text, column) => {
				const heading = HEADINGS[column] ?? '';
				const columnWidth = widths[column] ?? 0;
				const padded = TO_THE_RIGHT.includes(heading) ? text.padStart(columnWidth) : text.padEnd(columnWidth);
				return color && cell !== undefined && heading === 'verdict'
					? `\u001b[${COLORS[cell.verdict]}m${padded}\u001b[0m`
					: padded;
			})
			.join('  ')
			.trimEnd();
	const common = commonMarks(cells);
	const told = new Map<string, string>();
	const body = ordered.flatMap((cell, index) => {
		const row = rows[index] ?? [];
		const remarks = newRemarks(cell, cellRemarks(cell, common), row[0] ?? '', told);
		return [line(row, cell), ...remarks.flatMap(({ word, text }) => remarkLines(word, text, width))];
	});
	const marks = common.length === 0 ? '' : `; ${common.map(oneLine).join(', ')}`;
	return [`${first?.device ?? ''} (row ${oneLine(first?.row ?? '')})${marks}`, line(HEADINGS), ...body].join('\n');
}

/**
 * What has not been said of an earlier row: a rig fault voids every cell for the same reason, and battery life has the
 * causes of power.
 *
 * @param told remarks and the row they were first made of; filled here
 */
function newRemarks(cell: Cell, remarks: readonly Remark[], title: string, told: Map<string, string>): Remark[] {
	const earlier = remarks.map(({ word, text }) => told.get(`${word} ${text}`));
	for (const { word, text } of remarks) if (!told.has(`${word} ${text}`)) told.set(`${word} ${text}`, title);
	if (cell.verdict === 'rig-error') return remarks.filter((_, index) => earlier[index] === undefined);
	const isRepeat = (index: number) => remarks[index]?.word === 'where' && earlier[index] !== undefined;
	const first = remarks.findIndex((_, index) => isRepeat(index));
	if (first === -1) return [...remarks];
	const asBefore = { word: 'where', text: `as for ${earlier[first]}` };
	return remarks.flatMap((remark, index) => (index === first ? [asBefore] : isRepeat(index) ? [] : [remark]));
}

/** Marks of every figure of a device stand above its table, not below each of its rows. */
function commonMarks(cells: readonly Cell[]): string[] {
	const measured = cells.filter((cell) => cell.estimate !== null);
	if (measured.length < 2) return [];
	return (measured[0]?.marks ?? []).filter((mark) => measured.every((cell) => cell.marks.includes(mark)));
}

/** Figures without a limit, a line each; nothing where there are none. */
function reportedBlocks({ reported }: RunRecord): string[] {
	if (reported.length === 0) return [];
	const several = new Set(reported.map(({ device, session }) => `${device} ${session}`)).size > 1;
	const lines = reported.map(({ device, session, segment, metric, statistic, unit, estimate, bounds, ...figure }) => {
		const of = several ? `${device}, session ${session}, ${segment}` : `${device}, ${segment}`;
		const name = `${of}: ${metricOf(metric).title} (${statistic})`;
		if (estimate === null) return `  ${oneLine(`${name}: none, ${figure.reason}`)}`;
		const [low = null, high = null] = bounds ?? [];
		const band = low === high ? '' : ` (band [${significant(low ?? 0)}, ${significant(high ?? 0)}])`;
		const marks = [figure.evidence, ...figure.marks].join(', ');
		return `  ${oneLine(`${name} ${significant(estimate)} ${unit}${band}, n ${figure.n}; ${marks}`)}`;
	});
	return [['Reported, not judged:', ...lines].join('\n')];
}

function notes(record: RunRecord): string[] {
	const { inputsChanged, source, capture, parameters } = record.manifest;
	const lines: string[] = [];
	const overridden = parameters.filter((param) => param.overridden).map(({ text }) => oneLine(text));
	if (overridden.length > 0)
		lines.push(`With ${overridden.join(', ')} by --param: this is not the scenario as it is written.`);
	const own = parameters.filter((param) => !param.overridden).map(({ text }) => oneLine(text));
	if (own.length > 0) lines.push(`Set by the scenario: ${own.join(', ')}.`);
	if (source === 'replay') lines.push('Replayed from the captured bytes.');
	const others = inputsChanged.filter((path) => path !== 'spec.md').map(oneLine);
	if (inputsChanged.includes('spec.md'))
		lines.push('CHANGED since the run: spec.md. The verdicts follow the changed limits.');
	if (others.length > 0)
		lines.push(
			`CHANGED since the run: ${others.join(', ')}. With inputs which the run did not use, nothing is decided.`,
		);
	for (const { device, session, clipsResent, clipsExpected, subsets, notices } of record.sessions) {
		const which = record.sessions.length > 1 ? `${device}, session ${session}` : device;
		for (const { segment, clips, of, seed } of subsets)
			lines.push(`${which}: of ${segment} it was sent a planned subset, ${clips} of ${of} clips by seed ${seed}.`);
		if (clipsResent > 0)
			lines.push(
				`${which}: ${clipsResent} of ${clipsExpected} clips had to be sent twice; record.json says which and why.`,
			);
		const [notice] = notices;
		if (notice !== undefined) {
			const more = notices.length > 1 ? ` (record.json has ${notices.length - 1} more)` : '';
			lines.push(`${which}: beside the session: ${oneLine(notice)}${more}.`);
		}
	}
	if (capture.damage !== null) lines.push(`The capture is damaged: ${oneLine(capture.damage)}.`);
	return lines;
}
