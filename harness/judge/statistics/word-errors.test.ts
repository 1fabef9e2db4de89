import test from 'ava';
import fc from 'fast-check';
import { bcaUpperBound, drawAt, expandedLevel } from './bootstrap.ts';
import { normalQuantile } from './distributions.ts';
import { seededRandom } from './random.ts';
import { bootstrapCorpusWer, corpusWer, type WordErrors, wordErrors } from './word-errors.ts';

const words = (text: string) => (text === '' ? [] : text.split(' '));

test('errors of an utterance, counted by hand', (t) => {
	for (const [reference, hypothesis, substitutions, deletions, insertions] of [
		['the cat sat', 'the cat sat', 0, 0, 0],
		['the cat sat', 'the hat sat', 1, 0, 0],
		['the cat sat', 'the sat', 0, 1, 0],
		['the cat sat', 'the black cat sat', 0, 0, 1],
		['a b c d', 'b c d e', 0, 1, 1],
		['turn the light on', 'turn light off now', 3, 0, 0],
		['turn the light on please', 'turn light off', 1, 2, 0],
		['', 'noise', 0, 0, 1],
		['quiet', '', 0, 1, 0],
		['', '', 0, 0, 0],
	] as const) {
		const counts = wordErrors(words(reference), words(hypothesis));
		t.deepEqual(
			counts,
			{ substitutions, deletions, insertions, referenceWords: words(reference).length },
			`${reference} / ${hypothesis}`,
		);
	}
});

test('edits are a distance: symmetric, at most the longer, at least the difference of lengths', (t) => {
	const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
	const edits = (a: string[], b: string[]) => {
		const { substitutions, deletions, insertions } = wordErrors(a, b);
		if (Math.min(substitutions, deletions, insertions) < 0) return Number.NaN;
		return substitutions + deletions + insertions;
	};
	fc.assert(
		fc.property(text, text, text, (a, b, c) => {
			const direct = edits(a, b);
			return (
				direct === edits(b, a) &&
				direct <= Math.max(a.length, b.length) &&
				direct >= Math.abs(a.length - b.length) &&
				direct <= edits(a, c) + edits(c, b)
			);
		}),
	);
	t.pass();
});

const utterance = (errors: number, referenceWords: number): WordErrors => ({
	substitutions: errors,
	deletions: 0,
	insertions: 0,
	referenceWords,
});

test('the corpus rate weighs by words, and an empty reference adds its insertions', (t) => {
	t.is(corpusWer([utterance(1, 1), utterance(1, 9)]), 0.2);
	t.is(corpusWer([{ substitutions: 0, deletions: 0, insertions: 2, referenceWords: 0 }, utterance(0, 10)]), 0.2);
	t.is(corpusWer([{ substitutions: 0, deletions: 0, insertions: 3, referenceWords: 1 }]), 3);
});

const corpus = Array.from({ length: 60 }, (_, index) => utterance(index % 4 === 0 ? 2 : 0, 5 + (index % 7)));

test('bounds enclose the estimate and repeat with the seed', (t) => {
	const bounds = bootstrapCorpusWer(corpus, { seed: 5, resamples: 2000 });
	t.true((bounds.lower ?? 1) < bounds.estimate && bounds.estimate < (bounds.upper ?? 0));
	t.deepEqual(bootstrapCorpusWer(corpus, { seed: 5, resamples: 2000 }), bounds);
	t.notDeepEqual(bootstrapCorpusWer(corpus, { seed: 6, resamples: 2000 }), bounds);
});

test('the lower bound is the percentile of resampled corpora: numpy 2.4, 100 000 draws', (t) => {
	const { lower } = bootstrapCorpusWer(corpus, { seed: 5 });
	t.true(Math.abs((lower ?? 0) - 0.03956) < 0.0015, `${lower}`);
});

test('utterances of one speaker are drawn together: fewer units, wider bounds', (t) => {
	const items = Array.from({ length: 200 }, (_, index) => utterance(Math.floor(index / 10) % 4 === 0 ? 3 : 0, 8));
	const groups = items.map((_, index) => `speaker ${Math.floor(index / 10)}`);
	const alone = bootstrapCorpusWer(items, { seed: 1, resamples: 1000 });
	const together = bootstrapCorpusWer(items, { seed: 1, resamples: 1000, groups });
	t.is(together.units, 20);
	t.true((together.upper ?? 0) - (together.lower ?? 0) > 1.5 * ((alone.upper ?? 0) - (alone.lower ?? 0)));
});

test('without a single error the rate is not known to be 0', (t) => {
	const { lower, upper } = bootstrapCorpusWer(new Array(50).fill(utterance(0, 8)), { seed: 1, resamples: 1000 });
	t.is(lower, 0);
	t.true((upper ?? 0) > 0.01, `${upper}`);
});

test('too few utterances are refused', (t) => {
	const { lower, upper, refused } = bootstrapCorpusWer(corpus.slice(0, 19), { seed: 1 });
	t.deepEqual([lower, upper], [null, null]);
	t.regex(refused ?? '', /19 utterances; at least 20/);
});

test('BCa of a skewed mean: scipy 1.17 stats.bootstrap with 200 000 draws', (t) => {
	const values = Array.from({ length: 30 }, (_, index) => Math.exp(1.2 * normalQuantile((index + 0.5) / 30)));
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const random = seededRandom(2);
	const draws = new Float64Array(50_000).map(() => {
		let sum = 0;
		for (let draw = 0; draw < values.length; draw++) sum += values[random.integer(values.length)] as number;
		return sum / values.length;
	});
	draws.sort();
	const upper = bcaUpperBound(
		draws,
		mean,
		values.map((value) => value - mean),
		0.05,
	);
	t.true(Math.abs(upper - 3.0546882967210593) < 0.03, `${upper}`);
	t.true(Math.abs(drawAt(draws, 0.95) - 2.778417983368589) < 0.02);
});

test('levels for few units: scipy 1.17 stats.t and stats.norm', (t) => {
	t.true(Math.abs(expandedLevel(0.05, 10) - 0.02666305193223458) < 1e-10);
	t.true(Math.abs(expandedLevel(0.05, 30) - 0.04197851349197925) < 1e-10);
});

test('nonsense is refused', (t) => {
	t.throws(() => corpusWer([]), { instanceOf: RangeError, message: /at least 1, got 0/ });
	t.throws(() => corpusWer([utterance(0, 0)]), {
		instanceOf: RangeError,
		message: /at least one reference word, got none in 1/,
	});
	t.throws(() => corpusWer([utterance(-1, 3)]), { instanceOf: RangeError, message: /items\[0\].substitutions/ });
	t.throws(() => bootstrapCorpusWer(corpus, { seed: 1, groups: ['a'] }), {
		instanceOf: RangeError,
		message: /one per item \(60\), got 1/,
	});
	t.throws(() => bootstrapCorpusWer(corpus, { seed: 1, resamples: 10 }), {
		instanceOf: RangeError,
		message: /resamples/,
	});
});
