import test from 'ava';
import { Refusals } from './refusals.ts';

const ASK = 'ossicle/1/b/d/ask';

test('all are counted, by kind: topic leaf and reason', (t) => {
	const refusals = new Refusals();
	t.deepEqual([refusals.total, refusals.summary()], [0, []]);
	refusals.refuse(ASK, 'it is not JSON in UTF-8');
	refusals.refuse('ossicle/1/other/device/ask', 'it is not JSON in UTF-8');
	refusals.refuse('ossicle/1/b/d/up', 'it is not JSON in UTF-8');
	refusals.refuse('$SYS/broker/uptime', 'it is on a topic that is none of ours');
	t.is(refusals.total, 4);
	t.deepEqual(refusals.summary(), [
		'2 messages refused on ask: it is not JSON in UTF-8',
		'1 message refused on up: it is not JSON in UTF-8',
		'1 message refused on a topic that is none of ours: it is on a topic that is none of ours',
	]);
});

test('the first of a kind is told at once, a flood of it once a second at most', (t) => {
	const told: string[] = [];
	const refusals = new Refusals((text) => told.push(text));
	for (let count = 0; count < 10_000; count++) refusals.refuse(ASK, `${count} bytes: a message has at most 4096`);
	t.is(refusals.total, 10_000);
	t.is(refusals.summary().length, 1);
	t.regex(told[0] ?? '', /^refused a message on "ossicle\/1\/b\/d\/ask": 0 bytes: a message has at most 4096$/);
	t.true(told.length < 100, `${told.length} lines`);
});

test('however many kinds a sender thinks of, only so many are kept', (t) => {
	const told: string[] = [];
	const refusals = new Refusals((text) => told.push(text));
	const reason = (count: number) => String.fromCharCode(97 + (count % 26), 97 + (Math.floor(count / 26) % 26));
	for (let count = 0; count < 500; count++) refusals.refuse(ASK, reason(count));
	t.is(refusals.summary().length, 21);
	t.is(refusals.summary().at(-1), '480 messages refused on other topics, or for other reasons');
	t.true(told.length < 100);
});

test('topics of somebody else are shown without their control characters, and cut', (t) => {
	const told: string[] = [];
	new Refusals((text) => told.push(text)).refuse(`\u001b[2J\n${'x'.repeat(60_000)}`, 'no topic of ours');
	t.notRegex(told.join(), /\p{Cc}/u);
	t.true((told[0]?.length ?? 0) < 400);
});
