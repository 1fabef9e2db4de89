import type { Claims } from '../../generated/claims.ts';
import { plain } from '../plain.ts';
import { type Closure, type ClosureFault, close, figure, roundingOf } from './close.ts';

/** What became of a document of claims. */
export interface ClaimsChecked {
	closures: Closure[];
	/** Figures with nothing beside them to be checked against. */
	unchecked: string[];
}

/** Beyond the rounding of its last digit, a figure may be so far from what follows for it. */
export const CLAIM_TOLERANCE = 0.02;

/**
 * The claims that do not follow from each other. Empty when all that can be checked closes, and also when nothing can:
 * ask `checkClaims` for the difference.
 */
export function closureOfClaims(claims: Claims): ClosureFault[] {
	return checkClaims(claims).closures.flatMap(({ holds, ...fault }) => (holds ? [] : [fault]));
}

/** Every closure that the claims allow, held or broken. Units as the keys say (ms, %, mW, h, ...). */
export function checkClaims(claims: Claims): ClaimsChecked {
	const used = new Set<string>();
	const use = <K extends keyof Claims>(...keys: K[]): boolean => {
		const complete = keys.every((key) => claims[key] !== undefined);
		if (complete) for (const key of keys) used.add(key);
		return complete;
	};
	const closures = [
		...(use('stagesMs', 'totalMs') ? stageClosures(claims) : []),
		...(use('sharesPercent') ? shareClosures(claims) : []),
		...(use('audioSeconds', 'totalMs', 'realtimeFactor') ? [realtimeClosure(claims)] : []),
		...(use('powerMilliwatts', 'supplyVolts', 'supplyMilliamperes') ? [powerClosure(claims)] : []),
		...(use('powerMilliwatts', 'batteryMilliwattHours', 'batteryHours') ? [batteryClosure(claims)] : []),
		...(use('samples', 'seconds', 'samplesPerSecond') ? [rateClosure(claims, 'samples')] : []),
		...(use('requests', 'seconds', 'requestsPerSecond') ? [rateClosure(claims, 'requests')] : []),
		...(use('speedups') ? speedupClosures(claims) : []),
	];
	const notFigures = new Set(['name', 'source', 'toleranceFraction', 'stagesOverlap', 'realtimeFactorMeans']);
	const unchecked = Object.keys(claims).filter((key) => !used.has(key) && !notFigures.has(key));
	return { closures, unchecked };
}

function stageClosures(claims: Claims): Closure[] {
	const values = Object.values(claims.stagesMs ?? {});
	const total = claims.totalMs ?? Number.NaN;
	const sum = values.reduce((a, b) => a + b, 0);
	const rounding = values.reduce((a, value) => a + roundingOf(value), 0);
	if (claims.stagesOverlap === true) {
		const longest = Math.max(...values);
		return [
			close({
				closure: 'overlapping stages and total',
				stated: total,
				follows: Math.min(sum, Math.max(longest, total)),
				tolerance: allowance(claims, longest, rounding),
				unit: 'ms',
				formula: `no less than the longest, ${figure(longest)}, and no more than all, ${figure(sum)}: nearest`,
			}),
		];
	}
	const hint =
		sum > total
			? 'either the stages overlap (say `stagesOverlap: true`), or one of the figures is wrong'
			: 'some of the time is in no stage: name it as one';
	return [
		close({
			closure: 'stages and total',
			stated: total,
			follows: sum,
			tolerance: allowance(claims, sum, rounding),
			unit: 'ms',
			formula: `stages ${values.map(figure).join(' + ')}`,
			hint,
		}),
	];
}

function shareClosures(claims: Claims): Closure[] {
	const shares = Object.entries(claims.sharesPercent ?? {});
	const values = shares.map(([, value]) => value);
	const whole = close({
		closure: 'shares and 100 %',
		stated: 100,
		follows: values.reduce((a, b) => a + b, 0),
		// Each may be rounded; nothing else can move their sum.
		tolerance: values.reduce((a, value) => a + roundingOf(value), 0),
		unit: '%',
		formula: `shares ${values.map(figure).join(' + ')}`,
		hint: 'shares of one whole make 100 %',
	});
	const { stagesMs = {}, totalMs = Object.values(stagesMs).reduce((a, b) => a + b, 0) } = claims;
	const single = shares.flatMap(([name, share]) => {
		const stage = Object.hasOwn(stagesMs, name) ? stagesMs[name] : undefined;
		if (stage === undefined || !(totalMs > 0)) return [];
		const follows = (100 * stage) / totalMs;
		return [
			close({
				closure: `share of ${plain(name)}`,
				stated: share,
				follows,
				tolerance: allowance(claims, follows, roundingOf(share)),
				unit: '%',
				formula: `${plain(name)} ${figure(stage)} / ${figure(totalMs)} ms`,
			}),
		];
	});
	return [whole, ...single];
}

