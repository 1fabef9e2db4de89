import test from 'ava';
import { csvOf, figuresOf, verdictOn } from '../../testing/verdict-on.ts';
import { seededRandom } from '../statistics/random.ts';

const near = (a: number | null | undefined, b: number, tolerance = 1e-9) =>
	typeof a === 'number' && Math.abs(a - b) < tolerance;

test('errors are counted over the corpus, by kind', async (t) => {
	// Worked by hand: one word replaced, one left out, two added; 9 words.
	const rows = ['turn the light on,turn a light on', 'stop it now,stop now', 'go on,oh go on then'];
	const figures = figuresOf(await verdictOn(csvOf('reference,hypothesis', rows), 'wer', '< 10 %'), 'word-errors');
	t.deepEqual([figures.substitutions, figures.deletions, figures.insertions, figures.words], [1, 1, 2, 9]);
	t.true(near(figures.estimate, 4 / 9));
});

test('fewer than twenty utterances prove nothing', async (t) => {
	const verdict = await verdictOn(csvOf('errors,words', new Array(19).fill('0,10')), 'wer', '< 50 %');
	t.is(verdict.verdict, 'inconclusive');
	t.deepEqual(verdict.wouldDecide, { what: 'utterances', n: 20 });
});

test('no errors at all are not proof of none', async (t) => {
	const clean = csvOf('errors,words', new Array(200).fill('0,5'));
	const verdict = await verdictOn(clean, 'wer', '< 0.1 %');
	t.is(verdict.estimate, 0);
	t.is(verdict.verdict, 'inconclusive');
	t.is((await verdictOn(clean, 'wer', '< 3 %')).verdict, 'pass');
});

test('a corpus at its limit passes in one case of twenty at most', async (t) => {
	const random = seededRandom(8);
	let passed = 0;
	for (let corpus = 0; corpus < 60; corpus++) {
		// One utterance in ten has one or two errors, of ten words: 1.5 % in truth.
		const rows = Array.from({ length: 60 }, () => `${random.uniform() < 0.1 ? 1 + random.integer(2) : 0},10`);
		if ((await verdictOn(csvOf('errors,words', rows), 'wer', '< 1.5 %')).verdict === 'pass') passed += 1;
	}
	// 98 % binomial bound of 5 % in 60.
	t.true(passed <= 7, `${passed} of 60`);
});

test('bootstrap bounds are those of numpy to the noise of resampling, and repeat with the seed', async (t) => {
	const rows = Array.from({ length: 200 }, (_, row) => `${(row * 7) % 4},${8 + (row % 5)}`);
	const verdict = await verdictOn(csvOf('errors,words', rows), 'wer', '< 17 %');
	// numpy, 200 000 resamples of the same rows: quantiles 13.685 and 16.330 %, which the corrections may widen.
	t.true(near(verdict.lower, 0.13685, 1e-3), String(verdict.lower));
	t.true((verdict.upper ?? 0) > 0.1625 && (verdict.upper ?? 1) < 0.17, String(verdict.upper));
	t.is(verdict.seed, 1);
	const again = await verdictOn(csvOf('errors,words', rows), 'wer', '< 17 %', { seed: 1 });
	t.deepEqual(again, verdict);
	const other = await verdictOn(csvOf('errors,words', rows), 'wer', '< 17 %', { seed: 2 });
	t.not(other.upper, verdict.upper);
});

test('speakers are drawn as a whole', async (t) => {
	// 4 of 40 speakers are always wrong: among utterances that is a spread ten times too small.
	const rows = Array.from({ length: 4000 }, (_, row) => `${row % 40 < 12 ? 1 : 0},10,s${row % 40}`);
	const alone = await verdictOn(
		csvOf(
			'errors,words',
			rows.map((row) => row.replace(/,s.*/, '')),
		),
		'wer',
		'< 3.5 %',
	);
	const tied = await verdictOn(csvOf('errors,words,speaker', rows), 'wer', '< 3.5 %');
	t.is(alone.verdict, 'pass');
	t.is(tied.verdict, 'inconclusive');
	t.is(figuresOf(tied, 'word-errors').units, 40);
});

test('the normaliser decides what an error is and is on record', async (t) => {
	const text = csvOf('reference,hypothesis', new Array(100).fill('"Stop, now!",stop now'));
	const raw = await verdictOn(text, 'wer', '< 20 %');
	const basic = await verdictOn(text, 'wer', '< 20 %', { normalise: 'basic' });
	t.is(raw.verdict, 'fail');
	t.is(basic.verdict, 'pass');
	t.regex(raw.notes.join(), /normaliser: none v1, [0-9a-f]{12}: case and punctuation count/);
	t.is(figuresOf(basic, 'word-errors').normaliser?.name, 'basic');
	await t.throwsAsync(verdictOn('errors,words\n1,2\n', 'wer', '< 20 %', { normalise: 'basic' }), {
		message: /no text to normalise/,
	});
});

test('references without a word, and utterances beyond measure', async (t) => {
	await t.throwsAsync(verdictOn('reference,hypothesis\n,x\n', 'wer', '< 20 %'), { message: /no word at all/ });
	const long = 'a '.repeat(2100);
	await t.throwsAsync(verdictOn(`reference,hypothesis\n${long},${long}\n`, 'wer', '< 20 %'), {
		message: /:2: 2100 and 2100 words are too long/,
	});
});
