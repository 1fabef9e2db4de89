import type { ClipList, ListedSegment } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';

/** What one device of a run is sent, and what of it decides. */
export interface ClipPlan {
	/**
	 * The list of the run as it is for this device: without the clips a planned subset leaves out, and with nothing that
	 * segments measure which are not judged.
	 */
	list: ClipList;
	/** Segments of which the device gets a part. */
	subsets: { segment: string; clips: number; of: number; seed: number }[];
	/** For each segment that is not judged: a list with nothing else in it, but all that it measures. */
	reported: ClipList[];
}

/** The plan of a run's frozen list for one device. */
export function planFor(list: ClipList, facts: Pick<DeviceFacts, 'evidence'>): ClipPlan {
	const sent = list.segments.map((segment) => {
		const names = plannedNames(segment, facts);
		return names === null ? segment : { ...segment, clips: segment.clips.filter(({ name }) => names.has(name)) };
	});
	const isReported = ({ judged }: ListedSegment) => judged === false;
	return {
		list: { ...list, segments: sent.map((each) => (isReported(each) ? { ...each, measures: [] } : each)) },
		subsets: list.segments.flatMap(({ name, clips, subset }, index) => {
			if (!subset?.devices.includes(facts.evidence) || sent[index]?.clips.length === 0) return [];
			return [{ segment: name, clips: sent[index]?.clips.length ?? 0, of: clips.length, seed: subset.seed }];
		}),
		reported: sent.filter(isReported).map((segment) => ({ ...list, segments: [segment] })),
	};
}

/**
 * Names of the clips of a segment which the device gets; null for all. A PC has no power of its own to measure: what is
 * played for nothing else, in real time, is not played to it.
 */
export function plannedNames(segment: ListedSegment, { evidence }: Pick<DeviceFacts, 'evidence'>): Set<string> | null {
	const { subset, measures } = segment;
	if (evidence === 'host' && measures.every((measure) => measure === 'power')) return new Set();
	return subset?.devices.includes(evidence) ? new Set(subset.selected) : null;
}
