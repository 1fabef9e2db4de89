import type { Calibration } from '../../generated/calibration.ts';
import type { PowerFacts } from '../../generated/device.ts';
import { type Absent, rigError } from '../absent.ts';

/** From an ADC count to amperes and milliwatts. */
export interface ShuntChain {
	supplyVolts: number;
	shuntOhms: number;
	/** Count at no current. */
	offsetCounts: number;
	amperesPerCount: number;
}

/** Either side of 1, in which P / (I^2 R) is taken for the heat of the shunt. */
const HEAT_TOLERANCE = 0.05;

/**
 * The chain by its declared parts: I = (V_adc - V_offset) / (R_shunt gain), V_adc = count x reference / 2^bits. With a
 * calibration the line it found takes their place, and the supply as measured that of the declared one, if it was.
 */
export function shuntChain(power: PowerFacts, calibration: Calibration | null): ShuntChain {
	const { shuntOhms, amplifierGain, adc } = power;
	const voltsPerCount = adc.referenceVolts / 2 ** adc.bits;
	return {
		shuntOhms,
		supplyVolts: calibration?.supplyVolts?.volts ?? power.supplyVolts,
		offsetCounts: calibration?.offsetCounts ?? power.offsetVolts / voltsPerCount,
		amperesPerCount: calibration?.amperesPerCount ?? voltsPerCount / (shuntOhms * amplifierGain),
	};
}

export function amperesAt(count: number, chain: ShuntChain): number {
	return (count - chain.offsetCounts) * chain.amperesPerCount;
}

/**
 * What the load and its shunt draw from the supply: V_supply x I. (V_shunt x I would be the heat of the shunt alone.)
 * @returns mW
 */
export function milliwattsAt(count: number, chain: ShuntChain): number {
	return 1000 * chain.supplyVolts * amperesAt(count, chain);
}

/** By the declared parts alone. @param count mean ADC count @returns mW */
export function powerMw(count: number, power: PowerFacts): number {
	return milliwattsAt(count, shuntChain(power, null));
}

/** mW that one ADC count stands for, by the declared parts. */
export function milliwattsPerCount(power: PowerFacts): number {
	const { supplyVolts, amperesPerCount } = shuntChain(power, null);
	return 1000 * supplyVolts * amperesPerCount;
}

/** Full scale of a declared chain: the voltage over the shunt, and the current, at the last count. */
export function fullScale(power: PowerFacts): { shuntVolts: number; amperes: number } {
	const shuntVolts = (power.adc.referenceVolts - power.offsetVolts) / power.amplifierGain;
	return { shuntVolts, amperes: shuntVolts / power.shuntOhms };
}

/**
 * A figure that equals I^2 R is the heat of the shunt: somebody multiplied the current by the voltage over the shunt, or
 * wrote that voltage down as the supply. A load that draws no more than its own shunt does not exist.
 */
export function heatOfShuntFault(milliwatts: number, amperes: number, shuntOhms: number): Absent | null {
	const heatMw = 1000 * amperes ** 2 * shuntOhms;
	if (!(Math.abs(milliwatts / heatMw - 1) <= HEAT_TOLERANCE)) return null;
	const figure = (value: number) => Number(value.toPrecision(4));
	return rigError(
		`P = ${figure(milliwatts)} mW is the heat of the shunt: I^2 R = (${figure(1000 * amperes)} mA)^2 x ${shuntOhms} ohm = ${figure(heatMw)} mW. V_shunt x I was computed, or \`power.supplyVolts\` is the voltage over the shunt; the board draws V_supply x I`,
	);
}
