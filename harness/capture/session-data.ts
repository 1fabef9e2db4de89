import type {
	ClipEndMessage,
	DecisionMessage,
	HealthMessage,
	HelloMessage,
	MemoryMessage,
	TelemetryMessage,
} from '../generated/wire.ts';
import type { InferenceRecord } from '../link/inference-record.ts';
import type {
	AnalogueEvent,
	ClipEvent,
	FaultEvent,
	FlashEvent,
	NoticeEvent,
	RunEndEvent,
	RunEvent,
	SessionEvent,
} from './capture-line.ts';

import type { ClipCycles } from './cycle-lines.ts';

export type { InferenceRecord };

/** One attempt at one clip, as the raw bytes tell it. `problems` is empty exactly when the attempt counts. */
export interface DecodedClip {
	event: ClipEvent;
	/** Why this attempt does not count, in plain sentences. Includes damaged lines, gaps, totals, hashes, underruns. */
	problems: string[];
	inferences: InferenceRecord[];
	decision: DecisionMessage | null;
	end: ClipEndMessage | null;
	/** ADC counts the device itself sampled, if it has an ADC. */
	adc: { startCycles: number; periodCycles: number; counts: Uint16Array } | null;
	/** Scores after each hop (integers, logit x `scoreScale`), where they were asked for. */
	hopScores?: Int16Array[];
	/** What the network was given after each hop, where it was asked for. */
	features?: ClipFeatures;
	/** Loudness of each whole hop as the device heard it: mean square of its 16-bit samples. */
	hopMeanSquares?: Float64Array;
	/** Counts substituted outside the firmware, by end of the band. */
	analogue: AnalogueEvent[];
	/** What the emulator's cycle model counted, where there is one. */
	cycles?: ClipCycles;
}

/** Features of a clip: `values[i]` are those of hop i, integers in steps of 1 / `scale`. All rows are alike long. */
export interface ClipFeatures {
	scale: number;
	values: Int16Array[];
}

/**
 * One answer to CLOCK: the counter at its two stamped lines, and this machine's monotonic clock around them. The counter
 * was read for `start` after `sentNs` and before `startNs`, for `end` before `endNs`.
 */
export interface ClockSpan {
	/** CLOCK was sent (the first time, where the frame had to be repeated); its two lines came. */
	sentNs: bigint;
	startNs: bigint;
	endNs: bigint;
	/** Length of the spin that was asked for; 0: both stamps at once. */
	askedMs: number;
	/** The counter at `start`, its cycles from there to `end`, and the rate which the device claims for it. */
	startCycles: number;
	cycles: number;
	hz: number;
	/** Attempts at clips that had begun when it ended: 0 is before the first of them. */
	clipsBefore: number;
}

/** All of one session, decoded from the raw bytes of its capture. Pure data; nothing here is a verdict. */
export interface DecodedSession {
	event: SessionEvent;
	flash: FlashEvent | null;
	hello: HelloMessage | null;
	/** Every attempt, in order. */
	clips: DecodedClip[];
	memory: MemoryMessage | null;
	health: HealthMessage | null;
	/** In order. Always there when decoded from a capture. */
	clocks?: ClockSpan[];
	/** PARAM frames of this boot, in order. */
	paramsSent?: { name: string; value: number }[];
	messages: TelemetryMessage[];
	console: string[];
	/** Faults the controller wrote plus those found in the bytes (reset, damaged lines outside clips, build id mismatch). */
	faults: FaultEvent[];
	/** What touched nothing: see NoticeEvent. */
	notices?: NoticeEvent[];
	ended: 'complete' | 'rig-error' | 'interrupted' | 'missing';
	bytesReceived: number;
	bytesSent: number;
}

/** All of a capture file. `damage` says where the chain breaks; a run whose capture is damaged has no verdicts. */
export interface DecodedRun {
	run: RunEvent | null;
	sessions: DecodedSession[];
	end: RunEndEvent | null;
	damage: string | null;
	/** Faults outside any session. */
	faults: FaultEvent[];
}
