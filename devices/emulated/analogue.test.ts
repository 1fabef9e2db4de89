import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { powerMw } from '../../harness/measure/power.ts';
import { deviceOf, loadDevices } from '../../harness/scenario/device-facts.ts';
import { lowPoint, operatingPoint } from '../../harness/scenario/operating-point.ts';
import { type AnalogueInput, analogueTrace, encodeCounts } from './analogue.ts';

const { facts } = deviceOf(loadDevices(fileURLToPath(new URL('..', import.meta.url))), 'stm32f405-emulated');
/** Real cycles for each one estimated. */
const BAND = facts.model?.cycles?.band ?? { low: Number.NaN, high: Number.NaN };
const HOP_SECONDS = 256 / 16_000;
const POINT = operatingPoint(facts);

/** 100 hops, awake for a share of the hop at the low end of the band. */
function input(share: number, changes: Partial<AnalogueInput> = {}): AnalogueInput {
	const estimated = (share * HOP_SECONDS * facts.clock.hz) / BAND.low;
	const inferences = Array.from({ length: 100 }, (_, hop) => ({
		sampleEnd: (hop + 1) * 256,
		awakeCycles: Math.round(estimated),
	}));
	return { inferences, samples: 100 * 256, sampleRateHz: 16_000, facts, end: 'low', seed: 7, ...changes };
}

function meanMw(trace: { counts: Uint16Array }): number {
	if (facts.power === undefined) throw new Error('no shunt');
	return powerMw(trace.counts.reduce((sum, count) => sum + count, 0) / trace.counts.length, facts.power);
}

test('the mean of the counts is the mean of the currents, through shunt, amplifier and converter', (t) => {
	const runMw = 3.3 * (POINT?.runMilliamperes ?? Number.NaN);
	const sleepMw = 3.3 * (POINT?.sleepMilliamperes ?? Number.NaN);
	for (const share of [0, 0.25, 0.5, 0.9]) {
		const expected = share * runMw + (1 - share) * sleepMw;
		// 0.2 % gain error, half a count of offset, and the last burst lies just behind the clip.
		const found = meanMw(analogueTrace(input(share)));
		t.true(Math.abs(found / expected - 1) < 0.015, `${share}: ${found} mW, expected ${expected} mW`);
	}
});

test('at the high end of the band the core is awake for longer', (t) => {
	const { low, high } = BAND;
	const sleepMw = 3.3 * (POINT?.sleepMilliamperes ?? 0);
	const atLow = meanMw(analogueTrace(input(0.2))) - sleepMw;
	const atHigh = meanMw(analogueTrace(input(0.2, { end: 'high' }))) - sleepMw;
	t.true(Math.abs(atHigh / atLow / (high / low) - 1) < 0.03, `${atHigh / atLow}`);
});

test('without a cycle model the awake time is ticks of the counter, by cycles per instruction', (t) => {
	const { cycles: _, ...model } = facts.model ?? {};
	const counting = { ...facts, model: { ...model, cyclesPerInstruction: { low: 1, high: 2.5, source: 'test' } } };
	// 1.344 ticks an instruction at shift 3 and 168 MHz; one cycle each.
	const inferences = Array.from({ length: 100 }, (_, hop) => ({
		sampleEnd: (hop + 1) * 256,
		awakeCycles: Math.round(0.5 * HOP_SECONDS * facts.clock.hz * 1.344),
	}));
	const halves = meanMw(analogueTrace(input(0, { facts: counting, inferences })));
	t.true(Math.abs(halves / meanMw(analogueTrace(input(0.5))) - 1) < 0.005, `${halves} mW`);
});

test('another clock is modelled with its own currents', (t) => {
	const slower = { ...facts, clock: { ...facts.clock, hz: 60_000_000 } };
	const trace = analogueTrace(input(0, { facts: slower }));
	t.true(Math.abs(meanMw(trace) / (3.3 * 5) - 1) < 0.03, `${meanMw(trace)} mW`);
});

