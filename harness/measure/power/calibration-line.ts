import type { Calibration, CalibrationPoint, ReferenceMeter } from '../../generated/calibration.ts';
import { RECTANGULAR } from './uncertainty.ts';

/** Below half a count of noise a mean cannot see between two counts (rounded, it is off by up to half of one). */
const DITHER_COUNTS = 0.5;

export type CalibrationLine = Pick<Calibration, 'offsetCounts' | 'amperesPerCount' | 'residualAmperes' | 'standard'>;

/**
 * The line through known currents: counts = offset + amperes / slope, by least squares, with standard uncertainties (JCGM
 * 100:2008): the meter's limits / sqrt(3), its fraction on the slope, its amperes on both; noise of the means; and with
 * more than two points the scatter about the line.
 *
 * @param points two or more
 * @returns no number at all where the points are all of one current; `amperesPerCount` below 0 where counts fall
 */
export function calibrationLine(points: readonly CalibrationPoint[], meter: ReferenceMeter): CalibrationLine {
	const { countsPerAmpere, offsetCounts, meanAmperes, spreadAmperes, residualCounts, scatterCounts } =
		leastSquares(points);
	const amperesPerCount = 1 / countsPerAmpere;
	const perPointAmperes = Math.hypot(meanNoise(points), scatterCounts) * amperesPerCount;
	const meterAmperes = meter.amperes / RECTANGULAR;
	return {
		offsetCounts,
		amperesPerCount,
		residualAmperes: residualCounts * amperesPerCount,
		standard: {
			gainFraction: Math.hypot(
				meter.fraction / RECTANGULAR,
				perPointAmperes / spreadAmperes,
				meterAmperes / spreadAmperes,
			),
			offsetAmperes: Math.hypot(
				meterAmperes,
				perPointAmperes * Math.hypot(1 / Math.sqrt(points.length), meanAmperes / spreadAmperes),
			),
		},
	};
}

interface Line {
	countsPerAmpere: number;
	offsetCounts: number;
	/** Mean of the currents, and the root of the sum of their squared distances from it. */
	meanAmperes: number;
	spreadAmperes: number;
	/** Largest distance of a point from the line; and their standard deviation about it, 0 where two points make the line. */
	residualCounts: number;
	scatterCounts: number;
}

function leastSquares(points: readonly CalibrationPoint[]): Line {
	const n = points.length;
	const meanAmperes = points.reduce((sum, point) => sum + point.amperes, 0) / n;
	const meanCounts = points.reduce((sum, point) => sum + point.meanCounts, 0) / n;
	const squares = points.reduce((sum, point) => sum + (point.amperes - meanAmperes) ** 2, 0);
	const products = points.reduce(
		(sum, point) => sum + (point.amperes - meanAmperes) * (point.meanCounts - meanCounts),
		0,
	);
	const countsPerAmpere = products / squares;
	const offsetCounts = meanCounts - countsPerAmpere * meanAmperes;
	const residuals = points.map((point) => point.meanCounts - offsetCounts - countsPerAmpere * point.amperes);
	return {
		countsPerAmpere,
		offsetCounts,
		meanAmperes,
		spreadAmperes: Math.sqrt(squares),
		residualCounts: Math.max(...residuals.map(Math.abs)),
		scatterCounts: n > 2 ? Math.sqrt(residuals.reduce((sum, value) => sum + value ** 2, 0) / (n - 2)) : 0,
	};
}

/** Standard uncertainty of a point's mean, the largest of them, counts. */
function meanNoise(points: readonly CalibrationPoint[]): number {
	return Math.max(
		...points.map(({ standardDeviationCounts, n }) =>
			Math.hypot(
				standardDeviationCounts / Math.sqrt(n),
				standardDeviationCounts < DITHER_COUNTS ? 1 / Math.sqrt(12) : 0,
			),
		),
	);
}
