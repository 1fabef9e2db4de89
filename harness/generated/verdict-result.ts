/* Generated from harness/schema/verdict-result.schema.json by `npm run generate`. Do not edit. */

/**
 * What `ossicle verdict --json` prints: a verdict on samples, and every figure on the way to it, so that other software can check it.
 */
export interface VerdictResult {
	schema: 1;
	/**
	 * Version of Ossicle that judged
	 */
	ossicle: string;
	/**
	 * `marginal`: a pass whose bound uses more than 95 % of the limit
	 */
	verdict: 'pass' | 'marginal' | 'fail' | 'inconclusive';
	/**
	 * Which side of the limit the estimate is on, for an inconclusive verdict
	 */
	leaning: 'pass' | 'fail' | null;
	/**
	 * As asked for: p95, mean, ...
	 */
	statistic: string;
	limit: ResultLimit;
	/**
	 * Of limit, estimate and bounds. `%` and `pp`: the numbers are fractions. `x`: B over A. null: none was named
	 */
	unit: string | null;
	/**
	 * Unit the values of the file were in; null: not said, taken to be the limit's
	 */
	valuesUnit: string | null;
	estimate: number | null;
	/**
	 * What the verdict was reached with: one-sided bound at 1 - alpha. null: open, or withheld for the reason given
	 */
	lower: number | null;
	upper: number | null;
	/**
	 * Share of the limit that the bad bound uses; null where that means nothing
	 */
	used: number | null;
	/**
	 * Error of each bound
	 */
	alpha: number;
	/**
	 * Of what was drawn at random (bootstrap), or of the order of the rows (sequential test); null: nothing was
	 */
	seed: number | null;
	/**
	 * Rows (pairs, utterances) the verdict rests on
	 */
	n: number;
	/**
	 * 1 where the file names none
	 */
	sessions: number;
	/**
	 * What the verdict holds for, in words
	 */
	scope: string;
	/**
	 * How it was reached, in words, with the source
	 */
	rule: string;
	/**
	 * Why this verdict
	 */
	reason: string;
	/**
	 * What to know before quoting it, in a word or two
	 */
	marks: string[];
	notes: string[];
	/**
	 * For an inconclusive verdict; null for any other, or where the true value seems to sit on the limit
	 */
	wouldDecide: WouldDecideSamples | null;
	/**
	 * For max
	 */
	missRate: SampleMissRate | null;
	/**
	 * A two-sided interval to show beside the bounds that decide
	 */
	shown: ShownBounds | null;
	/**
	 * Every intermediate figure, by method
	 */
	figures:
		| PercentileFigures
		| SessionPercentileFigures
		| BatchMeanFigures
		| SessionMeanFigures
		| MaximumFigures
		| ProportionFigures
		| FixedSetFigures
		| ClusterFigures
		| SequentialFigures
		| PairedProportionFigures
		| RateFigures
		| WordErrorFigures
		| PairedRatioFigures
		| UnpairedRatioFigures;
	input: SampleInput;
}
export interface ResultLimit {
	op: '<' | '<=' | '>' | '>=';
	/**
	 * In `unit`
	 */
	value: number;
	/**
	 * As written
	 */
	text: string;
}
export interface WouldDecideSamples {
	/**
	 * rows, sessions, pairs, hours, ...
	 */
	what: string;
	/**
	 * How many in all, if what follows resembles what was seen; null: not a matter of number
	 */
	n: number | null;
}
export interface SampleMissRate {
	missed: number;
	n: number;
	/**
	 * Fraction, one-sided bound at 1 - alpha
	 */
	upper: number;
}
export interface ShownBounds {
	low: number;
	high: number;
	method: string;
}
/**
 * Exact bounds of a percentile within one session
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "PercentileFigures".
 */
