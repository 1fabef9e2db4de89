import { judgeSamples, type SampleOptions } from '../judge/samples/judge-samples.ts';
import { type ParsedSamples, parseSamples } from '../judge/samples/parse-samples.ts';
import { parseSampleLimit } from '../judge/samples/sample-limit.ts';
import type { SampleVerdict } from '../judge/samples/sample-verdict.ts';
import { parseStatistic } from '../judge/samples/statistic.ts';

/** Text of a CSV file: header and rows. */
export function csvOf(header: string, rows: readonly (string | number)[]): string {
	return `${header}\n${rows.join('\n')}\n`;
}

/** What `ossicle verdict` reads from a text, given in pieces. */
export function parsed(pieces: readonly string[], stat: string, source = 'samples.csv'): Promise<ParsedSamples> {
	async function* chunks() {
		for (const piece of pieces) yield new TextEncoder().encode(piece);
	}
	return parseSamples(chunks(), { statistic: parseStatistic(stat), source });
}

/** The verdict of `ossicle verdict --stat <stat> --limit <limit>` on the text of a file. */
export async function verdictOn(
	text: string,
	stat: string,
	limit: string,
	options: Omit<SampleOptions, 'statistic' | 'limit'> = {},
): Promise<SampleVerdict> {
	const { samples } = await parsed([text], stat);
	const statistic = parseStatistic(stat);
	return judgeSamples(samples, { statistic, limit: parseSampleLimit(limit, statistic), ...options });
}

/** Figures of one method, checked to be of that method. */
export function figuresOf<Method extends SampleVerdict['figures']['method']>(
	verdict: SampleVerdict,
	method: Method,
): Extract<SampleVerdict['figures'], { method: Method }> {
	const { figures } = verdict;
	if (figures.method !== method) throw new Error(`expected figures of ${method}, got ${figures.method}`);
	return figures as Extract<SampleVerdict['figures'], { method: Method }>;
}

/** 10 to 12 in steps of 1/500, each followed by one far from it: no trace that wanders. */
export function scattered(n: number, shift = 0): number[] {
	return Array.from({ length: n }, (_, row) => 10 + shift + ((row * 618) % 1000) / 500);
}
