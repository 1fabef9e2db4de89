/** Two runs of a scenario that must come to the same: what one says of clips and cells is held against the other. */
import type { ExecutionContext } from 'ava';
import type { Cell, RunRecord } from '../generated/record.ts';

export interface SameOptions {
	/**
	 * The device counts the same in each run: then each figure of each cell is the same, to the last digit. Else what is a matter
	 * of time, or of the memory of another image, is the same by its verdict only.
	 */
	exact: boolean;
}

/** Metrics in which no two runs of the same firmware differ, whatever they run on. */
const DECIDED: ReadonlySet<string> = new Set(['accuracy', 'parity']);

export function assertSameResults(
	t: ExecutionContext,
	run: RunRecord,
	reference: RunRecord,
	{ exact }: SameOptions,
): void {
	const cells = exact ? exactly : byVerdict;
	t.true(reference.clips.length > 0);
	t.deepEqual(run.clips.map(decision), reference.clips.map(decision));
	t.deepEqual(ofDevices(run.cells).map(cells), ofDevices(reference.cells).map(cells), faultsOf(run));
	if (exact) t.deepEqual(run.reported.map(exactly), reference.reported.map(exactly));
	t.is(run.summary.exitCode, reference.summary.exitCode);
}

/** Of rows that nobody asked for there is nothing to compare. */
const ofDevices = (cells: readonly Cell[]) => cells.filter(({ device }) => device !== null);
const faultsOf = ({ sessions }: RunRecord) => JSON.stringify(sessions.map(({ faults }) => faults));

/** What was decided about a clip, and by which scores; by which device and at which attempt aside. */
function decision({ device: _, attempts: __, ...clip }: RunRecord['clips'][number]) {
	return clip;
}

function exactly<Judged extends { device: string | null }>({ device: _, ...cell }: Judged) {
	return cell;
}

function byVerdict({ metric, statistic, scope, unit, limit, verdict, evidence, n, estimate, bounds }: Cell) {
	const decided = DECIDED.has(metric) ? { estimate, bounds } : {};
	return { metric, statistic, scope, unit, limit, verdict, evidence, n, ...decided };
}
