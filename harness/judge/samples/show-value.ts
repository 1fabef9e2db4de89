import type { SampleLimit } from './sample-limit.ts';

const FIGURES = 4;
const MOST_FIGURES = 15;

/** `12.31 ms`, `93.1 %`, `-0.4 pp`, `1.013x`, `0.31 /h`: a value in the limit's unit, four figures. */
export function showValue(value: number, unit: string | null, figures = FIGURES): string {
	const scaled = unit === '%' || unit === 'pp' ? 100 * value : value;
	const text = trimmed(scaled, figures);
	const sign = unit === 'pp' && scaled > 0 ? '+' : '';
	if (unit === 'x') return `${text}x`;
	return `${sign}${text}${unit === null ? '' : ` ${unit}`}`;
}

/** With as many figures as tell it from the limit, unless it is the limit. */
export function showAgainst(value: number, limit: SampleLimit): string {
	for (let figures = FIGURES; figures < MOST_FIGURES; figures++) {
		const text = showValue(value, limit.unit, figures);
		if (value === limit.value || text !== showValue(limit.value, limit.unit, figures)) return text;
	}
	return showValue(value, limit.unit, MOST_FIGURES);
}

/** 1 - alpha in percent: `95 %`. */
export function confidenceText(alpha: number): string {
	return `${Number((100 * (1 - alpha)).toPrecision(6))} %`;
}

export function trimmed(value: number, figures = FIGURES): string {
	if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
	const rounded = Number(value.toPrecision(figures));
	// 123456.7 stays 123457 rather than 123500: whole units are never rounded away.
	return String(Math.abs(value) >= 10 ** figures && figures === FIGURES ? Math.round(value) : rounded);
}
