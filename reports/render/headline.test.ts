import test from 'ava';
import type { Verdict } from '../../harness/generated/record.ts';
import { cellOf, madeReport, recordOf } from '../testing/made-report.ts';
import { headlineOf, missedBy } from './headline.ts';

const VERDICTS: Verdict[] = ['pass', 'marginal', 'fail', 'inconclusive', 'not-measured', 'rig-error', 'not-requested'];

test('what failed, by how much, and on what evidence', async (t) => {
	const { record } = await madeReport({ decide: ({ label }) => label ?? 'yes' });
	const { word, sentences, evidence, counts } = headlineOf(record);
	t.is(word, 'fail');
	t.is(sentences.length, 1);
	t.regex(
		sentences[0] ?? '',
		/^2 of 5 limits missed: Power \(mean\) is [\d.]+ mW, limit < 1\.2 mW \(at least \d+× off\); and Battery life \(mean\) is [\d.]+ h, limit > 80 h \(at least \d+× off\)\.$/,
	);
	t.is(evidence, 'Evidence: 2 emulated, 3 modelled; nothing here is silicon.');
	t.deepEqual(counts, [
		{ verdict: 'fail', n: 2 },
		{ verdict: 'pass', n: 3 },
		{ verdict: 'not-requested', n: 5 },
	]);
});

test('the word is that of the worst cell, in the order of the exit codes', (t) => {
	const word = (...verdicts: Verdict[]) => headlineOf(recordOf(verdicts.map((verdict) => cellOf({ verdict })))).word;
	t.is(word('pass', 'rig-error', 'fail'), 'fail');
	t.is(word('inconclusive', 'rig-error'), 'rig error');
	t.is(word('pass', 'not-measured'), 'not measured');
	t.is(word('pass', 'marginal'), 'marginal');
	t.is(word('pass', 'not-requested'), 'pass');
	t.is(word('not-requested'), 'nothing asked');
	t.is(word(), 'nothing asked');
});

test('no verdict but a pass is ever called met', (t) => {
	for (const verdict of VERDICTS.filter((each) => each !== 'pass' && each !== 'marginal')) {
		const { sentences } = headlineOf(recordOf([cellOf(), cellOf({ verdict })]));
		if (verdict !== 'not-requested') t.notRegex(sentences.join(' '), /All|The one limit/, verdict);
	}
	t.deepEqual(headlineOf(recordOf([cellOf()])).sentences, ['The one limit is met.']);
	t.deepEqual(headlineOf(recordOf([cellOf(), cellOf({ verdict: 'marginal' })])).sentences, [
		'All 2 limits are met, Latency (p99) with less than 5 % to spare.',
	]);
});

test('a broken rig and an interrupted run are told as that', (t) => {
	const broken = recordOf([cellOf({ verdict: 'rig-error', reason: 'link-lost: gone', evidence: null })], {
		status: 'rig-error',
		statusReason: 'link-lost: gone',
	});
	t.is(headlineOf(broken).word, 'rig error');
	t.deepEqual(headlineOf(broken).sentences, [
		'The rig failed, not the device (link-lost: gone): 1 of 1 limit could not be judged.',
	]);
	const outside = recordOf([cellOf()], { status: 'rig-error', statusReason: 'the pty was closed' });
	t.is(headlineOf(outside).word, 'rig error', 'also when every cell came out well');
	const cut = recordOf([cellOf({ verdict: 'not-measured', evidence: null })], { status: 'interrupted' });
	t.is(headlineOf(cut).word, 'interrupted');
	t.is(headlineOf(cut).evidence, 'No figure was judged, so there is no evidence to speak of.');
});

test('an open cell says what would decide it', (t) => {
	const open = (what: 'sessions' | 'silicon' | 'meter' | 'clips', n: number | null) =>
		headlineOf(recordOf([cellOf({ verdict: 'inconclusive', wouldDecide: { what, n } })])).sentences[0];
	t.is(open('sessions', 9), '1 of 1 limit undecided: Latency (p99) (about 9 sessions would probably decide).');
	t.is(open('clips', 1200), '1 of 1 limit undecided: Latency (p99) (about 1,200 clips would probably decide).');
	t.is(open('silicon', null), '1 of 1 limit undecided: Latency (p99) (a run on silicon would probably decide).');
	t.is(open('meter', null), '1 of 1 limit undecided: Latency (p99) (a better meter would probably decide).');
});

test('several devices are named, many cells are counted', (t) => {
	const cells = ['a', 'b', 'c', 'd', 'e'].map((device) => cellOf({ device, verdict: 'fail', bounds: [12, 14] }));
	const [sentence] = headlineOf(recordOf(cells)).sentences;
	t.regex(sentence ?? '', /^5 of 5 limits missed: .* on a; .* on b; .* on c; and 2 more\.$/);
});

test('how far off, by the bound that is nearest the limit', (t) => {
	const off = (changes: Parameters<typeof cellOf>[0]) => missedBy(cellOf(changes));
	const over = { op: '<', value: 10, text: '' } as const;
	const short = { op: '>', value: 80, text: '' } as const;
	t.is(off({ limit: over, bounds: [500, 600] }), 'at least 50× off');
	t.is(off({ limit: over, bounds: [10.6, 11] }), 'at least 6 % over');
	t.is(off({ limit: over, bounds: [11, 11] }), '10 % over');
	t.is(off({ limit: short, bounds: [1, 2], unit: 'h' }), 'at least 40× off');
	t.is(off({ limit: short, bounds: [60, 72], unit: 'h' }), 'at least 10 % short');
	t.is(off({ limit: { op: '>', value: 93.8, text: '' }, bounds: [90, 92.5], unit: '%' }), 'at least 1.3 points below');
	for (const bounds of [null, [null, null], [Number.NaN, Number.NaN], [5, 6], [0, 0]])
		t.is(off({ limit: over, bounds }), null);
	t.is(off({ limit: { op: '<', value: 0, text: '' }, bounds: [1, 2] }), null, 'a limit of nothing has no factor');
	t.is(off({ limit: { op: '=', value: 1, text: 'yes' }, bounds: [0, 0], unit: 'yes/no' }), null);
});
