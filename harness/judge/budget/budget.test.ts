import test from 'ava';
import type { DeviceFacts } from '../../generated/device.ts';
import type { HelloMessage } from '../../generated/wire.ts';
import { isAbsent } from '../../measure/absent.ts';
import { timingOf } from '../../measure/counting.ts';
import { DEVICES_FOLDER } from '../../run.ts';
import { deviceOf, loadDevices } from '../../scenario/device-facts.ts';
import { parseSpecTable } from '../../scenario/spec-table.ts';
import { type Budget, budget } from './budget.ts';
import type { BudgetContext } from './cell-budget.ts';

const DEVICES = loadDevices(DEVICES_FOLDER);
const facts = (id: string): DeviceFacts => deviceOf(DEVICES, id).facts;
const EMULATED = facts('stm32f405-emulated');
const CONTEXT: BudgetContext = { hopSamples: 256, sampleRateHz: 16_000, staticBytes: null, clips: 64, hops: 3968 };

/** The budget of one limit. Figures in tests are worked out by hand from the facts that stand beside them. */
function of(
	column: string,
	limit: string,
	device: DeviceFacts = EMULATED,
	context: Partial<BudgetContext> = {},
): Budget {
	const spec = parseSpecTable(`| Device | ${column} |\n| --- | --- |\n| ${device.specRow} | ${limit} |\n`, 'spec.md');
	const [row] = spec.rows;
	if (row === undefined) throw new Error('a table has a row');
	return budget(device, row, { ...CONTEXT, ...context });
}

const line = (...args: Parameters<typeof of>) => {
	const [first] = of(...args).lines;
	if (first === undefined) throw new Error('a budget has a line');
	return first;
};

/** The device with other currents, mA at 3.3 V, run and asleep. */
function drawing(run: number, sleep: number): DeviceFacts {
	const clockHz = EMULATED.clock.hz;
	const point = { clockHz, runMilliamperes: run, sleepMilliamperes: sleep, source: 'test' };
	return { ...EMULATED, model: { ...EMULATED.model, currents: [point] } };
}

/** What the emulated board says of itself, as far as its time depends on it. */
const HELLO = { counter: 'systick', counterHz: 168_000_000 } as HelloMessage;

test('a latency limit is so many cycles, and estimated ones at both ends of the band the verdict is taken by', (t) => {
	const { state, cyclesPerHop, countsPerHop, text } = line('Latency', '< 15 ms');
	t.is(state, 'feasible');
	t.is(cyclesPerHop, 2_520_000); // 168 MHz x 15 ms
	t.deepEqual(countsPerHop, { unit: 'est_cycles', low: 2_520_000 / 1.3, high: 2_520_000 / 0.93 });
	t.regex(
		text[0] ?? '',
		/^2,520,000 cycles a hop at 168 MHz: 1,938,461 to 2,709,677 cycles by the model cortex-m4 \(1\.3 to 0\.93 real ones each\)$/,
	);
	t.regex(text[1] ?? '', /^the verdict is taken at the bad end of that band: 1,938,461 a hop$/);
});

test('what a budget allows is what the judge of a run allows, whichever model the device declares', (t) => {
	const { cycles: _, ...counting } = EMULATED.model ?? {};
	for (const [unit, device] of [
		['est_cycles', EMULATED],
		['instructions', { ...EMULATED, model: counting }],
	] as const) {
		const { countsPerHop } = line('Latency', '< 15 ms', device);
		const timing = timingOf(HELLO, device);
		if (countsPerHop === null || isAbsent(timing)) throw new Error('both are known');
		t.is(countsPerHop.unit, unit);
		t.is((countsPerHop.low * timing.high.msPerCost).toFixed(9), '15.000000000');
		t.is((countsPerHop.high * timing.low.msPerCost).toFixed(9), '15.000000000');
	}
	const text = line('Latency', '< 15 ms', { ...EMULATED, model: counting }).text.join('\n');
	t.regex(
		text,
		/1,008,000 to 2,520,000 instructions \(2\.5 to 1 cycles each\)\n.* bad end of that band: 1,008,000 a hop/,
	);
});

