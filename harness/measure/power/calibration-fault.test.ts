import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Calibration } from '../../generated/calibration.ts';
import type { DeviceFacts, PowerFacts } from '../../generated/device.ts';
import { deviceOf, loadDevices } from '../../scenario/device-facts.ts';
import { calibrationFault } from './calibration-fault.ts';

const { facts: declared } = deviceOf(
	loadDevices(fileURLToPath(new URL('../../../devices', import.meta.url))),
	'stm32f405',
);
const CHAIN = declared.power as PowerFacts;
const board = (changes: Partial<PowerFacts>): DeviceFacts => ({
	...declared,
	power: { ...CHAIN, boardSerial: 'B1', ...changes },
});
const GOOD: Calibration = {
	schema: 1,
	id: '0123456789ab',
	device: 'stm32f405',
	boardSerial: 'B1',
	date: '2026-03-01T00:00:00Z',
	temperatureCelsius: 25,
	referenceMeter: { name: 'made', fraction: 0, amperes: 0 },
	chain: { shuntOhms: 1, amplifierGain: 20, adcBits: 12, referenceVolts: 3.3 },
	points: [
		{ amperes: 0, meanCounts: 62, standardDeviationCounts: 1, n: 1000 },
		{ amperes: 0.1, meanCounts: 2544, standardDeviationCounts: 1, n: 1000 },
	],
	offsetCounts: 62,
	amperesPerCount: 0.1 / 2482,
	residualAmperes: 0,
	standard: { gainFraction: 0.001, offsetAmperes: 1e-5 },
};
const fault = (
	calibration: Partial<Calibration>,
	power: Partial<PowerFacts> = {},
	at: string | null = '2026-03-02T00:00:00Z',
) => calibrationFault({ ...GOOD, ...calibration }, board(power), at);

test('a calibration of this board, its chain and a date not long before', (t) => {
	t.is(fault({}), null);
	t.is(fault({}, {}, '2026-03-01T00:00:00Z'), null, 'the same moment');
	t.is(fault({}, {}, '2027-03-01T00:00:00Z'), null, '365 days later');
});

test('a calibration too old, or from after the run', (t) => {
	t.is(
		fault({}, {}, '2027-03-02T00:00:00Z'),
		'calibration 0123456789ab of 2026-03-01T00:00:00Z was 366 days old at the run, and at most 365 are allowed: run `ossicle calibrate`',
	);
	t.regex(fault({}, { calibrationMaxAgeDays: 0.5 }) ?? '', /was 1 days old at the run, and at most 0\.5 are allowed/);
	t.regex(fault({}, {}, '2026-02-28T23:59:59Z') ?? '', /was made after the run of 2026-02-28T23:59:59Z began$/);
	t.regex(fault({}, {}, null) ?? '', /its age at the run is unknown$/);
	t.regex(fault({ date: '2026-99-01T00:00:00Z' }) ?? '', /its age at the run is unknown$/);
});

test('a calibration of another device, another board, or of nobody knows which', (t) => {
	t.is(fault({ device: 'other' }), 'calibration 0123456789ab is of other, not of stm32f405');
	t.regex(fault({ boardSerial: 'B2' }) ?? '', /is of board B2, but `power\.boardSerial` of stm32f405 is B1/);
	const nameless = { ...declared, power: CHAIN };
	t.regex(calibrationFault(GOOD, nameless, '2026-03-02T00:00:00Z') ?? '', /does not say which board it is: set `power/);
	const { power: _, ...bare } = declared;
	t.regex(calibrationFault(GOOD, bare, '2026-03-02T00:00:00Z') ?? '', /stm32f405 declares no shunt chain$/);
});

for (const [key, changes] of Object.entries({
	shuntOhms: { shuntOhms: 0.5 },
	amplifierGain: { amplifierGain: 21 },
	adcBits: { adc: { bits: 10, referenceVolts: 3.3 } },
	referenceVolts: { adc: { bits: 12, referenceVolts: 2.5 } },
}))
	test(`a chain whose ${key} changed since`, (t) => {
		t.regex(fault({}, changes) ?? '', new RegExp(`^calibration 0123456789ab is of a chain with ${key} .* is declared`));
	});

test('a line that is not that of the chain it names', (t) => {
	t.regex(
		fault({ amperesPerCount: 0.4 / 2482 }) ?? '',
		/a factor of 4\. It would fit with shuntOhms 0\.25 in place of 1,/,
	);
	const [first, last] = GOOD.points as [Calibration['points'][0], Calibration['points'][0]];
	t.is(fault({ amperesPerCount: 0.119 / 2482, points: [first, { ...last, amperes: 0.119 }] }), null);
});

test('a line that its own points do not give, or give less surely', (t) => {
	const forged = /^calibration 0123456789ab: its line does not follow from its points: /;
	t.regex(fault({ offsetCounts: 63 }) ?? '', forged);
	t.regex(fault({ amperesPerCount: 0.101 / 2482 }) ?? '', forged);
	t.regex(fault({ standard: { gainFraction: 0, offsetAmperes: 1e-5 } }) ?? '', forged);
	t.regex(fault({ standard: { gainFraction: 0.001, offsetAmperes: 0 } }) ?? '', forged);
	t.regex(fault({ referenceMeter: { name: 'made', fraction: 0.01, amperes: 0 } }) ?? '', forged);
	// One current twice has no slope.
	const [first] = GOOD.points as [Calibration['points'][0]];
	t.regex(fault({ points: [first, first] }) ?? '', forged);
});

test('an offset that no amplifier has: what the board draws would be taken for it', (t) => {
	const [first, last] = GOOD.points as [Calibration['points'][0], Calibration['points'][0]];
	const moved = (counts: number) => ({
		offsetCounts: 62 + counts,
		points: [
			{ ...first, meanCounts: first.meanCounts + counts },
			{ ...last, meanCounts: last.meanCounts + counts },
		],
	});
	t.is(fault(moved(200)), null);
	t.regex(
		fault(moved(400)) ?? '',
		/^calibration 0123456789ab has 462\.0 counts at no current, and by the declared chain it would be 62\.1/,
	);
});

test('a supply that is not the declared one', (t) => {
	t.is(fault({ supplyVolts: { volts: 3.2, fraction: 0.001 } }), null);
	t.regex(
		fault({ supplyVolts: { volts: 1.2, fraction: 0.001 } }) ?? '',
		/^calibration 0123456789ab was made at a supply of 1\.2 V, but 3\.3 V is declared/,
	);
});
