import { isAbsent } from '../../../measure/absent.ts';
import { compareFeatures, type FeatureComparison } from '../../../measure/features.ts';
import type { Rule } from '../evidence.ts';
import { finding, WEIGHT } from '../finding.ts';
import { shortfallOf } from '../shortfall.ts';

/** The network is not given what it was trained on: its features differ from those of an independent front end. */
export const preprocessingMismatch: Rule = (evidence) => {
	const { cell, input, sessions } = evidence;
	const shortfall = cell.metric === 'accuracy' ? shortfallOf(cell) : null;
	if (shortfall === null) return null;
	for (const session of sessions) {
		const compared = compareFeatures(session, input.reference ?? null);
		if (isAbsent(compared) || compared.explanation === 'same') continue;
		const explained = compared.explanation !== 'unexplained';
		const text = `the network gets other features than the reference front end's (${compared.hops} hops of ${compared.clips} clips): ${inWords(compared)}`;
		// An accuracy on the wrong input says nothing of the model, so it explains all there is to explain.
		return finding('preprocessing-mismatch', shortfall.certainty, explained ? WEIGHT.observed : WEIGHT.inferred, text);
	}
	return null;
};

function inWords(found: FeatureComparison): string {
	const as = `as sent they agree to ${decibels(found.snrDb)}`;
	switch (found.explanation) {
		case 'reversed':
			return `they arrive in reversed order: reversed they agree to ${decibels(found.reversedSnrDb)}, ${as}`;
		case 'permuted':
			return `they arrive in another order (${found.order.join(', ')}): put right they agree to ${decibels(found.permutedSnrDb)}, ${as}`;
		case 'scaled':
			return `they are ${Number(found.gain.toPrecision(3))} times as large: scaled back they agree to ${decibels(found.scaledSnrDb)}, ${as}`;
		case 'offset':
			return `they are offset, coefficient ${found.worstCoefficient} most: without the offsets they agree to ${decibels(found.offsetSnrDb)}, ${as}`;
		case 'shifted':
			return `they come ${Math.abs(found.shiftHops)} ${Math.abs(found.shiftHops) === 1 ? 'hop' : 'hops'} ${found.shiftHops > 0 ? 'late' : 'early'}: moved they agree to ${decibels(found.shiftedSnrDb)}, ${as}`;
		case 'rescaled':
			return `each has a factor and an offset of its own (normalisation): without them they agree to ${decibels(found.rescaledSnrDb)}, ${as}`;
		default:
			return `${as}; neither another order, scale, offset nor delay explains it, coefficient ${found.worstCoefficient} is off most`;
	}
}

function decibels(value: number): string {
	return `${Math.round(value)} dB`;
}
