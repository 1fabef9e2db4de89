import { count, quoted, sampleFault } from './sample-fault.ts';
import type { Samples } from './sample-table.ts';

/** Rows of A and of B that share a name in the `pair` column. */
export interface PairRows {
	name: string;
	a: number[];
	b: number[];
}

/**
 * Rows pair by pair, in order of first appearance.
 *
 * @throws OssicleError `samples` for a pair of which one arm is missing: a lost partner is no reason to look away
 */
export function pairRows(samples: Samples): PairRows[] {
	const pairs = samples.labels.get('pair');
	const found: PairRows[] = (pairs?.names ?? []).map((name) => ({ name, a: [], b: [] }));
	pairs?.index.forEach((label, row) => {
		found[label]?.[armAt(samples, row) === 'A' ? 'a' : 'b'].push(row);
	});
	const alone = found.filter(({ a, b }) => a.length === 0 || b.length === 0);
	const [first] = alone;
	if (first !== undefined) {
		const [there, missing] = first.a.length > 0 ? ['A', 'B'] : ['B', 'A'];
		const more =
			alone.length > 1
				? `, and ${count(alone.length - 1, 'other pair')} lack${alone.length === 2 ? 's' : ''} an arm too`
				: '';
		throw sampleFault(
			{ source: samples.source, line: lineOf(samples, first.a[0] ?? first.b[0] ?? 0), column: 'pair' },
			`pair ${quoted(first.name)} has ${there} and no ${missing}${more}; measure it again or take the whole pair out`,
		);
	}
	return found;
}

/** The only row of a pair's arm. @throws OssicleError `samples` where there are several */
export function onlyRow(samples: Samples, pair: PairRows, arm: 'a' | 'b', advice: string): number {
	const [row = 0, second] = pair[arm];
	if (second === undefined) return row;
	throw sampleFault(
		{ source: samples.source, line: lineOf(samples, second), column: 'pair' },
		`pair ${quoted(pair.name)} has ${pair[arm].length} rows of ${arm.toUpperCase()}, expected one${advice}`,
	);
}

export function armAt(samples: Samples, row: number): 'A' | 'B' {
	const arms = samples.labels.get('arm');
	return arms?.names[arms.index[row] as number] === 'B' ? 'B' : 'A';
}

export function lineOf(samples: Samples, row: number): number {
	return samples.lines[row] ?? 0;
}
