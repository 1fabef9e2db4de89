/** Many comparisons in one report. */

import { checkOpenShare, checkShare } from './check.ts';

/**
 * Controls the share of false alarms among the alarms (Benjamini and Hochberg, JRSS B 57, 1995), for independent or
 * positively dependent comparisons.
 *
 * @param p one value per comparison, 0..1, any order; may be empty; @param q tolerated share of false alarms
 * @returns in the order given: whether rejected, and the adjusted p (the least q at which it would be)
 */
export function benjaminiHochberg(p: readonly number[], q = 0.05): { rejected: boolean[]; adjusted: number[] } {
	checkOpenShare('benjaminiHochberg: q', q);
	p.forEach((value, index) => {
		checkShare(`benjaminiHochberg: p[${index}]`, value);
	});
	const order = p.map((_, index) => index).sort((a, b) => (p[b] as number) - (p[a] as number));
	const adjusted = new Array<number>(p.length).fill(1);
	let least = 1;
	order.forEach((index, position) => {
		least = Math.min(least, ((p[index] as number) * p.length) / (p.length - position));
		adjusted[index] = least;
	});
	return { rejected: adjusted.map((value) => value <= q), adjusted };
}
