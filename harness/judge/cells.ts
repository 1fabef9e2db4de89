import type { DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Cell, Verdict } from '../generated/record.ts';
import type { Spec, SpecCell, SpecRow } from '../generated/spec.ts';
import { type Absent, isAbsent, notMeasured, rigError } from '../measure/absent.ts';
import { metricOf } from '../scenario/metrics.ts';
import { type Measured, measureCell } from './judge-metric.ts';
import { runFault, sessionFault } from './session-fault.ts';
import { type Decision, decide, isUpperLimit, shareUsed } from './verdict.ts';

export interface JudgeInput {
	spec: Spec;
	list: ClipList;
	/** Facts of every device asked for, by id. */
	devices: ReadonlyMap<string, DeviceFacts>;
	run: DecodedRun;
}

/** Red before undecided before green: of several sessions the worst one is the device's. */
const WORST_FIRST: readonly Verdict[] = ['fail', 'rig-error', 'inconclusive', 'not-measured', 'marginal', 'pass'];

/**
 * Every cell of the spec, once for each device asked for that is bound to its row, and once as `not-requested` for a row
 * nobody asked for. No cell ever goes missing: what cannot be judged says why.
 */
export function judgeCells(input: JudgeInput): Cell[] {
	const asked = input.list.devices.map((id) => ({ id, facts: input.devices.get(id) }));
	return input.spec.rows.flatMap((row) => {
		const bound = asked.flatMap(({ facts }) => (facts !== undefined && facts.specRow === row.name ? [facts] : []));
		if (bound.length === 0) return row.cells.map((cell) => notRequested(row, cell));
		return bound.flatMap((facts) => row.cells.map((cell) => judgeCell(row, cell, facts, bound, input)));
	});
}

function judgeCell(
	row: SpecRow,
	cell: SpecCell,
	facts: DeviceFacts,
	bound: readonly DeviceFacts[],
	input: JudgeInput,
): Cell {
	const whole =
		runFault(input.run) ?? strangerFault(input) ?? scopeFault(cell, facts, input) ?? hostFault(facts, bound);
	if (whole !== null) return absentCell(row, cell, facts, whole);
	const sessions = input.run.sessions.filter((session) => session.event.device === facts.id);
	if (sessions.length === 0) return absentCell(row, cell, facts, noSession(facts, input.run));
	const judged = sessions.map((session) => judgeSession(row, cell, facts, session, input.list));
	const worst = judged.reduce((a, b) => (WORST_FIRST.indexOf(b.verdict) < WORST_FIRST.indexOf(a.verdict) ? b : a));
	return sessions.length === 1 ? worst : { ...worst, rule: `worst of ${sessions.length} sessions: ${worst.rule}` };
}

function judgeSession(row: SpecRow, cell: SpecCell, facts: DeviceFacts, session: DecodedSession, list: ClipList): Cell {
	const measured = sessionFault(session, facts, list) ?? measureCell(cell, session, facts, list);
	if (isAbsent(measured)) return absentCell(row, cell, facts, measured);
	const metric = metricOf(cell.metric);
	const used = shareUsed(cell.limit, measured.bounds, metric.units[0] === '%' ? 100 : undefined);
	const decision = decide(cell.limit, measured.bounds, used);
	const cap = capOn(decision, measured, list);
	return {
		...frame(row, cell, facts),
		...stretchOf(cell, measured),
		estimate: measured.estimate,
		bounds: [measured.bounds.lower, measured.bounds.upper],
		n: measured.n,
		used,
		verdict: cap?.verdict ?? decision,
		evidence: measured.evidence,
		rule: measured.rule,
		reason: cap?.reason ?? reasonFor(decision, cell, measured, used),
		diagnosis: measured.diagnosis === null ? [] : [{ cause: 'composition', score: 0, text: measured.diagnosis }],
		sessions: 1,
		marks: [],
		uncertainty: [],
		wouldDecide: null,
		missRate: null,
		shown: null,
	};
}

/** What may not decide however clear it looks: too weak a kind of evidence, or a part of the clips. */
function capOn(decision: Decision, measured: Measured, list: ClipList): { verdict: Verdict; reason: string } | null {
	if (list.requireEvidence !== null && measured.evidence !== list.requireEvidence) {
		return {
			verdict: 'not-measured',
			reason: `${list.requireEvidence} evidence is required, and this is ${measured.evidence}; by itself it would be ${decision}`,
		};
	}
	const all = list.segments.flatMap((segment) => segment.clips);
	const sent = all.filter((clip) => clip.selected).length;
	if (sent < all.length && decision !== 'inconclusive') {
		return {
			verdict: 'inconclusive',
			reason: `only ${sent} of ${all.length} clips were asked for, and a part never decides; by itself it would be ${decision}`,
		};
	}
	return null;
}

