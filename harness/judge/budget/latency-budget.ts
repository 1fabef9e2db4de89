import type { DeviceFacts } from '../../generated/device.ts';
import type { SpecCell } from '../../generated/spec.ts';
import { fractionOf } from '../../measure/order.ts';
import { figure } from '../closure/close.ts';
import { smallestDecidingCount } from '../statistics/percentile.ts';
import { type BudgetContext, type CellBudget, countsOf, countsText, EMPTY, whole } from './cell-budget.ts';

/** A latency limit as cycles for one hop, which also has to be done before the next one comes. */
export function latencyBudget(cell: SpecCell, facts: DeviceFacts, context: BudgetContext): CellBudget {
	const hopMs = (1000 * context.hopSamples) / context.sampleRateHz;
	const limitMs = cell.limit.value;
	const bindingMs = Math.min(limitMs, hopMs);
	const evidence = provable(cell, context);
	const deadline =
		limitMs > hopMs
			? `a hop comes every ${figure(hopMs)} ms: on average that is what it may take, whatever the limit says`
			: `${figure((100 * limitMs) / hopMs)} % of the ${figure(hopMs)} ms to the next hop`;
	if (facts.evidence === 'host') {
		const text = [`${figure(bindingMs)} ms a hop; a PC has no clock rate of its own to count cycles by`, deadline];
		return { ...EMPTY, state: evidence.enough ? 'feasible' : 'infeasible', text: [...text, ...evidence.text] };
	}
	const cycles = (facts.clock.hz * bindingMs) / 1000;
	const counts = countsOf(cycles, facts);
	const badEnd =
		counts === null || counts.unit === 'cycles'
			? []
			: [`the verdict is taken at the bad end of that band: ${whole(counts.low)} a hop`];
	return {
		...EMPTY,
		state: evidence.enough ? 'feasible' : 'infeasible',
		cyclesPerHop: cycles,
		countsPerHop: counts,
		text: [
			`${whole(cycles)} cycles a hop at ${figure(facts.clock.hz / 1e6)} MHz${countsText(cycles, facts)}`,
			...badEnd,
			deadline,
			...evidence.text,
		],
	};
}

/** Whether the scenario has hops enough for the statistic to be bounded at all. */
function provable(cell: SpecCell, { hops }: BudgetContext): { enough: boolean; text: string[] } {
	const p = fractionOf(cell.statistic);
	if (p >= 1)
		return { enough: false, text: ['a maximum can be refuted by samples, never proven: ask for a percentile'] };
	const needed = smallestDecidingCount(p);
	if (hops === null) return { enough: true, text: [`${needed} hops at least are needed to bound ${cell.statistic}`] };
	if (hops >= needed) return { enough: true, text: [] };
	return {
		enough: false,
		text: [`${cell.statistic} is bounded by ${needed} hops at the least, and the scenario has ${hops}: add clips`],
	};
}
