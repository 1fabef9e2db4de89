/** Two runs of a scenario that must come to the same: what one says of clips and cells is held against the other. */
import type { ExecutionContext } from 'ava';
import type { Cell, RunRecord } from '../generated/record.ts';

export interface SameOptions {
	/**
	 * The device counts the same in each run, within a few ticks of its counter: then so is each figure of each cell. Else what
	 * is a matter of time, or of the memory of another image, is the same by its verdict only.
	 */
	counts: boolean;
}

/** Metrics in which no two runs of the same firmware differ, whatever they run on. */
const DECIDED: ReadonlySet<string> = new Set(['accuracy', 'parity']);

export function assertSameResults(
	t: ExecutionContext,
	run: RunRecord,
	reference: RunRecord,
	{ counts }: SameOptions,
): void {
	t.true(reference.clips.length > 0);
	t.deepEqual(run.clips.map(decision), reference.clips.map(decision));
	const [cells, others] = [ofDevices(run.cells), ofDevices(reference.cells)];
	if (counts) {
		t.deepEqual(withinTicks(cells, others), others, faultsOf(run));
		t.deepEqual(withinTicks(run.reported, reference.reported), reference.reported);
	} else t.deepEqual(cells.map(byVerdict), others.map(byVerdict), faultsOf(run));
	t.is(run.summary.exitCode, reference.summary.exitCode);
}

/** Of rows that nobody asked for there is nothing to compare. */
const ofDevices = (cells: readonly Cell[]) => cells.filter(({ device }) => device !== null);
const faultsOf = ({ sessions }: RunRecord) => JSON.stringify(sessions.map(({ faults }) => faults));

/** What was decided about a clip, and by which scores; by which device and at which attempt aside. */
function decision({ device: _, attempts: __, ...clip }: RunRecord['clips'][number]) {
	return clip;
}

/** Relative. A few ticks in thousands of hops come to a thousandth of it in a mean power, and to a fifth in its spread. */
const TICKS = 1e-4;

/** The same, but figures which differ from the other one's by no more than ticks can are that one's. */
function withinTicks(value: unknown, other: unknown): unknown {
	if (typeof value === 'number' && typeof other === 'number')
		return Math.abs(value - other) <= TICKS * Math.abs(other) ? other : value;
	if (Array.isArray(value) && Array.isArray(other)) return value.map((each, index) => withinTicks(each, other[index]));
	if (typeof value !== 'object' || value === null || typeof other !== 'object' || other === null) return value;
	const counterpart: Record<string, unknown> = { ...other };
	return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withinTicks(each, counterpart[key])]));
}

function byVerdict({ metric, statistic, scope, unit, limit, verdict, evidence, n, estimate, bounds }: Cell) {
	// How many hops latency is judged on is a matter of time, too: one that was skipped counts when it took long.
	const decided = DECIDED.has(metric) ? { n, estimate, bounds } : {};
	return { metric, statistic, scope, unit, limit, verdict, evidence, ...decided };
}
