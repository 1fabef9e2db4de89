/** One row of the table: a procedure, put where the truth sits exactly on the limit, so that each verdict is an error. */

import type { Random } from '../statistics/random.ts';
import { seededRandom } from '../statistics/random.ts';

export type Outcome = 'pass' | 'fail' | 'undecided';

export interface Situation {
	/** Heading the row stands under. */
	group: string;
	procedure: string;
	/** What the data are like. */
	data: string;
	/** Why the method is not used; absent for ours. */
	rejected?: string;
	/** Trials of the full run. */
	trials: number;
	trial(random: Random): Outcome;
}

export interface Result {
	situation: Situation;
	trials: number;
	/** Shares of the trials, 0..1. */
	falsePass: number;
	falseFail: number;
	/** Monte-Carlo standard error of a share that is 5 %. */
	standardError: number;
}

/** The error each side may have. */
export const PROMISED = 0.05;

/** A row's own seed follows from its name, so that a new row changes no other. */
export function runSituation(situation: Situation, seed: number, trials: number): Result {
	const random = seededRandom(seed + nameHash(`${situation.procedure}/${situation.data}`));
	const counts = { pass: 0, fail: 0, undecided: 0 };
	for (let trial = 0; trial < trials; trial++) counts[situation.trial(random)] += 1;
	return {
		situation,
		trials,
		falsePass: counts.pass / trials,
		falseFail: counts.fail / trials,
		standardError: Math.sqrt((PROMISED * (1 - PROMISED)) / trials),
	};
}

/** Both errors at most 5 %, within so many Monte-Carlo standard errors. */
export function holds({ falsePass, falseFail, standardError }: Result, errors = 2): boolean {
	return Math.max(falsePass, falseFail) <= PROMISED + errors * standardError;
}

/** For a limit that must not be exceeded. */
export function atMost(limit: number, bounds: { lower: number | null; upper: number | null }): Outcome {
	if (bounds.upper !== null && bounds.upper <= limit) return 'pass';
	return bounds.lower !== null && bounds.lower > limit ? 'fail' : 'undecided';
}

/** For a limit that must be reached. */
export function atLeast(limit: number, bounds: { lower: number | null; upper: number | null }): Outcome {
	if (bounds.lower !== null && bounds.lower >= limit) return 'pass';
	return bounds.upper !== null && bounds.upper < limit ? 'fail' : 'undecided';
}

/** FNV-1a, 32 bits. */
function nameHash(name: string): number {
	let hash = 0x811c9dc5;
	for (const character of name) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
	return hash >>> 0;
}
