/* Generated from harness/schema/record.schema.json by `npm run generate`. Do not edit. */

/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Unit".
 */
export type Unit = 'ms' | 'mW' | 'mJ' | 'B' | '%' | 'h' | 'x' | 'x baseline' | 'req/s' | 'samples/s' | 'yes/no';
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
	/**
	 * What segments with `judged: false` measured: figures without a limit and without a verdict
	 */
	reported: ReportedFigure[];
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
	/**
	 * --sessions: how many were asked for of each device
	 */
	sessionsAsked: number;
	/**
	 * What the firmware was set to, where scenario or command line say so; empty: its own defaults
	 */
	parameters: ParameterSummary[];
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
export interface ParameterSummary {
	name: string;
	/**
	 * As on the wire
	 */
	value: number;
	/**
	 * For people: `timestep 8 ms`
	 */
	text: string;
	/**
	 * By --param: this is not the scenario as it is written
	 */
	overridden: boolean;
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
		| 'energy'
		| 'memory'
		| 'accuracy'
		| 'parity'
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
	 * Hops, clips, ADC counts or readings behind the estimate, of each session
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
	 * What probably lies behind the figure, most probable cause first; empty where nothing stands out
	 */
	diagnosis: Finding[];
	/**
	 * Sessions behind the verdict; 0 where nothing was measured
	 */
	sessions: number;
	/**
	 * What a reader must know before quoting the figure, in a word or two: `self-measured`, `low R`, `uncalibrated`, ...
	 */
	marks: string[];
	/**
	 * Budget behind the bounds, where the figure has one (power, energy, battery life); else empty
	 */
	uncertainty: UncertaintyTerm[];
	/**
	 * For an inconclusive cell; null for any other, or where the true value seems to sit on the limit
	 */
	wouldDecide: WouldDecide | null;
	/**
	 * For `max` limits, which samples can refute but never prove
	 */
	missRate: MissRate | null;
	/**
	 * A two-sided interval to show beside the bounds that decide (Wilson 95 % for proportions)
	 */
	shown: ShownInterval | null;
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
 * via the `definition` "Finding".
 */
export interface Finding {
	/**
	 * Stable name of the rule: `clock-low`, `front-end-dominates`, ...
	 */
	cause: string;
	/**
	 * Share of the shortfall it explains, as far as the evidence tells; orders the list
	 */
	score: number;
	/**
	 * One sentence with the numbers
	 */
	text: string;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "UncertaintyTerm".
 */
export interface UncertaintyTerm {
	/**
	 * `shunt`, `reference`, `ADC non-linearity`, `spread of the trace`, ...
	 */
	source: string;
	/**
	 * A: seen in repeated readings, falls with their number. B: from specification or calibration, does not (JCGM 100:2008)
	 */
	kind: 'A' | 'B';
	/**
	 * Standard uncertainty in the cell's unit
	 */
	standard: number;
	/**
	 * null: infinite
	 */
	degreesOfFreedom: number | null;
}
export interface WouldDecide {
	/**
	 * `silicon`, `meter`: no number of the kind measured now will; better evidence or a better meter may
	 */
	what: 'hops' | 'clips' | 'sessions' | 'boards' | 'seconds' | 'silicon' | 'meter';
	/**
	 * How many in all would probably decide, if what follows resembles what was seen; null: not a matter of number
	 */
	n: number | null;
}
export interface MissRate {
	missed: number;
	n: number;
	/**
	 * One-sided 95 % Clopper-Pearson bound of the share of hops over the limit
	 */
	upperBound: number;
}
export interface ShownInterval {
	low: number;
	high: number;
	method: string;
}
/**
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "ReportedFigure".
 */
export interface ReportedFigure {
	device: string;
	session: number;
	segment: string;
	metric: 'latency' | 'accuracy' | 'power';
	statistic: string;
	unit: Unit;
	/**
	 * In `unit`. With a modelled band: at its bad end
	 */
	estimate: number | null;
	/**
	 * [low, high] in `unit`: the ends of what is modelled; twice the same where nothing is
	 */
	bounds: number[] | null;
	/**
	 * Hops, clips or ADC counts
	 */
	n: number;
	evidence: Evidence | null;
	/**
	 * How the figure came about, in words
	 */
	rule: string;
	/**
	 * Why there is no figure
	 */
	reason: string | null;
	marks: string[];
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
	/**
	 * What happened beside the session and touched nothing of it, such as messages of strangers that were refused
	 */
	notices: string[];
	bytesReceived: number;
	bytesSent: number;
	/**
	 * Clock checks, in order. Empty where time is virtual
	 */
	clocks: ClockSummary[];
	/**
	 * Why there is no clock to check (virtual time); null where there is one
	 */
	clockNote: string | null;
	/**
	 * Of the image flashed; null where none was flashed, or its sizes are unknown
	 */
	footprint: Footprint | null;
	/**
	 * Segments of which this device got a planned part: so many clips of how many
	 */
	subsets: SubsetSummary[];
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
	estCycles?: EstimatedCycles;
	/**
	 * Hops in which the cell ran; all of them where it never did
	 */
	n: number;
	p50: number;
	p95: number;
	p99: number;
	max: number;
}
/**
 * The same hops by the emulator's cycle model, where the device declares one: percentiles of their own, in cycles before the model's band
 */
export interface EstimatedCycles {
	p50: number;
	p95: number;
	p99: number;
	max: number;
	/**
	 * Most floating-point instructions in one hop. Their costs are not validated
	 */
	floats: number;
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
export interface ClockSummary {
	/**
	 * Counter cycles per second of this machine's monotonic clock: the middle of what is proven
	 */
	hz: number;
	/**
	 * The rate is at least this, whatever the link did
	 */
	lowHz: number;
	/**
	 * The rate is at most this; null where nothing bounds it
	 */
	highHz: number | null;
	declaredHz: number;
	/**
	 * open: the link was too late to tell
	 */
	state: 'right' | 'high' | 'low' | 'frozen' | 'unsteady' | 'open';
	/**
	 * Of the longest spin
	 */
	seconds: number;
	spins: number;
	/**
	 * Attempts at clips begun before the check: 0 is before all of them
	 */
	clipsBefore: number;
}
/**
 * What the flashed image takes, from its ELF file, and how deep its stack can go, from the compiler's call graph
 *
 * This interface was referenced by `RunRecord`'s JSON-Schema
 * via the `definition` "Footprint".
 */
export interface Footprint {
	/**
	 * Code and constants, the model's file included
	 */
	textBytes: number;
	/**
	 * Variables with a value at start, RAM code included: in flash and in RAM
	 */
	dataBytes: number;
	/**
	 * Variables that are zero at start
	 */
	bssBytes: number;
	/**
	 * RAM that exists for the rig alone
	 */
	rigBytes: number;
	/**
	 * Stored in flash in all
	 */
	flashBytes: number;
	/**
	 * Of `textBytes`: the embedded .lnn file; null where there is none
	 */
	modelBytes: number | null;
	stack: StackBound;
}
export interface StackBound {
	/**
	 * The deepest it can go, interrupts included; null: no bound is proven
	 */
	bytes: number | null;
	/**
	 * Why not
	 */
	unbounded: string | null;
	/**
	 * The deepest chain of calls, outermost first, each with the bytes of its frame
	 *
	 * @maxItems 100
	 */
	path: string[];
	/**
	 * Of `bytes`: what interrupts add on top
	 */
	interruptBytes: number;
}
export interface SubsetSummary {
	segment: string;
	clips: number;
	of: number;
	seed: number;
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
