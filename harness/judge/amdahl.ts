import { figure } from './closure/close.ts';
import { plain } from './plain.ts';

/** A stage and what it costs, in any unit, the same for all. */
export interface StageCost {
	name: string;
	cost: number;
}

export interface StageOutlook {
	name: string;
	/** Share of the total, 0..1. */
	share: number;
	/** What is left of the total when this stage costs nothing. */
	restAtZero: number;
	/** How many times faster the stage must get for the total to reach the target by it alone; null: no factor is enough. */
	factorAlone: number | null;
}

export interface Outlook {
	total: number;
	/** How many times faster everything together must get; 1 or less: the target is reached. */
	factorInAll: number;
	/** Costliest first. */
	stages: StageOutlook[];
	/** The fewest stages, costliest first, that reach the target together, and by which common factor; null: none do. */
	together: { names: string[]; factor: number } | null;
	/** For people; says nothing of stages that do not matter. */
	sentence: string;
}

/**
 * What the stages' costs allow (Amdahl 1967: a part that is made faster by s leaves total - part + part / s).
 *
 * @param stages what runs one after the other; costs >= 0
 * @param target to be reached, > 0, in the unit of the costs. `<` and `<=` are the same here: factors are rounded up
 * @param unit for the sentence
 */
export function amdahl(stages: readonly StageCost[], target: number, unit: string): Outlook {
	const total = stages.reduce((sum, { cost }) => sum + cost, 0);
	const costliest = [...stages].sort((a, b) => b.cost - a.cost);
	const outlooks = costliest.map(({ name, cost }): StageOutlook => {
		const restAtZero = total - cost;
		const room = target - restAtZero;
		return { name, share: total > 0 ? cost / total : 0, restAtZero, factorAlone: room > 0 ? cost / room : null };
	});
	const outlook = {
		total,
		factorInAll: total / target,
		stages: outlooks,
		together: together(costliest, total, target),
	};
	return { ...outlook, sentence: sentenceOf(outlook, target, unit) };
}

/** At least two stages: one alone is told of by `factorAlone`. */
function together(costliest: readonly StageCost[], total: number, target: number): Outlook['together'] {
	let cost = costliest[0]?.cost ?? 0;
	for (let count = 2; count <= costliest.length; count++) {
		cost += costliest[count - 1]?.cost ?? 0;
		const room = target - (total - cost);
		if (room > 0) return { names: costliest.slice(0, count).map(({ name }) => name), factor: cost / room };
	}
	return null;
}

function sentenceOf(
	{ total, factorInAll, stages, together }: Omit<Outlook, 'sentence'>,
	target: number,
	unit: string,
): string {
	const [first] = stages;
	if (first === undefined || !(target > 0)) return 'there is nothing to make faster';
	const of = (value: number) => `${figure(value)} ${unit}`;
	if (factorInAll <= 1) return `${of(total)} in all reaches ${of(target)} already`;
	const name = plain(first.name);
	const left = `${name} at zero cost still leaves ${of(first.restAtZero)}`;
	const joint =
		together === null
			? ''
			: `${together.names.map((each) => plain(each)).join(' and ')} together ${times(together.factor)}`;
	const reach = `to reach ${of(target)}`;
	if (first.factorAlone !== null)
		return `${left}; ${reach}, ${name} must get ${times(first.factorAlone)} faster${joint === '' ? '' : `, or ${joint}`}`;
	return joint === ''
		? `${left}, which is over ${of(target)}: no stage is left to make faster`
		: `${left}, so it cannot reach ${of(target)} alone; ${joint} faster would`;
}

/** Rounded up to two digits after the point at most, so that what is said is enough. */
function times(factor: number): string {
	const digits = factor < 10 ? 2 : factor < 100 ? 1 : 0;
	// A factor such as 7.8 that floating point makes 7.800000000000001 is not rounded up for that.
	return `${Number((Math.ceil(factor * 10 ** digits - 1e-6) / 10 ** digits).toFixed(digits))} times`;
}
