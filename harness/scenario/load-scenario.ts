import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { OssicleError } from '../error.ts';
import type { FeatureReference } from '../generated/reference.ts';
import type { Scenario, ScenarioSegment } from '../generated/scenario.ts';
import type { Sidecar } from '../generated/sidecar.ts';
import { checkInside, filesBelow, matchesGlob } from './glob.ts';
import { parseParam } from './params.ts';
import { readReference } from './reference.ts';
import { readClipAudio, readSidecar, sidecarPathOf } from './sidecar.ts';
import type { WavAudio } from './wav.ts';
import { readTextFile, readYamlFile, validated, type YamlFile } from './yaml-file.ts';

/** A clip of a scenario: named and labelled; its audio is read when asked for. */
export interface ScenarioClip {
	/** Path below the scenario's folder, without a leading `fixtures/` and without `.wav`: unique in the scenario. */
	name: string;
	segment: string;
	label: string | null;
	wavPath: string;
	sidecar: Sidecar;
	/** @throws OssicleError `wav`, `sidecar-mismatch` (usage) */
	read: () => WavAudio;
}

export interface LoadedSegment extends ScenarioSegment {
	loadedClips: ScenarioClip[];
}

export interface LoadedScenario {
	folder: string;
	path: string;
	text: string;
	scenario: Scenario;
	/** Session settings, all defaults filled in. */
	session: { settleMs: number; warmUpClips: number; heartbeatMs: number; jitterMs: number; clockCheckMs: number };
	spec: { path: string; shownPath: string; text: string };
	/** Features and decisions to compare a device's own with; null where the scenario has none. */
	reference: FeatureReference | null;
	/** What the firmware is set to, as on the wire. */
	params: Record<string, number>;
	segments: LoadedSegment[];
}

export const SESSION_DEFAULTS = {
	settleMs: 0,
	warmUpClips: 1,
	heartbeatMs: 500,
	jitterMs: 100,
	clockCheckMs: 2000,
} as const;

/**
 * A scenario from its file, or from a folder that holds exactly one `*.scenario.yaml`. Sidecars are read, audio is not.
 *
 * @throws OssicleError (usage) `scenario-missing`, `scenario-several`, `schema`, `yaml-syntax`, `path-outside`,
 *   `clips-none`, `clips-count`, `clips-subset`, `clip-twice`, `clip-lost`, `sidecar-missing`, `label-missing`,
 *   `file-unreadable`, `reference`, `param`
 */
export function loadScenario(folderOrFile: string): LoadedScenario {
	const paths = scenarioPathsOf(folderOrFile);
	const [path] = paths;
	if (path === undefined || paths.length > 1) {
		const names = paths.map((each) => basename(each));
		throw new OssicleError(
			'scenario-several',
			'usage',
			`${folderOrFile}: holds ${names.length} scenarios (${names.join(', ')}); name one of them.`,
			{ path: folderOrFile, names },
		);
	}
	const folder = dirname(path);
	const shown = (file: string) => join(basename(folder), relative(folder, file));
	const file = readYamlFile(path, shown(path));
	const scenario = validated<Scenario>('scenario', file.value, file.place);
	const specPath = join(folder, scenario.spec);
	if (!existsSync(specPath)) {
		throw new OssicleError(
			'file-unreadable',
			'usage',
			`${file.place(['spec'])}: spec \`${scenario.spec}\` is not in the scenario's folder.`,
			{
				path: specPath,
			},
		);
	}
	checkInside(folder, scenario.spec, file.place(['spec']));
	const reference = scenario.reference === undefined ? null : loadReference(folder, scenario.reference, file, shown);
	const files = filesBelow(folder);
	const segments = scenario.segments.map((segment, index) =>
		loadSegment(segment, index, folder, files, scenario, file, shown),
	);
	checkNames(segments, file);
	return {
		folder,
		path,
		text: file.text,
		scenario,
		session: { ...SESSION_DEFAULTS, ...scenario.session },
		spec: { path: specPath, shownPath: shown(specPath), text: readTextFile(specPath, shown(specPath)) },
		reference,
		params: paramsOf(scenario, file),
		segments,
	};
}

function paramsOf({ params = {} }: Scenario, file: YamlFile): Record<string, number> {
	const values = Object.entries(params).map(([name, written]) => [
		name,
		parseParam(name, written, file.place(['params', name])),
	]);
	return Object.fromEntries(values);
}

function loadReference(
	folder: string,
	name: string,
	file: YamlFile,
	shown: (path: string) => string,
): FeatureReference {
	const where = file.place(['reference']);
	const path = join(folder, name);
	if (!existsSync(path)) {
		const text = `${where}: reference \`${name}\` is not in the scenario's folder.`;
		throw new OssicleError('file-unreadable', 'usage', text, { path });
	}
	checkInside(folder, name, where);
	return readReference(path, shown(path));
}

