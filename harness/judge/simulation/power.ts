import { studentQuantile } from '../statistics/distributions.ts';
import type { Random } from '../statistics/random.ts';
import { batchMeans, combineUncertainty, meanAndDeviation, sessionMeanBounds } from '../statistics/session-means.ts';
import { traceMeanBounds } from '../statistics/session-power.ts';
import { autoregressive, rectangular } from './draws.ts';
import { atMost, type Situation } from './situation.ts';

const TRACE = 'Mean power, one trace';
const SESSIONS = 'Mean power, several sessions';

const SAMPLES = 20_000;
const BATCHES = 20;

/** The trace has mean 0 and standard deviation 1, so the limit is 0; the meter's uncertainty is in the same unit. */
const LIMIT = 0;

function traceRow(rho: number, meter: number, trials: number): Situation {
	const instrument = meter === 0 ? '' : `, meter with a standard uncertainty of ${meter} sd`;
	return {
		group: TRACE,
		procedure: 'batch means with refusal',
		data: `20 000 samples, rho = ${rho}${instrument}`,
		trials,
		trial: (random) => {
			const { means } = batchMeans(autoregressive(random, SAMPLES, rho), BATCHES);
			const error = rectangular(random, meter * Math.sqrt(3));
			return atMost(
				LIMIT,
				traceMeanBounds(
					means.map((mean) => mean + error),
					meter,
				),
			);
		},
	};
}

function traces(): Situation[] {
	return [
		...[0, 0.9, 0.99, 0.995, 0.997, 0.998, 0.999, 0.9999].map((rho) => traceRow(rho, 0, 3000)),
		...[0.99, 0.998].map((rho) => traceRow(rho, 0.1, 2000)),
		...[0.5, 1, 2].map((meter) => traceRow(0.9999, meter, 2000)),
		traceRow(0.999_97, 0, 2000),
		traceRow(0.999_97, 0.75, 2000),
	];
}

function rejectedTraces(): Situation[] {
	const row = (
		procedure: string,
		rejected: string,
		rho: number,
		judge: (trace: Float64Array) => { lower: number; upper: number },
	): Situation => ({
		group: TRACE,
		procedure,
		rejected,
		data: `20 000 samples, rho = ${rho}`,
		trials: 1500,
		trial: (random) => atMost(LIMIT, judge(autoregressive(random, SAMPLES, rho))),
	});
	const naive = (trace: Float64Array) => {
		let sum = 0;
		let squares = 0;
		for (const value of trace) {
			sum += value;
			squares += value * value;
		}
		const mean = sum / trace.length;
		const half = 1.645 * Math.sqrt((squares / trace.length - mean * mean) / trace.length);
		return { lower: mean - half, upper: mean + half };
	};
	const plain = (trace: Float64Array) => {
		const { mean, standardDeviation } = batchMeans(trace, BATCHES);
		const typeA = standardDeviation / Math.sqrt(BATCHES);
		return combineUncertainty({ estimate: mean, typeA, dofA: BATCHES - 1, typeB: 0 });
	};
	const refusing = (trace: Float64Array) => {
		const { means, refused } = batchMeans(trace, BATCHES);
		if (refused) return traceMeanBounds(means, 0);
		return plain(trace);
	};
	return [
		...[0.9, 0.99, 0.999].map((rho) =>
			row('Student over all samples', 'neighbouring samples say the same twice', rho, naive),
		),
		...[0.998, 0.9999].map((rho) => row('batch means without refusal', 'batches correlate as well', rho, plain)),
		row('batch means with refusal, s / sqrt B unwidened', 'correlation below the refusal is left', 0.998, refusing),
	];
}

/** A mean of 100 mW, the limit; what each session and the meter add to it. */
function sessions(): Situation[] {
	const cells: { count: number; between: number; meter: number }[] = [
		...[3, 5, 10].map((count) => ({ count, between: 0.01, meter: 0 })),
		{ count: 5, between: 0.01, meter: 0.01 },
		{ count: 5, between: 0.01, meter: 0.05 },
		{ count: 5, between: 0.003, meter: 0.01 },
		{ count: 3, between: 0.01, meter: 0.01 },
		{ count: 3, between: 0.01, meter: 0.005 },
		{ count: 10, between: 0.03, meter: 0.02 },
	];
	const text = ({ count, between, meter }: (typeof cells)[number]) =>
		`${count} sessions, ${100 * between} % between them, meter +-${100 * meter} %`;
	const drawSessions = (random: Random, { count, between, meter }: (typeof cells)[number]) => {
		const gain = 1 + rectangular(random, meter);
		return Array.from({ length: count }, () => 100 * (1 + between * random.normal()) * gain);
	};
	return [
		...cells.map(
			(cell): Situation => ({
				group: SESSIONS,
				procedure: 'Student over sessions, meter by Welch-Satterthwaite',
				data: text(cell),
				trials: 20_000,
				trial: (random) =>
					atMost(100, sessionMeanBounds(drawSessions(random, cell), (100 * cell.meter) / Math.sqrt(3))),
			}),
		),
		{
			group: SESSIONS,
			procedure: 'Welch-Satterthwaite as it stands, interpolated',
			rejected: 'too trusting of a spread from two degrees of freedom',
			data: text({ count: 3, between: 0.01, meter: 0.005 }),
			trials: 10_000,
			trial: (random) => {
				const { mean, standardDeviation } = meanAndDeviation(
					drawSessions(random, { count: 3, between: 0.01, meter: 0.005 }),
				);
				const typeA = standardDeviation / Math.sqrt(3);
				const combined = Math.hypot(typeA, 0.5 / Math.sqrt(3));
				const half = studentQuantile(0.95, 2 * (combined / typeA) ** 4) * combined;
				return atMost(100, { lower: mean - half, upper: mean + half });
			},
		},
		{
			group: SESSIONS,
			procedure: 'Student over sessions, meter left out',
			rejected: 'its error is the same in every session',
			data: text({ count: 5, between: 0.01, meter: 0.05 }),
			trials: 20_000,
			trial: (random) => {
				const { mean, standardDeviation } = meanAndDeviation(
					drawSessions(random, { count: 5, between: 0.01, meter: 0.05 }),
				);
				const half = (studentQuantile(0.95, 4) * standardDeviation) / Math.sqrt(5);
				return atMost(100, { lower: mean - half, upper: mean + half });
			},
		},
	];
}

export function powerSituations(): Situation[] {
	return [...traces(), ...rejectedTraces(), ...sessions()];
}
