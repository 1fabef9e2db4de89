import type { DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { Calibration } from '../generated/calibration.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Cell, Manifest } from '../generated/record.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { Spec, SpecCell, SpecRow } from '../generated/spec.ts';
import { type Absent, notMeasured, rigError } from '../measure/absent.ts';
import { planFor } from '../scenario/clip-plan.ts';
import { absentAmong } from './absent-sessions.ts';
import { absentCell, type CellPlace } from './cell-frame.ts';
import { decidedCell } from './decided-cell.ts';
import { withFindings } from './findings.ts';
import { measureCell } from './judge-metric.ts';
import type { DeviceContext, Measured } from './measured.ts';
import { type Scope, scopeOf } from './scope.ts';
import { runFault, sessionFault } from './session-fault.ts';
import { sessionsApart } from './sessions-apart.ts';
import { WORST_FIRST } from './worst-first.ts';

export interface JudgeInput {
	spec: Spec;
	list: ClipList;
	/** Facts of every device asked for, by id. */
	devices: ReadonlyMap<string, DeviceFacts>;
	/** By id of the device, where there is one. */
	calibrations: ReadonlyMap<string, Calibration>;
	/** Features and decisions to hold the device's own against. */
	reference: FeatureReference | null;
	run: DecodedRun;
	/** When the run began, ISO 8601. */
	startedAt: string | null;
	/** Paths below `inputs/` that are not what the capture says they were. */
	inputsChanged: readonly string[];
	source: Manifest['source'];
}

/**
 * Every cell of the spec, once for each device asked for that is bound to its row, and once as `not-requested` for a row
 * nobody asked for. No cell ever goes missing: what cannot be judged says why.
 */
export function judgeCells(input: JudgeInput): Cell[] {
	const asked = input.list.devices.map((id) => ({ id, facts: input.devices.get(id) }));
	return input.spec.rows.flatMap((row) => {
		const bound = asked.flatMap(({ facts }) => (facts !== undefined && facts.specRow === row.name ? [facts] : []));
		if (bound.length === 0) return row.cells.map((cell) => notRequested(row, cell));
		return bound.flatMap((facts) => rowOfDevice(row, facts, bound, input));
	});
}

function rowOfDevice(row: SpecRow, facts: DeviceFacts, bound: readonly DeviceFacts[], input: JudgeInput): Cell[] {
	const sessions = input.run.sessions.filter((session) => session.event.device === facts.id);
	const context = contextOf(facts, input);
	const fault = benchFault(input) ?? hostFault(facts, bound) ?? sessionsFault(context, sessions, input);
	return row.cells.map((cell) => {
		const scope = scopeOf(cell, row, facts, sessions, bound);
		const place = { row, cell, facts, scope: scope.scope };
		const why = fault ?? scope.refused;
		const judged =
			why === null ? judgeCell(place, scope, sessions, context, input.inputsChanged) : absentCell(place, why);
		return withFindings(judged, sessions, context);
	});
}

/** What the sessions of a device are judged with. */
export function contextOf(facts: DeviceFacts, input: JudgeInput): DeviceContext {
	const { list, calibrations, reference, startedAt } = input;
	return { facts, ...planFor(list, facts), calibration: calibrations.get(facts.id) ?? null, reference, startedAt };
}

/** Why nothing of the run counts, whichever device it is of. */
export function benchFault(input: JudgeInput): Absent | null {
	return runFault(input.run) ?? strangerFault(input) ?? changedFault(input);
}

function judgeCell(
	place: CellPlace,
	{ scope, remark }: Scope,
	sessions: readonly DecodedSession[],
	context: DeviceContext,
	inputsChanged: readonly string[],
): Cell {
	const measured = measureCell(place.cell, scope, sessions, context);
	const absent = absentAmong(measured);
	if (absent !== null) return absentCell(place, absent);
	const judged = measured.map((each) => decidedCell(place, each as Measured, context, inputsChanged));
	const spreadless = sessions.length > 1 && context.facts.evidence === 'emulated' ? ['no spread: emulated'] : [];
	const worst = worstOf(judged, remark);
	return { ...worst, sessions: sessions.length, marks: [...worst.marks, ...spreadless] };
}

/** Of the sessions judged one by one, the worst: by its verdict, then by the share of the limit it uses. */
function worstOf(judged: readonly Cell[], remark: string | null): Cell {
	const order = (cell: Cell) => WORST_FIRST.indexOf(cell.verdict);
	const share = (cell: Cell) => cell.used ?? Number.POSITIVE_INFINITY;
	const worst = judged.reduce((a, b) => ((order(b) - order(a) || share(a) - share(b)) < 0 ? b : a));
	if (judged.length === 1) return worst;
	const alike = judged.every((cell) => cell.verdict === worst.verdict);
	const which = alike ? '' : `session ${judged.indexOf(worst) + 1} of ${judged.length}: `;
	const more = remark === null ? '' : ` (${remark})`;
	return {
		...worst,
		rule: `worst of ${judged.length} sessions${more}: ${worst.rule}`,
		reason: `${which}${worst.reason}`,
	};
}

/** What is wrong with the device's sessions, together: one of them is broken, or they are not as many as were asked for. */
export function sessionsFault(
	{ facts, list }: DeviceContext,
	sessions: readonly DecodedSession[],
	{ run }: JudgeInput,
): Absent | null {
	if (sessions.length === 0) return noSession(facts, run);
	const asked = list.sessions ?? 1;
	const broken = absentAmong(
		sessions.map((session) => sessionFault(session, facts, list)),
		asked,
	);
	if (broken !== null) return broken;
	if (sessions.length === asked) return sessionsApart(sessions, facts);
	const were = sessions.length === 1 ? '1 session was' : `${sessions.length} sessions were`;
	return rigError(
		`${were} captured, but ${asked} ${asked === 1 ? 'was' : 'were'} asked for: a device is judged on all of its sessions or not at all`,
	);
}

/** What else ran on the bench may have run on this device. */
function strangerFault({ run, list }: JudgeInput): Absent | null {
	const stranger = run.sessions.find((session) => !list.devices.includes(session.event.device));
	if (stranger === undefined) return null;
	return rigError(`a session of \`${stranger.event.device}\` was captured, which nobody asked for`);
}

/** While a run is going on nobody may change what it is judged by. Afterwards, a replay says what it would be then. */
function changedFault({ source, inputsChanged }: JudgeInput): Absent | null {
	if (source !== 'live' || inputsChanged.length === 0) return null;
	const paths = inputsChanged.map((path) => `inputs/${path}`).join(', ');
	return rigError(`${paths} changed while the run was going on: what was captured was not made with it`);
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

function notRequested(row: SpecRow, cell: SpecCell): Cell {
	const place = { row, cell, facts: null, scope: cell.scope };
	return absentCell(place, { absent: 'not-requested', reason: 'no device of this row was asked for' });
}
