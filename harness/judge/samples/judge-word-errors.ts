import type { WordErrorFigures } from '../../generated/verdict-result.ts';
import { bootstrapCorpusWer, FEWEST_UTTERANCES, type WordErrors, wordErrors } from '../statistics/word-errors.ts';
import { clusterColumns, clustersOf } from './clusters.ts';
import type { Normaliser } from './normalise-words.ts';
import { count, optionFault, sampleFault } from './sample-fault.ts';
import { distinct, type Samples } from './sample-table.ts';
import type { JudgeContext, Judged } from './sample-verdict.ts';
import { refuseMixedArms } from './session-values.ts';
import { confidenceText, showAgainst } from './show-value.ts';

export interface WordErrorContext extends JudgeContext {
	seed: number;
	normaliser: Normaliser;
	/** Whether --normalise was given. */
	normaliserNamed: boolean;
}

const RESAMPLES = 10_000;
/** Draws in all; more units get fewer resamples, never under a thousand. */
const MOST_DRAWS = 200_000_000;
const MOST_UTTERANCES = 100_000;
/** Comparing words costs reference times hypothesis; two thousand words each are a long utterance. */
const MOST_COMPARISONS = 4_000_000;
const MOST_COMPARISONS_IN_ALL = 400_000_000;

/**
 * The word error rate of the corpus, all errors over all words, with bootstrap bounds over utterances or over what ties
 * them together (Bisani and Ney, ICASSP 2004).
 *
 * @throws OssicleError `samples`, `option`
 */
export function judgeWordErrors(samples: Samples, context: WordErrorContext): Judged {
	const { alpha, seed, statistic } = context;
	refuseMixedArms(samples, statistic);
	if (samples.rows > MOST_UTTERANCES)
		throw sampleFault(
			{ source: samples.source },
			`${samples.rows} utterances; ${MOST_UTTERANCES} are the most that are judged`,
		);
	const { items, counted } = itemsOf(samples, context);
	const words = sum(items, 'referenceWords');
	if (words === 0) throw sampleFault({ source: samples.source }, 'the references hold no word at all');
	const columns = clusterColumns(samples);
	const units = unitsOf(samples, columns);
	const resamples = Math.max(1000, Math.min(RESAMPLES, Math.floor(MOST_DRAWS / units.length)));
	const groups = new Array<string>(samples.rows);
	units.forEach((rows, unit) => {
		for (const row of rows) groups[row] = String(unit);
	});
	const boot = bootstrapCorpusWer(items, { seed, resamples, groups, alpha });
	const sums = units.map((rows) => {
		const ofUnit = rows.map((row) => items[row] as WordErrors);
		return { errors: ofUnit.reduce((total, item) => total + errorsOf(item), 0), words: sum(ofUnit, 'referenceWords') };
	});
	const errors = sums.reduce((total, unit) => total + unit.errors, 0);
	const bounds = { lower: boot.lower, upper: boot.upper };
	const figures: WordErrorFigures = {
		method: 'word-errors',
		utterances: samples.rows,
		errors,
		words,
		substitutions: counted ? sum(items, 'substitutions') : null,
		deletions: counted ? sum(items, 'deletions') : null,
		insertions: counted ? sum(items, 'insertions') : null,
		units: units.length,
		unitsWithErrors: sums.filter((unit) => unit.errors > 0).length,
		resamples,
		estimate: boot.estimate,
		lower: bounds.lower,
		upper: bounds.upper,
		normaliser: counted ? normaliserFacts(context.normaliser) : null,
	};
	const by = columns.length === 0 ? 'utterances' : `sets of utterances by ${columns.join(' and ')}`;
	return {
		estimate: boot.estimate,
		bounds,
		n: samples.rows,
		sessions: Math.max(1, distinct(samples, 'session')),
		scope: `the population these ${count(units.length, columns.length === 0 ? 'utterance' : 'set')}${columns.length === 0 ? '' : ` (by ${columns.join(' and ')})`} were drawn from`,
		rule: `errors over words of the whole corpus; bootstrap over ${by}, ${resamples} resamples, ${confidenceText(alpha)} each side (Bisani and Ney, 2004), from above as BCa with a bad utterance added that was not met (Efron, 1987)`,
		undecided: undecidedText(units.length, by, bounds, context),
		wouldDecide:
			units.length < FEWEST_UTTERANCES ? { what: by, n: FEWEST_UTTERANCES } : unitsToDecide(figures, context, by),
		figures,
		seed,
		notes: notesOf(figures, context),
	};
}

