import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ListedClip } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { RECORD_FLAG } from '../generated/wire.ts';
import { planFor } from '../scenario/clip-plan.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { type MadeRunOptions, madeList, madeSession } from '../testing/made-run.ts';
import { type Absent, isAbsent } from './absent.ts';
import { measureAccuracy } from './accuracy.ts';
import { measureLatency, stageSummaries } from './latency.ts';
import { measureMemory } from './memory.ts';
import { fractionOf, samplePercentile } from './order.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const BOARD = deviceOf(DEVICES, 'stm32f405').facts;
/** An emulated board for which nobody has a cycle model. */
const COUNTING_ONLY: DeviceFacts = { ...EMULATED, model: { ...EMULATED.model } };
delete COUNTING_ONLY.model?.cycles;
const POSIX = deviceOf(DEVICES, 'posix').facts;

/** Ticks of the counter for each unit of it. */
const TICKS: Record<string, number> = { 'stm32f405-emulated': 1.344, stm32f405: 1, posix: 1 };

function made(facts: DeviceFacts, changes: Partial<MadeRunOptions> = {}) {
	const options = { facts, list: madeList(facts.id, 20), ...changes };
	return { session: madeSession(options), facts, list: planFor(options.list, facts).list };
}

/** The measurement, or the test fails with the reason why there is none. */
function present<T extends object>(value: T | Absent): T {
	if (isAbsent(value)) throw new Error(`${value.absent}: ${value.reason}`);
	return value;
}

function absent(value: object): string {
	if (!isAbsent(value)) throw new Error('there is a measurement');
	return `${value.absent}: ${value.reason}`;
}

const clean = made(EMULATED);

test('the made run is sound: nothing in it is a problem to the decoder', (t) => {
	for (const facts of [EMULATED, BOARD, POSIX]) {
		const { session } = made(facts);
		t.deepEqual(session.faults, []);
		t.deepEqual(
			session.clips.flatMap((clip) => clip.problems),
			[],
		);
		t.is(session.clips.length, facts === POSIX ? 20 : 21, 'a PC plays nothing for power');
	}
});

test('emulated latency: estimated cycles to a band of milliseconds', (t) => {
	const { session, facts, list } = made(EMULATED, {
		stageTicks: () => [134_400, 268_800, 0],
		cyclesPerInstruction: 1.5,
	});
	const latency = present(measureLatency(session, facts, list));
	const { low, high } = facts.model?.cycles?.band ?? { low: 0, high: 0 };
	t.is(latency.evidence, 'modelled');
	t.is(latency.highMs.length, 20 * 16);
	// 403,200 ticks of 1.344 are 300,000 instructions, 450,000 estimated cycles, at 168 MHz.
	t.true(Math.abs((latency.lowMs[0] ?? 0) - (low * 450_000) / 168_000) < 1e-9);
	t.true(Math.abs((latency.highMs[0] ?? 0) - (high * 450_000) / 168_000) < 1e-9);
	t.regex(latency.diagnosis, /^450000 est_cycles a hop on average: cell 67 %, front-end 33 %, read-out 0 %$/);
	t.regex(
		latency.rule,
		/^cycles estimated for each instruction \(cortex-m4\), 0\.93 to 1\.3 real ones each at 168 MHz/,
	);
	t.deepEqual(latency.marks, []);
	const [, cell] = latency.stages;
	t.true(Math.abs((cell?.meanMs ?? 0) - (high * 300_000) / 168_000) < 1e-9);
});

test('without a cycle model: ticks to instructions to a band of milliseconds', (t) => {
	const { session, facts, list } = made(COUNTING_ONLY, { stageTicks: () => [134_400, 268_800, 0] });
	const latency = present(measureLatency(session, facts, list));
	t.is(latency.evidence, 'modelled');
	t.is(latency.highMs.length, 20 * 16);
	// 403,200 ticks of 1.344 are 300,000 instructions: 1.0 to 2.5 cycles each at 168 MHz.
	t.true(Math.abs((latency.lowMs[0] ?? 0) - 300_000 / 168_000) < 1e-9);
	t.true(Math.abs((latency.highMs[0] ?? 0) - 750_000 / 168_000) < 1e-9);
	t.regex(latency.diagnosis, /^300000 instructions a hop on average: cell 67 %, front-end 33 %, read-out 0 %$/);
});

