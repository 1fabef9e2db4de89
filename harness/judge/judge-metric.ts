import type { DecodedSession } from '../capture/session-data.ts';
import type { SpecCell } from '../generated/spec.ts';
import { type Absent, notMeasured } from '../measure/absent.ts';
import { measureAccuracy } from '../measure/accuracy.ts';
import { measureLatency } from '../measure/latency.ts';
import { measureMemory } from '../measure/memory.ts';
import { measureParity } from '../measure/parity.ts';
import { measurePower } from '../measure/power.ts';
import { metricOf } from '../scenario/metrics.ts';
import { absentAmong } from './absent-sessions.ts';
import type { DeviceContext, Measured } from './measured.ts';
import { accuracy } from './metric/accuracy.ts';
import { battery } from './metric/battery.ts';
import { energy } from './metric/energy.ts';
import { boardLatency, sessionLatency } from './metric/latency.ts';
import { boardMemory, sessionMemory } from './metric/memory.ts';
import { parity } from './metric/parity.ts';
import { power } from './metric/power.ts';

/**
 * What the sessions of a device say about one cell of the spec: one value where they are judged together, one for each
 * session where each is judged by itself. Units: those of the metric (ms, mW, mJ, B, %, h).
 *
 * @param sessions all of the device's, at least one, each of them sound
 */
export function measureCell(
	cell: SpecCell,
	scope: SpecCell['scope'],
	sessions: readonly DecodedSession[],
	context: DeviceContext,
): (Measured | Absent)[] {
	if (cell.limit.unit === 'x baseline')
		return [notMeasured('the limit is relative to a baseline, and no baseline is measured by a board run')];
	const { facts, list, reference } = context;
	const ofPower = (session: DecodedSession) => measurePower(session, facts, list, context);
	switch (cell.metric) {
		case 'latency':
			return measured(
				sessions.map((session) => measureLatency(session, facts, list)),
				(all) => (scope === 'session' ? all.map((one) => sessionLatency(cell, one)) : [boardLatency(cell, all)]),
			);
		case 'memory':
			return measured(
				sessions.map((session) => measureMemory(session, facts, list)),
				(all) => (scope === 'session' ? all.map((one) => sessionMemory(cell, one)) : [boardMemory(cell, all)]),
			);
		case 'accuracy':
			// Decisions are compared from session to session, so they are judged together in either scope.
			return measured(
				sessions.map((session) => measureAccuracy(session, facts, list)),
				(all) => [accuracy(cell, all, list)],
			);
		case 'parity':
			return measured(
				sessions.map((session) => measureParity(session, facts, list, reference)),
				(all) => [parity(cell, all)],
			);
		case 'power':
			return measured(sessions.map(ofPower), (all) => power(cell, scope, all, context));
		case 'energy':
			return measured(sessions.map(ofPower), (all) => energy(cell, scope, all, context));
		case 'battery-life':
			return measured(sessions.map(ofPower), (all) => battery(cell, scope, all, context));
		default:
			return [notMeasured(metricOf(cell.metric).unmeasurable ?? 'nothing measures it yet')];
	}
}

/** All sessions or none: a figure that one of them lacks is no figure of the device. */
function measured<T extends object>(
	outcomes: readonly (T | Absent)[],
	judge: (all: readonly T[]) => (Measured | Absent)[],
): (Measured | Absent)[] {
	const absent = absentAmong(outcomes);
	return absent === null ? judge(outcomes as readonly T[]) : [absent];
}
