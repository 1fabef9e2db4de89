import type { DecodedClip } from '../../capture/session-data.ts';
import type { Hop } from './evidence.ts';

/**
 * Quieter than this is silence: RMS 10 of 32768. Through a microphone of -26 dB of full scale at 94 dB SPL (common for MEMS)
 * it is 50 dB SPL, a quiet room.
 */
export const SILENCE_DB = -70;
/** A gate waits out the end of a word: only from here on is a hop expected to be skipped. */
export const HOLD_HOPS = 8;

const FULL_SCALE = 2 ** 15;

/** The hops of a clip, each with its level and whether it lies in a lasting silence. */
export function markSilent(clip: DecodedClip, session: number, place: number): Hop[] {
	let quiet = 0;
	return clip.inferences.map((record) => {
		const meanSquare = clip.hopMeanSquares?.[record.hop];
		const levelDb = meanSquare === undefined ? null : decibels(meanSquare);
		quiet = levelDb !== null && levelDb < SILENCE_DB ? quiet + 1 : 0;
		return { record, clip, session, place, levelDb, silent: quiet >= HOLD_HOPS };
	});
}

/** dB of full scale; digital silence is -120. */
function decibels(meanSquare: number): number {
	return Math.max(-120, 10 * Math.log10(Math.max(meanSquare, 1e-9) / FULL_SCALE ** 2));
}
