import test, { type ExecutionContext } from 'ava';
import type { Calibration } from '../../generated/calibration.ts';
import type { PowerFacts } from '../../generated/device.ts';
import { milliwattsPerCount } from './shunt-chain.ts';
import { chainTerms, combined } from './uncertainty.ts';

/** The worked table of the team's notes on power (4.4): limits of 1 %, 2 counts of non-linearity, half a count of offset. */
const CHAIN: PowerFacts = {
	supplyVolts: 3.3,
	shuntOhms: 0.1,
	amplifierGain: 50,
	offsetVolts: 0,
	adc: { bits: 12, referenceVolts: 3.3 },
};

const relative = (milliwatts: number, power = CHAIN, calibration: Calibration | null = null) =>
	100 * (combined(chainTerms(milliwatts, power, calibration)) / milliwatts);
const near = (t: ExecutionContext, found: number, published: number, digits: number) =>
	t.is(found.toFixed(digits), published.toFixed(digits));

test('the worked budget, term by term', (t) => {
	const table: Record<string, [number, number]> = {
		reference: [0.577, 0.577],
		shunt: [0.577, 0.577],
		'amplifier gain': [0.577, 0.577],
		supply: [0.577, 0.577],
		'ADC non-linearity': [0.62, 6.2],
		offset: [0.155, 1.55],
		'ADC quantisation': [0.155, 1.55],
	};
	for (const [column, milliwatts] of [99, 9.9].entries()) {
		const terms = chainTerms(milliwatts, CHAIN, null);
		t.deepEqual(terms.map(({ source }) => source).sort(), Object.keys(table).sort());
		for (const { source, standard, kind, degreesOfFreedom } of terms) {
			const published = table[source]?.[column] ?? Number.NaN;
			t.true(Math.abs((100 * standard) / milliwatts - published) < 0.006 * published, `${source} at ${milliwatts} mW`);
			t.is(kind, 'B');
			t.is(degreesOfFreedom, null);
		}
	}
});

test('the worked budget: 1.33 % at 30 mA, 6.68 % at 3 mA', (t) => {
	near(t, relative(99), 1.33, 2);
	near(t, relative(9.9), 6.68, 1);
});

test('where the reference is the supply their errors are one error: 1.56 %', (t) => {
	near(t, relative(99, { ...CHAIN, referenceIsSupply: true }), 1.56, 2);
	const terms = chainTerms(99, { ...CHAIN, referenceIsSupply: true }, null);
	t.false(terms.some(({ source }) => source === 'supply' || source === 'reference'));
});

test('a calibration takes the place of shunt, gain, reference and offset: 0.47 %', (t) => {
	// 0.2 % standard for line and supply, 1 count of non-linearity, as below that table.
	const lsbAmperes = milliwattsPerCount(CHAIN) / 3300;
	const calibration: Calibration = {
		schema: 1,
		id: '0123456789ab',
		device: 'made',
		boardSerial: 'EMU1',
		date: '2026-01-01T00:00:00Z',
		temperatureCelsius: 25,
		referenceMeter: { name: 'made', fraction: 0.001, amperes: 0 },
		supplyVolts: { volts: 3.3, fraction: 0.002 * Math.sqrt(3) },
		chain: { shuntOhms: 0.1, amplifierGain: 50, adcBits: 12, referenceVolts: 3.3 },
		points: [
			{ amperes: 0, meanCounts: 0, standardDeviationCounts: 1, n: 1000 },
			{ amperes: 0.03, meanCounts: 0.03 / lsbAmperes, standardDeviationCounts: 1, n: 1000 },
		],
		offsetCounts: 0,
		amperesPerCount: lsbAmperes,
		residualAmperes: 0,
		standard: { gainFraction: 0.002, offsetAmperes: (0.5 * lsbAmperes) / Math.sqrt(3) },
	};
	const power = { ...CHAIN, uncertainty: { nonLinearityCounts: 1 } };
	near(t, relative(99, power, calibration), 0.47, 2);
	t.deepEqual(
		chainTerms(99, power, calibration).map(({ source }) => source),
		['calibration, gain', 'calibration, offset', 'supply', 'ADC non-linearity', 'ADC quantisation'],
	);
	const { supplyVolts: _, ...unmeasured } = calibration;
	// The supply was not measured: its declared limit of 1 % stays.
	t.true(relative(99, power, unmeasured) > relative(99, power, calibration));
});

test('declared limits take the place of the defaults', (t) => {
	const loose = chainTerms(99, { ...CHAIN, uncertainty: { shuntFraction: 0.05 } }, null);
	t.true(
		Math.abs((loose.find(({ source }) => source === 'shunt')?.standard ?? 0) - (99 * 0.05) / Math.sqrt(3)) < 1e-12,
	);
});
