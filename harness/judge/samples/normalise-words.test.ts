import test from 'ava';
import { normaliserOf } from './normalise-words.ts';

test('none parts at white space and changes nothing', (t) => {
	t.deepEqual(normaliserOf('none').words('  Turn it\tON,\n please. '), ['Turn', 'it', 'ON,', 'please.']);
	t.deepEqual(normaliserOf('none').words(' '), []);
});

test('basic folds case, punctuation and compatibility forms, and keeps apostrophes inside words', (t) => {
	const { words } = normaliserOf('basic');
	t.deepEqual(words("Don’t -- STOP! 'it' (now)…"), ["don't", 'stop', 'it', 'now']);
	t.deepEqual(
		words('ﬁve ½ ÉTÉ'),
		['five', '1⁄2', 'été'].flatMap((word) => word.split('⁄')),
	);
	t.deepEqual(words('?!'), []);
});

test('a normaliser is named by a hash that no other shares', (t) => {
	const [none, basic] = [normaliserOf('none'), normaliserOf('basic')];
	t.regex(basic.sha256, /^[0-9a-f]{64}$/);
	t.not(none.sha256, basic.sha256);
	t.is(basic.sha256, normaliserOf('basic').sha256);
	t.throws(() => normaliserOf('whisper'), { message: /no normaliser "whisper"; known: none, basic/ });
});
