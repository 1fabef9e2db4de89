import type { Calibration } from '../../generated/calibration.ts';
import type { UncertaintyTerm } from '../../generated/record.ts';
import type { Absent } from '../absent.ts';

/** What belongs to the bench of that day and to no device file. */
export interface PowerContext {
	/** Of this device's shunt chain, as it lies in the run's inputs; null: the chain's declared limits are all there is. */
	calibration: Calibration | null;
	/** When the run began (RFC 3339); null where the capture does not say. A calibration has an age only beside it. */
	startedAt: string | null;
}

/**
 * Power of one session over whole inference cycles (start of an inference to the start of the next, idle included), at
 * both ends of what is modelled; the two are the same number where nothing is modelled.
 */
export interface PowerMeasurement {
	evidence: 'silicon' | 'modelled';
	/** Mean power of the session, mW. */
	lowMw: number;
	highMw: number;
	/** Standard uncertainty of the shunt chain at each end (type B of JCGM 100, infinite degrees of freedom), mW. */
	typeBLowMw: number;
	typeBHighMw: number;
	/** What `typeBHighMw` is made of: its root of the sum of squares. mW. */
	terms: UncertaintyTerm[];
	/**
	 * Mean power of 20 consecutive stretches of whole inference cycles, mW, for the type A part: `batches` at the high
	 * end, `lowBatches` at the low end. Empty when there are fewer than 20 cycles.
	 */
	batches: number[];
	lowBatches: number[];
	/** ADC counts behind each end. */
	n: number;
	/** Whole inference cycles the mean is over. */
	cycles: number;
	rule: string;
	/** `self-measured`, `substituted`, `uncalibrated`. */
	marks: string[];
	/** Id of the calibration behind the figures, or null. */
	calibrationId: string | null;
	/** Hops that ran at the low clock. */
	slowHops: number;
	/** Why no battery life (and no sleep current) follows from this power, though the power itself may be judged. */
	batteryFault: Absent | null;
	energyMj: EnergyPerInference;
}

/** Energy from the start of an inference to the start of the next (idle included), mJ. */
export interface EnergyPerInference {
	low: number;
	high: number;
	/** Standard uncertainty, type B, at each end, mJ. */
	typeBLow: number;
	typeBHigh: number;
	/** What `typeBHigh` is made of, mJ. */
	terms: UncertaintyTerm[];
	/** One value for each inference cycle at the high end, in order, mJ. */
	perInference: Float64Array;
	/** Mean energy per inference of the same stretches as `PowerMeasurement.batches`, mJ. */
	batches: number[];
	lowBatches: number[];
}

/** What a power trace looks like to people: one for each clip, at the bad end of what is modelled. */
export interface PowerTrace {
	/** Clip. */
	name: string;
	/** Time of the first count after the clip's time zero (the start of its playback, or the first count), s. */
	startSeconds: number;
	periodSeconds: number;
	/** One value for each count, mW. */
	milliwatts: Float64Array;
	inferences: { startSeconds: number; endSeconds: number; gated: boolean }[];
}
