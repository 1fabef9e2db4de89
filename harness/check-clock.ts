/** The live clock check: makes a device spin between stamps until its clock is proven right or wrong, or is let be. */
import type { DeviceFacts } from './generated/device.ts';
import { type ClockCheck, clockChecks } from './measure/clock-check.ts';
import type { DeviceSession } from './session/device-session.ts';

/** A clock that is off by far is told by a short spin, which at a tenth of the rate is ten times as long. */
const PROBE_MS = 100;
/** Each spin is twice as long as the one before, and late lines weigh half as much. */
const MOST_SPINS = 3;
/** The longest which the firmware takes. */
const LONGEST_SPIN_MS = 60_000;

/**
 * One clock check, before the first clip or after the last. `milliseconds`: the first spin that may vouch for the clock. It
 * judges nothing: the verdict comes from the capture, by the same rules (measure/clock-check.ts).
 *
 * Throws OssicleError (rig) when the device does not answer.
 */
export async function checkClock(
	session: DeviceSession,
	facts: DeviceFacts,
	milliseconds: number,
): Promise<ClockCheck> {
	const spins = Array.from({ length: MOST_SPINS }, (_, index) => Math.min(milliseconds * 2 ** index, LONGEST_SPIN_MS));
	for (const spinMs of [PROBE_MS, ...spins]) {
		await session.clock(spinMs);
		// A stamp asked for after the spin bounds the rate from above.
		await session.clock(0);
		if (lastCheck(session, facts).state !== 'open') break;
	}
	return lastCheck(session, facts);
}

function lastCheck(session: DeviceSession, facts: DeviceFacts): ClockCheck {
	const check = clockChecks(session.decoded, facts).at(-1);
	if (check === undefined) throw new Error('a clock check is there after a CLOCK was answered');
	return check;
}
