import { costedClip, modelledSecondsPerCount } from '../../capture/costed-clip.ts';
import { modelledBursts } from '../../capture/modelled-bursts.ts';
import type { DecodedClip, InferenceRecord } from '../../capture/session-data.ts';
import type { DeviceFacts } from '../../generated/device.ts';
import type { HelloMessage } from '../../generated/wire.ts';
import { wakeUpOf } from '../../scenario/operating-point.ts';
import { type Absent, isAbsent, notMeasured, rigError } from '../absent.ts';
import { countingOf } from '../counting.ts';

/** One inference on the time axis of its trace. */
export interface InferenceSpan {
	startSeconds: number;
	endSeconds: number;
	gated: boolean;
}

/** ADC counts of one clip, and when its inferences ran, on one time axis. */
export interface ClipTrace {
	name: string;
	kind: 'points' | 'intervals';
	counts: Uint16Array;
	/** Of the first count. */
	startSeconds: number;
	periodSeconds: number;
	/** In order, one for each hop. */
	inferences: InferenceSpan[];
	/** From the start of playback to the end of the last inference. */
	playedSeconds: number;
	/** Share of that time the core slept. */
	asleep: number;
}

/** Playback takes as long as the audio: less is a counter or a hop timer that runs at another rate. */
const PLAYED_LEAST = 0.98;

/**
 * Counts which the board's own converter took: points at the counter's own times, so markers need no clock model. Time
 * zero is the first count.
 */
export function sampledTrace(clip: DecodedClip, hello: HelloMessage, facts: DeviceFacts): ClipTrace | Absent {
	const { adc, end, event, inferences } = clip;
	// The sampling period is in ticks of this counter: at another rate the trace covers less of the clip than it seems to.
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	if (adc === null || end === null) return notMeasured(`the board sent no ADC counts for ${event.name}`);
	const seconds = (ticks: number) => ticks / hello.counterHz;
	const audioSeconds = (inferences.at(-1)?.sampleEnd ?? 0) / event.sampleRate;
	const playedSeconds = seconds(end.cycles);
	if (playedSeconds < PLAYED_LEAST * audioSeconds)
		return rigError(
			`${event.name} was played in ${playedSeconds.toFixed(2)} s by the device's counter, but its audio lasts ${audioSeconds.toFixed(2)} s`,
		);
	const at = (cycles: bigint) => seconds(Number(cycles - BigInt(adc.startCycles)));
	return {
		name: event.name,
		kind: 'points',
		counts: adc.counts,
		startSeconds: 0,
		periodSeconds: seconds(adc.periodCycles),
		inferences: inferences.map((record) => {
			const startSeconds = at(record.startCycles);
			return { startSeconds, endSeconds: startSeconds + seconds(busyTicks(record)), gated: record.gated };
		}),
		playedSeconds,
		asleep: end.cycles > 0 ? end.sleep / end.cycles : 0,
	};
}

/**
 * Counts substituted outside the firmware at one end of the model's band: means over their intervals. Time zero is the
 * start of playback.
 */
export function substitutedTrace(
	clip: DecodedClip,
	hello: HelloMessage,
	facts: DeviceFacts,
	bandEnd: 'low' | 'high',
): ClipTrace | Absent {
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	const contradiction = awakeContradiction(clip);
	if (contradiction !== null) return rigError(contradiction);
	const { name, samples, sampleRate } = clip.event;
	const events = clip.analogue.filter((event) => event.end === bandEnd);
	const [event] = events;
	const secondsPerCount = modelledSecondsPerCount(facts, bandEnd);
	if (event === undefined || secondsPerCount === null)
		return notMeasured(`no ADC counts were substituted for ${name} (${bandEnd} end of the band)`);
	if (events.length > 1) return rigError(`ADC counts of ${name} were substituted ${events.length} times`);
	const sampleHz = facts.model?.analogue?.sampleHz ?? 0;
	if (!(Math.abs(event.periodSeconds * sampleHz - 1) < 1e-9))
		return rigError(
			`ADC counts of ${name} were substituted every ${event.periodSeconds} s, but ${sampleHz} Hz is declared`,
		);
	const bytes = Buffer.from(event.b, 'base64');
	const bursts = modelledBursts(
		costedClip(clip, facts).inferences,
		sampleRate,
		secondsPerCount,
		wakeUpOf(facts).seconds,
	);
	const awake = bursts.reduce((sum, burst) => sum + burst.endSeconds - burst.startSeconds, 0);
	const playedSeconds = Math.max(samples / sampleRate, bursts.at(-1)?.endSeconds ?? 0);
	return {
		name,
		kind: 'intervals',
		counts: Uint16Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => bytes.readUInt16LE(2 * index)),
		startSeconds: 0,
		periodSeconds: event.periodSeconds,
		inferences: bursts.map(({ startSeconds, endSeconds }, index) => {
			return { startSeconds, endSeconds, gated: clip.inferences[index]?.gated ?? false };
		}),
		playedSeconds,
		asleep: 1 - awake / playedSeconds,
	};
}

function busyTicks({ stageCycles, irqCycles }: InferenceRecord): number {
	return stageCycles.reduce((sum, cycles) => sum + cycles, irqCycles);
}

/** Largest relative difference between the awake time of a clip and the sum over its hops. */
const AWAKE_TOLERANCE = 0.01;

/**
 * On an emulator the power follows from how long the device says it was awake. Its records and its totals must tell the
 * same story (awake = all cycles - asleep), and nobody computes while asleep.
 */
function awakeContradiction({ event, end, inferences }: DecodedClip): string | null {
	let awake = 0;
	for (const record of inferences) {
		const computing = record.stageCycles.reduce((sum, cycles) => sum + cycles, 0);
		if (record.awakeCycles < computing) {
			return `hop ${record.hop} of ${event.name} was awake for ${record.awakeCycles} ticks, but its stages took ${computing}`;
		}
		awake += record.awakeCycles;
	}
	const total = end === null ? Number.NaN : end.cycles - end.sleep;
	if (Math.abs(awake - total) <= AWAKE_TOLERANCE * total) return null;
	return `${event.name}: its hops were awake for ${awake} ticks, the whole clip for ${total}`;
}
