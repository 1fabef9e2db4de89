/* Generated from harness/schema/sidecar.schema.json by `npm run generate`. Do not edit. */

/**
 * `<clip>.json` beside `<clip>.wav`: what the clip is, where it came from, and the hash that proves it is that clip.
 */
export interface Sidecar {
	/**
	 * Name of the WAV file beside it
	 */
	wav?: string;
	/**
	 * What the clip is for, for people
	 */
	use?: string;
	/**
	 * What the firmware should decide; needed wherever accuracy is measured
	 */
	label?: string | null;
	/**
	 * Hz
	 */
	sampleRate: number;
	samples: number;
	/**
	 * Of the whole WAV file
	 */
	sha256: string;
	/**
	 * Where the sound came from: a sentence, or its parts (synthesiser, voice, seed, word, snrDb, licence, ...)
	 */
	origin:
		| string
		| {
				[k: string]: string | number | boolean | null | unknown[] | {};
		  };
	/**
	 * Words heard inside a longer clip
	 *
	 * @maxItems 10000
	 */
	events?: SidecarEvent[];
	/**
	 * Who is heard; default: `voice` or `speaker` of `origin`
	 */
	speaker?: string;
}
export interface SidecarEvent {
	label: string;
	startSample: number;
	endSample: number;
}
