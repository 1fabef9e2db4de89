import type { Cell, RunRecord, Verdict } from '../../harness/generated/record.ts';
import { goodBound, isUpperLimit } from '../../harness/judge/verdict.ts';
import { WORST_FIRST } from '../../harness/judge/worst-first.ts';
import { counted, formatValue, metricTitle, significant, verdictWords } from './format.ts';
import { shortened } from './visible.ts';

/** What a run amounts to, told from its cells alone: the same ones that stand in the table. */
export interface Headline {
	/** The worst verdict that decides, in the order of the exit codes; null when no cell was asked for. */
	verdict: Verdict | null;
	word: string;
	/** One sentence for each kind of cell that is not a plain pass, the decisive one first. */
	sentences: string[];
	/** On what evidence, in a sentence. */
	evidence: string;
	counts: { verdict: Verdict; n: number }[];
}

/** More names than these are a table, and the table stands below. */
const MOST_NAMED = 3;
const LONGEST_REASON = 240;

export function headlineOf(record: RunRecord): Headline {
	const asked = record.cells.filter((cell) => cell.verdict !== 'not-requested');
	const counts = WORST_FIRST.flatMap((verdict) => {
		const n = record.cells.filter((cell) => cell.verdict === verdict).length;
		return n === 0 ? [] : [{ verdict, n }];
	});
	const { status } = record.manifest;
	const worst = WORST_FIRST.find((verdict) => asked.some((cell) => cell.verdict === verdict)) ?? null;
	// A rig that failed outside of every cell still failed; but it takes back no fail.
	const verdict = status === 'rig-error' && worst !== 'fail' ? 'rig-error' : worst;
	return {
		verdict,
		word: verdict === null ? 'nothing asked' : status === 'interrupted' ? 'interrupted' : verdictWords(verdict),
		sentences: sentencesOf(record, asked),
		evidence: evidenceSentence(record, asked),
		counts,
	};
}

function sentencesOf(record: RunRecord, asked: readonly Cell[]): string[] {
	const { status, statusReason, subset } = record.manifest;
	if (asked.length === 0) return ['No device of any row of the spec was asked for.'];
	const of = (...verdicts: Verdict[]) => asked.filter((cell) => verdicts.includes(cell.verdict));
	const sentences: string[] = [];
	const [failed, rig, open, absent] = [of('fail'), of('rig-error'), of('inconclusive'), of('not-measured')];
	if (status === 'interrupted') {
		const lost = absent.length === asked.length ? 'nothing was decided' : `${share(absent, asked)} could not be judged`;
		sentences.push(`The run was interrupted${because(statusReason)}: ${lost}.`);
	}
	if (failed.length > 0) sentences.push(`${share(failed, asked)} missed: ${listed(failed, missed)}.`);
	if (rig.length > 0 || status === 'rig-error') {
		const why = statusReason ?? rig[0]?.reason ?? null;
		sentences.push(
			`The rig failed, not the device${because(why)}: ${share(rig, asked)} could not be judged${rig.length === 0 ? ', and the run is no evidence' : ''}.`,
		);
	}
	if (open.length > 0) sentences.push(`${share(open, asked)} undecided: ${listed(open, undecided)}.`);
	if (absent.length > 0 && status !== 'interrupted')
		sentences.push(`${share(absent, asked)} not measured: ${listed(absent, named)}.`);
	const marginal = of('marginal');
	const met = of('pass', 'marginal').length;
	const narrow = marginal.length === 0 ? '' : `, ${listed(marginal, named)} with less than 5 % to spare`;
	if (met === asked.length) sentences.push(`${met === 1 ? 'The one limit is' : `All ${met} limits are`} met${narrow}.`);
	else if (marginal.length > 0) sentences.push(`Met with less than 5 % to spare: ${listed(marginal, named)}.`);
	if (subset !== null) sentences.push(`Only clips "${subset}" were asked for, and a part decides nothing.`);
	return sentences;
}

/** "2 of 5 limits": never a number without what it is a share of. */
function share(cells: readonly Cell[], asked: readonly Cell[]): string {
	return `${cells.length} of ${counted(asked.length, 'limit')}`;
}

