/**
 * Whether a device's counter runs at the declared rate, told by this machine's clock: a board that fell back to its internal
 * oscillator counts too few cycles for the same work and would pass. All figures are brackets which lateness of the link
 * cannot move (clock-bracket.ts), so every word here is a proof, and what cannot be proven either way is not measured:
 *
 * - *wrong* (rig error): the whole bracket lies outside of declared +- tolerance, in any one check or over the clips
 *   between two checks; or two checks are proven to differ by more than the tolerance. Late lines cannot cause it. A board
 *   whose firmware says that it fell back to an internal oscillator is wrong at any rate.
 * - *right*: the whole bracket of each check lies inside, over a spin of about 2 s or more. Late lines cannot fake it.
 * - *open*: neither. Then whatever depends on time is not measured.
 *
 * What remains: a clock that is wrong only between the checks shows in the mean rate over the clips. It goes unseen while it
 * costs less than the tolerance: at half the rate, for less than twice the tolerance of the session's time. Heartbeats and
 * clips are not used for more: they are stamped by batch (20 ms), and no bound on that lateness is proven.
 */
import type { ClockSpan, DecodedSession } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Finding } from '../generated/record.ts';
import { type Absent, notMeasured, rigError } from './absent.ts';
import { bracketBetween, bracketOf, type ClockBracket, sharpest } from './clock-bracket.ts';
import { looksLike } from './clock-look-alike.ts';
import { fallbackClock } from './clock-source.ts';

/** Least length of a spin that vouches for the clock. */
const LEAST_SPIN_SECONDS = 1.9;

/** Below this share of the declared rate nothing is running at all: the slowest RC oscillators are above it. */
const FROZEN_BELOW = 1e-4;

/** `unsteady`: the spans of one check contradict each other. `open`: proven neither right nor wrong. */
export type ClockState = 'right' | 'high' | 'low' | 'frozen' | 'unsteady' | 'open';

export interface ClockCheck extends ClockBracket {
	state: ClockState;
	/** Cycles which a spin counted before the device gave it up, because its counter stood still; else `null`. */
	stoppedAfter: number | null;
	/** Spins in it, stamps not counted. */
	spins: number;
	/** Attempts at clips begun before it: 0 is before all of them. */
	clipsBefore: number;
}

/** Why there is no clock to check, in a sentence for the record, or `null` where there is one. */
export function clockNote(session: Pick<DecodedSession, 'hello'>, facts: DeviceFacts): string | null {
	if (facts.evidence === 'emulated')
		return 'clock check not applicable: time is virtual, an emulator counts instructions and has no clock of its own';
	if (session.hello?.counter === 'scripted')
		return 'clock check not applicable: the counter is scripted (a test of the rig) and tells no time';
	return null;
}

/** The rate the counter must have, Hz: the data sheet's on silicon, on a host what the program says of its counter. */
export function declaredClockHz(session: DecodedSession, facts: DeviceFacts): number {
	return facts.evidence === 'silicon' ? facts.clock.hz : (session.hello?.counterHz ?? facts.clock.hz);
}

/** The checks of the session, in order: spans with no clip between them are one check. */
export function clockChecks(session: DecodedSession, facts: DeviceFacts): ClockCheck[] {
	return grouped(session).map((spans) =>
		checkOf(spans, declaredClockHz(session, facts), facts.clock.toleranceFraction),
	);
}

/**
 * Why the session's clock is not to be trusted: `rig-error` when it is proven wrong, `not-measured` when it is not proven
 * right both before and after the clips. `null` when it is, or when there is no clock to check (see `clockNote`).
 */
export function clockFault(session: DecodedSession, facts: DeviceFacts): Absent | null {
	if (clockNote(session, facts) !== null) return null;
	const [finding] = clockFindings(session, facts);
	if (finding !== undefined) return rigError(finding.text);
	const checks = clockChecks(session, facts);
	const open = checks.find(({ state }) => state === 'open');
	if (open !== undefined) return notMeasured(openText(open, session, facts));
	const last = session.clips.length;
	if (![0, last].every((clips) => checks.some(({ clipsBefore }) => clipsBefore === clips)))
		return notMeasured(
			`the clock was checked ${checks.length} times for ${LEAST_SPIN_SECONDS} s or more; before and after the clips is needed`,
		);
	return null;
}

