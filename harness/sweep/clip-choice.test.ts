import test from 'ava';
import { boardClips, type ChosenSegment, hostClips } from './clip-choice.ts';

const segment = (measures: ChosenSegment['measures'], names: string[], judged?: boolean): ChosenSegment => ({
	measures,
	...(judged === undefined ? {} : { judged }),
	loadedClips: names.map((name) => ({ name, label: /\/([a-z]+)-/.exec(name)?.[1] ?? null })),
});
const WORDS = segment(
	['latency', 'accuracy'],
	['keywords/no-01', 'keywords/no-02', 'keywords/yes-01', 'keywords/yes-02'],
);
const DAY = segment(['power'], ['day/day-1', 'day/day-2']);

test('a board is sent one clip of each label, and one for power', (t) => {
	t.is(boardClips([WORDS, DAY]), 'keywords/no-01,keywords/yes-01,day/day-1');
});

test('a PC is sent all that is decided, and nothing that is there for power', (t) => {
	t.is(hostClips([WORDS, DAY]), 'keywords/*');
});

test('segments that decide nothing are left out', (t) => {
	const busy = segment(['power'], ['busy/busy-1'], false);
	const hard = segment(['accuracy'], ['hard/yes-01'], false);
	t.is(boardClips([WORDS, DAY, busy, hard]), 'keywords/no-01,keywords/yes-01,day/day-1');
	t.is(hostClips([WORDS, DAY, busy, hard]), 'keywords/*');
});

test('clips of a folder that two segments share go by their names', (t) => {
	const some = segment(['power'], ['all/day-1', 'all/day-2']);
	const words = segment(['accuracy'], ['all/yes-01', 'top']);
	t.is(hostClips([words, some]), 'all/yes-01,top');
	t.is(boardClips([words, some]), 'all/yes-01,top,all/day-1');
});
