import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import test from 'ava';
import { isOssicleError } from '../error.ts';
import type { VerdictResult } from '../generated/verdict-result.ts';
import { ossicle } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { csvOf, scattered } from '../testing/verdict-on.ts';
import { type VerdictCommandOptions, verdictOfFile } from './verdict-command.ts';
import { verdictText } from './verdict-text.ts';

const SCHEMA = fileURLToPath(new URL('../schema/verdict-result.schema.json', import.meta.url));
const FOLDER = temporaryFolder('verdict');

function file(name: string, text: string): string {
	const path = `${FOLDER}/${name}`;
	writeFileSync(path, text);
	return path;
}

const LATENCIES = file('latencies.csv', csvOf('value', scattered(59)));
const p95 = (limit: string, samples: string, ...more: string[]) =>
	ossicle(['verdict', '--limit', limit, '--stat', 'p95', samples, ...more]);

test('the verdict is the first word, and the exit code', async (t) => {
	const pass = await p95('< 15 ms', LATENCIES);
	t.is(pass.exitCode, 0, String(pass.stderr));
	t.regex(String(pass.stdout), /^pass: p95 < 15 ms\n/);
	t.is(pass.stderr, '');
	const fail = await p95('< 11 ms', LATENCIES);
	t.is(fail.exitCode, 1);
	t.regex(
		String(fail.stdout),
		/^fail: p95 < 11 ms\n\nwhy {8}even the lower bound, 11\.\d+ ms, does not meet < 11 ms\n/,
	);
	const open = await p95('< 15 ms', file('fewer.csv', csvOf('value', scattered(58))));
	t.is(open.exitCode, 3);
	t.regex(String(open.stdout), /^inconclusive \(leaning pass\): p95 < 15 ms\n/);
	t.regex(String(open.stdout), /^to decide {2}about 59 rows in all/m);
});

test('samples come through a pipe', async (t) => {
	const lines = scattered(59).map((value) => JSON.stringify({ value: value * 1000, session: 1 }));
	const { stdout, exitCode } = await ossicle(['verdict', '--limit', '< 15 ms', '--stat', 'p95', '--unit', 'us', '-'], {
		input: lines.join('\n'),
	});
	t.is(exitCode, 0);
	t.regex(String(stdout), /^pass: p95 < 15 ms\n/);
	t.regex(String(stdout), /^rests on {3}59 rows of "stdin"$/m);
});

test('--json prints one object and nothing else, with the hash of what was judged', async (t) => {
	const { stdout, stderr } = await p95('< 15 ms', LATENCIES, '--json');
	const result = JSON.parse(String(stdout)) as VerdictResult;
	t.is(stderr, '');
	t.is(result.verdict, 'pass');
	t.regex(result.input.sha256, /^[0-9a-f]{64}$/);
	t.deepEqual([result.input.rows, result.input.format, result.input.columns], [59, 'csv', ['value']]);
});

const pairs = csvOf(
	'pair,arm,value,correct',
	scattered(8).flatMap((value, pair) => [`${pair},A,${value},1`, `${pair},B,${value * (1 + pair / 1000)},${pair % 2}`]),
);
const rows = (value: (row: number) => string, n = 100) => Array.from({ length: n }, (_, row) => value(row));
const EVERY: readonly [name: string, text: string, options: VerdictCommandOptions][] = [
	['order-statistics', csvOf('value', scattered(100)), { stat: 'p50', limit: '< 15' }],
	[
		'session-percentiles',
		csvOf(
			'value,session',
			scattered(600).map((value, row) => `${value + (row % 6)},${row % 6}`),
		),
		{ stat: 'p50', limit: '< 15 ms' },
	],
	['batch-means', csvOf('value', scattered(100)), { stat: 'mean', limit: '< 15 mW', meterLimit: '2 %' }],
	[
		'session-means',
		csvOf(
			'value,session',
			rows((row) => `${row},${row % 5}`),
		),
		{ stat: 'mean', limit: '< 60 mW' },
	],
	['miss-rate', csvOf('value', scattered(100)), { stat: 'max', limit: '< 15 ms' }],
	[
		'clopper-pearson',
		csvOf(
			'correct',
			rows((row) => String(row % 9 === 0 ? 0 : 1)),
		),
		{ stat: 'proportion', limit: '> 50 %' },
	],
	['fixed-set', csvOf('correct', ['1', '0']), { stat: 'proportion', limit: '>= 50 %', fixedSet: true }],
	[
		'clusters',
		csvOf(
			'correct,speaker',
			rows((row) => `1,${row % 25}`),
		),
		{ stat: 'proportion', limit: '> 50 %' },
	],
	[
		'sequential',
		csvOf(
			'correct',
			rows(() => '1'),
		),
		{ stat: 'proportion', limit: '> 50 %', sprt: '70 %', seed: '4' },
	],
	['paired-proportions', pairs, { stat: 'proportion', limit: '>= -1 pp' }],
	[
		'poisson',
		csvOf(
			'events,hours',
			rows(() => '1,10'),
		),
		{ stat: 'rate', limit: '< 1 /h' },
	],
	[
		'word-errors',
		csvOf(
			'reference,hypothesis',
			rows((row) => `a b c,a b ${row}`),
		),
		{ stat: 'wer', limit: '< 40 %' },
	],
	['signed-rank', pairs, { stat: 'ratio', limit: '<= 1.02' }],
	['two-sample-shift', pairs.replace('pair,', 'block,'), { stat: 'ratio', limit: '<= 1.02' }],
];

