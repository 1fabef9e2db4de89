import type { Random } from '../statistics/random.ts';
import { meanAndDeviation } from '../statistics/session-means.ts';
import { bootstrapCorpusWer, corpusWer, type WordErrors } from '../statistics/word-errors.ts';
import { speakerRate } from './draws.ts';
import { atMost, type Situation } from './situation.ts';

const GROUP = 'Word error rate of a corpus';

interface Corpus {
	utterances: number;
	/** True rate: errors over words, 0..1. */
	rate: number;
	/** How alike the words of one utterance are: intra-class correlation. */
	correlation: number;
	/** Utterances of one speaker; 1: each of another. */
	perSpeaker: number;
}

/** Long utterances are misheard a little more often, as they are in rooms; the corpus rate is corrected for it. */
const LENGTHS = [3, 5, 8, 12, 20];
const WORSE = [0.8, 0.9, 1, 1, 1.1];
const SCALE =
	LENGTHS.reduce((sum, words) => sum + words, 0) /
	LENGTHS.reduce((sum, words, index) => sum + words * (WORSE[index] as number), 0);

function draw(random: Random, corpus: Corpus): { items: WordErrors[]; groups: string[] } {
	const items: WordErrors[] = [];
	const groups: string[] = [];
	let easiness = 1;
	for (let utterance = 0; utterance < corpus.utterances; utterance++) {
		if (utterance % corpus.perSpeaker === 0) easiness = corpus.perSpeaker === 1 ? 1 : 2 * speakerRate(random, 0.5, 0.2);
		const length = random.integer(LENGTHS.length);
		const words = LENGTHS[length] as number;
		const mean = Math.min(0.95, corpus.rate * SCALE * (WORSE[length] as number) * easiness);
		const rate = speakerRate(random, mean, corpus.correlation);
		let errors = 0;
		for (let word = 0; word < words; word++) if (random.uniform() < rate) errors += 1;
		items.push({ substitutions: errors, deletions: 0, insertions: 0, referenceWords: words });
		groups.push(String(Math.floor(utterance / corpus.perSpeaker)));
	}
	return { items, groups };
}

const describe = ({ utterances, rate, correlation, perSpeaker }: Corpus) =>
	`${utterances} utterances${perSpeaker > 1 ? ` of ${utterances / perSpeaker} speakers` : ''}, correlation ${correlation}, limit ${100 * rate} %`;

export function wordSituations(): Situation[] {
	const corpora: Corpus[] = [
		{ utterances: 30, rate: 0.2, correlation: 0.2, perSpeaker: 1 },
		{ utterances: 100, rate: 0.1, correlation: 0.2, perSpeaker: 1 },
		{ utterances: 100, rate: 0.02, correlation: 0.2, perSpeaker: 1 },
		{ utterances: 300, rate: 0.05, correlation: 0.3, perSpeaker: 1 },
		{ utterances: 300, rate: 0.01, correlation: 0.3, perSpeaker: 1 },
		{ utterances: 200, rate: 0.1, correlation: 0.1, perSpeaker: 10 },
		{ utterances: 600, rate: 0.1, correlation: 0.1, perSpeaker: 10 },
	];
	const rows = corpora.map(
		(corpus): Situation => ({
			group: GROUP,
			procedure: 'bootstrap over utterances or speakers',
			data: describe(corpus),
			trials: 1500,
			trial: (random) => {
				const { items, groups } = draw(random, corpus);
				return atMost(
					corpus.rate,
					bootstrapCorpusWer(items, { seed: random.integer(2 ** 32), resamples: 500, groups }),
				);
			},
		}),
	);
	const percentile = (corpus: Corpus): Situation => ({
		group: GROUP,
		procedure: 'percentile bootstrap',
		rejected: 'errors are skewed, and the worst utterance is not in the corpus',
		data: describe(corpus),
		trials: 1000,
		trial: (random) => {
			const { items } = draw(random, corpus);
			const rates = new Float64Array(500).map(() =>
				corpusWer(items.map(() => items[random.integer(items.length)] as WordErrors)),
			);
			rates.sort();
			return atMost(corpus.rate, { lower: rates[24] ?? null, upper: rates[475] ?? null });
		},
	});
	const student = (corpus: Corpus): Situation => ({
		group: GROUP,
		procedure: 'Student on the rates of utterances',
		rejected: 'the mean of rates is another quantity',
		data: describe(corpus),
		trials: 1000,
		trial: (random) => {
			const { items } = draw(random, corpus);
			const rates = items.map(({ substitutions, referenceWords }) => substitutions / referenceWords);
			const { mean, standardDeviation } = meanAndDeviation(rates);
			const half = (1.65 * standardDeviation) / Math.sqrt(rates.length);
			return atMost(corpus.rate, { lower: mean - half, upper: mean + half });
		},
	});
	const long: Corpus = { utterances: 1000, rate: 0.1, correlation: 0.2, perSpeaker: 1 };
	return [...rows, percentile(corpora[2] as Corpus), student(long)];
}
