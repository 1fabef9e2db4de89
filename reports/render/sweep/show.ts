/** How a sweep's figures are written, wherever people read them. Pure. */
import type { SweepAccuracy, SweepReading } from '../../../harness/generated/sweep.ts';

/** Where there is no figure. */
export const NONE = '-';

/** `1.2 to 3.0`, `3.0` where both ends are one. @param digits significant */
export function showRange({ low, high }: Pick<SweepReading, 'low' | 'high'>, digits = 3): string {
	if (low === null || high === null) return NONE;
	const [from, to] = [showNumber(low, digits), showNumber(high, digits)];
	return from === to ? to : `${from} to ${to}`;
}

export function showNumber(value: number, digits = 3): string {
	if (!Number.isFinite(value)) return NONE;
	return String(Math.abs(value) >= 10 ** digits ? Math.round(value) : Number(value.toPrecision(digits)));
}

/** `96.9 % [91.0, 99.4]` */
export function showAccuracy({ percent, low, high }: SweepAccuracy): string {
	if (percent === null) return NONE;
	const bounds = low === null || high === null ? '' : ` [${low.toFixed(1)}, ${high.toFixed(1)}]`;
	return `${percent.toFixed(1)} %${bounds}`;
}

/** `96.9 % [91.0, 99.4] of 64` */
export function showAccuracyOf(accuracy: SweepAccuracy): string {
	return accuracy.percent === null ? NONE : `${showAccuracy(accuracy)} of ${accuracy.total}`;
}

/** `168 MHz` */
export function showClock(clockHz: number | null): string {
	return clockHz === null ? NONE : `${showNumber(clockHz / 1e6, 6)} MHz`;
}

export function showShare(share: number): string {
	return `${(100 * share).toFixed(0)} %`;
}

/** 1,234,567 */
export function showWhole(value: number | null): string {
	return value === null || !Number.isFinite(value) ? NONE : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** How a timestep is written in tables and as an option. */
export function timestepText(ms: number | null): string {
	return ms === null ? 'adaptive' : `${ms} ms`;
}
