import type { DeviceFacts } from '../../generated/device.ts';
import type { SpecCell } from '../../generated/spec.ts';
import type { PowerMeasurement } from '../../measure/power.ts';
import { operatingPoint } from '../../scenario/operating-point.ts';
import type { DeviceContext, Measured } from '../measured.ts';
import { boardMean, type SessionMean, sessionMean } from './mean.ts';

/** Mean power, mW: one value a session, or one of the board. */
export function power(
	cell: SpecCell,
	scope: SpecCell['scope'],
	sessions: readonly PowerMeasurement[],
	context: DeviceContext,
): Measured[] {
	return powerBelow(cell.limit.value, scope, sessions, context);
}

/** @param limitMw what the power has to be below, for what would decide it and for where it goes */
export function powerBelow(
	limitMw: number,
	scope: SpecCell['scope'],
	sessions: readonly PowerMeasurement[],
	context: DeviceContext,
): Measured[] {
	const means = sessions.map(meanPower);
	const judged =
		scope === 'session'
			? means.map((mean) => sessionMean(mean, limitMw, 'mW', context))
			: [boardMean(means, limitMw, 'mW')];
	// The shares follow from the two currents of one clock.
	const hasTwoClocks = sessions.some(({ slowHops }) => slowHops > 0);
	return judged.map((each) => {
		return { ...each, composition: hasTwoClocks ? null : compositionOf(context.facts, each.estimate, limitMw) };
	});
}

function meanPower(measured: PowerMeasurement): SessionMean {
	const { lowMw: low, highMw: high, typeBLowMw: typeBLow, typeBHighMw: typeBHigh } = measured;
	return { ...measured, low, high, typeBLow, typeBHigh };
}

/** Where the power goes, when the declared currents tell: a limit below the sleep current is out of any code's reach. */
function compositionOf(facts: DeviceFacts, milliwatts: number, limitMw: number): string | null {
	const { power: chain } = facts;
	const point = operatingPoint(facts);
	if (chain === undefined || point === null) return null;
	const sleepMw = chain.supplyVolts * point.sleepMilliamperes;
	const runMw = chain.supplyVolts * point.runMilliamperes;
	const awake = Math.min(1, Math.max(0, (milliwatts - sleepMw) / (runMw - sleepMw)));
	const where = `awake for about ${Math.round(100 * awake)} % of the time (${runMw.toFixed(1)} mW), else asleep (${sleepMw.toFixed(1)} mW)`;
	if (sleepMw <= limitMw) return where;
	return `${where}; sleeping all the time would still be over ${Number(limitMw.toPrecision(3))} mW: only a deeper sleep mode or a lower clock helps`;
}
