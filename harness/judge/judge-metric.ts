import type { DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Evidence } from '../generated/record.ts';
import type { SpecCell } from '../generated/spec.ts';
import { type Absent, isAbsent, notMeasured } from '../measure/absent.ts';
import { measureAccuracy } from '../measure/accuracy.ts';
import { type LatencyMeasurement, measureLatency } from '../measure/latency.ts';
import { measureMemory } from '../measure/memory.ts';
import { fractionOf, samplePercentile } from '../measure/order.ts';
import { batteryHours, measurePower } from '../measure/power.ts';
import { metricOf } from '../scenario/metrics.ts';
import { formatBytes } from '../scenario/units.ts';
import {
	boundRanks,
	countToDecide,
	proportionLowerBound,
	proportionUpperBound,
	smallestDecidingCount,
} from './order-statistics.ts';
import type { Bounds } from './verdict.ts';

/** A measured value, ready to be compared with its limit. */
export interface Measured {
	estimate: number;
	bounds: Bounds;
	n: number;
	evidence: Evidence;
	rule: string;
	diagnosis: string | null;
	/** What would decide it, should the bounds straddle the limit. */
	undecided: string;
}

/** What one session says about one cell of the spec. Units: those of the metric (ms, mW, B, %, h). */
export function measureCell(
	cell: SpecCell,
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
): Measured | Absent {
	if (cell.limit.unit === 'x baseline')
		return notMeasured('the limit is relative to a baseline, and no baseline is measured by a board run');
	switch (cell.metric) {
		case 'latency':
			return latency(cell, measureLatency(session, facts, list));
		case 'memory':
			return memory(cell, session, facts, list);
		case 'accuracy':
			return accuracy(cell, session, facts, list);
		case 'power':
			return power(session, facts, list, cell.limit.value);
		case 'battery-life':
			return battery(cell, session, facts, list);
		default:
			return notMeasured(metricOf(cell.metric).unmeasurable ?? 'nothing measures it yet');
	}
}

function latency(cell: SpecCell, measured: LatencyMeasurement | Absent): Measured | Absent {
	if (isAbsent(measured)) return measured;
	const { lowMs, highMs } = measured;
	const n = highMs.length;
	const p = fractionOf(cell.statistic);
	const ranks = p === 1 ? { lower: n, upper: null } : boundRanks(n, p);
	const at = (values: Float64Array, rank: number | null) => (rank === null ? null : (values[rank - 1] ?? null));
	const bounds = { lower: at(lowMs, ranks.lower), upper: at(highMs, ranks.upper) };
	return {
		estimate: samplePercentile(highMs, p),
		bounds,
		n,
		evidence: measured.evidence,
		rule: `${cell.statistic} of ${n} hops, exact binomial bounds at 95 % each side; ${measured.rule}`,
		diagnosis: measured.diagnosis,
		undecided: undecidedLatency(cell, measured, p, bounds),
	};
}

function undecidedLatency(cell: SpecCell, { lowMs, highMs }: LatencyMeasurement, p: number, bounds: Bounds): string {
	const n = highMs.length;
	const limit = cell.limit.value;
	if (p === 1) {
		const missRate = 1 - 0.05 ** (1 / n);
		return `no hop of ${n} was over the limit, which bounds the share of such hops to ${(100 * missRate).toFixed(2)} %; a maximum can never be proven from samples: ask for a percentile`;
	}
	const over = (values: Float64Array) => values.reduce((count, value) => count + (value >= limit ? 1 : 0), 0);
	const smallest = smallestDecidingCount(p);
	if (bounds.upper === null) {
		return `${n} hops cannot bound ${cell.statistic} from above; at least ${smallest} hops are needed`;
	}
	if (samplePercentile(lowMs, p) < limit && samplePercentile(highMs, p) >= limit) {
		return 'the limit lies inside the band of the cycle model; a run on silicon decides, or a narrower band with a source';
	}
	const needed = countToDecide(n, over(highMs), p);
	return needed === null
		? `${over(highMs)} of ${n} hops are over the limit: the true ${cell.statistic} sits on it, and more hops will not decide`
		: `${over(highMs)} of ${n} hops are over the limit; about ${needed} hops would probably decide`;
}

function memory(cell: SpecCell, session: DecodedSession, facts: DeviceFacts, list: ClipList): Measured | Absent {
	const measured = measureMemory(session, facts, list);
	if (isAbsent(measured)) return measured;
	const { staticBytes, stackHighBytes, heapBytes, rigBytes } = measured;
	const parts: Record<string, [number, string]> = {
		static: [staticBytes, 'static RAM'],
		stack: [stackHighBytes, 'deepest use of the stack'],
		peak: [staticBytes + stackHighBytes + heapBytes, 'static RAM + deepest use of the stack + heap'],
	};
	const [bytes, words] = parts[cell.statistic] ?? [Number.NaN, ''];
	const rig = rigBytes > 0 ? `; ${formatBytes(rigBytes)} of clip store exist for the rig and are not counted` : '';
	return {
		...exact(bytes),
		n: 1,
		evidence: measured.evidence,
		rule: `${words}, as the device reports after the last clip`,
		diagnosis: `static ${formatBytes(staticBytes)}, stack ${formatBytes(stackHighBytes)}, heap ${formatBytes(heapBytes)}${rig}`,
	};
}

