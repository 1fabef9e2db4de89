/* Generated from harness/schema/reference.schema.json by `npm run generate`. Do not edit. */

/**
 * reference.json of a scenario: the features which an independent front end makes of a few clips, hop by hop. Held against the device's own, it shows a front end that is not the one the model was trained with.
 */
export interface FeatureReference {
	/**
	 * `model` of the hello of the firmware it is a reference for
	 */
	model: string;
	/**
	 * What computed it, and how that is independent of the firmware
	 */
	source: string;
	/**
	 * How the clips are sent; the features are those of the decoded samples, which are what the device hears
	 */
	codec: 'pcm16' | 'mulaw' | 'ima-adpcm';
	/**
	 * Samples a row of features stands for
	 */
	hop: number;
	/**
	 * Features are integers in steps of 1 / scale
	 */
	scale: number;
	/**
	 * @minItems 1
	 * @maxItems 16
	 */
	clips: ReferenceClip[];
}
export interface ReferenceClip {
	/**
	 * A clip of the scenario, named as there: keywords/yes-01
	 */
	name: string;
	/**
	 * CRC-32 of the decoded samples, 16-bit little-endian
	 */
	crc: string;
	/**
	 * A row for each hop, all rows alike long
	 *
	 * @minItems 1
	 * @maxItems 10000
	 */
	features: number[][];
}
