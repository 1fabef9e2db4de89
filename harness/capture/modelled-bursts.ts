import type { InferenceRecord } from './session-data.ts';

/** When a core computed, in seconds of its clip. */
export interface Burst {
	startSeconds: number;
	endSeconds: number;
	/** The core slept before it. */
	woke: boolean;
}

/**
 * When an emulated core would have been awake while a preloaded clip played: each hop's burst begins when its last sample
 * is there, or when the burst before it ends, and lasts as long as its awake ticks; one that wakes the core from sleep
 * takes the time to wake up besides. What substitutes ADC counts and what cuts windows out of them share this one timeline.
 *
 * @param inferences the clip's records, in order
 * @param secondsPerTick at one end of the cycles-per-instruction band
 * @param wakeUpSeconds from sleep to the first instruction
 * @returns ascending, not overlapping, one for each record
 */
export function modelledBursts(
	inferences: readonly Pick<InferenceRecord, 'sampleEnd' | 'awakeCycles'>[],
	sampleRateHz: number,
	secondsPerTick: number,
	wakeUpSeconds = 0,
): Burst[] {
	let free = 0;
	return inferences.map(({ sampleEnd, awakeCycles }) => {
		const dueSeconds = sampleEnd / sampleRateHz;
		const woke = dueSeconds > free;
		const startSeconds = woke ? dueSeconds : free;
		free = startSeconds + (woke ? wakeUpSeconds : 0) + awakeCycles * secondsPerTick;
		return { startSeconds, endSeconds: free, woke };
	});
}
