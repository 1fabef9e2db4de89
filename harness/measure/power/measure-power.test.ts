import { fileURLToPath } from 'node:url';
import test from 'ava';
import { analogueTrace } from '../../../devices/emulated/analogue.ts';
import type { DecodedSession } from '../../capture/session-data.ts';
import type { Calibration } from '../../generated/calibration.ts';
import type { DeviceFacts, PowerFacts } from '../../generated/device.ts';
import { deviceOf, loadDevices } from '../../scenario/device-facts.ts';
import { type MadeRunOptions, madeList, madeSession } from '../../testing/made-run.ts';
import { type Absent, isAbsent } from '../absent.ts';
import { measurePower, powerTraces } from '../power.ts';
import { combined } from './uncertainty.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const BOARD = deviceOf(DEVICES, 'stm32f405').facts;
const POSIX = deviceOf(DEVICES, 'posix').facts;
const UNCALIBRATED = { calibration: null, startedAt: '2026-01-02T03:04:05.000Z' };

function made(facts: DeviceFacts, changes: Partial<MadeRunOptions> = {}) {
	const options = { facts, list: madeList(facts.id, 3), ...changes };
	return { session: madeSession(options), facts, list: options.list };
}

const measured = ({ session, facts, list }: ReturnType<typeof made>, context = UNCALIBRATED) =>
	measurePower(session, facts, list, context);

/** The measurement, or the test fails with the reason why there is none. */
function present<T extends object>(value: T | Absent): T {
	if (isAbsent(value)) throw new Error(`${value.absent}: ${value.reason}`);
	return value;
}

function absent(value: object): string {
	if (!isAbsent(value)) throw new Error('there is a measurement');
	return `${value.absent}: ${value.reason}`;
}

function shuntOf(facts: DeviceFacts): PowerFacts {
	if (facts.power === undefined) throw new Error(`${facts.id} has no shunt`);
	return facts.power;
}

/** The exact count of a current, not rounded to one. */
function idealCount(milliamperes: number, { shuntOhms, amplifierGain, offsetVolts, adc }: PowerFacts): number {
	const volts = (milliamperes / 1000) * shuntOhms * amplifierGain + offsetVolts;
	return (volts * 2 ** adc.bits) / adc.referenceVolts;
}

const BUSY_MS = 2.3;
const RUN_MA = 40;
const SLEEP_MA = 12;

/**
 * A board that computes for 2.3 ms of each hop of 16 ms, sampled at points in time, 1 kHz, at some phase of the hop: what
 * a converter with a timer of its own sees.
 */
function board(phaseMs: number, changes: { count?: (milliamperes: number) => number; busyMs?: number } = {}) {
	const power = shuntOf(BOARD);
	const busyMs = changes.busyMs ?? BUSY_MS;
	const ticks = Math.round((busyMs * BOARD.clock.hz) / 1000);
	const of = made(BOARD, { stageTicks: () => [ticks, 0, 0], milliwatts: () => 100 });
	const clip = of.session.clips.at(-1);
	const first = clip?.inferences[0];
	if (clip == null || clip.adc === null || first === undefined || clip.end === null) throw new Error('no power clip');
	const perMs = BOARD.clock.hz / 1000;
	// Playback began a hop before the first inference.
	const begun = Number(first.startCycles) - 16 * perMs;
	const startCycles = Math.round(begun + phaseMs * perMs);
	const count = changes.count ?? ((milliamperes: number) => Math.round(idealCount(milliamperes, power)));
	const counts = Uint16Array.from({ length: Math.floor(clip.end.cycles / perMs) + 1 }, (_, index) => {
		const sinceHop = phaseMs + index - 16;
		return count(sinceHop >= 0 && sinceHop % 16 < busyMs ? RUN_MA : SLEEP_MA);
	});
	clip.adc = { startCycles, periodCycles: perMs, counts };
	return of;
}

const meanMa = (busyMs: number) => (busyMs * RUN_MA + (16 - busyMs) * SLEEP_MA) / 16;

