import test from 'ava';
import fc from 'fast-check';
import { topicsOf } from '../link/mqtt/topics.ts';
import type { Account } from './accounts.ts';
import { mayPublish, mayReceive, maySubscribe, rightsOf } from './acl.ts';
import { topicMatches } from './topic-filter.ts';

const device: Account = { name: 'n', password: 'p', role: 'device', bench: 'b', device: 'd' };
const controller: Account = { name: 'n', password: 'p', role: 'controller' };
const viewer: Account = { name: 'n', password: 'p', role: 'viewer' };
const ALL = [device, controller, viewer];
const REPLY = '0123456789abcdef0123456789abcdef';

const own = topicsOf('b', 'd');
const others = [topicsOf('b', 'e'), topicsOf('c', 'd')];
const leaves = (topics: typeof own) => [topics.info, topics.answer(REPLY), topics.up, topics.ask, topics.down];

/** Columns: info, answer, up, ask, down. */
const TABLE: [string, (account: Account, topic: string) => boolean, Account, string, string][] = [
	['device publishes', mayPublish, device, 'yes yes yes no no', 'no no no no no'],
	['device subscribes', maySubscribe, device, 'yes no no yes yes', 'no no no no no'],
	['controller publishes', mayPublish, controller, 'no no no yes yes', 'no no no yes yes'],
	['controller subscribes', maySubscribe, controller, 'yes yes yes no no', 'yes yes yes no no'],
	['viewer publishes', mayPublish, viewer, 'no no no no no', 'no no no no no'],
	['viewer subscribes', maySubscribe, viewer, 'yes no yes no no', 'yes no yes no no'],
];

for (const [what, may, account, ofOwn, ofOthers] of TABLE)
	test(`MQTT.md section 5: what a ${what}`, (t) => {
		const said = (topics: typeof own) => leaves(topics).map((topic) => (may(account, topic) ? 'yes' : 'no'));
		t.is(said(own).join(' '), ofOwn);
		for (const topics of others) t.is(said(topics).join(' '), ofOthers);
	});

test('nobody may anything outside of the table', (t) => {
	for (const account of ALL)
		for (const topic of [
			'$SYS/broker/clients/total',
			'ossicle/2/b/d/up',
			'ossicle/1/b/d',
			'ossicle/1/b/d/up/x',
			'up',
			'',
		]) {
			t.false(mayPublish(account, topic), topic);
			t.false(maySubscribe(account, topic), topic);
			t.false(mayReceive(account, topic), topic);
		}
});

test('nobody publishes to a filter', (t) => {
	for (const account of ALL)
		for (const filter of rightsOf(account).publish.filter((each) => each.includes('+')))
			t.false(mayPublish(account, filter));
});

test('whatever filter is granted, nothing beyond the table comes through it', (t) => {
	const level = fc.constantFrom(
		'+',
		'#',
		'ossicle',
		'1',
		'b',
		'c',
		'd',
		'e',
		'info',
		'answer',
		'up',
		'ask',
		'down',
		REPLY,
	);
	const filter = fc.array(level, { minLength: 1, maxLength: 7 }).map((levels) => levels.join('/'));
	const topics = [...leaves(own), ...others.flatMap(leaves), '$SYS/a', 'ossicle', 'ossicle/1/b/d'];
	fc.assert(
		fc.property(fc.constantFrom(...ALL), filter, (account, asked) => {
			if (!maySubscribe(account, asked)) return true;
			return topics.every((topic) => !topicMatches(asked, topic) || mayReceive(account, topic));
		}),
		{ numRuns: 3000 },
	);
	t.true(maySubscribe(controller, 'ossicle/1/b/+/up'));
	t.false(maySubscribe(controller, 'ossicle/1/b/+/+'));
});
