import type { DecodedClip, DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts, PowerFacts } from '../generated/device.ts';
import { type Absent, isAbsent, notMeasured, rigError } from './absent.ts';
import { clipsFor } from './counted-clips.ts';
import { countingOf } from './counting.ts';

/** Mean power over the preload clips, at both ends of what is known about it, mW. */
export interface PowerMeasurement {
	evidence: 'silicon' | 'modelled';
	/** The mean itself; the same in both where nothing is modelled. */
	lowMw: number;
	highMw: number;
	/** What the shunt chain leaves open on either side of each, mW. */
	lowUncertaintyMw: number;
	highUncertaintyMw: number;
	/** ADC counts behind each end. */
	n: number;
	rule: string;
}

/** A trace of ADC counts taken at equal intervals. */
interface Trace {
	counts: Uint16Array;
	periodSeconds: number;
	name: string;
}

/** Four limits of 1 % (shunt, gain, reference, supply): 2 x 0.577 % x sqrt(4) = 2.3 %, rounded up. */
const DEFAULT_UNCERTAINTY_FRACTION = 0.03;
/** Offset and integral non-linearity left over by a 12-bit converter of this class. */
const DEFAULT_ERROR_COUNTS = 2;
/** Largest relative difference between the awake time of a clip and the sum over its hops. */
const AWAKE_TOLERANCE = 0.01;
/** A trace must cover its clip; a gap at the end is a gap. */
const MIN_COVERAGE = 0.98;

/**
 * Mean power of one session, from ADC counts over a shunt, only while the link was silent: a link that delivers audio
 * keeps the core awake, and what is measured then is the rig.
 */
export function measurePower(session: DecodedSession, facts: DeviceFacts, list: ClipList): PowerMeasurement | Absent {
	if (facts.evidence === 'host') return notMeasured('a PC process has no power of its own to measure');
	const { power } = facts;
	if (power === undefined)
		return notMeasured(`${facts.id} declares no shunt, so there is nothing to measure power with`);
	const clips = clipsFor('power', session, list);
	if (isAbsent(clips)) return clips;
	const active = clips.find((clip) => clip.segment.pacing !== 'preload');
	if (active !== undefined)
		return notMeasured(
			`link active: ${active.listed.name} was streamed, and power is judged only from preloaded clips`,
		);
	const { hello } = session;
	if (hello === null) return rigError('the device never said hello');
	// The sampling period is in ticks of this counter: at another rate the trace covers less of the clip than it seems to.
	const counting = countingOf(hello, facts);
	if (isAbsent(counting)) return counting;
	const decoded = clips.map((clip) => clip.decoded);
	if (facts.evidence === 'emulated') {
		const contradiction = decoded.map(awakeContradiction).find((text) => text !== null);
		if (contradiction !== undefined) return rigError(contradiction);
	}
	const [low, high] =
		facts.evidence === 'emulated'
			? ([substituted(decoded, facts, 'low'), substituted(decoded, facts, 'high')] as const)
			: ([sampled(decoded, session), sampled(decoded, session)] as const);
	if (isAbsent(low)) return low;
	if (isAbsent(high)) return high;
	const fault = traceFault([...low, ...high], power, decoded);
	if (fault !== null) return fault;
	const measured = bounded(low, high, facts.evidence, power);
	const least = measured.lowMw - measured.lowUncertaintyMw;
	if (least > 0) return measured;
	// A board that runs draws current. Nothing, or less, is what an open or swapped lead shows too.
	return notMeasured(
		`a mean of ${measured.lowMw.toFixed(3)} mW cannot be told from none (+-${measured.lowUncertaintyMw.toFixed(3)} mW): the current is below what shunt and gain resolve, the offset is wrong, or nothing is connected`,
	);
}

function bounded(low: Trace[], high: Trace[], evidence: 'silicon' | 'emulated', power: PowerFacts): PowerMeasurement {
	const lowMw = powerMw(meanCount(low), power);
	const highMw = powerMw(meanCount(high), power);
	const fraction = DEFAULT_UNCERTAINTY_FRACTION;
	const fixedMw = DEFAULT_ERROR_COUNTS * milliwattsPerCount(power);
	const modelled = evidence === 'emulated';
	return {
		evidence: modelled ? 'modelled' : 'silicon',
		lowMw: Math.min(lowMw, highMw),
		highMw: Math.max(lowMw, highMw),
		lowUncertaintyMw: fixedMw + fraction * Math.min(lowMw, highMw),
		highUncertaintyMw: fixedMw + fraction * Math.max(lowMw, highMw),
		n: high.reduce((sum, trace) => sum + trace.counts.length, 0),
		rule: `P = V_supply (V_adc - V_offset) / (R_shunt gain), mean; ${modelled ? 'ADC counts substituted from declared currents (model)' : 'ADC counts sampled by the board'}; +-${Number((100 * fraction).toFixed(2))} % +-${fixedMw.toFixed(3)} mW`,
	};
}