function realtimeClosure(claims: Claims): Closure {
	const { audioSeconds = Number.NaN, totalMs = Number.NaN, realtimeFactor = Number.NaN } = claims;
	const seconds = totalMs / 1000;
	const meansSpeed = claims.realtimeFactorMeans === 'audio/processing';
	const [follows, inverse] = meansSpeed
		? [audioSeconds / seconds, seconds / audioSeconds]
		: [seconds / audioSeconds, audioSeconds / seconds];
	const [over, under] = meansSpeed ? [audioSeconds, seconds] : [seconds, audioSeconds];
	const rounding = roundingOf(realtimeFactor);
	const isInverse = Math.abs(realtimeFactor - inverse) <= allowance(claims, inverse, rounding);
	return close({
		closure: 'realtime factor',
		stated: realtimeFactor,
		follows,
		tolerance: allowance(claims, follows, rounding),
		unit: 'x',
		formula: `${claims.realtimeFactorMeans ?? ''} ${figure(over)} s / ${figure(under)} s`,
		...(isInverse ? { hint: 'what is stated is the inverse: the other meaning of `realtimeFactorMeans`' } : {}),
	});
}

function powerClosure(claims: Claims): Closure {
	const { powerMilliwatts = Number.NaN, supplyVolts = Number.NaN, supplyMilliamperes = Number.NaN } = claims;
	const follows = supplyVolts * supplyMilliamperes;
	return close({
		closure: 'power, voltage and current',
		stated: powerMilliwatts,
		follows,
		tolerance: allowance(claims, follows, roundingOf(powerMilliwatts)),
		unit: 'mW',
		formula: `${figure(supplyVolts)} V x ${figure(supplyMilliamperes)} mA`,
	});
}

function batteryClosure(claims: Claims): Closure {
	const { powerMilliwatts = Number.NaN, batteryMilliwattHours = Number.NaN, batteryHours = Number.NaN } = claims;
	const follows = batteryMilliwattHours / powerMilliwatts;
	return close({
		closure: 'battery life',
		stated: batteryHours,
		follows,
		tolerance: allowance(claims, follows, roundingOf(batteryHours)),
		unit: 'h',
		formula: `${figure(batteryMilliwattHours)} mWh / ${figure(powerMilliwatts)} mW`,
	});
}

function rateClosure(claims: Claims, what: 'samples' | 'requests'): Closure {
	const count = claims[what] ?? Number.NaN;
	const stated = claims[`${what}PerSecond`] ?? Number.NaN;
	const seconds = claims.seconds ?? Number.NaN;
	const follows = count / seconds;
	return close({
		closure: `${what} per second`,
		stated,
		follows,
		tolerance: allowance(claims, follows, roundingOf(stated)),
		unit: what === 'samples' ? 'samples/s' : 'req/s',
		formula: `${figure(count)} ${what} / ${figure(seconds)} s`,
	});
}

function speedupClosures(claims: Claims): Closure[] {
	return Object.entries(claims.speedups ?? {}).map(([name, { before, after, factor }]) => {
		const follows = before / after;
		const allowed = allowance(claims, follows, roundingOf(factor));
		const asRate = after / before;
		const isRate = Math.abs(asRate - factor) <= allowance(claims, asRate, roundingOf(factor));
		return close({
			closure: `speed-up of ${plain(name)}`,
			stated: factor,
			follows,
			tolerance: allowed,
			unit: 'x',
			formula: `${plain(name)} ${figure(before)} / ${figure(after)}`,
			...(isRate ? { hint: 'these are times, less is faster; of rates, give the later one as `before`' } : {}),
		});
	});
}

/** The larger of what was allowed and what rounding alone can do. */
function allowance(claims: Claims, follows: number, rounding: number): number {
	return Math.max((claims.toleranceFraction ?? CLAIM_TOLERANCE) * Math.abs(follows), rounding);
}
