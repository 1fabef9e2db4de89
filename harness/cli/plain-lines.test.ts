import test from 'ava';
import { jsonLine } from './plain-lines.ts';

test('JSON of texts of strangers is whole, one line, and nothing a terminal acts on', (t) => {
	const value = { text: '\u001b[2J\n\u009b31m\u202e\u2028ä😀"\\', n: 1.5, list: [null, true] };
	const line = jsonLine(value);
	t.regex(line, /^[\x20-\x7e]+$/);
	t.deepEqual(JSON.parse(line), value);
});
