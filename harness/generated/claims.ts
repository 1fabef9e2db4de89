/* Generated from harness/schema/claims.schema.json by `npm run generate`. Do not edit. */

/**
 * This interface was referenced by `Claims`'s JSON-Schema
 * via the `definition` "Positive".
 */
export type Positive = number;

/**
 * Figures somebody states about a system, to be checked against each other by `ossicle closure`. All optional; a figure is checked when those it must agree with are there too.
 */
export interface Claims {
	/**
	 * What the figures are of, for people
	 */
	name?: string;
	/**
	 * Where they are from, for people
	 */
	source?: string;
	/**
	 * How far a figure may be from what follows for it, beyond the rounding of its last digit. Default 0.02
	 */
	toleranceFraction?: number;
	stagesMs?: NamedFigures;
	/**
	 * The stages run at the same time (a pipeline): they need not add up, but none is longer than the total. Default false
	 */
	stagesOverlap?: boolean;
	/**
	 * Time of all stages together, ms
	 */
	totalMs?: number;
	sharesPercent?: NamedFigures1;
	/**
	 * Audio processed in `totalMs`, s
	 */
	audioSeconds?: number;
	realtimeFactor?: Positive;
	/**
	 * Both are in use: 10x audio/processing is 0.1x processing/audio
	 */
	realtimeFactorMeans?: 'audio/processing' | 'processing/audio';
	powerMilliwatts?: Positive;
	supplyVolts?: Positive;
	supplyMilliamperes?: Positive;
	batteryMilliwattHours?: Positive;
	batteryHours?: Positive;
	samples?: Positive;
	/**
	 * Time in which `samples` or `requests` were counted, s
	 */
	seconds?: number;
	samplesPerSecond?: Positive;
	requests?: Positive;
	requestsPerSecond?: Positive;
	/**
	 * Improvements by name: `{ decoder: { before: 450, after: 50, factor: 9 } }`, both in one unit
	 */
	speedups?: {
		[k: string]: Speedup;
	};
}
/**
 * Time of each stage, ms
 */
export interface NamedFigures {
	[k: string]: number;
}
/**
 * Shares of one whole, %. A stage's own name ties its share to its time
 */
export interface NamedFigures1 {
	[k: string]: number;
}
export interface Speedup {
	before: Positive;
	after: Positive;
	factor: Positive;
}
/**
 * This interface was referenced by `Claims`'s JSON-Schema
 * via the `definition` "NamedFigures".
 */
export interface NamedFigures2 {
	[k: string]: number;
}
