import test from 'ava';
import fc from 'fast-check';
import { filterCovers, isFilter, isTopic, topicMatches } from './topic-filter.ts';

const word = fc.constantFrom('', 'a', 'b', 'ossicle', '$SYS');
const topic = fc.array(word, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filter = fc
	.tuple(fc.array(fc.oneof(word, fc.constant('+')), { maxLength: 4 }), fc.boolean())
	.map(([levels, all]) => [...levels, ...(all ? ['#'] : [])].join('/'))
	.filter((text) => text !== '');

/** Topics that stand for all which a filter matches: each wildcard by a word that is in no other filter, or by one that is. */
function examples(text: string): string[] {
	const levels = text.split('/');
	const all = levels.at(-1) === '#';
	const fixed = all ? levels.slice(0, -1) : levels;
	const tails = all ? [[], ['zz'], ['zz', 'zz'], ['', '']] : [[]];
	return ['zz', 'a', ''].flatMap((plus) =>
		tails.map((tail) => [...fixed.map((level) => (level === '+' ? plus : level)), ...tail].join('/')),
	);
}

test('what a covered filter matches, the covering one matches too', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(filter, filter, topic, (outer, inner, name) => {
				fc.pre(filterCovers(outer, inner) && topicMatches(inner, name));
				return topicMatches(outer, name);
			}),
		),
	);
});

test('a filter is covered exactly when all that it stands for is matched', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(filter, filter, (outer, inner) => {
				// No topic is empty: `+/#` is as much as `#`, and `/#` less than it says. Here they count as they are written, which
				// refuses a little more and grants nothing.
				fc.pre(outer !== '+/#' && inner !== '/#');
				const matched = examples(inner).filter((name) => topicMatches(inner, name));
				return filterCovers(outer, inner) === matched.every((name) => topicMatches(outer, name));
			}),
			{ numRuns: 5000 },
		),
	);
});

test('a topic is a filter that covers itself alone', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(
				filter,
				topic,
				(outer, name) => name === '' || filterCovers(outer, name) === topicMatches(outer, name),
			),
		),
	);
});

for (const [outer, inner, expected] of [
	['a/+', 'a/b', true],
	['a/+', 'a/+', true],
	['a/+', 'a/#', false],
	['a/+', '+/b', false],
	['a/+', 'a', false],
	['a/#', 'a', true],
	['a/#', 'a/+/c', true],
	['a', 'a/#', false],
	['+/b', 'a/b', true],
	['#', '$SYS/a', false],
	['#', '+', true],
	['+', '#', false],
	['a/b', 'a//b', false],
	['a#', 'a', false],
	['a', 'a#', false],
	['#/a', 'a', false],
] as const)
	test(`${outer} ${expected ? 'covers' : 'does not cover'} ${inner}`, (t) =>
		t.is(filterCovers(outer, inner), expected));

test('what is no topic, and no filter', (t) => {
	for (const text of ['', 'a\0', 'a/+', '#', 'x'.repeat(65_536)]) t.false(isTopic(text), text.slice(0, 20));
	for (const text of ['', 'a\0', 'a+', '+a/b', '#/a', 'a/#/b', 'x'.repeat(65_536)]) t.false(isFilter(text));
	for (const text of ['+', '#', 'a/+/b/#', '/']) t.true(isFilter(text));
	t.false(topicMatches('a/#', 'a/+'));
});
