/** From values to pixels. */
export interface Scale {
	(value: number): number;
	ticks: readonly number[];
	kind: 'linear' | 'log';
}

/** A limit this many times above or below the data would flatten one of them on a linear axis. */
const LOG_FROM_RATIO = 12;
const TINY = 1e-12;

/** About `wanted` round values (1, 2, 5 times a power of ten) inside [low, high]. */
export function niceTicks(low: number, high: number, wanted: number): number[] {
	if (!(high > low) || !Number.isFinite(high - low)) return Number.isFinite(low) ? [low] : [];
	const rough = (high - low) / Math.max(1, wanted);
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * (1 - 1e-9)) ?? 10);
	const ticks: number[] = [];
	// Counted in steps: adding up a step of 0.1 drifts.
	for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index++)
		ticks.push(Number((index * step).toPrecision(12)));
	return ticks;
}

export function linearScale([low, high]: [number, number], [from, to]: [number, number], wanted = 5): Scale {
	const span = high - low;
	const at = (value: number) => from + ((to - from) * (value - low)) / (span === 0 ? 1 : span);
	return Object.assign(at, { ticks: niceTicks(low, high, wanted), kind: 'linear' as const });
}

export function logScale([low, high]: [number, number], [from, to]: [number, number]): Scale {
	const [a, b] = [Math.log10(low), Math.log10(high)];
	const at = (value: number) => from + ((to - from) * (Math.log10(Math.max(value, TINY)) - a)) / (b - a);
	const decades = Array.from({ length: Math.max(0, Math.floor(b + 1e-9) - Math.ceil(a - 1e-9) + 1) }, (_, index) =>
		Number((10 ** (Math.ceil(a - 1e-9) + index)).toPrecision(12)),
	);
	const between = decades.length > 2 ? [] : decades.flatMap((decade) => [2 * decade, 5 * decade]);
	const ticks = [...decades, ...between].filter((tick) => tick >= low && tick <= high).sort((x, y) => x - y);
	return Object.assign(at, { ticks, kind: 'log' as const });
}

/**
 * An axis that shows the data, zero and the limit; by powers of ten where zero and the limit would leave the data no room,
 * or the limit lies far below them.
 *
 * @param least smallest, @param most largest value to be shown, both finite
 */
export function axisWithLimit(least: number, most: number, limit: number | null, pixels: [number, number]): Scale {
	const ratio = limit === null || !(limit > 0) || !(most > 0) ? 1 : Math.max(limit / most, most / limit);
	if (ratio >= LOG_FROM_RATIO && least > 0 && limit !== null) {
		const low = Math.min(least, limit);
		const high = Math.max(most, limit);
		return logScale([low / 1.6, high * 1.6], pixels);
	}
	const top = 1.12 * Math.max(most, limit ?? most, 0);
	return linearScale([0, top > 0 ? top : 1], pixels);
}

/**
 * An axis around the data and the limit, not down to zero: for dots, whose distances matter and not their lengths. By powers
 * of ten where the limit is far off.
 *
 * @param values not empty, finite
 */
export function axisAround(values: readonly number[], limit: number | null, pixels: [number, number]): Scale {
	const far = axisWithLimit(Math.min(...values), Math.max(...values), limit, pixels);
	if (far.kind === 'log') return far;
	const all = limit === null ? values : [...values, limit];
	const [low, high] = [Math.min(...all), Math.max(...all)];
	const margin = high > low ? 0.2 * (high - low) : Math.max(0.1 * Math.abs(high), TINY);
	return linearScale([low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin], pixels);
}
