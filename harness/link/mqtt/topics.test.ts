import test from 'ava';
import { isOssicleError } from '../../error.ts';
import { parseTopic, topicsOf } from './topics.ts';

const REPLY = '0123456789abcdef0123456789abcdef';

test('what is written is read back', (t) => {
	const topics = topicsOf('bench-1', 'stm32f405-emulated');
	for (const leaf of ['info', 'ask', 'down', 'up'] as const)
		t.deepEqual(parseTopic(topics[leaf]), { bench: 'bench-1', device: 'stm32f405-emulated', leaf, replyTo: null });
	t.deepEqual(parseTopic(topics.answer(REPLY)), {
		bench: 'bench-1',
		device: 'stm32f405-emulated',
		leaf: 'answer',
		replyTo: REPLY,
	});
});

for (const topic of [
	'ossicle/2/b/d/info',
	'ossicle/1/b/d',
	'ossicle/1/b/d/info/',
	'ossicle/1/b/d/answer',
	'ossicle/1/b/d/answer/short',
	`ossicle/1/b/d/answer/${REPLY}/more`,
	'ossicle/1/B/d/info',
	'ossicle/1/+/d/info',
	'ossicle/1//d/info',
	'ossicle/1/b/d/console',
	`ossicle/1/${'b'.repeat(65)}/d/info`,
	'',
])
	test(`no topic of ours: ${topic}`, (t) => t.is(parseTopic(topic), null));

for (const name of ['', '-a', 'A', 'a/b', 'a+', '#', 'a'.repeat(65), 'ä', 'a b'])
	test(`no name for a bench or device: ${JSON.stringify(name)}`, (t) => {
		t.true(isOssicleError(t.throws(() => topicsOf(name, 'd'))));
		t.true(isOssicleError(t.throws(() => topicsOf('b', name))));
	});

test('a reply goes nowhere but below answer/', (t) => {
	t.throws(() => topicsOf('b', 'd').answer('../up'), { instanceOf: TypeError });
});
