import type { Cell } from '../generated/record.ts';
import { meets } from '../judge/verdict.ts';
import { metricOf } from '../scenario/metrics.ts';
import { formatBytes } from '../scenario/units.ts';

/** Headings of the columns that `cellColumns` fills. */
export const HEADINGS = ['', 'limit', 'measured', 'bounds', 'used', 'n', 'verdict', 'evidence'];
/** Causes shown of a diagnosis; record.json has them all. */
const FINDINGS_SHOWN = 2;

/** A cell as a row of a table, one text for each of `HEADINGS`. */
export function cellColumns(cell: Cell): string[] {
	const title = metricOf(cell.metric).title;
	const scope = cell.scope === 'session' ? '' : `, ${cell.scope}`;
	return [
		`${title} (${cell.statistic}${scope})`,
		cell.limit.text,
		cell.estimate === null ? '-' : formatValue(cell.estimate, cell.unit),
		boundsText(cell),
		cell.used === null ? '-' : percentText(cell.used),
		countText(cell),
		cell.verdict,
		cell.evidence ?? '-',
	];
}

/** A line below a cell: `why`, `where`, `note`, and what it says. */
export interface Remark {
	word: string;
	text: string;
}

/** What stands below a cell, each with its word in front: why it is no plain pass, where to look, what to know of it. */
export function cellRemarks(cell: Cell, knownMarks: readonly string[] = []): Remark[] {
	const remarks: Remark[] = [];
	if (cell.verdict !== 'pass') {
		remarks.push({ word: 'why', text: `${leaning(cell)}${cell.reason}` });
		for (const { text } of cell.diagnosis.slice(0, FINDINGS_SHOWN)) remarks.push({ word: 'where', text });
	}
	const { shown } = cell;
	const marks = cell.marks.filter((mark) => !knownMarks.includes(mark));
	if (shown !== null) marks.push(`${shown.method} [${significant(shown.low)}, ${significant(shown.high)}]`);
	if (marks.length > 0) remarks.push({ word: 'note', text: marks.join(', ') });
	if (cell.stretch !== undefined) {
		const met = cell.stretch.met === null ? 'not decided' : cell.stretch.met ? 'met' : 'not met';
		remarks.push({ word: 'stretch', text: `${cell.stretch.text}: ${met} (reported, not judged)` });
	}
	return remarks;
}

/** Which way an undecided cell's estimate points, where more of the same would decide it and the reason does not tell. */
function leaning({ verdict, estimate, limit, wouldDecide, reason }: Cell): string {
	if (verdict !== 'inconclusive' || estimate === null || wouldDecide?.n == null) return '';
	if (reason.includes('by itself it would be')) return '';
	return meets(estimate, limit) ? 'leaning to pass; ' : 'leaning to fail; ';
}

/** `5x400`: sessions, and hops (clips, counts) of each. */
function countText({ n, sessions }: Cell): string {
	if (n === 0) return '-';
	return sessions > 1 ? `${sessions}x${n}` : String(n);
}

function boundsText(cell: Cell): string {
	if (cell.bounds === null) return '-';
	const [low, high] = cell.bounds as [number | null, number | null];
	if (low !== null && low === high) return 'exact';
	if (low === null && high === null) return 'unknown';
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
export function significant(value: number): string {
	if (Number.isInteger(value) || Math.abs(value) >= 10_000) return String(Math.round(value));
	return String(Number(value.toPrecision(4)));
}

/** Rounded away from the limit, so that 100.04 % never reads 100 %. */
function percentText(used: number): string {
	const percent = 100 * used;
	if (percent >= 1000) return `${Math.round(percent / 100)}x`;
	return `${used > 1 ? Math.ceil(percent) : Math.floor(percent)} %`;
}
