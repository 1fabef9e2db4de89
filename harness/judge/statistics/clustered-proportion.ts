/** A proportion whose trials come in groups: utterances of one speaker are right or wrong together. */

import { checkCount, checkOpenShare } from './check.ts';
import { betaQuantile, studentQuantile } from './distributions.ts';
import { ALPHA } from './percentile.ts';

/** Below so many clusters their spread is not known well enough. */
export const FEWEST_CLUSTERS = 20;

/** What the cluster nobody met gets right, as a share of what the others do. */
const UNMET_SHARE = 0.5;

export interface ClusteredProportion {
	/** Share right over all trials, 0..1. */
	estimate: number;
	/** null when refused. */
	lower: number | null;
	upper: number | null;
	clusters: number;
	refused: string | null;
}

/**
 * One-sided bounds of a proportion from clustered trials. The variance between clusters is that of the ratio estimator
 * (Cochran, Sampling Techniques, 3rd ed., 11.8), the quantile Student's t with one degree of freedom less than clusters.
 * The weaker of that bound and Clopper-Pearson at the effective number of trials (Korn and Graubard, Survey Methodology
 * 24, 1998) decides: near 100 % the first alone is too narrow. Neither knows the kind of speaker nobody met, so one more
 * cluster of average size with half the share right is added first; without it both err in up to 34 % where one speaker
 * in twenty is mostly misunderstood (simulation/SIMULATION.md).
 *
 * @param clusters one per speaker or recording: right answers and all trials, each at least 1 trial
 * @param alpha one-sided error of each bound
 */
export function clusteredProportion(
	clusters: readonly { correct: number; total: number }[],
	alpha = ALPHA,
): ClusteredProportion {
	checkCount('clusteredProportion: clusters', clusters.length, 1);
	checkOpenShare('clusteredProportion: alpha', alpha);
	clusters.forEach(({ correct, total }, index) => {
		checkCount(`clusteredProportion: clusters[${index}].total`, total, 1);
		checkCount(`clusteredProportion: clusters[${index}].correct`, correct, 0, total);
	});
	const trials = clusters.reduce((sum, { total }) => sum + total, 0);
	const estimate = clusters.reduce((sum, { correct }) => sum + correct, 0) / trials;
	const common = { estimate, clusters: clusters.length };
	if (clusters.length < FEWEST_CLUSTERS) {
		const refused = `${clusters.length} speakers or recordings; at least ${FEWEST_CLUSTERS} are needed, as their clips are right or wrong together`;
		return { ...common, lower: null, upper: null, refused };
	}
	const wrong = clusters.map(({ correct, total }) => ({ correct: total - correct, total }));
	return {
		...common,
		lower: clusteredLower(clusters, estimate, alpha),
		upper: 1 - clusteredLower(wrong, 1 - estimate, alpha),
		refused: null,
	};
}

function clusteredLower(met: readonly { correct: number; total: number }[], estimate: number, alpha: number): number {
	if (estimate === 0) return 0;
	const average = met.reduce((sum, { total }) => sum + total, 0) / met.length;
	const clusters = [...met, { correct: UNMET_SHARE * estimate * average, total: average }];
	const count = clusters.length;
	const trials = average * count;
	const share = clusters.reduce((sum, { correct }) => sum + correct, 0) / trials;
	const squares = clusters.reduce((sum, { correct, total }) => sum + (correct - share * total) ** 2, 0);
	const variance = ((count / (count - 1)) * squares) / trials ** 2;
	const student = share - studentQuantile(1 - alpha, met.length - 1) * Math.sqrt(variance);
	const effective = Math.min(trials, (share * (1 - share)) / variance);
	const graubard = betaQuantile(alpha, share * effective, (1 - share) * effective + 1);
	return Math.max(0, Math.min(student, graubard));
}
