/* Generated from harness/schema/sweep.schema.json by `npm run generate`. Do not edit. */

/**
 * sweep.json: what a sweep planned, ran and found. Its figures are computed from the run folders below runs/; plan and runs are read back to go on with it, figures only to be printed.
 */
export interface Sweep {
	schema: 1;
	id: string;
	/**
	 * Version that computed the figures
	 */
	ossicle: string;
	startedAt: string;
	updatedAt: string;
	/**
	 * complete: every run was tried
	 */
	state: 'going on' | 'complete' | 'interrupted';
	command: string[];
	note: string | null;
	scenarioId: string;
	plan: SweepPlan;
	runs: SweepRun[];
	rows: SweepRow[];
	fronts: SweepFront[];
}
/**
 * What was asked for, frozen before the first run
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepPlan".
 */
export interface SweepPlan {
	/**
	 * As it was named
	 */
	scenario: string;
	/**
	 * Whose clips PC builds count accuracy by, besides those of `scenario`; null: none
	 */
	accuracyScenario: string | null;
	solvers: ('euler' | 'heun' | 'rk4' | 'adaptive_heun')[];
	timestepsMs: (number | null)[];
	/**
	 * full: every model with every solver and timestep. star: the first model so, the others with the solver and timestep they were trained for
	 */
	cross: 'full' | 'star';
	models: SweepModel[];
	devices: string[];
	/**
	 * Operating points of emulated boards; null: every one that is declared
	 */
	clocksHz: number[] | null;
	/**
	 * Patterns of the clips which boards are sent, comma separated; null: all
	 */
	boardClips: string | null;
	/**
	 * The same for PC builds
	 */
	hostClips: string | null;
	sessions: number;
}
/**
 * A .lnn file: quantisation and sparsity are decided in it
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepModel".
 */
export interface SweepModel {
	/**
	 * `m1`, ...: as rows and runs refer to it
	 */
	key: string;
	/**
	 * Name of the copy in the sweep's models/
	 */
	file: string;
	/**
	 * The model's own name, which ends in the hash of its weights
	 */
	id: string;
	/**
	 * Of the file
	 */
	sha256: string;
	/**
	 * Of the file
	 */
	bytes: number;
	weightBits: number;
	/**
	 * Of the weights, 0..1
	 */
	zeroShare: number;
	/**
	 * Blocks of four that are not stored, 0..1
	 */
	emptyBlockShare: number;
	storedBlocks: number;
	channels: number;
	hidden: number;
	solver: 'euler' | 'heun' | 'rk4' | 'adaptive_heun';
	/**
	 * ms; null: adaptive
	 */
	timestepMs: number | null;
}
/**
 * One run of one device: build, flash, stream, record
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepRun".
 */
export interface SweepRun {
	/**
	 * `r1`, ...: as rows refer to it
	 */
	key: string;
	device: string;
	/**
	 * Which scenario of the plan it runs
	 */
	of: 'scenario' | 'accuracyScenario';
	/**
	 * Key
	 */
	model: string;
	solver: 'euler' | 'heun' | 'rk4' | 'adaptive_heun';
	/**
	 * ms; null: adaptive
	 */
	timestepMs: number | null;
	state: 'waiting' | 'done' | 'failed';
	/**
	 * For a failed one, and for one that waits after it was broken off
	 */
	why: string | null;
	/**
	 * Folder below runs/ of the latest attempt; null: none was made
	 */
	runId: string | null;
	attempts: number;
	/**
	 * Of the image that answered
	 */
	buildId: string | null;
}
/**
 * One design point on one device at one clock. ms, mW, bytes; load: share of the time to the next hop that is spent computing, mean over all hops
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepRow".
 */
export interface SweepRow {
	key: string;
	/**
	 * Key
	 */
	run: string;
	device: string;
	specRow: string;
	/**
	 * Key
	 */
	model: string;
	solver: 'euler' | 'heun' | 'rk4' | 'adaptive_heun';
	/**
	 * ms; null: adaptive
	 */
	timestepMs: number | null;
	/**
	 * Operating point; null on a PC
	 */
	clockHz: number | null;
	/**
	 * Why the whole row is without figures; null where it has some
	 */
	why: string | null;
	latencyP50: SweepReading;
	latencyP99: SweepReading;
	load: SweepReading;
	power: SweepReading;
	ram: SweepReading;
	flash: SweepReading;
	stages: SweepStage[];
	accuracy: SweepAccuracy;
}
/**
 * A figure at both ends of what is known of it
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepReading".
 */
export interface SweepReading {
	/**
	 * null: there is no number
	 */
	low: number | null;
	/**
	 * The bad end of a modelled band; else as low
	 */
	high: number | null;
	/**
	 * Hops, ADC counts or readings behind it
	 */
	n: number;
	evidence: 'silicon' | 'emulated' | 'modelled' | 'host' | null;
	/**
	 * How it was reached, in words
	 */
	rule: string;
	/**
	 * Why there is no number; null where there is one
	 */
	reason: string | null;
}
/**
 * `total` is the sum of a hop's stages
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepStage".
 */
export interface SweepStage {
	name: string;
	unit: 'instructions' | 'cycles' | 'ns';
	/**
	 * A hop, skipped hops included
	 */
	mean: number;
	p50: number;
	p99: number;
	/**
	 * The mean as core cycles by the declared model; null: no model
	 */
	meanCyclesLow: number | null;
	meanCyclesHigh: number | null;
}
/**
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepAccuracy".
 */
export interface SweepAccuracy {
	correct: number | null;
	total: number | null;
	percent: number | null;
	/**
	 * Percent; null: not bounded
	 */
	low: number | null;
	high: number | null;
	/**
	 * Of the interval
	 */
	method: string;
	/**
	 * Key of the run it was counted in: of a PC build, where that decides bit for bit as the board does
	 */
	run: string | null;
	evidence: 'silicon' | 'emulated' | 'host' | null;
	/**
	 * How that was shown
	 */
	agreement: string | null;
	/**
	 * Why there is no number
	 */
	reason: string | null;
}
/**
 * Accuracy against cost, at the bad end of its band
 *
 * This interface was referenced by `Sweep`'s JSON-Schema
 * via the `definition` "SweepFront".
 */
export interface SweepFront {
	device: string;
	against: 'latencyP99' | 'power';
	/**
	 * Rows that no other beats in one of the two without losing in the other; cheapest first
	 */
	front: string[];
	/**
	 * Rows that have no place in it
	 */
	excluded: SweepExcluded[];
}
export interface SweepExcluded {
	row: string;
	why: string;
}
