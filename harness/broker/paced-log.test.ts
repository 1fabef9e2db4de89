import test from 'ava';
import { pacedLog } from './paced-log.ts';

test('what is too much for a second is counted, and said with the next line', (t) => {
	const printed: string[] = [];
	let nowMs = 0;
	const log = pacedLog(
		(line) => printed.push(line),
		2,
		() => nowMs,
	);
	for (const line of ['a', 'b', 'c', 'd']) log(line);
	nowMs = 999;
	log('e');
	t.deepEqual(printed, ['a', 'b']);
	nowMs = 1000;
	log('f');
	t.deepEqual(printed.slice(2), ['(3 lines left out)', 'f']);
	nowMs = 2500;
	log('g');
	t.deepEqual(printed.slice(4), ['g']);
});