test('mean power and energy per inference of a board, whatever the phase of its samples', (t) => {
	const expected = 3.3 * meanMa(BUSY_MS);
	const plain: number[] = [];
	for (const phaseMs of [0.05, 0.25, 0.45, 0.65, 0.85]) {
		const power = present(measured(board(phaseMs)));
		t.is(power.evidence, 'silicon');
		t.is(power.lowMw, power.highMw);
		t.is(power.cycles, 63);
		// A count is 0.13 mW.
		t.true(Math.abs(power.highMw - expected) < 0.13, `${phaseMs} ms: ${power.highMw} mW, expected ${expected}`);
		t.is(power.energyMj.perInference.length, 63);
		for (const millijoules of power.energyMj.perInference)
			t.true(Math.abs(millijoules - expected * 0.016) < 0.13 * 0.016, `${millijoules} mJ`);
		t.true(Math.abs(power.energyMj.high - power.highMw * 0.016) < 1e-9, 'the cycles are those of the hop');
		plain.push(power.terms.find(({ source }) => source.startsWith('inference edges'))?.standard ?? Number.NaN);
	}
	// Two or three of sixteen points meet the inference: without its markers the mean would be off by up to 4 mW.
	t.true(Math.max(...plain) > 0.5, `${plain}`);
});

test('inferences which no count ever fell into are not what the pauses draw', (t) => {
	t.true(Math.abs(present(measured(board(0.05, { busyMs: 0.3 }))).highMw - 3.3 * meanMa(0.3)) < 0.13);
	t.is(
		absent(measured(board(0.45, { busyMs: 0.3 }))),
		'not-measured: none of the 1025 ADC counts of day-part/day-0, one each 1 ms, fell into one of its 64 inferences: what they draw was never seen; sample faster',
	);
});

test('a single inference no count fell into is anything between the levels of the clip', (t) => {
	const of = board(0.45, { busyMs: 0.7 });
	const clip = of.session.clips.at(-1);
	const record = clip?.inferences[5];
	if (clip == null || record === undefined) throw new Error('no hop');
	// Hop 5 is shorter than the way to the next count.
	record.stageCycles = [Math.round(0.0003 * BOARD.clock.hz), 0, 0];
	const count = Math.round(16 * 6 - 0.45);
	const sleeping = Math.round(idealCount(SLEEP_MA, shuntOf(BOARD)));
	clip.adc?.counts.fill(sleeping, count, count + 1);
	const power = present(measured(of));
	const middleMj = 3.3e-3 * (SLEEP_MA * 16 + 0.3 * 0.5 * (RUN_MA - SLEEP_MA));
	const [, , , , , hop = 0] = power.energyMj.perInference;
	t.true(Math.abs(hop - middleMj) < 0.01 * middleMj, `${hop} mJ, expected ${middleMj}`);
	const { standard = 0 } = power.terms.find(({ source }) => source.startsWith('inference edges')) ?? {};
	t.true(standard * 63 * 0.016 >= (3.3e-3 * 0.3 * 0.5 * (RUN_MA - SLEEP_MA)) / Math.sqrt(3));
});

test('marks: whose converter, and that nobody calibrated it', (t) => {
	t.deepEqual(present(measured(board(0.25))).marks, ['self-measured', 'uncalibrated']);
	t.deepEqual(present(measured(made(EMULATED))).marks, ['substituted', 'uncalibrated', 'currents from memory']);
	t.regex(
		present(measured(board(0.25))).rule,
		/integrated over 63 inference cycles from start to start, idle included; ADC counts sampled by the board; chain by its declared limits, uncalibrated$/,
	);
});

