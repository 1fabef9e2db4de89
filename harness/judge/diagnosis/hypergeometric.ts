import { logChoose } from '../statistics/distributions.ts';

/**
 * Probability of `hits` or more marked ones in a group of `group`, drawn without replacement from `all` of which `marked`
 * are marked: the upper tail of the hypergeometric distribution (Fisher's exact test, one-sided).
 */
export function upperTail(hits: number, group: number, marked: number, all: number): number {
	let sum = 0;
	for (let k = hits; k <= Math.min(group, marked); k++) {
		if (group - k > all - marked) continue;
		sum += Math.exp(logChoose(marked, k) + logChoose(all - marked, group - k) - logChoose(all, group));
	}
	return Math.min(1, sum);
}
