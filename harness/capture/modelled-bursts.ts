import type { InferenceRecord } from './session-data.ts';

/** When a core computed, in seconds of its clip. */
export interface Burst {
	startSeconds: number;
	endSeconds: number;
}

/**
 * When an emulated core would have been awake while a preloaded clip played: each hop's burst begins when its last sample
 * is there, or when the burst before it ends, and lasts as long as its awake ticks. What substitutes ADC counts and what
 * cuts windows out of them share this one timeline.
 *
 * @param inferences the clip's records, in order
 * @param secondsPerTick at one end of the cycles-per-instruction band
 * @returns ascending, not overlapping, one for each record
 */
export function modelledBursts(
	inferences: readonly Pick<InferenceRecord, 'sampleEnd' | 'awakeCycles'>[],
	sampleRateHz: number,
	secondsPerTick: number,
): Burst[] {
	let free = 0;
	return inferences.map(({ sampleEnd, awakeCycles }) => {
		const startSeconds = Math.max(free, sampleEnd / sampleRateHz);
		free = startSeconds + awakeCycles * secondsPerTick;
		return { startSeconds, endSeconds: free };
	});
}
