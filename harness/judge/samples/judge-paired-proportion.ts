import type { PairedProportionFigures } from '../../generated/verdict-result.ts';
import { mcnemarExact, tangoBounds } from '../statistics/paired.ts';
import { onlyRow, pairRows } from './arms.ts';
import { clusterColumns } from './clusters.ts';
import type { Samples } from './sample-table.ts';
import { type JudgeContext, type Judged, OPEN } from './sample-verdict.ts';
import { confidenceText, showAgainst, trimmed } from './show-value.ts';

const MOST_PAIRS_ASKED = 10_000_000;

/**
 * The difference B - A of two proportions on the same questions: Tango's score bounds decide (Statistics in Medicine 17,
 * 1998), McNemar's exact test is shown. `>= -1 pp`: B is not worse than A by more than one percentage point.
 *
 * @throws OssicleError `samples` for a pair without exactly one row of each arm
 */
export function judgePairedProportion(samples: Samples, context: JudgeContext): Judged {
	const { alpha, limit } = context;
	const correct = samples.flags.get('correct') ?? new Uint8Array();
	const pairs = pairRows(samples);
	const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
	for (const pair of pairs) {
		const a = correct[onlyRow(samples, pair, 'a', '')] === 1;
		const b = correct[onlyRow(samples, pair, 'b', '')] === 1;
		counts[a ? (b ? 'both' : 'onlyA') : b ? 'onlyB' : 'neither'] += 1;
	}
	const { onlyA, onlyB } = counts;
	const n = pairs.length;
	const { estimate, lower, upper } = tangoBounds(onlyA, onlyB, n, alpha);
	const mcnemarP = mcnemarExact(onlyA, onlyB);
	const figures: PairedProportionFigures = {
		method: 'paired-proportions',
		pairs: n,
		...counts,
		estimate,
		lower,
		upper,
		mcnemarP,
	};
	const [tied] = clusterColumns(samples);
	const allowed = limit.op.startsWith('>') && limit.value < 0;
	return {
		estimate,
		bounds: tied === undefined ? { lower, upper } : OPEN,
		n,
		sessions: 1,
		scope: 'the population these pairs were drawn from at random, each independently',
		rule: `score bounds of the paired difference B - A (Tango, 1998; half a pair of continuity correction), ${confidenceText(alpha)} each side; pairs taken as independent`,
		undecided:
			tied === undefined
				? `the limit lies between the bounds ${showAgainst(lower, limit)} and ${showAgainst(upper, limit)}`
				: `pairs of one ${tied} are right or wrong together, for which there is no rule here; take the column out if they are independent all the same`,
		wouldDecide: tied === undefined ? pairsToDecide(figures, context) : null,
		figures,
		notes: [
			`${n} pairs: only A right ${onlyA}, only B right ${onlyB}, both ${counts.both}, neither ${counts.neither}; McNemar exact p = ${trimmed(mcnemarP, 3)}`,
		],
		used: allowed ? Math.max(0, lower / limit.value) : null,
	};
}

/** Pairs in all at which the same shares of unlike answers would decide; null: on the limit. */
function pairsToDecide(
	{ pairs, onlyA, onlyB }: PairedProportionFigures,
	{ alpha, limit }: JudgeContext,
): Judged['wouldDecide'] {
	for (let n = pairs + 1; n <= MOST_PAIRS_ASKED; n = Math.ceil(n * 1.05)) {
		const scaled = (k: number) => Math.round((k * n) / pairs);
		const { lower, upper } = tangoBounds(scaled(onlyA), Math.min(scaled(onlyB), n - scaled(onlyA)), n, alpha);
		if (lower > limit.value || upper < limit.value) return { what: 'pairs', n };
	}
	return null;
}
