import type { Cell, Evidence, Verdict } from '../../harness/generated/record.ts';
import { metricOf } from '../../harness/scenario/metrics.ts';
import { formatBytes } from '../../harness/scenario/units.ts';

/** What stands where there is no number. */
export const NOTHING = '–';

/** A share of the limit above this is told as a factor. */
const FACTOR_FROM_PERCENT = 1000;

/** `3.016 ms`, `14.6 KB (14,976 B)`, `yes`. */
export function formatValue(value: number | null, unit: Cell['unit']): string {
	if (value === null || !Number.isFinite(value)) return NOTHING;
	if (unit === 'B') return formatBytes(value);
	if (unit === 'yes/no') return value === 1 ? 'yes' : 'no';
	return `${significant(value)} ${unit}`;
}

/** Four figures: more would claim a precision no bench has; whole numbers stay whole. */
export function significant(value: number): string {
	if (!Number.isFinite(value)) return NOTHING;
	if (Number.isInteger(value) || Math.abs(value) >= 10_000) return String(Math.round(value));
	return String(Number(value.toPrecision(4)));
}

/** Breaks only before a bracket: `14.6 KB` and `(14,976 B)` may stand on two lines, `14.6` and `KB` may not. */
export function unbroken(text: string): string {
	return text.replace(/ (?!\()/g, '\u00a0');
}

/** `[1.207, 3.016]`, with `?` for an end that is open; `exact` where both are one. */
export function formatBounds(bounds: Cell['bounds']): string {
	if (bounds === null) return NOTHING;
	const [low = null, high = null] = bounds;
	if (low !== null && low === high) return 'exact';
	const show = (value: number | null) => (value === null ? '?' : significant(value));
	return `[${show(low)}, ${show(high)}]`;
}

/** Rounded away from the limit, so that 100.04 % never reads 100 %. */
export function formatUsed(used: number | null): string {
	if (used === null || !Number.isFinite(used)) return NOTHING;
	const percent = 100 * used;
	if (percent >= FACTOR_FROM_PERCENT) return `${Math.round(percent / 100)}×`;
	return `${used > 1 ? Math.ceil(percent) : Math.floor(percent)} %`;
}

/** `Latency (p99)`, `Accuracy (fixed_set, board)`: as a spec heads its columns. */
export function metricTitle({ metric, statistic, scope }: Pick<Cell, 'metric' | 'statistic' | 'scope'>): string {
	return `${metricOf(metric).title} (${statistic}${scope === 'session' ? '' : `, ${scope}`})`;
}

export function verdictWords(verdict: Verdict): string {
	return verdict.replace('-', ' ');
}

/** How a number came to be, in a sentence (design, section 2). */
export const EVIDENCE_MEANING: Readonly<Record<Evidence, string>> = {
	silicon: 'measured on the physical device',
	emulated: 'counted on an emulator: instructions, bytes, decisions',
	modelled: 'computed from a declared model: cycles from instructions, milliwatts from datasheet currents',
	host: "measured on a PC; never accepted for a board's row",
};

export const VERDICT_MEANING: Readonly<Record<Verdict, string>> = {
	pass: 'all that is possible within the bounds meets the limit',
	marginal: 'a pass whose bound uses more than 95 % of the limit',
	fail: 'nothing within the bounds meets the limit',
	inconclusive: "the interval, or the model's band, lies across the limit",
	'not-measured': 'there is no number; the reason says why',
	'rig-error': 'the bench failed, not the device',
	'not-requested': 'a row of the spec whose device did not take part',
};

/** 1,234,567 */
export function grouped(value: number): string {
	return Number.isFinite(value) ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',') : NOTHING;
}

/** `62`, with its noun in the right number. */
export function counted(n: number, noun: string): string {
	return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `168 MHz`, `32.768 kHz`: six figures, because clocks are told apart by parts in a thousand. */
export function formatHz(hz: number): string {
	if (!Number.isFinite(hz)) return NOTHING;
	const six = (value: number) => String(Number(value.toPrecision(6)));
	if (hz >= 1e6) return `${six(hz / 1e6)} MHz`;
	return hz >= 1e3 ? `${six(hz / 1e3)} kHz` : `${six(hz)} Hz`;
}

/** `73 s`, `4 min 05 s`, `2 h 03 min`. */
export function formatSeconds(seconds: number): string {
	if (!Number.isFinite(seconds) || seconds < 0) return NOTHING;
	if (seconds < 120) return `${significant(seconds < 10 ? seconds : Math.round(seconds))} s`;
	const minutes = Math.floor(seconds / 60);
	const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
	if (minutes < 120) return `${minutes} min ${two(seconds % 60)} s`;
	return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** `2026-11-21 09:09:44 UTC`; what is no time stays as it is. */
export function formatTime(iso: string | null): string {
	if (iso === null) return NOTHING;
	return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(iso) && iso.endsWith('Z')
		? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
		: iso;
}

/** First twelve digits: what people compare by eye. The whole hash stands in the title of the element. */
export function shortHash(hash: string): string {
	return /^[0-9a-f]{16,}$/.test(hash) ? hash.slice(0, 12) : hash;
}
