import test from 'ava';
import { isAbsent } from '../absent.ts';
import { fullScale, heatOfShuntFault, milliwattsPerCount, powerMw } from './shunt-chain.ts';

/** The chain of the team's notes on power (4.1, 4.4): 3.3 V, 0.1 ohm, gain 50, 12 bits at 3.3 V. */
const CHAIN = {
	supplyVolts: 3.3,
	shuntOhms: 0.1,
	amplifierGain: 50,
	offsetVolts: 0,
	adc: { bits: 12, referenceVolts: 3.3 },
};
/** 30 mA: 3 mV over the shunt, 150 mV behind the amplifier, count 186.18. */
const COUNT = (0.03 * 0.1 * 50 * 4096) / 3.3;

test('power is V_supply x I, not V_shunt x I', (t) => {
	const milliwatts = powerMw(COUNT, CHAIN);
	t.true(Math.abs(milliwatts - 99) < 1e-9);
	const wrong = 1000 * (0.03 * 0.1) * 0.03;
	t.true(Math.abs(milliwatts / wrong - 1100) < 1e-6);
	// An offset of the amplifier is taken out before the current is computed.
	t.true(Math.abs(powerMw(COUNT + 100, { ...CHAIN, offsetVolts: (100 * 3.3) / 4096 }) - 99) < 1e-9);
	t.true(Math.abs(milliwattsPerCount(CHAIN) - (1000 * 3.3 * 3.3) / 4096 / 5) < 1e-12);
});

test('full scale, of which the supply must be above', (t) => {
	const { shuntVolts, amperes } = fullScale({ ...CHAIN, offsetVolts: 0.3 });
	t.true(Math.abs(shuntVolts - 0.06) < 1e-12);
	t.true(Math.abs(amperes - 0.6) < 1e-12);
});

test('V_shunt x I is caught: it is the heat of the shunt', (t) => {
	const amperes = 0.03;
	const wrongMw = 1000 * (amperes * CHAIN.shuntOhms) * amperes;
	const fault = heatOfShuntFault(wrongMw, amperes, CHAIN.shuntOhms);
	t.true(fault !== null && isAbsent(fault));
	t.is(fault?.absent, 'rig-error');
	t.is(
		fault?.reason,
		'P = 0.09 mW is the heat of the shunt: I^2 R = (30 mA)^2 x 0.1 ohm = 0.09 mW. V_shunt x I was computed, or `power.supplyVolts` is the voltage over the shunt; the board draws V_supply x I',
	);
	t.not(heatOfShuntFault(1.04 * wrongMw, amperes, 0.1), null);
	t.not(heatOfShuntFault(0.96 * wrongMw, amperes, 0.1), null);
	t.is(heatOfShuntFault(1.06 * wrongMw, amperes, 0.1), null);
	t.is(heatOfShuntFault(99, amperes, 0.1), null);
	t.is(heatOfShuntFault(0, 0, 0.1), null, 'no current has no heat');
});
