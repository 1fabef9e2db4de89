import type { Calibration } from '../generated/calibration.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Evidence, MissRate, ShownInterval, UncertaintyTerm, WouldDecide } from '../generated/record.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { ClipPlan } from '../scenario/clip-plan.ts';
import type { Bounds } from './verdict.ts';

/** What every session of a device is judged with. */
export interface DeviceContext {
	facts: DeviceFacts;
	/** As it is for this device: `ClipPlan.list`. */
	list: ClipList;
	/** Segments of which it was sent a planned part. */
	subsets: ClipPlan['subsets'];
	/** A list for each segment that is reported and decides nothing. */
	reported: ClipPlan['reported'];
	/** What an independent implementation makes of the clips. */
	reference: FeatureReference | null;
	/** Of this device's shunt chain. */
	calibration: Calibration | null;
	/** When the run began, ISO 8601. */
	startedAt: string | null;
}

/** What would decide a cell whose bounds straddle its limit. */
export interface Undecided {
	reason: string;
	/** null: nothing of the kind that was measured. */
	wouldDecide: WouldDecide | null;
}

/** A measured value, ready to be compared with its limit. Units: those of the metric (ms, mW, mJ, B, %, h). */
export interface Measured {
	/** With a modelled band: at its bad end. */
	estimate: number;
	bounds: Bounds;
	/** Hops, clips, ADC counts or readings, of each session. */
	n: number;
	/** Sessions behind the bounds. */
	sessions: number;
	evidence: Evidence;
	rule: string;
	/** What the value is made of. */
	composition: string | null;
	/** Should the bounds straddle the limit. */
	undecided: Undecided;
	marks?: readonly string[];
	uncertainty?: readonly UncertaintyTerm[];
	shown?: ShownInterval;
	missRate?: MissRate;
}

/** A value known exactly: it meets a limit or misses it. */
export function exact(value: number): Pick<Measured, 'estimate' | 'bounds' | 'undecided'> {
	return {
		estimate: value,
		bounds: { lower: value, upper: value },
		undecided: { reason: 'the value is no number', wouldDecide: null },
	};
}
