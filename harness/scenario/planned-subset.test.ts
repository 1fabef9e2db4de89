import test from 'ava';
import { chosenBySeed } from './planned-subset.ts';

/** 20 clips of each label, but of `rare`, which has 2. */
const CLIPS = ['yes', 'no', 'stop', 'rare'].flatMap((label) =>
	Array.from({ length: label === 'rare' ? 2 : 20 }, (_, index) => ({ name: `${label}-${index}`, label })),
);

test('the same seed chooses the same clips, in the order of the list, whatever order they came in', (t) => {
	const chosen = chosenBySeed(CLIPS, 16, 7);
	t.is(chosen.length, 16);
	t.deepEqual(chosen, [...chosenBySeed([...CLIPS].reverse(), 16, 7)].reverse());
	t.deepEqual(
		chosen,
		CLIPS.flatMap(({ name }) => (chosen.includes(name) ? [name] : [])),
	);
	t.notDeepEqual(chosen, chosenBySeed(CLIPS, 16, 8));
});

test('labels are kept even as far as they reach', (t) => {
	for (const seed of [1, 2, 3]) {
		const chosen = chosenBySeed(CLIPS, 18, seed);
		const of = (label: string) => chosen.filter((name) => name.startsWith(label)).length;
		t.is(of('rare'), 2, 'all there are');
		const counts = ['yes', 'no', 'stop'].map(of).sort();
		t.deepEqual(counts, [5, 5, 6]);
	}
});

test('all of them are all of them', (t) => {
	t.is(chosenBySeed(CLIPS, CLIPS.length, 1).length, CLIPS.length);
});

test('the choice is by SHA-256 of seed and name: anybody can check it', (t) => {
	// printf '7\na' | sha256sum is 9929bdec..., of b 6fc90c7d..., of c 5706a8e2...
	const unlabelled = ['a', 'b', 'c'].map((name) => ({ name, label: null }));
	t.deepEqual(chosenBySeed(unlabelled, 1, 7), ['c']);
	t.deepEqual(chosenBySeed(unlabelled, 2, 7), ['b', 'c']);
});