for (const [method, text, options] of EVERY) {
	test(`the result of ${method} is as its schema says, and reads well`, async (t) => {
		const result = await verdictOfFile(file(`${method}.csv`, text), options);
		const json = JSON.parse(JSON.stringify(result)) as VerdictResult;
		const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
		t.true(validate(json), JSON.stringify(validate.errors));
		t.is(json.figures.method, method as never);
		const read = verdictText(result);
		t.true(read.startsWith(result.verdict));
		t.notRegex(read, /NaN|undefined|Infinity|\[object|null/);
	});
}

const isUsage = test.macro(async (t, samples: string, options: VerdictCommandOptions, message: RegExp) => {
	const error = await t.throwsAsync(verdictOfFile(samples, options));
	t.true(isOssicleError(error) && error.kind === 'usage', String(error?.stack));
	t.regex(String(error?.message), message);
});

const LIMIT = { limit: '< 15 ms', stat: 'p95' };
const MEAN = { limit: '< 15 mW', stat: 'mean' };
const HALF = file('half.csv', 'pair,arm,value\n1,A,2\n2,A,2\n2,B,3\n');
test('no file', isUsage, `${FOLDER}/none.csv`, LIMIT, /none\.csv: no such file/);
test('a folder', isUsage, FOLDER, LIMIT, /: a folder; expected a CSV or NDJSON file/);
test('an unknown statistic', isUsage, LATENCIES, { ...LIMIT, stat: 'p950' }, /--stat: expected a percentile above p0/);
test(
	'a wrong alpha',
	isUsage,
	LATENCIES,
	{ ...LIMIT, alpha: '5%' },
	/--alpha: expected a number such as 0\.05, got "5%"/,
);
test(
	'a seed that is no whole number',
	isUsage,
	LATENCIES,
	{ ...LIMIT, seed: '1.5' },
	/--seed: expected a whole number/,
);
test('two meters', isUsage, LATENCIES, { ...MEAN, meterLimit: '1 %', meterUncertainty: '1 %' }, /not both/);
test(
	'a meter for a percentile',
	isUsage,
	LATENCIES,
	{ ...LIMIT, meterLimit: '1 %' },
	/--meter-limit: means nothing for p95/,
);
test('a missing partner', isUsage, HALF, { limit: '<= 1.02', stat: 'ratio' }, /half\.csv:2.*pair "1" has A and no B/);

test('bad input is exit 2, one line on stderr and nothing on stdout', async (t) => {
	const samples = file('nan.csv', 'value\n1\nNaN\n');
	for (const [args, message] of [
		[
			['--limit', '< 15 ms', '--stat', 'p95', samples],
			/^ossicle: .*nan\.csv:3, column "value": expected a finite number/,
		],
		[['--limit', '< 15 ms', '--stat', 'p95', '-'], /^ossicle: stdin: the file is empty/],
		[['--stat', 'p95', samples], /required option '--limit <limit>' not specified/],
	] as const) {
		const { exitCode, stdout, stderr } = await ossicle(['verdict', ...args], { input: '' });
		t.is(exitCode, 2);
		t.is(stdout, '');
		t.regex(String(stderr), message);
		t.is(String(stderr).split('\n').length, 1);
	}
});