/**
 * What is proven wrong with the clock, the most telling first; empty when nothing is. Causes: `clock-low`, `clock-high`,
 * `clock-frozen`, `clock-drift`, `clock-fallback`; score 1, because a wrong clock explains whatever is wrong with a time.
 */
export function clockFindings(session: DecodedSession, facts: DeviceFacts): Finding[] {
	if (clockNote(session, facts) !== null) return [];
	const declaredHz = declaredClockHz(session, facts);
	const checks = clockChecks(session, facts);
	const found = [
		...changes(checks, declaredHz, facts),
		...checks.flatMap((check) => wrongRate(check, declaredHz, facts)),
		...neverEnded(session),
	];
	// What is wrong at the checks is wrong between them, too.
	if (found.length === 0) found.push(...between(session, declaredHz, facts));
	if (found.length === 0) found.push(...fellBack(session, facts));
	// The same cause before and after the clips is one finding.
	return found.filter(({ cause }, index) => found.findIndex((other) => other.cause === cause) === index);
}

function grouped({ clocks = [] }: DecodedSession): ClockSpan[][] {
	const groups = new Map<number, ClockSpan[]>();
	for (const span of clocks) groups.set(span.clipsBefore, [...(groups.get(span.clipsBefore) ?? []), span]);
	return [...groups.entries()].sort(([a], [b]) => a - b).map(([, spans]) => spans);
}

function checkOf(spans: readonly ClockSpan[], declaredHz: number, tolerance: number): ClockCheck {
	const bracket = bracketOf(spans);
	const stopped = spans.find((span) => span.cycles < Math.floor((span.askedMs * span.hz) / 1000));
	return {
		...bracket,
		state: stopped === undefined ? stateOf(bracket, declaredHz, tolerance) : 'frozen',
		stoppedAfter: stopped?.cycles ?? null,
		spins: spans.filter((span) => span.askedMs > 0).length,
		clipsBefore: spans[0]?.clipsBefore ?? 0,
	};
}

function stateOf({ lowHz, highHz, seconds }: ClockBracket, declaredHz: number, tolerance: number): ClockState {
	const [least, most] = [declaredHz * (1 - tolerance), declaredHz * (1 + tolerance)];
	if (highHz < FROZEN_BELOW * declaredHz) return 'frozen';
	// Bounds that exclude each other: the rate was not one rate.
	if ((lowHz > most || highHz < least) && lowHz > highHz * (1 + tolerance / 2)) return 'unsteady';
	if (lowHz > most) return 'high';
	if (highHz < least) return 'low';
	return lowHz >= least && highHz <= most && seconds >= LEAST_SPIN_SECONDS ? 'right' : 'open';
}

function isWrong({ state }: ClockCheck): boolean {
	return state !== 'right' && state !== 'open';
}

/** Checks that are right each, but not of one rate; or one that is right and one that is not. */
function changes(checks: readonly ClockCheck[], declaredHz: number, facts: DeviceFacts): Finding[] {
	const unsteady = checks.find(({ state }) => state === 'unsteady');
	if (unsteady !== undefined) {
		const [slow, fast] = [unsteady.highHz, unsteady.lowHz].map(megahertz);
		return [
			finding(
				'clock-drift',
				`the clock changed while it was checked: it was at ${slow} MHz and at ${fast} MHz; ${DRIFT_CAUSES}`,
			),
		];
	}
	const [first, last] = [checks[0], checks.at(-1)];
	if (first === undefined || last === undefined || first === last) return [];
	const apart = Math.max(last.lowHz / first.highHz, first.lowHz / last.highHz) - 1;
	const oneWrong = isWrong(first) !== isWrong(last);
	// One within and one without may be a hair apart: then it is a wrong clock, not a changing one.
	if (!(apart > facts.clock.toleranceFraction * (oneWrong ? 0.5 : 1))) return [];
	const percent = 100 * (last.estimateHz / first.estimateHz - 1);
	const text =
		`the clock changed during the session: ${megahertz(first.estimateHz)} MHz before the clips, ` +
		`${megahertz(last.estimateHz)} MHz after them (${signed(percent)} %)`;
	if (last.state === 'frozen') return [finding('clock-frozen', `${text}: ${FROZEN_CAUSES}`)];
	const name = isWrong(last) ? `${looksLike(last, declaredHz, facts.clock)}; ` : '';
	return [finding('clock-drift', `${text}: ${name}${DRIFT_CAUSES}`)];
}

