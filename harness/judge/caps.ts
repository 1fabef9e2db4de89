import type { ClipList } from '../generated/clips.ts';
import type { Verdict, WouldDecide } from '../generated/record.ts';
import type { Measured } from './measured.ts';
import type { Decision } from './verdict.ts';

export interface Cap {
	verdict: Verdict;
	reason: string;
	wouldDecide: WouldDecide | null;
}

/** The input in which limits may be changed after the run: verdicts then say what would be with them. */
export const WHAT_IF = 'spec.md';

/**
 * What may not decide however clear it looks: too weak a kind of evidence, a part of the clips, inputs which are not those
 * of the run.
 *
 * @param inputsChanged paths below `inputs/` that are not what the capture says they were
 */
export function capOn(
	decision: Decision,
	measured: Measured,
	list: ClipList,
	inputsChanged: readonly string[],
): Cap | null {
	if (list.requireEvidence !== null && measured.evidence !== list.requireEvidence) {
		return {
			verdict: 'not-measured',
			reason: `${list.requireEvidence} evidence is required, and this is ${measured.evidence}; by itself it would be ${decision}`,
			wouldDecide: null,
		};
	}
	if (decision === 'inconclusive') return null;
	const all = list.segments.flatMap((segment) => segment.clips);
	const sent = all.filter((clip) => clip.selected).length;
	if (sent < all.length) {
		return {
			verdict: 'inconclusive',
			reason: `only ${sent} of ${all.length} clips were asked for, and a part never decides; by itself it would be ${decision}`,
			wouldDecide: { what: 'clips', n: all.length },
		};
	}
	const others = inputsChanged.filter((path) => path !== WHAT_IF).map((path) => `inputs/${path}`);
	if (others.length === 0) return null;
	const are = others.length === 1 ? 'is' : 'are';
	return {
		verdict: 'inconclusive',
		reason: `by itself it would be ${decision}; ${others.join(', ')} ${are} not what the run used, which decides nothing`,
		wouldDecide: null,
	};
}