test('slow hops draw the currents of the low clock, and so does the sleep before them', (t) => {
	const low = lowPoint(facts);
	const [runMw, sleepMw] = [3.3 * (low?.runMilliamperes ?? Number.NaN), 3.3 * (low?.sleepMilliamperes ?? Number.NaN)];
	const at = (share: number, isSlow: (hop: number) => boolean) => {
		const plain = input(share);
		const inferences = plain.inferences.map((record, hop) => ({ ...record, slow: isSlow(hop) }));
		return meanMw(analogueTrace({ ...plain, inferences }));
	};
	for (const share of [0, 0.25, 0.9]) {
		const expected = share * runMw + (1 - share) * sleepMw;
		const found = at(share, () => true);
		t.true(Math.abs(found / expected - 1) < 0.015, `${share}: ${found} mW, expected ${expected} mW`);
	}
	const [none, half, all] = [() => false, (hop: number) => hop >= 50, () => true].map((slow) => at(0.25, slow));
	t.is(none, meanMw(analogueTrace(input(0.25))));
	t.true(Math.abs((half ?? 0) - ((none ?? 0) + (all ?? 0)) / 2) < 0.3, `${half} mW lies between ${none} and ${all}`);
});

test('each wake-up costs its declared time and charge; work that follows work wakes nobody', (t) => {
	const costing = (wakeUp: object, share: number) => {
		const changed = { ...facts, model: { ...facts.model, wakeUp: { source: 'test', ...wakeUp } } };
		return meanMw(analogueTrace(input(share, { facts: changed })));
	};
	// 1 ms of 16 ms at 28 mA more than asleep; 28 uC every 16 ms are 1.75 mA.
	const perMillisecond = (3.3 * 28) / 16;
	const free = costing({ microseconds: 0 }, 0.2);
	t.true(Math.abs(costing({ microseconds: 1000 }, 0.2) - free - perMillisecond) < 0.15);
	t.true(Math.abs(costing({ microcoulombs: 28 }, 0.2) - free - perMillisecond) < 0.15);
	t.true(Math.abs(costing({ microcoulombs: 28 }, 2) - costing({}, 2)) < 0.15, 'only the first hop of all wakes it');
});

test('work that does not fit its hop runs on, and the trace with it', (t) => {
	const trace = analogueTrace(input(2));
	t.true(trace.counts.length * trace.periodSeconds >= 200 * HOP_SECONDS);
	t.true(meanMw(trace) <= 3.3 * (POINT?.runMilliamperes ?? 0) * 1.01);
});

test('the same seed gives the same counts, another one other noise', (t) => {
	t.deepEqual(analogueTrace(input(0.3)), analogueTrace(input(0.3)));
	t.notDeepEqual(analogueTrace(input(0.3)).counts, analogueTrace(input(0.3, { seed: 8 })).counts);
});

test('the converter ends at full scale', (t) => {
	const power = facts.power === undefined ? undefined : { ...facts.power, amplifierGain: 2000 };
	const { counts } = analogueTrace(input(0.5, { facts: { ...facts, power } as DeviceFacts }));
	t.is(Math.max(...counts), 4095);
});

test('without sourced facts there are no counts', (t) => {
	const { model: _, ...bare } = facts;
	const error = t.throws(() => analogueTrace(input(0.5, { facts: bare })));
	t.is(
		error?.message,
		'stm32f405-emulated: ADC counts cannot be substituted; its device.yaml lacks model.cycles or model.cyclesPerInstruction, model.currents, model.analogue.',
	);
	const slower = { ...facts, clock: { ...facts.clock, hz: 85_000_000 } };
	t.regex(
		t.throws(() => analogueTrace(input(0.5, { facts: slower })))?.message ?? '',
		/declared at 168000000, .* Hz, but the clock is 85000000 Hz/,
	);
});

test('counts travel as little-endian 16-bit words', (t) => {
	t.is(encodeCounts(Uint16Array.of(1, 0x0203)), Buffer.from([1, 0, 3, 2]).toString('base64'));
});
