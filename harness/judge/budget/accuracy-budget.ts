import type { SpecCell } from '../../generated/spec.ts';
import { figure } from '../closure/close.ts';
import { ALPHA } from '../statistics/percentile.ts';
import { proportionLowerBound } from '../statistics/proportion.ts';
import { type BudgetContext, type CellBudget, EMPTY } from './cell-budget.ts';

const MOST_CLIPS = 1_000_000;

/** An accuracy limit as the errors it allows, and as the clips it takes to prove it. */
export function accuracyBudget(cell: SpecCell, { clips }: BudgetContext): CellBudget {
	return cell.statistic === 'population' ? population(cell, clips) : fixedSet(cell, clips);
}

function fixedSet(cell: SpecCell, clips: number | null): CellBudget {
	const { value, op } = cell.limit;
	if (clips === null || clips === 0)
		return { ...EMPTY, state: 'unknown', text: ['without a scenario the number of clips is unknown'] };
	const meets = (right: number) => (op === '>' ? (100 * right) / clips > value : (100 * right) / clips >= value);
	let wrong = -1;
	while (wrong < clips && meets(clips - wrong - 1)) wrong += 1;
	if (wrong < 0) return { ...EMPTY, state: 'infeasible', text: [`not even ${clips} of ${clips} clips meet it`] };
	const next = figure((100 * (clips - wrong - 1)) / clips);
	const [bad, good] = cell.metric === 'parity' ? ['unlike the reference', 'alike'] : ['wrong', 'right'];
	return {
		...EMPTY,
		state: 'feasible',
		text: [
			`${wrong} of ${clips} clips may be ${bad} (${figure((100 * (clips - wrong)) / clips)} % ${good}); ${wrong + 1} would be too many (${next} %)`,
		],
	};
}

/** Clopper-Pearson decides a population, so the number of clips decides what can be proven at all. */
function population(cell: SpecCell, clips: number | null): CellBudget {
	const limit = cell.limit.value / 100;
	if (!(limit > 0 && limit < 1))
		return {
			...EMPTY,
			state: 'infeasible',
			text: [`no number of clips proves ${figure(100 * limit)} % of a population`],
		};
	// All right: limit^n <= alpha.
	const least = Math.ceil(Math.log(ALPHA) / Math.log(limit) - 1e-9);
	const halfWay = (1 + limit) / 2;
	const typical = trials(limit, halfWay);
	const text = [
		`${least} clips, all of them right, prove it; ${typical ?? 'over a million'} clips where the true accuracy lies half way between limit and 100 % (${figure(100 * halfWay)} %)`,
		'clips of one speaker are no independent evidence: count speakers',
	];
	if (clips === null) return { ...EMPTY, state: 'feasible', text };
	if (clips < least)
		return {
			...EMPTY,
			state: 'infeasible',
			text: [`the scenario has ${clips} clips, too few even if all are right`, ...text],
		};
	let wrong = 0;
	while (wrong < clips && proportionLowerBound(clips - wrong - 1, clips) >= limit) wrong += 1;
	return { ...EMPTY, state: 'feasible', text: [`${wrong} of the scenario's ${clips} clips may be wrong`, ...text] };
}

/** Least number of clips that proves the limit when the true share shows in them, rounded down; null: beyond reason. */
function trials(limit: number, share: number): number | null {
	for (let n = 1; n <= MOST_CLIPS; n = n < 1000 ? n + 1 : Math.ceil(n * 1.02))
		if (proportionLowerBound(Math.floor(share * n), n) >= limit) return n;
	return null;
}
