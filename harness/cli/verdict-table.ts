import type { Cell, RunRecord } from '../generated/record.ts';
import { metricOf } from '../scenario/metrics.ts';
import { formatBytes } from '../scenario/units.ts';

export interface TableOptions {
	/** ANSI colours; false where NO_COLOR is set or the output is no terminal. They add nothing that words do not say. */
	color?: boolean;
	/** Only 7-bit characters. */
	ascii?: boolean;
}

const HEADINGS = ['', 'limit', 'measured', 'bounds', 'used', 'n', 'verdict', 'evidence'];
/** Above so many rows nobody reads on until the first red one. */
const MOST_ROWS_IN_ORDER = 20;
const WORST_FIRST: readonly Cell['verdict'][] = [
	'fail',
	'rig-error',
	'inconclusive',
	'not-measured',
	'marginal',
	'pass',
	'not-requested',
];
const COLORS: Record<Cell['verdict'], number> = {
	pass: 32,
	marginal: 32,
	fail: 31,
	inconclusive: 33,
	'not-measured': 33,
	'rig-error': 35,
	'not-requested': 90,
};

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
	if (skipped.length > 0) blocks.push(`Not requested: ${skipped.join(', ')}.`);
	blocks.push(...notes(record), closingSentence(record));
	const text = `${blocks.join('\n\n')}\n`;
	return options.ascii ? toAscii(text) : text;
}

/**
 * What a run amounts to, in a sentence. Never claims more than was judged: limits met, of which session, on what evidence.
 */
export function closingSentence(record: RunRecord): string {
	const asked = record.cells.filter((cell) => cell.verdict !== 'not-requested');
	const met = asked.filter((cell) => cell.verdict === 'pass' || cell.verdict === 'marginal').length;
	const { status, statusReason } = record.manifest;
	if (status === 'interrupted')
		return `The run was interrupted${statusReason ? ` (${oneLine(statusReason)})` : ''}: nothing was decided. What was captured is in the run folder.`;
	const rigErrors = asked.filter((cell) => cell.verdict === 'rig-error');
	if (status === 'rig-error' || rigErrors.length > 0) {
		const why = statusReason ?? rigErrors[0]?.reason ?? 'see above';
		return `The rig failed, not the device: ${oneLine(why)}. ${rigErrors.length} of ${asked.length} limits could not be judged.`;
	}
	const silicon = asked.filter((cell) => cell.evidence === 'silicon').length;
	const pcOnly =
		asked.some((cell) => cell.evidence === 'host') && asked.every((cell) => (cell.evidence ?? 'host') === 'host');
	const kind = pcOnly
		? 'on this PC, which is evidence for PCs only'
		: silicon === 0
			? 'nothing here is silicon'
			: `${silicon} of ${asked.length} on silicon`;
	if (record.manifest.subset !== null)
		return `Ossicle works. Only clips "${record.manifest.subset}" were asked for, and a part decides none of the ${asked.length} limits.`;
	const verdict = `Ossicle works. The device under test meets ${met} of ${asked.length} limits (this session; ${kind}).`;
	return pcOnly || silicon === asked.length
		? verdict
		: `${verdict} For sign-off: attach the board and run the same scenario on it with --require-evidence silicon.`;
}

function deviceBlock(cells: readonly Cell[], options: TableOptions): string {
	const [first] = cells;
	const ordered =
		cells.length > MOST_ROWS_IN_ORDER
			? [...cells].sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict))
			: cells;
	const rows = ordered.map(rowOf);
	const widths = HEADINGS.map((heading, column) =>
		Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
	);
	const line = (row: readonly string[], cell?: Cell) =>
		row
			.map((text, column) => {
				const padded =
					column === 4 || column === 5 ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
				return options.color && cell !== undefined && HEADINGS[column] === 'verdict'
					? `\u001b[${COLORS[cell.verdict]}m${padded}\u001b[0m`
					: padded;
			})
			.join('  ')
			.trimEnd();
	// A rig fault voids every cell for the same reason: once is enough.
	const told = new Set<string>();
	const body = ordered.flatMap((cell, index) => {
		const lines = explanation(cell).filter((text) => !(cell.verdict === 'rig-error' && told.has(text)));
		for (const text of lines) told.add(text);
		return [line(rows[index] ?? [], cell), ...lines];
	});
	return [`${first?.device ?? ''} (row ${first?.row ?? ''})`, line(HEADINGS), ...body].join('\n');
}

