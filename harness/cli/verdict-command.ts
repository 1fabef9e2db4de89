import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { OssicleError } from '../error.ts';
import type { VerdictResult } from '../generated/verdict-result.ts';
import { EXIT } from '../judge/exit-code.ts';
import { judgeSamples } from '../judge/samples/judge-samples.ts';
import { type MeterUncertainty, parseMeterUncertainty } from '../judge/samples/meter-uncertainty.ts';
import { parseRenamed, parseSamples } from '../judge/samples/parse-samples.ts';
import { optionFault, quoted } from '../judge/samples/sample-fault.ts';
import { parseSampleLimit } from '../judge/samples/sample-limit.ts';
import { parseStatistic } from '../judge/samples/statistic.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { verdictText } from './verdict-text.ts';

/** As commander gives them: text, or undefined where an option was not written. */
export interface VerdictCommandOptions {
	limit: string;
	stat: string;
	unit?: string;
	column?: string[];
	alpha?: string;
	seed?: string;
	meterUncertainty?: string;
	meterLimit?: string;
	fixedSet?: boolean;
	sprt?: string;
	plan?: string;
	normalise?: string;
	of?: string;
	json?: boolean;
}

/** What `ossicle verdict --help` ends with. */
export const VERDICT_HELP = `
Columns, others are not looked at:
  p95, mean, max  value [session]         rows of a session in the order of time
  proportion      correct (1, 0) [session, group or speaker]
                  with arm (A, B), pair and a limit in pp: the difference B - A
  rate            events, hours  or  events, exposure  [session]
  wer             reference, hypothesis  or  errors, words  [session, group or speaker]
  ratio           value, arm (A, B) [pair, session]

Exit code: 0 pass or marginal, 1 fail, 2 bad input, 3 inconclusive.`;

/** `ossicle verdict <samples>`: a verdict on anyone's numbers. @returns the exit code. @throws OssicleError (usage) */
export async function verdictCommand(file: string, options: VerdictCommandOptions): Promise<number> {
	const result = await verdictOfFile(file, options);
	console.log(options.json === true ? JSON.stringify(result, null, '\t') : verdictText(result));
	return exitCodeOf(result.verdict);
}

/** What `--json` prints. @param file a path, or - for stdin. @throws OssicleError (usage) */
export async function verdictOfFile(file: string, options: VerdictCommandOptions): Promise<VerdictResult> {
	const statistic = parseStatistic(options.stat);
	const limit = parseSampleLimit(options.limit, statistic);
	const settings = {
		statistic,
		limit,
		unit: options.unit?.trim() ?? null,
		alpha: numberOf('--alpha', options.alpha) ?? 0.05,
		seed: wholeNumberOf('--seed', options.seed),
		meter: meterOf(options),
		fixedSet: options.fixedSet ?? false,
		sprt: shareOf('--sprt', options.sprt),
		plannedRows: wholeNumberOf('--plan', options.plan),
		normalise: options.normalise ?? null,
		of: options.of === undefined ? null : parseStatistic(options.of, '--of'),
	};
	const source = file === '-' ? 'stdin' : file;
	const { samples, ...input } = await parseSamples(await open(file), {
		statistic,
		source,
		renamed: parseRenamed(options.column ?? []),
	});
	return {
		schema: 1,
		ossicle: OSSICLE_VERSION,
		...judgeSamples(samples, settings),
		input: { source, rows: samples.rows, ...input },
	};
}

function exitCodeOf(verdict: VerdictResult['verdict']): number {
	if (verdict === 'inconclusive') return EXIT.undecided;
	return verdict === 'fail' ? EXIT.fail : EXIT.pass;
}

async function open(file: string): Promise<AsyncIterable<Uint8Array>> {
	if (file === '-') {
		if (process.stdin.isTTY) console.error('reading samples from the terminal; Ctrl-D ends them');
		return process.stdin;
	}
	try {
		if (!(await stat(file)).isDirectory()) return chunksOf(file);
	} catch (error) {
		throw unreadable(file, error);
	}
	throw new OssicleError('samples', 'usage', `${file}: a folder; expected a CSV or NDJSON file, or - for stdin`, {
		file,
	});
}

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
	try {
		yield* createReadStream(file) as AsyncIterable<Uint8Array>;
	} catch (error) {
		throw unreadable(file, error);
	}
}

function unreadable(file: string, error: unknown): OssicleError {
	const { code, message } = error as NodeJS.ErrnoException;
	const why = code === 'ENOENT' ? 'no such file' : code === 'EACCES' ? 'not allowed to read it' : message;
	return new OssicleError(
		'samples',
		'usage',
		`${file}: ${why}; expected a CSV or NDJSON file, or - for stdin`,
		{ file },
		error,
	);
}

function meterOf({ meterUncertainty, meterLimit }: VerdictCommandOptions): MeterUncertainty | null {
	if (meterUncertainty !== undefined && meterLimit !== undefined)
		throw optionFault(
			'--meter-limit',
			'give either --meter-uncertainty (standard) or --meter-limit (+-, rectangular), not both',
		);
	if (meterUncertainty !== undefined) return parseMeterUncertainty(meterUncertainty, false);
	return meterLimit === undefined ? null : parseMeterUncertainty(meterLimit, true);
}

/** `0.95` or `95 %`. */
function shareOf(option: string, text: string | undefined): number | null {
	const percent = text?.trim().match(/^([\d.]+)\s*%$/)?.[1];
	const value = numberOf(option, percent ?? text);
	return value !== null && percent !== undefined ? value / 100 : value;
}

function numberOf(option: string, text: string | undefined): number | null {
	if (text === undefined) return null;
	if (/^\s*(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) return Number(text);
	throw optionFault(option, `expected a number such as 0.05, got ${quoted(text)}`);
}

function wholeNumberOf(option: string, text: string | undefined): number | null {
	const value = numberOf(option, text);
	if (value === null || Number.isSafeInteger(value)) return value;
	throw optionFault(option, `expected a whole number, got ${quoted(text ?? '')}`);
}
