import { judgeMaximum } from './judge-maximum.ts';
import { judgeMean, judgeSessionMeans } from './judge-mean.ts';
import { judgePairedProportion } from './judge-paired-proportion.ts';
import { judgePercentile } from './judge-percentile.ts';
import { judgeFixedSet, judgeProportion } from './judge-proportion.ts';
import { judgeRate } from './judge-rate.ts';
import { judgeRatio } from './judge-ratio.ts';
import { judgeInSequence } from './judge-sequence.ts';
import { judgeSessionPercentiles } from './judge-session-percentiles.ts';
import { judgeWordErrors } from './judge-word-errors.ts';
import type { MeterUncertainty } from './meter-uncertainty.ts';
import { normaliserOf } from './normalise-words.ts';
import { optionFault, sampleFault } from './sample-fault.ts';
import type { SampleLimit } from './sample-limit.ts';
import { distinct, type Samples } from './sample-table.ts';
import { inUnitOf } from './sample-unit.ts';
import { type Judged, type SampleVerdict, verdictOf } from './sample-verdict.ts';
import { refuseMixedArms, sessionValues } from './session-values.ts';
import type { Statistic } from './statistic.ts';

/** Used where something is drawn at random and no seed was given: the same file gives the same verdict. */
export const DEFAULT_SEED = 1;

/** Smaller errors than this nobody's model of the samples is good for. */
const LEAST_ALPHA = 1e-6;

export interface SampleOptions {
	statistic: Statistic;
	limit: SampleLimit;
	/** One-sided error of each bound. Default 0.05. */
	alpha?: number;
	/** Unit of the values (of the exposure, for a rate); null: the limit's. */
	unit?: string | null;
	/** null: not given. */
	seed?: number | null;
	meter?: MeterUncertainty | null;
	fixedSet?: boolean;
	/** p1 of a sequential test, 0..1. */
	sprt?: number | null;
	plannedRows?: number | null;
	/** Name of a normaliser; null: none was asked for. */
	normalise?: string | null;
	of?: Statistic | null;
}

/** Options that mean something for one kind of statistic only; elsewhere they would be silently without effect. */
const ONLY_FOR: readonly { option: string; kinds: Statistic['kind'][]; given: (options: SampleOptions) => boolean }[] =
	[
		{ option: '--meter-...', kinds: ['mean'], given: ({ meter }) => (meter ?? null) !== null },
		{ option: '--fixed-set', kinds: ['proportion'], given: ({ fixedSet }) => fixedSet === true },
		{ option: '--sprt', kinds: ['proportion'], given: ({ sprt }) => (sprt ?? null) !== null },
		{ option: '--plan', kinds: ['proportion'], given: ({ plannedRows }) => (plannedRows ?? null) !== null },
		{ option: '--normalise', kinds: ['wer'], given: ({ normalise }) => (normalise ?? null) !== null },
		{ option: '--of', kinds: ['ratio'], given: ({ of }) => (of ?? null) !== null },
		{
			option: '--unit',
			kinds: ['percentile', 'mean', 'max', 'rate'],
			given: ({ unit }) => (unit ?? null) !== null,
		},
	];

/**
 * A verdict on samples. Pure: the same samples and options give the same verdict, random draws included.
 *
 * @throws OssicleError `option` for options that do not fit each other, `samples` for samples that do not fit them
 */
export function judgeSamples(samples: Samples, options: SampleOptions): SampleVerdict {
	const { statistic, limit, alpha = 0.05 } = options;
	if (!(alpha >= LEAST_ALPHA && alpha < 0.5))
		throw optionFault('--alpha', `expected a number from ${LEAST_ALPHA} to below 0.5, got ${alpha}`);
	for (const { option, kinds, given } of ONLY_FOR) {
		if (given(options) && !kinds.includes(statistic.kind))
			throw optionFault(
				option === '--meter-...' ? (options.meter?.option ?? option) : option,
				`means nothing for ${statistic.name}; it is for ${kinds.join(', ')}`,
			);
	}
	if (samples.rows === 0) throw sampleFault({ source: samples.source }, 'there are no rows; there is nothing to judge');
	const context = { statistic, limit, alpha };
	return verdictOf(judge(samples, options, context), context, options.unit ?? null);
}

function judge(
	samples: Samples,
	options: SampleOptions,
	context: { statistic: Statistic; limit: SampleLimit; alpha: number },
): Judged {
	const { statistic } = context;
	const { unit = null, seed = null, meter = null, of = null, normalise = null } = options;
	switch (statistic.kind) {
		case 'max':
			return judgeMaximum(valuesOf(samples, options), context);
		case 'mean': {
			const sessions = valuesOf(samples, options);
			const metered = { ...context, meter };
			return sessions.length > 1
				? judgeSessionMeans(sessions, metered)
				: judgeMean(sessions[0]?.values ?? new Float64Array(), metered);
		}
		case 'percentile': {
			const sessions = valuesOf(samples, options);
			const percentile = { ...context, p: statistic.p };
			return sessions.length > 1
				? judgeSessionPercentiles(sessions, percentile)
				: judgePercentile(sessions[0]?.values ?? new Float64Array(), percentile);
		}
		case 'proportion':
			return proportion(samples, options, context);
		case 'rate':
			return judgeRate(samples, { ...context, unit });
		case 'wer': {
			const normaliser = normaliserOf(normalise ?? 'none');
			return judgeWordErrors(samples, {
				...context,
				seed: seed ?? DEFAULT_SEED,
				normaliser,
				normaliserNamed: normalise !== null,
			});
		}
		case 'ratio':
			return judgeRatio(samples, { ...context, of });
	}
}

function valuesOf(samples: Samples, { statistic, limit, unit = null }: SampleOptions) {
	return sessionValues(samples, statistic, inUnitOf(limit.unit, unit));
}

function proportion(
	samples: Samples,
	options: SampleOptions,
	context: { statistic: Statistic; limit: SampleLimit; alpha: number },
): Judged {
	const { limit, statistic } = context;
	const { sprt = null, plannedRows = null, seed = null, fixedSet = false } = options;
	if (plannedRows !== null && sprt === null) throw optionFault('--plan', 'belongs to --sprt');
	if (limit.unit === 'pp') {
		if (sprt !== null || fixedSet)
			throw optionFault(fixedSet ? '--fixed-set' : '--sprt', 'means nothing for a difference of B and A');
		if (distinct(samples, 'arm') < 2 || !samples.labels.has('pair')) {
			const text = `a limit in pp is on the difference B - A and needs the columns \`arm\` (A and B) and \`pair\`; a proportion itself is limited in %`;
			throw sampleFault({ source: samples.source }, text);
		}
		return judgePairedProportion(samples, context);
	}
	refuseMixedArms(samples, statistic);
	if (sprt !== null && fixedSet)
		throw optionFault('--sprt', 'a fixed set is tried in full; --fixed-set and --sprt exclude each other');
	if (sprt !== null) {
		if (seed === null)
			throw optionFault(
				'--sprt',
				'the rows must be in an order drawn at random beforehand; --seed <n> puts on record by which seed',
			);
		return judgeInSequence(samples, { ...context, p1: sprt, plannedRows, seed });
	}
	return fixedSet ? judgeFixedSet(samples) : judgeProportion(samples, context);
}
