/** The smallest and largest value of each of up to `bins` equal stretches: no peak is lost, and the drawing stays small. */
export interface Envelope {
	/** Place of the stretch in the data, 0 to 1. */
	from: number;
	to: number;
	least: number;
	most: number;
	mean: number;
}

export function envelope(values: ArrayLike<number>, bins: number): Envelope[] {
	const n = values.length;
	const count = Math.min(n, Math.max(1, bins));
	const stretches: Envelope[] = [];
	for (let bin = 0; bin < count; bin++) {
		const first = Math.floor((bin * n) / count);
		const end = Math.floor(((bin + 1) * n) / count);
		let least = Number.POSITIVE_INFINITY;
		let most = Number.NEGATIVE_INFINITY;
		let sum = 0;
		let known = 0;
		for (let index = first; index < end; index++) {
			const value = values[index] ?? Number.NaN;
			if (value < least) least = value;
			if (value > most) most = value;
			if (!Number.isNaN(value)) {
				sum += value;
				known += 1;
			}
		}
		// A stretch of nothing but NaN has no envelope: a gap is drawn as a gap.
		if (least <= most) stretches.push({ from: first / n, to: end / n, least, most, mean: sum / known });
	}
	return stretches;
}
