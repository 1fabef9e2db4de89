import { basename } from 'node:path';
import { OssicleError } from '../error.ts';
import type { ClipList } from '../generated/clips.ts';
import { matchesGlob } from './glob.ts';
import type { LoadedScenario, LoadedSegment, ScenarioClip } from './load-scenario.ts';
import { validated } from './yaml-file.ts';

export interface ClipListOptions {
	/** Ids of the devices asked for. */
	devices: readonly string[];
	/** `--clips`: a pattern over clip names; null for all. */
	subset?: string | null;
	requireEvidence?: 'silicon' | null;
	/** CRC-32 (8 hex digits) of a clip as the segment's codec delivers it; ties the capture to the WAV file. */
	crcOf?: (clip: ScenarioClip, segment: LoadedSegment) => string;
}

/**
 * What has to be sent, frozen before the first byte: `inputs/clips.json` of a run folder. Clips which `--clips` leaves
 * out stay in the list, so that nobody can take a part for the whole.
 *
 * @throws OssicleError `clips-none` (usage) when the pattern leaves nothing
 */
export function freezeClipList(scenario: LoadedScenario, options: ClipListOptions): ClipList {
	const subset = options.subset ?? null;
	const segments = scenario.segments.map((segment) => ({
		name: segment.name,
		codec: segment.codec,
		pacing: segment.pacing,
		measures: segment.measures,
		clips: segment.loadedClips.map((clip) => ({
			name: clip.name,
			label: clip.label,
			samples: clip.sidecar.samples,
			sha256: clip.sidecar.sha256,
			selected: subset === null || matchesGlob(clip.name, subset) || matchesGlob(basename(clip.name), subset),
			...(options.crcOf === undefined ? {} : { crc: options.crcOf(clip, segment) }),
		})),
	}));
	const all = segments.flatMap((segment) => segment.clips);
	if (!all.some((clip) => clip.selected)) {
		const [first] = all;
		throw new OssicleError(
			'clips-none',
			'usage',
			`--clips "${subset}" matches none of ${all.length} clips; they are named like "${first?.name ?? ''}".`,
			{
				subset,
			},
		);
	}
	return {
		scenario: scenario.scenario.id,
		devices: [...options.devices],
		requireEvidence: options.requireEvidence ?? null,
		subset,
		warmUpClips: scenario.session.warmUpClips,
		sampleRateHz: scenario.scenario.sampleRateHz,
		segments,
	};
}

/** `inputs/clips.json`, read back. @throws OssicleError `schema`, `clip-twice` (usage) */
export function checkedClipList(value: unknown, shownPath: string): ClipList {
	const list = validated<ClipList>('clips', value, (keys) => [shownPath, ...keys].join(' > '));
	const seen = new Set<string>();
	for (const { name } of list.segments.flatMap((segment) => segment.clips)) {
		if (seen.has(name))
			throw new OssicleError('clip-twice', 'usage', `${shownPath}: clip \`${name}\` is listed twice.`, { clip: name });
		seen.add(name);
	}
	return list;
}
