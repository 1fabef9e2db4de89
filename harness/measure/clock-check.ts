import type { DecodedSession } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { type Absent, notMeasured, rigError } from './absent.ts';

/** Shorter spans say more about the link's latency than about the clock. */
const MIN_SECONDS = 1.9;

/**
 * Whether the device's clock is the declared one, told by this machine's: a board that fell back to its internal
 * oscillator would count too few cycles and pass. `null` when it is, or when time is virtual and there is nothing to check.
 */
export function clockFault(session: DecodedSession, facts: DeviceFacts): Absent | null {
	if (facts.evidence === 'emulated' || session.hello?.counter === 'scripted') return null;
	const spans = session.clocks ?? [];
	const declared = facts.evidence === 'silicon' ? facts.clock.hz : (session.hello?.counterHz ?? facts.clock.hz);
	const long: number[] = [];
	for (const span of spans) {
		const seconds = Number(span.endNs - span.startNs) / 1e9;
		const hz = seconds > 0 ? span.cycles / seconds : 0;
		if (Math.abs(hz / declared - 1) > facts.clock.toleranceFraction) {
			const percent = (100 * facts.clock.toleranceFraction).toFixed(1);
			return rigError(
				`the clock ran at ${(hz / 1e6).toFixed(2)} MHz over ${seconds.toFixed(2)} s, but ${declared / 1e6} MHz +-${percent} % is declared`,
			);
		}
		if (seconds >= MIN_SECONDS) long.push(span.clipsBefore);
	}
	// A clock that fell back between the two checks is seen by the second one only.
	const aroundClips = long.length >= 2 && long.includes(0) && long.includes(session.clips.length);
	if (facts.evidence === 'silicon' && !aroundClips) {
		return notMeasured(
			`the board's clock was checked ${long.length} times for ${MIN_SECONDS} s or more; before and after the clips is needed`,
		);
	}
	return null;
}
