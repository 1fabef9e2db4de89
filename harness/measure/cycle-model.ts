/**
 * Are the counts of a cycle model those of the hops they are said to be? The device counts its own instructions, and the
 * model's must be the same: what one of them missed would be time that nobody saw.
 */
import type { ExecutedCounts, HopCycles } from '../capture/cycle-lines.ts';
import type { DecodedClip, InferenceRecord } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { HelloMessage } from '../generated/wire.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { countingOf } from './counting.ts';

/**
 * Instructions of a stage which the device counts and the model leaves out: half a stamp at either end, and the marks
 * (76 on Cortex-M4 at -O2, for each time that the stage is entered in a hop).
 */
const STAGE_MORE = 512;
/** Interrupt time, which the device takes out of its stages to a sixteenth of a tick, and the rounding of its counter. */
const STAGE_LESS = 32;
const STAGE_FRACTION = 0.001;

/** Of all the time awake, where the device takes out what it slept: some instructions each time, and a byte wakes it. */
const AWAKE_FRACTION = 0.1;
const AWAKE_INSTRUCTIONS = 4096;

/**
 * Why no time may be computed from these clips; `null` where the model's counts are sound, or the device declares no model.
 */
export function cycleFault(clips: readonly DecodedClip[], hello: HelloMessage, facts: DeviceFacts): Absent | null {
	const model = facts.model?.cycles;
	if (model === undefined) return null;
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	for (const { event, cycles, inferences } of clips) {
		const of = `${event.name}: `;
		if (cycles === undefined)
			return notMeasured(`${of}the capture holds no counts of the cycle model ${model.plugin}, which alone tells time`);
		if (cycles.problem !== null)
			return cycles.unmarked ? notMeasured(of + cycles.problem) : rigError(of + cycles.problem);
		if (cycles.hops.length !== inferences.length)
			return rigError(`${of}the cycle model counted ${cycles.hops.length} hops, the device ${inferences.length}`);
		for (const [index, hop] of cycles.hops.entries()) {
			const record = inferences[index];
			const text = record === undefined ? null : contradiction(record, hop, counting.ticksPerUnit, hello.stages);
			if (text !== null) return rigError(`${of}hop ${index}: ${text}`);
		}
	}
	return null;
}

/** The most floating-point instructions in one hop's stages. */
export function mostFloats(clips: readonly DecodedClip[]): number {
	let most = 0;
	for (const { cycles } of clips)
		for (const { stages } of cycles?.hops ?? [])
			most = Math.max(
				most,
				stages.reduce((sum, stage) => sum + (stage?.floats ?? 0), 0),
			);
	return most;
}

/** What must be known before a time is quoted, as a mark of the cell. */
export const FLOATS_MARK = 'floating-point costs unvalidated';

function contradiction(
	record: InferenceRecord,
	hop: HopCycles,
	ticksPerInstruction: number,
	names: readonly string[],
): string | null {
	for (const [stage, ticks] of record.stageCycles.entries()) {
		const own = ticks / ticksPerInstruction;
		const model = hop.stages[stage]?.instructions ?? 0;
		const slack = STAGE_FRACTION * own;
		if (own - model >= -STAGE_LESS - slack && own - model <= STAGE_MORE + slack) continue;
		return `stage ${names[stage]} is ${Math.round(own)} instructions by the device, ${model} by the cycle model (expected at most ${STAGE_MORE} fewer)`;
	}
	const awake = record.awakeCycles / ticksPerInstruction;
	if (Math.abs(hop.awake.instructions - awake) > AWAKE_FRACTION * awake + AWAKE_INSTRUCTIONS)
		return `it was awake for ${Math.round(awake)} instructions by the device, ${hop.awake.instructions} by the cycle model`;
	return incredible([hop.awake, ...hop.stages]);
}

/** Cycles and floating point are the model's alone; no instruction takes less than no time, and none is two. */
function incredible(counts: readonly (ExecutedCounts | null)[]): string | null {
	const odd = counts.find(
		(each) => each !== null && (each.floats > each.instructions || 2 * each.cycles < each.instructions),
	);
	return odd === undefined || odd === null
		? null
		: `the cycle model claims ${odd.cycles} cycles and ${odd.floats} floating-point instructions for ${odd.instructions} instructions`;
}