test('the budget: each end has its own, and the terms make up the high one', (t) => {
	const power = present(measured(made(EMULATED, { awakeTicks: () => 500_000 })));
	t.is(power.evidence, 'modelled');
	t.true(power.lowMw > 3.3 * 12 && power.highMw > 1.04 * power.lowMw);
	t.true(Math.abs(power.typeBHighMw - combined(power.terms)) < 1e-12);
	t.true(power.typeBLowMw < power.typeBHighMw);
	t.true(power.typeBLowMw > 0.005 * power.lowMw);
	t.true(power.energyMj.typeBLow < power.energyMj.typeBHigh);
	t.true(Math.abs(power.energyMj.typeBHigh / power.energyMj.high - power.typeBHighMw / power.highMw) < 1e-6);
	t.true(present(measured(board(0.25))).energyMj.terms.some(({ source }) => source === 'clock'));
});

test('emulated: the mean is that of the declared currents by the awake time, at both ends', (t) => {
	const ticks = 500_000;
	const power = present(measured(made(EMULATED, { awakeTicks: () => ticks, cyclesPerInstruction: 1.5 })));
	const { low, high } = EMULATED.model?.cycles?.band ?? { low: 0, high: 0 };
	for (const [end, mw] of [
		[low, power.lowMw],
		[high, power.highMw],
	] as const) {
		const busyMs = ((ticks / 1.344) * 1.5 * end * 1000) / EMULATED.clock.hz;
		// 0.2 % gain error and half a count of offset are in the substituted counts.
		t.true(Math.abs(mw / (3.3 * meanMa(busyMs)) - 1) < 0.006, `${mw} mW, expected ${3.3 * meanMa(busyMs)}`);
	}
});

test('the spread of a trace: twenty stretches of whole cycles', (t) => {
	const power = present(measured(made(EMULATED)));
	t.is(power.batches.length, 20);
	t.is(power.lowBatches.length, 20);
	const mean = power.batches.reduce((a, b) => a + b, 0) / 20;
	t.true(Math.abs(mean / power.highMw - 1) < 0.01);
	t.is(power.energyMj.batches.length, 20);
	const short = madeList(EMULATED.id, 1);
	const [, day] = short.segments;
	for (const clip of day?.clips ?? []) clip.samples = 18 * 256;
	const few = present(measured(made(EMULATED, { list: short })));
	t.is(few.cycles, 17);
	t.deepEqual(few.batches, []);
});

test('power follows the captured counts alone', (t) => {
	const flat = made(EMULATED, { adcCounts: new Uint16Array(1100).fill(500) });
	const power = present(measured(flat));
	t.is(power.n, 1100);
	t.true(Math.abs(power.lowMw - power.highMw) < 1e-9);
	t.true(Math.abs(power.highMw - 1000 * 3.3 * (((500 * 3.3) / 4096 - 0.05) / 20)) < 1e-9);
});

const powerAbsent = test.macro((t, facts: DeviceFacts, changes: Partial<MadeRunOptions>, expected: RegExp) => {
	t.regex(absent(measured(made(facts, changes))), expected);
});
test(
	'counts at full scale',
	powerAbsent,
	EMULATED,
	{ adcCounts: new Uint16Array(1100).fill(4095) },
	/^rig-error: 1100 of 1100 ADC counts of day-part\/day-0 are at full scale \(4095\)/,
);
test(
	'counts at zero',
	powerAbsent,
	EMULATED,
	{ adcCounts: new Uint16Array(1100) },
	/^not-measured: 1100 of 1100 ADC counts of day-part\/day-0 are 0/,
);
test(
	'a trace shorter than its clip has a gap, nobody knows where',
	powerAbsent,
	EMULATED,
	{ adcCounts: new Uint16Array(1014).fill(500) },
	/^rig-error: the ADC counts of day-part\/day-0 cover 1\.01 of 1\.02 s: 10 counts at 1 ms are missing, and nobody knows where$/,
);
test(
	'a trace much longer than its clip is of another clip, or another interval',
	powerAbsent,
	EMULATED,
	{ adcCounts: new Uint16Array(1300).fill(500) },
	/^rig-error: the ADC counts of day-part\/day-0 cover 1\.30 of 1\.02 s: more than there was time for/,
);
test('no counts at all', powerAbsent, BOARD, {}, /^not-measured: the board sent no ADC counts for day-part\/day-0$/);
test('a PC has no power', powerAbsent, POSIX, {}, /^not-measured: a PC process has no power/);
const { cycles: _, ...WITHOUT_CYCLES } = EMULATED.model ?? {};
test(
	'computing while asleep, where instructions alone are counted',
	powerAbsent,
	{ ...EMULATED, model: WITHOUT_CYCLES },
	{ awakeTicks: () => 3499 },
	/^rig-error: hop 0 of day-part\/day-0 was awake for 3499 ticks, but its stages took 3500$/,
);
test(
	'computing while asleep',
	powerAbsent,
	EMULATED,
	{ awakeTicks: () => 3499 },
	/^rig-error: day-part\/day-0: hop 0: its stages and interrupts are 2604 instructions by the cycle model, .* awake for 2603$/,
);
test(
	'records and totals that tell two stories',
	powerAbsent,
	EMULATED,
	{ sleepTicks: 100_000 },
	/^rig-error: day-part\/day-0: its hops were awake for 224000 ticks, the whole clip for \d+$/,
);

