import { fractionOf, samplePercentile } from '../../../measure/order.ts';
import { figure } from '../../closure/close.ts';
import { normalCdf } from '../../statistics/distributions.ts';
import { type Hop, median, type Rule, stageTicks } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { explainedShare, shortfallOf } from '../shortfall.ts';

/** Fewer clips show no trend. */
const LEAST_CLIPS = 9;
/** Chance of such a rise in clips that do not rise. */
const ALPHA = 0.001;
const LEAST_RISE = 0.03;
/** Every point is compared with every other. */
const MOST_POINTS = 200;

/**
 * The same work takes longer clip by clip: Theil-Sen slope of the clips' median hop, with Mann-Kendall's test for whether
 * there is one (Sen 1968; Kendall 1975, normal approximation). Where the counter counts time (a host), a clock that slows
 * down looks like this; where it counts cycles, it does not: then the work itself grew.
 */
export const latencyDrift: Rule = (evidence) => {
	const shortfall = evidence.cell.metric === 'latency' ? shortfallOf(evidence.cell) : null;
	const { timing } = evidence;
	if (shortfall === null || timing === null) return null;
	const clips = clipMedians(alike(evidence.hops('latency')));
	const size = Math.ceil(clips.length / MOST_POINTS);
	const points = binned(clips, size);
	if (points.length < LEAST_CLIPS || riseProbability(points) > ALPHA) return null;
	const third = Math.ceil(clips.length / 3);
	const [from, to] = [median(clips.slice(0, third)), median(clips.slice(-third))];
	const rise = to / from - 1;
	if (!(rise >= LEAST_RISE)) return null;
	const slope = theilSen(points) / size;
	// Without the rise every clip would cost what the first one did.
	const all = evidence.hops('latency').filter(({ record }) => !record.gated);
	const level = Float64Array.from(all, ({ record, place }) => stageTicks(record) - slope * place).sort();
	const without = samplePercentile(level, fractionOf(evidence.cell.statistic)) / evidence.latencyOf(all, stageTicks);
	const isTime = timing.counting.unit === 'ns';
	const why = isTime
		? 'as it does when a processor throttles for heat, or a machine becomes busy'
		: `${timing.counting.unit} grew, so it is not the clock: a state, list or heap that grows, or caches and flash that serve less well`;
	return finding(
		isTime ? 'thermal-throttling' : 'latency-drift',
		explainedShare(shortfall, shortfall.value * without),
		WEIGHT.inferred,
		`the same work took ${percent(rise)} longer in the last third of ${clips.length} clips (${figure(to * timing.msPerTick)} ms) than in the first (${figure(from * timing.msPerTick)} ms), rising by ${figure(slope * timing.msPerTick)} ms a clip: ${why}`,
	);
};

/** Hops of one kind: computed in full, with the commonest timestep. Else the clips' content would look like a trend. */
function alike(hops: readonly Hop[]): Hop[] {
	const counts = new Map<number, number>();
	for (const { record } of hops) counts.set(record.timestep, (counts.get(record.timestep) ?? 0) + 1);
	const [commonest] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
	return hops.filter(({ record }) => !record.gated && record.timestep === commonest);
}

/** In order of sending. Only the first session: a boot in between would end any trend. */
function clipMedians(hops: readonly Hop[]): number[] {
	const clips = new Map<number, Hop[]>();
	for (const hop of hops) if (hop.session === 0) clips.set(hop.place, [...(clips.get(hop.place) ?? []), hop]);
	return [...clips.entries()]
		.sort(([a], [b]) => a - b)
		.map(([, own]) => median(own.map(({ record }) => stageTicks(record))));
}

/** Medians of so many in a row. */
function binned(values: readonly number[], size: number): number[] {
	if (size <= 1) return [...values];
	return Array.from({ length: Math.ceil(values.length / size) }, (_, bin) =>
		median(values.slice(bin * size, (bin + 1) * size)),
	);
}

/** Probability that values without a trend rise so consistently. */
function riseProbability(values: readonly number[]): number {
	let s = 0;
	for (const [i, a] of values.entries()) for (const b of values.slice(i + 1)) s += Math.sign(b - a);
	const n = values.length;
	const deviation = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
	return 1 - normalCdf((s - 1) / deviation);
}

function theilSen(values: readonly number[]): number {
	const slopes: number[] = [];
	for (const [i, a] of values.entries())
		for (const [j, b] of values.slice(i + 1).entries()) slopes.push((b - a) / (j + 1));
	return median(slopes);
}
