/* Generated from firmware/wire/wire.schema.json by `npm run generate`. Do not edit. */

/**
 * A telemetry line of wire protocol v1 after its CRC has been checked. See PROTOCOL.md.
 */
export type TelemetryMessage =
	| BootMessage
	| HelloMessage
	| AckMessage
	| BeatMessage
	| ClipBeginMessage
	| LoadedMessage
	| InferencesMessage
	| ScoresMessage
	| FeaturesMessage
	| AdcMessage
	| DecisionMessage
	| ClipEndMessage
	| MemoryMessage
	| HealthMessage
	| ClockMessage
	| ParamMessage
	| ErrorMessage;
export type U32 = number;
export type Hex32 = string;
export type Word = string;
export type U8 = number;
export type U16 = number;
export type Base64 = string;
export type Count = number;

export interface BootMessage {
	t: 'boot';
	q: U32;
	boot: Hex32;
	cause: Word;
}
export interface HelloMessage {
	t: 'hello';
	q: U32;
	proto: U8;
	nonce: Hex32;
	boot: Hex32;
	/**
	 * GNU build id of the running image
	 */
	build: string;
	firmware: Word;
	board: Word;
	clockHz: U32;
	clockSource: 'pll' | 'hsi' | 'hfxo' | 'hfint' | 'virtual' | 'host';
	counter: 'dwt' | 'systick' | 'ccount' | 'host' | 'scripted';
	counterHz: U32;
	rxBytes: U32;
	clipBytes: U32;
	sampleRate: U32;
	hop: U32;
	scoreScale: U32;
	model: Word;
	/**
	 * @minItems 1
	 * @maxItems 8
	 */
	stages: Word[];
	/**
	 * @minItems 1
	 * @maxItems 32
	 */
	labels: Word[];
	/**
	 * @maxItems 16
	 */
	caps: Word[];
	/**
	 * Steps a unit in `features` blocks; there exactly when caps holds `features`
	 */
	featureScale?: number;
}
export interface AckMessage {
	t: 'ack';
	q: U32;
	next: U16;
	credit: U32;
	err?: 'crc' | 'gap';
}
export interface BeatMessage {
	t: 'beat';
	q: U32;
	boot: Hex32;
	next: U16;
	credit: U32;
	ms: U32;
}
export interface ClipBeginMessage {
	t: 'clip-begin';
	q: U32;
	clip: U32;
	try: U8;
}
export interface LoadedMessage {
	t: 'loaded';
	q: U32;
	clip: U32;
	samples: U32;
	crc: Hex32;
	bytes: U32;
}
export interface InferencesMessage {
	t: 'inf';
	q: U32;
	clip: U32;
	first: U32;
	n: U16;
	b: Base64;
}
export interface ScoresMessage {
	t: 'scores';
	q: U32;
	clip: U32;
	first: U32;
	n: U16;
	k: U8;
	b: Base64;
}
export interface FeaturesMessage {
	t: 'features';
	q: U32;
	clip: U32;
	first: U32;
	n: U16;
	k: U8;
	b: Base64;
}
export interface AdcMessage {
	t: 'adc';
	q: U32;
	clip: U32;
	first: U32;
	n: U16;
	start: Count;
	period: U32;
	b: Base64;
}
export interface DecisionMessage {
	t: 'decision';
	q: U32;
	clip: U32;
	label: U8;
	/**
	 * @maxItems 32
	 */
	scores: number[];
}
export interface ClipEndMessage {
	t: 'clip-end';
	q: U32;
	clip: U32;
	try: U8;
	samples: U32;
	crc: Hex32;
	hops: U32;
	underruns: U32;
	cycles: Count;
	sleep: Count;
	lines: U32;
	linesCrc: Hex32;
}
export interface MemoryMessage {
	t: 'memory';
	q: U32;
	/**
	 * bytes of .data and .bss, the rig's clip store not counted
	 */
	static: number;
	/**
	 * bytes of RAM that exist only for the rig (clip store)
	 */
	rig: number;
	/**
	 * bytes reserved for the stack
	 */
	stack: number;
	/**
	 * deepest use of the stack since boot, in bytes
	 */
	stackHigh: number;
	heap: Count;
}
export interface HealthMessage {
	t: 'health';
	q: U32;
	crcErrors: U32;
	gaps: U32;
	overruns: U32;
	longFrames: U32;
	ms: U32;
}
export interface ClockMessage {
	t: 'clock';
	q: U32;
	phase: 'start' | 'end';
	cycles: Count;
	hz: U32;
}
export interface ParamMessage {
	t: 'param';
	q: U32;
	name: Word;
	value: number;
	ok: boolean;
}
export interface ErrorMessage {
	t: 'error';
	q: U32;
	code: Word;
	text: string;
}

