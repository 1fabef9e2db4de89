import { costBand } from '../../../capture/costed-clip.ts';
import { fractionOf } from '../../../measure/order.ts';
import { figure } from '../../closure/close.ts';
import { plain } from '../../plain.ts';
import { medianUnbiasedPercentile } from '../../statistics/percentile.ts';
import { type Evidence, type Rule, stageTicks } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';
import { declaredSleepMw } from '../power-picture.ts';
import { toMilliwatts } from '../shortfall.ts';

/** The model's own band straddles the limit: no number of hops will decide. */
export const modelBand: Rule = (evidence) => {
	const { cell, facts } = evidence;
	const band = costBand(facts);
	const interval = intervalOf(evidence);
	if (cell.verdict !== 'inconclusive' || cell.evidence !== 'modelled' || band === undefined || interval === null)
		return null;
	const [lower = Number.NaN, upper = Number.NaN] = (cell.bounds ?? []).map((bound) => bound ?? Number.NaN);
	// Changed inputs and a part of the clips leave a cell undecided as well, wherever its limit lies.
	if (!(lower <= cell.limit.value && cell.limit.value <= upper)) return null;
	// Only what is drawn beyond the sleep current moves with the time awake.
	const fixed = cell.metric === 'latency' ? 0 : (declaredSleepMw(facts) ?? Number.NaN);
	const width = Math.max(0, interval.estimate - fixed) * (1 - band.low / band.high);
	const share = Math.min(1, width / (interval.high - interval.low));
	return finding(
		'model-band-too-wide',
		share,
		WEIGHT.observed,
		`${band.low} to ${band.high} cycles ${facts.model?.cycles === undefined ? 'an instruction' : 'for each one estimated'} make ${percent(share)} of the interval from ${figure(lower)} to ${figure(upper)} ${cell.unit}, and the limit lies within: a run on silicon decides, or a narrower band with a source`,
	);
};

/** The cell's interval where a width is what the model says it is: ms, or mW for all that is power. */
function intervalOf({ cell, facts, hopSeconds }: Evidence): { low: number; high: number; estimate: number } | null {
	const convert = cell.metric === 'latency' ? (value: number) => value : toMilliwatts(cell, facts, hopSeconds);
	const [lower = null, upper = null] = cell.bounds ?? [];
	if (convert === null || lower === null || upper === null || cell.estimate === null) return null;
	const ends = [convert(lower), convert(upper)];
	const [low, high] = [Math.min(...ends), Math.max(...ends)];
	return high > low ? { low, high, estimate: convert(cell.estimate) } : null;
}

/** Standard uncertainties on either side of an estimate that a 95 % one-sided bound takes. */
const COVERAGE = 1.645;

/** The uncertainty is the meter's, which no repetition makes smaller. */
export const meterDominates: Rule = ({ cell }) => {
	const [lower = null, upper = null] = cell.bounds ?? [];
	if (cell.verdict !== 'inconclusive' || lower === null || upper === null || !(upper > lower)) return null;
	if (!(lower <= cell.limit.value && cell.limit.value <= upper)) return null;
	const variance = (kind: 'A' | 'B') =>
		cell.uncertainty.reduce((sum, term) => sum + (term.kind === kind ? term.standard ** 2 : 0), 0);
	const [a, b] = [variance('A'), variance('B')];
	if (!(b > a)) return null;
	const [largest] = cell.uncertainty.filter(({ kind }) => kind === 'B').sort((one, two) => two.standard - one.standard);
	return finding(
		'meter-dominates',
		Math.min(1, (2 * COVERAGE * Math.sqrt(b)) / (upper - lower)) * (b / (a + b)),
		WEIGHT.observed,
		`${percent(b / (a + b))} of the variance is the measuring chain's own, most of it ${plain(largest?.source ?? '')} (${figure(largest?.standard ?? Number.NaN)} ${cell.unit}): a longer or repeated run leaves it as it is; a calibration (\`ossicle calibrate\`) or a better meter does not`,
	);
};

/** Sessions differ by more than they scatter within: more boots decide, not more samples. */
export const sessionsVary: Rule = (evidence) => {
	const { cell } = evidence;
	if (cell.metric !== 'latency' || cell.verdict === 'rig-error' || evidence.sessions.length < 2) return null;
	const p = fractionOf(cell.statistic);
	// A maximum has no spread to speak of: it is one sample.
	if (!(p < 1)) return null;
	const hops = evidence.hops('latency').filter(({ record }) => !record.gated);
	const bySession = evidence.sessions.map((_, session) =>
		Float64Array.from(
			hops.filter((hop) => hop.session === session),
			({ record }) => stageTicks(record),
		).sort(),
	);
	if (bySession.some((ticks) => ticks.length < 2 * BLOCKS)) return null;
	const between = spread(bySession.map((ticks) => Math.log(medianUnbiasedPercentile(ticks, p))));
	const within = Math.max(...evidence.sessions.map((_, session) => blockSpread(evidence, session, p)));
	const share = between ** 2 / (between ** 2 + within ** 2);
	if (!(between > FEW * within) || !(between > LEAST_SPREAD)) return null;
	return finding(
		'sessions-vary',
		share,
		WEIGHT.suggestive,
		`the ${cell.statistic} differs by ${percent(between)} (standard deviation) between ${bySession.length} sessions and by ${percent(within)} within one: what happens at boot decides (placement in memory, calibration, clock, temperature); more sessions tell, more clips do not`,
	);
};

const BLOCKS = 5;
const FEW = 2;
const LEAST_SPREAD = 0.005;

/** Standard deviation of ln percentile over five parts of one session. */
function blockSpread(evidence: Evidence, session: number, p: number): number {
	const ticks = evidence.hops('latency').flatMap((hop) => (hop.session === session ? [stageTicks(hop.record)] : []));
	const size = Math.floor(ticks.length / BLOCKS);
	// Over the square root: what is within shrinks with the number of parts, what is between does not.
	return (
		spread(
			Array.from({ length: BLOCKS }, (_, block) => {
				const part = Float64Array.from(ticks.slice(block * size, (block + 1) * size)).sort();
				return Math.log(medianUnbiasedPercentile(part, p));
			}),
		) / Math.sqrt(BLOCKS)
	);
}

function spread(values: readonly number[]): number {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
}

/** Too little was measured for the bounds to come apart from the limit. */
export const tooFew: Rule = ({ cell }) => {
	const { wouldDecide, verdict, bounds } = cell;
	if (verdict !== 'inconclusive' || wouldDecide === null || wouldDecide.n === null) return null;
	// A count is exact: what is undecided about it (a part of the clips) is no matter of width.
	if (bounds !== null && bounds[0] === bounds[1]) return null;
	if (wouldDecide.what === 'silicon' || wouldDecide.what === 'meter') return null;
	const enough = cell.n / wouldDecide.n;
	return finding(
		'too-few',
		1 - Math.min(1, Math.max(0, enough)),
		WEIGHT.observed,
		`the interval is this wide because of ${cell.n} ${cell.metric === 'accuracy' ? 'clips' : 'readings'} in ${cell.sessions} ${cell.sessions === 1 ? 'session' : 'sessions'}; about ${wouldDecide.n} ${wouldDecide.what} would decide`,
	);
};
