import { optionFault, quoted } from './sample-fault.ts';
import { inUnitOf } from './sample-unit.ts';

/** What a meter adds to every reading alike, so that no number of readings averages it out. */
export interface MeterUncertainty {
	/** Standard uncertainty: share of the reading, or amount in `unit` (null: the limit's). */
	kind: 'relative' | 'absolute';
	standard: number;
	unit: string | null;
	/** As it was written, and where. */
	text: string;
	option: string;
}

/**
 * `2%`, `0.4 mW`: a standard uncertainty, or with `rectangular` the limits a data sheet gives, +-a, of which the standard
 * uncertainty is a / sqrt 3 (JCGM 100:2008, the GUM, 4.3.7).
 *
 * @throws OssicleError `option`
 */
export function parseMeterUncertainty(text: string, rectangular: boolean): MeterUncertainty {
	const option = rectangular ? '--meter-limit' : '--meter-uncertainty';
	const match = /^(?:\+-|\+\/-|±)?\s*(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*(\S+)?$/u.exec(text.trim());
	const value = Number(match?.[1]);
	if (match === null || !(value > 0) || !Number.isFinite(value))
		throw optionFault(
			option,
			`expected a share of the reading such as '2 %', or an amount such as '0.4 mW', got ${quoted(text)}`,
		);
	const unit = match[2] ?? null;
	const standard = rectangular ? value / Math.sqrt(3) : value;
	if (unit === '%') return { kind: 'relative', standard: standard / 100, unit: null, text: text.trim(), option };
	return { kind: 'absolute', standard, unit, text: text.trim(), option };
}

/** Standard uncertainty in the limit's unit. @throws OssicleError `option` for a unit that cannot be converted to it */
export function standardUncertainty(
	meter: MeterUncertainty | null,
	estimate: number,
	limitUnit: string | null,
): number {
	if (meter === null) return 0;
	if (meter.kind === 'relative') return meter.standard * Math.abs(estimate);
	return inUnitOf(limitUnit, meter.unit, meter.option)(meter.standard);
}
