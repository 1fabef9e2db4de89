import type { CycleBand, CyclesPerInstruction, DeviceFacts } from '../generated/device.ts';
import type { DecodedClip, InferenceRecord } from './session-data.ts';

/**
 * The clip with its counts in what its time is computed from: where the device declares a cycle model, estimated cycles in
 * place of the ticks of its own counter; and on an emulator, whose clock cannot change, those of hops at the low clock as so
 * many of the full one as take as long (a board counts so by itself). Any other clip as it is. Only stages, interrupts and
 * awake time change; where the model has no sound counts, or no low clock is declared, the clip stays as it is, too, and
 * `cycleFault` says why nothing may be computed from it.
 */
export function costedClip(clip: DecodedClip, facts: DeviceFacts): DecodedClip {
	return atFullClock(estimatedClip(clip, facts), facts);
}

function estimatedClip(clip: DecodedClip, facts: DeviceFacts): DecodedClip {
	const { cycles } = clip;
	if (facts.model?.cycles === undefined || cycles == null || cycles.problem !== null) return clip;
	if (cycles.hops.length !== clip.inferences.length) return clip;
	const inferences = clip.inferences.map((record, index): InferenceRecord => {
		const hop = cycles.hops[index];
		if (hop === undefined) return record;
		return {
			...record,
			stageCycles: record.stageCycles.map((_, stage) => hop.stages[stage]?.cycles ?? 0),
			awakeCycles: hop.awake.cycles,
			irqCycles: hop.irq.cycles,
		};
	});
	return { ...clip, inferences };
}

function atFullClock(clip: DecodedClip, { evidence, clock, model }: DeviceFacts): DecodedClip {
	const low = model?.speeds?.low;
	if (evidence !== 'emulated' || low === undefined || !clip.inferences.some(({ slow }) => slow)) return clip;
	const longer = clock.hz / low;
	const inferences = clip.inferences.map((record) =>
		record.slow
			? {
					...record,
					stageCycles: record.stageCycles.map((cycles) => longer * cycles),
					awakeCycles: longer * record.awakeCycles,
					irqCycles: longer * record.irqCycles,
				}
			: record,
	);
	return { ...clip, inferences };
}

/** The declared band by which the counts of a costed clip become real cycles; `undefined`: none is declared. */
export function costBand(facts: DeviceFacts): CycleBand | CyclesPerInstruction | undefined {
	return facts.model?.cycles?.band ?? facts.model?.cyclesPerInstruction;
}

/**
 * Seconds for each count of a costed clip of an emulated board, at one end of what is modelled; `null` where no model is
 * declared.
 */
export function modelledSecondsPerCount(facts: DeviceFacts, end: 'low' | 'high'): number | null {
	const { model, emulator, clock } = facts;
	const band = costBand(facts);
	if (band === undefined) return null;
	if (model?.cycles !== undefined) return band[end] / clock.hz;
	if (emulator === undefined) return null;
	const ticksPerInstruction = emulator.counterHz * 2 ** emulator.icountShift * 1e-9;
	return band[end] / (ticksPerInstruction * clock.hz);
}
