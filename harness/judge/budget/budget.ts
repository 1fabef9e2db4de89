/**
 * What a spec allows by physics, from data sheet facts alone: before anything is written, let alone flashed. Pure. A cell
 * is `infeasible` when no firmware can meet it on these facts, `feasible` when the facts leave room (whether a firmware
 * uses no more is for a run to say), `unknown` when a fact is missing.
 */
import type { DeviceFacts } from '../../generated/device.ts';
import type { MetricName, SpecCell, SpecRow } from '../../generated/spec.ts';
import { metricOf } from '../../scenario/metrics.ts';
import { accuracyBudget } from './accuracy-budget.ts';
import { type BudgetContext, type CellBudget, EMPTY } from './cell-budget.ts';
import { latencyBudget } from './latency-budget.ts';
import { memoryBudget } from './memory-budget.ts';
import { powerBudget } from './power-budget.ts';

export interface BudgetLine extends CellBudget {
	metric: MetricName;
	statistic: string;
	/** As meant, for people. */
	limit: string;
}

export interface Budget {
	device: string;
	row: string;
	hopSeconds: number;
	clockHz: number;
	lines: BudgetLine[];
	/** The line that leaves the fewest cycles for a hop, where any does. */
	tightest: { metric: MetricName; statistic: string; cyclesPerHop: number } | null;
}

/** The budget of each cell of the device's row. */
export function budget(facts: DeviceFacts, row: SpecRow, context: BudgetContext): Budget {
	const lines = row.cells.map((cell) => ({
		metric: cell.metric,
		statistic: cell.statistic,
		limit: cell.limit.text,
		...cellBudget(cell, facts, context),
	}));
	const counted = lines.flatMap(({ metric, statistic, cyclesPerHop }) =>
		cyclesPerHop === null ? [] : [{ metric, statistic, cyclesPerHop }],
	);
	const [tightest = null] = counted.sort((a, b) => a.cyclesPerHop - b.cyclesPerHop);
	const hopSeconds = context.hopSamples / context.sampleRateHz;
	return { device: facts.id, row: row.name, hopSeconds, clockHz: facts.clock.hz, lines, tightest };
}

function cellBudget(cell: SpecCell, facts: DeviceFacts, context: BudgetContext): CellBudget {
	if (cell.limit.unit === 'x baseline')
		return nothingKnown('the limit is relative to a baseline, and no baseline is known before a run');
	switch (cell.metric) {
		case 'latency':
			return latencyBudget(cell, facts, context);
		case 'power':
		case 'energy':
		case 'battery-life':
			return powerBudget(cell, facts, context);
		case 'memory':
			return memoryBudget(cell, facts, context);
		case 'accuracy':
		case 'parity':
			return accuracyBudget(cell, context);
		default:
			return nothingKnown(metricOf(cell.metric).unmeasurable ?? 'nothing bounds it beforehand');
	}
}

function nothingKnown(text: string): CellBudget {
	return { ...EMPTY, state: 'unknown', text: [text] };
}
