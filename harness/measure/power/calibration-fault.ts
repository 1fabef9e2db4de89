import type { Calibration } from '../../generated/calibration.ts';
import type { DeviceFacts, PowerFacts } from '../../generated/device.ts';
import { shuntChain } from './shunt-chain.ts';

const DEFAULT_MAX_AGE_DAYS = 365;
const DAY_MS = 86_400_000;
/** Parts of 1 % to 5 % add up to less; a chain further off than this is not the declared one. */
const SLOPE_TOLERANCE = 0.2;

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
