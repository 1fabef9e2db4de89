import { normalQuantile, studentQuantile } from '../statistics/distributions.ts';
import { percentileBounds, samplePercentileAt } from '../statistics/percentile.ts';
import { orderedPercentileBounds } from '../statistics/percentile-order.ts';
import type { Random } from '../statistics/random.ts';
import { meanAndDeviation } from '../statistics/session-means.ts';
import { sessionPercentileBounds } from '../statistics/session-percentiles.ts';
import { autoregressive, bimodal, exponential, lognormal, type Shape, sortedSession, uniform } from './draws.ts';
import { atMost, type Situation } from './situation.ts';

const WITHIN = 'Latency percentile, one session';
const ACROSS = 'Latency percentile, across sessions';

/** As a board has it, and as a busy PC does. */
const NARROW = lognormal(0.02);
const WIDE = lognormal(0.3);
const SLOW = bimodal(0.04, 1.5);

/** Exact ranks within one session: distribution-free, so the shapes must not matter. */
function withinSession(): Situation[] {
	const cells: [Shape, number, number][] = [
		[WIDE, 0.5, 30],
		[WIDE, 0.95, 59],
		[WIDE, 0.95, 100],
		[WIDE, 0.99, 299],
		[WIDE, 0.99, 1000],
		[exponential, 0.95, 300],
		[SLOW, 0.5, 100],
		[SLOW, 0.95, 400],
		[SLOW, 0.99, 1000],
	];
	return cells.map(([shape, p, n]) => ({
		group: WITHIN,
		procedure: 'exact order-statistic bounds',
		data: `p${100 * p}, n = ${n}, ${shape.name}`,
		trials: n > 500 ? 6000 : 10_000,
		trial: (random) => atMost(shape.quantile(p), percentileBounds(sortedSession(random, shape, n), p)),
	}));
}

/** Hops whose logarithm follows a first-order autoregression: neighbours are alike. */
function wandering(): Situation[] {
	const cells: [number, number, number][] = [
		[0.95, 300, 0],
		[0.95, 1000, 0.3],
		[0.95, 1000, 0.7],
		[0.95, 1000, 0.9],
		[0.5, 60, 0.2],
		[0.5, 100, 0.15],
		[0.5, 100, 0.3],
		[0.5, 300, 0.7],
		[0.99, 4000, 0.99],
		[0.95, 400, 0.99],
		[0.95, 100, 0.999],
	];
	const text = ([p, n, rho]: [number, number, number]) => `p${100 * p}, n = ${n}, in order, rho = ${rho}`;
	return [
		...cells.map(
			([p, n, rho]): Situation => ({
				group: WITHIN,
				procedure: 'order-statistic bounds, an envelope where hops are alike',
				data: text([p, n, rho]),
				trials: 3000,
				trial: (random) => atMost(normalQuantile(p), orderedPercentileBounds(autoregressive(random, n, rho), p)),
			}),
		),
		...[0.3, 0.9].map(
			(rho): Situation => ({
				group: WITHIN,
				procedure: 'exact order-statistic bounds of hops that wander',
				rejected: 'neighbouring hops are alike',
				data: text([0.95, 1000, rho]),
				trials: 3000,
				trial: (random) =>
					atMost(normalQuantile(0.95), percentileBounds(autoregressive(random, 1000, rho).sort(), 0.95)),
			}),
		),
	];
}

interface Sessions {
	shape: Shape;
	p: number;
	/** Samples per session. */
	m: number;
	count: number;
	/** Standard deviation of ln between sessions. */
	between: number;
}

function draw(random: Random, { shape, m, count, between }: Sessions): Float64Array[] {
	return Array.from({ length: count }, () => sortedSession(random, shape, m, Math.exp(between * random.normal())));
}

const describe = ({ shape, p, m, count, between }: Sessions) =>
	`p${100 * p}, ${count} sessions of ${m}, ${100 * between} % between them, ${shape.name}`;