function accuracy(cell: SpecCell, session: DecodedSession, facts: DeviceFacts, list: ClipList): Measured | Absent {
	const measured = measureAccuracy(session, facts, list);
	if (isAbsent(measured)) return measured;
	const { correct, total, wrong } = measured;
	const percent = (100 * correct) / total;
	const shown = wrong.slice(0, 5).map(({ name, label, decided }) => `${name} (${label}: ${decided})`);
	const more = wrong.length > shown.length ? ` and ${wrong.length - shown.length} more` : '';
	const common = {
		n: total,
		evidence: measured.evidence,
		diagnosis: wrong.length === 0 ? null : `${wrong.length} of ${total} wrong: ${shown.join(', ')}${more}`,
	};
	if (cell.statistic === 'fixed_set') {
		return { ...exact(percent), ...common, rule: `${correct} of ${total} clips right, the fixed set in full` };
	}
	return {
		...common,
		estimate: percent,
		bounds: { lower: 100 * proportionLowerBound(correct, total), upper: 100 * proportionUpperBound(correct, total) },
		rule: `${correct} of ${total} clips right; Clopper-Pearson at 95 % each side, clips taken as independent`,
		undecided: `${total} clips leave the population's accuracy open; more clips of new speakers would decide`,
	};
}

/** @param limitMw the power the limit comes down to, mW */
function power(session: DecodedSession, facts: DeviceFacts, list: ClipList, limitMw: number): Measured | Absent {
	const measured = measurePower(session, facts, list);
	if (isAbsent(measured)) return measured;
	const { lowMw, highMw } = measured;
	return {
		estimate: highMw,
		bounds: { lower: lowMw - measured.lowUncertaintyMw, upper: highMw + measured.highUncertaintyMw },
		n: measured.n,
		evidence: measured.evidence,
		rule: measured.rule,
		diagnosis: powerDiagnosis(facts, highMw, limitMw),
		undecided:
			measured.evidence === 'modelled'
				? 'the limit lies inside what the model and the shunt chain leave open; a run on silicon decides'
				: "the limit lies inside the shunt chain's uncertainty; a calibrated meter or a larger shunt decides",
	};
}

/** Where the power goes, when the declared currents tell: a limit below the sleep current is out of any code's reach. */
function powerDiagnosis(facts: DeviceFacts, milliwatts: number, limitMw: number): string | null {
	const { power: chain, model } = facts;
	if (chain === undefined || model?.currents === undefined) return null;
	const sleepMw = chain.supplyVolts * model.currents.sleep.milliamperes;
	const runMw = chain.supplyVolts * model.currents.run.milliamperes;
	const awake = Math.min(1, Math.max(0, (milliwatts - sleepMw) / (runMw - sleepMw)));
	const where = `awake for about ${Math.round(100 * awake)} % of the time (${runMw.toFixed(1)} mW), else asleep (${sleepMw.toFixed(1)} mW)`;
	if (sleepMw <= limitMw) return where;
	return `${where}; sleeping all the time would still be over ${Number(limitMw.toPrecision(3))} mW: only a deeper sleep mode or a lower clock helps`;
}

function battery(cell: SpecCell, session: DecodedSession, facts: DeviceFacts, list: ClipList): Measured | Absent {
	const capacity = facts.battery?.milliwattHours;
	if (capacity === undefined) return notMeasured(`${facts.id} declares no battery`);
	const measured = power(session, facts, list, capacity / cell.limit.value);
	if (isAbsent(measured)) return measured;
	const hoursAt = (milliwatts: number | null) => (milliwatts === null ? null : batteryHours(capacity, milliwatts));
	const estimate = hoursAt(measured.estimate);
	if (estimate === null) return notMeasured(`a mean power of ${measured.estimate.toFixed(3)} mW gives no battery life`);
	return {
		...measured,
		estimate,
		bounds: { lower: hoursAt(measured.bounds.upper), upper: hoursAt(measured.bounds.lower) },
		rule: `${capacity} mWh / mean power; ${measured.rule}`,
		diagnosis: `${capacity} mWh at ${Number(measured.estimate.toPrecision(4))} mW; the limit comes down to ${Number((capacity / cell.limit.value).toPrecision(3))} mW`,
	};
}

function exact(value: number): Pick<Measured, 'estimate' | 'bounds' | 'undecided'> {
	return { estimate: value, bounds: { lower: value, upper: value }, undecided: 'the value is no number' };
}