test('stage percentiles are in instructions on an emulator, cycles on silicon, ns on a PC', (t) => {
	for (const [facts, unit, p50] of [
		[EMULATED, 'instructions', 744],
		[BOARD, 'cycles', 1000],
		[POSIX, 'ns', 1000],
	] as const) {
		const { session } = made(facts);
		const stages = stageSummaries(session, facts, session.clips);
		t.deepEqual(
			stages.map((stage) => stage.name),
			['front-end', 'cell', 'read-out', 'total'],
		);
		t.is(stages[0]?.unit, unit);
		t.is(stages[0]?.p50, p50);
		t.is(stages[3]?.n, 20 * 16 + (facts === POSIX ? 0 : 64));
		t.deepEqual(
			stages[3]?.estCycles,
			facts === EMULATED ? { p50: 2604, p95: 2604, p99: 2604, max: 2604, floats: 0 } : undefined,
		);
	}
});

test('without a sourced band there is an instruction count and no time', (t) => {
	const { model: _, ...facts } = EMULATED;
	const { session, list } = made(facts, { stageTicks: () => [1344, 0, 0] });
	t.is(
		absent(measureLatency(session, facts, list)),
		'not-measured: stm32f405-emulated counts instructions and declares no sourced cycles per instruction: there is no time to judge (p99 1000 instructions, n 320)',
	);
});

test('silicon latency is cycles by the clock, and needs the clock checked', (t) => {
	const { session, facts, list } = made(BOARD, { stageTicks: () => [168_000, 0, 0] });
	const latency = present(measureLatency(session, facts, list));
	t.is(latency.evidence, 'silicon');
	t.true(Math.abs((latency.lowMs[0] ?? 0) - 1) < 1e-9);
	t.deepEqual(latency.lowMs, latency.highMs);
	const unchecked = made(BOARD, { clockHz: null });
	t.regex(absent(measureLatency(unchecked.session, facts, list)), /^not-measured: the clock was checked 0 times/);
});

test('a counter other than the declared one is no clock', (t) => {
	const emulated = made(EMULATED, { hello: { counterHz: 25_000_000 } });
	t.regex(
		absent(measureLatency(emulated.session, EMULATED, emulated.list)),
		/^rig-error: the firmware's counter runs at 25000000 Hz/,
	);
	const pretender = made(BOARD, { hello: { clockSource: 'virtual', counter: 'systick' } });
	t.regex(absent(measureLatency(pretender.session, BOARD, pretender.list)), /^rig-error: .*this is no board\./);
	const scripted = made(POSIX, { hello: { counter: 'scripted' } });
	t.regex(absent(measureLatency(scripted.session, POSIX, scripted.list)), /^not-measured: the counter is scripted/);
});

test("a host's counter at 0 Hz is no clock: not an infinite latency, and no pass of one", (t) => {
	const { session, facts, list } = made(POSIX);
	if (session.hello !== null) session.hello.counterHz = 0;
	t.regex(absent(measureLatency(session, facts, list)), /^rig-error: the firmware says its counter runs at 0 Hz/);
});

test('host latency is nanoseconds, of host evidence', (t) => {
	const { session, facts, list } = made(POSIX, { stageTicks: () => [2_000_000, 0, 0] });
	const latency = present(measureLatency(session, facts, list));
	t.is(latency.evidence, 'host');
	t.true(Math.abs((latency.highMs[0] ?? 0) - 2) < 1e-9);
});

test('accuracy over the whole set', (t) => {
	const { session, facts, list } = made(EMULATED, {
		decide: (clip) => (clip.name === 'keywords/clip-3' ? 'stop' : (clip.label ?? 'yes')),
	});
	const accuracy = present(measureAccuracy(session, facts, list));
	t.deepEqual([accuracy.correct, accuracy.total], [19, 20]);
	t.deepEqual(accuracy.wrong, [{ name: 'keywords/clip-3', label: 'yes', decided: 'stop' }]);
});

test('one clip that was never sent: no accuracy, no latency, no memory', (t) => {
	const { session, facts, list } = made(EMULATED, { unsent: ['keywords/clip-3'] });
	const why = 'rig-error: 1 of 20 clips do not count, first keywords/clip-3: it was never sent';
	t.is(absent(measureAccuracy(session, facts, list)), why);
	t.is(absent(measureLatency(session, facts, list)), why);
	t.is(absent(measureMemory(session, facts, list)), why.replace('20', '21'));
});

test('a clip sent again counts by its second attempt', (t) => {
	const { session, facts, list } = made(EMULATED, { resent: ['keywords/clip-3'] });
	t.is(session.clips.length, 22);
	t.is(present(measureAccuracy(session, facts, list)).total, 20);
});