test('a board counts its cycles itself; an emulated one without a model has no latency to judge', (t) => {
	const board = line('Latency', '< 15 ms', facts('stm32f405'));
	t.deepEqual(board.countsPerHop, { unit: 'cycles', low: 2_520_000, high: 2_520_000 });
	t.regex(board.text.join('\n'), /^2,520,000 cycles a hop at 168 MHz, which the board counts itself\n/);
	const unmodelled = line('Latency', '< 18 ms', facts('esp32s3-emulated'));
	t.is(unmodelled.countsPerHop, null);
	t.regex(
		unmodelled.text.join('\n'),
		/declares neither `model\.cycles` nor `model\.cyclesPerInstruction`: a run of it counts instructions/,
	);
});

test('a limit beyond the hop time is bound by the next hop', (t) => {
	const { cyclesPerHop, text } = line('Latency', '< 18 ms');
	t.is(cyclesPerHop, 168e6 * 0.016);
	t.true(text.some((sentence) => sentence.includes('a hop comes every 16 ms')));
});

test('a percentile needs hops to be bounded, and a maximum cannot be proven', (t) => {
	t.is(line('Latency (p99)', '< 15 ms', EMULATED, { hops: 299 }).state, 'feasible');
	t.is(line('Latency (p99)', '< 15 ms', EMULATED, { hops: 298 }).state, 'infeasible');
	t.is(line('Latency (max)', '< 15 ms').state, 'infeasible');
});

test('a power limit is a share of time awake: P = a P_run + (1 - a) P_sleep', (t) => {
	// 33 mW awake, 3.3 mW asleep: 9.24 mW allows (9.24 - 3.3) / (33 - 3.3) = 20 %.
	const { state, awakeShare, cyclesPerHop, milliamperes, text } = line('Power', '< 9.24 mW', drawing(10, 1));
	t.is(state, 'feasible');
	t.is(awakeShare?.toFixed(9), '0.200000000');
	t.is(Math.round(cyclesPerHop ?? 0), 0.2 * 168e6 * 0.016);
	t.is(milliamperes?.toFixed(9), '2.800000000');
	t.regex(text[0] ?? '', /537,600 a hop: 413,538 to 578,064 cycles by the model cortex-m4/);
	const roomy = line('Power', '< 40 mW', drawing(10, 1));
	t.is(roomy.awakeShare, 1);
});

test('the other declared clocks are looked at: the one that allows most, or the nearest miss', (t) => {
	const points = [
		{ clockHz: 168e6, runMilliamperes: 40, sleepMilliamperes: 12, source: 'test' },
		{ clockHz: 60e6, runMilliamperes: 14, sleepMilliamperes: 5, source: 'test' },
		{ clockHz: 16e6, runMilliamperes: 5, sleepMilliamperes: 2, source: 'test' },
	];
	const device = { ...EMULATED, model: { ...EMULATED.model, currents: points } };
	// 33 mW are 10 mA: below the 12 mA asleep at 168 MHz; (10 - 5) / (14 - 5) = 55.56 % at 60 MHz, 533,333 cycles a hop.
	const { state, text } = line('Power', '< 33 mW', device);
	t.is(state, 'infeasible');
	t.regex(
		text.join('\n'),
		/at 60 MHz \(14 mA awake, 5 mA asleep\) it could be awake 55\.56 % of the time: 533,333 cycles/,
	);
	const none = line('Power', '< 3.3 mW', device).text.join('\n');
	t.regex(none, /no other declared clock meets it: at 16 MHz \(.*\) it draws 6\.6 mW asleep/);
});

test('parity is so many clips that may be unlike', (t) => {
	t.deepEqual(line('Parity (float)', '> 98 %').text, [
		'1 of 64 clips may be unlike the reference (98.44 % alike); 2 would be too many (96.88 %)',
	]);
	t.regex(line('Parity (bit-exact)', '>= 100 %').text.join(), /^0 of 64 clips may be unlike the reference/);
});

test('waking up has its price', (t) => {
	const wakeUp = { microseconds: 1000, microcoulombs: 9, source: 'test' };
	const drawn = drawing(10, 1);
	const device = { ...drawn, model: { ...drawn.model, wakeUp } };
	// (1 ms x 9 mA + 9 uC) x 3.3 V / 16 ms = 3.7125 mW
	t.regex(line('Power', '< 9.24 mW', device).text.join('\n'), /waking up once a hop takes 3\.71[23] mW of it/);
});

