import { costedClip } from '../../capture/costed-clip.ts';
import type { DecodedClip, DecodedSession, InferenceRecord } from '../../capture/session-data.ts';
import type { ClipList, ListedSegment } from '../../generated/clips.ts';
import type { DeviceFacts } from '../../generated/device.ts';
import type { Cell, Finding } from '../../generated/record.ts';
import type { FeatureReference } from '../../generated/reference.ts';
import { isAbsent } from '../../measure/absent.ts';
import { type CountedClip, clipOutcomes } from '../../measure/counted-clips.ts';
import { type Costing, costingOf, type Timing, timingOf } from '../../measure/counting.ts';
import { cycleFault } from '../../measure/cycle-model.ts';
import { fractionOf, samplePercentile } from '../../measure/order.ts';
import type { PowerContext } from '../../measure/power.ts';
import { markSilent } from './silence.ts';

/** All that a finding may be drawn from. */
export interface DiagnosisInput {
	/** Judged already; its `diagnosis` is still empty. */
	cell: Cell;
	facts: DeviceFacts;
	/** Of this device. */
	sessions: readonly DecodedSession[];
	list: ClipList;
	/** What the value is made of, in words; listed last. */
	baseline: string | null;
	/** Features of an independent front end for the session's probe. */
	reference?: FeatureReference | null;
	/** As for `measurePower`. */
	power?: PowerContext;
}

/** One line of a diagnosis, or null. Never throws for anything a device may have sent. */
export type Rule = (evidence: Evidence) => Finding | null;

/** One inference and what surrounds it. */
export interface Hop {
	record: InferenceRecord;
	clip: DecodedClip;
	/** Which session, and the place of its clip among the session's clips. */
	session: number;
	place: number;
	/** Level of its audio as the device heard it, dB of full scale; null where it is not known. */
	levelDb: number | null;
	/** Part of a longer stretch of silence. */
	silent: boolean;
}

/** What several rules need of the input, worked out once. */
export class Evidence {
	readonly input: DiagnosisInput;
	readonly cell: Cell;
	readonly facts: DeviceFacts;
	readonly sessions: readonly DecodedSession[];
	readonly #hops = new Map<string, Hop[]>();

	constructor(input: DiagnosisInput) {
		this.input = input;
		this.cell = input.cell;
		this.facts = input.facts;
		this.sessions = input.sessions;
	}

	/** Names of the stages, as the first session's hello has them. */
	get stages(): readonly string[] {
		return this.sessions[0]?.hello?.stages ?? [];
	}

	/** Time of one hop of audio, s; 0 where nobody said hello. */
	get hopSeconds(): number {
		const hello = this.sessions[0]?.hello ?? null;
		return hello === null || !(hello.sampleRate > 0) ? 0 : hello.hop / hello.sampleRate;
	}

	/**
	 * What a tick is (of the counter, or a cycle of the device's model) and how long it takes at the bad end of what is
	 * modelled; null where it is unknown.
	 */
	get timing(): { counting: Costing; timing: Timing; msPerTick: number } | null {
		const hello = this.sessions[0]?.hello ?? null;
		if (hello === null) return null;
		const counting = costingOf(hello, this.facts);
		const timing = timingOf(hello, this.facts);
		if (isAbsent(counting) || isAbsent(timing)) return null;
		return { counting, timing, msPerTick: timing.high.msPerCost / counting.ticksPerUnit };
	}

	/** Clips that count for a metric, of each session in order; none of a session whose counts contradict its model's. */
	clips(measure: ListedSegment['measures'][number]): CountedClip[][] {
		const segments = this.input.list.segments.filter((segment) => segment.measures.includes(measure));
		return this.sessions.map((session) => {
			const counted = clipOutcomes(session, { ...this.input.list, segments }).flatMap(
				(outcome) => outcome.counted ?? [],
			);
			const decoded = counted.map((clip) => clip.decoded);
			if (session.hello === null || cycleFault(decoded, session.hello, this.facts) !== null) return [];
			return counted.map((clip) => ({ ...clip, decoded: costedClip(clip.decoded, this.facts) }));
		});
	}

	/** Hops of those clips. */
	hops(measure: ListedSegment['measures'][number]): Hop[] {
		const known = this.#hops.get(measure);
		if (known !== undefined) return known;
		const hops = this.clips(measure).flatMap((clips, session) =>
			clips.flatMap(({ decoded }, place) => markSilent(decoded, session, place)),
		);
		this.#hops.set(measure, hops);
		return hops;
	}

	/** The latency cell's own statistic over the hops, of whatever each is said to cost. */
	latencyOf(hops: readonly Hop[], costOf: (record: InferenceRecord) => number): number {
		const costs = Float64Array.from(hops, ({ record }) => costOf(record)).sort();
		return costs.length === 0 ? Number.NaN : samplePercentile(costs, fractionOf(this.cell.statistic));
	}
}

/** Ticks of all stages of a hop. */
export function stageTicks({ stageCycles }: InferenceRecord): number {
	return stageCycles.reduce((sum, ticks) => sum + ticks, 0);
}

export function median(values: readonly number[]): number {
	return values.length === 0 ? Number.NaN : samplePercentile(Float64Array.from(values).sort(), 0.5);
}
