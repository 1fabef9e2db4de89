/**
 * Whether rows that follow each other in time are alike. Bounds of a percentile take samples as independent draws; a trace
 * that wanders holds far fewer of those than rows.
 */

/**
 * Above this rank lag-1 autocorrelation (and above chance) the rows of one session are not judged as independent. Simulated
 * with AR(1) traces of 100 to 1000 rows whose percentile is the limit: unguarded, p95 and p50 pass falsely in 5.6 and
 * 10.4 % of traces at a correlation of 0.3 and in 39 and 35 % at 0.9; see rank-correlation.test.ts for what the guard leaves.
 */
const MOST_CORRELATION = 0.2;
/** In standard errors of the coefficient of independent rows, 1 / sqrt(n): one such file in a thousand is refused. */
const CHANCE = 3;

export function mostRankLag1(n: number): number {
	return Math.max(MOST_CORRELATION, CHANCE / Math.sqrt(n));
}

/** Lag-1 autocorrelation of the ranks (ties share theirs); null where all values are equal. */
export function rankLag1(values: Float64Array): number | null {
	return lag1(averageRanks(values));
}

/** Lag-1 autocorrelation (Box, Jenkins and Reinsel, Time Series Analysis, 2.1.6); null where all values are equal. */
export function lag1(values: Float64Array): number | null {
	const [first] = values;
	if (values.every((value) => value === first)) return null;
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	let squares = 0;
	let products = 0;
	for (let row = 0; row < values.length; row++) {
		const here = (values[row] as number) - mean;
		squares += here * here;
		if (row > 0) products += here * ((values[row - 1] as number) - mean);
	}
	return products / squares;
}

/** Whether values never go down, or never up: an export that lost the order of time. */
export function isMonotonic(values: Float64Array): boolean {
	let up = true;
	let down = true;
	for (let row = 1; row < values.length; row++) {
		const step = (values[row] as number) - (values[row - 1] as number);
		if (step < 0) up = false;
		if (step > 0) down = false;
	}
	return up || down;
}

function averageRanks(values: Float64Array): Float64Array {
	const order = Uint32Array.from(values, (_, row) => row).sort((a, b) => (values[a] as number) - (values[b] as number));
	const ranks = new Float64Array(values.length);
	for (let from = 0; from < order.length; ) {
		let to = from;
		while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1;
		for (let at = from; at < to; at++) ranks[order[at] as number] = (from + 1 + to) / 2;
		from = to;
	}
	return ranks;
}
