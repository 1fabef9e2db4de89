/**
 * The features a device gives its network, held against an independent front end's for the same audio: the scenario's
 * `reference.json` and the clips of the session's `probe`. Pure; judges nothing.
 */
import type { DecodedSession } from '../capture/session-data.ts';
import type { FeatureReference } from '../generated/reference.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { PROBE_SEGMENT } from './counted-clips.ts';
import { type CoefficientFit, FeaturePairs } from './feature-pairs.ts';

export type { CoefficientFit };

/**
 * What turns the reference into what the device has, the simplest first: nothing (`same`); the coefficients in reverse
 * order; one factor for all; an offset for each; some hops earlier or later; another order; a factor and an offset for
 * each. `unexplained`: none of these.
 */
export type FeatureExplanation =
	| 'same'
	| 'reversed'
	| 'scaled'
	| 'offset'
	| 'shifted'
	| 'permuted'
	| 'rescaled'
	| 'unexplained';

export interface FeatureComparison {
	model: string;
	/** Clips and hops compared; hops which the device gated have no features and are left out. */
	clips: number;
	hops: number;
	gatedHops: number;
	coefficients: number;
	/** The simplest explanation whose signal-to-noise ratio reaches `EXPLAINED_DB`. */
	explanation: FeatureExplanation;
	/**
	 * Signal-to-noise ratios, dB: the reference's variation against the difference, each coefficient in units of its own
	 * standard deviation. Uncorrelated features give about -3 dB. As they are; after the order was reversed; after one
	 * factor, or an offset for each coefficient, was taken out; moved by `shiftHops`; in the best order; after a factor and
	 * an offset for each coefficient were taken out.
	 */
	snrDb: number;
	reversedSnrDb: number;
	scaledSnrDb: number;
	offsetSnrDb: number;
	shiftedSnrDb: number;
	permutedSnrDb: number;
	rescaledSnrDb: number;
	/** The largest difference of any feature in any hop, as they are, in the reference's real units. */
	maxError: number;
	/** Factor from the reference to the device that fits best. */
	gain: number;
	/** Hops by which the device lags (positive) or leads the reference, of the best of -2, -1, 1, 2. */
	shiftHops: number;
	/** order[i]: the device's coefficient that is most like the reference's i. */
	order: number[];
	bestPermutationName: 'straight' | 'reversed' | 'other';
	/** Each coefficient in its own place: SNR, best line through (reference, device), correlation. */
	perCoefficient: CoefficientFit[];
	/** Index of the coefficient with the lowest SNR. */
	worstCoefficient: number;
}

/** Above it two front ends are one and the same but for arithmetic: fixed-point MFCCs come to 30 dB and more. */
export const EXPLAINED_DB = 20;

const SHIFTS = [-2, -1, 1, 2];

/**
 * Compares the probe's features with the reference. Absent, with the reason, when there is no reference, the firmware
 * offers no features or runs another model, or no clip of the probe counts.
 */
export function compareFeatures(
	session: DecodedSession,
	reference: FeatureReference | null,
): FeatureComparison | Absent {
	const pairs = pairsOf(session, reference);
	if (isAbsent(pairs)) return pairs;
	const straight = Array.from({ length: pairs.coefficients }, (_, index) => index);
	const reversed = [...straight].reverse();
	const order = pairs.bestOrder();
	const gain = pairs.gain();
	const perCoefficient = pairs.fits();
	const shifts = SHIFTS.map((hops) => ({ hops, snrDb: pairs.shifted(hops).snrDb() }));
	const shift = shifts.reduce((best, one) => (one.snrDb > best.snrDb ? one : best));
	const comparison = {
		model: reference?.model ?? '',
		clips: pairs.clips,
		hops: pairs.hops,
		gatedHops: pairs.gatedHops,
		coefficients: pairs.coefficients,
		snrDb: pairs.snrDb(),
		reversedSnrDb: pairs.reordered(reversed).snrDb(),
		scaledSnrDb: pairs.divided(gain).snrDb(),
		offsetSnrDb: pairs.centred().snrDb(),
		shiftedSnrDb: shift.snrDb,
		permutedSnrDb: pairs.reordered(order).snrDb(),
		rescaledSnrDb: pairs.fittedSnrDb(),
		maxError: pairs.maxError(),
		gain,
		shiftHops: shift.hops,
		order,
		bestPermutationName: nameOf(order, straight, reversed),
		perCoefficient,
		worstCoefficient: perCoefficient.reduce(
			(worst, fit, index) => (fit.snrDb < (perCoefficient[worst]?.snrDb ?? Infinity) ? index : worst),
			0,
		),
	};
	return { ...comparison, explanation: explanationOf(comparison) };
}

function explanationOf(found: Omit<FeatureComparison, 'explanation'>): FeatureExplanation {
	const tried: [FeatureExplanation, number][] = [
		['same', found.snrDb],
		['reversed', found.reversedSnrDb],
		['scaled', found.scaledSnrDb],
		['offset', found.offsetSnrDb],
		['shifted', found.shiftedSnrDb],
		['permuted', found.permutedSnrDb],
		['rescaled', found.rescaledSnrDb],
	];
	return tried.find(([, snrDb]) => snrDb >= EXPLAINED_DB)?.[0] ?? 'unexplained';
}

function nameOf(order: number[], straight: number[], reversed: number[]): FeatureComparison['bestPermutationName'] {
	if (order.every((from, index) => from === straight[index])) return 'straight';
	return order.every((from, index) => from === reversed[index]) ? 'reversed' : 'other';
}

/** Reference and device, hop by hop, of all probe clips that count. */
function pairsOf(session: DecodedSession, reference: FeatureReference | null): FeaturePairs | Absent {
	const { hello } = session;
	if (reference === null) return notMeasured('the scenario has no reference features to compare with');
	if (hello === null) return rigError('the device never said hello');
	if (!hello.caps.includes('features'))
		return notMeasured(`the firmware ${hello.firmware} does not offer its features`);
	if (hello.model !== reference.model)
		return notMeasured(`the reference features are those of model ${reference.model}, the device runs ${hello.model}`);
	const probed = session.clips.filter(({ event }) => event.segment === PROBE_SEGMENT);
	if (probed.length === 0) return notMeasured('no clip was sent to compare features by');
	const pairs = new FeaturePairs(reference.scale);
	for (const expected of reference.clips) {
		const clip = probed.findLast(({ event }) => event.name === expected.name && event.crc === expected.crc);
		if (clip?.features === undefined || clip.problems.length > 0) continue;
		const { values, scale } = clip.features;
		const [rows, columns] = [expected.features.length, expected.features[0]?.length ?? 0];
		const matches = (table: readonly { length: number }[]) =>
			table.length === rows && table.every((row) => row.length === columns);
		if (!matches(values) || !matches(expected.features)) {
			return notMeasured(
				`${expected.name}: the device gave ${values.length} hops of ${values[0]?.length ?? 0} features, the reference has ${rows} of ${columns}`,
			);
		}
		const gated = clip.inferences.map((record) => record.gated);
		pairs.add(expected.features, values, scale, gated);
	}
	if (pairs.clips === 0) {
		const why = probed.findLast((clip) => clip.problems.length > 0)?.problems[0] ?? 'none of them is in the reference';
		return notMeasured(`no clip sent to compare features by counts: ${why}`);
	}
	if (pairs.hops === 0) return notMeasured('the device gated every hop of the clips: it computed no features');
	if (!pairs.varies) return notMeasured('the reference features do not vary: nothing can be compared with them');
	return pairs;
}
