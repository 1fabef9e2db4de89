import type { Evidence } from '../generated/record.ts';
import type { SweepReading } from '../generated/sweep.ts';
import { type Absent, isAbsent } from '../measure/absent.ts';

/** A figure, before it is known whether there is one. */
export interface Figure {
	low: number;
	high: number;
	n: number;
	evidence: Evidence;
	rule: string;
}

export function reading(figure: Figure | Absent): SweepReading {
	if (isAbsent(figure)) return noReading(figure.reason);
	if (Number.isFinite(figure.low) && Number.isFinite(figure.high)) return { ...figure, reason: null };
	return noReading('the figure is no number');
}

export function noReading(reason: string): SweepReading {
	return { low: null, high: null, n: 0, evidence: null, rule: '', reason };
}

/** Of several sessions the one whose bad end is worst; none where one of them has no figure. */
export function worstReading(readings: readonly SweepReading[]): SweepReading {
	const [first] = readings;
	if (first === undefined) return noReading('there was no session');
	const absent = readings.find(({ high }) => high === null);
	if (absent !== undefined) return absent;
	const worst = readings.reduce((a, b) => ((b.high ?? 0) > (a.high ?? 0) ? b : a));
	return readings.length === 1 ? worst : { ...worst, rule: `the worst of ${readings.length} sessions; ${worst.rule}` };
}
