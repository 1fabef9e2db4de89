import test from 'ava';
import { metricByTitle } from './metrics.ts';
import { formatBytes, parseLimit } from './units.ts';

function metric(title: string) {
	const found = metricByTitle(title);
	if (found === null) throw new Error(`no metric ${title}`);
	return found;
}

const parses = test.macro((t, title: string, text: string, expected: object | null) => {
	t.deepEqual(parseLimit(text, metric(title), ['baseline', 'python']), expected as never);
});

test('latency in ms', parses, 'Latency', '< 15 ms', { op: '<', value: 15, unit: 'ms', text: '< 15 ms' });
test('no blanks', parses, 'Latency', '<15ms', { op: '<', value: 15, unit: 'ms', text: '< 15 ms' });
test('microseconds', parses, 'Latency', '<= 250 µs', { op: '<=', value: 0.25, unit: 'ms', text: '<= 250 µs' });
test('seconds', parses, 'Latency', '< 1.5 s', { op: '<', value: 1500, unit: 'ms', text: '< 1.5 s' });
test('KB is 1024', parses, 'Memory', '<= 64 KB', { op: '<=', value: 65_536, unit: 'B', text: '<= 64 KB (65,536 B)' });
test('MB is 1024 x 1024', parses, 'Memory', '< 100 MB', {
	op: '<',
	value: 104_857_600,
	unit: 'B',
	text: '< 100 MB (104,857,600 B)',
});
test('mW', parses, 'Power', '< 1.2 mW', { op: '<', value: 1.2, unit: 'mW', text: '< 1.2 mW' });
test('W is a thousand mW', parses, 'Power', '≤ 2 W', { op: '<=', value: 2000, unit: 'mW', text: '<= 2 W' });
test('mJ', parses, 'Energy', '< 0.8 mJ', { op: '<', value: 0.8, unit: 'mJ', text: '< 0.8 mJ' });
test('microjoules', parses, 'Energy per inference', '<= 500 uJ', {
	op: '<=',
	value: 0.5,
	unit: 'mJ',
	text: '<= 500 uJ',
});
test('joules', parses, 'Energy', '< 0.002 J', { op: '<', value: 2, unit: 'mJ', text: '< 0.002 J' });
test('percent', parses, 'Accuracy', '> 93.8 %', { op: '>', value: 93.8, unit: '%', text: '> 93.8 %' });
test('hours', parses, 'Battery life', '> 80 h', { op: '>', value: 80, unit: 'h', text: '> 80 h' });
test('days', parses, 'Battery life', '≥ 2 d', { op: '>=', value: 48, unit: 'h', text: '>= 2 d' });
test('thousands', parses, 'Throughput', '> 1,000 req/s', {
	op: '>',
	value: 1000,
	unit: 'req/s',
	text: '> 1,000 req/s',
});
test('a factor', parses, 'Real-time factor', '< 0.3x', { op: '<', value: 0.3, unit: 'x', text: '< 0.3 x' });
test('of a baseline', parses, 'Throughput', '2x baseline', {
	op: '>=',
	value: 2,
	unit: 'x baseline',
	text: '>= 2x baseline',
});
test('of a named baseline', parses, 'Throughput', '5x Python', {
	op: '>=',
	value: 5,
	unit: 'x baseline',
	text: '>= 5x Python',
});
test('a flag', parses, 'NPU enabled', 'yes', { op: '=', value: 1, unit: 'yes/no', text: 'yes' });
test('a dash asks for nothing', parses, 'Power', '-', null);
test('an em dash neither', parses, 'Power', '—', null);
test('nor does nothing', parses, 'Power', '', null);

const refused = test.macro((t, title: string, text: string, message: string) => {
	t.is(t.throws(() => parseLimit(text, metric(title)))?.message, message);
});

test('unknown unit', refused, 'Power', '< 1.2 mw', 'unknown unit "mw" in "< 1.2 mw": did you mean "mW"?');
test(
	'unit of another dimension',
	refused,
	'Latency',
	'< 15 KB',
	'"KB" in "< 15 KB" is no unit of Latency, which is in ns, us, µs, ms, s',
);
test('no unit', refused, 'Latency', '< 15', '"< 15" has no unit; Latency is in ns, us, µs, ms, s');
test(
	'the wrong way round would pass everything',
	refused,
	'Latency',
	'> 15 ms',
	'"> 15 ms" points the wrong way: Latency is better when smaller, so < or <= was expected',
);
test(
	'accuracy below a limit likewise',
	refused,
	'Accuracy',
	'< 93 %',
	'"< 93 %" points the wrong way: Accuracy is better when larger, so > or >= was expected',
);
test('no direction', refused, 'Latency', '15 ms', '"15 ms" does not say < or <=; Latency is better when smaller');
test(
	'a decimal comma is not guessed at',
	refused,
	'Power',
	'< 1,2 mW',
	'"1,2" in "< 1,2 mW" is no number; expected one such as 93.8 or 1,000',
);
test('nothing', refused, 'Accuracy', '> 0 %', '"> 0 %" is no limit for Accuracy: a value above 0 was expected');
test('more than all', refused, 'Accuracy', '> 100 %', '"> 100 %" can never be met: Accuracy ends at 100 %');
test('prose', refused, 'Latency', 'fast', '"fast" is no limit; expected one such as `< 15 ms` or `-`');
test(
	'an object property is no unit',
	refused,
	'Latency',
	'< 5 constructor',
	'unknown unit "constructor" in "< 5 constructor": known: ns, us, µs, ms, s',
);
test(
	'unknown baseline',
	refused,
	'Throughput',
	'2x Rust',
	'"2x Rust" is relative to "Rust", but there is only: baseline',
);

test('bytes are printed as meant', (t) => {
	t.is(formatBytes(65_536), '64 KB (65,536 B)');
	t.is(formatBytes(42_000), '41 KB (42,000 B)');
	t.is(formatBytes(3 * 1024 * 1024), '3 MB (3,145,728 B)');
	t.is(formatBytes(999), '999 B');
});
