import type { PairedRatioFigures, UnpairedRatioFigures } from '../../generated/verdict-result.ts';
import { medianUnbiasedPercentile, smallestDecidingCount } from '../statistics/percentile.ts';
import { mannWhitney } from '../statistics/rank-sum.ts';
import { sessionsToDecide } from '../statistics/session-means.ts';
import { hodgesLehmann, signedRankCritical, twoSampleShift } from '../statistics/shift.ts';
import { armAt, lineOf, onlyRow, pairRows } from './arms.ts';
import { describe } from './describe-values.ts';
import { count, optionFault, quoted, sampleFault } from './sample-fault.ts';
import { distinct, type Samples } from './sample-table.ts';
import { type JudgeContext, type Judged, OPEN } from './sample-verdict.ts';
import { VARIATION } from './session-values.ts';
import { confidenceText, showAgainst, trimmed } from './show-value.ts';
import type { Statistic } from './statistic.ts';

export interface RatioContext extends JudgeContext {
	/** What the rows of an arm of a pair (or of a session) are reduced to; null: there is one row each. */
	of: Statistic | null;
}

/** All Walsh averages, and all differences, are formed and sorted. */
const MOST_PAIRS = 2000;
/** With 3 against 3 no outcome reaches 5 % (least two-sided p 0.1). */
const FEWEST_UNPAIRED = 4;
const UNPAIRED = 'unpaired: drift not controlled';

/**
 * B over A. Paired: Hodges-Lehmann on ln(B / A) with exact signed-rank bounds. Unpaired: the two-sample shift of the
 * logarithms, with a mark, as nothing then tells a change of the build from a drift of the bench.
 *
 * @throws OssicleError `samples`, `option`
 */
export function judgeRatio(samples: Samples, context: RatioContext): Judged {
	const arms = samples.labels.get('arm')?.names ?? [];
	if (arms.length < 2)
		throw sampleFault({ source: samples.source, column: 'arm' }, `only ${arms[0]} is there; a ratio compares B with A`);
	return samples.labels.has('pair') ? judgePaired(samples, context) : judgeUnpaired(samples, context);
}

function judgePaired(samples: Samples, context: RatioContext): Judged {
	const { alpha, of } = context;
	const found = pairRows(samples);
	tooMany(samples, found.length, 'pairs');
	const advice = '; name what they are reduced to (--of p95, --of mean)';
	const levelOf = (pair: (typeof found)[number], arm: 'a' | 'b') =>
		of === null
			? positive(samples, onlyRow(samples, pair, arm, advice))
			: reduced(samples, pair[arm], of, `pair ${quoted(pair.name)}, arm ${arm.toUpperCase()}`, alpha);
	const pairs = found.map((pair) => {
		const [a, b] = [levelOf(pair, 'a'), levelOf(pair, 'b')];
		return { name: pair.name, a, b, logRatio: Math.log(b / a) };
	});
	const logs = pairs.map(({ logRatio }) => logRatio);
	const { estimate, lower, upper } = hodgesLehmann(logs, alpha);
	const { standardDeviation, min, max } = describe(logs);
	const figures: PairedRatioFigures = { method: 'signed-rank', pairs, standardDeviation, estimate, lower, upper };
	const least = fewestPairs(alpha);
	const n = pairs.length;
	const constant = min === max;
	const withheld =
		n < least
			? `${count(n, 'pair')} cannot decide whatever they are; ${least} are the fewest`
			: constant
				? `all ${n} pairs have the same ratio, ${trimmed(Math.exp(min), 6)}: pairs without any spread (copies, an emulator, rounding) do not tell how the next one will be`
				: null;
	return {
		...ratioOf(estimate, lower, upper, withheld, context),
		n,
		sessions: 2 * n,
		scope: 'the bench these pairs were measured on',
		rule: `Hodges-Lehmann estimate of ln(B / A), exact signed-rank bounds, ${confidenceText(alpha)} each side (Hodges and Lehmann, 1963)${ofText(of)}`,
		wouldDecide: n < least ? { what: 'pairs', n: least } : constant ? VARIATION : morePairs(figures, context, least),
		figures,
		marks: constant && n >= least ? ['no spread'] : [],
		notes: [
			changeText(estimate, lower, upper, context),
			`spread of the pairs ${trimmed(100 * (standardDeviation ?? 0), 3)} % (sd of the logarithm)`,
		],
	};
}

