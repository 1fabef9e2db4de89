import test from 'ava';
import { verdictTable } from '../../harness/cli/verdict-table.ts';
import { madeReport } from '../testing/made-report.ts';
import {
	counted,
	formatBounds,
	formatHz,
	formatSeconds,
	formatTime,
	formatUsed,
	formatValue,
	grouped,
	metricTitle,
	shortHash,
	significant,
	unbroken,
} from './format.ts';

test('values', (t) => {
	t.is(formatValue(3.01629, 'ms'), '3.016 ms');
	t.is(formatValue(14_976, 'B'), '14.6 KB (14,976 B)');
	t.is(formatValue(1, 'yes/no'), 'yes');
	t.is(formatValue(0, 'yes/no'), 'no');
	for (const nothing of [null, Number.NaN, Number.POSITIVE_INFINITY]) t.is(formatValue(nothing, 'ms'), '–');
	t.is(significant(123_456.7), '123457');
	t.is(significant(0.000_012_345), '0.00001234'.replace('0.00001234', String(Number((0.000_012_345).toPrecision(4)))));
	t.is(significant(1e300), '1e+300');
	t.is(unbroken('14.6 KB (14,976 B)'), '14.6\u00a0KB (14,976\u00a0B)');
});

test('bounds', (t) => {
	t.is(formatBounds([1.2065, 3.0163]), '[1.206, 3.016]');
	t.is(formatBounds([null, 3]), '[?, 3]');
	t.is(formatBounds([2, 2]), 'exact');
	t.is(formatBounds([null, null]), '[?, ?]');
	t.is(formatBounds(null), '–');
});

test('the share of the limit never reads 100 % when it is above', (t) => {
	t.is(formatUsed(1.0001), '101 %');
	t.is(formatUsed(0.9999), '99 %');
	t.is(formatUsed(1), '100 %');
	t.is(formatUsed(48.77), '49×');
	for (const nothing of [null, Number.NaN, Number.POSITIVE_INFINITY]) t.is(formatUsed(nothing), '–');
});

test('times, rates, hashes', (t) => {
	t.is(formatSeconds(73.48), '73 s');
	t.is(formatSeconds(245), '4 min 05 s');
	t.is(formatSeconds(7383), '2 h 03 min');
	t.is(formatSeconds(Number.NaN), '–');
	t.is(formatHz(168e6), '168 MHz');
	t.is(formatHz(32_768), '32.768 kHz');
	t.is(formatTime('2026-11-21T09:09:44.888Z'), '2026-11-21 09:09:44 UTC');
	t.is(formatTime('yesterday'), 'yesterday');
	t.is(grouped(1_081_198), '1,081,198');
	t.is(counted(1, 'clip'), '1 clip');
	t.is(counted(2, 'clip'), '2 clips');
	t.is(shortHash('f'.repeat(64)), 'ffffffffffff');
	t.is(shortHash('made'), 'made');
});

test('page and terminal print the same figures', async (t) => {
	const { record } = await madeReport();
	const table = verdictTable(record);
	for (const cell of record.cells.filter(({ verdict }) => verdict !== 'not-requested')) {
		const line = table.split('\n').find((each) => each.startsWith(metricTitle(cell))) ?? '';
		t.true(line.includes(formatValue(cell.estimate, cell.unit)), line);
		t.true(line.includes(formatBounds(cell.bounds)), line);
		t.true(line.includes(formatUsed(cell.used).replace('×', 'x')), line);
	}
});
