/* Generated from harness/schema/clips.schema.json by `npm run generate`. Do not edit. */

/**
 * inputs/clips.json of a run: what had to be sent to whom, frozen before the first byte. Verdicts compare the capture with it, so that no clip can go missing unnoticed.
 */
export interface ClipList {
	scenario: string;
	/**
	 * Ids of the devices asked for
	 *
	 * @minItems 1
	 */
	devices: string[];
	/**
	 * Evidence without which no cell may pass
	 */
	requireEvidence: 'silicon' | null;
	/**
	 * The --clips pattern, when only some clips were to be sent
	 */
	subset: string | null;
	warmUpClips: number;
	sampleRateHz: number;
	segments: ListedSegment[];
	probe?: ProbeList;
	/**
	 * --sessions: how many each device was to have. Absent: 1
	 */
	sessions?: number;
	/**
	 * Parameters each device was to be set to before its first clip. Absent: none
	 *
	 * @maxItems 32
	 */
	params?: ListedParam[];
}
export interface ListedSegment {
	name: string;
	codec: 'pcm16' | 'mulaw' | 'ima-adpcm';
	pacing: 'fast' | 'realtime' | 'preload';
	measures: ('latency' | 'accuracy' | 'power')[];
	clips: ListedClip[];
	subset?: ListedSubset;
	/**
	 * false: what the segment measures is reported and decides nothing. Absent: true
	 */
	judged?: boolean;
}
export interface ListedClip {
	name: string;
	label: string | null;
	samples: number;
	/**
	 * Of the WAV file
	 */
	sha256: string;
	/**
	 * False where --clips left it out
	 */
	selected: boolean;
	/**
	 * CRC-32 of the samples as the device must hear them (decoded from the segment's codec, 16-bit little-endian)
	 */
	crc?: string;
	/**
	 * Who is heard: clips of one speaker resemble each other, and are no independent evidence
	 */
	speaker?: string;
}
/**
 * Devices of these kinds get only the clips named here, of all that the segment has
 */
export interface ListedSubset {
	seed: number;
	/**
	 * @minItems 1
	 */
	devices: ('silicon' | 'emulated' | 'host')[];
	/**
	 * @minItems 1
	 */
	selected: string[];
}
/**
 * Clips of reference.json, which a session may send once more after all that is judged, to compare features by. Never counted
 */
export interface ProbeList {
	codec: 'pcm16' | 'mulaw' | 'ima-adpcm';
	/**
	 * @minItems 1
	 * @maxItems 16
	 */
	clips: ProbeClip[];
}
export interface ProbeClip {
	name: string;
	samples: number;
	crc: string;
}
export interface ListedParam {
	name: string;
	/**
	 * As on the wire: solver 0 to 3, timestep in tenths of a millisecond, ...
	 */
	value: number;
	/**
	 * Set by --param, otherwise than the scenario has it
	 */
	overridden: boolean;
}
