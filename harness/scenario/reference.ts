import { OssicleError } from '../error.ts';
import type { ProbeList } from '../generated/clips.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { ScenarioSegment } from '../generated/scenario.ts';
import type { LoadedScenario, ScenarioClip } from './load-scenario.ts';
import { readJsonFile, validated, type YamlFile } from './yaml-file.ts';

/** CRC-32 (8 hex digits) of a clip as the device hears it when it is sent in that codec and pacing. */
export type CrcOf = (clip: ScenarioClip, how: Pick<ScenarioSegment, 'codec' | 'pacing'>) => string;

/**
 * A scenario's `reference.json`.
 * @throws OssicleError (usage) `schema`, `yaml-syntax`, `file-unreadable`, `reference` where rows or scores differ in length
 *   or a clip is there twice
 */
export function readReference(path: string, shownPath: string): FeatureReference {
	const file = readJsonFile(path, shownPath);
	const reference = validated<FeatureReference>('reference', file.value, file.place);
	const names = new Set<string>();
	const width = reference.clips[0]?.features[0]?.length ?? 0;
	for (const [index, { name, features }] of reference.clips.entries()) {
		const place = () => file.place(['clips', index]);
		if (names.has(name)) throw refused(`${place()}: clip \`${name}\` is there twice.`, { name });
		names.add(name);
		const odd = features.findIndex((row) => row.length !== width);
		if (odd !== -1) {
			const text = `${place()}: row ${odd} of \`${name}\` has ${features[odd]?.length} features, the first row of the file ${width}.`;
			throw refused(text, { name, row: odd });
		}
	}
	checkDecisions(reference, file);
	return reference;
}

function checkDecisions({ decisions = [] }: FeatureReference, file: YamlFile): void {
	const names = new Set<string>();
	const width = decisions[0]?.scores.length ?? 0;
	for (const [index, { name, scores }] of decisions.entries()) {
		const place = () => file.place(['decisions', index]);
		if (names.has(name)) throw refused(`${place()}: the decision on clip \`${name}\` is there twice.`, { name });
		names.add(name);
		if (scores.length === width) continue;
		const text = `${place()}: the decision on \`${name}\` has ${scores.length} scores, the first of the file ${width}.`;
		throw refused(text, { name });
	}
}

/**
 * Were the reference's decisions made of the clips as they are sent, and of all of them whose decisions are measured? It may
 * know more clips than the scenario has.
 * @throws OssicleError `reference` (usage) when not
 */
export function checkReferenceDecisions({ reference, segments }: LoadedScenario, crcOf?: CrcOf): void {
	if (reference?.decisions === undefined) return;
	const measured = segments.filter(({ measures }) => measures.includes('accuracy'));
	const decisions = new Map(reference.decisions.map((decision) => [decision.name, decision]));
	const remedy = 'Make the reference again from the clips as they are.';
	for (const { codec, pacing, loadedClips } of measured) {
		for (const clip of loadedClips) {
			const decision = decisions.get(clip.name);
			if (decision === undefined)
				throw refused(`the reference has no decision on \`${clip.name}\`. ${remedy}`, { name: clip.name });
			const heard = crcOf?.(clip, { codec, pacing }) ?? decision.crc;
			if (decision.codec === codec && decision.crc === heard) continue;
			const text = `the reference decided on \`${clip.name}\` as ${decision.codec} with CRC ${decision.crc}; it is sent as ${codec}, with CRC ${heard}. ${remedy}`;
			throw refused(text, { name: clip.name, heard });
		}
	}
}

/**
 * The clips to compare features by, for `inputs/clips.json`; undefined where the scenario has no reference.
 * @throws OssicleError `reference` (usage) when the reference was made of other audio than the scenario's
 */
export function probeList(scenario: LoadedScenario, crcOf?: CrcOf): ProbeList | undefined {
	const { reference } = scenario;
	if (reference === null) return undefined;
	const { codec, hop } = reference;
	const clips = reference.clips.map(({ name, crc, features }) => {
		const clip = probeClip(scenario, name);
		const { samples } = clip.sidecar;
		const heard = crcOf?.(clip, { codec, pacing: 'fast' }) ?? crc;
		const remedy = 'Make the reference again from the clips as they are.';
		if (heard !== crc) {
			const text = `the reference features of \`${name}\` were made of audio with CRC ${crc}; sent as ${codec} it has ${heard}. ${remedy}`;
			throw refused(text, { name, crc, heard });
		}
		if (features.length !== Math.floor(samples / hop)) {
			const text = `the reference has ${features.length} rows for \`${name}\`, whose ${samples} samples make ${Math.floor(samples / hop)} hops of ${hop}. ${remedy}`;
			throw refused(text, { name });
		}
		return { name, samples, crc };
	});
	return { codec, clips };
}

/** @throws OssicleError `reference` (usage) when the scenario has no clip of that name */
export function probeClip(scenario: LoadedScenario, name: string): ScenarioClip {
	const clip = scenario.segments.flatMap((segment) => segment.loadedClips).find((one) => one.name === name);
	if (clip === undefined)
		throw refused(`the reference is for a clip \`${name}\`, which the scenario has not.`, { name });
	return clip;
}

function refused(text: string, facts: Record<string, unknown>): OssicleError {
	return new OssicleError('reference', 'usage', text, facts);
}
