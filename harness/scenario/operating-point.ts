import type { DeviceFacts, OperatingPoint } from '../generated/device.ts';

/** The declared currents at the device's own clock; null where there are none for it. */
export function operatingPoint({ model, clock }: DeviceFacts): OperatingPoint | null {
	return model?.currents?.find(({ clockHz }) => clockHz === clock.hz) ?? null;
}

/** The declared currents at the low clock; null where there is none. */
export function lowPoint({ model }: DeviceFacts): OperatingPoint | null {
	return model?.currents?.find(({ clockHz }) => clockHz === model.speeds?.low) ?? null;
}

/** What one wake-up from sleep costs: seconds at the run current, and coulombs beside them. */
export interface WakeUp {
	seconds: number;
	coulombs: number;
}

/** By device.yaml; nothing where it declares nothing. */
export function wakeUpOf({ model }: DeviceFacts): WakeUp {
	const { microseconds = 0, microcoulombs = 0 } = model?.wakeUp ?? {};
	return { seconds: 1e-6 * microseconds, coulombs: 1e-6 * microcoulombs };
}

/**
 * Whether a figure modelled from these currents rests on one that nobody could look up.
 * @param hasSlow hops of it ran at the low clock
 */
export function isFromMemory(facts: DeviceFacts, hasSlow = false): boolean {
	const points = [operatingPoint(facts), hasSlow ? lowPoint(facts) : null];
	return points.some((point) => point?.fromMemory === true) || facts.model?.wakeUp?.fromMemory === true;
}
