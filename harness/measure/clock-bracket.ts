/**
 * The rate of a device's counter between bounds which no lateness of the link can move.
 *
 * A stamp is taken after its CLOCK was sent and before its line came; how much before, nobody knows: USB adapters, ptys and
 * busy machines hold lines back for milliseconds. So for two stamps, i before j,
 *
 *     cycles between them / (j came - i was asked for)   <=   rate   <=   cycles between them / (j was asked for - i came)
 *
 * both by arithmetic alone (the interval method of Marzullo & Owicki, 1983, for two clocks). A late line widens the bracket
 * and never moves it past the truth: it can neither make a right clock look wrong, nor excuse a wrong one. What it can do is
 * leave the question open; a longer spin then closes it, as its lateness is divided by more seconds.
 *
 * The upper bound needs a stamp that was asked for after the spin, hence the CLOCK of 0 ms behind each spin. Between the two
 * the core may sleep; the counter counts on (PROTOCOL.md, `cycles` and `sleep` of `clip-end`).
 *
 * Limits: the device's counter is believed not to jump back and forth to please us, and this machine's monotonic clock is the
 * reference: NTP slews it by at most 500 ppm; it stands still while the machine is suspended, and a board's clock then looks
 * too fast, which is a rig error and rightly so.
 */
import type { ClockSpan } from '../capture/session-data.ts';

export interface ClockBracket {
	/** The mean rate is in here, whatever the link did. `highHz` is Infinity where nothing bounds it. */
	lowHz: number;
	highHz: number;
	/** The middle of the bracket; without an upper end, the rate as it looks when both lines are taken to be equally late. */
	estimateHz: number;
	/** Seconds of this machine's clock over the longest spin. */
	seconds: number;
}

/** Less says nothing of use. */
const LEAST_SECONDS = 0.01;
/** Either stamp may be anywhere within its cycle. */
const ROUNDING_CYCLES = 1;

/** Bracket of the rate over all of these spans, taken to be one and the same. `lowHz > highHz`: it was not. */
export function bracketOf(spans: readonly ClockSpan[]): ClockBracket {
	let [lowHz, highHz] = [0, Number.POSITIVE_INFINITY];
	for (const [index, from] of spans.entries()) {
		for (const to of spans.slice(index)) {
			const counted = to.startCycles + to.cycles - from.startCycles;
			lowHz = Math.max(lowHz, rate(counted - ROUNDING_CYCLES, secondsBetween(from.sentNs, to.endNs)) ?? 0);
			if (to === from) continue;
			const { lowHz: low, highHz: high } = bracketBetween(from, to);
			lowHz = Math.max(lowHz, low);
			highHz = Math.min(highHz, high);
		}
	}
	const longest = spans.reduce<ClockSpan | null>(
		(best, span) => (span.cycles > (best?.cycles ?? -1) ? span : best),
		null,
	);
	const seconds = longest === null ? 0 : secondsBetween(longest.startNs, longest.endNs);
	const lookedHz = rate(longest?.cycles ?? 0, seconds) ?? lowHz;
	return { lowHz, highHz, estimateHz: Number.isFinite(highHz) ? (lowHz + highHz) / 2 : lookedHz, seconds };
}

/** Bracket of the mean rate from the start of one span to the start of a later one, and the seconds between them. */
export function bracketBetween(from: ClockSpan, to: ClockSpan): ClockBracket {
	const counted = to.startCycles - from.startCycles;
	const seconds = secondsBetween(from.startNs, to.startNs);
	const lowHz = Math.max(0, rate(counted - ROUNDING_CYCLES, secondsBetween(from.sentNs, to.startNs)) ?? 0);
	const highHz = rate(counted + ROUNDING_CYCLES, secondsBetween(from.startNs, to.sentNs)) ?? Number.POSITIVE_INFINITY;
	return { lowHz, highHz, estimateHz: rate(counted, seconds) ?? lowHz, seconds };
}

/** The span whose start is known best. */
export function sharpest(spans: readonly ClockSpan[]): ClockSpan | undefined {
	const lateness = ({ sentNs, startNs }: ClockSpan) => startNs - sentNs;
	return spans.reduce<ClockSpan | undefined>(
		(best, span) => (best === undefined || lateness(span) < lateness(best) ? span : best),
		undefined,
	);
}

function rate(cycles: number, seconds: number): number | null {
	return seconds >= LEAST_SECONDS ? cycles / seconds : null;
}

function secondsBetween(fromNs: bigint, toNs: bigint): number {
	return Number(toNs - fromNs) / 1e9;
}
