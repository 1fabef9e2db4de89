import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DeviceFacts } from '../generated/device.ts';
import { RECORD_FLAG } from '../generated/wire.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { type MadeRunOptions, madeList, madeSession } from '../testing/made-run.ts';
import { isAbsent } from './absent.ts';
import { measureLatency, stageSummaries } from './latency.ts';
import { measurePower } from './power.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const CONTEXT = { calibration: null, startedAt: null };

/** What latency and power come to, in words where there is none. */
function figures(options: Partial<MadeRunOptions> = {}, facts: DeviceFacts = EMULATED) {
	const list = options.list ?? madeList(facts.id, 2);
	const session = madeSession({ facts, list, stageTicks: () => [13_440, 26_880, 0], ...options });
	const said = (value: object) => (isAbsent(value) ? `${value.absent}: ${value.reason}` : 'measured');
	return {
		latency: said(measureLatency(session, facts, list)),
		power: said(measurePower(session, facts, list, CONTEXT)),
		session,
		list,
	};
}

const changed = (from: RegExp, to: string) => (lines: string[]) => lines.map((line) => line.replace(from, to));

test('sound counts give both figures', (t) => {
	t.like(figures(), { latency: 'measured', power: 'measured' });
});

for (const [what, cycleLines, wanted] of [
	['no counts at all', () => null, /^not-measured: .*the capture holds no counts of the cycle model cortex-m4/],
	[
		'firmware that sets no marks',
		(lines: string[]) => lines.filter((line) => line.startsWith('0 ')),
		/^not-measured: .*left no marks/,
	],
	[
		'a plugin that stopped writing',
		(lines: string[]) => lines.slice(0, -1),
		/^rig-error: .*counted \d+ hops, the device/,
	],
	['a lost line', (lines: string[]) => [...lines.slice(0, 4), ...lines.slice(5)], /^rig-error: .*not complete/],
	[
		'fewer instructions than the device counted',
		changed(/ stage 0 10000 /, ' stage 0 9000 '),
		/^rig-error: .*hop 0: stage front-end is 10000 instructions by the device, 9000 by the cycle model/,
	],
	['more of them', changed(/ stage 1 20000 /, ' stage 1 20100 '), /^rig-error: .*stage cell is 20000 .*20100/],
	['a stage mixed up with another', changed(/ stage 1 20000 /, ' stage 2 20000 '), /^rig-error: .*stage cell/],
	[
		'less time awake than in its stages',
		changed(/ awake 30000 /, ' awake 29999 '),
		/^rig-error: .*30000 instr.* 29999/,
	],
	['cycles that no core could do', changed(/(stage 0 10000) \d+ /, '$1 4000 '), /^rig-error: .*claims 4000 cycles/],
	[
		'more floating point than instructions',
		changed(/(stage 0 10000 10000) 0/, '$1 10001'),
		/^rig-error: .*10001 float/,
	],
	[
		'fewer cycles than instructions',
		changed(/ stage 0 10000 10000 /, ' stage 0 10000 6000 '),
		/^rig-error: .*6000 cycles/,
	],
	['marks out of order', changed(/^(\d+) hop .*$/, '$1 error a stage ended'), /^rig-error: .*lost its place/],
] as [string, NonNullable<MadeRunOptions['cycleLines']>, RegExp][]) {
	test(`${what}: no latency and no power, and no other model in its place`, (t) => {
		const { latency, power, session } = figures({ cycleLines });
		t.regex(latency, wanted);
		t.regex(power, /^(not-measured|rig-error): /);
		t.is(power.split(':')[0], latency.split(':')[0]);
		// The device's own counts, and all that does not rest on the model, are untouched.
		t.deepEqual(session.faults, []);
		t.deepEqual(
			session.clips.flatMap((clip) => clip.problems),
			[],
		);
		const [first] = stageSummaries(session, EMULATED, session.clips);
		t.deepEqual([first?.p50, first?.estCycles], [10_000, undefined]);
	});
}

test('time awake is compared where the link is silent; where bytes arrive a hop may have those of the next', (t) => {
	const list = madeList(EMULATED.id, 2);
	const [, dayPart] = list.segments;
	const longer = changed(/ awake 30000 30000 /, ' awake 60000 60000 ');
	const { latency, power } = figures({ cycleLines: longer, list });
	t.is(dayPart?.pacing, 'preload');
	t.is(latency, 'measured');
	t.regex(power, /^rig-error: day-part\/day-0: hop 0: it was awake for 30000 instructions by the device, 60000 by/);
});

test('a stage that the device counted and the model never saw is missing time, however short it is', (t) => {
	const cycleLines = (lines: string[]) => lines.map((line) => line.replace(/ stage .*$/, ''));
	const { latency } = figures({ stageTicks: () => [600, 600, 600], cycleLines });
	t.regex(
		latency,
		/^rig-error: .*hop 0: stage \S+ is 446 instructions by the device, and was never entered by the cycle model/,
	);
});

test('what the marks themselves take is no contradiction', (t) => {
	t.is(figures({ cycleLines: changed(/ stage 0 10000 /, ' stage 0 9600 ') }).latency, 'measured');
});

test('a device that declares no model is not asked for its counts', (t) => {
	const { cycles: _, ...model } = EMULATED.model ?? {};
	t.is(figures({}, { ...EMULATED, model }).latency, 'measured');
});

test('floating point is told, on the cell and in its rule', (t) => {
	const { session, list } = figures({ floats: 123 });
	const latency = measureLatency(session, EMULATED, list);
	const power = measurePower(session, EMULATED, list, CONTEXT);
	if (isAbsent(latency) || isAbsent(power)) return void t.fail('there are figures');
	t.deepEqual(latency.marks, ['floating-point costs unvalidated']);
	t.regex(latency.rule, /up to 123 floating-point instructions a hop, whose costs in the model are not validated/);
	t.true(power.marks.includes('floating-point costs unvalidated'));
	const stages = stageSummaries(session, EMULATED, session.clips);
	t.deepEqual(
		stages.map(({ estCycles }) => estCycles?.floats),
		[123, 0, 0, 123],
	);
});

test('a band across the limit stays a band: both ends come from the same estimate', (t) => {
	const { session, list } = figures({ cyclesPerInstruction: 1.4 });
	const latency = measureLatency(session, EMULATED, list);
	if (isAbsent(latency)) return void t.fail(latency.reason);
	const { low, high } = EMULATED.model?.cycles?.band ?? { low: 0, high: 0 };
	for (const [index, ms] of latency.highMs.entries())
		t.true(Math.abs(ms / (latency.lowMs[index] ?? Number.NaN) - high / low) < 1e-9);
});

test('a skipped hop has only the stages it entered', (t) => {
	const { latency } = figures({
		recordFlags: (_, hop) => (hop % 2 === 1 ? RECORD_FLAG.gated : 0),
		stageTicks: (_, hop) => (hop % 2 === 1 ? [300, 0, 0] : [13_440, 26_880, 0]),
	});
	t.is(latency, 'measured');
});
