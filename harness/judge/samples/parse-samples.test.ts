import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { isOssicleError } from '../../error.ts';
import { parsed } from '../../testing/verdict-on.ts';
import { parseRenamed, parseSamples } from './parse-samples.ts';
import { rowsBy } from './sample-table.ts';
import { parseStatistic } from './statistic.ts';

const values = async (text: string, source?: string) =>
	(await parsed([text], 'p95', source)).samples.numbers.get('value') ?? [];

test('CSV and NDJSON of the same samples are the same samples', async (t) => {
	const csv = await parsed(['Value ,session,note\n12.5,a,x\n-3e-1,b,"y,z"\n'], 'p95');
	const ndjson = await parsed(
		['{"value":12.5,"session":"a","note":[1]}\n', '\n{"session":"b","value":-0.3}\n'],
		'p95',
		'stdin',
	);
	for (const { samples } of [csv, ndjson]) {
		t.deepEqual([...(samples.numbers.get('value') ?? [])], [12.5, -0.3]);
		t.deepEqual(
			rowsBy(samples, 'session').map(({ name, rows }) => [name, [...rows]]),
			[
				['a', [0]],
				['b', [1]],
			],
		);
	}
	t.is(csv.format, 'csv');
	t.is(ndjson.format, 'ndjson');
	t.deepEqual(csv.ignored, ['note']);
});

test('the hash is of the bytes of the file, however they come', async (t) => {
	const text = 'value\n1\n2.5é\n'.replace('é', '');
	const expected = createHash('sha256').update(text).digest('hex');
	t.is((await parsed([text], 'p95')).sha256, expected);
	t.is((await parsed([...text], 'p95')).sha256, expected);
});

test('a number is read back as it was written', async (t) => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
			async (numbers) => {
				const expected = numbers.map((value) => (Object.is(value, -0) ? 0 : value));
				t.deepEqual([...(await values(`value\n${numbers.join('\n')}\n`))], expected);
			},
		),
		{ numRuns: 50 },
	);
});

const isRefused = test.macro(async (t, text: string, stat: string, message: RegExp, source?: string) => {
	const error = await t.throwsAsync(parsed([text], stat, source));
	t.true(isOssicleError(error) && error.kind === 'usage', String(error?.stack));
	t.regex(String(error?.message), message);
});

