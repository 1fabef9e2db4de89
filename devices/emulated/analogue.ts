import { modelledSecondsPerCount } from '../../harness/capture/costed-clip.ts';
import { type Burst, modelledBursts } from '../../harness/capture/modelled-bursts.ts';
import type { InferenceRecord } from '../../harness/capture/session-data.ts';
import { OssicleError } from '../../harness/error.ts';
import type { AnalogueFacts, DeviceFacts, PowerFacts } from '../../harness/generated/device.ts';
import { lowPoint, operatingPoint, wakeUpOf } from '../../harness/scenario/operating-point.ts';

/** What the substituted ADC would have seen while a preloaded clip played. */
export interface AnalogueTrace {
	counts: Uint16Array;
	periodSeconds: number;
}

export interface AnalogueInput {
	/** The records of the costed clip, in order. */
	inferences: readonly (Pick<InferenceRecord, 'sampleEnd' | 'awakeCycles'> & Partial<Pick<InferenceRecord, 'slow'>>)[];
	samples: number;
	sampleRateHz: number;
	facts: DeviceFacts;
	/** Which end of the model's band the awake time is taken at. */
	end: 'low' | 'high';
	/** Seed of the noise. */
	seed: number;
}

/**
 * ADC counts of one preload clip, made outside the firmware: the device's own awake stamps, the currents declared in
 * device.yaml, the shunt chain, and the converter's noise, offset and gain error. A pure function of its input.
 *
 * Each hop's burst begins when its last sample is there (or when the one before ends) and lasts as many cycles as its
 * instructions take at that end of the band; the current is that of running inside a burst and of sleeping outside, from the
 * end of the burst before a slow hop to the end of its own that of the low clock. Each
 * wake-up takes its declared time at the run current, and its declared charge. A count shows the mean current of its
 * sampling interval, as behind the low-pass filter every sampling shunt needs: point samples at a divisor of the hop rate
 * would always catch the same phase of the hop.
 *
 * @throws OssicleError `analogue-facts` (usage): what device.yaml does not declare
 */
export function analogueTrace(input: AnalogueInput): AnalogueTrace {
	const { facts, end } = input;
	const model = declaredModel(facts);
	const bursts = modelledBursts(input.inferences, input.sampleRateHz, model.secondsPerCount[end], model.wakeUp.seconds);
	const periodSeconds = 1 / model.analogue.sampleHz;
	const seconds = Math.max(input.samples / input.sampleRateHz, bursts.at(-1)?.endSeconds ?? 0);
	const awakeShares = awakeSharePerInterval(bursts, Math.ceil(seconds / periodSeconds - 1e-9), periodSeconds);
	const spared = sparedMilliamperes(bursts, input.inferences, facts, awakeShares.length, periodSeconds);
	const wakeUps = wakeUpsPerInterval(bursts, awakeShares.length, periodSeconds);
	const countOf = converter(model.power, model.analogue, input.seed);
	const counts = Uint16Array.from(awakeShares, (awake, index) => {
		const full = awake * model.runMilliamperes + (1 - awake) * model.sleepMilliamperes;
		const levels = (full - (spared[index] ?? 0)) / 1000;
		return countOf(levels + ((wakeUps[index] ?? 0) * model.wakeUp.coulombs) / periodSeconds);
	});
	return { counts, periodSeconds };
}

/**
 * What the substituted ADC would see of a steady current, for the calibration of an emulated board: the declared chain
 * with its declared noise, offset and gain error.
 *
 * @param seconds how long the current flows
 * @throws OssicleError `analogue-facts` (usage): what device.yaml does not declare
 */
export function injectedCounts(facts: DeviceFacts, amperes: number, seconds: number, seed: number): Uint16Array {
	const { power, model } = facts;
	const analogue = model?.analogue;
	if (power === undefined || analogue === undefined)
		throw lacking(facts, [
			...(power === undefined ? ['power'] : []),
			...(analogue === undefined ? ['model.analogue'] : []),
		]);
	const countOf = converter(power, analogue, seed);
	return Uint16Array.from({ length: Math.round(seconds * analogue.sampleHz) }, () => countOf(amperes));
}

/** From amperes through shunt, amplifier and an imperfect converter to a count. */
function converter(power: PowerFacts, analogue: AnalogueFacts, seed: number): (amperes: number) => number {
	const gaussian = gaussianNoise(seed);
	const { bits, referenceVolts } = power.adc;
	const top = 2 ** bits - 1;
	return (amperes) => {
		const volts = amperes * power.shuntOhms * power.amplifierGain + power.offsetVolts;
		const ideal = (volts * 2 ** bits) / referenceVolts;
		const real = ideal * (1 + analogue.gainError) + analogue.offsetCounts + analogue.noiseCounts * gaussian();
		return Math.min(top, Math.max(0, Math.round(real)));
	};
}

