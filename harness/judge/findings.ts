import type { DecodedSession } from '../capture/session-data.ts';
import type { Cell, Finding } from '../generated/record.ts';
import { LONGEST_TEXT } from './decided-cell.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import type { DeviceContext } from './measured.ts';

/**
 * The cell with what probably lies behind it, most probable cause first; what its value is made of comes last. A diagnosis
 * explains a verdict and never changes it, so a diagnosis that fails takes nothing away.
 *
 * @param cell judged; its `diagnosis` holds what the value is made of, if that is known
 * @param sessions all of the device's
 */
export function withFindings(cell: Cell, sessions: readonly DecodedSession[], context: DeviceContext): Cell {
	if (cell.verdict === 'pass' || cell.verdict === 'not-requested') return cell;
	const { facts, list, calibration, reference, startedAt } = context;
	const baseline = cell.diagnosis[0]?.text ?? null;
	const power = { calibration, startedAt };
	let diagnosis: Finding[];
	try {
		diagnosis = diagnose({ cell: { ...cell, diagnosis: [] }, facts, sessions, list, baseline, reference, power });
	} catch (cause) {
		const text = `the diagnosis failed (${(cause as Error).message}); the verdict stands without it`;
		diagnosis = [{ cause: 'diagnosis-failed', score: 0, text: text.slice(0, LONGEST_TEXT) }, ...cell.diagnosis];
	}
	return { ...cell, diagnosis };
}