test('a streamed clip gives no power: the link kept the core awake', (t) => {
	for (const facts of [EMULATED, BOARD]) {
		const list = madeList(facts.id, 2);
		const [, segment] = list.segments;
		if (segment === undefined) throw new Error('no segment');
		segment.pacing = 'fast';
		t.regex(absent(measured(made(facts, { list }))), /^not-measured: link active: day-part\/day-0 was streamed/);
		t.deepEqual(powerTraces(made(facts, { list }).session, facts, list, UNCALIBRATED), []);
	}
});

test('a clip that is lost takes the power with it', (t) => {
	t.regex(absent(measured(made(EMULATED, { unsent: ['day-part/day-0'] }))), /^rig-error: 1 of 1 clips do not count/);
});

test('power that cannot be told from none is an open lead, not a thrifty board', (t) => {
	const none = Math.round(idealCount(0, shuntOf(EMULATED)));
	const open = made(EMULATED, { adcCounts: new Uint16Array(1100).fill(none + 1) });
	t.regex(absent(measured(open)), /^not-measured: a mean of \d\.\d+ mW cannot be told from none/);
	const swapped = made(EMULATED, { adcCounts: new Uint16Array(1100).fill(none - 40) });
	t.regex(absent(measured(swapped)), /^not-measured: a mean of -\d+\.\d+ mW cannot be told/);
});

test('a supply voltage that is the voltage over the shunt gives the heat of the shunt: a rig error', (t) => {
	const power = shuntOf(EMULATED);
	const { session, list } = made(EMULATED, { adcCounts: new Uint16Array(1100).fill(500) });
	const shuntVolts = ((500 * 3.3) / 4096 - power.offsetVolts) / power.amplifierGain;
	const wrong = { ...EMULATED, power: { ...power, supplyVolts: shuntVolts } };
	t.regex(
		absent(measurePower(session, wrong, list, UNCALIBRATED)),
		/^rig-error: P = 0\.31\d+ mW is the heat of the shunt: I\^2 R = .*; the board draws V_supply x I$/,
	);
});

test("a board's counts at a counter rate that would stretch them over the whole clip", (t) => {
	const of = board(0.25);
	const adc = of.session.clips.at(-1)?.adc;
	if (adc == null) throw new Error('no counts');
	adc.counts = adc.counts.slice(0, 900);
	t.regex(absent(measured(of)), /^rig-error: the ADC counts of day-part\/day-0 cover 0\.90 of 1\.03 s/);
	const { session, list } = made(BOARD, { hello: { counterHz: BOARD.clock.hz / 10 }, milliwatts: () => 100 });
	t.regex(
		absent(measurePower(session, BOARD, list, UNCALIBRATED)),
		/^rig-error: the firmware reports a counter of \d+ Hz/,
	);
});