export interface PercentileFigures {
	method: 'order-statistics';
	p: number;
	n: number;
	/**
	 * max{s : P(Bin(n, p) <= s - 1) <= alpha}
	 */
	lowerRank: number | null;
	/**
	 * min{r : P(Bin(n, p) <= r - 1) >= 1 - alpha}
	 */
	upperRank: number | null;
	/**
	 * One-sided bound at 1 - alpha, before anything was withheld; null: open
	 */
	lower: number | null;
	upper: number | null;
	/**
	 * Median-unbiased sample percentile (Hyndman and Fan, type 8), the estimate
	 */
	type8: number;
	/**
	 * ceil(n p)
	 */
	sampleRank: number;
	/**
	 * The sample of that rank
	 */
	sampleValue: number;
	/**
	 * Samples that do not meet the limit
	 */
	notMeeting: number;
	/**
	 * A pass allows so many that do not meet it; null: no number of samples like this can pass
	 */
	passAtMost: number | null;
	/**
	 * So many that do not meet it are a fail; null: never
	 */
	failAtLeast: number | null;
	/**
	 * Samples below which nothing can pass
	 */
	smallestCount: number;
	mean: number;
	/**
	 * n - 1 in the denominator; null for one sample
	 */
	standardDeviation: number | null;
	min: number;
	max: number;
	/**
	 * Lag-1 autocorrelation of the ranks in row order; null: no spread
	 */
	rankLag1: number | null;
	/**
	 * Above it the rows are no independent samples: the envelope takes the place of the bounds
	 */
	rankLag1Most: number;
	/**
	 * Bounds at the ranks of as many as the rows are worth, moved outwards by ten times the wander; null where the exact bounds hold
	 */
	envelope: EnvelopeFigures | null;
}
export interface EnvelopeFigures {
	lower: number | null;
	upper: number | null;
	/**
	 * Range of the medians of 20 stretches
	 */
	wander: number;
}
/**
 * Bounds of a percentile over sessions
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "SessionPercentileFigures".
 */
export interface SessionPercentileFigures {
	method: 'session-percentiles';
	/**
	 * `sign-test` where the percentile falls in a gap of the distribution
	 */
	rule: 'student-log' | 'sign-test';
	p: number;
	sessions: SessionPercentile[];
	/**
	 * Rows each session needs
	 */
	smallestCount: number;
	/**
	 * Mean of ln(percentile)
	 */
	meanLog: number | null;
	/**
	 * Of ln(percentile) between sessions
	 */
	betweenSd: number | null;
	/**
	 * Of ln(percentile) within a session, from its order-statistic bounds
	 */
	withinSd: number | null;
	/**
	 * Student's quantile at 1 - alpha, R - 1 degrees of freedom
	 */
	t: number | null;
	/**
	 * student-log: exp(meanLog); sign-test: the median of the percentiles
	 */
	estimate: number;
	/**
	 * student-log: exp(mean - t sd / sqrt R) of ln forLower; sign-test: the least forLower. Before anything was withheld
	 */
	lower: number | null;
	upper: number | null;
	/**
	 * A session's exact bounds lie more than 10 % apart
	 */
	bimodal: boolean;
	/**
	 * Values lie in clumps closer than that
	 */
	clumped: boolean;
	/**
	 * Bounds of the median percentile by exact signed ranks of the logarithms, without normality; shown, not used
	 */
	signedRank: SignedRankCheck | null;
}
export interface SessionPercentile {
	name: string;
	n: number;
	/**
	 * Type 8 (Hyndman and Fan)
	 */
	percentile: number;
	notMeeting: number;
	/**
	 * What the session contributes to the lower bound: type 5, or its own exact bound where clumped or sign-test; null: no bounds
	 */
	forLower: number | null;
	/**
	 * ... to the upper bound: type 6, or its exact bound
	 */
	forUpper: number | null;
}
export interface SignedRankCheck {
	lower: number | null;
	upper: number | null;
}
/**
 * Bounds of a mean within one session
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "BatchMeanFigures".
 */
export interface BatchMeanFigures {
	method: 'batch-means';
	n: number;
	/**
	 * Means of consecutive batches of rows, about equal in length
	 */
	batches: number[];
	estimate: number;
	/**
	 * Of the batch means
	 */
	standardDeviation: number | null;
	/**
	 * Lag-1 autocorrelation of the batch means
	 */
	lag1: number | null;
	/**
	 * From it on the trace is too short for its own slowness, and the bounds are withheld
	 */
	lag1Most: number;
	/**
	 * Rows over which the rows' autocorrelation falls to 1/e: -1 / ln r1; 0 where r1 is no more than chance
	 */
	correlationRows: number;
	batchRows: number;
	/**
	 * 10 correlationRows: with shorter batches the bounds are withheld
	 */
	batchRowsLeast: number;
	/**
	 * Standard uncertainty of the mean from its spread
	 */
	typeA: number | null;
	dofA: number | null;
	/**
	 * Standard uncertainty of the meter; does not average out
	 */
	typeB: number;
	/**
	 * sqrt(typeA^2 + typeB^2)
	 */
	combined: number | null;
	/**
	 * Welch-Satterthwaite, below 100 cut to a whole number (GUM G.4.1); null: unlimited or unknown
	 */
	dof: number | null;
	/**
	 * Half the distance of the bounds over `combined`: Student's quantile at 1 - alpha and these degrees of freedom. With a meter and dofA below 4, each part is expanded by its own quantile before the root of squares
	 */
	coverage: number | null;
	/**
	 * One-sided bound at 1 - alpha, before anything was withheld; null: open
	 */
	lower: number | null;
	upper: number | null;
}
/**
 * Bounds of a mean over sessions
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "SessionMeanFigures".
 */
