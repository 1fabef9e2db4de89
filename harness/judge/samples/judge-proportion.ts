import type { ClusterFigures, FixedSetFigures, ProportionFigures } from '../../generated/verdict-result.ts';
import { clusteredProportion, FEWEST_CLUSTERS } from '../statistics/clustered-proportion.ts';
import {
	proportionLowerBound,
	proportionUpperBound,
	trialsToDecide,
	wilsonInterval,
} from '../statistics/proportion.ts';
import { isUpperLimit } from '../verdict.ts';
import { clusterColumns, clustersOf } from './clusters.ts';
import { count } from './sample-fault.ts';
import { distinct, rowsBy, type Samples } from './sample-table.ts';
import { type JudgeContext, type Judged, OPEN } from './sample-verdict.ts';
import { confidenceText, showAgainst } from './show-value.ts';

const WILSON_CONFIDENCE = 0.95;

/**
 * A proportion of a population the rows were drawn from: Clopper-Pearson decides, Wilson is shown. Rows of one session,
 * group or speaker are right or wrong together and are judged as clusters.
 */
export function judgeProportion(samples: Samples, context: JudgeContext): Judged {
	const correct = samples.flags.get('correct') ?? new Uint8Array();
	return clusterColumns(samples).length > 0
		? judgeClusters(samples, correct, context)
		: judgeIndependent(sum(correct), correct.length, context);
}

function judgeIndependent(correct: number, total: number, context: JudgeContext): Judged {
	const { alpha, limit } = context;
	const lower = proportionLowerBound(correct, total, alpha);
	const upper = proportionUpperBound(correct, total, alpha);
	const figures: ProportionFigures = {
		method: 'clopper-pearson',
		correct,
		total,
		estimate: correct / total,
		lower,
		upper,
	};
	const inside = limit.value > 0 && limit.value < 1;
	const direction = isUpperLimit(limit.op) ? 'at-most' : 'at-least';
	const needed = inside ? trialsToDecide(correct, total, limit.value, direction, alpha) : null;
	const sits = needed === null && inside ? '; the true proportion seems to sit on the limit' : '';
	return {
		estimate: correct / total,
		bounds: { lower, upper },
		n: total,
		sessions: 1,
		scope: 'the population these rows were drawn from at random, each independently',
		rule: `Clopper-Pearson (1934), ${confidenceText(alpha)} each side; rows taken as independent`,
		undecided: `${correct} of ${total} right leave the limit between the bounds ${showAgainst(lower, limit)} and ${showAgainst(upper, limit)}${sits}`,
		wouldDecide: needed === null ? null : { what: 'rows', n: needed },
		figures,
		shown: wilson(correct, total),
		notes: [`${correct} of ${total} right`],
	};
}

/** The rows are the whole set the limit speaks of: what was counted is the value, and no interval belongs to it. */
export function judgeFixedSet(samples: Samples): Judged {
	const correct = samples.flags.get('correct') ?? new Uint8Array();
	const sessions = rowsBy(samples, 'session').map(({ name, rows }) => ({
		name,
		correct: rows.reduce((total, row) => total + (correct[row] as number), 0),
		total: rows.length,
	}));
	const [first = { name: null, correct: 0, total: 0 }] = sessions;
	const same = sessions.every((each) => each.correct === first.correct && each.total === first.total);
	const share = first.correct / first.total;
	const all = sum(correct);
	const figures: FixedSetFigures = { method: 'fixed-set', sessions };
	return {
		estimate: all / correct.length,
		bounds: same ? { lower: share, upper: share } : OPEN,
		n: correct.length,
		sessions: sessions.length,
		scope: 'this set of rows only, taken as all there is',
		rule: 'the fixed set in full, counted; no interval',
		undecided: `the sessions differ (${sessions
			.slice(0, 6)
			.map((each) => `${each.correct} of ${each.total}`)
			.join(
				', ',
			)}${sessions.length > 6 ? ', ...' : ''}): what is not repeated exactly is no fixed figure; judge it without --fixed-set`,
		wouldDecide: { what: 'repeatable sessions', n: null },
		figures,
		marks: same ? ['fixed set'] : ['fixed set', 'not deterministic'],
		notes: [
			`${first.correct} of ${first.total} right${sessions.length > 1 && same ? ` in each of ${sessions.length} sessions` : ''}`,
		],
	};
}

function judgeClusters(samples: Samples, correct: Uint8Array, { alpha, limit }: JudgeContext): Judged {
	const columns = clusterColumns(samples);
	const by = columns.join(' and ');
	const clusters = clustersOf(samples, columns).map(({ name, rows }) => ({
		name,
		correct: rows.reduce((total, row) => total + (correct[row] as number), 0),
		total: rows.length,
	}));
	const { estimate, lower, upper, refused } = clusteredProportion(clusters, alpha);
	const figures: ClusterFigures = { method: 'clusters', by, clusters, estimate, lower, upper };
	const total = correct.length;
	const right = sum(correct);
	const few = `${count(clusters.length, 'cluster')} by ${by}; at least ${FEWEST_CLUSTERS} are needed, as rows of one ${columns[0]} are right or wrong together`;
	return {
		estimate,
		bounds: { lower, upper },
		n: total,
		sessions: Math.max(1, distinct(samples, 'session')),
		scope: `the population these ${count(clusters.length, 'cluster')} (by ${by}) were drawn from`,
		rule: `clusters by ${by}: the weaker of Student on the ratio estimator (Cochran, Sampling Techniques, 11.8) and Clopper-Pearson at the effective number of rows (Korn and Graubard, 1998), ${confidenceText(alpha)} each side`,
		undecided:
			refused === null
				? `the limit lies between the bounds ${showAgainst(lower ?? 0, limit)} and ${showAgainst(upper ?? 1, limit)}`
				: few,
		wouldDecide: refused === null ? { what: `more of ${by}`, n: null } : { what: 'clusters', n: FEWEST_CLUSTERS },
		figures,
		notes: [`${right} of ${total} right, ${clusters.length} clusters by ${by}`],
	};
}

function wilson(correct: number, total: number): NonNullable<Judged['shown']> {
	return { ...wilsonInterval(correct, total, WILSON_CONFIDENCE), method: 'Wilson 95 %, two-sided' };
}

function sum(flags: Uint8Array): number {
	return flags.reduce((total, flag) => total + flag, 0);
}
