import test from 'ava';
import type { PowerFacts } from '../../generated/device.ts';
import { batteryHours, batteryLife, sleepFault } from './battery.ts';
import type { ClipTrace } from './clip-trace.ts';
import { shuntChain } from './shunt-chain.ts';

/** The chain of the team's notes on power (4.4): one count is 161 uA. Its amplifier is biased by 0.1 V. */
const CHAIN: PowerFacts = {
	supplyVolts: 3.3,
	shuntOhms: 0.1,
	amplifierGain: 50,
	offsetVolts: 0.1,
	adc: { bits: 12, referenceVolts: 3.3 },
};

/** 40 ms of a second at 12 mA, else asleep. */
function trace(sleepAmperes: number, asleep = 0.96): ClipTrace {
	const count = (amperes: number) => Math.round(((amperes * 0.1 * 50 + 0.1) * 4096) / 3.3);
	const counts = Uint16Array.from({ length: 1000 }, (_, index) => count(index < asleep * 1000 ? sleepAmperes : 0.012));
	const inferences = [{ startSeconds: 0, endSeconds: 0.04, gated: false }];
	return {
		name: 'day',
		kind: 'points',
		counts,
		startSeconds: 0,
		periodSeconds: 0.001,
		inferences,
		playedSeconds: 1,
		asleep,
	};
}

const fault = (of: ClipTrace, power = CHAIN) => sleepFault([of], power, shuntChain(power, null));

test('10 uA asleep on a chain of 161 uA a count: no battery life', (t) => {
	t.is(
		fault(trace(10e-6))?.reason,
		'asleep for 96 % of the time, at -0.1 counts above no current, and one count is 161.1 uA: with 2 counts and 2 of non-linearity (644.5 uA) the sleep current cannot be told from none, and battery life hangs on it; a second range, a larger shunt or another instrument can tell',
	);
	t.is(fault(trace(10e-6))?.absent, 'not-measured');
});

test('a sleep current well above the converter, or a core that hardly sleeps', (t) => {
	t.is(fault(trace(0.001)), null);
	t.not(fault(trace(0.0006)), null, 'four counts are 644 uA');
	t.is(fault(trace(10e-6, 0.5)), null);
	t.not(fault(trace(10e-6, 0.51)), null);
	t.not(fault(trace(0.001), { ...CHAIN, uncertainty: { nonLinearityCounts: 6 } }), null);
});

test('battery life at a mean power', (t) => {
	t.is(batteryHours(96, 1.2), 80);
	t.is(batteryHours(96, 0), null);
	t.is(batteryHours(96, -1), null);
});

test('battery life is an interval: its short end from the most power and the least energy', (t) => {
	const life = batteryLife({ milliwattHours: 96, uncertaintyFraction: 0.1 }, { estimate: 1.2, lower: 1, upper: 1.5 });
	t.is(life.estimate, 80);
	t.true(Math.abs((life.lower ?? 0) - (0.9 * 96) / 1.5) < 1e-9);
	t.true(Math.abs((life.upper ?? 0) - (1.1 * 96) / 1) < 1e-9);
	t.deepEqual(batteryLife({ milliwattHours: 96 }, { estimate: 1.2, lower: -0.1, upper: null }), {
		estimate: 80,
		lower: null,
		upper: null,
	});
});

// CR2032, 220 mAh at 3 V, 85 % usable; 12 mA for 40 ms each second: the worked example of the team's notes (4.8).
for (const [sleepMicroamperes, hours] of [
	[3, 387],
	[50, 354],
] as const)
	test(`the worked example: ${sleepMicroamperes} uA asleep, ${hours} h`, (t) => {
		const meanMa = 12 * 0.04 + (sleepMicroamperes / 1000) * 0.96;
		t.is(Math.round(batteryHours(220 * 3 * 0.85, 3 * meanMa) ?? 0), hours);
	});
