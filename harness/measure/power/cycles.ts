import { type Absent, notMeasured, rigError } from '../absent.ts';
import type { ClipTrace } from './clip-trace.ts';
import { energyBetween } from './integrate.ts';
import { RECTANGULAR, windowStandardMj } from './uncertainty.ts';

/** From the start of an inference to the start of the next. */
export interface InferenceCycle {
	seconds: number;
	millijoules: number;
}

export interface ClipEnergy {
	cycles: InferenceCycle[];
	/** Of the sum over the cycles, standard, mJ: what the sampling leaves open about where the power stepped. */
	edgesMj: number;
}

/** Stretches for the spread of a trace: 20 batches are what the error rates in the statistics were simulated with. */
export const BATCHES = 20;

/** Cuts a clip's trace at its markers, the starts of its inferences. */
export function clipEnergy(trace: ClipTrace, milliwatts: Float64Array): ClipEnergy | Absent {
	return trace.kind === 'intervals' ? intervalEnergy(trace, milliwatts) : pointEnergy(trace, milliwatts);
}

/**
 * Interval means, cut where the marker falls. Cuts between two cycles take from one what they give to the other; only
 * the first and the last leave something open.
 */
function intervalEnergy(trace: ClipTrace, milliwatts: Float64Array): ClipEnergy | Absent {
	const series = { ...trace, milliwatts };
	const cycles: InferenceCycle[] = [];
	for (const [hop, { from, to }] of wholeCycles(trace).entries()) {
		const millijoules = energyBetween(series, from, to);
		if (millijoules === null) return gap(trace, hop, from, to);
		cycles.push({ seconds: to - from, millijoules });
	}
	const { least, most } = extremes(milliwatts);
	return { cycles, edgesMj: windowStandardMj(trace.periodSeconds, most - least) };
}

/**
 * Of points, inference and pause are integrated apart: the power steps where one becomes the other, and the markers say
 * when that is to a cycle of the counter. (Points at a divisor of the hop rate meet every hop at the same phase; joined
 * by lines alone they would be wrong by the same part of an interval each time.) That is exact for points in time. Behind
 * a low-pass (the amplifier's, or the capacitors of the board) the plain trapezoid would be, and a chain does not say
 * which it is: how far the two differ is the limit of what the sampling leaves open.
 *
 * A piece too short to hold a point is anything between the lowest and the highest power of the clip, each time alike: it
 * counts at the middle. That needs a point in some inference at least, or nobody ever saw one.
 */
function pointEnergy(trace: ClipTrace, milliwatts: Float64Array): ClipEnergy | Absent {
	const { name, periodSeconds, inferences } = trace;
	const series = { ...trace, milliwatts };
	const pieces = wholeCycles(trace).flatMap(({ from, step, to }, hop) => [
		{ hop, awake: true, from, to: step, millijoules: energyBetween(series, from, step) },
		{ hop, awake: false, from: step, to, millijoules: energyBetween(series, step, to) },
	]);
	const seen = (awake: boolean) =>
		pieces.some((piece) => piece.awake === awake && piece.to > piece.from && piece.millijoules !== null);
	if (!seen(true))
		return notMeasured(
			`none of the ${milliwatts.length} ADC counts of ${name}, one each ${Number((1000 * periodSeconds).toPrecision(4))} ms, fell into one of its ${inferences.length} inferences: what they draw was never seen; sample faster`,
		);
	const { least, most } = extremes(milliwatts);
	const floor = seen(false) ? least : 0;
	const millijoulesOf = new Float64Array(inferences.length - 1);
	let unseenMj = 0;
	for (const { hop, from, to, millijoules } of pieces) {
		if (millijoules === null && to - from >= periodSeconds) return gap(trace, hop, from, to);
		millijoulesOf[hop] = (millijoulesOf[hop] ?? 0) + (millijoules ?? ((floor + most) / 2) * (to - from));
		if (millijoules === null) unseenMj += ((most - floor) / 2) * (to - from);
	}
	const cycles = wholeCycles(trace).map(({ from, to }, hop) => {
		return { seconds: to - from, millijoules: millijoulesOf[hop] ?? Number.NaN };
	});
	const [from = 0, to = 0] = [inferences[0]?.startSeconds, inferences.at(-1)?.startSeconds];
	const plain = energyBetween(series, from, to);
	if (plain === null) return gap(trace, 0, from, to);
	return { cycles, edgesMj: (unseenMj + Math.abs(plain - total(cycles, 'millijoules'))) / RECTANGULAR };
}

/** From each inference to the next; `step` is where the first of them ends. */
function wholeCycles({ inferences }: ClipTrace): { from: number; step: number; to: number }[] {
	return inferences.slice(1).map(({ startSeconds: to }, index) => {
		const { startSeconds: from = to, endSeconds = to } = inferences[index] ?? {};
		return { from, step: Math.min(endSeconds, to), to };
	});
}

function gap({ name }: ClipTrace, hop: number, from: number, to: number): Absent {
	return rigError(
		`the ADC counts of ${name} leave a gap of ${(1000 * (to - from)).toFixed(2)} ms at ${from.toFixed(4)} s, in hop ${hop}`,
	);
}

/**
 * Consecutive stretches of whole cycles, as equal in number as can be; none when there are fewer cycles than stretches.
 * A stretch may run from one clip into the next: each cycle lies in one.
 */
export function inBatches(cycles: readonly InferenceCycle[]): InferenceCycle[] {
	if (cycles.length < BATCHES) return [];
	const cut = (batch: number) => Math.round((batch * cycles.length) / BATCHES);
	return Array.from({ length: BATCHES }, (_, batch) => {
		const part = cycles.slice(cut(batch), cut(batch + 1));
		return { seconds: total(part, 'seconds') / part.length, millijoules: total(part, 'millijoules') / part.length };
	});
}

export function total(cycles: readonly InferenceCycle[], what: keyof InferenceCycle): number {
	return cycles.reduce((sum, cycle) => sum + cycle[what], 0);
}

function extremes(values: Float64Array): { least: number; most: number } {
	let least = Number.POSITIVE_INFINITY;
	let most = Number.NEGATIVE_INFINITY;
	for (const value of values) {
		least = Math.min(least, value);
		most = Math.max(most, value);
	}
	return { least, most };
}
