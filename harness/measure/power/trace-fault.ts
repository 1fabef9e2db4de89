import type { PowerFacts } from '../../generated/device.ts';
import { type Absent, notMeasured, rigError } from '../absent.ts';
import type { ClipTrace } from './clip-trace.ts';

/** Share of the counts that may be missing or over: the limit at which EEMBC's energy runner rejects a run. */
const LOST_FRACTION = 0.001;
/** The first count comes an interval after the start, the last one up to an interval before the end. */
const LOST_COUNTS = 2;
/** A board samples on while it decides and hands over, s. */
const RUN_ON_SECONDS = 0.2;

/**
 * Why nothing may be computed from a trace: a converter at its rail measures its rail, and a trace that does not cover its
 * clip has a gap somewhere. The counts carry no time of their own, so a lost block shows only as time that is missing.
 */
export function traceFault(trace: ClipTrace, power: PowerFacts): Absent | null {
	return coverageFault(trace) ?? orderFault(trace) ?? railFault(trace, power);
}

function coverageFault({ name, counts, periodSeconds, playedSeconds }: ClipTrace): Absent | null {
	if (!(periodSeconds > 0) || counts.length === 0) return notMeasured(`${name} has no ADC counts`);
	const seconds = counts.length * periodSeconds;
	const covers = `the ADC counts of ${name} cover ${seconds.toFixed(2)} of ${playedSeconds.toFixed(2)} s`;
	if (seconds < (1 - LOST_FRACTION) * playedSeconds - LOST_COUNTS * periodSeconds)
		return rigError(
			`${covers}: ${Math.round((playedSeconds - seconds) / periodSeconds)} counts at ${Number((1000 * periodSeconds).toPrecision(4))} ms are missing, and nobody knows where`,
		);
	if (seconds > (1 + LOST_FRACTION) * playedSeconds + RUN_ON_SECONDS)
		return rigError(
			`${covers}: more than there was time for; the sampling interval is not what the device says, or the counts are another clip's`,
		);
	return null;
}

/** The markers cut the trace: they must lie in it, one after the other. */
function orderFault({ name, inferences, startSeconds, counts, periodSeconds }: ClipTrace): Absent | null {
	for (const [index, { startSeconds: begun }] of inferences.entries()) {
		const before = inferences[index - 1];
		if (before !== undefined && !(begun >= before.endSeconds - periodSeconds))
			return rigError(
				`hop ${index} of ${name} began ${(1000 * (before.endSeconds - begun)).toFixed(2)} ms before the hop before it had ended`,
			);
	}
	const [first] = inferences;
	const last = inferences.at(-1);
	if (first === undefined || last === undefined || inferences.length < 2)
		return notMeasured(
			`${name} has ${inferences.length} hops: power is judged over whole cycles, from one hop to the next`,
		);
	const end = startSeconds + counts.length * periodSeconds;
	if (first.startSeconds < startSeconds - periodSeconds)
		return rigError(
			`the ADC counts of ${name} begin ${(1000 * (startSeconds - first.startSeconds)).toFixed(2)} ms after its first inference`,
		);
	if (last.startSeconds > end)
		return rigError(
			`the ADC counts of ${name} end ${(1000 * (last.startSeconds - end)).toFixed(2)} ms before its last inference`,
		);
	return null;
}

function railFault({ name, counts }: ClipTrace, power: PowerFacts): Absent | null {
	const top = 2 ** power.adc.bits - 1;
	const above = counts.reduce((sum, count) => sum + (count >= top ? 1 : 0), 0);
	if (above > 0)
		return rigError(
			`${above} of ${counts.length} ADC counts of ${name} are at full scale (${top}): the current was beyond what the shunt chain can show`,
		);
	const zero = counts.reduce((sum, count) => sum + (count === 0 ? 1 : 0), 0);
	if (zero > 0) {
		return notMeasured(
			`${zero} of ${counts.length} ADC counts of ${name} are 0: the current is below what shunt and gain resolve, or nothing is connected`,
		);
	}
	return null;
}

/** Of a board that computes and pauses no hundred counts are alike: noise alone moves the last bit of a converter. */
const STUCK_COUNTS = 100;

/** A converter whose timer or DMA stands still hands out its last value again and again. */
export function stuckFault({ name, kind, counts }: ClipTrace): Absent | null {
	const [first] = counts;
	if (kind !== 'points' || counts.length < STUCK_COUNTS || !counts.every((count) => count === first)) return null;
	return notMeasured(
		`all ${counts.length} ADC counts of ${name} are ${first}: neither noise nor a change of the current is in them, as if the converter stood still`,
	);
}