/** Every clip's audio, read and compared with its sidecar: what `ossicle check` does. @throws as `ScenarioClip.read` */
export function checkFixtures(scenario: LoadedScenario): { clips: number; seconds: number } {
	const clips = scenario.segments.flatMap((segment) => segment.loadedClips);
	const samples = clips.reduce((sum, clip) => sum + clip.read().samples.length, 0);
	return { clips: clips.length, seconds: samples / scenario.scenario.sampleRateHz };
}

/**
 * The `*.scenario.yaml` a person means: the file itself, or all of a folder, by name.
 * @throws OssicleError `scenario-missing` (usage)
 */
export function scenarioPathsOf(folderOrFile: string): string[] {
	if (!existsSync(folderOrFile)) {
		throw new OssicleError(
			'scenario-missing',
			'usage',
			`${folderOrFile}: there is no such file or folder; expected a scenario, e.g. scenarios/liquid-audio.`,
			{
				path: folderOrFile,
			},
		);
	}
	if (!statSync(folderOrFile).isDirectory()) return [folderOrFile];
	const names = readdirSync(folderOrFile)
		.filter((name) => name.endsWith('.scenario.yaml'))
		.sort();
	if (names.length > 0) return names.map((name) => join(folderOrFile, name));
	throw new OssicleError('scenario-missing', 'usage', `${folderOrFile}: holds no *.scenario.yaml.`, {
		path: folderOrFile,
	});
}

function loadSegment(
	segment: ScenarioSegment,
	index: number,
	folder: string,
	files: readonly string[],
	scenario: Scenario,
	file: YamlFile,
	shown: (path: string) => string,
): LoadedSegment {
	const where = file.place(['segments', index, 'clips']);
	checkInside(folder, segment.clips, where);
	const matched = files.filter((path) => matchesGlob(path, segment.clips));
	const wavs = matched.filter((path) => path.toLowerCase().endsWith('.wav'));
	if (wavs.length === 0) {
		throw new OssicleError(
			'clips-none',
			'usage',
			`${where}: \`${segment.clips}\` matches no .wav file in ${shown(folder)}.`,
			{
				pattern: segment.clips,
			},
		);
	}
	if (segment.expectedClips !== undefined && segment.expectedClips !== wavs.length) {
		throw new OssicleError(
			'clips-count',
			'usage',
			`${where}: \`${segment.clips}\` matches ${wavs.length} clips, but expectedClips is ${segment.expectedClips}; a clip was lost or added.`,
			{ found: wavs.length, expected: segment.expectedClips },
		);
	}
	if (segment.subset !== undefined && segment.subset.clips > wavs.length) {
		const place = file.place(['segments', index, 'subset', 'clips']);
		throw new OssicleError(
			'clips-subset',
			'usage',
			`${place}: a subset of ${segment.subset.clips} clips is asked for, but \`${segment.clips}\` matches ${wavs.length}.`,
			{ found: wavs.length, subset: segment.subset.clips },
		);
	}
	checkNoneLost(segment, files, where, shown, folder);
	const needsLabel = segment.measures.includes('accuracy');
	const loadedClips = wavs.map((path) => {
		checkInside(folder, path, where);
		const wavPath = join(folder, path);
		const sidecar = readSidecar(wavPath, needsLabel, shown(wavPath));
		return {
			name: path.replace(/^fixtures\//, '').replace(/\.wav$/i, ''),
			segment: segment.name,
			label: sidecar.label ?? null,
			wavPath,
			sidecar,
			read: () => readClipAudio(wavPath, sidecar, scenario.sampleRateHz, shown(wavPath)),
		};
	});
	return { ...segment, loadedClips };
}

/** A sidecar whose clip is gone would make the set smaller in silence. */
function checkNoneLost(
	segment: ScenarioSegment,
	files: readonly string[],
	where: string,
	shown: (path: string) => string,
	folder: string,
): void {
	const sidecarPattern = sidecarPathOf(segment.clips);
	if (sidecarPattern === segment.clips) return;
	const known = new Set(files);
	const orphan = files.find((path) => matchesGlob(path, sidecarPattern) && !known.has(path.replace(/\.json$/, '.wav')));
	if (orphan === undefined) return;
	throw new OssicleError(
		'clip-lost',
		'usage',
		`${where}: ${shown(join(folder, orphan))} describes a clip whose .wav is not there.`,
		{
			path: orphan,
		},
	);
}

function checkNames(segments: readonly LoadedSegment[], file: YamlFile): void {
	const segmentOf = new Map<string, string>();
	for (const [index, segment] of segments.entries()) {
		if (segments.findIndex((other) => other.name === segment.name) !== index) {
			throw new OssicleError(
				'segment-twice',
				'usage',
				`${file.place(['segments', index, 'name'])}: segment \`${segment.name}\` occurs twice.`,
				{},
			);
		}
		for (const clip of segment.loadedClips) {
			const earlier = segmentOf.get(clip.name);
			if (earlier !== undefined) {
				throw new OssicleError(
					'clip-twice',
					'usage',
					`${file.place(['segments', index, 'clips'])}: clip \`${clip.name}\` is in segment \`${earlier}\` already; each clip belongs to one segment.`,
					{ clip: clip.name },
				);
			}
			segmentOf.set(clip.name, segment.name);
		}
	}
}
