import type { DecodedSession } from '../../harness/capture/session-data.ts';
import type { ClipList } from '../../harness/generated/clips.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { isAbsent } from '../../harness/measure/absent.ts';
import { measurePower, type PowerContext, powerTraces } from '../../harness/measure/power.ts';

export type PowerTrace = ReturnType<typeof powerTraces>[number];

/** What one session drew over time, for drawing. */
export type PowerData = { absent: string } | { absent: null; meanMw: number; traces: PowerTrace[] };

export function powerData(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
	context: PowerContext,
): PowerData {
	const measured = measurePower(session, facts, list, context);
	const traces = powerTraces(session, facts, list, context).filter((trace) => trace.milliwatts.length > 0);
	if (isAbsent(measured) && traces.length === 0) return { absent: measured.reason };
	return { absent: null, meanMw: isAbsent(measured) ? Number.NaN : measured.highMw, traces };
}
