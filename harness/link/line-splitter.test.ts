import test from 'ava';
import fc from 'fast-check';
import { LineSplitter } from './line-splitter.ts';

const texts = (splitter: LineSplitter, bytes: string | Uint8Array) =>
	splitter.push(Buffer.from(bytes as string)).map(({ text }) => text);

test('lines come out whole, without \\n and without a \\r before it', (t) => {
	const splitter = new LineSplitter();
	t.deepEqual(texts(splitter, 'one\r\ntwo\n\nth'), ['one', 'two', '']);
	t.deepEqual(texts(splitter, 'ree\rx\n'), ['three\rx']);
});

test('bytes are kept one to one, also those that are no UTF-8', (t) => {
	const all = Uint8Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 10 && byte !== 13);
	const [line] = new LineSplitter().push(Buffer.concat([all, Buffer.from('\n')]));
	t.deepEqual(Buffer.from(line?.text ?? '', 'latin1'), Buffer.from(all));
});

test('the same lines come, in the same call, however the bytes are cut', (t) => {
	const text = `${'a'.repeat(4095)}\n{"t":1}\n\n${'b'.repeat(9000)}\nc\n`;
	const whole = new LineSplitter().push(Buffer.from(text));
	t.is(whole.length, 5);
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }), (sizes) => {
			const splitter = new LineSplitter();
			const lines = [];
			for (let at = 0, i = 0; at < text.length; i++) {
				const size = sizes[i % sizes.length] as number;
				lines.push(...splitter.push(Buffer.from(text.slice(at, at + size))));
				at += size;
			}
			return JSON.stringify(lines) === JSON.stringify(whole);
		}),
		{ numRuns: 30 },
	);
});

test('a line of 4096 bytes with its newline is whole, a longer one is cut there and skipped to its newline', (t) => {
	const [fits, long, next] = new LineSplitter().push(Buffer.from(`${'a'.repeat(4095)}\n${'b'.repeat(4096)}\nc\n`));
	t.deepEqual([fits?.text.length, fits?.cut], [4095, false]);
	t.deepEqual([long?.text.length, long?.cut], [4095, true]);
	t.deepEqual([next?.text, next?.cut], ['c', false]);
});

test('a device that never ends its line does not fill the memory', (t) => {
	const splitter = new LineSplitter();
	const chunk = Buffer.alloc(64 * 1024, 'x');
	for (let i = 0; i < 64; i++) t.deepEqual(splitter.push(chunk), []);
	const [line] = splitter.push(Buffer.from('\n'));
	t.deepEqual([line?.cut, line?.text.length], [true, 4095]);
});

test('many thousand lines in one chunk all come', (t) => {
	t.is(new LineSplitter().push(Buffer.from('x\n'.repeat(50_000))).length, 50_000);
	t.is(new LineSplitter().push(Buffer.from('\n'.repeat(50_000))).length, 50_000);
});
