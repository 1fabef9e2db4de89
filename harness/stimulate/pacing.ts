import type { ClipPart } from './prepare-clip.ts';

/**
 * Realtime: when a part may be sent, in milliseconds after the clip's first sample. A part goes when the time of its last
 * sample is over, so that no sample is ever earlier than a microphone would have delivered it.
 */
export function dueMs(part: Pick<ClipPart, 'offset' | 'count'>, sampleRate: number): number {
	return ((part.offset + part.count) * 1000) / sampleRate;
}

/** How long a clip plays, in milliseconds. */
export function clipMs(clip: { samples: number; sampleRate: number }): number {
	return (clip.samples * 1000) / clip.sampleRate;
}
