import type { DecodedSession } from '../../capture/session-data.ts';
import type { ClipList } from '../../generated/clips.ts';
import type { DeviceFacts } from '../../generated/device.ts';
import { isAbsent } from '../absent.ts';
import { milliwattsOf, powerInputs } from './measure-power.ts';
import type { PowerContext, PowerTrace } from './power-measurement.ts';

/**
 * Power over time for each power clip of a session, at the bad end of what is modelled, with its inferences: for people
 * to look at. Empty where `measurePower` says why there is none.
 */
export function powerTraces(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
	context: PowerContext,
): PowerTrace[] {
	const inputs = powerInputs(session, facts, list, context);
	if (isAbsent(inputs)) return [];
	return inputs.high.map((trace) => ({
		name: trace.name,
		startSeconds: trace.startSeconds,
		periodSeconds: trace.periodSeconds,
		milliwatts: milliwattsOf(trace, inputs.chain),
		inferences: trace.inferences.map(({ startSeconds, endSeconds, gated }) => ({ startSeconds, endSeconds, gated })),
	}));
}
