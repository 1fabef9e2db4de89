import type { UncertaintyTerm } from '../../generated/record.ts';
import type { SpecCell } from '../../generated/spec.ts';
import { type Absent, notMeasured } from '../../measure/absent.ts';
import { batteryLife, type PowerMeasurement } from '../../measure/power.ts';
import { absentAmong } from '../absent-sessions.ts';
import type { DeviceContext, Measured } from '../measured.ts';
import { powerBelow } from './power.ts';

/**
 * Battery life, h, from the bounds of the power: it falls as the power rises, so its lower end is the power's upper one.
 * One value a session, or one of the board.
 */
export function battery(
	cell: SpecCell,
	scope: SpecCell['scope'],
	sessions: readonly PowerMeasurement[],
	context: DeviceContext,
): (Measured | Absent)[] {
	const { facts } = context;
	const { battery: declared } = facts;
	if (declared === undefined) return [notMeasured(`${facts.id} declares no battery`)];
	const unresolved = absentAmong(sessions.map(({ batteryFault }) => batteryFault));
	if (unresolved !== null) return [unresolved];
	const { milliwattHours, uncertaintyFraction = 0 } = declared;
	const limitMw = milliwattHours / cell.limit.value;
	return powerBelow(limitMw, scope, sessions, context).map((power): Measured | Absent => {
		const { estimate, lower, upper } = batteryLife(declared, { estimate: power.estimate, ...power.bounds });
		if (estimate === null) return notMeasured(`a mean power of ${power.estimate.toFixed(3)} mW gives no battery life`);
		const spare = uncertaintyFraction > 0 ? ` +-${Number((100 * uncertaintyFraction).toPrecision(3))} %` : '';
		return {
			...power,
			estimate,
			bounds: { lower, upper },
			uncertainty: inHours(power.uncertainty ?? [], estimate / power.estimate, estimate, uncertaintyFraction),
			rule: `${milliwattHours} mWh${spare} / mean power; ${power.rule}`,
			composition: `${milliwattHours} mWh at ${Number(power.estimate.toPrecision(4))} mW; the limit comes down to ${Number(limitMw.toPrecision(3))} mW`,
		};
	});
}

/** To first order a relative error of the power is the same relative error of the hours. */
function inHours(
	terms: readonly UncertaintyTerm[],
	hoursPerMilliwatt: number,
	hours: number,
	capacityFraction: number,
): UncertaintyTerm[] {
	const ofPower = terms.map((term) => ({ ...term, standard: term.standard * hoursPerMilliwatt }));
	if (capacityFraction === 0) return ofPower;
	// A limit +-a is a rectangle; its standard uncertainty is a / sqrt(3).
	const standard = (hours * capacityFraction) / Math.sqrt(3);
	return [...ofPower, { source: 'battery capacity', kind: 'B', standard, degreesOfFreedom: null }];
}
