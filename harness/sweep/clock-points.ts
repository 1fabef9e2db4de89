import type { DeviceFacts } from '../generated/device.ts';

/** A clock that a board can run at, with the facts that hold there. */
export interface ClockPoint {
	/** null: a PC, whose clock is no axis. */
	clockHz: number | null;
	facts: DeviceFacts;
}

/**
 * Clocks of a device that a sweep can speak of, its own first. Of an emulated board all those whose currents are declared:
 * what was counted is as many instructions at another clock, and the model makes milliseconds and milliwatts of them.
 * Silicon ran at one clock, and a figure for another would be a claim.
 */
export function clockPoints(facts: DeviceFacts): ClockPoint[] {
	const { evidence, clock, model } = facts;
	if (evidence === 'host') return [{ clockHz: null, facts }];
	const declared = evidence === 'emulated' ? (model?.currents ?? []).map(({ clockHz }) => clockHz) : [];
	const others = declared.filter((clockHz) => clockHz !== clock.hz).sort((a, b) => b - a);
	return [clock.hz, ...new Set(others)].map((hz) => ({ clockHz: hz, facts: { ...facts, clock: { ...clock, hz } } }));
}

/** Those of the device which were asked for; null: all. */
export function askedClocks(facts: DeviceFacts, clocksHz: readonly number[] | null): (number | null)[] {
	return clockPoints(facts)
		.map(({ clockHz }) => clockHz)
		.filter((hz) => hz === null || clocksHz === null || clocksHz.includes(hz));
}
