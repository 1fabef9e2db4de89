import type { MaximumFigures } from '../../generated/verdict-result.ts';
import { missRateBound } from '../statistics/proportion.ts';
import { describe } from './describe-values.ts';
import { countNotMeeting } from './judge-percentile.ts';
import { count, quoted } from './sample-fault.ts';
import type { JudgeContext, Judged } from './sample-verdict.ts';
import type { SessionValues } from './session-values.ts';
import { confidenceText, showAgainst, showValue, trimmed } from './show-value.ts';

/**
 * A maximum. One sample over the limit refutes it; no number of samples proves it. What they prove is said instead: a
 * bound of the share of rows over the limit, 1 - alpha^(1/n) where none was (Clopper and Pearson, 1934), in each session by
 * itself.
 */
export function judgeMaximum(sessions: readonly SessionValues[], context: JudgeContext): Judged {
	const { alpha, limit } = context;
	const perSession = sessions.map(({ name, values }) => {
		const notMeeting = countNotMeeting(values, context);
		const missRateUpper = missRateBound(notMeeting, values.length, alpha);
		return {
			name: sessions.length === 1 ? null : name,
			n: values.length,
			max: describe(values).max,
			notMeeting,
			missRateUpper,
		};
	});
	const worst = perSession.reduce((a, b) => (b.missRateUpper > a.missRateUpper ? b : a));
	const max = Math.max(...perSession.map((each) => each.max));
	const notMeeting = perSession.reduce((sum, each) => sum + each.notMeeting, 0);
	const n = perSession.reduce((sum, each) => sum + each.n, 0);
	const figures: MaximumFigures = { method: 'miss-rate', max, notMeeting, sessions: perSession };
	const where = worst.name === null ? '' : ` in session ${quoted(worst.name)}, which bounds it least`;
	const share = `${trimmed(100 * worst.missRateUpper, 3)} %`;
	return {
		estimate: max,
		bounds: { lower: max, upper: null },
		n,
		sessions: sessions.length,
		scope: sessions.length === 1 ? 'this one session' : 'each of these sessions by itself',
		rule: `a maximum is refuted by one row over the limit and proven by none; the share of such rows is bounded at ${confidenceText(alpha)} (Clopper and Pearson, 1934)`,
		undecided: `none of ${count(n, 'row')} is over the limit, which bounds the share of such rows to ${share}${where}, but not to none: a maximum cannot be proven from samples`,
		refuted: `${showAgainst(max, limit)} was seen, which does not meet ${limit.text}`,
		wouldDecide: { what: 'no number of rows; ask for a percentile', n: null },
		figures,
		missRate: { missed: worst.notMeeting, n: worst.n, upper: worst.missRateUpper },
		notes: [
			`${notMeeting} of ${count(n, 'row')} over ${showValue(limit.value, limit.unit)}; their true share is at most ${share}${where}`,
		],
	};
}
