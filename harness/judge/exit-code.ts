import type { Verdict } from '../generated/record.ts';

export const EXIT = { pass: 0, fail: 1, usage: 2, undecided: 3, rigError: 4 } as const;

/**
 * Exit code of a run: 1 a cell failed, 4 the rig failed, 3 something asked for is undecided or was not measured, 0 all
 * that was asked for passed; the first of these that applies. (2, usage or internal error, comes before all; whoever
 * catches such an error returns it.) A run in which nothing was judged has not passed.
 */
export function exitCodeOf(cells: readonly { verdict: Verdict }[]): 0 | 1 | 3 | 4 {
	const verdicts = new Set(cells.map((cell) => cell.verdict));
	if (verdicts.has('fail')) return EXIT.fail;
	if (verdicts.has('rig-error')) return EXIT.rigError;
	if (verdicts.has('inconclusive') || verdicts.has('not-measured')) return EXIT.undecided;
	return verdicts.has('pass') || verdicts.has('marginal') ? EXIT.pass : EXIT.undecided;
}

/** Of the exit codes of several runs the one to return: 2 before 1 before 4 before 3 before 0. */
export function worstExitCode(codes: readonly number[]): number {
	return [EXIT.usage, EXIT.fail, EXIT.rigError, EXIT.undecided].find((code) => codes.includes(code)) ?? EXIT.pass;
}
