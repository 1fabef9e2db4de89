import { suggestion } from '../../scenario/nearest.ts';
import { optionFault } from './sample-fault.ts';

/** What of the samples is compared with the limit. */
export type Statistic =
	| { kind: 'percentile'; name: string; p: number }
	| { kind: 'mean' | 'max' | 'proportion' | 'rate' | 'wer' | 'ratio'; name: string };

const NAMES = ['mean', 'max', 'proportion', 'rate', 'wer', 'ratio'] as const;
const PERCENTILE = /^p(\d{1,2}(?:\.\d{1,6})?)$/i;

/**
 * `p50`, `p95`, `p99.9`, `mean`, `max`, `proportion`, `rate`, `wer`, `ratio`.
 *
 * @throws OssicleError `option`
 */
export function parseStatistic(text: string, option = '--stat'): Statistic {
	const written = text.trim();
	const percentile = PERCENTILE.exec(written);
	if (percentile !== null) {
		// Not divided by 100: 99.9 / 100 is a little more than 0.999, and asks for one sample more.
		const p = Number(`${percentile[1]}e-2`);
		if (p > 0) return { kind: 'percentile', name: `p${percentile[1]}`, p };
	}
	const name = NAMES.find((each) => each === written.toLowerCase());
	if (name !== undefined) return { kind: name, name };
	if (/^p\d/i.test(written)) {
		const max = /^p100(\.0+)?$/i.test(written) ? '; the greatest of all samples is `max`' : '';
		throw optionFault(option, `expected a percentile above p0 and below p100, got "${written}"${max}`);
	}
	throw optionFault(
		option,
		`no statistic "${written}": ${suggestion(written, ['p50', 'p95', 'p99', 'p99.9', ...NAMES])}`,
	);
}