function judgeUnpaired(samples: Samples, context: RatioContext): Judged {
	const { alpha, of } = context;
	const { A: a, B: b } = armValues(samples, context);
	tooMany(samples, Math.max(a.length, b.length), 'sessions in an arm');
	const [logA, logB] = [a.map(Math.log), b.map(Math.log)];
	const { estimate, lower, upper } = twoSampleShift(logA, logB, alpha);
	const { u, pTwoSided, exact } = mannWhitney(logA, logB);
	const figures: UnpairedRatioFigures = {
		method: 'two-sample-shift',
		a,
		b,
		u,
		p: pTwoSided,
		exact,
		estimate,
		lower,
		upper,
	};
	const few = Math.min(a.length, b.length) < FEWEST_UNPAIRED;
	const all = describe([...logA, ...logB]);
	const flat = describe(logA);
	const flatB = describe(logB);
	const constant = all.min === all.max || (flat.min === flat.max && flatB.min === flatB.max);
	const withheld = few
		? `${a.length} of A against ${b.length} of B cannot decide; ${FEWEST_UNPAIRED} of each are the fewest`
		: constant
			? 'the values of an arm are all the same: values without any spread (copies, an emulator, rounding) do not tell how the next one will be'
			: null;
	return {
		...ratioOf(estimate, lower, upper, withheld, context),
		n: a.length + b.length,
		sessions: a.length + b.length,
		scope: 'the bench as it was for A and for B, whatever else changed between',
		rule: `two-sample shift of the logarithms with Mann-Whitney bounds, ${confidenceText(alpha)} each side (Hollander, Wolfe and Chicken, 4.2 and 4.3)${ofText(of)}`,
		wouldDecide: few
			? { what: 'sessions of each arm', n: FEWEST_UNPAIRED }
			: { what: 'pairs, measured in turn (a `pair` column)', n: null },
		figures,
		marks: [UNPAIRED, ...(constant && !few ? ['no spread'] : [])],
		notes: [
			changeText(estimate, lower, upper, context),
			`${a.length} of A against ${b.length} of B; Mann-Whitney ${exact ? 'exact ' : ''}p = ${trimmed(pTwoSided, 3)}`,
		],
	};
}

function armValues(samples: Samples, { of, alpha }: RatioContext): { A: number[]; B: number[] } {
	const values = { A: [] as number[], B: [] as number[] };
	const sessions = samples.labels.get('session');
	if (sessions === undefined || distinct(samples, 'session') === 1) {
		if (of !== null)
			throw optionFault('--of', 'which rows are reduced together? A `pair` or `session` column must say it');
		for (let row = 0; row < samples.rows; row++) values[armAt(samples, row)].push(positive(samples, row));
		return values;
	}
	const sets = new Map<string, { name: string; arm: 'A' | 'B'; rows: number[] }>();
	sessions.index.forEach((label, row) => {
		const arm = armAt(samples, row);
		const name = sessions.names[label] as string;
		const set = sets.get(`${arm}${label}`) ?? { name, arm, rows: [] };
		set.rows.push(row);
		sets.set(`${arm}${label}`, set);
	});
	for (const { name, arm, rows } of sets.values()) {
		const what = `session ${quoted(name)}, arm ${arm}`;
		if (of !== null) values[arm].push(reduced(samples, rows, of, what, alpha));
		else if (rows.length === 1) values[arm].push(positive(samples, rows[0] as number));
		else
			throw sampleFault(
				{ source: samples.source, line: lineOf(samples, rows[1] as number), column: 'session' },
				`${what} has ${rows.length} rows; name what they are reduced to (--of p95, --of mean)`,
			);
	}
	return values;
}

