import { optionFault, quoted } from './sample-fault.ts';
import type { Statistic } from './statistic.ts';

export interface SampleLimit {
	op: '<' | '<=' | '>' | '>=';
	/** In `unit`; proportions, word error rates and differences of proportions as fractions; rates in 1 / unit. */
	value: number;
	/** `%`: a fraction, shown in percent; `pp`: a difference of two fractions; `x`: a ratio; null: none was written. */
	unit: string | null;
	/** As it was written. */
	text: string;
}

const LIMIT = /^(<=|>=|<|>|≤|≥)\s*([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*([^\s\d].*)?$/u;
const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const EXAMPLES: Readonly<Record<Statistic['kind'], string>> = {
	percentile: '< 15 ms',
	mean: '< 50 mW',
	max: '< 15 ms',
	proportion: '>= 90 %',
	rate: '< 0.1 /h',
	wer: '<= 12 %',
	ratio: '<= 1.02',
};
/** What is only ever good when small; a limit from below would let the bad ones pass. */
const FROM_ABOVE_ONLY: readonly Statistic['kind'][] = ['max', 'wer'];

/**
 * `< 15 ms`, `>= 90 %`, `>= 0.9`, `>= -1 pp`, `< 0.1 /h`, `<= 1 /10 h`, `<= 1.02`.
 *
 * @throws OssicleError `option`
 */
export function parseSampleLimit(text: string, statistic: Statistic): SampleLimit {
	const written = text.trim();
	const match = LIMIT.exec(written);
	const example = `'${EXAMPLES[statistic.kind]}'`;
	if (match === null) {
		const bare = /^[+-]?[\d.]/.test(written) ? ', with < or <=, > or >= in front' : '';
		throw limitFault(`expected a limit such as ${example}${bare}, got ${quoted(written)}`);
	}
	const [, sign = '', digits = '', unitText = ''] = match;
	const op = sign.replace('≤', '<=').replace('≥', '>=') as SampleLimit['op'];
	if (!NUMBER.test(digits) && !THOUSANDS.test(digits))
		throw limitFault(`${quoted(digits)} is no number; expected one such as 12.5 or 1,000`);
	const value = Number(digits.replaceAll(',', ''));
	if (!Number.isFinite(value)) throw limitFault(`${quoted(digits)} is too large for a number`);
	if (FROM_ABOVE_ONLY.includes(statistic.kind) && op.startsWith('>'))
		throw limitFault(`${quoted(written)} points the wrong way: ${statistic.name} is limited by < or <=`);
	const limit = { op, value, unit: unitText.trim() || null, text: `${op} ${digits}${spaced(unitText.trim())}` };
	return check(limit, statistic.kind, written, example);
}

function check(limit: SampleLimit, kind: Statistic['kind'], written: string, example: string): SampleLimit {
	const { value, unit } = limit;
	switch (kind) {
		case 'proportion':
		case 'wer':
			return fraction(limit, kind, written);
		case 'rate':
			if (!(value > 0)) throw limitFault(`${quoted(written)}: a rate's limit is above 0`);
			return perUnit(limit, written, example);
		case 'ratio':
			if (unit === '%')
				throw limitFault(`${quoted(written)}: a ratio is meant, B over A; 2 % more at most is written '<= 1.02'`);
			if (unit !== null && unit !== 'x') throw limitFault(`${quoted(written)}: a ratio of B to A has no unit`);
			if (!(value > 0)) throw limitFault(`${quoted(written)}: a ratio's limit is above 0`);
			return { ...limit, unit: 'x' };
		case 'max':
		case 'mean':
		case 'percentile':
			return limit;
	}
}

function fraction(limit: SampleLimit, kind: 'proportion' | 'wer', written: string): SampleLimit {
	const { unit, op } = limit;
	if (kind === 'proportion' && unit === 'pp') {
		const value = limit.value / 100;
		if (!(Math.abs(value) < 1)) throw limitFault(`${quoted(written)}: a difference is between -100 pp and 100 pp`);
		return { ...limit, value };
	}
	if (unit !== '%' && unit !== null)
		throw limitFault(`${quoted(written)}: expected '${op} 90 %' or '${op} 0.9', got the unit ${quoted(unit)}`);
	const value = unit === '%' ? limit.value / 100 : limit.value;
	if (unit === null && value > 1)
		throw limitFault(`${quoted(written)}: without a % sign a fraction up to 1 is meant; is it '${limit.text} %'?`);
	if (value < 0 && kind === 'proportion')
		throw limitFault(
			`${quoted(written)}: no proportion is negative; a difference of two is limited in pp ('>= -1 pp')`,
		);
	if (value < 0 || (value === 0 && op === '<')) throw limitFault(`${quoted(written)} can never be met`);
	if (kind === 'proportion' && (value > 1 || (value === 1 && op === '>')))
		throw limitFault(`${quoted(written)} can never be met: a proportion ends at 100 %`);
	if (kind === 'proportion' && ((value === 0 && op === '>=') || (value === 1 && op === '<=')))
		throw limitFault(`${quoted(written)} is met by anything`);
	return { ...limit, value, unit: '%' };
}

/** `/h`, `per h`, `/10 h`: events in so much of it. */
function perUnit(limit: SampleLimit, written: string, example: string): SampleLimit {
	const match = /^(?:\/|per\s)\s*(\d+(?:\.\d+)?)?\s*(\S+)$/u.exec(limit.unit ?? '');
	if (match === null)
		throw limitFault(`${quoted(written)} does not say per what; a limit of a rate is such as ${example}`);
	const [, span = '1', unit = ''] = match;
	if (!(Number(span) > 0)) throw limitFault(`${quoted(written)}: per 0 ${unit} is no rate`);
	return { ...limit, value: limit.value / Number(span), unit: `/${unit.replace(/^hours?$/i, 'h')}` };
}

function spaced(unit: string): string {
	return unit === '' ? '' : ` ${unit}`;
}

function limitFault(text: string) {
	return optionFault('--limit', text);
}
