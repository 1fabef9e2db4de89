import type {
	ClipEndMessage,
	DecisionMessage,
	HealthMessage,
	HelloMessage,
	MemoryMessage,
	TelemetryMessage,
} from '../generated/wire.ts';
import type { AnalogueEvent, ClipEvent, FaultEvent, FlashEvent, RunEndEvent, RunEvent, SessionEvent } from './capture-line.ts';

/** A decoded inference record (PROTOCOL.md section 2). Cycle counts are of `hello.counterHz`. */
export interface InferenceRecord {
	hop: number;
	sampleEnd: number;
	startCycles: bigint;
	irqCycles: number;
	awakeCycles: number;
	/** Solver timestep, tenths of a millisecond. */
	timestep: number;
	label: number;
	saturated: boolean;
	gated: boolean;
	underrun: boolean;
	/** One count for each of `hello.stages`. */
	stageCycles: number[];
}

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
	/** Counts substituted outside the firmware, by end of the band. */
	analogue: AnalogueEvent[];
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
	messages: TelemetryMessage[];
	console: string[];
	/** Faults the controller wrote plus those found in the bytes (reset, damaged lines outside clips, build id mismatch). */
	faults: FaultEvent[];
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
