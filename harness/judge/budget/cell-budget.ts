import type { DeviceFacts } from '../../generated/device.ts';

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
	/** Core clock cycles that one hop may take, and instructions at both ends of the declared band; null: unknown or no matter. */
	cyclesPerHop: number | null;
	instructionsPerHop: { low: number; high: number } | null;
	/** Share of the time the core may be awake, 0..1. Power, energy and battery life only. */
	awakeShare: number | null;
	/** Mean power and supply current the limit comes down to. */
	milliwatts: number | null;
	milliamperes: number | null;
	/** Bytes left of a memory limit. */
	bytes: number | null;
}

/** A budget without figures. */
export const EMPTY: Omit<CellBudget, 'state' | 'text'> = {
	cyclesPerHop: null,
	instructionsPerHop: null,
	awakeShare: null,
	milliwatts: null,
	milliamperes: null,
	bytes: null,
};

/** Instructions that fit into so many cycles, at both ends of the band; null where no band is declared. */
export function instructionsOf(cycles: number, facts: DeviceFacts): CellBudget['instructionsPerHop'] {
	const band = facts.model?.cyclesPerInstruction;
	return band === undefined ? null : { low: cycles / band.high, high: cycles / band.low };
}

/** `1,008,000 to 2,520,000 instructions at 2.5 to 1 cycles each`, or what is missing to say so. */
export function instructionsText(cycles: number, facts: DeviceFacts): string {
	const instructions = instructionsOf(cycles, facts);
	const band = facts.model?.cyclesPerInstruction;
	if (instructions === null || band === undefined)
		return `${facts.id} declares no \`model.cyclesPerInstruction\`, so instructions are unknown`;
	return `${whole(instructions.low)} to ${whole(instructions.high)} instructions (${band.high} to ${band.low} cycles each)`;
}

/** Rounded down, in groups of three digits: a budget is never rounded up. */
export function whole(value: number): string {
	return String(Math.floor(value + 1e-9)).replace(/\B(?=(\d{3})+$)/g, ',');
}
