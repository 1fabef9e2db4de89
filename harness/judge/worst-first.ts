import type { Verdict } from '../generated/record.ts';

/** Worst first. A fail says more than a broken rig, and a broken rig more than an open question (exit codes 1, 4, 3). */
export const WORST_FIRST: readonly Verdict[] = [
	'fail',
	'rig-error',
	'inconclusive',
	'not-measured',
	'marginal',
	'pass',
	'not-requested',
];
