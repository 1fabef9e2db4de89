/** Whether the samples around a percentile lie in clumps, so that a session's percentile would jump between them. */

import { regularisedGammaUpper } from './distributions.ts';

/**
 * Largest share of n spacings of uniform or exponential samples: P(share >= g) (Fisher, Proceedings of the Royal Society
 * A 125, 1929; David and Nagaraja, Order Statistics, 3rd ed., 6.4).
 *
 * @param share 0..1; @param spacings 1 or more
 */
export function largestSpacingP(share: number, spacings: number): number {
	let sum = 0;
	let choose = 1;
	for (let j = 1; j <= spacings && j * share < 1; j++) {
		choose *= (spacings - j + 1) / j;
		sum += (j % 2 === 1 ? 1 : -1) * choose * (1 - j * share) ** (spacings - 1);
	}
	return Math.min(1, Math.max(0, sum));
}

/**
 * Chance that samples of a smooth distribution show a gap as large as this between two ranks, over all sessions (the
 * sessions' chances combined by Fisher, Statistical Methods for Research Workers, 21.1). Spacings are taken of logarithms
 * and evened out for the thinner tail.
 *
 * @param sessions ascending, positive between the ranks; @param ranksOf 1-based ranks, `from` below `to`, of a session
 */
export function gapP(
	sessions: readonly Float64Array[],
	ranksOf: (samples: Float64Array) => { from: number; to: number },
): number {
	let statistic = 0;
	for (const samples of sessions) {
		const { from, to } = ranksOf(samples);
		let sum = 0;
		let largest = 0;
		for (let rank = from; rank < to; rank++) {
			const ratio = (samples[rank] as number) / (samples[rank - 1] as number);
			const spacing = Math.log(ratio) * Math.sqrt(rank * (samples.length - rank));
			sum += spacing;
			largest = Math.max(largest, spacing);
		}
		if (sum > 0) statistic -= 2 * Math.log(Math.max(1e-12, largestSpacingP(largest / sum, to - from)));
	}
	return regularisedGammaUpper(sessions.length, statistic / 2);
}
