import { basename } from 'node:path';
import { OssicleError } from '../error.ts';
import type { ClipList, ListedClip, ListedSegment } from '../generated/clips.ts';
import type { Sidecar } from '../generated/sidecar.ts';
import { matchesGlob } from './glob.ts';
import type { LoadedScenario, LoadedSegment } from './load-scenario.ts';
import { listedParams, type ParamValues } from './params.ts';
import { chosenBySeed } from './planned-subset.ts';
import { type CrcOf, checkReferenceDecisions, probeList } from './reference.ts';
import { validated } from './yaml-file.ts';

/** A thousand boots take the better part of a week at ten minutes each. */
export const MAX_SESSIONS = 1000;
const MAX_SPEAKER_LENGTH = 200;

export interface ClipListOptions {
	/** Ids of the devices asked for. */
	devices: readonly string[];
	/** `--clips`: a pattern over clip names, or several by comma; null for all. */
	subset?: string | null;
	/** `--param`: what the scenario's own parameters are overridden by, as on the wire. */
	params?: ParamValues;
	requireEvidence?: 'silicon' | null;
	/** `--sessions`: how many each device has. Default: 1. */
	sessions?: number;
	/** CRC-32 (8 hex digits) of a clip as the segment's codec delivers it; ties the capture to the WAV file. */
	crcOf?: CrcOf;
}

/**
 * What has to be sent, frozen before the first byte: `inputs/clips.json` of a run folder. Clips which `--clips` leaves
 * out stay in the list, so that nobody can take a part for the whole; so do those a planned subset leaves out, which other
 * devices get.
 *
 * @throws OssicleError (usage) `clips-none` when the pattern leaves nothing, `option` for a number of sessions there cannot be,
 *   `param`, `reference` when reference features were made of other audio
 */
export function freezeClipList(scenario: LoadedScenario, options: ClipListOptions): ClipList {
	const subset = options.subset ?? null;
	const isWanted = wantedBy(subset);
	const params = listedParams(scenario.params, options.params);
	const segments = scenario.segments.map((segment) => ({
		name: segment.name,
		codec: segment.codec,
		pacing: segment.pacing,
		measures: segment.measures,
		...(segment.judged === undefined ? {} : { judged: segment.judged }),
		...plannedOf(segment),
		clips: segment.loadedClips.map((clip) => ({
			name: clip.name,
			label: clip.label,
			samples: clip.sidecar.samples,
			sha256: clip.sidecar.sha256,
			selected: isWanted(clip.name),
			...(options.crcOf === undefined ? {} : { crc: options.crcOf(clip, segment) }),
			...speakerOf(clip.sidecar),
		})),
	}));
	const probe = probeList(scenario, options.crcOf);
	checkReferenceDecisions(scenario, options.crcOf);
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
		sessions: checkedSessions(options.sessions ?? 1),
		...(params.length === 0 ? {} : { params }),
		...(probe === undefined ? {} : { probe }),
	};
}

/** Whether a clip is named by `--clips`: by its whole name, or by the last part of it. */
function wantedBy(patterns: string | null): (name: string) => boolean {
	if (patterns === null) return () => true;
	const each = patterns
		.split(',')
		.map((pattern) => pattern.trim())
		.filter((pattern) => pattern !== '');
	return (name) => each.some((pattern) => matchesGlob(name, pattern) || matchesGlob(basename(name), pattern));
}

function plannedOf({ subset, loadedClips }: LoadedSegment): Pick<ListedSegment, 'subset'> {
	if (subset === undefined) return {};
	const { clips, seed, devices } = subset;
	return { subset: { seed, devices, selected: chosenBySeed(loadedClips, clips, seed) } };
}

/** Who is heard, where the sidecar tells: clips of one speaker are no independent evidence. */
function speakerOf({ speaker, origin }: Sidecar): Pick<ListedClip, 'speaker'> {
	const told = typeof origin === 'string' ? [] : [origin.speaker, origin.voice];
	const name = [speaker, ...told].find((value) => typeof value === 'string' && value.trim() !== '');
	return typeof name === 'string' ? { speaker: name.trim().slice(0, MAX_SPEAKER_LENGTH) } : {};
}

/** @throws OssicleError `option` (usage) */
function checkedSessions(sessions: number): number {
	if (Number.isInteger(sessions) && sessions >= 1 && sessions <= MAX_SESSIONS) return sessions;
	const text = `--sessions: expected a whole number from 1 to ${MAX_SESSIONS}, got ${sessions}.`;
	throw new OssicleError('option', 'usage', text, { sessions });
}

/** `inputs/clips.json`, read back. @throws OssicleError `schema`, `clip-twice`, `clip-unlisted` (usage) */
export function checkedClipList(value: unknown, shownPath: string): ClipList {
	const list = validated<ClipList>('clips', value, (keys) => [shownPath, ...keys].join(' > '));
	const seen = new Set<string>();
	for (const { name } of list.segments.flatMap((segment) => segment.clips)) {
		if (seen.has(name))
			throw new OssicleError('clip-twice', 'usage', `${shownPath}: clip \`${name}\` is listed twice.`, { clip: name });
		seen.add(name);
	}
	for (const { name, subset, clips } of list.segments) {
		const names = new Set(clips.map((clip) => clip.name));
		const missing = subset?.selected.find((selected) => !names.has(selected));
		if (missing === undefined) continue;
		const text = `${shownPath}: the subset of \`${name}\` has a clip \`${missing}\`, which the segment has not.`;
		throw new OssicleError('clip-unlisted', 'usage', text, { clip: missing });
	}
	for (const { name, subset, clips } of list.segments) {
		if (subset === undefined) continue;
		const due = chosenBySeed(clips, subset.selected.length, subset.seed);
		if (due.every((each) => subset.selected.includes(each))) continue;
		const text = `${shownPath}: the subset of \`${name}\` is not what seed ${subset.seed} chooses.`;
		throw new OssicleError('subset-seed', 'usage', text, { segment: name });
	}
	return list;
}
