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
/**
 * Cycles an instruction at the least: a single-issue core retires one a cycle (Arm DDI 0439, 3.3.1), and only the few that
 * are folded into others (IT) cost nothing.
 */
const LEAST_CYCLES = 0.9;
/** Interrupt time, which the device takes out of its stages to a sixteenth of a tick, and the rounding of its counter. */
const STAGE_LESS = 32;
const STAGE_FRACTION = 0.001;

/**
 * Of all the time awake while the link is silent, where the device takes out what it slept: some instructions each time.
 * While bytes arrive hops cannot be compared: any number of them may be dealt with between a hop's last mark and its last
 * stamp (84 instructions each), which is this hop's time by the device and the next one's by the model.
 */
const AWAKE_FRACTION = 0.1;
const AWAKE_INSTRUCTIONS = 4096;

/**
 * Why no time may be computed from these clips; `null` where the model's counts are sound, or the device declares no model.
 */
export function cycleFault(clips: readonly DecodedClip[], hello: HelloMessage, facts: DeviceFacts): Absent | null {
	return speedFault(clips, facts) ?? modelFault(clips, hello, facts);
}

/** An emulator only says which hops a board would have computed at its low clock; how low that is stands in device.yaml. */
function speedFault(clips: readonly DecodedClip[], { id, evidence, model }: DeviceFacts): Absent | null {
	const slow = evidence === 'emulated' && model?.speeds === undefined ? slowHops(clips) : 0;
	return slow === 0
		? null
		: notMeasured(`${slow} hops are marked as computed at a low clock, but ${id} declares no \`model.speeds.low\``);
}

/** Hops that were computed at the low clock. */
export function slowHops(clips: readonly Pick<DecodedClip, 'inferences'>[]): number {
	return clips.reduce((sum, { inferences }) => sum + inferences.filter(({ slow }) => slow).length, 0);
}

function modelFault(clips: readonly DecodedClip[], hello: HelloMessage, facts: DeviceFacts): Absent | null {
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
			if (record === undefined) continue;
			const text =
				stageContradiction(record, hop, counting.ticksPerUnit, hello.stages) ??
				(event.pacing === 'preload' ? awakeContradiction(record, hop, counting.ticksPerUnit) : null) ??
				incredible(hop);
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

function stageContradiction(
	record: InferenceRecord,
	hop: HopCycles,
	ticksPerInstruction: number,
	names: readonly string[],
): string | null {
	for (const [stage, ticks] of record.stageCycles.entries()) {
		const own = ticks / ticksPerInstruction;
		const slack = STAGE_FRACTION * own;
		const seen = hop.stages[stage] ?? null;
		if (seen === null && own > STAGE_LESS)
			return `stage ${names[stage]} is ${Math.round(own)} instructions by the device, and was never entered by the cycle model`;
		const model = seen?.instructions ?? 0;
		if (own - model >= -STAGE_LESS - slack && own - model <= STAGE_MORE + slack) continue;
		return `stage ${names[stage]} is ${Math.round(own)} instructions by the device, ${model} by the cycle model (expected at most ${STAGE_MORE} fewer)`;
	}
	return null;
}

function awakeContradiction(record: InferenceRecord, hop: HopCycles, ticksPerInstruction: number): string | null {
	const awake = record.awakeCycles / ticksPerInstruction;
	if (Math.abs(hop.awake.instructions - awake) <= AWAKE_FRACTION * awake + AWAKE_INSTRUCTIONS) return null;
	return `it was awake for ${Math.round(awake)} instructions by the device, ${hop.awake.instructions} by the cycle model`;
}

/** Cycles and floating point are the model's alone: hardly an instruction takes no cycle, and all are awake. */
function incredible({ awake, irq, stages }: HopCycles): string | null {
	const entered = stages.filter((stage): stage is ExecutedCounts => stage !== null);
	const odd = [awake, ...entered].find(
		(each) => each.floats > each.instructions || each.cycles < LEAST_CYCLES * each.instructions,
	);
	if (odd !== undefined)
		return `the cycle model claims ${odd.cycles} cycles and ${odd.floats} floating-point instructions for ${odd.instructions} instructions`;
	for (const what of ['instructions', 'cycles'] as const) {
		const parts = entered.reduce((sum, stage) => sum + stage[what], irq[what]);
		if (parts > awake[what])
			return `its stages and interrupts are ${parts} ${what} by the cycle model, but it was awake for ${awake[what]}`;
	}
	return null;
}