function reasonFor(decision: Decision, cell: SpecCell, measured: Measured, used: number | null): string {
	switch (decision) {
		case 'pass':
			return measured.bounds.lower === measured.bounds.upper
				? 'the value meets the limit'
				: 'all that is possible within the bounds meets the limit';
		case 'marginal':
			return `meets the limit, but uses ${Math.round(100 * (used ?? 0))} % of it`;
		case 'fail':
			return failReason(cell, measured);
		case 'inconclusive':
			return measured.undecided;
	}
}

function failReason(cell: SpecCell, measured: Measured): string {
	const { op, value, unit } = cell.limit;
	const { lower, upper } = measured.bounds;
	// By the bound nearest the limit: it is off by so much at the very least.
	const nearest = isUpperLimit(op) ? lower : upper;
	const factor = nearest === null ? Number.NaN : isUpperLimit(op) ? nearest / value : value / nearest;
	const far = unit !== '%' && Number.isFinite(factor) && factor >= 2;
	const times = far
		? `, off by a factor of ${factor.toFixed(factor < 10 ? 1 : 0)}${lower === upper ? '' : ' or more'}`
		: '';
	return `${lower === upper ? 'the value misses the limit' : 'nothing within the bounds meets the limit'}${times}`;
}

function stretchOf(cell: SpecCell, measured: Measured): Pick<Cell, 'stretch'> {
	const { stretch } = cell;
	if (stretch === null) return {};
	if (stretch.unit !== cell.limit.unit)
		return { stretch: { op: stretch.op, value: stretch.value, text: stretch.text, met: null } };
	const decision = decide(stretch, measured.bounds, null);
	const met = decision === 'inconclusive' ? null : decision === 'pass';
	return { stretch: { op: stretch.op, value: stretch.value, text: stretch.text, met } };
}

/** What else ran on the bench may have run on this device. */
function strangerFault({ run, list }: JudgeInput): Absent | null {
	const stranger = run.sessions.find((session) => !list.devices.includes(session.event.device));
	if (stranger === undefined) return null;
	return rigError(`a session of \`${stranger.event.device}\` was captured, which nobody asked for`);
}

/** A claim wider than one session needs several, and five sessions of a deterministic emulator are one. */
function scopeFault(cell: SpecCell, facts: DeviceFacts, { run }: JudgeInput): Absent | null {
	if (cell.scope === 'session') return null;
	const sessions = run.sessions.filter((session) => session.event.device === facts.id).length;
	const needed = cell.scope === 'board' ? 'at least five silicon sessions' : 'at least three boards';
	return notMeasured(`scope \`${cell.scope}\` needs ${needed}; this run has ${sessions} of ${facts.evidence} evidence`);
}

/** A PC's figures are never a board's, even when somebody binds a PC to the board's row. */
function hostFault(facts: DeviceFacts, bound: readonly DeviceFacts[]): Absent | null {
	const boards = bound.filter((other) => other.evidence !== 'host').map((other) => other.id);
	if (facts.evidence !== 'host' || boards.length === 0) return null;
	return notMeasured(`host evidence is not accepted for a row of boards (${boards.join(', ')})`);
}

function noSession(facts: DeviceFacts, run: DecodedRun): Absent {
	if (facts.unsupported !== undefined) return notMeasured(facts.unsupported);
	if (run.end?.reason === 'rig-error')
		return rigError('the run ended with a rig error before the device had a session');
	return notMeasured('the device had no session in this run');
}

function frame(row: SpecRow, cell: SpecCell, facts: DeviceFacts | null) {
	const { op, value, text } = cell.limit;
	return {
		device: facts?.id ?? null,
		row: row.name,
		metric: cell.metric,
		statistic: cell.statistic,
		scope: cell.scope,
		unit: cell.limit.unit,
		limit: { op, value, text },
	};
}

function absentCell(
	row: SpecRow,
	cell: SpecCell,
	facts: DeviceFacts | null,
	why: { absent: Verdict; reason: string },
): Cell {
	const { stretch } = cell;
	return {
		...frame(row, cell, facts),
		...(stretch === null ? {} : { stretch: { op: stretch.op, value: stretch.value, text: stretch.text, met: null } }),
		estimate: null,
		bounds: null,
		n: 0,
		used: null,
		verdict: why.absent,
		evidence: null,
		rule: 'not judged',
		reason: why.reason,
		diagnosis: [],
		sessions: 0,
		marks: [],
		uncertainty: [],
		wouldDecide: null,
		missRate: null,
		shown: null,
	};
}

function notRequested(row: SpecRow, cell: SpecCell): Cell {
	return absentCell(row, cell, null, { absent: 'not-requested', reason: 'no device of this row was asked for' });
}
