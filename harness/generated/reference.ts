/* Generated from harness/schema/reference.schema.json by `npm run generate`. Do not edit. */

/**
 * reference.json of a scenario: what an independent implementation makes of its clips. Features of a few, hop by hop, show a front end that is not the one the model was trained with; decisions of the float model and scores of the integer one show what quantisation cost and whether the port is exact.
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
	 * Parameters the decisions were made with, as on the wire. A device that was set to anything else is not compared. Default: those of the firmware
	 */
	params?: {
		[k: string]: number;
	};
	/**
	 * Values that parameters of that firmware have while nobody sets them, as on the wire: setting one of them to its default changes nothing. A parameter that is not named here has a default which nobody knows
	 */
	defaults?: {
		[k: string]: number;
	};
	/**
	 * What the float model and the integer model decide at the end of each clip
	 *
	 * @minItems 1
	 * @maxItems 100000
	 */
	decisions?: ReferenceDecision[];
	/**
	 * @minItems 1
	 * @maxItems 16
	 */
	clips: ReferenceClip[];
}
export interface ReferenceDecision {
	/**
	 * A clip of the scenario, named as there: keywords/yes-01
	 */
	name: string;
	codec: 'pcm16' | 'mulaw' | 'ima-adpcm';
	/**
	 * CRC-32 of the decoded samples, 16-bit little-endian
	 */
	crc: string;
	/**
	 * What the float model decides
	 */
	floatLabel: string;
	/**
	 * Of the integer model, as the device reports them with its decision, in the order of its labels
	 *
	 * @minItems 1
	 * @maxItems 64
	 */
	scores: number[];
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
