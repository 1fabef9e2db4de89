export interface Description {
	mean: number;
	/** n - 1 in the denominator; null for one value. */
	standardDeviation: number | null;
	min: number;
	max: number;
}

/** Mean and spread of one value or more, in two passes: a large offset costs no digits. */
export function describe(values: ArrayLike<number>): Description {
	const n = values.length;
	let sum = 0;
	let min = Number.POSITIVE_INFINITY;
	let max = Number.NEGATIVE_INFINITY;
	for (let index = 0; index < n; index++) {
		const value = values[index] as number;
		sum += value;
		if (value < min) min = value;
		if (value > max) max = value;
	}
	const mean = sum / n;
	let squares = 0;
	for (let index = 0; index < n; index++) squares += ((values[index] as number) - mean) ** 2;
	return { mean, standardDeviation: n > 1 ? Math.sqrt(squares / (n - 1)) : null, min, max };
}