function because(reason: string | null): string {
	return reason === null || reason === '' ? '' : ` (${shortened(reason, LONGEST_REASON)})`;
}

function listed(cells: readonly Cell[], tell: (cell: Cell) => string): string {
	const several = new Set(cells.map((cell) => cell.device)).size > 1;
	const told = cells.slice(0, MOST_NAMED).map((cell) => `${tell(cell)}${several ? ` on ${cell.device}` : ''}`);
	if (cells.length > MOST_NAMED) told.push(`${cells.length - MOST_NAMED} more`);
	return told.length < 2 ? told.join('') : `${told.slice(0, -1).join('; ')}; and ${told.at(-1)}`;
}

const named = (cell: Cell) => metricTitle(cell);

function missed(cell: Cell): string {
	const by = missedBy(cell);
	const value = formatValue(cell.estimate, cell.unit);
	return `${named(cell)} is ${value}, limit ${cell.limit.text}${by === null ? '' : ` (${by})`}`;
}

function undecided(cell: Cell): string {
	const { wouldDecide } = cell;
	if (wouldDecide === null) return named(cell);
	const what = wouldDecideWords(wouldDecide);
	return `${named(cell)} (${what} would probably decide)`;
}

/** "about 9 sessions", "a run on silicon". */
export function wouldDecideWords({ what, n }: NonNullable<Cell['wouldDecide']>): string {
	if (what === 'silicon') return 'a run on silicon';
	if (what === 'meter') return 'a better meter';
	return n === null ? `more ${what}` : `about ${n.toLocaleString('en')} ${n === 1 ? what.replace(/s$/, '') : what}`;
}

/**
 * How far off a failed cell is at the very least: by the bound nearest the limit. Ratios for quantities, points for
 * percentages. null where that means nothing.
 */
export function missedBy({ limit, bounds, unit }: Pick<Cell, 'limit' | 'bounds' | 'unit'>): string | null {
	const [lower = null, upper = null] = bounds ?? [];
	const nearest = goodBound(limit.op, { lower, upper });
	if (nearest === null || !Number.isFinite(nearest) || unit === 'yes/no') return null;
	const least = lower === upper ? '' : 'at least ';
	const above = isUpperLimit(limit.op);
	if (unit === '%') {
		const points = above ? nearest - limit.value : limit.value - nearest;
		return points > 0 ? `${least}${significant(points)} points ${above ? 'above' : 'below'}` : null;
	}
	const ratio = above ? nearest / limit.value : limit.value / nearest;
	if (!Number.isFinite(ratio) || ratio <= 1) return null;
	if (ratio >= 2) return `${least}${Number(ratio.toPrecision(2))}× off`;
	return above ? `${least}${percent(ratio - 1)} over` : `${least}${percent(1 - 1 / ratio)} short`;
}

function percent(fraction: number): string {
	return `${Number((100 * fraction).toPrecision(2))} %`;
}

function evidenceSentence({ manifest }: RunRecord, asked: readonly Cell[]): string {
	const kinds = ['silicon', 'emulated', 'modelled', 'host'] as const;
	const judged = asked.filter((cell) => cell.evidence !== null);
	if (judged.length === 0) return 'No figure was judged, so there is no evidence to speak of.';
	const told = kinds.flatMap((kind) => {
		const n = judged.filter((cell) => cell.evidence === kind).length;
		return n === 0 ? [] : [`${n} ${kind}`];
	});
	const silicon = judged.filter((cell) => cell.evidence === 'silicon').length;
	const required = manifest.requireEvidence === null ? '' : ` ${manifest.requireEvidence} was required.`;
	if (silicon === judged.length) return `All figures are measured on silicon.${required}`;
	const host = judged.every((cell) => cell.evidence === 'host');
	const close = host
		? 'evidence for PCs only'
		: silicon === 0
			? 'nothing here is silicon'
			: `${silicon} of ${judged.length} on silicon`;
	return `Evidence: ${told.join(', ')}; ${close}.${required}`;
}