function itemsOf(
	samples: Samples,
	{ normaliser, normaliserNamed }: WordErrorContext,
): { items: WordErrors[]; counted: boolean } {
	const references = samples.texts.get('reference');
	const hypotheses = samples.texts.get('hypothesis');
	if (references !== undefined && hypotheses !== undefined) {
		let comparisons = 0;
		const items = references.map((text, row) => {
			const [reference, hypothesis] = [normaliser.words(text), normaliser.words(hypotheses[row] as string)];
			const cost = reference.length * hypothesis.length;
			comparisons += cost;
			if (cost > MOST_COMPARISONS || comparisons > MOST_COMPARISONS_IN_ALL) {
				const text = `${reference.length} and ${hypothesis.length} words are too long to compare; cut them into utterances, or give \`errors\` and \`words\``;
				throw sampleFault({ source: samples.source, line: samples.lines[row] ?? 0 }, text);
			}
			return wordErrors(reference, hypothesis);
		});
		return { items, counted: true };
	}
	if (normaliserNamed) throw optionFault('--normalise', 'the file holds counts of errors, no text to normalise');
	const errors = samples.numbers.get('errors') ?? new Float64Array();
	const words = samples.numbers.get('words') ?? new Float64Array();
	// How the errors split is unknown and does not matter for the rate.
	const items = Array.from(errors, (substitutions, row) => ({
		substitutions,
		deletions: 0,
		insertions: 0,
		referenceWords: words[row] as number,
	}));
	return { items, counted: false };
}

function unitsOf(samples: Samples, columns: ReturnType<typeof clusterColumns>): number[][] {
	if (columns.length > 0) return clustersOf(samples, columns).map(({ rows }) => [...rows]);
	return Array.from({ length: samples.rows }, (_, row) => [row]);
}

function undecidedText(
	units: number,
	by: string,
	{ lower, upper }: { lower: number | null; upper: number | null },
	{ limit }: WordErrorContext,
): string {
	if (lower === null || upper === null)
		return `${units} ${by}; ${FEWEST_UTTERANCES} are the fewest a bootstrap stands on`;
	return `the limit lies between the bounds ${showAgainst(lower, limit)} and ${showAgainst(upper, limit)}`;
}

/** The distance to the bad bound shrinks with the root of the number of units. */
function unitsToDecide(
	{ estimate, upper, lower, units }: WordErrorFigures,
	{ limit }: WordErrorContext,
	by: string,
): Judged['wouldDecide'] {
	const distance = Math.abs(limit.value - estimate);
	const half = estimate < limit.value ? (upper ?? 0) - estimate : estimate - (lower ?? 0);
	const needed = Math.ceil(units * (half / distance) ** 2);
	return Number.isSafeInteger(needed) && needed <= MOST_DRAWS ? { what: by, n: Math.max(units + 1, needed) } : null;
}

function notesOf(
	{ errors, words, substitutions, deletions, insertions, normaliser, utterances }: WordErrorFigures,
	context: WordErrorContext,
): string[] {
	const split =
		substitutions === null ? '' : ` (${substitutions} substituted, ${deletions} deleted, ${insertions} inserted)`;
	const notes = [`${errors} errors${split} in ${words} words of ${utterances} utterances`];
	if (normaliser === null) return notes;
	const named = `normaliser: ${normaliser.name} v${normaliser.version}, ${normaliser.sha256.slice(0, 12)}`;
	notes.push(
		normaliser.name === 'none' && !context.normaliserNamed
			? `${named}: case and punctuation count as they stand (--normalise basic folds them)`
			: named,
	);
	return notes;
}

function normaliserFacts({ name, version, sha256 }: Normaliser) {
	return { name, version, sha256 };
}

function errorsOf({ substitutions, deletions, insertions }: WordErrors): number {
	return substitutions + deletions + insertions;
}

function sum(items: readonly WordErrors[], name: keyof WordErrors): number {
	return items.reduce((total, item) => total + item[name], 0);
}
