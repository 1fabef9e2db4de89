import test from 'ava';
import fc from 'fast-check';
import { CsvRecords, LONGEST_RECORD } from './csv-records.ts';

function records(pieces: readonly string[]): { fields: string[]; line: number }[] {
	const found: { fields: string[]; line: number }[] = [];
	const reader = new CsvRecords('x.csv', (fields, line) => found.push({ fields, line }));
	for (const piece of pieces) reader.write(piece);
	reader.end();
	return found;
}

const fields = (text: string) => records([text]).map((each) => each.fields);

test('quotes hold commas, line breaks and doubled quotes', (t) => {
	t.deepEqual(fields('a,b\n"1,5","say ""hi""\r\nthere"\n'), [
		['a', 'b'],
		['1,5', 'say "hi"\r\nthere'],
	]);
});

test('LF, CRLF, CR, a byte order mark and no last line end', (t) => {
	const expected = [
		['a', 'b'],
		['1', '2'],
	];
	for (const text of ['a,b\n1,2\n', 'a,b\r\n1,2\r\n', 'a,b\r1,2\r', '\uFEFFa,b\n1,2', 'a,"b"\r\n"1",2\n\n\n']) {
		t.deepEqual(fields(text), expected, JSON.stringify(text));
	}
});

test('empty fields are fields', (t) => {
	t.deepEqual(fields('a,b,c\n,,\n"",x,\n'), [
		['a', 'b', 'c'],
		['', '', ''],
		['', 'x', ''],
	]);
});

test('a record knows the line it begins on, also after line breaks in quotes', (t) => {
	t.deepEqual(
		records(['a\n"x\ny"\nz\n']).map(({ line }) => line),
		[1, 2, 4],
	);
});

const isRefused = test.macro((t, text: string, message: RegExp) => {
	t.throws(() => fields(text), { message });
});

test('an open quote', isRefused, 'a\n1\n"2\n3\n', /^x\.csv:3: the quote that opens here is never closed/);
test('text after a closing quote', isRefused, 'a\n"1"2\n', /^x\.csv:2: "2" follows a closing quote/);
test('a quote inside an unquoted field', isRefused, 'a\n1"2\n', /^x\.csv:2: a quote inside "1"/);
test('an empty line between records', isRefused, 'a\n1\n\n2\n', /^x\.csv:3: an empty line between records/);
test('a record without an end', isRefused, `a\n${'1'.repeat(LONGEST_RECORD + 1)}`, /^x\.csv:2: a record of more than/);
test('a quoted record without an end', isRefused, `a\n"${'1\n'.repeat(LONGEST_RECORD)}`, /a record of more than/);

test('what a writer quotes is read back, wherever the text is cut', (t) => {
	const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '\u{1F600}'), maxLength: 6 });
	const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 });
	fc.assert(
		fc.property(table, fc.integer({ min: 1, max: 7 }), fc.constantFrom('\n', '\r\n'), (rows, size, end) => {
			const quote = (text: string) => (/[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
			const text = rows.map((row) => row.map(quote).join(',') + end).join('');
			const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
			t.deepEqual(
				records(pieces).map((each) => each.fields),
				rows,
			);
		}),
	);
});