export interface SessionMeanFigures {
	method: 'session-means';
	sessions: SessionMean[];
	estimate: number;
	betweenSd: number | null;
	/**
	 * Standard uncertainty of the mean from its spread
	 */
	typeA: number | null;
	dofA: number | null;
	/**
	 * Standard uncertainty of the meter; does not average out
	 */
	typeB: number;
	/**
	 * sqrt(typeA^2 + typeB^2)
	 */
	combined: number | null;
	/**
	 * Welch-Satterthwaite, below 100 cut to a whole number (GUM G.4.1); null: unlimited or unknown
	 */
	dof: number | null;
	/**
	 * Half the distance of the bounds over `combined`: Student's quantile at 1 - alpha and these degrees of freedom. With a meter and dofA below 4, each part is expanded by its own quantile before the root of squares
	 */
	coverage: number | null;
	/**
	 * One-sided bound at 1 - alpha, before anything was withheld; null: open
	 */
	lower: number | null;
	upper: number | null;
}
export interface SessionMean {
	name: string;
	n: number;
	mean: number;
}
/**
 * A maximum: samples can refute it and never prove it
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "MaximumFigures".
 */
export interface MaximumFigures {
	method: 'miss-rate';
	max: number;
	notMeeting: number;
	sessions: SessionMaximum[];
}
export interface SessionMaximum {
	name: string | null;
	n: number;
	max: number;
	notMeeting: number;
	/**
	 * Clopper-Pearson, one-sided; 1 - alpha^(1/n) where none missed
	 */
	missRateUpper: number;
}
/**
 * A proportion of independent rows
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "ProportionFigures".
 */
export interface ProportionFigures {
	method: 'clopper-pearson';
	correct: number;
	total: number;
	estimate: number;
	/**
	 * Beta quantile at alpha of (k, n - k + 1)
	 */
	lower: number;
	/**
	 * Beta quantile at 1 - alpha of (k + 1, n - k)
	 */
	upper: number;
}
/**
 * The rows are the whole set: counted, not estimated
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "FixedSetFigures".
 */
export interface FixedSetFigures {
	method: 'fixed-set';
	sessions: SessionCount[];
}
export interface SessionCount {
	name: string | null;
	correct: number;
	total: number;
}
/**
 * A proportion of rows that belong together
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "ClusterFigures".
 */
export interface ClusterFigures {
	method: 'clusters';
	/**
	 * Columns whose equal names hold rows together
	 */
	by: string;
	clusters: Cluster[];
	estimate: number;
	/**
	 * One-sided bound at 1 - alpha, before anything was withheld; null: open
	 */
	lower: number | null;
	upper: number | null;
}
export interface Cluster {
	name: string;
	correct: number;
	total: number;
}
/**
 * Sequential probability ratio test, rows in order
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "SequentialFigures".
 */
export interface SequentialFigures {
	method: 'sequential';
	/**
	 * The limit is from above: counted is the share of rows that are not correct, and all that follows speaks of it
	 */
	flipped: boolean;
	/**
	 * The limit
	 */
	p0: number;
	/**
	 * Clearly better than the limit: the test passes where p1 explains the rows so much better than p0
	 */
	p1: number;
	/**
	 * max(p0 / 2, p0 - (p1 - p0)): the test fails where it explains them so much better
	 */
	below: number;
	/**
	 * ln(2 / alpha)
	 */
	stopAt: number;
	/**
	 * k ln(p1 / p0) + (n - k) ln((1 - p1) / (1 - p0)) after the rows used
	 */
	logRatioPass: number;
	/**
	 * The same with `below` for p1
	 */
	logRatioFail: number;
	/**
	 * Where the plan ends and Clopper-Pearson at alpha / 2 decides
	 */
	plannedRows: number;
	/**
	 * false: no plan was given, the file's length stands for it
	 */
	planned: boolean;
	/**
	 * Rows after the decision were not looked at
	 */
	rowsUsed: number;
	/**
	 * Among the rows used
	 */
	correct: number;
	by: 'likelihood-ratio' | 'clopper-pearson' | null;
	/**
	 * Clopper-Pearson at alpha / 2 on the rows used; decides at the end of the plan only
	 */
	lower: number | null;
	upper: number | null;
	/**
	 * Two-sided Mann-Whitney p of the places of right against wrong rows; below 0.001 the order was not random and nothing is decided
	 */
	orderP: number;
}
/**
 * Right and wrong answers of A and B to the same questions
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "PairedProportionFigures".
 */
