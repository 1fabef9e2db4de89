import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { injectedCounts } from '../../devices/emulated/analogue.ts';
import { isOssicleError } from '../error.ts';
import type { DeviceFacts, PowerFacts } from '../generated/device.ts';
import { checkedCalibration } from '../scenario/calibration.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type CalibrationSubject, fitCalibration, type PointCounts } from './fit-calibration.ts';
import { pointsFromCsv } from './points-from-csv.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const { facts } = deviceOf(DEVICES, 'stm32f405-emulated');
const POWER = facts.power as PowerFacts;
/** 2 x 20 x 4096 / 3.3 counts an ampere, 62.06 counts of bias. */
const COUNTS_PER_AMPERE = (POWER.shuntOhms * POWER.amplifierGain * 4096) / 3.3;
const BIAS = (POWER.offsetVolts * 4096) / 3.3;

const subject: CalibrationSubject = {
	facts,
	boardSerial: 'EMU1',
	date: new Date('2026-11-21T10:00:00Z'),
	temperatureCelsius: 25,
	referenceMeter: { name: 'made', fraction: 0, amperes: 0 },
};

/** A thousand counts about a mean, half of them a count and a half above it, half below. */
function about(amperes: number, mean: number, deviation = 1.5): PointCounts {
	return {
		amperes,
		counts: Array.from({ length: 1000 }, (_, index) => mean + (index % 2 === 0 ? deviation : -deviation)),
	};
}
const onLine = (amperes: number, off = 0) => about(amperes, BIAS + amperes * COUNTS_PER_AMPERE + off);

test('the line through two points, and what the noise leaves open', (t) => {
	const calibration = fitCalibration(subject, [onLine(0.04), onLine(0)]);
	t.true(Math.abs(calibration.offsetCounts - BIAS) < 1e-6);
	t.true(Math.abs(calibration.amperesPerCount * COUNTS_PER_AMPERE - 1) < 1e-9);
	t.deepEqual(
		calibration.points.map(({ amperes, n }) => [amperes, n]),
		[
			[0, 1000],
			[0.04, 1000],
		],
	);
	// Each mean is open by 1.5 / sqrt(999) counts; the difference of two of them, over 40 mA, is the slope's.
	const mean = 1.5 / Math.sqrt(999);
	const { gainFraction, offsetAmperes } = calibration.standard;
	t.true(Math.abs(gainFraction / ((mean * Math.SQRT2) / (0.04 * COUNTS_PER_AMPERE)) - 1) < 1e-6);
	t.true(Math.abs(offsetAmperes / (mean / COUNTS_PER_AMPERE) - 1) < 1e-6, 'the point at no current is the offset');
	t.true(calibration.residualAmperes < 1e-12);
});

test('the emulated chain is found again: its gain error, its offset, within what the fit claims', (t) => {
	const points = [0, 0.02, 0.04].map((amperes, index) => ({
		amperes,
		counts: injectedCounts(facts, amperes, 1.5, 100 + index),
	}));
	const { offsetCounts, amperesPerCount, standard } = fitCalibration(subject, points);
	const { gainError, offsetCounts: offset } = facts.model?.analogue ?? { gainError: 0, offsetCounts: 0 };
	const gain = 1 / (amperesPerCount * COUNTS_PER_AMPERE) - 1;
	t.true(Math.abs(gain - gainError) < 3 * standard.gainFraction, `${gain} +-${standard.gainFraction}`);
	const expected = BIAS * (1 + gainError) + offset;
	t.true(Math.abs(offsetCounts - expected) * amperesPerCount < 3 * standard.offsetAmperes, `${offsetCounts}`);
	t.true(standard.gainFraction < 0.001);
});

test("the meter's limits: its fraction is the slope's, its amperes are both the slope's and the offset's", (t) => {
	const with_ = (fraction: number, amperes: number) =>
		fitCalibration({ ...subject, referenceMeter: { name: 'made', fraction, amperes } }, [onLine(0), onLine(0.1)])
			.standard;
	const bare = with_(0, 0);
	const more = (value: number, before: number) => Math.sqrt(value ** 2 - before ** 2);
	t.true(Math.abs(more(with_(0.01, 0).gainFraction, bare.gainFraction) - 0.01 / Math.sqrt(3)) < 1e-9);
	t.is(with_(0.01, 0).offsetAmperes, bare.offsetAmperes);
	t.true(Math.abs(more(with_(0, 1e-4).offsetAmperes, bare.offsetAmperes) - 1e-4 / Math.sqrt(3)) < 1e-9);
	t.true(with_(0, 1e-4).gainFraction > bare.gainFraction);
});

