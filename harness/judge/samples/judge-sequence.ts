import type { SequentialFigures } from '../../generated/verdict-result.ts';
import { mannWhitney } from '../statistics/rank-sum.ts';
import { judgeSequence } from '../statistics/sequential.ts';
import { isUpperLimit } from '../verdict.ts';
import { clusterColumns } from './clusters.ts';
import { count, optionFault, sampleFault } from './sample-fault.ts';
import type { Samples } from './sample-table.ts';
import { type JudgeContext, type Judged, OPEN } from './sample-verdict.ts';
import { confidenceText, showValue, trimmed } from './show-value.ts';

export interface SequenceContext extends JudgeContext {
	/** A proportion clearly better than the limit, 0..1: where the test shall be quick to pass. */
	p1: number;
	/** Rows at which the plan ends; null: the length of the file. */
	plannedRows: number | null;
	/** Of the order of the rows, which was drawn before the first was tried. */
	seed: number;
}

/** One random order in a thousand is taken for none. */
const ORDER_LEVEL = 0.001;

/**
 * A proportion judged row by row, in order, until the answer is clear: for boards on which a clip takes minutes. Half of
 * alpha goes to likelihood-ratio tests (Wald, Sequential Analysis, 1947), half to Clopper-Pearson where the plan ends.
 *
 * @throws OssicleError `option` for a p1 on the wrong side of the limit; `samples` for rows that belong together
 */
export function judgeInSequence(samples: Samples, context: SequenceContext): Judged {
	const { limit, alpha, p1, seed } = context;
	const [cluster] = clusterColumns(samples);
	if (cluster !== undefined)
		throw sampleFault(
			{ source: samples.source, column: cluster },
			'a sequential test takes rows as independent; judge these without --sprt',
		);
	const flipped = isUpperLimit(limit.op);
	checkPlan(context, flipped);
	const flags = samples.flags.get('correct') ?? new Uint8Array();
	const outcomes = Array.from(flags, (flag) => (flag === 1) !== flipped);
	const [p0, better] = flipped ? [1 - limit.value, 1 - p1] : [limit.value, p1];
	const plannedRows = context.plannedRows ?? outcomes.length;
	const { verdict, trials, correct, by, lower, upper } = judgeSequence(outcomes, {
		p0,
		p1: better,
		alpha,
		truncateAt: plannedRows,
	});
	const orderP = orderTest(outcomes);
	const random = orderP >= ORDER_LEVEL;
	const below = Math.max(p0 / 2, p0 - (better - p0));
	const logRatio = (p: number) => correct * Math.log(p / p0) + (trials - correct) * (Math.log1p(-p) - Math.log1p(-p0));
	const figures: SequentialFigures = {
		method: 'sequential',
		flipped,
		p0,
		p1: better,
		below,
		stopAt: Math.log(2 / alpha),
		logRatioPass: logRatio(better),
		logRatioFail: logRatio(below),
		plannedRows,
		planned: context.plannedRows !== null,
		rowsUsed: trials,
		correct,
		by,
		lower,
		upper,
		orderP,
	};
	const share = (flipped ? trials - correct : correct) / trials;
	return {
		estimate: share,
		bounds: OPEN,
		n: trials,
		sessions: 1,
		scope: 'the population these rows were drawn from at random, each independently',
		rule: `sequential likelihood-ratio tests in the order of the rows (Wald, 1947), Clopper-Pearson where the plan ends at ${count(plannedRows, 'row')}; ${confidenceText(alpha)} each side in all`,
		undecided: '',
		wouldDecide: !random
			? { what: 'rows in random order', n: null }
			: trials < plannedRows
				? { what: 'rows (at most)', n: plannedRows }
				: null,
		figures,
		settled: random
			? { verdict: verdict === 'continue' ? 'inconclusive' : verdict, reason: reasonOf(figures, verdict, context) }
			: {
					verdict: 'inconclusive',
					reason: `the rows that are not right gather at one end of the file (Mann-Whitney p = ${trimmed(orderP, 2)}): the order was not drawn at random, and a test in that order says nothing`,
				},
		marks: [...(random ? [] : ['order not random']), ...(context.plannedRows === null ? ['no plan given'] : [])],
		notes: notesOf(figures, outcomes.length),
		seed,
	};
}

function notesOf({ rowsUsed, correct, flipped, by, planned }: SequentialFigures, rows: number): string[] {
	const right = flipped ? rowsUsed - correct : correct;
	const notes = [`${count(rowsUsed, 'row')} of ${rows} used, ${right} right`];
	if (by === 'likelihood-ratio')
		notes.push('a test that stops early stops on an extreme: take the share as no estimate');
	if (!planned)
		notes.push(
			'the length of the file is taken as the plan, which must not depend on how the rows came out (--plan <rows>)',
		);
	return notes;
}

/** Whether right and wrong rows lie in the file as a random order leaves them: two-sided p of their places. */
function orderTest(outcomes: readonly boolean[]): number {
	const places = (which: boolean) => outcomes.flatMap((outcome, row) => (outcome === which ? [row] : []));
	const [right, wrong] = [places(true), places(false)];
	return right.length === 0 || wrong.length === 0 ? 1 : mannWhitney(right, wrong).pTwoSided;
}

function checkPlan({ limit, p1, plannedRows }: SequenceContext, flipped: boolean): void {
	const inside = limit.value > 0 && limit.value < 1;
	if (!inside) throw optionFault('--sprt', `a sequential test needs a limit between 0 and 100 %, got ${limit.text}`);
	const better = flipped ? p1 > 0 && p1 < limit.value : p1 < 1 && p1 > limit.value;
	if (!better) {
		const side = flipped ? 'between 0 and the limit' : 'between the limit and 1';
		throw optionFault('--sprt', `expected a proportion ${side} (${limit.text}), got ${p1}`);
	}
	if (plannedRows !== null && !(Number.isSafeInteger(plannedRows) && plannedRows >= 1))
		throw optionFault('--plan', `expected a number of rows, got ${plannedRows}`);
}

function reasonOf(figures: SequentialFigures, verdict: string, { limit }: SequenceContext): string {
	const { rowsUsed, plannedRows, p1, below, flipped, by } = figures;
	const shown = (p: number) => showValue(flipped ? 1 - p : p, '%');
	if (by === 'likelihood-ratio') {
		const rival = verdict === 'pass' ? shown(p1) : shown(below);
		return `after ${count(rowsUsed, 'row')} a proportion of ${rival} explains them so much better than the limit that the test stops`;
	}
	if (verdict === 'continue')
		return `${count(rowsUsed, 'row')} did not decide, and the plan goes on to ${plannedRows}: go on`;
	if (verdict === 'inconclusive')
		return `the plan of ${count(plannedRows, 'row')} is used up, and the bounds leave ${limit.text} open`;
	return `at the end of the plan the bounds ${verdict === 'pass' ? 'meet' : 'do not meet'} ${limit.text}`;
}
