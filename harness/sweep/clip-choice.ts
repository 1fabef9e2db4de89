/** Which clips of a scenario a sweep sends, as patterns for `run`. Pure. */
import type { LoadedScenario } from '../scenario/load-scenario.ts';

/** What has to be known of a scenario's segment. */
export type ChosenSegment = Pick<LoadedScenario['segments'][number], 'measures'> & {
	judged?: boolean;
	loadedClips: readonly { name: string; label: string | null }[];
};

/**
 * For a board, where a second of audio takes a good part of one: the first clip of each label, and the first of each
 * segment that power is judged by.
 */
export function boardClips(segments: readonly ChosenSegment[]): string {
	const judged = segments.filter(isJudged);
	const power = judged.filter(({ measures }) => measures.includes('power'));
	const words = judged.filter(({ measures }) => !measures.includes('power')).flatMap(({ loadedClips }) => loadedClips);
	const firsts = new Map(words.toReversed().map(({ name, label }) => [label, name]));
	const chosen = words.filter(({ name, label }) => firsts.get(label) === name).map(({ name }) => name);
	return [...chosen, ...power.flatMap(({ loadedClips }) => loadedClips.slice(0, 1).map(({ name }) => name))].join(',');
}

/** For a PC: everything that is decided. What is there for power alone plays by the clock and tells nothing of a PC. */
export function hostClips(segments: readonly ChosenSegment[]): string {
	return segments
		.filter((segment) => isJudged(segment) && !segment.measures.includes('power'))
		.flatMap((segment) => patternsOf(segment, segments))
		.join(',');
}

function isJudged({ judged }: ChosenSegment): boolean {
	return judged !== false;
}

/** `day-part/*` where all of a folder are of this segment; else each by its name. */
function patternsOf(segment: ChosenSegment, all: readonly ChosenSegment[]): string[] {
	const others = all
		.filter((each) => each !== segment)
		.flatMap(({ loadedClips }) => loadedClips.map(({ name }) => folderOf(name)));
	const folders = [...new Set(segment.loadedClips.map(({ name }) => folderOf(name)))];
	return folders.flatMap((folder) =>
		folder === '' || others.includes(folder)
			? segment.loadedClips.filter(({ name }) => folderOf(name) === folder).map(({ name }) => name)
			: [`${folder}/*`],
	);
}

function folderOf(name: string): string {
	return name.split('/').slice(0, -1).join('/');
}
