import type { ClockFacts } from '../generated/device.ts';
import type { ClockBracket } from './clock-bracket.ts';

/** Two names are a help, five are a list. */
const MOST_NAMES = 2;

const DIVIDERS: readonly [ratio: number, name: string][] = [
	[1 / 2, 'half'],
	[1 / 4, 'a quarter of'],
	[1 / 8, 'an eighth of'],
	[1 / 16, 'a sixteenth of'],
	[2, 'twice'],
];

/**
 * What a wrong rate looks like: the other clocks which the board can run at by mistake (`clock.otherSources` of device.yaml,
 * most plausible first), or a divider set wrongly, or just how far off it is. `declaredHz`: the right rate.
 */
export function looksLike(bracket: ClockBracket, declaredHz: number, clock: ClockFacts): string {
	const { lowHz, highHz, estimateHz } = bracket;
	// Where nothing bounds it from above, the estimate has to do.
	const high = Number.isFinite(highHz) ? highHz : Math.max(lowHz, estimateHz);
	const meets = (hz: number, tolerance: number) => high >= hz * (1 - tolerance) && lowHz <= hz * (1 + tolerance);
	const named = (clock.otherSources ?? [])
		.filter((source) => meets(source.hz, source.toleranceFraction))
		.map((source) => source.meaning);
	const divider = DIVIDERS.find(([ratio]) => meets(ratio * declaredHz, clock.toleranceFraction));
	if (divider !== undefined) named.push(`${divider[1]} the declared rate: a clock divider or multiplier set wrongly`);
	if (named.length > 0) return `it looks like ${named.slice(0, MOST_NAMES).join(', or ')}`;
	const percent = (100 * estimateHz) / declaredHz;
	const share = `${percent.toPrecision(percent < 100 ? 3 : 4)} % of the declared rate`;
	return `that is ${share} and none of the clocks known for this board`;
}
