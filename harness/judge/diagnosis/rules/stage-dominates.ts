import { amdahl } from '../../amdahl.ts';
import { figure } from '../../closure/close.ts';
import { plain } from '../../plain.ts';
import { type Evidence, type Hop, median, type Rule, stageTicks } from '../evidence.ts';
import { finding, percent } from '../finding.ts';
import { powerPicture, savedMw } from '../power-picture.ts';
import { explainedShare, powerShortfall, shortfallOf } from '../shortfall.ts';

/** Where it is the making of features that takes long, it is said so: seed 001 asks for that one by name. */
const FRONT_END = /front|mfcc|mel|feature|spectr/i;

/**
 * The costliest stage, and by Amdahl's law what making it faster can bring. Its weight is its share of the work: a stage
 * that is nearly all of it is the cause, one among equals is a figure.
 */
export const stageDominates: Rule = (evidence) => {
	if (evidence.cell.metric === 'latency') return latency(evidence);
	return powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds) === null ? null : power(evidence);
};

function latency(evidence: Evidence) {
	const shortfall = shortfallOf(evidence.cell);
	const { timing, stages } = evidence;
	const hops = evidence.hops('latency').filter(({ record }) => !record.gated);
	if (shortfall === null || timing === null || hops.length === 0) return null;
	const costs = typicalCosts(stages, hops, (ticks) => evidence.latencyOf(hops, ticks));
	const [first] = costs;
	if (first === undefined) return null;
	const total = evidence.latencyOf(hops, stageTicks);
	// It is the bound that misses the limit, not the time: no stage need be faster.
	if (total * timing.msPerTick < shortfall.limit) return null;
	const without = evidence.latencyOf(hops, (record) => stageTicks(record) - (record.stageCycles[first.index] ?? 0));
	const { sentence, stages: outlook } = amdahl(
		costs.map(({ name, ticks }) => ({ name, cost: ticks * timing.msPerTick })),
		shortfall.limit,
		'ms',
	);
	const share = outlook[0]?.share ?? 0;
	// A stage that is large in the slow hops alone does not dominate: it has a tail, which is another finding.
	const typical = median(hops.map(({ record }) => (record.stageCycles[first.index] ?? 0) / stageTicks(record)));
	return finding(
		causeOf(first.name, stages.indexOf(first.name)),
		explainedShare(shortfall, shortfall.value * (without / total)),
		Math.min(share, typical),
		`${plain(first.name)} takes ${figure(first.ticks * timing.msPerTick)} of ${figure(total * timing.msPerTick)} ms (${percent(share)}) in the ${evidence.cell.statistic} hop: ${sentence}`,
	);
}

function power(evidence: Evidence) {
	const shortfall = powerShortfall(evidence.cell, evidence.facts, evidence.hopSeconds);
	const picture = powerPicture(evidence);
	const hops = evidence.hops('power');
	if (shortfall === null || picture === null || hops.length === 0) return null;
	const sum = (ticks: (record: Hop['record']) => number) => hops.reduce((all, { record }) => all + ticks(record), 0);
	const [first] = typicalCosts(evidence.stages, hops, sum);
	const awakeTicks = sum(({ awakeCycles }) => awakeCycles);
	if (first === undefined || !(awakeTicks > 0)) return null;
	const share = Math.min(1, first.ticks / awakeTicks);
	const saved = savedMw(picture, first.ticks);
	return finding(
		causeOf(first.name, evidence.stages.indexOf(first.name)),
		explainedShare(shortfall, shortfall.value - saved),
		share,
		`${plain(first.name)} is ${percent(share)} of the time awake; at zero cost it would save ${figure(saved)} of ${figure(shortfall.value)} mW, the limit comes down to ${figure(shortfall.limit)} mW`,
	);
}

/** Ticks of each stage by the same statistic, costliest first. */
function typicalCosts(
	names: readonly string[],
	hops: readonly Hop[],
	of: (ticks: (record: Hop['record']) => number) => number,
) {
	if (hops.some(({ record }) => record.stageCycles.length !== names.length)) return [];
	return names
		.map((name, index) => ({ name, index, ticks: of((record) => record.stageCycles[index] ?? 0) }))
		.sort((a, b) => b.ticks - a.ticks);
}

function causeOf(name: string, index: number): string {
	return FRONT_END.test(name) && index >= 0 ? 'front-end-dominates' : 'stage-dominates';
}