export interface PairedProportionFigures {
	method: 'paired-proportions';
	pairs: number;
	both: number;
	onlyA: number;
	onlyB: number;
	neither: number;
	/**
	 * (onlyB - onlyA) / pairs
	 */
	estimate: number;
	/**
	 * Tango's score bound
	 */
	lower: number;
	upper: number;
	/**
	 * Two-sided, exact
	 */
	mcnemarP: number;
}
/**
 * Events over an exposure
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "RateFigures".
 */
export interface RateFigures {
	method: 'poisson';
	events: number;
	/**
	 * In the limit's unit
	 */
	exposure: number;
	estimate: number;
	/**
	 * chi-square quantile at alpha, 2 k degrees of freedom, over 2 T; 0 for k = 0
	 */
	lower: number;
	/**
	 * chi-square quantile at 1 - alpha, 2 (k + 1) degrees of freedom, over 2 T
	 */
	upper: number;
	/**
	 * null: too few events to tell
	 */
	dispersion: Dispersion | null;
}
export interface Dispersion {
	/**
	 * Sessions, or rows where none is named, in order, put together until 2 events are expected in each
	 */
	periods: number;
	chiSquare: number;
	dof: number;
	/**
	 * Quantile at 0.99; above it the events come in bunches, and the bounds are withheld
	 */
	most: number;
}
/**
 * A word error rate over the corpus
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "WordErrorFigures".
 */
export interface WordErrorFigures {
	method: 'word-errors';
	utterances: number;
	errors: number;
	/**
	 * Of the references
	 */
	words: number;
	/**
	 * null: errors were given as a count
	 */
	substitutions: number | null;
	deletions: number | null;
	insertions: number | null;
	/**
	 * Utterances, or sets of them that share a session, group or speaker: what was drawn
	 */
	units: number;
	unitsWithErrors: number;
	resamples: number;
	estimate: number;
	lower: number | null;
	upper: number | null;
	normaliser: NormaliserFacts | null;
}
export interface NormaliserFacts {
	name: string;
	version: number;
	sha256: string;
}
/**
 * B over A from pairs; all but a and b in natural logarithms
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "PairedRatioFigures".
 */
export interface PairedRatioFigures {
	method: 'signed-rank';
	pairs: RatioPair[];
	/**
	 * Of ln(B / A)
	 */
	standardDeviation: number | null;
	/**
	 * Hodges-Lehmann: median of the Walsh averages of ln(B / A)
	 */
	estimate: number;
	lower: number | null;
	upper: number | null;
}
export interface RatioPair {
	name: string;
	a: number;
	b: number;
	logRatio: number;
}
/**
 * B over A from sessions that are not paired
 *
 * This interface was referenced by `VerdictResult`'s JSON-Schema
 * via the `definition` "UnpairedRatioFigures".
 */
export interface UnpairedRatioFigures {
	method: 'two-sample-shift';
	/**
	 * Value of each session of A
	 */
	a: number[];
	b: number[];
	/**
	 * Mann-Whitney
	 */
	u: number;
	/**
	 * Two-sided
	 */
	p: number;
	exact: boolean;
	/**
	 * Median of all ln(b / a)
	 */
	estimate: number;
	lower: number | null;
	upper: number | null;
}
export interface SampleInput {
	source: string;
	format: 'csv' | 'ndjson';
	/**
	 * Of the file's bytes
	 */
	sha256: string;
	rows: number;
	/**
	 * All of the file
	 */
	columns: string[];
	/**
	 * Our name of a column -> the file's
	 */
	used: {
		[k: string]: string;
	};
	/**
	 * Columns nobody looked at
	 */
	ignored: string[];
}