function rowOf(cell: Cell): string[] {
	const title = metricOf(cell.metric).title;
	const scope = cell.scope === 'session' ? '' : `, ${cell.scope}`;
	return [
		`${title} (${cell.statistic}${scope})`,
		cell.limit.text,
		cell.estimate === null ? '-' : formatValue(cell.estimate, cell.unit),
		boundsText(cell),
		cell.used === null ? '-' : percentText(cell.used),
		cell.n === 0 ? '-' : String(cell.n),
		cell.verdict,
		cell.evidence ?? '-',
	];
}

function explanation(cell: Cell): string[] {
	const lines: string[] = [];
	if (cell.verdict !== 'pass') lines.push(`    why: ${oneLine(cell.reason)}`);
	if (cell.verdict !== 'pass') for (const { text } of cell.diagnosis) lines.push(`    where: ${oneLine(text)}`);
	if (cell.stretch !== undefined) {
		const met = cell.stretch.met === null ? 'not decided' : cell.stretch.met ? 'met' : 'not met';
		lines.push(`    stretch ${cell.stretch.text}: ${met} (reported, not judged)`);
	}
	return lines;
}

function boundsText(cell: Cell): string {
	if (cell.bounds === null) return '-';
	const [low, high] = cell.bounds as [number | null, number | null];
	if (low !== null && low === high) return 'exact';
	const show = (value: number | null) => (value === null ? '?' : significant(value));
	const name = cell.evidence === 'modelled' ? 'band ' : '';
	return `${name}[${show(low)}, ${show(high)}]`;
}

function formatValue(value: number, unit: Cell['unit']): string {
	if (unit === 'B') return formatBytes(value);
	if (unit === 'yes/no') return value === 1 ? 'yes' : 'no';
	return `${significant(value)} ${unit}`;
}

/** Four figures: more would claim a precision no bench has; whole numbers stay whole. */
function significant(value: number): string {
	if (Number.isInteger(value) || Math.abs(value) >= 10_000) return String(Math.round(value));
	return String(Number(value.toPrecision(4)));
}

/** Rounded away from the limit, so that 100.04 % never reads 100 %. */
function percentText(used: number): string {
	const percent = 100 * used;
	if (percent >= 1000) return `${Math.round(percent / 100)}x`;
	return `${used > 1 ? Math.ceil(percent) : Math.floor(percent)} %`;
}

function notes(record: RunRecord): string[] {
	const { inputsChanged, source, capture } = record.manifest;
	const lines: string[] = [];
	if (source === 'replay') lines.push('Replayed from the captured bytes.');
	if (inputsChanged.length > 0)
		lines.push(`CHANGED since the run: ${inputsChanged.join(', ')}. The verdicts follow the changed inputs.`);
	for (const { device, clipsResent, clipsExpected } of record.sessions) {
		if (clipsResent > 0)
			lines.push(
				`${device}: ${clipsResent} of ${clipsExpected} clips had to be sent twice; record.json says which and why.`,
			);
	}
	if (capture.damage !== null) lines.push(`The capture is damaged: ${oneLine(capture.damage)}.`);
	return lines;
}

/** Reasons carry text of devices: no line of theirs may look like one of ours, and no escape reaches the terminal. */
function oneLine(text: string): string {
	return text.replace(/\p{Cc}+/gu, ' ').slice(0, 400);
}

function toAscii(text: string): string {
	return text
		.replaceAll('µ', 'u')
		.replaceAll('×', 'x')
		.replaceAll('≤', '<=')
		.replaceAll('≥', '>=')
		.replace(/[^\p{ASCII}]/gu, '?');
}
