/**
 * Does the device decide as the models it came from? Its decisions are held against those of the float model, and its
 * scores against those of the integer model it is a port of, clip by clip: `decisions` of the scenario's reference.json.
 */
import type { DecodedSession } from '../capture/session-data.ts';
import type { ClipList, ListedParam } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { FeatureReference, ReferenceDecision } from '../generated/reference.ts';
import { paramText } from '../scenario/params.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { type CountedClip, clipsFor } from './counted-clips.ts';
import { compareFeatures, type FeatureComparison } from './features.ts';

export interface ParityMeasurement {
	evidence: DeviceFacts['evidence'];
	/** Clips compared. */
	total: number;
	/** Clips decided otherwise than by the float model. */
	flips: { name: string; reference: string; decided: string }[];
	/** Clips whose scores are not those of the integer model, with their largest difference in steps of the score. */
	inexact: { name: string; largest: number }[];
	/** What the network was given against what an independent front end makes of the same audio; or why there is nothing. */
	features: FeatureComparison | Absent;
}

/** All clips that measure accuracy, or no number. */
export function measureParity(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
	reference: FeatureReference | null,
): ParityMeasurement | Absent {
	const { hello } = session;
	if (hello === null) return rigError('the device never said hello');
	const incomparable = whyNot(reference, hello.model, list);
	if (incomparable !== null) return notMeasured(incomparable);
	const decisions = new Map(reference?.decisions?.map((decision) => [decision.name, decision]));
	const clips = clipsFor('accuracy', session, list);
	if (isAbsent(clips)) return clips;
	const flips: ParityMeasurement['flips'] = [];
	const inexact: ParityMeasurement['inexact'] = [];
	for (const clip of clips) {
		const expected = decisions.get(clip.listed.name);
		const mismatch =
			expected === undefined ? 'has no decision in the reference' : mismatchOf(expected, clip, hello.labels);
		if (expected === undefined || mismatch !== null) return notMeasured(`${clip.listed.name} ${mismatch}`);
		const { name } = clip.listed;
		const { label, scores } = clip.decision;
		const decided = hello.labels[label];
		if (decided === undefined || scores.length !== hello.labels.length)
			return rigError(
				`${name}: the device decided label ${label} with ${scores.length} scores, but has ${hello.labels.length} labels`,
			);
		if (scores.some((score) => score > (scores[label] ?? Number.NEGATIVE_INFINITY)))
			return rigError(`${name}: the device decided "${decided}", but its scores are highest for another label`);
		if (decided !== expected.floatLabel) flips.push({ name, reference: expected.floatLabel, decided });
		const largest = Math.max(...scores.map((score, index) => Math.abs(score - (expected.scores[index] ?? Number.NaN))));
		if (largest !== 0) inexact.push({ name, largest });
	}
	const features = compareFeatures(session, reference);
	return { evidence: facts.evidence, total: clips.length, flips, inexact, features };
}

/** Why the reference is not of what ran, in words; null where it is. */
function whyNot(reference: FeatureReference | null, model: string, { params = [] }: ClipList): string | null {
	if (reference === null) return 'the scenario has no reference to compare decisions with';
	if (reference.decisions === undefined) return 'the reference of the scenario holds no decisions to compare with';
	if (reference.model !== model) return `the reference is of model ${reference.model}, the device runs ${model}`;
	return otherSetting(reference, params);
}

/**
 * A parameter that was not what it was for the reference, in words; null where there is none. What was not set had its
 * default, which only the reference can name: without one it is not known to be equal to anything.
 */
function otherSetting(
	{ params = {}, defaults = {} }: FeatureReference,
	listed: readonly Pick<ListedParam, 'name' | 'value'>[],
): string | null {
	const unset = new Map(Object.entries(defaults));
	const made = new Map([...unset, ...Object.entries(params)]);
	const set = new Map(listed.map(({ name, value }) => [name, value]));
	// What the run sets comes first: that is what somebody can change.
	for (const name of new Set([...set.keys(), ...made.keys()])) {
		const own = made.get(name);
		const used = set.get(name) ?? unset.get(name);
		if (own !== undefined && own === used) continue;
		const before = own === undefined ? "the firmware's own settings" : paramText({ name, value: own });
		return `the reference was made with ${before}, and this run ${howUsed(name, used, set.has(name))}`;
	}
	return null;
}

function howUsed(name: string, value: number | undefined, isSet: boolean): string {
	if (value === undefined) return `does not set ${name}`;
	return `${isSet ? 'sets' : 'leaves'} ${paramText({ name, value })}`;
}

/** Why a decision of the reference is not of this clip, in words. */
function mismatchOf(
	expected: ReferenceDecision,
	{ decoded, segment }: CountedClip,
	labels: readonly string[],
): string | null {
	const { codec, crc, floatLabel, scores } = expected;
	if (codec !== segment.codec) return `was sent as ${segment.codec}, the reference decided on it as ${codec}`;
	if (crc !== decoded.event.crc) return `was heard with CRC ${decoded.event.crc}, the reference decided on ${crc}`;
	if (!labels.includes(floatLabel)) return `is "${floatLabel}" by the reference, which this firmware cannot decide`;
	if (scores.length !== labels.length)
		return `has ${scores.length} scores in the reference, the firmware has ${labels.length} labels`;
	return null;
}
