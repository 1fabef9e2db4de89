import type { Calibration } from '../../generated/calibration.ts';
import type { PowerFacts } from '../../generated/device.ts';
import type { UncertaintyTerm } from '../../generated/record.ts';
import { shuntChain } from './shunt-chain.ts';

/** Limits believed where device.yaml gives none: parts of 1 %, and a 12-bit converter of this class. */
export const DEFAULT_LIMITS = {
	shuntFraction: 0.01,
	gainFraction: 0.01,
	referenceFraction: 0.01,
	supplyFraction: 0.01,
	nonLinearityCounts: 2,
	offsetCounts: 0.5,
} as const;

/** A rectangular limit +-a has the standard uncertainty a / sqrt(3) (JCGM 100:2008, 4.3.7). */
export const RECTANGULAR = Math.sqrt(3);
/** A rounded count lies anywhere in its own width: LSB / sqrt(12). */
const ROUNDED = Math.sqrt(12);

/** The limits of a chain, defaults filled in. */
export function limitsOf(power: PowerFacts) {
	const { source: _, ...declared } = power.uncertainty ?? {};
	return { ...DEFAULT_LIMITS, ...declared };
}

/**
 * What a shunt chain leaves open about a mean power, term by term (JCGM 100:2008, 5.1; type B, none falls with the number
 * of counts). Quantisation is kept at the whole LSB / sqrt(12): it averages out only behind enough noise, and nobody has
 * shown that there is.
 *
 * Where the converter's reference is the supply itself, V_ref and V_supply are one voltage off by one error, and P goes
 * with its square: the two limits are added before they become a standard uncertainty.
 *
 * A calibration replaces shunt, gain, reference and offset by its own line; converter terms stay.
 *
 * @param milliwatts the mean power, of which the relative terms are taken
 * @returns standard uncertainties, mW
 */
export function chainTerms(milliwatts: number, power: PowerFacts, calibration: Calibration | null): UncertaintyTerm[] {
	const limits = limitsOf(power);
	const { supplyVolts, amperesPerCount } = shuntChain(power, calibration);
	const perCountMw = 1000 * supplyVolts * amperesPerCount;
	const relative = (limitFraction: number) => (Math.abs(milliwatts) * limitFraction) / RECTANGULAR;
	const supply = calibration?.supplyVolts?.fraction ?? limits.supplyFraction;
	const line: [string, number][] =
		calibration === null
			? [
					['shunt', relative(limits.shuntFraction)],
					['amplifier gain', relative(limits.gainFraction)],
					...(power.referenceIsSupply === true
						? [['reference and supply, one rail', relative(limits.referenceFraction + supply)] as [string, number]]
						: [
								['reference', relative(limits.referenceFraction)] as [string, number],
								['supply', relative(supply)] as [string, number],
							]),
					['offset', (limits.offsetCounts * perCountMw) / RECTANGULAR],
				]
			: [
					['calibration, gain', Math.abs(milliwatts) * calibration.standard.gainFraction],
					['calibration, offset', 1000 * supplyVolts * calibration.standard.offsetAmperes],
					['supply', relative(supply)],
				];
	return [
		...line,
		['ADC non-linearity', (limits.nonLinearityCounts * perCountMw) / RECTANGULAR] as [string, number],
		['ADC quantisation', perCountMw / ROUNDED] as [string, number],
	].map(([source, standard]) => termB(source, standard));
}

export function termB(source: string, standard: number): UncertaintyTerm {
	return { source, kind: 'B', standard, degreesOfFreedom: null };
}

/** Root of the sum of squares: the terms are of different origin and independent. */
export function combined(terms: readonly UncertaintyTerm[]): number {
	return Math.sqrt(terms.reduce((sum, term) => sum + term.standard ** 2, 0));
}

/**
 * Standard uncertainty of a window's energy when its two edges are known to one sample only: each edge lies anywhere in
 * one interval, +-dt/2 rectangular, and moves so much energy as the power steps there: 2 edges of dt dP / sqrt(12).
 *
 * @returns mJ
 */
export function windowStandardMj(periodSeconds: number, stepMw: number): number {
	return (periodSeconds * stepMw) / Math.sqrt(6);
}
