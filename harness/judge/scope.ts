import type { DecodedSession } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { SpecCell, SpecRow } from '../generated/spec.ts';
import { type Absent, notMeasured } from '../measure/absent.ts';

/** Sessions behind a claim about a board: below, a Student bound of session values is too wide to be of use. */
export const BOARD_SESSIONS = 5;
/** Boards behind a claim about all boards of a row. */
const FLEET_BOARDS = 3;

export interface Scope {
	/** What the verdict will be about. */
	scope: SpecCell['scope'];
	/** Why the claim is wider than the data, or null. */
	refused: Absent | null;
	/** Said in the rule, where more sessions would make it a claim about the board. */
	remark: string | null;
}

/**
 * What a cell's verdict is about: these sessions, this board at any boot, or all boards of the row.
 *
 * A heading that names the scope is taken at its word, and refused when there is too little. Else the scope is the widest
 * one the sessions support: `board` from five on, where sessions vary. Those of an emulator do not.
 *
 * @param bound devices asked for that are bound to the row
 */
export function scopeOf(
	cell: SpecCell,
	row: SpecRow,
	facts: DeviceFacts,
	sessions: readonly DecodedSession[],
	bound: readonly DeviceFacts[],
): Scope {
	const stated = cell.scopeStated === true || cell.scope !== 'session';
	if (stated && cell.scope === 'fleet') return { scope: 'fleet', refused: fleetRefused(bound), remark: null };
	if (stated && cell.scope === 'board')
		return { scope: 'board', refused: boardRefused(facts, sessions.length), remark: null };
	const varies = facts.evidence !== 'emulated';
	if (stated || !varies || hasBoardTwin(cell, row)) return { scope: 'session', refused: null, remark: null };
	if (sessions.length >= BOARD_SESSIONS) return { scope: 'board', refused: null, remark: null };
	const remark = sessions.length === 1 ? null : `a claim about the board needs ${BOARD_SESSIONS} sessions`;
	return { scope: 'session', refused: null, remark };
}

/** The row asks for the same figure of the board in a cell of its own: this one stays with the session. */
function hasBoardTwin(cell: SpecCell, row: SpecRow): boolean {
	return row.cells.some(
		(other) =>
			other !== cell && other.metric === cell.metric && other.statistic === cell.statistic && other.scope === 'board',
	);
}

function boardRefused(facts: DeviceFacts, sessions: number): Absent | null {
	if (facts.evidence === 'emulated') {
		return notMeasured(
			`scope \`board\` needs at least ${BOARD_SESSIONS} silicon sessions: sessions of an emulator do not vary as boots of a board do, so ${sessions === 1 ? 'this one says' : `these ${sessions} say`} nothing about a board`,
		);
	}
	if (sessions >= BOARD_SESSIONS) return null;
	const more = BOARD_SESSIONS - sessions;
	return notMeasured(
		`scope \`board\` needs at least ${BOARD_SESSIONS} sessions; this run has ${sessions}, ${more} more are needed: \`--sessions ${BOARD_SESSIONS}\``,
	);
}

function fleetRefused(bound: readonly DeviceFacts[]): Absent {
	const boards = bound.filter((facts) => facts.evidence === 'silicon').map((facts) => facts.id);
	const missing = FLEET_BOARDS - boards.length;
	const have = boards.length === 0 ? 'none of this row' : `${boards.length} of this row (${boards.join(', ')})`;
	return notMeasured(
		missing > 0
			? `scope \`fleet\` needs at least ${FLEET_BOARDS} boards; this run has ${have}, ${missing} more are needed`
			: `scope \`fleet\` has no agreed procedure yet; this run has ${have}: ask for \`board\`, which judges each of them`,
	);
}
