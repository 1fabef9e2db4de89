import { writtenUnit } from '../../scenario/units.ts';
import { optionFault } from './sample-fault.ts';

/** The tables keep ms and h apart, as no metric of a spec is in both; samples may be in either. */
const MILLISECONDS_IN_AN_HOUR = 3_600_000;

/** What turns a number in one unit into one in another; null where the two have nothing in common that we know of. */
export function conversion(from: string, to: string): ((value: number) => number) | null {
	if (from === to) return (value) => value;
	const [source, target] = [writtenUnit(from), writtenUnit(to)];
	if (source === null || target === null) return null;
	const ratio = dimensionRatio(source.unit, target.unit);
	if (ratio === null) return null;
	const factor = (source.factor * ratio) / target.factor;
	// Fifteen figures, so that 15300 us are 15.3 ms and not a bit more: what sits on the limit stays on it.
	return (value) => Number((value * factor).toPrecision(15));
}

/**
 * Values in the limit's unit.
 *
 * @param unit of the values, null: the limit's
 * @throws OssicleError `option` for units that cannot be converted
 */
export function inUnitOf(limitUnit: string | null, unit: string | null, option = '--unit'): (value: number) => number {
	if (unit === null) return (value) => value;
	if (limitUnit === null) throw optionFault(option, `the values are in ${unit}, but the limit has no unit`);
	const convert = conversion(unit, limitUnit);
	if (convert !== null) return convert;
	throw optionFault(option, `${unit} cannot be turned into ${limitUnit}, the unit of the limit; write the same unit`);
}

function dimensionRatio(from: string, to: string): number | null {
	if (from === to) return 1;
	if (from === 'h' && to === 'ms') return MILLISECONDS_IN_AN_HOUR;
	if (from === 'ms' && to === 'h') return 1 / MILLISECONDS_IN_AN_HOUR;
	return null;
}
