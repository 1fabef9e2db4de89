/* Generated from harness/schema/scenario.schema.json by `npm run generate`. Do not edit. */

/**
 * A *.scenario.yaml: which audio goes to the device, how, and what is measured while it does.
 */
export interface Scenario {
	id: string;
	name: string;
	/**
	 * Spec table, a file in the scenario's own folder
	 */
	spec: string;
	/**
	 * Features an independent front end makes of some of the clips, a file in the scenario's own folder (reference.schema.json)
	 */
	reference?: string;
	/**
	 * Rate all clips must have, Hz
	 */
	sampleRateHz: number;
	session?: SessionSettings;
	/**
	 * Parameters the firmware is set to at the beginning of a session: solver (euler, heun, rk4, adaptive-heun), timestep (adaptive, or as in `16 ms`), gating (on, off); others as integers. `--param` overrides them
	 */
	params?: {
		[k: string]: number | string;
	};
	/**
	 * @minItems 1
	 * @maxItems 32
	 */
	segments: ScenarioSegment[];
}
export interface SessionSettings {
	/**
	 * Wait between boot and first clip, ms. Default 0
	 */
	settleMs?: number;
	/**
	 * Clips sent first and not counted: the first ones of the first segment. Default 1
	 */
	warmUpClips?: number;
	/**
	 * Interval of the device's heartbeat, ms. Default 500
	 */
	heartbeatMs?: number;
	/**
	 * Audio buffered before a realtime clip starts, ms. Default 100
	 */
	jitterMs?: number;
	/**
	 * First spin of the clock check, ms; where the link delivers lines too late to tell, up to twice more, each twice as long. Default 2000
	 */
	clockCheckMs?: number;
}
export interface ScenarioSegment {
	name: string;
	/**
	 * Glob below the scenario's folder (*, ?, **), matching WAV files
	 */
	clips: string;
	/**
	 * How many clips the glob must match, so that a lost file is noticed
	 */
	expectedClips?: number;
	codec: 'pcm16' | 'mulaw' | 'ima-adpcm';
	pacing: 'fast' | 'realtime' | 'preload';
	/**
	 * Memory is measured once a session, after the last clip
	 *
	 * @minItems 1
	 */
	measures: ('latency' | 'accuracy' | 'power')[];
	subset?: PlannedSubset;
	/**
	 * false: what the segment measures is reported beside the verdicts and decides none. Default true
	 */
	judged?: boolean;
}
/**
 * Only so many of the clips on devices of these kinds, chosen by the seed alone, as many of each label as can be. Such a planned subset decides, which one by `--clips` does not
 */
export interface PlannedSubset {
	clips: number;
	seed: number;
	/**
	 * Evidence of the devices that get the subset; all others get every clip
	 *
	 * @minItems 1
	 */
	devices: ('silicon' | 'emulated' | 'host')[];
}
