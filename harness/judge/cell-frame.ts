import type { DeviceFacts } from '../generated/device.ts';
import type { Cell } from '../generated/record.ts';
import type { SpecCell, SpecRow } from '../generated/spec.ts';
import type { Absent } from '../measure/absent.ts';

/** A cell of the spec table, and the device and scope it is judged for. */
export interface CellPlace {
	row: SpecRow;
	cell: SpecCell;
	/** null: no device of this row was asked for. */
	facts: DeviceFacts | null;
	scope: SpecCell['scope'];
}

/** What a cell of the record takes over from the spec. */
export function cellFrame({ row, cell, facts, scope }: CellPlace) {
	const { op, value, text } = cell.limit;
	return {
		device: facts?.id ?? null,
		row: row.name,
		metric: cell.metric,
		statistic: cell.statistic,
		scope,
		unit: cell.limit.unit,
		limit: { op, value, text },
	};
}

/** A cell without a number, and why. */
export function absentCell(place: CellPlace, why: Absent | { absent: 'not-requested'; reason: string }): Cell {
	const { stretch } = place.cell;
	return {
		...cellFrame(place),
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