export const WIRE = {
	"PROTOCOL_VERSION": 1,
	"MAX_PAYLOAD_BYTES": 512,
	"FRAME_OVERHEAD_BYTES": 8,
	"MAX_BODY_BYTES": 520,
	"MAX_LINE_BYTES": 4096,
	"RECORD_HEAD_BYTES": 28,
	"MAX_STAGES": 8,
	"MAX_LABELS": 32,
	"MAX_FEATURES": 128,
	"MAX_CAPS": 16,
	"MAX_PARAM_NAME_BYTES": 32
} as const;

/** Frame types, and the payload fields in order. */
export const FRAMES = {
	"HELLO": {
		"type": 1,
		"fields": {
			"nonce": "u32"
		}
	},
	"CONFIG": {
		"type": 2,
		"fields": {
			"codec": "u8",
			"pacing": "u8",
			"flags": "u8",
			"reserved": "u8",
			"heartbeatMs": "u16",
			"jitterMs": "u16"
		}
	},
	"CLIP_BEGIN": {
		"type": 3,
		"fields": {
			"clip": "u32",
			"attempt": "u8",
			"reserved0": "u8",
			"reserved1": "u8",
			"reserved2": "u8",
			"totalSamples": "u32",
			"crc": "u32"
		}
	},
	"AUDIO": {
		"type": 4,
		"fields": {
			"offset": "u32"
		},
		"rest": "codec bytes"
	},
	"SILENCE": {
		"type": 5,
		"fields": {
			"offset": "u32",
			"count": "u32"
		}
	},
	"CLIP_END": {
		"type": 6,
		"fields": {
			"clip": "u32"
		}
	},
	"PLAY": {
		"type": 7,
		"fields": {
			"clip": "u32"
		}
	},
	"MEMORY": {
		"type": 8,
		"fields": {}
	},
	"PING": {
		"type": 9,
		"fields": {}
	},
	"CLOCK": {
		"type": 10,
		"fields": {
			"milliseconds": "u32"
		}
	},
	"PARAM": {
		"type": 11,
		"fields": {
			"value": "i32"
		},
		"rest": "name, 1 to 32 bytes"
	},
	"RESET": {
		"type": 12,
		"fields": {}
	},
	"BYE": {
		"type": 13,
		"fields": {}
	},
	"HEALTH": {
		"type": 14,
		"fields": {}
	},
	"ABORT": {
		"type": 15,
		"fields": {}
	}
} as const;

export const CODEC = {
	"pcm16": 0,
	"mulaw": 1,
	"ima-adpcm": 2
} as const;

export const PACING = {
	"fast": 0,
	"realtime": 1,
	"preload": 2
} as const;

export const CONFIG_FLAG = {
	"scores": 1,
	"adc": 2,
	"features": 4
} as const;

export const RECORD_FLAG = {
	"saturated": 1,
	"gated": 2,
	"underrun": 4,
	"slow": 8
} as const;

/** Fields of the head of an inference record, in order. */
export const RECORD_FIELDS = {
	"hop": "u32",
	"sampleEnd": "u32",
	"startCycles": "u64",
	"irqCycles": "u32",
	"awakeCycles": "u32",
	"timestep": "u16",
	"label": "u8",
	"flags": "u8"
} as const;