const FROZEN_CAUSES = 'it stands still: was the counter never enabled, or does it stop while the core spins?';
const DRIFT_CAUSES =
	'an RC oscillator in place of the crystal, overheating, a sagging supply, or a clock switched on the way?';

function wrongRate(check: ClockCheck, declaredHz: number, facts: DeviceFacts): Finding[] {
	const { state, stoppedAfter, estimateHz, seconds } = check;
	if (state !== 'low' && state !== 'high' && state !== 'frozen') return [];
	const how =
		stoppedAfter === null
			? `the clock ran at ${megahertz(estimateHz)} MHz over ${seconds.toFixed(2)} s`
			: `the counter stopped after ${stoppedAfter} cycles of a spin`;
	const look = state === 'frozen' ? FROZEN_CAUSES : looksLike(check, declaredHz, facts.clock);
	return [finding(`clock-${state}`, `${how}, but ${declaredText(declaredHz, facts)} is declared; ${look}`)];
}

/** A spin that began and never ended, though the device could be heard: its end is counted in cycles that did not come. */
function neverEnded({ messages, faults }: DecodedSession): Finding[] {
	const last = messages.findLast((message) => message.t === 'clock');
	if (last?.phase !== 'start' || !faults.some(({ code }) => code === 'time-out')) return [];
	return [
		finding(
			'clock-frozen',
			'a clock check began and never ended: the counter stands still, or the firmware hangs in it',
		),
	];
}

/** The mean rate over the clips, from one check to the next: both may be right, and not what lies between them. */
function between(session: DecodedSession, declaredHz: number, facts: DeviceFacts): Finding[] {
	const groups = grouped(session);
	return groups.slice(1).flatMap((spans, index) => {
		const [from, to] = [sharpest(groups[index] ?? []), sharpest(spans)];
		if (from === undefined || to === undefined) return [];
		const mean = bracketBetween(from, to);
		const tooSlow = mean.highHz < declaredHz * (1 - facts.clock.toleranceFraction);
		if (!tooSlow && !(mean.lowHz > declaredHz * (1 + facts.clock.toleranceFraction))) return [];
		const percent = signed(100 * (mean.estimateHz / declaredHz - 1));
		const how = tooSlow
			? 'it stopped, fell back or lost counts in between'
			: 'it was too fast in between, or this machine was suspended';
		return [
			finding(
				'clock-drift',
				`over the ${mean.seconds.toFixed(1)} s from one clock check to the next the counter ran at ` +
					`${megahertz(mean.estimateHz)} MHz on average (${percent} %), but ${declaredText(declaredHz, facts)} is declared: ${how}`,
			),
		];
	});
}

/** A clock that is right by chance: the one that is declared did not start, and the firmware says so. */
function fellBack({ hello }: DecodedSession, facts: DeviceFacts): Finding[] {
	const fallback = facts.evidence === 'silicon' && hello !== null ? fallbackClock(hello.clockSource) : null;
	if (fallback === null) return [];
	const text = `${declaredText(facts.clock.hz, facts)} is declared, but the firmware says that it runs from ${fallback}`;
	return [finding('clock-fallback', text)];
}

function openText(check: ClockCheck, session: DecodedSession, facts: DeviceFacts): string {
	const declaredHz = declaredClockHz(session, facts);
	const when = check.clipsBefore === 0 ? 'before the clips' : 'after the clips';
	const high = Number.isFinite(check.highHz) ? `and ${megahertz(check.highHz)}` : 'and no known';
	const why =
		check.seconds < LEAST_SPIN_SECONDS
			? `it was checked for ${check.seconds.toFixed(2)} s, ${LEAST_SPIN_SECONDS} s are needed`
			: 'the link delivers lines too late to tell. Raise `session.clockCheckMs`, or lower the latency of the link';
	return `the clock is between ${megahertz(check.lowHz)} ${high} MHz ${when}, ${declaredText(declaredHz, facts)} is declared: ${why}`;
}

function finding(cause: string, text: string): Finding {
	return { cause, score: 1, text };
}

export function declaredText(declaredHz: number, facts: DeviceFacts): string {
	return `${declaredHz / 1e6} MHz +-${Number((100 * facts.clock.toleranceFraction).toPrecision(3))} %`;
}

export function megahertz(hz: number): string {
	return (hz / 1e6).toFixed(2);
}

function signed(percent: number): string {
	return `${percent < 0 ? '' : '+'}${percent.toFixed(1)}`;
}