test('nothing', isRefused, '', 'p95', /^samples\.csv: the file is empty/);
test('blanks only', isRefused, ' \n \n', 'p95', /samples\.csv/);
test('a header only', isRefused, 'value\n', 'p95', /a header and no rows/);
test('no header', isRefused, '12.5\n13\n', 'p95', /Line 1 must be a header/);
test(
	'NaN',
	isRefused,
	'value\n1\nNaN\n',
	'p95',
	/^samples\.csv:3, column "value": expected a finite number.*got "NaN"/,
);
test('inf', isRefused, 'value\n-inf\n', 'p95', /:2, column "value": expected a finite number.*"-inf"/);
test('a number beyond doubles', isRefused, 'value\n1e999\n', 'p95', /expected a finite number.*"1e999"/);
test('hexadecimal', isRefused, 'value\n0x10\n', 'p95', /expected a finite number/);
test('a decimal comma', isRefused, 'value\n"1,5"\n', 'p95', /A decimal point is written/);
test('a unit in the cell', isRefused, 'value\n12 ms\n', 'p95', /Units go into --unit/);
test('a missing value', isRefused, 'value,x\n,1\n', 'p95', /got nothing\. A sample that was lost is no sample/);
test('a missing session', isRefused, 'value,session\n1,\n', 'p95', /column "session": expected a name, got nothing/);
test('too few fields', isRefused, 'value,session\n1\n', 'p95', /:2: expected 2 fields as in the header, got 1/);
test(
	'too many fields',
	isRefused,
	'value\n1,5\n',
	'p95',
	/expected 1 field as in the header, got 2\. A field with a comma/,
);
test('semicolons', isRefused, 'value;session\n1;a\n', 'p95', /parted by commas/);
test(
	'the same column twice',
	isRefused,
	'value,Value\n1,2\n',
	'p95',
	/column "value": the header has this column twice/,
);
test('a wrong flag', isRefused, 'correct\nyes\n', 'proportion', /expected 1 or 0 \(or true, false\), got "yes"/);
test('a wrong arm', isRefused, 'value,arm\n1,C\n', 'ratio', /column "arm": expected A or B, got "C"/);
test('half an event', isRefused, 'events,hours\n0.5,1\n', 'rate', /column "events": expected a whole number/);
test('no hours', isRefused, 'events,hours\n0,0\n', 'rate', /column "hours": expected a number above 0/);
test('both group and speaker', isRefused, 'correct,group,speaker\n1,a,b\n', 'proportion', /both `group` and `speaker`/);
test('another name', isRefused, 'latency_ms\n1\n', 'p95', /--column value=latency_ms/);
test('a JSON array', isRefused, '[{"value":1}]', 'p95', /a JSON array; expected one object a line/, 'x.json');
test('JSON over several lines', isRefused, '{\n"value":1}', 'p95', /one whole object a line/, 'x.json');
test('a line that is no JSON', isRefused, '{"value":1}\n{"value":\n', 'p95', /:2: no JSON/, 'x.ndjson');
test('a line that is no object', isRefused, '{"value":1}\n7\n', 'p95', /:2: expected an object/, 'x.ndjson');
test('null', isRefused, '{"value":null}\n', 'p95', /p95 needs `value`/, 'x.ndjson');
test('null later on', isRefused, '{"value":1}\n{"value":null}\n', 'p95', /:2, column "value".*got nothing/, 'x.ndjson');
test(
	'a session from some line on',
	isRefused,
	'{"value":1}\n{"value":2,"session":1}\n',
	'p95',
	/:2, column "session": this line has it, the first line has not/,
	'x.ndjson',
);
test(
	'a transcript that is not there',
	isRefused,
	'{"reference":"a","hypothesis":""}\n{"reference":"a"}\n',
	'wer',
	/:2, column "hypothesis": expected text, got nothing/,
	'x.ndjson',
);

test('what stands in a file cannot steer a terminal', async (t) => {
	const error = await t.throwsAsync(parsed(['value\n\u001b[31m1\u202e\n'], 'p95'));
	t.regex(String(error?.message), /"\\u001b\[31m1\\u202e"/);
});

test('bytes that are no UTF-8', async (t) => {
	async function* chunks() {
		yield Uint8Array.of(0x1f, 0x8b, 0x08, 0x00);
	}
	await t.throwsAsync(parseSamples(chunks(), { statistic: parseStatistic('p95'), source: 'x.gz' }), {
		message: /x\.gz: not UTF-8 text/,
	});
});

test('a character cut by a chunk is one character', async (t) => {
	const bytes = new TextEncoder().encode('value,session\n1,é\n');
	async function* chunks() {
		for (const byte of bytes) yield Uint8Array.of(byte);
	}
	const { samples } = await parseSamples(chunks(), { statistic: parseStatistic('p95'), source: 'x' });
	t.deepEqual(samples.labels.get('session')?.names, ['é']);
});

test('a column is taken under another name', async (t) => {
	async function* chunks() {
		yield new TextEncoder().encode('value,t_us\nx,3\n');
	}
	const options = { statistic: parseStatistic('p95'), source: 'x', renamed: parseRenamed(['value=t_us']) };
	const { samples, used, ignored } = await parseSamples(chunks(), options);
	t.deepEqual([...(samples.numbers.get('value') ?? [])], [3]);
	t.deepEqual(used, { value: 't_us' });
	t.deepEqual(ignored, ['value']);
	t.throws(() => parseRenamed(['latency=x']), { message: /expected <ours>=<name in the file>/ });
	t.throws(() => parseRenamed(['value=a', 'value=b']), { message: /named twice/ });
});
