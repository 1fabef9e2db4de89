import type { Evidence, Verdict } from '../generated/record.ts';
import { WHAT_IF } from './caps.ts';

export const EXIT = { pass: 0, fail: 1, usage: 2, undecided: 3, rigError: 4 } as const;

/** What an undecided cell is: a failure, or a warning that leaves the exit code alone. */
export type Undecided = 'fail' | 'warn';

/**
 * Exit code of a run: 1 a cell failed, 4 the rig failed, 3 something asked for is undecided or was not measured, 0 all
 * that was asked for passed; the first of these that applies. (2, usage or internal error, comes before all; whoever
 * catches such an error returns it.) A run in which nothing was judged has not passed.
 *
 * @param undecided `warn`: cells that are inconclusive or were not measured are no reason for a 3, as long as something was
 *   judged
 */
export function exitCodeOf(cells: readonly { verdict: Verdict }[], undecided: Undecided = 'fail'): 0 | 1 | 3 | 4 {
	const verdicts = new Set(cells.map((cell) => cell.verdict));
	const green = verdicts.has('pass') || verdicts.has('marginal');
	if (verdicts.has('fail')) return EXIT.fail;
	if (verdicts.has('rig-error')) return EXIT.rigError;
	if (undecided === 'warn') return green || verdicts.has('inconclusive') ? EXIT.pass : EXIT.undecided;
	if (verdicts.has('inconclusive') || verdicts.has('not-measured')) return EXIT.undecided;
	return green ? EXIT.pass : EXIT.undecided;
}

/** What of a record says whether a warning will do. */
export interface JudgedRun {
	manifest: { status: string; inputsChanged: readonly string[]; subset: string | null };
	cells: readonly { device: string | null; verdict: Verdict; evidence: Evidence | null }[];
}

/** Exit code of a judged run. `warn` holds only where `mayWarn`. */
export function exitCodeOfRun(record: JudgedRun, undecided: Undecided): 0 | 1 | 3 | 4 {
	return exitCodeOf(record.cells, mayWarn(record) ? undecided : 'fail');
}

/** Whether a cell by itself is let through: met, or undecided where that is only a warning. */
export function isLetThrough(verdict: Verdict, record: JudgedRun, undecided: Undecided): boolean {
	if (verdict === 'pass' || verdict === 'marginal') return true;
	const open = verdict === 'inconclusive' || verdict === 'not-measured';
	return open && undecided === 'warn' && mayWarn(record);
}

/**
 * Whether cells of a run can be undecided for want of data, which a warning may let off. Not where the run was cut off or
 * broken, where only a part of the clips was asked for (a failure would be undecided, too), where it is judged by other
 * inputs than it was made with (another limit is no other input), where there is a figure which is refused for its kind of
 * evidence, and where nothing at all was judged of a device: then nothing is wanting, something is wrong.
 */
function mayWarn({ manifest, cells }: JudgedRun): boolean {
	const { status, subset, inputsChanged } = manifest;
	const refused = cells.some(({ verdict, evidence }) => verdict === 'not-measured' && evidence !== null);
	const asked = cells.filter(({ verdict }) => verdict !== 'not-requested');
	const judged = new Set(asked.flatMap(({ device, verdict }) => (verdict === 'not-measured' ? [] : [device])));
	const silent = asked.some(({ device }) => !judged.has(device));
	return (
		status === 'complete' && subset === null && !refused && !silent && inputsChanged.every((path) => path === WHAT_IF)
	);
}

/** Of the exit codes of several runs the one to return: 2 before 1 before 4 before 3 before 0. */
export function worstExitCode(codes: readonly number[]): number {
	return [EXIT.usage, EXIT.fail, EXIT.rigError, EXIT.undecided].find((code) => codes.includes(code)) ?? EXIT.pass;
}
