import test from 'ava';
import { csvOf, figuresOf, scattered, verdictOn } from '../../testing/verdict-on.ts';
import { percentileBounds } from '../statistics/percentile.ts';

const SHIFTS = [0, 0.8, -0.5, 0.3, 1.1, -0.9, 0.2, 0.6, -0.4, 0.9];
const near = (a: number | null | undefined, b: number) => typeof a === 'number' && Math.abs(a - b) < 1e-9;

function sessions(shifts: readonly number[], rows = 100): string[] {
	return shifts.flatMap((shift, index) => scattered(rows, shift).map((value) => `${value},boot ${index}`));
}

test('session percentiles: figures of numpy and scipy', async (t) => {
	const verdict = await verdictOn(csvOf('value,session', sessions(SHIFTS)), 'p95', '< 13 ms');
	const figures = figuresOf(verdict, 'session-percentiles');
	// numpy.quantile, method median_unbiased for the estimate, hazen below, weibull above; scipy.stats.t on the logarithms.
	t.true(near(verdict.estimate, 12.08418317678556));
	t.true(near(verdict.lower, 11.703752572442244) && near(verdict.upper, 12.4775400504053));
	t.true(near(figures.betweenSd, 0.05509334505590922));
	t.is(figures.sessions.length, 10);
	t.is(verdict.verdict, 'marginal');
	t.is(verdict.sessions, 10);
});

test('sessions that vary leave open what pooling would pass', async (t) => {
	// Nine boots at 11 to 12 ms, one at 15: p75 of all rows is far below 12.5, that of the next boot may not be.
	const shifts = [0, 0.3, -0.2, 0.1, 0.4, -0.3, 0.2, 0, 0.1, 6];
	const rows = sessions(shifts);
	const pooled = Float64Array.from(rows, (row) => Number(row.split(',')[0])).sort();
	t.true((percentileBounds(pooled, 0.75).upper ?? 99) < 12.5, 'pooling would pass');
	const verdict = await verdictOn(csvOf('value,session', rows), 'p75', '< 12.5 ms');
	t.is(verdict.verdict, 'inconclusive');
	t.regex(verdict.rule, /rows are never pooled/);
	t.regex(verdict.reason, /more boots, not more rows/);
	t.is(verdict.wouldDecide?.what, 'sessions');
	t.true((verdict.wouldDecide?.n ?? 0) > 10);
});

test('two sessions are not judged, three and four carry a mark, five none', async (t) => {
	const judge = (count: number) =>
		verdictOn(csvOf('value,session', sessions(SHIFTS.slice(0, count))), 'p95', '< 90 ms');
	const [two, three, four, five] = await Promise.all([2, 3, 4, 5].map(judge));
	t.is(two?.verdict, 'inconclusive');
	t.regex(two?.reason ?? '', /2 sessions do not show how much sessions differ/);
	t.deepEqual(two?.wouldDecide, { what: 'sessions', n: 5 });
	for (const verdict of [three, four]) {
		t.is(verdict?.verdict, 'pass');
		t.deepEqual(verdict?.marks, ['low R']);
	}
	t.is(five?.verdict, 'pass');
	t.deepEqual(five?.marks, []);
});

test('a session too short for its percentile withholds the verdict and is named', async (t) => {
	const rows = [...sessions(SHIFTS), ...scattered(58).map((value) => `${value},short one`)];
	const verdict = await verdictOn(csvOf('value,session', rows), 'p95', '< 90 ms');
	t.is(verdict.verdict, 'inconclusive');
	t.regex(verdict.reason, /session "short one" has 58 rows; a session's p95 needs 59/);
	t.deepEqual(verdict.wouldDecide, { what: 'rows in each session', n: 59 });
});

test('a percentile in a gap is decided by counting sessions', async (t) => {
	const bimodal = (session: number) =>
		scattered(200).map((value, row) => `${row % 20 === session % 20 ? value + 10 : value},${session}`);
	const judge = (count: number, limit: string) =>
		verdictOn(
			csvOf('value,session', Array.from({ length: count }, (_, session) => bimodal(session)).flat()),
			'p95',
			limit,
		);
	const six = await judge(6, '< 15 ms');
	t.is(figuresOf(six, 'session-percentiles').rule, 'sign-test');
	t.is(six.verdict, 'inconclusive');
	t.deepEqual(six.marks, ['gap or steep tail']);
	t.is((await judge(6, '< 30 ms')).verdict, 'pass');
	t.is((await judge(4, '< 30 ms')).verdict, 'inconclusive');
});

test('values below zero have no logarithm and are counted', async (t) => {
	const rows = SHIFTS.slice(0, 6).flatMap((shift, index) =>
		scattered(100, shift - 80).map((value) => `${value},${index}`),
	);
	const verdict = await verdictOn(csvOf('value,session', rows), 'p95', '< -60 dB');
	t.is(verdict.verdict, 'pass');
	t.regex(verdict.rule, /^sign test/);
	t.is(verdict.used, null);
});

test('a name for every row names no sessions', async (t) => {
	const rows = scattered(2001).map((value, row) => `${value},${row}`);
	await t.throwsAsync(verdictOn(csvOf('value,session', rows), 'p95', '< 15 ms'), {
		message: /column "session": 2001 sessions; 2000 are the most that are judged\. A session is a boot/,
	});
});

const isWithheld = test.macro(async (t, stat: string) => {
	const rows = sessions([0, 0, 0, 0, 0, 0]);
	const verdict = await verdictOn(csvOf('value,session', rows), stat, '< 90 ms');
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual(verdict.marks, ['no spread']);
});

test('copies of one session are no sessions: percentile', isWithheld, 'p95');
test('copies of one session are no sessions: mean', isWithheld, 'mean');

test('means of sessions with a meter: Welch-Satterthwaite as scipy has it', async (t) => {
	const rows = [45.1, 45.4, 44.9, 45.3, 45.2, 45].map((value, session) => `${value},${session}`);
	const meter = { kind: 'absolute', standard: 0.4, unit: null, text: '0.4', option: '--meter-uncertainty' } as const;
	const verdict = await verdictOn(csvOf('value,session', rows), 'mean', '< 46 mW', { meter });
	const figures = figuresOf(verdict, 'session-means');
	t.true(near(figures.typeA, 0.0763762615825972));
	t.true(Math.abs((figures.dof ?? 0) - 4040.918367346969) < 1e-6);
	t.true(near(verdict.lower, 44.480018599832306) && near(verdict.upper, 45.81998140016769));
	t.is(verdict.verdict, 'marginal');
	const bare = await verdictOn(csvOf('value,session', rows), 'mean', '< 46 mW');
	t.true(near(bare.upper, 45.30390186166327));
});
