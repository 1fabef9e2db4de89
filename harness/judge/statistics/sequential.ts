/** Proportions judged while clips arrive, for slow boards: stop as soon as the answer is clear. */

import { checkCount, checkOpenShare } from './check.ts';
import { proportionLowerBound, proportionUpperBound } from './proportion.ts';

export type SequentialState = 'continue' | 'pass' | 'fail';

export interface SequentialPlan {
	/** The limit: the share right that must be reached, 0..1. */
	p0: number;
	/** A share clearly above it, 0..1: where the test shall be quick to pass. */
	p1: number;
	/** P(pass) when the truth is p0. */
	alpha: number;
	/** P(fail) when the truth is p1. */
	beta: number;
}

export interface SequentialTest {
	/** ln of the likelihood ratio of p1 to p0. */
	readonly logRatio: number;
	readonly state: SequentialState;
	readonly trials: number;
	/** Counts one clip; the state stays once decided. */
	step(correct: boolean): SequentialState;
}

/**
 * Wald's sequential probability ratio test (Wald, Sequential Analysis, 1947, 3.3 and 5.3): pass at
 * ln((1 - beta) / alpha), fail at ln(beta / (1 - alpha)).
 *
 * Its `fail` says "not p1": at a truth of exactly p0 it fails with about 1 - alpha. Where a fail must mean "below the
 * limit", use judgeSequence.
 *
 * @throws RangeError unless 0 < p0 < p1 < 1 and the errors lie in 0..1
 */
export function sequentialProbability(plan: SequentialPlan): SequentialTest {
	const { p0, p1, alpha, beta } = checkPlan(plan);
	const right = Math.log(p1 / p0);
	const wrong = Math.log1p(-p1) - Math.log1p(-p0);
	const passAt = Math.log((1 - beta) / alpha);
	const failAt = Math.log(beta / (1 - alpha));
	let logRatio = 0;
	let trials = 0;
	let state: SequentialState = 'continue';
	return {
		get logRatio() {
			return logRatio;
		},
		get state() {
			return state;
		},
		get trials() {
			return trials;
		},
		step(correct) {
			if (state !== 'continue') return state;
			trials += 1;
			logRatio += correct ? right : wrong;
			if (logRatio >= passAt) state = 'pass';
			else if (logRatio <= failAt) state = 'fail';
			return state;
		},
	};
}

function checkPlan(plan: SequentialPlan): SequentialPlan {
	const { p0, p1, alpha, beta } = plan;
	for (const [name, value] of Object.entries({ p0, p1, alpha, beta })) checkOpenShare(`sequential: ${name}`, value);
	if (p0 >= p1) throw new RangeError(`sequential: p1: expected above p0 = ${p0}, got ${p1}`);
	return plan;
}

export interface JudgedSequence {
	/** `continue`: fewer outcomes than the plan allows, none decided; `inconclusive`: the plan is used up. */
	verdict: SequentialState | 'inconclusive';
	/** Outcomes used, 1 or more once decided. */
	trials: number;
	correct: number;
	by: 'likelihood-ratio' | 'clopper-pearson' | null;
	/** Clopper-Pearson at half of alpha, on the trials used; they do not decide before truncation. */
	lower: number | null;
	upper: number | null;
}

/**
 * Judges "at least p0" on outcomes in the (random, recorded) order they came, with a fixed end. Both errors hold at the
 * limit itself: P(pass) and P(fail) at a truth of p0 are at most alpha each. Half of alpha goes to two open-ended
 * likelihood-ratio tests, p1 against p0 to pass and the mirrored p0 - (p1 - p0) against p0 to fail, each stopping at
 * 2 / alpha (Ville, 1939; Robbins, Annals of Mathematical Statistics 41, 1970); the other half to Clopper-Pearson at
 * the end.
 *
 * @param outcomes true = right; those past truncation are not looked at
 * @param plan.truncateAt trials at which the plan ends, 1 or more
 */
export function judgeSequence(
	outcomes: readonly boolean[],
	plan: { p0: number; p1: number; alpha: number; truncateAt: number },
): JudgedSequence {
	const { p0, p1, alpha, truncateAt } = plan;
	checkPlan({ p0, p1, alpha, beta: alpha });
	checkCount('judgeSequence: truncateAt', truncateAt, 1);
	const below = Math.max(p0 / 2, p0 - (p1 - p0));
	const stopAt = Math.log(2 / alpha);
	let forPass = 0;
	let forFail = 0;
	let correct = 0;
	const result = (verdict: JudgedSequence['verdict'], trials: number, by: JudgedSequence['by']): JudgedSequence => ({
		verdict,
		trials,
		correct,
		by,
		lower: trials === 0 ? null : proportionLowerBound(correct, trials, alpha / 2),
		upper: trials === 0 ? null : proportionUpperBound(correct, trials, alpha / 2),
	});
	const used = outcomes.slice(0, truncateAt);
	for (const [index, outcome] of used.entries()) {
		if (outcome) correct += 1;
		forPass += outcome ? Math.log(p1 / p0) : Math.log1p(-p1) - Math.log1p(-p0);
		forFail += outcome ? Math.log(below / p0) : Math.log1p(-below) - Math.log1p(-p0);
		if (forPass >= stopAt) return result('pass', index + 1, 'likelihood-ratio');
		if (forFail >= stopAt) return result('fail', index + 1, 'likelihood-ratio');
	}
	if (used.length < truncateAt) return result('continue', used.length, null);
	const end = result('inconclusive', used.length, 'clopper-pearson');
	if ((end.lower as number) >= p0) return { ...end, verdict: 'pass' };
	if ((end.upper as number) < p0) return { ...end, verdict: 'fail' };
	return end;
}
