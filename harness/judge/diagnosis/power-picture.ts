import type { DeviceFacts } from '../../generated/device.ts';
import { powerTraces } from '../../measure/power.ts';
import { operatingPoint } from '../../scenario/operating-point.ts';
import type { Evidence } from './evidence.ts';

/** Where the power of the session goes, from its own trace: a level asleep, a level awake, and how long each. */
export interface PowerPicture {
	meanMw: number;
	/** Null where the core never slept. */
	sleepMw: number | null;
	/** What the core draws asleep as far as it is known: the level seen, else the declared one, else 0. */
	floorMw: number;
	/** While awake: what is left of the mean after the time asleep. Null where it hardly was awake. */
	runMw: number | null;
	/** Share of the time awake. */
	awake: number;
	/** Played time, s, over all clips and sessions. */
	seconds: number;
	/** Seconds of one tick of the counter, at the bad end of what is modelled. */
	secondsPerTick: number;
}

const LEAST_SHARE = 1e-4;

/** Several rules look at the same picture. */
const pictures = new WeakMap<Evidence, PowerPicture | null>();

/** Null where there is no power trace to read. */
export function powerPicture(evidence: Evidence): PowerPicture | null {
	const known = pictures.get(evidence);
	if (known !== undefined) return known;
	const picture = pictureOf(evidence);
	pictures.set(evidence, picture);
	return picture;
}

function pictureOf(evidence: Evidence): PowerPicture | null {
	const { timing, facts, sessions, input } = evidence;
	if (timing === null) return null;
	const secondsPerTick = timing.msPerTick / 1000;
	const context = input.power ?? { calibration: null, startedAt: null };
	const traces = sessions.flatMap((session) => powerTraces(session, facts, input.list, context));
	const clips = evidence.clips('power').flat();
	const levels = traces.flatMap(({ milliwatts }) => [...milliwatts]).sort((a, b) => a - b);
	if (levels.length === 0 || clips.length === 0) return null;
	let awakeSeconds = 0;
	let seconds = 0;
	for (const { decoded } of clips) {
		const { event, end, inferences } = decoded;
		const awake = inferences.reduce((sum, { awakeCycles }) => sum + awakeCycles, 0) * secondsPerTick;
		// An emulator's cycles are its own virtual time: there the clip lasts as long as its audio, or its computing.
		const played = facts.evidence === 'emulated' ? 0 : (end?.cycles ?? 0) * secondsPerTick;
		awakeSeconds += awake;
		seconds += Math.max(played, event.samples / event.sampleRate, awake);
	}
	const awake = awakeSeconds / seconds;
	const asleep = 1 - awake;
	const meanMw = levels.reduce((sum, level) => sum + level, 0) / levels.length;
	// The lowest readings are those asleep, as many of them as the core slept; their median keeps edges and noise out.
	const sleepMw = asleep > LEAST_SHARE ? (levels[Math.floor((asleep / 2) * levels.length)] ?? null) : null;
	const floorMw = sleepMw ?? declaredSleepMw(facts) ?? 0;
	const runMw = awake > LEAST_SHARE ? Math.max(floorMw, (meanMw - asleep * (sleepMw ?? 0)) / awake) : null;
	return { meanMw, sleepMw, floorMw, runMw, awake, seconds, secondsPerTick };
}

/** Power saved when so many ticks of awake time are slept through instead, mW. */
export function savedMw({ floorMw, runMw, seconds, secondsPerTick }: PowerPicture, ticks: number): number {
	return runMw === null ? 0 : ((ticks * secondsPerTick) / seconds) * (runMw - floorMw);
}

/** V_supply x the data sheet's sleep current at the device's clock, mW; null where it is not declared. */
export function declaredSleepMw(facts: DeviceFacts): number | null {
	const point = operatingPoint(facts);
	return facts.power === undefined || point === null ? null : facts.power.supplyVolts * point.sleepMilliamperes;
}
