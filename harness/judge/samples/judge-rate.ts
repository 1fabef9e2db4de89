import type { RateFigures } from '../../generated/verdict-result.ts';
import { chiSquareQuantile } from '../statistics/distributions.ts';
import { exposureToDecide, poissonRateBounds } from '../statistics/rate.ts';
import { count, optionFault, sampleFault } from './sample-fault.ts';
import { distinct, rowsBy, type Samples } from './sample-table.ts';
import { inUnitOf } from './sample-unit.ts';
import { type JudgeContext, type Judged, OPEN } from './sample-verdict.ts';
import { refuseMixedArms } from './session-values.ts';
import { confidenceText, showAgainst, showValue, trimmed } from './show-value.ts';

export interface RateContext extends JudgeContext {
	/** Unit of the `exposure` column; null: the limit's. `hours` are hours. */
	unit: string | null;
}

interface Period {
	events: number;
	exposure: number;
}

/** Below so many expected events a period's count is too coarse for chi-square; neighbours are put together. */
const EXPECTED_IN_A_PERIOD = 2;
/** One honest file in a hundred is refused. */
const DISPERSION_LEVEL = 0.99;

/**
 * Events over an exposure: exact Poisson bounds (Garwood, Biometrika 28, 1936). Counts may be added up over rows and
 * sessions only as long as they vary no more than a Poisson process does, which is checked (index of dispersion).
 *
 * @throws OssicleError `option`, `samples`
 */
export function judgeRate(samples: Samples, context: RateContext): Judged {
	const { alpha, limit, statistic } = context;
	refuseMixedArms(samples, statistic);
	const exposureUnit = (limit.unit ?? '/').slice(1);
	const rows = rowPeriods(samples, context, exposureUnit);
	const sessions = Math.max(1, distinct(samples, 'session'));
	const periods =
		sessions > 1
			? rowsBy(samples, 'session').map((set) => total([...set.rows].map((row) => rows[row] as Period)))
			: rows;
	const { events, exposure } = total(rows);
	const { estimate, lower, upper } = poissonRateBounds(events, exposure, alpha);
	const dispersion = dispersionOf(periods, estimate);
	const bunched = dispersion !== null && dispersion.chiSquare > dispersion.most;
	const figures: RateFigures = { method: 'poisson', events, exposure, estimate, lower, upper, dispersion };
	const needed = exposureToDecide(events, exposure, limit.value, alpha);
	const watched = `${count(events, 'event')} in ${showValue(exposure, exposureUnit)}`;
	return {
		estimate,
		bounds: bunched ? OPEN : { lower, upper },
		n: samples.rows,
		sessions,
		scope: 'exposure like this one, with events that come independently of each other',
		rule: `exact Poisson bounds, ${confidenceText(alpha)} each side (Garwood, 1936)`,
		undecided: bunched
			? `the events come in bunches (chi-square ${trimmed(dispersion.chiSquare)} over ${dispersion.periods} periods, at most ${trimmed(dispersion.most)} is let through): a Poisson bound would claim too much`
			: `${watched} leave the limit between the bounds ${showAgainst(lower, limit)} and ${showAgainst(upper, limit)}`,
		wouldDecide: wouldDecide(bunched, needed, exposureUnit),
		figures,
		marks: bunched ? ['bunched'] : [],
		notes: [
			`${watched}${sessions > 1 ? `, ${sessions} sessions added up` : ''}${dispersion === null ? '; too few events to see whether they come in bunches' : ''}`,
		],
	};
}

function wouldDecide(bunched: boolean, needed: number | null, unit: string): Judged['wouldDecide'] {
	if (bunched) return { what: "the sessions' rates as values of their own (--stat mean)", n: null };
	return needed === null ? null : { what: unit, n: Math.ceil(needed) };
}

function rowPeriods(samples: Samples, { unit }: RateContext, exposureUnit: string): Period[] {
	const events = samples.numbers.get('events') ?? samples.numbers.get('value') ?? new Float64Array();
	const hours = samples.numbers.get('hours');
	if (hours !== undefined && unit !== null && unit !== 'h')
		throw optionFault('--unit', `the column \`hours\` is in h, not in ${unit}`);
	const convert = inUnitOf(exposureUnit, hours === undefined ? unit : 'h');
	const exposure = hours ?? samples.numbers.get('exposure') ?? new Float64Array();
	return Array.from(events, (number, row) => {
		if (!Number.isSafeInteger(number) || number < 0)
			throw sampleFault(
				{ source: samples.source, line: samples.lines[row] ?? 0, column: 'value' },
				`expected a whole number of events, 0 or more, got ${number}`,
			);
		return { events: number, exposure: convert(exposure[row] as number) };
	});
}

function dispersionOf(periods: readonly Period[], rate: number): RateFigures['dispersion'] {
	const merged: Period[] = [];
	let open: Period = { events: 0, exposure: 0 };
	for (const period of periods) {
		open = total([open, period]);
		if (open.exposure * rate < EXPECTED_IN_A_PERIOD) continue;
		merged.push(open);
		open = { events: 0, exposure: 0 };
	}
	const last = merged.pop();
	if (last !== undefined) merged.push(total([last, open]));
	if (merged.length < 2) return null;
	const chiSquare = merged.reduce(
		(sum, { events, exposure }) => sum + (events - rate * exposure) ** 2 / (rate * exposure),
		0,
	);
	const dof = merged.length - 1;
	return { periods: merged.length, chiSquare, dof, most: chiSquareQuantile(DISPERSION_LEVEL, dof) };
}

function total(periods: readonly Period[]): Period {
	let events = 0;
	let exposure = 0;
	for (const period of periods) {
		events += period.events;
		exposure += period.exposure;
	}
	return { events, exposure };
}
