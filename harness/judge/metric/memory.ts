import type { SpecCell } from '../../generated/spec.ts';
import type { MemoryMeasurement } from '../../measure/memory.ts';
import { formatBytes } from '../../scenario/units.ts';
import { exact, type Measured } from '../measured.ts';

/** RAM of one session, a number the device and its image agree on. */
export function sessionMemory(cell: SpecCell, measured: MemoryMeasurement): Measured {
	const { staticBytes, stackHighBytes, heapBytes, rigBytes, stackBoundBytes } = measured;
	const most =
		stackBoundBytes === null
			? ' (deepest seen; its image proves no bound)'
			: ` of at most ${formatBytes(stackBoundBytes)} by its call graph`;
	const rig = rigBytes > 0 ? `; ${formatBytes(rigBytes)} of clip store exist for the rig and are not counted` : '';
	return {
		...exact(bytesOf(cell, measured)),
		n: 1,
		sessions: 1,
		evidence: measured.evidence,
		rule: `${WORDS[cell.statistic] ?? ''}, as the device reports after the last clip`,
		composition: `static ${formatBytes(staticBytes)}, stack ${formatBytes(stackHighBytes)}${most}, heap ${formatBytes(heapBytes)}${rig}`,
	};
}

/**
 * RAM of the board at any boot. Memory is a maximum: no boot may need more than there is, so the largest session is judged
 * and one over the limit is a fail.
 *
 * @param sessions at least five
 */
export function boardMemory(cell: SpecCell, sessions: readonly MemoryMeasurement[]): Measured {
	const bytes = sessions.map((measured) => bytesOf(cell, measured));
	const largest = Math.max(...bytes);
	const smallest = Math.min(...bytes);
	const worst = sessions[bytes.indexOf(largest)] as MemoryMeasurement;
	const measured = sessionMemory(cell, worst);
	const how =
		smallest === largest
			? `the same in all ${sessions.length} sessions`
			: `the largest of ${sessions.length} sessions, ${formatBytes(smallest)} to ${formatBytes(largest)}`;
	return { ...measured, sessions: sessions.length, rule: `${how}: ${measured.rule}` };
}

const WORDS: Readonly<Record<string, string>> = {
	static: 'static RAM',
	stack: 'deepest use of the stack',
	peak: 'static RAM + deepest use of the stack + heap',
};

function bytesOf({ statistic }: SpecCell, { staticBytes, stackHighBytes, heapBytes }: MemoryMeasurement): number {
	if (statistic === 'static') return staticBytes;
	if (statistic === 'stack') return stackHighBytes;
	return statistic === 'peak' ? staticBytes + stackHighBytes + heapBytes : Number.NaN;
}
