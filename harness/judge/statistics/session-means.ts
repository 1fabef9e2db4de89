/** Means: batches of one trace, sessions, and their combination with an uncertainty that does not average out. */

import { checkCount, checkFinite, checkOpenShare, checkPositive, checkSpread, checkValues } from './check.ts';
import { studentQuantile } from './distributions.ts';
import { ALPHA } from './percentile.ts';

/** Neighbouring batches correlated by so much or more are not averaged as if independent. */
export const LAG1_LIMIT = 0.3;

const MOST_SESSIONS = 10_000;

/** From here on Welch-Satterthwaite holds; below, the parts are expanded apart. */
const FEWEST_DOF = 4;

/** Below so many, effective degrees of freedom are cut to a whole number. */
const WHOLE_DOF = 100;

export interface BatchMeans {
	means: number[];
	/** Mean of all values that fill a batch, in the values' unit. */
	mean: number;
	/** Of the batch means. */
	standardDeviation: number;
	/** Correlation of neighbouring batch means, -1..1; 0 where they are all equal. */
	lag1: number;
	/** lag1 >= 0.3: the trace is too short for its correlation. */
	refused: boolean;
}

/**
 * Non-overlapping batch means of an autocorrelated trace (Law, Simulation Modeling and Analysis, 5th ed., 9.5.3; Alexopoulos
 * and Seila in Banks, Handbook of Simulation, 7.3). Values that fill no whole batch are left out at the end.
 *
 * @param values in time order, equally spaced, at least one per batch; @param batches 2 or more
 * @throws RangeError for fewer values than batches or a value that is no number
 */
export function batchMeans(values: ArrayLike<number>, batches = 20): BatchMeans {
	checkCount('batchMeans: batches', batches, 2);
	checkValues('batchMeans: values', values, batches);
	const size = Math.floor(values.length / batches);
	const means = Array.from({ length: batches }, (_, batch) => {
		let sum = 0;
		for (let index = batch * size; index < (batch + 1) * size; index++) sum += values[index] as number;
		return sum / size;
	});
	const lag1 = lag1Of(means);
	return { means, ...meanAndDeviation(means), lag1, refused: lag1 >= LAG1_LIMIT };
}

/** Lag-1 autocorrelation (Box, Jenkins and Reinsel, Time Series Analysis, 2.1.6); 0 where all values are equal. */
export function lag1Of(values: readonly number[]): number {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	let products = 0;
	let squares = 0;
	values.forEach((value, index) => {
		squares += (value - mean) ** 2;
		if (index > 0) products += (value - mean) * ((values[index - 1] as number) - mean);
	});
	return squares === 0 ? 0 : products / squares;
}

export function meanAndDeviation(values: readonly number[]): { mean: number; standardDeviation: number } {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
	return { mean, standardDeviation: Math.sqrt(squares / (values.length - 1)) };
}

export interface Combined {
	/** One-sided bounds, each wrong with probability alpha, in the estimate's unit. */
	lower: number;
	upper: number;
	/** Combined standard uncertainty. */
	combined: number;
	/** Effective degrees of freedom, whole below 100; Infinity when nothing of it was estimated from repeats. */
	dof: number;
}

/**
 * Type A and type B uncertainty in one interval: root of squares, degrees of freedom by Welch-Satterthwaite (JCGM
 * 100:2008, the GUM, 5.1.2 and G.4.1; type B taken as known, G.4.3), expanded by Student's t on each side. Below 100 the
 * degrees of freedom are cut to a whole number, as G.4.1 allows: interpolated they err by 5.4 % at five sessions. With
 * fewer than 4 degrees of freedom the formula errs by up to 6.5 %; there each part is expanded by its own quantile before
 * the root of squares.
 *
 * @param typeA, typeB standard uncertainties in the estimate's unit, 0 or more (a rectangular +-a is a / sqrt 3)
 * @param dofA degrees of freedom of type A, above 0; Infinity allowed
 */
export function combineUncertainty(input: {
	estimate: number;
	typeA: number;
	dofA: number;
	typeB: number;
	alpha?: number;
}): Combined {
	const { estimate, typeA, dofA, typeB, alpha = ALPHA } = input;
	checkFinite('combineUncertainty: estimate', estimate);
	checkSpread('combineUncertainty: typeA', typeA);
	checkSpread('combineUncertainty: typeB', typeB);
	checkPositive('combineUncertainty: dofA', dofA, true);
	checkOpenShare('combineUncertainty: alpha', alpha);
	const combined = Math.hypot(typeA, typeB);
	const effective = typeA === 0 ? Number.POSITIVE_INFINITY : dofA * (combined / typeA) ** 4;
	const dof = effective < WHOLE_DOF && effective >= 1 ? Math.floor(effective + 1e-9) : effective;
	const t = (freedom: number) => studentQuantile(1 - alpha, freedom);
	const apart = dofA < FEWEST_DOF && typeA > 0 && typeB > 0;
	const half = apart ? Math.hypot(t(dofA) * typeA, t(Number.POSITIVE_INFINITY) * typeB) : t(dof) * combined;
	return { lower: estimate - half, upper: estimate + half, combined, dof };
}

export interface SessionMeanBounds extends Combined {
	/** Mean over sessions. */
	estimate: number;
	typeA: number;
	dofA: number;
	/** Fewer than 5 sessions. */
	lowR: boolean;
}

/**
 * The mean over sessions with one-sided bounds: type A is s / sqrt R with R - 1 degrees of freedom (GUM 4.2.3), type B
 * the meter's standard uncertainty, common to all sessions.
 *
 * @param sessionMeans one per session, 2 or more; @param typeB standard, same unit
 * @throws RangeError for fewer than 2 sessions: one session's spread is traceMeanBounds' matter
 */
export function sessionMeanBounds(sessionMeans: readonly number[], typeB: number, alpha = ALPHA): SessionMeanBounds {
	checkValues('sessionMeanBounds: sessionMeans', sessionMeans, 2);
	const { mean, standardDeviation } = meanAndDeviation(sessionMeans);
	const typeA = standardDeviation / Math.sqrt(sessionMeans.length);
	const dofA = sessionMeans.length - 1;
	const combined = combineUncertainty({ estimate: mean, typeA, dofA, typeB, alpha });
	return { estimate: mean, ...combined, typeA, dofA, lowR: sessionMeans.length < 5 };
}

/**
 * The fewest sessions whose bounds would probably clear the limit, should mean and spread stay as they are; null when
 * the estimate lies so close to the limit that the meter alone decides, or more than 10,000 would be needed.
 *
 * @param sd between sessions, same unit as the rest; @param typeB the meter's standard uncertainty
 */
export function sessionsToDecide(
	estimate: number,
	sd: number,
	limit: number,
	typeB: number,
	alpha = ALPHA,
): number | null {
	checkFinite('sessionsToDecide: estimate', estimate);
	checkFinite('sessionsToDecide: limit', limit);
	checkSpread('sessionsToDecide: sd', sd);
	checkSpread('sessionsToDecide: typeB', typeB);
	const margin = Math.abs(limit - estimate);
	for (let sessions = 3; sessions <= MOST_SESSIONS; sessions = Math.ceil(sessions * 1.02)) {
		const typeA = sd / Math.sqrt(sessions);
		const { upper } = combineUncertainty({ estimate: 0, typeA, dofA: sessions - 1, typeB, alpha });
		if (upper < margin) return sessions;
	}
	return null;
}