/** Little-endian u16, base64: the `b` of an AnalogueEvent. */
export function encodeCounts(counts: Uint16Array): string {
	const bytes = Buffer.alloc(2 * counts.length);
	for (const [index, count] of counts.entries()) bytes.writeUInt16LE(count, 2 * index);
	return bytes.toString('base64');
}

function declaredModel(facts: DeviceFacts) {
	const { emulator, power, model } = facts;
	const [low, high] = [modelledSecondsPerCount(facts, 'low'), modelledSecondsPerCount(facts, 'high')];
	const currents = model?.currents;
	const analogue = model?.analogue;
	if (!emulator || !power || low === null || high === null || !currents || !analogue) {
		const missing = Object.entries({
			emulator,
			power,
			'model.cycles or model.cyclesPerInstruction': low ?? undefined,
			'model.currents': currents,
			'model.analogue': analogue,
		})
			.filter(([, value]) => value === undefined)
			.map(([name]) => name);
		throw lacking(facts, missing);
	}
	const point = operatingPoint(facts);
	if (point === null) {
		// Current follows the clock, but not in proportion: a figure for another clock is a figure for another device.
		const declared = currents.map(({ clockHz }) => clockHz).join(', ');
		throw new OssicleError(
			'analogue-facts',
			'usage',
			`${facts.id}: model.currents is declared at ${declared} Hz, but the clock is ${facts.clock.hz} Hz; give the data sheet's figures for this clock.`,
			{ device: facts.id },
		);
	}
	return {
		power,
		secondsPerCount: { low, high },
		analogue,
		wakeUp: wakeUpOf(facts),
		runMilliamperes: point.runMilliamperes,
		sleepMilliamperes: point.sleepMilliamperes,
	};
}

function lacking(facts: DeviceFacts, missing: string[]): OssicleError {
	return new OssicleError(
		'analogue-facts',
		'usage',
		`${facts.id}: ADC counts cannot be substituted; its device.yaml lacks ${missing.join(', ')}.`,
		{
			device: facts.id,
			missing,
		},
	);
}

/** For each sampling interval by how much the mean current is lower as the low clock was on in it. */
function sparedMilliamperes(
	bursts: readonly Burst[],
	inferences: AnalogueInput['inferences'],
	facts: DeviceFacts,
	intervals: number,
	periodSeconds: number,
): Float64Array {
	const slow = bursts.flatMap((burst, hop) =>
		inferences[hop]?.slow === true
			? [{ awake: burst, asleep: { startSeconds: bursts[hop - 1]?.endSeconds ?? 0, endSeconds: burst.startSeconds } }]
			: [],
	);
	if (slow.length === 0) return new Float64Array(intervals);
	const [full, low] = [operatingPoint(facts), lowPoint(facts)];
	if (full === null || low === null) throw lacking(facts, ['model.speeds']);
	const share = (spans: readonly Span[]) => awakeSharePerInterval(spans, intervals, periodSeconds);
	const asleep = share(slow.map((each) => each.asleep));
	return share(slow.map((each) => each.awake)).map(
		(awake, index) =>
			awake * (full.runMilliamperes - low.runMilliamperes) +
			(asleep[index] ?? 0) * (full.sleepMilliamperes - low.sleepMilliamperes),
	);
}

type Span = Pick<Burst, 'startSeconds' | 'endSeconds'>;

/** For each sampling interval the share of it that lies inside a span. Spans are ascending and do not overlap. */
function awakeSharePerInterval(bursts: readonly Span[], intervals: number, periodSeconds: number): Float64Array {
	const shares = new Float64Array(intervals);
	for (const { startSeconds, endSeconds } of bursts) {
		const last = Math.min(intervals - 1, Math.floor(endSeconds / periodSeconds));
		for (let index = Math.floor(startSeconds / periodSeconds); index <= last; index++) {
			const overlap = Math.min(endSeconds, (index + 1) * periodSeconds) - Math.max(startSeconds, index * periodSeconds);
			shares[index] = Math.min(1, (shares[index] ?? 0) + Math.max(0, overlap) / periodSeconds);
		}
	}
	return shares;
}

/** For each sampling interval how often the core woke in it. */
function wakeUpsPerInterval(bursts: readonly Burst[], intervals: number, periodSeconds: number): Uint32Array {
	const wakeUps = new Uint32Array(intervals);
	for (const { startSeconds, woke } of bursts) {
		const index = Math.min(intervals - 1, Math.floor(startSeconds / periodSeconds));
		if (woke) wakeUps[index] = (wakeUps[index] ?? 0) + 1;
	}
	return wakeUps;
}

/** Normal deviates of mean 0 and deviation 1: mulberry32 (public domain, T. Ettinger) through Box and Muller (1958). */
function gaussianNoise(seed: number): () => number {
	let state = seed >>> 0;
	const uniform = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