test('a limit below the sleep current is infeasible, and the current needed is named', (t) => {
	const { state, awakeShare, text } = line('Power', '< 1.2 mW');
	t.is(state, 'infeasible');
	t.is(awakeShare, 0);
	t.regex(text.join('\n'), /draws 39\.6 mW \(12 mA at 3\.3 V\), 33 times the 1\.2 mW/);
	t.regex(text.join('\n'), /becomes feasible below 0\.3636 mA asleep/);
	t.is(line('Power', '< 3.3 mW', drawing(10, 1)).state, 'infeasible');
	t.is(line('Power', '<= 3.3 mW', drawing(10, 1)).state, 'feasible', 'asleep all the time it is met to the letter');
});

test('battery life and energy come down to the same mean power', (t) => {
	const battery = line('Battery life', '> 80 h');
	t.is(battery.milliwatts?.toFixed(9), '1.200000000'); // 96 mWh / 80 h
	t.is(battery.state, 'infeasible');
	const energy = line('Energy', '< 0.8 mJ', drawing(10, 1));
	t.is(energy.milliwatts?.toFixed(9), '50.000000000'); // 0.8 mJ / 16 ms
	t.is(energy.awakeShare, 1);
	const unsure = { ...drawing(10, 1), battery: { milliwattHours: 100, uncertaintyFraction: 0.2 } };
	t.is(line('Battery life', '> 10 h', unsure).milliwatts, 8, 'the least the battery may hold has to last');
});

test('a missing fact makes a cell unknown and is named', (t) => {
	const { power: ___, model: ____, ...bare } = EMULATED;
	const power = line('Power', '< 0.9 mW', bare);
	t.is(power.state, 'unknown');
	t.regex(power.text.join('\n'), /no `power\.supplyVolts` and no `model\.currents`/);
	const { model: _, ...unmodelled } = EMULATED;
	t.is(line('Power', '< 90 mW', unmodelled).milliamperes?.toFixed(6), (90 / 3.3).toFixed(6));
	t.is(line('Latency', '< 15 ms', unmodelled).countsPerHop, null);
	const { battery: __, ...unpowered } = EMULATED;
	t.is(line('Battery life', '> 80 h', unpowered).state, 'unknown');
	const currents = drawing(10, 1);
	const slower = { ...currents, clock: { ...currents.clock, hz: 84e6 } };
	t.is(line('Power', '< 90 mW', slower).state, 'unknown', 'currents of another clock say nothing');
});

test('memory is what the image leaves of limit or board, whichever is less', (t) => {
	t.is(line('Memory', '< 64 KB', EMULATED, { staticBytes: 14_280 }).bytes, 65_536 - 14_280);
	t.is(line('Memory', '< 64 KB', EMULATED, { staticBytes: 65_536 }).state, 'infeasible');
	t.is(line('Memory', '< 1 MB', EMULATED, { staticBytes: 1000 }).bytes, 131_072 - 1000);
	t.is(line('Memory (stack)', '< 4 KB', EMULATED, { staticBytes: 65_536 }).state, 'feasible');
});

test('a fixed set allows so many errors', (t) => {
	// 61 / 64 = 95.3 %, 60 / 64 = 93.75 %.
	t.regex(line('Accuracy', '> 93.8 %').text[0] ?? '', /^3 of 64 clips may be wrong/);
	t.regex(line('Accuracy', '>= 93.75 %').text[0] ?? '', /^4 of 64 clips may be wrong/);
	t.regex(line('Accuracy', '>= 100 %').text[0] ?? '', /^0 of 64/);
});

test('a population takes so many clips to prove', (t) => {
	// 0.95^59 < 0.05 <= 0.95^58
	const enough = line('Accuracy (population)', '>= 95 %', EMULATED, { clips: 59 });
	t.is(enough.state, 'feasible');
	t.regex(enough.text.join('\n'), /^0 of the scenario's 59 clips may be wrong\n59 clips, all of them right/);
	t.is(line('Accuracy (population)', '>= 95 %', EMULATED, { clips: 58 }).state, 'infeasible');
});

test('the cell that leaves the fewest cycles is the tightest', (t) => {
	const spec = '| Device | Latency | Power |\n| --- | --- | --- |\n| STM32F4 | < 15 ms | < 9.24 mW |\n';
	const [row] = parseSpecTable(spec, 'spec.md').rows;
	if (row === undefined) throw new Error('a table has a row');
	t.is(budget(drawing(10, 1), row, CONTEXT).tightest?.metric, 'power');
	t.is(budget(drawing(1, 0.5), row, CONTEXT).tightest?.metric, 'latency');
});
