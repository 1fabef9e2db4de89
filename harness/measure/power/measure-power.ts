import { costBand } from '../../capture/costed-clip.ts';
import type { DecodedSession } from '../../capture/session-data.ts';
import type { Calibration } from '../../generated/calibration.ts';
import type { ClipList } from '../../generated/clips.ts';
import type { DeviceFacts, PowerFacts } from '../../generated/device.ts';
import { isFromMemory } from '../../scenario/operating-point.ts';
import { type Absent, isAbsent, notMeasured, rigError } from '../absent.ts';
import { clockFault } from '../clock-check.ts';
import { type CountedClip, clipsFor } from '../counted-clips.ts';
import { cycleFault, FLOATS_MARK, mostFloats, slowHops } from '../cycle-model.ts';
import { sleepFault } from './battery.ts';
import { calibrationFault } from './calibration-fault.ts';
import { type ClipTrace, sampledTrace, substitutedTrace } from './clip-trace.ts';
import { clipEnergy, type InferenceCycle, inBatches, total } from './cycles.ts';
import type { EnergyPerInference, PowerContext, PowerMeasurement } from './power-measurement.ts';
import { amperesAt, heatOfShuntFault, milliwattsAt, type ShuntChain, shuntChain } from './shunt-chain.ts';
import { stuckFault, traceFault } from './trace-fault.ts';
import { chainTerms, combined, RECTANGULAR, termB } from './uncertainty.ts';

/** Standard uncertainties a mean must be above zero to be told from no current (95 % of a normal distribution). */
const COVERAGE = 2;

/** All a power figure is computed from. */
export interface PowerInputs {
	power: PowerFacts;
	chain: ShuntChain;
	/** The same traces at both ends where nothing is modelled. */
	low: ClipTrace[];
	high: ClipTrace[];
	/** Most floating-point instructions in one hop, where a cycle model counts them. */
	floats: number;
	/** Hops that ran at the low clock. */
	slow: number;
}

/**
 * Mean power and energy per inference of one session, from ADC counts over a shunt, only while the link was silent: a
 * link that delivers audio keeps the core awake, and what is measured then is the rig.
 */
export function measurePower(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
	context: PowerContext,
): PowerMeasurement | Absent {
	const inputs = powerInputs(session, facts, list, context);
	if (isAbsent(inputs)) return inputs;
	const { power, chain, low, high, floats, slow } = inputs;
	const { calibration } = context;
	const lowEnd = endOf(low, chain);
	if (isAbsent(lowEnd)) return lowEnd;
	const highEnd = endOf(high, chain);
	if (isAbsent(highEnd)) return highEnd;
	for (const trace of low) {
		const stuck = stuckFault(trace);
		if (stuck !== null) return stuck;
	}
	// More awake time is more power, but noise may turn two nearly equal ends round.
	const [lesser, greater] = lowEnd.milliwatts <= highEnd.milliwatts ? [lowEnd, highEnd] : [highEnd, lowEnd];
	const terms = termsOf(greater, power, calibration);
	const typeBLowMw = combined(termsOf(lesser, power, calibration));
	if (lesser.milliwatts <= COVERAGE * typeBLowMw) {
		// A board that runs draws current. Nothing, or less, is what an open or swapped lead shows too.
		return notMeasured(
			`a mean of ${lesser.milliwatts.toFixed(3)} mW cannot be told from none (+-${(COVERAGE * typeBLowMw).toFixed(3)} mW): the current is below what shunt and gain resolve, the offset is wrong, or nothing is connected`,
		);
	}
	return {
		evidence: facts.evidence === 'emulated' ? 'modelled' : 'silicon',
		lowMw: lesser.milliwatts,
		highMw: greater.milliwatts,
		typeBLowMw,
		typeBHighMw: combined(terms),
		terms,
		batches: inBatches(greater.cycles).map(meanMw),
		lowBatches: inBatches(lesser.cycles).map(meanMw),
		n: high.reduce((sum, trace) => sum + trace.counts.length, 0),
		cycles: greater.cycles.length,
		rule: ruleOf(facts, calibration, greater.cycles.length) + slowRule(facts, slow),
		marks: [
			facts.evidence === 'emulated' ? 'substituted' : 'self-measured',
			...(calibration === null ? ['uncalibrated'] : []),
			...(facts.evidence === 'emulated' && isFromMemory(facts, slow > 0) ? ['currents from memory'] : []),
			...(floats > 0 ? [FLOATS_MARK] : []),
		],
		calibrationId: calibration?.id ?? null,
		slowHops: slow,
		batteryFault: sleepFault(low, power, chain),
		energyMj: energyOf(lesser, greater, facts, calibration, power),
	};
}

/** The traces of a session at both ends, and the chain to read them by; or why there are none, or none to trust. */
export function powerInputs(
	session: DecodedSession,
	facts: DeviceFacts,
	list: ClipList,
	{ calibration, startedAt }: PowerContext,
): PowerInputs | Absent {
	if (facts.evidence === 'host') return notMeasured('a PC process has no power of its own to measure');
	if (facts.evidence === 'emulated' && costBand(facts) === undefined)
		return notMeasured(
			`${facts.id} counts instructions and declares no sourced cycles per instruction: without time awake there is no power`,
		);
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
	const decoded = clips.map((clip) => clip.decoded);
	const uncounted = session.hello === null ? null : cycleFault(decoded, session.hello, facts);
	if (uncounted !== null) return uncounted;
	const low = tracesOf(clips, session, facts, 'low');
	if (isAbsent(low)) return low;
	const high = facts.evidence === 'emulated' ? tracesOf(clips, session, facts, 'high') : low;
	if (isAbsent(high)) return high;
	for (const trace of [...low, ...high]) {
		const fault = traceFault(trace, power);
		if (fault !== null) return fault;
	}
	// Sampling period and windows are in cycles: with an open clock the energy is as open as the time.
	const clock = clockFault(session, facts);
	if (clock !== null) return clock;
	const refused = calibration === null ? null : calibrationFault(calibration, facts, startedAt);
	if (refused !== null) return notMeasured(refused);
	const floats = facts.model?.cycles === undefined ? 0 : mostFloats(decoded);
	return { power, chain: shuntChain(power, calibration), low, high, floats, slow: slowHops(decoded) };
}