test('a clip answered twice is not counted: a rig may not choose among answers', (t) => {
	const { session, facts, list } = made(EMULATED);
	const [first] = session.clips;
	if (first === undefined) throw new Error('no clip');
	const twice = { ...session, clips: [...session.clips, { ...first, event: { ...first.event, clip: 99 } }] };
	t.regex(absent(measureAccuracy(twice, facts, list)), /clip-0: it was sent under two numbers$/);
	const again = { ...session, clips: [...session.clips, { ...first, event: { ...first.event, attempt: 2 as const } }] };
	t.regex(absent(measureAccuracy(again, facts, list)), /clip-0: it was sent again although its first attempt counts$/);
});

test('a clip which is not the one listed does not count', (t) => {
	const { session, facts, list } = made(EMULATED);
	const changed = structuredClone(list);
	const clip = changed.segments[0]?.clips[2];
	if (clip === undefined) throw new Error('no clip');
	clip.samples += 1;
	t.regex(absent(measureAccuracy(session, facts, changed)), /clip-2: 4096 samples were sent, but the clip has 4097$/);
	clip.samples -= 1;
	clip.crc = '00000000';
	t.regex(
		absent(measureAccuracy(session, facts, changed)),
		/clip-2: other audio was sent: CRC [0-9a-f]{8}, but the clip has 00000000$/,
	);
});

test('a label the firmware does not know is said, not counted as wrong', (t) => {
	const { session, facts, list } = made(EMULATED);
	const changed = structuredClone(list);
	const clip = changed.segments[0]?.clips[2];
	if (clip === undefined) throw new Error('no clip');
	clip.label = 'maybe';
	t.is(
		absent(measureAccuracy(session, facts, changed)),
		'not-measured: keywords/clip-2 is labelled "maybe", which this firmware cannot decide (yes, no, stop)',
	);
});

test('memory: static, stack and heap; the clip store apart', (t) => {
	const memory = present(measureMemory(clean.session, clean.facts, clean.list));
	t.deepEqual(
		[memory.staticBytes, memory.stackHighBytes, memory.heapBytes, memory.rigBytes],
		[40_000, 2000, 0, 32_768],
	);
	t.is(memory.evidence, 'emulated');
});

const memoryAbsent = test.macro((t, changes: Partial<MadeRunOptions>, expected: string) => {
	const { session, facts, list } = made(EMULATED, changes);
	t.is(absent(measureMemory(session, facts, list)), expected);
});
test(
	'static memory which is not the image flashed',
	memoryAbsent,
	{ flashStaticBytes: 40_004 },
	'rig-error: the device reports 40000 static bytes, but the image flashed has 40004',
);
test(
	'a stack that was used up',
	memoryAbsent,
	{ memory: { stackHigh: 8192 } },
	'not-measured: all 8192 bytes of the stack were used: how deep it really went cannot be seen',
);
test(
	'a stack that was never painted',
	memoryAbsent,
	{ memory: { stackHigh: 0 } },
	'not-measured: the stack is not painted: its deepest use reads 0 bytes',
);

test('a percentile is one of the samples', (t) => {
	const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
	t.is(samplePercentile(hundred, 0.99), 99);
	t.is(samplePercentile(hundred, 0.5), 50);
	t.is(samplePercentile(hundred, 1), 100);
	t.is(samplePercentile(Float64Array.of(7), 0.01), 7);
	t.is(fractionOf('p99.9'), 0.999);
	t.is(fractionOf('max'), 1);
});

/** Every second hop skips the cell; the first clip's 16 hops also differ in what a skipped hop takes. */
const GATED = RECORD_FLAG.gated;
const skipping = (ticksOf: (clip: string, hop: number) => number) => ({
	recordFlags: (_: ListedClip, hop: number) => (hop % 2 === 1 ? GATED : 0),
	stageTicks: ({ name }: ListedClip, hop: number) => (hop % 2 === 1 ? [ticksOf(name, hop), 0, 0] : [1000, 20_000, 500]),
});

