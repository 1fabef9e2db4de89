/* Generated from harness/schema/calibration.schema.json by `npm run generate`. Do not edit. */

/**
 * What `ossicle calibrate` found out about one board's shunt chain, at two or more known currents. Kept beside device.yaml as <device id>.calibration.json; a run copies it into its inputs.
 */
export interface Calibration {
	schema: 1;
	/**
	 * First 12 hex digits of SHA-256 over the rest of the file (canonical JSON without `id`); results carry it
	 */
	id: string;
	device: string;
	boardSerial: string;
	date: string;
	temperatureCelsius: number;
	referenceMeter: ReferenceMeter;
	supplyVolts?: MeasuredSupply;
	chain: CalibratedChain;
	/**
	 * @minItems 2
	 * @maxItems 64
	 */
	points: CalibrationPoint[];
	/**
	 * Counts at no current, by the fitted line
	 */
	offsetCounts: number;
	amperesPerCount: number;
	/**
	 * Largest distance of a point from the line
	 */
	residualAmperes: number;
	standard: CalibrationStandard;
	note?: string;
}
export interface ReferenceMeter {
	name: string;
	/**
	 * Its limit of error, of the reading (rectangular half width)
	 */
	fraction: number;
	/**
	 * ... plus so many amperes
	 */
	amperes: number;
}
/**
 * The supply as measured; absent: the declared one is believed, with its declared uncertainty
 */
export interface MeasuredSupply {
	volts: number;
	/**
	 * Limit of error (rectangular half width)
	 */
	fraction: number;
}
/**
 * The chain as declared on the day; a calibration of another chain is refused
 */
export interface CalibratedChain {
	shuntOhms: number;
	amplifierGain: number;
	adcBits: number;
	referenceVolts: number;
}
export interface CalibrationPoint {
	/**
	 * By the reference meter
	 */
	amperes: number;
	meanCounts: number;
	standardDeviationCounts: number;
	n: number;
}
/**
 * Standard uncertainties of the line
 */
export interface CalibrationStandard {
	gainFraction: number;
	offsetAmperes: number;
}