function tracesOf(
	clips: readonly CountedClip[],
	session: DecodedSession,
	facts: DeviceFacts,
	end: 'low' | 'high',
): ClipTrace[] | Absent {
	const { hello } = session;
	if (hello === null) return rigError('the device never said hello');
	const traces: ClipTrace[] = [];
	for (const { decoded } of clips) {
		const trace =
			facts.evidence === 'emulated'
				? substitutedTrace(decoded, hello, facts, end)
				: sampledTrace(decoded, hello, facts);
		if (isAbsent(trace)) return trace;
		traces.push(trace);
	}
	return traces;
}

/** One end of the band. */
interface End {
	milliwatts: number;
	cycles: InferenceCycle[];
	/** Standard uncertainty of the mean from what the sampling leaves open, mW. */
	edgesMw: number;
}

function endOf(traces: readonly ClipTrace[], chain: ShuntChain): End | Absent {
	const cycles: InferenceCycle[] = [];
	let edgesMj = 0;
	for (const trace of traces) {
		const energy = clipEnergy(trace, milliwattsOf(trace, chain));
		if (isAbsent(energy)) return energy;
		cycles.push(...energy.cycles);
		edgesMj += energy.edgesMj;
	}
	const seconds = total(cycles, 'seconds');
	const milliwatts = total(cycles, 'millijoules') / seconds;
	// From the counts once more, and not from the power: a wrong power must not vouch for itself.
	const counts = traces.reduce((sum, trace) => sum + trace.counts.length, 0);
	const meanCount = traces.reduce((sum, trace) => sum + trace.counts.reduce((a, b) => a + b, 0), 0) / counts;
	const heat = heatOfShuntFault(milliwatts, amperesAt(meanCount, chain), chain.shuntOhms);
	return heat ?? { milliwatts, cycles, edgesMw: edgesMj / seconds };
}

export function milliwattsOf(trace: ClipTrace, chain: ShuntChain): Float64Array {
	return Float64Array.from(trace.counts, (count) => milliwattsAt(count, chain));
}

function termsOf({ milliwatts, edgesMw }: End, power: PowerFacts, calibration: Calibration | null) {
	return [...chainTerms(milliwatts, power, calibration), termB('inference edges between counts', edgesMw)];
}

function meanMw({ millijoules, seconds }: InferenceCycle): number {
	return millijoules / seconds;
}

function energyOf(
	lesser: End,
	greater: End,
	facts: DeviceFacts,
	calibration: Calibration | null,
	power: PowerFacts,
): EnergyPerInference {
	const inferences = greater.cycles.length;
	const perInference = Float64Array.from(greater.cycles, (cycle) => cycle.millijoules);
	const termsAt = (end: End) => {
		const seconds = total(end.cycles, 'seconds') / inferences;
		const ofPower = termsOf(end, power, calibration).map((term) => ({ ...term, standard: term.standard * seconds }));
		if (facts.evidence === 'emulated') return ofPower; // the hop rate of virtual time is exact
		// Power is energy by time, where the counter's error cancels; energy alone has it in full.
		return [...ofPower, termB('clock', (end.milliwatts * seconds * facts.clock.toleranceFraction) / RECTANGULAR)];
	};
	const terms = termsAt(greater);
	return {
		low: total(lesser.cycles, 'millijoules') / inferences,
		high: total(greater.cycles, 'millijoules') / inferences,
		typeBLow: combined(termsAt(lesser)),
		typeBHigh: combined(terms),
		terms,
		perInference,
		batches: inBatches(greater.cycles).map((batch) => batch.millijoules),
		lowBatches: inBatches(lesser.cycles).map((batch) => batch.millijoules),
	};
}

function awakeRule(facts: DeviceFacts): string {
	const { model } = facts;
	const band = costBand(facts);
	const range = `${band?.low} to ${band?.high}`;
	return model?.cycles === undefined
		? `instructions awake at ${range} cycles each`
		: `cycles awake, estimated for each instruction (${model.cycles.plugin}), ${range} real ones each`;
}

function slowRule({ evidence, model }: DeviceFacts, slow: number): string {
	if (slow === 0) return '';
	const low = evidence === 'emulated' ? `${(model?.speeds?.low ?? 0) / 1e6} MHz (model)` : 'the low clock';
	return `; ${slow} hops, each with the sleep before it, at ${low}`;
}

function ruleOf(facts: DeviceFacts, calibration: Calibration | null, cycles: number): string {
	const from =
		facts.evidence === 'emulated'
			? `substituted from declared currents and ${awakeRule(facts)} (model)`
			: 'sampled by the board';
	const by =
		calibration === null
			? 'chain by its declared limits, uncalibrated'
			: `calibration ${calibration.id} of ${calibration.date.slice(0, 10)} at ${calibration.temperatureCelsius} C`;
	return `P = V_supply (V_adc - V_offset) / (R_shunt gain), integrated over ${cycles} inference cycles from start to start, idle included; ADC counts ${from}; ${by}`;
}