/** One number for the rows of an arm: the type-8 percentile, or the mean. */
function reduced(samples: Samples, rows: readonly number[], of: Statistic, what: string, alpha: number): number {
	const values = Float64Array.from(rows, (row) => positive(samples, row));
	if (of.kind === 'mean') return describe(values).mean;
	if (of.kind !== 'percentile') throw optionFault('--of', `expected a percentile or mean, got ${of.name}`);
	const least = smallestDecidingCount(Math.max(of.p, 1 - of.p), alpha);
	if (values.length < least) {
		const text = `${what} has ${count(values.length, 'row')}; ${of.name} of a session needs ${least}`;
		throw sampleFault({ source: samples.source, line: lineOf(samples, rows[0] ?? 0) }, text);
	}
	return medianUnbiasedPercentile(values.sort(), of.p);
}

function positive(samples: Samples, row: number): number {
	const value = samples.numbers.get('value')?.[row] ?? Number.NaN;
	if (value > 0) return value;
	throw sampleFault(
		{ source: samples.source, line: lineOf(samples, row), column: 'value' },
		`expected a number above 0, got ${value}; a ratio is judged on logarithms`,
	);
}

/** Bounds back from logarithms, and the share used: of the change that is allowed, not of the ratio. */
function ratioOf(
	estimate: number,
	lower: number | null,
	upper: number | null,
	withheld: string | null,
	{ limit }: RatioContext,
): Pick<Judged, 'estimate' | 'bounds' | 'undecided' | 'used'> {
	const bounds = { lower: expOf(lower), upper: expOf(upper) };
	const bad = limit.op.startsWith('<') ? upper : lower;
	const allowed = Math.log(limit.value);
	const room = limit.op.startsWith('<') ? allowed > 0 : allowed < 0;
	const text = (value: number | null) => (value === null ? 'open' : showAgainst(value, limit));
	return {
		estimate: Math.exp(estimate),
		bounds: withheld === null ? bounds : OPEN,
		undecided: withheld ?? `the limit lies between the bounds ${text(bounds.lower)} and ${text(bounds.upper)}`,
		used: withheld === null && room && bad !== null ? Math.max(0, bad / allowed) : null,
	};
}

function morePairs(
	{ pairs, estimate, standardDeviation }: PairedRatioFigures,
	{ limit, alpha }: RatioContext,
	least: number,
): Judged['wouldDecide'] {
	const needed = sessionsToDecide(estimate, standardDeviation ?? 0, Math.log(limit.value), 0, alpha);
	return needed === null ? null : { what: 'pairs', n: Math.max(least, pairs.length + 1, needed) };
}

function fewestPairs(alpha: number): number {
	let pairs = 1;
	while (signedRankCritical(pairs, alpha) === null) pairs += 1;
	return pairs;
}

/** In words what B is to A; never a direction that the bounds leave open. */
function changeText(estimate: number, lower: number | null, upper: number | null, { limit }: RatioContext): string {
	const change = `B is ${percentText(estimate)} of A's level`;
	if (lower !== null && lower > 0) {
		const small = limit.op.startsWith('<') && limit.value > 1 && upper !== null && Math.exp(upper) <= limit.value;
		return `${change}: more, beyond chance${small ? ', but by less than the limit allows' : ''}`;
	}
	if (upper !== null && upper < 0) return `${change}: less, beyond chance`;
	return `${change}; no change can be told from chance`;
}

function percentText(logRatio: number): string {
	return `${trimmed(100 * Math.exp(logRatio), 5)} %`;
}

function expOf(value: number | null): number | null {
	return value === null ? null : Math.exp(value);
}

function ofText(of: Statistic | null): string {
	return of === null ? '' : `; each arm's rows reduced to their ${of.name}`;
}

function tooMany(samples: Samples, n: number, what: string): void {
	if (n > MOST_PAIRS)
		throw sampleFault({ source: samples.source }, `${n} ${what}; ${MOST_PAIRS} are the most that are judged`);
}
