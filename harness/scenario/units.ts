import type { Limit } from '../generated/spec.ts';
import type { Metric, Unit } from './metrics.ts';
import { suggestion } from './nearest.ts';

/**
 * Units a spec may be written in -> the unit measurements are in, and the factor. Case matters where it must (mW is not
 * MW). KB and MB are 1024-based: a linker, a data sheet and the seed's tables count memory so.
 */
const WRITTEN_UNITS: Readonly<Record<string, { unit: Unit; factor: number }>> = {
	ns: { unit: 'ms', factor: 1e-6 },
	us: { unit: 'ms', factor: 1e-3 },
	µs: { unit: 'ms', factor: 1e-3 },
	ms: { unit: 'ms', factor: 1 },
	s: { unit: 'ms', factor: 1000 },
	uW: { unit: 'mW', factor: 1e-3 },
	µW: { unit: 'mW', factor: 1e-3 },
	mW: { unit: 'mW', factor: 1 },
	W: { unit: 'mW', factor: 1000 },
	uJ: { unit: 'mJ', factor: 1e-3 },
	µJ: { unit: 'mJ', factor: 1e-3 },
	mJ: { unit: 'mJ', factor: 1 },
	J: { unit: 'mJ', factor: 1000 },
	B: { unit: 'B', factor: 1 },
	KB: { unit: 'B', factor: 1024 },
	kB: { unit: 'B', factor: 1024 },
	KiB: { unit: 'B', factor: 1024 },
	MB: { unit: 'B', factor: 1024 ** 2 },
	MiB: { unit: 'B', factor: 1024 ** 2 },
	GB: { unit: 'B', factor: 1024 ** 3 },
	GiB: { unit: 'B', factor: 1024 ** 3 },
	'%': { unit: '%', factor: 1 },
	min: { unit: 'h', factor: 1 / 60 },
	h: { unit: 'h', factor: 1 },
	d: { unit: 'h', factor: 24 },
	x: { unit: 'x', factor: 1 },
	'req/s': { unit: 'req/s', factor: 1 },
	'samples/s': { unit: 'samples/s', factor: 1 },
};

/** The unit measurements are in for one as it is written, and the factor to it; null for a unit we do not know. */
export function writtenUnit(text: string): { unit: Unit; factor: number } | null {
	return Object.hasOwn(WRITTEN_UNITS, text) ? (WRITTEN_UNITS[text] ?? null) : null;
}

/** Why a limit cannot be understood. The caller adds file and line. */
export class LimitFault extends Error {}

const LIMIT = /^(<=|>=|<|>|=|≤|≥)?\s*([+-]?[\d.,]+)\s*([^\s\d].*)?$/u;
const RELATIVE = /^(<=|>=|<|>|≤|≥)?\s*(\d+(?:\.\d+)?)\s*[x×]\s+(\S.*)$/u;
/** 1000, 1,000, 93.8; never 1,2, which may be a decimal comma. */
const NUMBER = /^\d+(?:\.\d+)?$|^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;

/**
 * A limit as a spec writes it: `< 15 ms`, `<= 64 KB`, `> 93.8 %`, `2x baseline`, `yes`; null for `-` or nothing.
 *
 * @param baselines names by which a relative limit may call its baseline, e.g. `baseline`, `python`
 * @throws LimitFault what was expected and what was got
 */
export function parseLimit(text: string, metric: Metric, baselines: readonly string[] = ['baseline']): Limit | null {
	const written = text.trim();
	if (/^[-–—]?$/.test(written)) return null;
	if (metric.units[0] === 'yes/no') return parseFlag(written, metric);
	const relative = RELATIVE.exec(written);
	if (relative !== null) return parseRelative(relative, written, metric, baselines);
	const match = LIMIT.exec(written);
	if (match === null)
		throw new LimitFault(`"${written}" is no limit; expected one such as \`${example(metric)}\` or \`-\``);
	const [, op = '', digits = '', unitText = ''] = match;
	const value = parseNumber(digits, written);
	const { unit, factor } = parseUnit(unitText.trim(), metric, written);
	const limit = value * factor;
	checkSense(op, limit, metric, written);
	return { op: asOp(op), value: limit, unit, text: meaning(asOp(op), digits, unitText.trim(), limit) };
}