test('a clip played faster than its audio lasts', (t) => {
	const of = board(0.25);
	const end = of.session.clips.at(-1)?.end;
	if (end == null) throw new Error('no end');
	end.cycles /= 2;
	t.regex(absent(measured(of)), /^rig-error: day-part\/day-0 was played in 0\.51 s by the device's counter/);
});

test('markers that lie outside the counts, or in each other', (t) => {
	const moved = (change: (clip: DecodedSession['clips'][number]) => void) => {
		const of = board(0.25);
		const clip = of.session.clips.at(-1);
		if (clip !== undefined) change(clip);
		return absent(measured(of));
	};
	const hop = BigInt(Math.round(BOARD.clock.hz * 0.016));
	t.regex(
		moved(({ adc }) => {
			if (adc !== null) adc.startCycles += Number(2n * hop);
		}),
		/^rig-error: the ADC counts of day-part\/day-0 begin 16\.25 ms after its first inference$/,
	);
	t.regex(
		moved(({ adc }) => {
			if (adc !== null) adc.startCycles -= Number(3n * hop);
		}),
		/^rig-error: the ADC counts of day-part\/day-0 end \d+\.\d\d ms before its last inference$/,
	);
	t.regex(
		moved(({ inferences }) => {
			const record = inferences[7];
			if (record !== undefined) record.startCycles -= hop;
		}),
		/^rig-error: hop 7 of day-part\/day-0 began 2\.30 ms before the hop before it had ended$/,
	);
	t.regex(
		moved((clip) => {
			clip.inferences = clip.inferences.slice(0, 1);
		}),
		/^rig-error: 1 of 1 clips do not count/,
	);
});

test('substituted counts of another sampling interval would cover a clip they do not', (t) => {
	const of = made(EMULATED, { adcCounts: new Uint16Array(110).fill(500) });
	for (const event of of.session.clips.at(-1)?.analogue ?? []) event.periodSeconds *= 10;
	t.regex(absent(measured(of)), /^rig-error: ADC counts of .* were substituted every 0\.01 s/);
});

test('counts substituted twice', (t) => {
	const of = made(EMULATED);
	const clip = of.session.clips.at(-1);
	clip?.analogue.push(...clip.analogue);
	t.regex(absent(measured(of)), /^rig-error: ADC counts of day-part\/day-0 were substituted 2 times$/);
});

const CALIBRATION: Calibration = {
	schema: 1,
	id: '0123456789ab',
	device: BOARD.id,
	boardSerial: 'B1',
	date: '2025-12-24T12:00:00Z',
	temperatureCelsius: 23,
	referenceMeter: { name: 'made', fraction: 0.001, amperes: 0 },
	supplyVolts: { volts: 3.2, fraction: 0.002 },
	chain: { shuntOhms: 1, amplifierGain: 20, adcBits: 12, referenceVolts: 3.3 },
	points: [
		{ amperes: 0, meanCounts: 100, standardDeviationCounts: 1, n: 1000 },
		{ amperes: 0.04, meanCounts: 1100, standardDeviationCounts: 1, n: 1000 },
	],
	offsetCounts: 100,
	amperesPerCount: 4e-5,
	residualAmperes: 0,
	standard: { gainFraction: 0.001, offsetAmperes: 1e-5 },
};
const BOARD_ONE = { ...BOARD, power: { ...shuntOf(BOARD), boardSerial: 'B1' } };

test('a calibration takes the place of the declared chain, and the result says which', (t) => {
	// Half of the counts one above 600, half one below, in an inference and in a pause: the mean of each is 600.
	let odd = false;
	const noisy = () => {
		odd = !odd;
		return odd ? 599 : 601;
	};
	const { session, list } = board(0.25, { count: noisy });
	const context = { calibration: CALIBRATION, startedAt: UNCALIBRATED.startedAt };
	const power = present(measurePower(session, BOARD_ONE, list, context));
	// Inferences and pauses hold an odd number of counts: the rest of a count is a thousandth of the mean.
	t.true(Math.abs(power.highMw / (3200 * 500 * 4e-5) - 1) < 1e-3, `${power.highMw}`);
	t.is(power.calibrationId, CALIBRATION.id);
	t.deepEqual(power.marks, ['self-measured']);
	t.regex(power.rule, /; calibration 0123456789ab of 2025-12-24 at 23 C$/);
	const declared = present(measurePower(session, BOARD_ONE, list, UNCALIBRATED));
	t.true(power.typeBHighMw / power.highMw < 0.5 * (declared.typeBHighMw / declared.highMw));
	t.true(power.terms.some(({ source }) => source === 'calibration, gain'));
});

test('a calibration that does not hold for this run: no power, and why', (t) => {
	const { session, list } = board(0.25);
	t.regex(
		absent(measurePower(session, BOARD, list, { calibration: CALIBRATION, startedAt: UNCALIBRATED.startedAt })),
		/^not-measured: calibration 0123456789ab is of board B1, and stm32f405 does not say which board it is/,
	);
});

test('a converter that stands still is no power, whatever it stands at', (t) => {
	for (const stuck of [70, 600, 3000])
		t.regex(
			absent(measured(board(0.25, { count: () => stuck }))),
			new RegExp(`^not-measured: all \\d+ ADC counts of day-part/day-0 are ${stuck}: `),
		);
});

test('a sleep level lost in the converter: the power stands, the battery life does not', (t) => {
	t.is(present(measured(board(0.25))).batteryFault, null);
	const none = idealCount(0, shuntOf(BOARD));
	const thrifty = board(0.25, { count: (milliamperes) => Math.round(milliamperes === RUN_MA ? 600 : none + 0.25) });
	const power = present(measured(thrifty));
	t.true(power.highMw > 5);
	t.is(power.batteryFault?.absent, 'not-measured');
	t.regex(power.batteryFault?.reason ?? '', /^asleep for 86 % of the time, at -0\.1 counts above no current/);
});

test('traces for people: milliwatts at the bad end, inferences on the same axis', (t) => {
	const { session, list } = board(0.25);
	const [trace] = powerTraces(session, BOARD, list, UNCALIBRATED);
	t.is(trace?.name, 'day-part/day-0');
	t.is(trace?.periodSeconds, 0.001);
	t.is(trace?.inferences.length, 64);
	const [first] = trace?.inferences ?? [];
	t.true(Math.abs((first?.startSeconds ?? 0) - 0.01575) < 1e-6);
	t.true(Math.abs((first?.endSeconds ?? 0) - 0.01575 - BUSY_MS / 1000) < 1e-6);
	const at = (seconds: number) => trace?.milliwatts[Math.round(seconds / 0.001)] ?? Number.NaN;
	t.true(Math.abs(at(0.0165) - 3.3 * RUN_MA) < 0.2);
	t.true(Math.abs(at(0.025) - 3.3 * SLEEP_MA) < 0.2);
	const emulated = made(EMULATED, { awakeTicks: () => 500_000 });
	const [modelled] = powerTraces(emulated.session, EMULATED, emulated.list, UNCALIBRATED);
	const awakeCycles = Math.round(500_000 / 1.344); // one each instruction
	const inferences = Array.from({ length: 64 }, (_, hop) => ({ sampleEnd: (hop + 1) * 256, awakeCycles }));
	const { counts } = analogueTrace({
		inferences,
		samples: 64 * 256,
		sampleRateHz: 16_000,
		facts: EMULATED,
		end: 'high',
		seed: emulated.session.clips.at(-1)?.event.clip ?? 0,
	});
	t.is(modelled?.milliwatts.length, counts.length, 'the high end runs on after the clip');
	t.is(modelled?.inferences[0]?.startSeconds, 0.016);
});

test('a board whose clock was not checked has no power: window and sampling period are counted by it', (t) => {
	const of = board(0.05);
	of.session.clocks = [];
	t.regex(absent(measured(of)), /^not-measured: .*clock/);
});
