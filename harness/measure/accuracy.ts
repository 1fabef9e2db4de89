import type { DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { clipsFor } from './counted-clips.ts';

export interface AccuracyMeasurement {
	evidence: DeviceFacts['evidence'];
	correct: number;
	total: number;
	wrong: { name: string; label: string; decided: string }[];
}

/** Right decisions over the frozen list of clips. All of them, or there is no number. */
export function measureAccuracy(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
): AccuracyMeasurement | Absent {
	const { hello } = session;
	if (hello === null) return rigError('the device never said hello');
	const clips = clipsFor('accuracy', session, list);
	if (isAbsent(clips)) return clips;
	const wrong: AccuracyMeasurement['wrong'] = [];
	for (const { listed, decision } of clips) {
		if (listed.label === null) return notMeasured(`${listed.name} has no label`);
		if (!hello.labels.includes(listed.label)) {
			return notMeasured(
				`${listed.name} is labelled "${listed.label}", which this firmware cannot decide (${hello.labels.join(', ')})`,
			);
		}
		const decided = hello.labels[decision.label];
		if (decided === undefined)
			return rigError(
				`${listed.name}: the device decided label ${decision.label}, but has only ${hello.labels.length}`,
			);
		if (decided !== listed.label) wrong.push({ name: listed.name, label: listed.label, decided });
	}
	return { evidence: facts.evidence, correct: clips.length - wrong.length, total: clips.length, wrong };
}
