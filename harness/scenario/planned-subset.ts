import { createHash } from 'node:crypto';

/** What the choice may depend on. */
export interface SubsetCandidate {
	name: string;
	label: string | null;
}

/**
 * So many of the clips, by the seed and the clips' names alone: in the order of SHA-256 over `seed`, a line feed and the
 * name. As many of each label as can be: first the first of each label, then the second, and so on; where not every label
 * can have one more, those whose next clip comes first in that order have it.
 *
 * Nobody who draws a seed before the run can know, and nobody afterwards can choose, which clips it takes.
 *
 * @param count at most as many as there are clips
 * @returns their names, in the order of `clips`
 */
export function chosenBySeed(clips: readonly SubsetCandidate[], count: number, seed: number): string[] {
	const keyed = clips
		.map(({ name, label }) => ({ name, label, key: createHash('sha256').update(`${seed}\n${name}`).digest('hex') }))
		.sort(byKey);
	const seenOf = new Map<string | null, number>();
	const ranked = keyed.map((clip) => {
		const rank = seenOf.get(clip.label) ?? 0;
		seenOf.set(clip.label, rank + 1);
		return { ...clip, rank };
	});
	const chosen = ranked.sort((a, b) => a.rank - b.rank || byKey(a, b)).slice(0, count);
	const names = new Set(chosen.map(({ name }) => name));
	return clips.flatMap(({ name }) => (names.has(name) ? [name] : []));
}

function byKey(a: { key: string }, b: { key: string }): number {
	return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
