import type { HelloMessage } from '../generated/wire.ts';
import type { InferenceRecord } from '../link/inference-record.ts';
import type { DecodedClip } from './session-data.ts';

/** What is wrong with the inference records and the decision of a clip, as sentences. Pure; trusts nothing. */
export function recordProblems(clip: DecodedClip, hello: HelloMessage): string[] {
	return [...completeness(clip, hello), ...decisionProblems(clip, hello), ...plausibility(clip, hello)];
}

function completeness(clip: DecodedClip, hello: HelloMessage): string[] {
	const problems: string[] = [];
	if (hello.hop === 0) return ['the device says that a hop has 0 samples'];
	const due = Math.floor(clip.event.samples / hello.hop);
	if (clip.inferences.length !== due) {
		problems.push(`${clip.inferences.length} inference records came, ${clip.event.samples} samples make ${due} hops`);
	}
	if (clip.end !== null && clip.end.hops !== due)
		problems.push(`the device counts ${clip.end.hops} hops, ${due} are due`);
	return problems;
}

function decisionProblems(clip: DecodedClip, hello: HelloMessage): string[] {
	const { decision } = clip;
	if (decision === null) return ['decision is missing'];
	const labels = hello.labels.length;
	const problems: string[] = [];
	if (decision.label >= labels) problems.push(`the decision is label ${decision.label}, there are ${labels}`);
	if (decision.scores.length !== labels)
		problems.push(`the decision has ${decision.scores.length} scores for ${labels} labels`);
	return problems;
}

function plausibility(clip: DecodedClip, hello: HelloMessage): string[] {
	const problems: string[] = [];
	let before: InferenceRecord | null = null;
	for (const record of clip.inferences) {
		const hop = `hop ${record.hop}`;
		if (record.saturated) problems.push(`${hop}: a cycle count is saturated`);
		if (record.underrun) problems.push(`${hop}: an underrun came before it`);
		if (record.label >= hello.labels.length)
			problems.push(`${hop}: label ${record.label}, there are ${hello.labels.length}`);
		const atLeast = Math.max((record.hop + 1) * hello.hop, before?.sampleEnd ?? 0);
		if (record.sampleEnd < atLeast || record.sampleEnd > clip.event.samples) {
			problems.push(`${hop}: ${record.sampleEnd} samples consumed, expected ${atLeast} to ${clip.event.samples}`);
		}
		if (before !== null && record.startCycles < endOf(before)) {
			problems.push(
				`${hop}: begins at cycle ${record.startCycles}, before the end of hop ${before.hop} at ${endOf(before)}`,
			);
		}
		before = record;
	}
	const [first] = clip.inferences;
	if (clip.end !== null && first !== undefined && before !== null) {
		const span = endOf(before) - first.startCycles;
		if (span > BigInt(clip.end.cycles))
			problems.push(`the inferences take ${span} cycles, the clip ${clip.end.cycles}`);
	}
	return problems;
}

/** The earliest cycle at which the inference can have ended (interrupt time left out). */
function endOf(record: InferenceRecord): bigint {
	return record.startCycles + BigInt(record.stageCycles.reduce((sum, cycles) => sum + cycles, 0));
}
