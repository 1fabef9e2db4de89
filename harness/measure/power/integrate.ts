/** Power over time, at equal intervals. */
export interface PowerSeries {
	/** `points`: the power at an instant. `intervals`: the mean over the interval that begins there. */
	kind: 'points' | 'intervals';
	/** Of the first value. */
	startSeconds: number;
	periodSeconds: number;
	milliwatts: ArrayLike<number>;
}

/** A time computed twice differs in its last bits. */
const SAME_SECONDS = 1e-9;

/**
 * Energy from one marker to another inside which nothing is known to step: an inference, or the pause after it.
 *
 * Interval means are rectangles, cut where the marker falls. Points are joined by a trapezoid, and its first and last
 * value held up to the markers: the power steps *at* a marker, so the neighbour beyond belongs to something else, and a
 * line drawn to it would take a part of the step in. A trapezoid over the points inside alone loses one interval: with
 * five points 20 % of the energy, against 0.5 % this way.
 *
 * @returns mJ (mW s), or null where the series does not cover the window, or no point lies in it; a covered window longer
 *   than the interval always holds a point
 */
export function energyBetween(series: PowerSeries, from: number, to: number): number | null {
	if (!(to > from)) return to === from ? 0 : null;
	return series.kind === 'intervals' ? rectangles(series, from, to) : heldTrapezoid(series, from, to);
}

function rectangles({ startSeconds, periodSeconds, milliwatts }: PowerSeries, from: number, to: number): number | null {
	const end = startSeconds + milliwatts.length * periodSeconds;
	if (from < startSeconds - SAME_SECONDS || to > end + SAME_SECONDS) return null;
	const first = Math.max(0, Math.floor((from - startSeconds) / periodSeconds));
	const last = Math.min(milliwatts.length - 1, Math.floor((to - startSeconds) / periodSeconds));
	let energy = 0;
	for (let index = first; index <= last; index++) {
		const begin = startSeconds + index * periodSeconds;
		const inside = Math.min(to, begin + periodSeconds) - Math.max(from, begin);
		energy += Math.max(0, inside) * (milliwatts[index] ?? 0);
	}
	return energy;
}

function heldTrapezoid(series: PowerSeries, from: number, to: number): number | null {
	const { startSeconds, periodSeconds, milliwatts } = series;
	const first = Math.max(0, Math.ceil((from - startSeconds - SAME_SECONDS) / periodSeconds));
	// The point on the closing marker belongs to what begins there.
	const last = Math.min(milliwatts.length, Math.ceil((to - startSeconds - SAME_SECONDS) / periodSeconds)) - 1;
	if (last < first) return null;
	const firstSeconds = startSeconds + first * periodSeconds;
	const lastSeconds = startSeconds + last * periodSeconds;
	// Holding a value for longer than an interval is making one up.
	const most = periodSeconds + SAME_SECONDS;
	if (firstSeconds - from > most || to - lastSeconds > most) return null;
	let energy = (firstSeconds - from) * (milliwatts[first] ?? 0) + (to - lastSeconds) * (milliwatts[last] ?? 0);
	for (let index = first; index < last; index++)
		energy += (((milliwatts[index] ?? 0) + (milliwatts[index + 1] ?? 0)) / 2) * periodSeconds;
	return energy;
}