test('points off the line widen it', (t) => {
	const straight = fitCalibration(subject, [onLine(0), onLine(0.03), onLine(0.06)]);
	const bent = fitCalibration(subject, [onLine(0), onLine(0.03, 6), onLine(0.06)]);
	// The middle point of three lies two thirds of its error off the line, the others a third.
	t.true(Math.abs(bent.residualAmperes * COUNTS_PER_AMPERE - 4) < 0.01);
	t.true(bent.standard.gainFraction > 10 * straight.standard.gainFraction);
	t.true(bent.standard.offsetAmperes > 10 * straight.standard.offsetAmperes);
});

test('without noise a mean cannot see between two counts', (t) => {
	const steady = fitCalibration(subject, [about(0, 62, 0), about(0.04, 1055, 0)]);
	const noisy = fitCalibration(subject, [about(0, 62, 1), about(0.04, 1055, 1)]);
	t.true(steady.standard.offsetAmperes > 5 * noisy.standard.offsetAmperes);
});

test('the id is the hash of the rest: a changed figure is noticed, the order of keys is not', (t) => {
	const calibration = fitCalibration(subject, [onLine(0), onLine(0.04)]);
	t.regex(calibration.id, /^[0-9a-f]{12}$/);
	const reversed = Object.fromEntries(Object.entries(calibration).reverse());
	t.is(checkedCalibration(JSON.parse(JSON.stringify(reversed)), 'made').id, calibration.id);
	const error = t.throws(() => checkedCalibration({ ...calibration, offsetCounts: 60 }, 'x.calibration.json'));
	t.true(isOssicleError(error) && error.code === 'calibration-id');
	t.regex(error?.message ?? '', /^x\.calibration\.json: its id is [0-9a-f]{12}, but what it holds has the id/);
	t.not(fitCalibration({ ...subject, boardSerial: 'EMU2' }, [onLine(0), onLine(0.04)]).id, calibration.id);
});

const refused = test.macro((t, points: PointCounts[], code: string, message: RegExp, of: DeviceFacts = facts) => {
	const error = t.throws(() => fitCalibration({ ...subject, facts: of }, points));
	t.is(isOssicleError(error) ? error.code : '', code);
	t.regex(error?.message ?? '', message);
});
test('one point', refused, [onLine(0)], 'calibration-points', /needs two currents at least, got 1/);
test(
	'points closer than a tenth of the full scale',
	refused,
	[onLine(0.02), onLine(0.036)],
	'calibration-points',
	/^The currents lie within 16 mA; expected 16\.25 mA at least, a tenth of the chain's full scale of 162\.5 mA\.$/,
);
test(
	'a current beyond the full scale',
	refused,
	[onLine(0), onLine(0.2)],
	'calibration-points',
	/^200 mA cannot be measured: the chain shows 0 to 162\.5 mA\.$/,
);
test(
	'counts at the end of the converter',
	refused,
	[about(0, 1.5), onLine(0.04)],
	'calibration-clipped',
	/^At 0 mA 500 of 1000 counts are at an end of the converter \(0 or 4095\)/,
);
test(
	'swapped leads',
	refused,
	[about(0, 1000), about(0.04, 100)],
	'calibration-slope',
	/more current must give more counts, got 0 mA: 1000\.0, 40 mA: 100\.0\. Are the leads/,
);
test(
	'a shunt of another size than declared: which number it could be',
	refused,
	[about(0, BIAS), about(0.04, BIAS + 0.004 * COUNTS_PER_AMPERE)],
	'calibration-slope',
	/a factor of 10\. It would fit with shuntOhms 0\.1 in place of 1, or amplifierGain 2 in place of 20, or referenceVolts 33 in/,
);
const { power: _, ...bare } = facts;
test(
	'a device without a chain',
	refused,
	[onLine(0), onLine(0.04)],
	'calibration-chain',
	/declares no shunt chain/,
	bare as DeviceFacts,
);

test('counts taken by hand', (t) => {
	const path = join(temporaryFolder('calibration'), 'hand.csv');
	writeFileSync(path, 'time,counts,current_mA\r\n1,62,0\r\n2,63,0\r\n\r\n3,1055,40\r\n');
	t.deepEqual(pointsFromCsv(path), [
		{ amperes: 0, counts: [62, 63] },
		{ amperes: 0.04, counts: [1055] },
	]);
	for (const [text, expected] of [
		[
			'current,counts\n0,62\n',
			/hand\.csv:1: expected a header with the columns current_mA and counts, got "current,counts"/,
		],
		['current_mA,counts\n0,62\nx,63\n', /hand\.csv:3: current_mA is "x", expected a number of mA/],
		['current_mA,counts\n0\n', /hand\.csv:2: counts is "", expected an ADC count/],
		['current_mA,counts\n0,-1\n', /hand\.csv:2: counts is "-1"/],
	] as const) {
		writeFileSync(path, text);
		t.regex(t.throws(() => pointsFromCsv(path))?.message ?? '', expected);
	}
});
