/* Generated from harness/schema/record.schema.json by `npm run generate`. Do not edit. */

/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Unit".
 */
export type Unit = 'ms' | 'mW' | 'B' | '%' | 'h' | 'x' | 'x baseline' | 'req/s' | 'samples/s' | 'yes/no';
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Verdict".
 */
export type Verdict = 'pass' | 'marginal' | 'fail' | 'inconclusive' | 'not-measured' | 'rig-error' | 'not-requested';
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Evidence".
 */
export type Evidence = 'silicon' | 'emulated' | 'modelled' | 'host';

/**
 * record.json: the outcome of a run, computed from its capture and its inputs alone. Nothing reads it back to reach a verdict.
 */
export interface RunRecord {
	schema: 1;
	manifest: Manifest;
	/**
	 * Every row of the spec table, as in spec.schema.json
	 */
	spec: {}[];
	cells: Cell[];
	sessions: SessionSummary[];
	clips: ClipSummary[];
	summary: Summary;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Manifest".
 */
export interface Manifest {
	id: string;
	startedAt: string | null;
	endedAt: string | null;
	source: 'live' | 'replay';
	status: 'complete' | 'interrupted' | 'rig-error';
	statusReason: string | null;
	command: string[];
	note: string | null;
	versions: Versions;
	/**
	 * Path below inputs/ -> SHA-256 as it is now
	 */
	inputs: {
		[k: string]: string;
	};
	/**
	 * Inputs which are not what the capture says they were
	 */
	inputsChanged: string[];
	capture: CaptureFacts;
	subset: string | null;
	requireEvidence: 'silicon' | null;
}
export interface Versions {
	/**
	 * That made the capture
	 */
	ossicle: string | null;
	/**
	 * Ossicle that reached these verdicts
	 */
	evaluatedBy: string;
	node: string;
}
export interface CaptureFacts {
	sha256: string | null;
	bytes: number;
	lines: number;
	damage: string | null;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Cell".
 */
export interface Cell {
	/**
	 * null: no device of this row was asked for
	 */
	device: string | null;
	row: string;
	metric:
		| 'latency'
		| 'power'
		| 'memory'
		| 'accuracy'
		| 'battery-life'
		| 'first-chunk-latency'
		| 'real-time-factor'
		| 'throughput'
		| 'wer'
		| 'npu-enabled';
	statistic: string;
	scope: 'session' | 'board' | 'fleet';
	unit: Unit;
	limit: CellLimit;
	stretch?: CellStretch;
	/**
	 * In `unit`. With a modelled band: at its bad end
	 */
	estimate: number | null;
	/**
	 * [low, high] in `unit` the verdict was reached with; null where the end is unknown or nothing was measured
	 */
	bounds: (number | null)[] | null;
	/**
	 * Hops, clips, ADC counts or readings behind the estimate
	 */
	n: number;
	/**
	 * Share of the limit used by the bad bound, 1 = all of it. Accuracy: share of the errors allowed
	 */
	used: number | null;
	verdict: Verdict;
	evidence: Evidence | null;
	/**
	 * How the verdict was reached, in words
	 */
	rule: string;
	/**
	 * Why this verdict; for an undecided one, what would decide it
	 */
	reason: string;
	/**
	 * Where the figure comes from
	 */
	diagnosis: string | null;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "CellLimit".
 */
export interface CellLimit {
	op: '<' | '<=' | '>' | '>=' | '=';
	/**
	 * In the cell's unit
	 */
	value: number;
	text: string;
}
/**
 * Reported, never gating
 */
export interface CellStretch {
	op: '<' | '<=' | '>' | '>=' | '=';
	value: number;
	text: string;
	/**
	 * null: not decided
	 */
	met: boolean | null;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "SessionSummary".
 */
export interface SessionSummary {
	session: number;
	device: string;
	link: string;
	ended: 'complete' | 'rig-error' | 'interrupted' | 'missing';
	hello: HelloSummary | null;
	flash: FlashSummary | null;
	clipsExpected: number;
	clipsCounted: number;
	clipsResent: number;
	hops: number;
	stages: StageSummary[];
	memory: MemorySummary | null;
	faults: FaultSummary[];
	bytesReceived: number;
	bytesSent: number;
}
export interface HelloSummary {
	boot: string;
	build: string;
	firmware: string;
	board: string;
	model: string;
	clockHz: number;
	clockSource: string;
	counter: string;
	counterHz: number;
}
export interface FlashSummary {
	tool: string;
	buildId: string;
	imageSha256: string;
	flashBytes: number | null;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "StageSummary".
 */
export interface StageSummary {
	/**
	 * `total` is the sum of a hop's stages
	 */
	name: string;
	unit: 'instructions' | 'cycles' | 'ns';
	/**
	 * Hops
	 */
	n: number;
	p50: number;
	p95: number;
	p99: number;
	max: number;
}
export interface MemorySummary {
	staticBytes: number;
	rigBytes: number;
	stackBytes: number;
	stackHighBytes: number;
	heapBytes: number;
}
export interface FaultSummary {
	code: string;
	text: string;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "ClipSummary".
 */
export interface ClipSummary {
	device: string;
	session: number;
	segment: string;
	name: string;
	label: string | null;
	decided: string | null;
	correct: boolean | null;
	attempts: number;
	counted: boolean;
	problems: string[];
	hops: number;
	/**
	 * Logit x scoreScale, by label index
	 */
	scores: number[];
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Summary".
 */
export interface Summary {
	pass: number;
	marginal: number;
	fail: number;
	inconclusive: number;
	notMeasured: number;
	rigError: number;
	notRequested: number;
	exitCode: number;
}
