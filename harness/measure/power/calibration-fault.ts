import type { Calibration } from '../../generated/calibration.ts';
import type { DeviceFacts, PowerFacts } from '../../generated/device.ts';
import { type CalibrationLine, calibrationLine } from './calibration-line.ts';
import { shuntChain } from './shunt-chain.ts';

const DEFAULT_MAX_AGE_DAYS = 365;
const DAY_MS = 86_400_000;
/** Parts of 1 % to 5 % add up to less; a chain further off than this is not the declared one. */
const SLOPE_TOLERANCE = 0.2;
/** Of full scale. An amplifier's input offset of 1 mV is 3 % of it behind a gain of 100; more is a current that was on. */
const OFFSET_TOLERANCE = 0.05;
/** A sum of squares computed elsewhere may differ in its last digits. */
const SAME = 1e-6;

/**
 * Why a calibration says nothing about this device's chain on that day, in a sentence; null when it does.
 *
 * @param startedAt when the run began
 */
export function calibrationFault(
	calibration: Calibration,
	facts: DeviceFacts,
	startedAt: string | null,
): string | null {
	const { power } = facts;
	const named = `calibration ${calibration.id}`;
	if (power === undefined) return `${named}: ${facts.id} declares no shunt chain`;
	if (calibration.device !== facts.id) return `${named} is of ${calibration.device}, not of ${facts.id}`;
	return (
		boardFault(calibration, facts.id, power) ??
		chainFault(calibration, power) ??
		slopeFault(calibration.amperesPerCount, power) ??
		lineFault(calibration) ??
		outsideFault(calibration, power) ??
		ageFault(calibration, power, startedAt)
	);
}

/**
 * Why a slope cannot be that of the declared chain, and which declared number would have to be what for it; null when it
 * can be.
 */
export function slopeFault(amperesPerCount: number, power: PowerFacts): string | null {
	const declared = shuntChain(power, null).amperesPerCount;
	const ratio = amperesPerCount / declared;
	if (Math.abs(ratio - 1) <= SLOPE_TOLERANCE) return null;
	const figure = (value: number) => Number(value.toPrecision(3));
	const { shuntOhms, amplifierGain, adc } = power;
	return `the counts rise by one each ${figure(1e6 * amperesPerCount)} uA, and by the declared chain it would be ${figure(1e6 * declared)} uA, a factor of ${figure(ratio)}. It would fit with shuntOhms ${figure(shuntOhms / ratio)} in place of ${shuntOhms}, or amplifierGain ${figure(amplifierGain / ratio)} in place of ${amplifierGain}, or referenceVolts ${figure(adc.referenceVolts * ratio)} in place of ${adc.referenceVolts}; or the currents are not in mA`;
}

/** Why an offset cannot be that of the declared chain; null when it can be. */
export function offsetFault(offsetCounts: number, power: PowerFacts): string | null {
	const declared = shuntChain(power, null).offsetCounts;
	if (Math.abs(offsetCounts - declared) <= OFFSET_TOLERANCE * 2 ** power.adc.bits) return null;
	return `${offsetCounts.toFixed(1)} counts at no current, and by the declared chain it would be ${declared.toFixed(1)}: was something else drawing current through the shunt?`;
}

/** The line is believed only as far as its own points give it: whoever changes a figure can compute the id anew. */
function lineFault({
	id,
	points,
	referenceMeter,
	offsetCounts,
	amperesPerCount,
	standard,
}: Calibration): string | null {
	const line = calibrationLine(points, referenceMeter);
	const alike = (value: number, expected: number, scale: number) => Math.abs(value - expected) <= SAME * scale;
	const follows =
		alike(amperesPerCount, line.amperesPerCount, amperesPerCount) &&
		alike(offsetCounts, line.offsetCounts, 1 + Math.abs(offsetCounts)) &&
		standard.gainFraction >= (1 - SAME) * line.standard.gainFraction &&
		standard.offsetAmperes >= (1 - SAME) * line.standard.offsetAmperes;
	if (follows) return null;
	const figure = (value: number) => Number(value.toPrecision(4));
	const shown = (of: CalibrationLine) =>
		`${figure(of.offsetCounts)} counts at no current, ${figure(1e6 * of.amperesPerCount)} uA a count, +-${figure(100 * of.standard.gainFraction)} % and +-${figure(1e6 * of.standard.offsetAmperes)} uA`;
	const stated = { offsetCounts, amperesPerCount, standard, residualAmperes: 0 };
	return `calibration ${id}: its line does not follow from its points: it states ${shown(stated)}, they give ${shown(line)}; it was changed by hand, run \`ossicle calibrate\``;
}

function outsideFault({ id, offsetCounts, supplyVolts }: Calibration, power: PowerFacts): string | null {
	const offset = offsetFault(offsetCounts, power);
	if (offset !== null) return `calibration ${id} has ${offset}`;
	if (supplyVolts === undefined || Math.abs(supplyVolts.volts / power.supplyVolts - 1) <= SLOPE_TOLERANCE) return null;
	return `calibration ${id} was made at a supply of ${supplyVolts.volts} V, but ${power.supplyVolts} V is declared`;
}

function boardFault({ id, boardSerial }: Calibration, device: string, power: PowerFacts): string | null {
	if (power.boardSerial === undefined)
		return `calibration ${id} is of board ${boardSerial}, and ${device} does not say which board it is: set \`power.boardSerial\` in its device file`;
	if (power.boardSerial === boardSerial) return null;
	return `calibration ${id} is of board ${boardSerial}, but \`power.boardSerial\` of ${device} is ${power.boardSerial}: each board needs its own`;
}

function chainFault({ id, chain }: Calibration, power: PowerFacts): string | null {
	const declared = {
		shuntOhms: power.shuntOhms,
		amplifierGain: power.amplifierGain,
		adcBits: power.adc.bits,
		referenceVolts: power.adc.referenceVolts,
	};
	for (const key of ['shuntOhms', 'amplifierGain', 'adcBits', 'referenceVolts'] as const) {
		if (chain[key] === declared[key]) continue;
		return `calibration ${id} is of a chain with ${key} ${chain[key]}, but ${declared[key]} is declared: calibrate anew after a change`;
	}
	return null;
}

function ageFault({ id, date }: Calibration, power: PowerFacts, startedAt: string | null): string | null {
	const begun = startedAt === null ? Number.NaN : Date.parse(startedAt);
	const ageDays = (begun - Date.parse(date)) / DAY_MS;
	if (!Number.isFinite(ageDays)) return `calibration ${id} of ${date}: its age at the run is unknown`;
	if (ageDays < 0) return `calibration ${id} of ${date} was made after the run of ${startedAt} began`;
	const { calibrationMaxAgeDays = DEFAULT_MAX_AGE_DAYS } = power;
	if (ageDays <= calibrationMaxAgeDays) return null;
	return `calibration ${id} of ${date} was ${Math.floor(ageDays)} days old at the run, and at most ${calibrationMaxAgeDays} are allowed: run \`ossicle calibrate\``;
}
