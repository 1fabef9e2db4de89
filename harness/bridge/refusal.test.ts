import test from 'ava';
import { OssicleError } from '../error.ts';
import { encodeAnswer, MAX_MESSAGE_BYTES } from '../link/mqtt/message.ts';
import { refusalOf, refused } from './refusal.ts';

const answerWith = (error: unknown) =>
	encodeAnswer({
		v: 1,
		id: 'a'.repeat(32),
		incarnation: 'b'.repeat(16),
		deviceMs: Number.MAX_SAFE_INTEGER,
		ok: false,
		...refusalOf(error),
	});

test("the rig's own words and kind go out", (t) => {
	const error = new OssicleError('flash-probe-absent', 'usage', 'there is no probe', { secret: 'not told' });
	t.deepEqual(refusalOf(error), { code: 'flash-probe-absent', kind: 'usage', text: 'there is no probe' });
});

test('whatever was thrown, and however long and odd its text, makes an answer that can be sent', (t) => {
	for (const text of ['x', '"', '\\', '\u0000\u001b[2J', '界', '😀', '\ud800', '\u202e'].map((each) =>
		each.repeat(5000),
	))
		for (const thrown of [refused('held', text), new Error(text), text, undefined, null, { toString: () => text }])
			t.true(answerWith(thrown).length <= MAX_MESSAGE_BYTES);
});

test('no control character goes out', (t) => {
	t.is(refusalOf(refused('held', 'a\u001b[2J\nb')).text, 'a [2J b');
});

test('what is no OssicleError is a fault of ours, and says so; so is a code that cannot be sent', (t) => {
	t.deepEqual(refusalOf(new TypeError('x is undefined')), {
		code: 'internal',
		kind: 'rig',
		text: 'internal error of the bridge: x is undefined',
	});
	t.is(refusalOf(refused('No Code', 'x')).code, 'internal');
});
