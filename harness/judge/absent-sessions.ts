import { type Absent, isAbsent } from '../measure/absent.ts';

/**
 * Why several sessions have no figure together, or null when each of them has one: a device is judged on all of its
 * sessions or not at all. A fault of the rig is told before a figure that was never there.
 *
 * @param outcomes one for each session of the device, in order; null or a figure where nothing is wrong
 * @param asked how many sessions there should be
 */
export function absentAmong(outcomes: readonly (object | null)[], asked = outcomes.length): Absent | null {
	const absent = outcomes.flatMap((outcome, index) =>
		outcome !== null && isAbsent(outcome) ? [{ outcome, ordinal: index + 1 }] : [],
	);
	const first = absent.find(({ outcome }) => outcome.absent === 'rig-error') ?? absent[0];
	if (first === undefined) return null;
	const { outcome, ordinal } = first;
	const sessions = Math.max(asked, outcomes.length);
	const allAlike = absent.length === sessions && absent.every((each) => each.outcome.reason === outcome.reason);
	if (allAlike) return outcome;
	return { ...outcome, reason: `session ${ordinal} of ${sessions}: ${outcome.reason}` };
}
