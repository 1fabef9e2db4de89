/**
 * Do the counts of a session agree with each other? What a device reports several times over (a stage, the hop around it,
 * the clip around that) must add up; where it does not, one of the figures is wrong and nobody knows which.
 *
 * The inequalities are the firmware library's own arithmetic (firmware/ossicle/ossicle_clip.c, ossicle_stage.c), so an
 * honest device meets them whatever its clock, and however often it was interrupted or preempted.
 */
import type { DecodedClip, DecodedSession, InferenceRecord } from '../../capture/session-data.ts';
import type { ClipList } from '../../generated/clips.ts';
import type { DeviceFacts } from '../../generated/device.ts';
import type { HelloMessage } from '../../generated/wire.ts';
import { type Absent, rigError } from '../../measure/absent.ts';
import { close, figure } from './close.ts';

/** Totals which the device forms by subtraction agree exactly; the rest is for the rounding of SysTick's interrupt time. */
const TICKS_TOLERANCE = 64;
const FRACTION_TOLERANCE = 0.001;
/** A clip played by the device's own timer cannot be shorter, by the device's own counter, than the audio in it. */
const DURATION_TOLERANCE = 0.02;

/**
 * The first closure that is broken in the clips which count, as a rig error with its arithmetic; `null` when all hold.
 * Attempts with problems of their own are left to those.
 */
export function closureFault(session: DecodedSession, facts: DeviceFacts, list: ClipList): Absent | null {
	const { hello } = session;
	if (hello === null) return null;
	const listed = new Set(list.segments.flatMap(({ name, clips }) => clips.map((clip) => `${name}\n${clip.name}`)));
	for (const clip of session.clips) {
		if (clip.problems.length > 0 || clip.end === null) continue;
		if (!listed.has(`${clip.event.segment}\n${clip.event.name}`)) continue;
		const text =
			hopClosure(clip, hello) ??
			stageClosure(clip) ??
			awakeClosure(clip) ??
			sleepClosure(clip) ??
			durationClosure(clip, hello) ??
			adcClosure(clip, hello, facts);
		if (text !== null) return rigError(`the figures of ${clip.event.name} contradict each other: ${text}`);
	}
	return null;
}

/** Hops x samples a hop = samples counted, but for a rest shorter than a hop. */
function hopClosure({ end, event, inferences }: DecodedClip, { hop }: HelloMessage): string | null {
	if (end === null || hop === 0) return null;
	for (const [hops, who] of [
		[end.hops, 'by its total'],
		[inferences.length, 'in its records'],
	] as const) {
		const rest = event.samples - hops * hop;
		if (rest >= 0 && rest < hop && end.samples === event.samples) continue;
		return `${hops} hops ${who} x ${hop} samples = ${hops * hop}, but ${end.samples} samples were counted and ${event.samples} sent`;
	}
	return null;
}

/** Stages and the interrupts within them happen while the core is awake. */
function stageClosure({ inferences }: DecodedClip): string | null {
	for (const { hop, stageCycles, irqCycles, awakeCycles } of inferences) {
		const stages = stageCycles.reduce((sum, cycles) => sum + cycles, 0);
		if (stages + irqCycles <= allowed(awakeCycles)) continue;
		return `hop ${hop}: stages ${stageCycles.join(' + ')} + interrupts ${irqCycles} = ${stages + irqCycles} cycles, but it was awake for only ${awakeCycles}`;
	}
	return null;
}

/** A hop cannot be awake for longer than passed: at most from the last stage of the hop before to the start of the next. */
function awakeClosure({ inferences, end }: DecodedClip): string | null {
	for (const [index, record] of inferences.entries()) {
		const before = inferences[index - 1];
		const next = inferences[index + 1];
		const most =
			before !== undefined && next !== undefined ? Number(next.startCycles - endOf(before)) : (end?.cycles ?? 0);
		if (record.awakeCycles <= allowed(most)) continue;
		return `hop ${record.hop} was awake for ${record.awakeCycles} cycles, but at most ${most} passed around it`;
	}
	return null;
}

/** Awake is what was not slept: the sum over the hops = cycles of the clip - cycles asleep. */
function sleepClosure({ inferences, end }: DecodedClip): string | null {
	if (end === null || inferences.length === 0) return null;
	const { text, holds } = close({
		closure: 'awake and asleep',
		stated: inferences.reduce((sum, { awakeCycles }) => sum + awakeCycles, 0),
		follows: end.cycles - end.sleep,
		tolerance: TICKS_TOLERANCE + FRACTION_TOLERANCE * (end.cycles - end.sleep),
		unit: 'cycles',
		formula: `${end.cycles} cycles - ${end.sleep} asleep`,
	});
	return holds ? null : `${text} as the sum of its hops' awake time`;
}

/** A clip that plays in real time lasts, by the device's own counter, at least as long as the audio in it. */
function durationClosure(
	{ event, end, inferences }: DecodedClip,
	{ counter, counterHz, hop }: HelloMessage,
): string | null {
	if (end === null || event.pacing === 'fast' || counter === 'scripted' || !(counterHz > 0)) return null;
	const audioSeconds = (inferences.length * hop) / event.sampleRate;
	const seconds = end.cycles / counterHz;
	if (seconds >= (1 - DURATION_TOLERANCE) * audioSeconds) return null;
	const rate = Math.round((inferences.length * hop) / seconds);
	return `${inferences.length} hops of ${hop} samples played in ${end.cycles} cycles / ${figure(counterHz)} Hz = ${figure(seconds)} s, which is ${rate} samples/s, but ${event.sampleRate} samples/s are claimed`;
}

/** ADC counts x sampling period = the time over which they were taken. */
function adcClosure({ adc, end, event }: DecodedClip, { counterHz }: HelloMessage, facts: DeviceFacts): string | null {
	if (adc === null || end === null || facts.evidence !== 'silicon' || event.pacing === 'fast') return null;
	const covered = adc.counts.length * adc.periodCycles;
	// Sampling goes on while the results are made ready after the last hop, and a count may be under way at either end.
	const least = (1 - DURATION_TOLERANCE) * end.cycles - 2 * adc.periodCycles;
	if (covered >= least) return null;
	return `${adc.counts.length} ADC counts x ${adc.periodCycles} cycles = ${figure(covered / counterHz)} s, but the clip lasted ${figure(end.cycles / counterHz)} s`;
}

function allowed(cycles: number): number {
	return cycles * (1 + FRACTION_TOLERANCE) + TICKS_TOLERANCE;
}

/** The earliest at which a hop can have ended. */
function endOf({ startCycles, stageCycles, irqCycles }: InferenceRecord): bigint {
	return startCycles + BigInt(stageCycles.reduce((sum, cycles) => sum + cycles, irqCycles));
}
