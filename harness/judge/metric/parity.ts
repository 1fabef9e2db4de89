import type { SpecCell } from '../../generated/spec.ts';
import { isAbsent } from '../../measure/absent.ts';
import type { ParityMeasurement } from '../../measure/parity.ts';
import { exact, type Measured } from '../measured.ts';

const MOST_NAMED = 8;

/**
 * Share of the clips that the device decides as the float model does (`float`), or whose scores are the integer model's to
 * the last bit (`bit-exact`). Of exactly these clips, so without an interval. A clip on which sessions differ counts as
 * unlike in all of them.
 *
 * @param sessions one measurement for each session, at least one, all of the same clips
 */
export function parity(cell: SpecCell, sessions: readonly ParityMeasurement[]): Measured {
	const [first] = sessions as [ParityMeasurement];
	const ofFloat = cell.statistic === 'float';
	const unlike = new Map(sessions.flatMap((session) => unlikeClips(session, ofFloat)));
	const { total } = first;
	const alike = total - unlike.size;
	const what = ofFloat ? 'decided as by the float model' : 'with scores equal to those of the integer model';
	const each = sessions.length === 1 ? '' : `, in each of ${sessions.length} sessions`;
	return {
		...exact((100 * alike) / total),
		n: total,
		sessions: sessions.length,
		evidence: first.evidence,
		rule: `${alike} of ${total} clips ${what}${each}, all clips of the set`,
		composition: compositionOf([...unlike.values()], first, ofFloat),
	};
}

/** Clips that differ, by name, each with what differs. */
function unlikeClips({ flips, inexact }: ParityMeasurement, ofFloat: boolean): [string, string][] {
	return ofFloat
		? flips.map(({ name, reference, decided }) => [name, `${name} (${reference}: ${decided})`])
		: inexact.map(({ name, largest }) => [name, `${name} (off by up to ${largest})`]);
}

function compositionOf(unlike: readonly string[], { features }: ParityMeasurement, ofFloat: boolean): string {
	const more = unlike.length > MOST_NAMED ? ` and ${unlike.length - MOST_NAMED} more` : '';
	const what = ofFloat ? 'decided otherwise than by the float model' : 'with other scores than the integer model';
	const named =
		unlike.length === 0
			? `no clip ${what}`
			: `${unlike.length} ${what}: ${unlike.slice(0, MOST_NAMED).join(', ')}${more}`;
	if (isAbsent(features)) return `${named}; features are not compared: ${features.reason}`;
	const { clips, hops, snrDb, maxError } = features;
	return `${named}; features of ${clips} clips (${hops} hops): SNR ${snrDb.toFixed(1)} dB, largest error ${Number(maxError.toPrecision(3))}`;
}
