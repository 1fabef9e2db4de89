import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DeviceFacts } from '../../harness/generated/device.ts';
import { powerMw } from '../../harness/measure/power.ts';
import { deviceOf, loadDevices } from '../../harness/scenario/device-facts.ts';
import { type AnalogueInput, analogueTrace, encodeCounts } from './analogue.ts';

const { facts } = deviceOf(loadDevices(fileURLToPath(new URL('..', import.meta.url))), 'stm32f405-emulated');
const TICKS_PER_INSTRUCTION = 1.344;
const HOP_SECONDS = 256 / 16_000;
const CURRENTS = facts.model?.currents;

/** 100 hops, awake for a share of the hop at one cycle an instruction. */
function input(share: number, changes: Partial<AnalogueInput> = {}): AnalogueInput {
	const instructions = share * HOP_SECONDS * facts.clock.hz;
	const inferences = Array.from({ length: 100 }, (_, hop) => ({
		sampleEnd: (hop + 1) * 256,
		awakeCycles: Math.round(instructions * TICKS_PER_INSTRUCTION),
	}));
	return { inferences, samples: 100 * 256, sampleRateHz: 16_000, facts, end: 'low', seed: 7, ...changes };
}

function meanMw(trace: { counts: Uint16Array }): number {
	if (facts.power === undefined) throw new Error('no shunt');
	return powerMw(trace.counts.reduce((sum, count) => sum + count, 0) / trace.counts.length, facts.power);
}

test('the mean of the counts is the mean of the currents, through shunt, amplifier and converter', (t) => {
	const runMw = 3.3 * (CURRENTS?.run.milliamperes ?? Number.NaN);
	const sleepMw = 3.3 * (CURRENTS?.sleep.milliamperes ?? Number.NaN);
	for (const share of [0, 0.25, 0.5, 0.9]) {
		const expected = share * runMw + (1 - share) * sleepMw;
		// 0.2 % gain error, half a count of offset, and the last burst lies just behind the clip.
		const found = meanMw(analogueTrace(input(share)));
		t.true(Math.abs(found / expected - 1) < 0.015, `${share}: ${found} mW, expected ${expected} mW`);
	}
});

test('at the high end of the band the core is awake for longer', (t) => {
	const { low, high } = facts.model?.cyclesPerInstruction ?? { low: 0, high: 0 };
	const sleepMw = 3.3 * (CURRENTS?.sleep.milliamperes ?? 0);
	const atLow = meanMw(analogueTrace(input(0.2))) - sleepMw;
	const atHigh = meanMw(analogueTrace(input(0.2, { end: 'high' }))) - sleepMw;
	t.true(Math.abs(atHigh / atLow / (high / low) - 1) < 0.03, `${atHigh / atLow}`);
});

test('work that does not fit its hop runs on, and the trace with it', (t) => {
	const trace = analogueTrace(input(2));
	t.true(trace.counts.length * trace.periodSeconds >= 200 * HOP_SECONDS);
	t.true(meanMw(trace) <= 3.3 * (CURRENTS?.run.milliamperes ?? 0) * 1.01);
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
		'stm32f405-emulated: ADC counts cannot be substituted; its device.yaml lacks model.cyclesPerInstruction, model.currents, model.analogue.',
	);
	const slower = { ...facts, clock: { ...facts.clock, hz: 84_000_000 } };
	t.regex(
		t.throws(() => analogueTrace(input(0.5, { facts: slower })))?.message ?? '',
		/declared at 168000000 Hz, but the clock is 84000000 Hz/,
	);
});

test('counts travel as little-endian 16-bit words', (t) => {
	t.is(encodeCounts(Uint16Array.of(1, 0x0203)), Buffer.from([1, 0, 3, 2]).toString('base64'));
});