/** `64 KB (65,536 B)`: bytes as people write them, with what was meant. */
export function formatBytes(bytes: number): string {
	const exact = `${groupThousands(Math.round(bytes))} B`;
	for (const [name, size] of [
		['MB', 1024 ** 2],
		['KB', 1024],
	] as const) {
		if (Math.abs(bytes) >= size) return `${Number((bytes / size).toFixed(1))} ${name} (${exact})`;
	}
	return exact;
}

function groupThousands(value: number): string {
	return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function example(metric: Metric): string {
	return `${metric.better === 'larger' ? '>' : '<'} 15 ${metric.units[0] === 'B' ? 'KB' : metric.units[0]}`;
}

function parseNumber(digits: string, written: string): number {
	if (!NUMBER.test(digits)) {
		throw new LimitFault(`"${digits}" in "${written}" is no number; expected one such as 93.8 or 1,000`);
	}
	return Number(digits.replaceAll(',', ''));
}

function parseUnit(unitText: string, metric: Metric, written: string): { unit: Unit; factor: number } {
	const allowed = Object.keys(WRITTEN_UNITS).filter((name) => metric.units.includes(WRITTEN_UNITS[name]?.unit as Unit));
	if (unitText === '') throw new LimitFault(`"${written}" has no unit; ${metric.title} is in ${allowed.join(', ')}`);
	const known = Object.hasOwn(WRITTEN_UNITS, unitText) ? WRITTEN_UNITS[unitText] : undefined;
	if (known === undefined)
		throw new LimitFault(`unknown unit "${unitText}" in "${written}": ${suggestion(unitText, allowed)}`);
	if (!metric.units.includes(known.unit)) {
		throw new LimitFault(
			`"${unitText}" in "${written}" is no unit of ${metric.title}, which is in ${allowed.join(', ')}`,
		);
	}
	return known;
}

/** A limit pointing the wrong way, or one that anything meets, would make every device pass. */
function checkSense(op: string, value: number, metric: Metric, written: string): void {
	const right = metric.better === 'larger' ? ['>', '>=', '≥'] : ['<', '<=', '≤'];
	if (op === '')
		throw new LimitFault(
			`"${written}" does not say ${right[0]} or ${right[1]}; ${metric.title} is better when ${metric.better}`,
		);
	if (!right.includes(op)) {
		throw new LimitFault(
			`"${written}" points the wrong way: ${metric.title} is better when ${metric.better}, so ${right[0]} or ${right[1]} was expected`,
		);
	}
	if (!(value > 0)) throw new LimitFault(`"${written}" is no limit for ${metric.title}: a value above 0 was expected`);
	const percent = metric.units[0] === '%';
	if (percent && (value > 100 || (op === '>' && value === 100))) {
		throw new LimitFault(`"${written}" can never be met: ${metric.title} ends at 100 %`);
	}
}

function parseRelative(match: RegExpExecArray, written: string, metric: Metric, baselines: readonly string[]): Limit {
	const [, op = '', digits = '', name = ''] = match;
	if (!baselines.includes(name.trim().toLowerCase())) {
		throw new LimitFault(`"${written}" is relative to "${name}", but there is only: ${baselines.join(', ')}`);
	}
	const assumed = op === '' ? (metric.better === 'larger' ? '>=' : '<=') : op;
	const value = parseNumber(digits, written);
	checkSense(assumed, value, metric, written);
	return { op: asOp(assumed), value, unit: 'x baseline', text: `${asOp(assumed)} ${digits}x ${name.trim()}` };
}

function parseFlag(written: string, metric: Metric): Limit {
	const word = written.toLowerCase();
	if (word === 'yes' || word === 'true') return { op: '=', value: 1, unit: 'yes/no', text: 'yes' };
	if (word === 'no' || word === 'false') return { op: '=', value: 0, unit: 'yes/no', text: 'no' };
	throw new LimitFault(`"${written}" is neither yes nor no, which is what ${metric.title} can be`);
}

function asOp(op: string): Limit['op'] {
	if (op === '≤') return '<=';
	if (op === '≥') return '>=';
	return op as Limit['op'];
}

function meaning(op: Limit['op'], digits: string, unitText: string, value: number): string {
	const written = `${op} ${digits} ${unitText}`;
	const bytes = WRITTEN_UNITS[unitText]?.unit === 'B' && unitText !== 'B';
	return bytes ? `${written} (${groupThousands(value)} B)` : written;
}
