import type { DeviceFacts } from '../../generated/device.ts';
import { type ModelledCost, modelledCost } from '../../measure/counting.ts';

export interface BudgetContext {
	/** Samples between two inferences, and how many of them a second brings. */
	hopSamples: number;
	sampleRateHz: number;
	/** Static RAM of the image that would be flashed, without the rig's clip store; null where none is built. */
	staticBytes: number | null;
	/** Clips and hops the scenario has to prove a limit with; null without a scenario. */
	clips: number | null;
	hops: number | null;
}

export type Feasibility = 'feasible' | 'infeasible' | 'unknown';

export interface CellBudget {
	state: Feasibility;
	/** Sentences, the most important first. */
	text: string[];
	/** Core clock cycles that one hop may take; null: unknown or no matter. */
	cyclesPerHop: number | null;
	/** The same in what a run counts, at the bad end of the declared band and at the good one; null: unknown or no matter. */
	countsPerHop: CountBudget | null;
	/** Share of the time the core may be awake, 0..1. Power, energy and battery life only. */
	awakeShare: number | null;
	/** Mean power and supply current the limit comes down to. */
	milliwatts: number | null;
	milliamperes: number | null;
	/** Bytes left of a memory limit. */
	bytes: number | null;
}

/** So many of what the verdict of a run is computed from, see `modelledCost`; a board counts its cycles itself. */
export interface CountBudget {
	unit: ModelledCost['unit'] | 'cycles';
	low: number;
	high: number;
}

/** A budget without figures. */
export const EMPTY: Omit<CellBudget, 'state' | 'text'> = {
	cyclesPerHop: null,
	countsPerHop: null,
	awakeShare: null,
	milliwatts: null,
	milliamperes: null,
	bytes: null,
};

/** What a run may count where so many real cycles are allowed; null where nothing is declared to count by. */
export function countsOf(cycles: number, facts: DeviceFacts): CountBudget | null {
	if (facts.evidence === 'silicon') return { unit: 'cycles', low: cycles, high: cycles };
	const cost = modelledCost(facts);
	return cost === null ? null : { unit: cost.unit, low: cycles / cost.high, high: cycles / cost.low };
}

/**
 * What comes after so many real cycles in a sentence: `: 1,938,461 to 2,709,677 cycles by the model cortex-m4 (1.3 to 0.93
 * real ones each)`, `: 1,008,000 to 2,520,000 instructions (2.5 to 1 cycles each)`, or what is missing to say so.
 */
export function countsText(cycles: number, facts: DeviceFacts): string {
	if (facts.evidence === 'silicon') return ', which the board counts itself';
	const cost = modelledCost(facts);
	const counts = countsOf(cycles, facts);
	if (cost === null || counts === null)
		return `; ${facts.id} declares neither \`model.cycles\` nor \`model.cyclesPerInstruction\`: a run of it counts instructions, which are no time`;
	const { plugin, low, high } = cost;
	const range = `${whole(counts.low)} to ${whole(counts.high)}`;
	return plugin === null
		? `: ${range} instructions (${high} to ${low} cycles each)`
		: `: ${range} cycles by the model ${plugin} (${high} to ${low} real ones each)`;
}

/** Rounded down, in groups of three digits: a budget is never rounded up. */
export function whole(value: number): string {
	return String(Math.floor(value + 1e-9)).replace(/\B(?=(\d{3})+$)/g, ',');
}