function acrossSessions(): Situation[] {
	const cells: Sessions[] = [
		{ shape: NARROW, p: 0.5, m: 100, count: 5, between: 0.03 },
		...[3, 5, 10, 20].map((count) => ({ shape: NARROW, p: 0.95, m: 400, count, between: 0.03 })),
		...[3, 5, 10, 20].map((count) => ({ shape: NARROW, p: 0.99, m: 400, count, between: 0 })),
		{ shape: NARROW, p: 0.99, m: 1000, count: 10, between: 0.01 },
		{ shape: uniform, p: 0.95, m: 400, count: 5, between: 0 },
		{ shape: uniform, p: 0.99, m: 400, count: 20, between: 0 },
		{ shape: lognormal(0.05), p: 0.95, m: 400, count: 3, between: 0 },
		{ shape: WIDE, p: 0.95, m: 400, count: 5, between: 0.03 },
		{ shape: exponential, p: 0.95, m: 400, count: 5, between: 0 },
		...[5, 10, 20].map((count) => ({ shape: SLOW, p: 0.95, m: 400, count, between: 0 })),
		{ shape: SLOW, p: 0.95, m: 400, count: 10, between: 0.03 },
		{ shape: bimodal(0.06, 1.5), p: 0.95, m: 400, count: 10, between: 0 },
		{ shape: bimodal(0.04, 1.08), p: 0.95, m: 400, count: 10, between: 0 },
		{ shape: bimodal(0.04, 1.08, 0.005), p: 0.95, m: 400, count: 10, between: 0 },
		{ shape: bimodal(0.06, 1.03, 0.005), p: 0.95, m: 100, count: 20, between: 0.02 },
	];
	return cells.map((cell) => ({
		group: ACROSS,
		procedure: 'Student on ln of session percentiles, guarded',
		data: describe(cell),
		trials: cell.count > 10 ? 2000 : 3000,
		trial: (random) => atMost(cell.shape.quantile(cell.p), sessionPercentileBounds(draw(random, cell), cell.p)),
	}));
}

function rejected(): Situation[] {
	const row = (
		procedure: string,
		why: string,
		cell: Sessions,
		judge: (sessions: Float64Array[]) => { lower: number | null; upper: number | null },
	): Situation => ({
		group: ACROSS,
		procedure,
		rejected: why,
		data: describe(cell),
		trials: 2000,
		trial: (random) => atMost(cell.shape.quantile(cell.p), judge(draw(random, cell))),
	});
	const usual: Sessions = { shape: NARROW, p: 0.95, m: 400, count: 10, between: 0.03 };
	const pooled = (sessions: Float64Array[]) =>
		percentileBounds(Float64Array.from(sessions.flatMap((samples) => [...samples])).sort(), 0.95);
	const student = (position: (m: number) => number) => (sessions: Float64Array[]) => {
		const logs = sessions.map((samples) => Math.log(samplePercentileAt(samples, position(samples.length))));
		const { mean, standardDeviation } = meanAndDeviation(logs);
		const half = (studentQuantile(0.95, logs.length - 1) * standardDeviation) / Math.sqrt(logs.length);
		return { lower: Math.exp(mean - half), upper: Math.exp(mean + half) };
	};
	const type7 = (p: number) => student((m) => 1 + (m - 1) * p);
	const type8 = (p: number) => student((m) => (m + 1 / 3) * p + 1 / 3);
	return [
		...[10, 1].map(
			(count): Situation => ({
				group: ACROSS,
				procedure: 'all samples pooled',
				rejected: 'the boots, not the samples, are the repeats',
				data: `p95 of all boots together, ${describe({ ...usual, count })}`,
				trials: 2000,
				trial: (random) =>
					atMost(lognormal(Math.hypot(0.02, 0.03)).quantile(0.95), pooled(draw(random, { ...usual, count }))),
			}),
		),
		row(
			'Student on type-7 percentiles',
			'the usual sample percentile lies too low',
			{ shape: NARROW, p: 0.99, m: 400, count: 10, between: 0 },
			type7(0.99),
		),
		row(
			'Student on type-8 percentiles alone',
			'its small bias adds up',
			{ shape: uniform, p: 0.99, m: 400, count: 20, between: 0 },
			type8(0.99),
		),
		row(
			'Student on type-8 percentiles, unguarded',
			'percentiles jump between the modes',
			{ shape: SLOW, p: 0.95, m: 400, count: 10, between: 0 },
			type8(0.95),
		),
		row(
			'Student on type-8 percentiles, guard at 10 % only',
			'a small gap does the same',
			{ shape: bimodal(0.04, 1.08, 0.005), p: 0.95, m: 400, count: 10, between: 0 },
			type8(0.95),
		),
	];
}

export function percentileSituations(): Situation[] {
	return [...withinSession(), ...wandering(), ...acrossSessions(), ...rejected()];
}
