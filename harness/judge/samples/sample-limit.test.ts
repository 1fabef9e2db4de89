import test from 'ava';
import { parseSampleLimit } from './sample-limit.ts';
import { conversion, inUnitOf } from './sample-unit.ts';
import { parseStatistic } from './statistic.ts';

const limit = (text: string, stat: string) => parseSampleLimit(text, parseStatistic(stat));

const reads = test.macro((t, text: string, stat: string, op: string, value: number, unit: string | null) => {
	const parsed = limit(text, stat);
	t.deepEqual([parsed.op, parsed.value, parsed.unit], [op as never, value, unit]);
});

test('a latency', reads, '< 15 ms', 'p95', '<', 15, 'ms');
test('no unit', reads, '<=1,000', 'p95', '<=', 1000, null);
test('signs as typeset', reads, '≤ 0.5 W', 'mean', '<=', 0.5, 'W');
test('a negative limit', reads, '< -60 dB', 'p50', '<', -60, 'dB');
test('percent', reads, '>= 90 %', 'proportion', '>=', 0.9, '%');
test('a fraction is shown in percent', reads, '>= 0.9', 'proportion', '>=', 0.9, '%');
test('a difference', reads, '>= -1 pp', 'proportion', '>=', -0.01, 'pp');
test('a rate', reads, '< 0.1 /h', 'rate', '<', 0.1, '/h');
test('a rate in words', reads, '< 0.1 per hour', 'rate', '<', 0.1, '/h');
test('a rate over a span', reads, '<= 1 /10 h', 'rate', '<=', 0.1, '/h');
test('a ratio', reads, '<= 1.02', 'ratio', '<=', 1.02, 'x');

const isRefused = test.macro((t, text: string, stat: string, message: RegExp) => {
	t.throws(() => limit(text, stat), { message });
});

test('no sign', isRefused, '15 ms', 'p95', /^--limit: expected a limit such as '< 15 ms', with < or <=/);
test('an equals sign', isRefused, '= 15 ms', 'p95', /expected a limit/);
test('a decimal comma', isRefused, '< 15,5 ms', 'p95', /"15,5" is no number/);
test('a maximum from below', isRefused, '> 15 ms', 'max', /points the wrong way/);
test('a word error rate from below', isRefused, '> 15 %', 'wer', /points the wrong way/);
test('percent without the sign', isRefused, '>= 90', 'proportion', /is it '>= 90 %'\?/);
test('above 100 %', isRefused, '> 100 %', 'proportion', /can never be met/);
test('at least nothing', isRefused, '>= 0 %', 'proportion', /is met by anything/);
test('a negative proportion', isRefused, '>= -1 %', 'proportion', /limited in pp/);
test('a proportion in ms', isRefused, '>= 90 ms', 'proportion', /got the unit "ms"/);
test('a rate per nothing', isRefused, '< 0.1', 'rate', /does not say per what/);
test('a ratio in percent', isRefused, '<= 2 %', 'ratio', /'<= 1.02'/);

test('percentiles', (t) => {
	t.deepEqual(parseStatistic('P99.9'), { kind: 'percentile', name: 'p99.9', p: 0.999 });
	t.is(parseStatistic('p50').name, 'p50');
	for (const wrong of ['p0', 'p100', 'p', 'p-5', 'p95x']) t.throws(() => parseStatistic(wrong), undefined, wrong);
	t.throws(() => parseStatistic('meen'), { message: /did you mean "mean"\?/ });
});

test('units are converted without moving a value off the limit', (t) => {
	t.is(conversion('us', 'ms')?.(15300), 15.3);
	t.is(conversion('s', 'ms')?.(0.0153), 15.3);
	t.is(conversion('W', 'mW')?.(0.0029), 2.9);
	t.is(conversion('h', 's')?.(0.1), 360);
	t.is(conversion('min', 'h')?.(90), 1.5);
	t.is(conversion('furlong', 'furlong')?.(7), 7);
	t.is(conversion('ms', 'mW'), null);
	t.throws(() => inUnitOf('ms', 'mW'), { message: /mW cannot be turned into ms/ });
	t.throws(() => inUnitOf(null, 'ms'), { message: /the limit has no unit/ });
});
