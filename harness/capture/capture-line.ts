import type { Footprint } from '../generated/record.ts';

/**
 * One line of `capture.ndjson`: everything that happened in a run, in order, raw.
 *
 * `n` counts lines from 0; `t` is monotonic nanoseconds (decimal text, from `process.hrtime.bigint()`); `c` chains the
 * lines: the first 16 hex digits of SHA-256 over the previous line's `c` (empty for the first) followed by this line's
 * JSON without `c`. A changed, missing or repeated line breaks the chain, and a broken chain is a rig error.
 */
export type CaptureLine = { n: number; t: string; c: string } & CaptureEvent;

export type CaptureEvent =
	| RunEvent
	| SessionEvent
	| FlashEvent
	| BytesEvent
	| ClipEvent
	| ClipVoidEvent
	| AnalogueEvent
	| CyclesEvent
	| FaultEvent
	| NoticeEvent
	| SessionEndEvent
	| RunEndEvent;

/** First line of each capture. `inputs` maps a path below the run folder's `inputs/` to its SHA-256. */
export interface RunEvent {
	k: 'run';
	id: string;
	startedAt: string;
	ossicle: string;
	command: string[];
	inputs: Record<string, string>;
	note?: string;
}

/** A session begins: one device, one image, one boot. */
export interface SessionEvent {
	k: 'session';
	session: number;
	device: string;
	/** How the bytes travel, for people: `serial /dev/pts/3 921600 baud`. */
	link: string;
}

/** The image was written and the tool's own verification passed. Counts only when `hello.build` equals `buildId`. */
export interface FlashEvent {
	k: 'flash';
	session: number;
	tool: string;
	imageSha256: string;
	buildId: string;
	/** From the ELF, to be compared with the device's own `memory` line. `null` where the image is a PC program. */
	staticBytes: number | null;
	rigBytes: number | null;
	flashBytes: number | null;
	/** What the image takes, and how deep its stack can go. Absent: nobody looked. */
	footprint?: Footprint;
}

/** Raw bytes as they came (`rx`) or went (`tx`), before any parsing, base64. */
export interface BytesEvent {
	k: 'rx' | 'tx';
	b: string;
}

/** A clip is about to be sent: what the device must end up having heard. */
export interface ClipEvent {
	k: 'clip';
	/** Number on the wire, unique in the session (the same for both attempts). */
	clip: number;
	/** Name of the fixture. */
	name: string;
	segment: string;
	attempt: 1 | 2;
	codec: 'pcm16' | 'mulaw' | 'ima-adpcm';
	pacing: 'fast' | 'realtime' | 'preload';
	/** Samples, and CRC-32 (8 hex digits) of the *decoded* samples as 16-bit little-endian. */
	samples: number;
	crc: string;
	sampleRate: number;
}

/** The controller gave up on an attempt: why, in words. */
export interface ClipVoidEvent {
	k: 'clip-void';
	clip: number;
	attempt: 1 | 2;
	reason: string;
}

/**
 * ADC counts of a clip that come from outside the firmware (`devices/emulated/analogue.ts`), for both ends of the CPI
 * band. Base64 of u16 little-endian. `periodSeconds` is the sampling interval.
 */
export interface AnalogueEvent {
	k: 'analogue';
	clip: number;
	source: 'substituted';
	end: 'low' | 'high';
	periodSeconds: number;
	seed: number;
	b: string;
}

/**
 * What the emulator's cycle model wrote while an attempt at a clip ran, as it wrote it: whole lines
 * (devices/emulated/cycle-plugin/README.md). Each line comes in one event of its session.
 */
export interface CyclesEvent {
	k: 'cycles';
	clip: number;
	attempt: 1 | 2;
	lines: string;
}

/** Something the controller noticed that is the bench's fault, not the device's. */
export interface FaultEvent {
	k: 'fault';
	code: string;
	text: string;
	clip?: number;
}

/**
 * Something worth knowing that touched nothing of the session: a message of a stranger that was refused. No verdict looks at
 * it. Only inside a session.
 */
export interface NoticeEvent {
	k: 'notice';
	code: string;
	text: string;
}

export interface SessionEndEvent {
	k: 'session-end';
	session: number;
	reason: 'complete' | 'rig-error' | 'interrupted';
}

export interface RunEndEvent {
	k: 'run-end';
	endedAt: string;
	reason: 'complete' | 'rig-error' | 'interrupted';
}
