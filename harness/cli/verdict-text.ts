import type { VerdictResult } from '../generated/verdict-result.ts';
import { quoted } from '../judge/samples/sample-fault.ts';
import { confidenceText, showAgainst, showValue } from '../judge/samples/show-value.ts';

const LABEL_WIDTH = 11;
/** Methods whose sessions are the arms of a comparison and are told by them. */
const COMPARED: readonly string[] = ['signed-rank', 'two-sample-shift'];

/**
 * A verdict for people: the word first, then what it rests on, a label a line. Everything it says is in `--json` too.
 */
export function verdictText(result: VerdictResult): string {
	const lines = [headline(result), ''];
	const add = (label: string, text: string | null) => {
		if (text !== null && text !== '') lines.push(`${label.padEnd(LABEL_WIDTH)}${text}`);
	};
	add('why', result.reason);
	add(result.statistic, estimateText(result));
	for (const note of result.notes) add('', note);
	add('shown', shownText(result));
	add('rests on', restsOn(result));
	add('holds for', result.scope);
	add('rule', result.rule);
	add('to decide', decideText(result));
	add('marks', result.marks.join('; '));
	add('seed', result.seed === null ? null : String(result.seed));
	return lines.join('\n');
}

function headline({ verdict, leaning, statistic, limit }: VerdictResult): string {
	const lean = leaning === null ? '' : ` (leaning ${leaning})`;
	return `${verdict}${lean}: ${statistic} ${limit.text}`;
}

function estimateText(result: VerdictResult): string {
	const { estimate, lower, upper, unit, used, alpha, figures } = result;
	if (estimate === null) return 'unknown';
	const limit = { ...result.limit, unit };
	const value = showAgainst(estimate, limit);
	const exact = lower !== null && lower === upper;
	const show = (bound: number | null) => (bound === null ? '?' : showAgainst(bound, limit));
	if (figures.method === 'miss-rate') return `${value}, the greatest of all; no bound from above`;
	const bounds = exact
		? ', exact'
		: lower === null && upper === null
			? ', no bounds'
			: `, bounds [${show(lower)}, ${show(upper)}] at ${confidenceText(alpha)} each`;
	return `${value}${bounds}${used === null ? '' : `, ${usedText(used)} of the limit used`}`;
}

/** Rounded away from the limit, so that 100.04 % never reads 100 %. */
function usedText(used: number): string {
	return `${used > 1 ? Math.ceil(100 * used) : Math.floor(100 * used)} %`;
}

function shownText({ shown, unit }: VerdictResult): string | null {
	if (shown === null) return null;
	return `${shown.method}: ${showValue(shown.low, unit)} to ${showValue(shown.high, unit)}`;
}

function restsOn({ n, sessions, input, valuesUnit, unit, statistic, figures }: VerdictResult): string {
	const rows = rowsText(n, input.rows, figures.method);
	const by = sessions > 1 && !COMPARED.includes(figures.method) ? ` in ${sessions} sessions` : '';
	const assumed =
		valuesUnit === null && unit !== null && !['%', 'pp', 'x'].includes(unit) && statistic !== 'rate'
			? `, taken to be in ${unit}`
			: '';
	const ignored =
		input.ignored.length === 0 ? '' : `; not looked at: ${input.ignored.slice(0, 8).map(quoted).join(', ')}`;
	return `${rows}${by} of ${quoted(input.source)}${assumed}${ignored}`;
}

function rowsText(n: number, rows: number, method: VerdictResult['figures']['method']): string {
	if (method === 'signed-rank' || method === 'paired-proportions') return `${n} pairs in ${rows} rows`;
	return n === rows ? `${n} ${n === 1 ? 'row' : 'rows'}` : `${n} of ${rows} rows`;
}

function decideText({ wouldDecide, verdict }: VerdictResult): string | null {
	if (verdict !== 'inconclusive') return null;
	if (wouldDecide === null) return 'more of the same may never do: the true value seems to sit on the limit';
	const { what, n } = wouldDecide;
	return n === null ? what : `about ${roundUp(n)} ${what} in all, if what follows is like this`;
}

/** To three figures: an estimate of an estimate. */
function roundUp(n: number): number {
	const step = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 2);
	return Math.ceil(n / step) * step;
}
