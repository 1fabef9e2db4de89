import type { Finding } from '../../generated/record.ts';
import { type DiagnosisInput, Evidence, type Rule } from './evidence.ts';
import { awakeIdle, awakeTooLong } from './rules/awake.ts';
import { clock } from './rules/clock.ts';
import { decisionsCollapse, decisionsVary, labelConfusion, speakerConfusion } from './rules/confusions.ts';
import { gatingDisabled } from './rules/gating.ts';
import { latencyDrift } from './rules/latency-drift.ts';
import { largestMemory, stackNearLimit } from './rules/memory.ts';
import { meterDominates, modelBand, sessionsVary, tooFew } from './rules/precision.ts';
import { preprocessingMismatch } from './rules/preprocessing.ts';
import { rig } from './rules/rig.ts';
import { peripheralsAwake, sleepFloor } from './rules/sleep-level.ts';
import { slowTail } from './rules/slow-tail.ts';
import { clearErrors, quantisationFlips } from './rules/small-margins.ts';
import { stageDominates } from './rules/stage-dominates.ts';
import { throttling } from './rules/throttling.ts';
import { timestepConstant } from './rules/timestep.ts';

export type { DiagnosisInput } from './evidence.ts';

/** In the order in which they are listed where their scores are equal. */
const RULES: readonly Rule[] = [
	throttling,
	preprocessingMismatch,
	decisionsVary,
	gatingDisabled,
	sleepFloor,
	peripheralsAwake,
	awakeIdle,
	stageDominates,
	latencyDrift,
	slowTail,
	timestepConstant,
	decisionsCollapse,
	speakerConfusion,
	labelConfusion,
	quantisationFlips,
	clearErrors,
	stackNearLimit,
	largestMemory,
	modelBand,
	meterDominates,
	sessionsVary,
	tooFew,
	awakeTooLong,
];

/** Nobody reads on. */
const MOST_FINDINGS = 8;

/**
 * What probably lies behind a cell that is no plain pass, most probable first (CAUSES.md says what the scores mean). Each
 * rule looks at the evidence by itself, so two causes at once are both listed. The composition of the value comes last.
 */
export function diagnose(input: DiagnosisInput): Finding[] {
	const evidence = new Evidence(input);
	const found = [...clock(evidence), ...rig(evidence), ...RULES.flatMap((rule) => rule(evidence) ?? [])];
	const ranked = found
		.filter(({ cause }, index) => found.findIndex((other) => other.cause === cause) === index)
		.sort((a, b) => b.score - a.score)
		.slice(0, MOST_FINDINGS);
	const { baseline } = input;
	return baseline === null ? ranked : [...ranked, { cause: 'composition', score: 0, text: baseline.slice(0, 600) }];
}
