import type { DeviceFacts } from '../../generated/device.ts';
import type { SpecCell } from '../../generated/spec.ts';
import { formatBytes } from '../../scenario/units.ts';
import { type BudgetContext, type CellBudget, EMPTY } from './cell-budget.ts';

/** A memory limit as bytes, less what a built image takes already. */
export function memoryBudget(cell: SpecCell, facts: DeviceFacts, { staticBytes }: BudgetContext): CellBudget {
	const limit = cell.limit.value;
	const ram = facts.memory?.ram.bytes ?? null;
	const binding = ram === null ? limit : Math.min(limit, ram);
	const whole =
		ram === null
			? `${formatBytes(limit)}${facts.evidence === 'host' ? '' : `; ${facts.id} declares no \`memory.ram\``}`
			: limit > ram
				? `the board has ${formatBytes(ram)} of RAM, less than the limit of ${formatBytes(limit)}`
				: `${formatBytes(limit)} of the board's ${formatBytes(ram)} of RAM`;
	// The image's static part counts in `peak` and `static`; of the stack nothing is known before it runs.
	if (cell.statistic === 'stack' || staticBytes === null) {
		const unbuilt =
			staticBytes === null && facts.evidence !== 'host' ? ['no image is built yet, so nothing is taken off'] : [];
		return { ...EMPTY, state: 'feasible', bytes: binding, text: [whole, ...unbuilt] };
	}
	const left = binding - staticBytes;
	const isOver = cell.limit.op === '<' ? left <= 0 : left < 0;
	const rest = cell.statistic === 'static' ? 'further buffers' : 'stack and heap';
	return {
		...EMPTY,
		state: isOver ? 'infeasible' : 'feasible',
		bytes: left,
		text: [
			isOver
				? `the built image has ${formatBytes(staticBytes)} of static RAM, ${formatBytes(-left)} more than allowed: nothing is left for ${rest}`
				: `${formatBytes(left)} left for ${rest}: the built image has ${formatBytes(staticBytes)} of static RAM`,
			whole,
		],
	};
}