/**
 * What the load and its shunt draw from the supply: V_supply x I. (V_shunt x I would be the heat of the shunt alone.)
 *
 * @param count mean ADC count
 * @returns mW
 */
export function powerMw(count: number, power: PowerFacts): number {
	const adcVolts = (count * power.adc.referenceVolts) / 2 ** power.adc.bits;
	const amperes = (adcVolts - power.offsetVolts) / (power.shuntOhms * power.amplifierGain);
	return 1000 * power.supplyVolts * amperes;
}

/** mW that one ADC count stands for. */
export function milliwattsPerCount(power: PowerFacts): number {
	return powerMw(1, { ...power, offsetVolts: 0 });
}

/** Battery life in hours at a mean power; null where the power is not above zero. */
export function batteryHours(milliwattHours: number, milliwatts: number): number | null {
	return milliwatts > 0 ? milliwattHours / milliwatts : null;
}

/** Weighted by time. Sums of 16-bit counts are exact in a double up to 2^37 counts. */
function meanCount(traces: readonly Trace[]): number {
	let weighted = 0;
	let seconds = 0;
	for (const { counts, periodSeconds } of traces) {
		let sum = 0;
		for (const count of counts) sum += count;
		weighted += sum * periodSeconds;
		seconds += counts.length * periodSeconds;
	}
	return weighted / seconds;
}

function substituted(clips: readonly DecodedClip[], facts: DeviceFacts, end: 'low' | 'high'): Trace[] | Absent {
	const sampleHz = facts.model?.analogue?.sampleHz ?? 0;
	const traces: Trace[] = [];
	for (const clip of clips) {
		const events = clip.analogue.filter((event) => event.end === end);
		const [event] = events;
		if (event === undefined)
			return notMeasured(`no ADC counts were substituted for ${clip.event.name} (${end} end of the band)`);
		if (events.length > 1) return rigError(`ADC counts of ${clip.event.name} were substituted ${events.length} times`);
		if (!(Math.abs(event.periodSeconds * sampleHz - 1) < 1e-9))
			return rigError(
				`ADC counts of ${clip.event.name} were substituted every ${event.periodSeconds} s, but ${sampleHz} Hz is declared`,
			);
		const bytes = Buffer.from(event.b, 'base64');
		const counts = Uint16Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) =>
			bytes.readUInt16LE(2 * index),
		);
		traces.push({ counts, periodSeconds: event.periodSeconds, name: clip.event.name });
	}
	return traces;
}

function sampled(clips: readonly DecodedClip[], session: DecodedSession): Trace[] | Absent {
	const counterHz = session.hello?.counterHz ?? 0;
	if (!(counterHz > 0)) return rigError('the device never said how fast its counter runs');
	const traces: Trace[] = [];
	for (const clip of clips) {
		if (clip.adc === null) return notMeasured(`the board sent no ADC counts for ${clip.event.name}`);
		traces.push({ counts: clip.adc.counts, periodSeconds: clip.adc.periodCycles / counterHz, name: clip.event.name });
	}
	return traces;
}

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

/** A converter at its rail measures its rail. */
function traceFault(traces: readonly Trace[], power: PowerFacts, clips: readonly DecodedClip[]): Absent | null {
	const top = 2 ** power.adc.bits - 1;
	for (const { counts, periodSeconds, name } of traces) {
		const event = clips.find((clip) => clip.event.name === name)?.event;
		const clipSeconds = event === undefined ? 0 : event.samples / event.sampleRate;
		if (!(periodSeconds > 0) || counts.length === 0) return notMeasured(`${name} has no ADC counts`);
		if (counts.length * periodSeconds < MIN_COVERAGE * clipSeconds) {
			return rigError(
				`the ADC counts of ${name} cover ${(counts.length * periodSeconds).toFixed(2)} of ${clipSeconds.toFixed(2)} s`,
			);
		}
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
	}
	return null;
}
