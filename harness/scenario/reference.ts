import { OssicleError } from '../error.ts';
import type { ProbeList } from '../generated/clips.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { ScenarioSegment } from '../generated/scenario.ts';
import type { LoadedScenario, ScenarioClip } from './load-scenario.ts';
import { readYamlFile, validated } from './yaml-file.ts';

/** CRC-32 (8 hex digits) of a clip as the device hears it when it is sent in that codec and pacing. */
export type CrcOf = (clip: ScenarioClip, how: Pick<ScenarioSegment, 'codec' | 'pacing'>) => string;

/**
 * A scenario's `reference.json`.
 * @throws OssicleError (usage) `schema`, `yaml-syntax`, `file-unreadable`, `reference` where rows differ in length or a clip
 *   is there twice
 */
export function readReference(path: string, shownPath: string): FeatureReference {
	const file = readYamlFile(path, shownPath);
	const reference = validated<FeatureReference>('reference', file.value, file.place);
	const names = new Set<string>();
	const width = reference.clips[0]?.features[0]?.length ?? 0;
	for (const [index, { name, features }] of reference.clips.entries()) {
		const place = file.place(['clips', index]);
		if (names.has(name)) throw refused(`${place}: clip \`${name}\` is there twice.`, { name });
		names.add(name);
		const odd = features.findIndex((row) => row.length !== width);
		if (odd !== -1) {
			const text = `${place}: row ${odd} of \`${name}\` has ${features[odd]?.length} features, the first row of the file ${width}.`;
			throw refused(text, { name, row: odd });
		}
	}
	return reference;
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
