import test from 'ava';
import fc from 'fast-check';
import { escapeHtml, html } from './html/markup.ts';
import { shellLine } from './shell-quote.ts';
import { shortened, visible } from './visible.ts';

test('what cannot be seen is written out', (t) => {
	t.is(visible('red \u001b[31m'), 'red \\x1b[31m');
	t.is(visible('a\u202egpj.exe'), 'a\\u{202e}gpj.exe', 'a right-to-left override turns nothing round');
	t.is(visible('a\u2028b\u2029c\ufeff\u0000\u009b'), 'a\\u{2028}b\\u{2029}c\\u{feff}\\x00\\x9b');
	t.is(visible('half \ud800 pair'), 'half \\u{d800} pair');
	t.is(visible('tab\tline\nfeed, Grüße, 日本, 😀'), 'tab\tline\nfeed, Grüße, 日本, 😀');
});

test('a long text is cut, and says how long it was', (t) => {
	t.is(shortened('a'.repeat(10_000), 5), 'aaaaa… (10000 characters)');
	t.is(shortened('short', 5), 'short');
});

test('whatever a value is, it cannot leave its place in the markup', (t) => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			t.notRegex(escapeHtml(text), /[<>"'`]|&(?!(amp|lt|gt|quot|#39|#96);)/);
		}),
	);
	t.is(
		html`<p title="${'"><script>'}">${['a', null, html`<b>b</b>`, false, 3]}</p>`.toString(),
		'<p title="&quot;&gt;&lt;script&gt;">a<b>b</b>3</p>',
	);
});

test('an object that looks like markup is not', (t) => {
	const forged = JSON.parse('{"text":"<script>"}');
	t.is(html`${forged}`.toString(), '[object Object]');
});

test('a command line reads as one would type it', (t) => {
	t.is(
		shellLine(['ossicle', 'run', 'a b', "it's", '', '$(reboot)', '--clips=x,y']),
		"ossicle run 'a b' 'it'\\''s' '' '$(reboot)' --clips=x,y",
	);
});
