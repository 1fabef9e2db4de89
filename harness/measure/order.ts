/** The r-th smallest of n, r = ceil(p n): the sample percentile that is one of the samples. `sorted` ascending, not empty. */
export function samplePercentile(sorted: Float64Array, p: number): number {
	// The tiny term keeps ceil(0.99 x 100) at 99 although 0.99 x 100 is 99.00000000000001 in binary.
	const rank = Math.min(sorted.length, Math.max(1, Math.ceil(p * sorted.length - 1e-9)));
	return sorted[rank - 1] ?? Number.NaN;
}

/** 0.99 for `p99`, 0.999 for `p99.9`, 1 for `max`. */
export function fractionOf(statistic: string): number {
	if (statistic === 'max') return 1;
	// 99.9 / 100 is 0.9990000000000001 in binary.
	return Number((Number(statistic.slice(1)) / 100).toPrecision(12));
}