test('hops in which the cell was skipped do not make the others faster', (t) => {
	for (const facts of [EMULATED, COUNTING_ONLY, BOARD, POSIX]) {
		const { session, list } = made(
			facts,
			skipping(() => 300),
		);
		const latency = present(measureLatency(session, facts, list));
		const all = present(measureLatency(made(facts, { stageTicks: () => [1000, 20_000, 500] }).session, facts, list));
		t.is(latency.highMs.length, 160, facts.id);
		t.deepEqual([...new Set(latency.highMs)], [...new Set(all.highMs)], facts.id);
		t.regex(
			latency.rule,
			/; 160 of 320 hops left out, as the cell was skipped in them \(one slower than the median of the others counts\)/,
		);
		t.notRegex(all.rule, /left out/);
		const [frontEnd, , , total] = stageSummaries(session, facts, session.clips.slice(0, 20));
		t.deepEqual(
			[frontEnd?.n, frontEnd?.p50, total?.n],
			[160, Math.round(1000 / (TICKS[facts.id] ?? Number.NaN)), 160],
			facts.id,
		);
	}
});

test('nothing slow hides behind the flag: a skipped hop that takes longer than the median of the others counts', (t) => {
	const slow = (clip: string, hop: number) => (clip.endsWith('clip-3') && hop === 5 ? 90_000 : 300);
	const { session, facts, list } = made(EMULATED, skipping(slow));
	const latency = present(measureLatency(session, facts, list));
	t.is(latency.highMs.length, 161);
	t.true((latency.highMs.at(-1) ?? 0) > 4 * (latency.highMs.at(-2) ?? 0));
	t.regex(latency.rule, /159 of 320 hops left out/);
});

const SLOW = RECORD_FLAG.slow;
test('on an emulator a hop at the low clock takes twice as long; a board has counted that already', (t) => {
	const recordFlags = (_: ListedClip, hop: number) => (hop % 2 === 1 ? SLOW : 0);
	const times = (facts: DeviceFacts) => {
		const { session, list } = made(facts, { recordFlags });
		return present(measureLatency(session, facts, list));
	};
	for (const facts of [EMULATED, COUNTING_ONLY]) {
		const { highInOrderMs, rule } = times(facts);
		const [even = 0, odd] = highInOrderMs;
		t.is(odd, 2 * even, facts.id);
		t.regex(rule, /; 160 of 320 hops computed at 84 MHz \(model\)/);
	}
	const { highInOrderMs, rule } = times(BOARD);
	t.is(highInOrderMs[1], highInOrderMs[0]);
	t.regex(rule, /; 160 of 320 hops computed at the low clock/);
});

test('hops at a low clock that nobody declared have no time', (t) => {
	const { speeds: _, ...model } = EMULATED.model ?? {};
	const facts = { ...EMULATED, model };
	const { session, list } = made(facts, { recordFlags: (_: ListedClip, hop: number) => (hop === 3 ? SLOW : 0) });
	t.is(
		absent(measureLatency(session, facts, list)),
		'not-measured: 20 hops are marked as computed at a low clock, but stm32f405-emulated declares no `model.speeds.low`',
	);
});

test('where the cell never ran there is nothing to tell how long it takes', (t) => {
	const { session, facts, list } = made(EMULATED, { recordFlags: () => GATED });
	t.is(
		absent(measureLatency(session, facts, list)),
		'not-measured: in all 320 hops the cell was skipped: none tells how long one takes',
	);
	t.is(stageSummaries(session, facts, session.clips)[0]?.n, 320 + 64);
});

test('a clip in which no hop fits proves nothing, whatever the device decides', (t) => {
	const { session, facts, list } = made(EMULATED, { list: madeList(EMULATED.id, 20, { samples: 100 }) });
	const why = /clip-0: its 100 samples are no whole hop of 256: nothing was inferred$/;
	t.regex(absent(measureAccuracy(session, facts, list)), why);
	t.regex(absent(measureMemory(session, facts, list)), why);
});

test('a second attempt without its first: one went missing', (t) => {
	const { session, facts, list } = made(EMULATED, { resent: ['keywords/clip-3'] });
	const clips = session.clips.filter((clip) => clip.event.name !== 'keywords/clip-3' || clip.event.attempt === 2);
	t.regex(absent(measureAccuracy({ ...session, clips }, facts, list)), /clip-3: its attempts are numbered 2/);
});

test('an image of unknown size cannot vouch for what a board says', (t) => {
	const { session, facts, list } = made(EMULATED, { flashStaticBytes: null });
	t.regex(absent(measureMemory(session, facts, list)), /^rig-error: the sizes of the flashed image are unknown/);
	const host = made(POSIX, { flashStaticBytes: null });
	t.is(present(measureMemory(host.session, POSIX, host.list)).staticBytes, 40_000);
});
