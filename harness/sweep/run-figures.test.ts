import test from 'ava';
import { RECORD_FLAG } from '../generated/wire.ts';
import { BOARD, HOST, madeEvidence, OWN_HZ, SLOW_HZ } from '../testing/made-sweep.ts';
import { isSameDecision, runFigures } from './run-figures.ts';

/** Counter ticks an instruction of that machine. */
const TICKS = 1.344;
const ticksOf = (instructions: number) => Math.round(TICKS * instructions);
const near = (a: number | null | undefined, b: number, tolerance = 1e-3) =>
	Math.abs((a ?? Number.NaN) / b - 1) < tolerance;
const GATED = RECORD_FLAG.gated;

const working = (instructions: readonly number[]) => ({
	stageTicks: () => instructions.map(ticksOf),
	awakeTicks: () => ticksOf(instructions.reduce((sum, each) => sum + each, 0)),
});

test('instructions counted at one clock are worth as many cycles, and twice the time, at half of it', (t) => {
	const { points, fault } = runFigures(madeEvidence(BOARD, 4, working([100_000, 200_000, 20_000])));
	t.is(fault, null);
	t.deepEqual(
		points.map(({ clockHz }) => clockHz),
		[OWN_HZ, SLOW_HZ],
	);
	const [own, slow] = points;
	// 320,000 instructions at 1 to 2 cycles each.
	t.true(near(own?.latencyP99.low, 320_000 / 168e3));
	t.true(near(own?.latencyP99.high, 640_000 / 168e3));
	t.true(near(slow?.latencyP99.high, 2 * (own?.latencyP99.high ?? 0), 1e-9));
	t.true(near(slow?.load.high, 640_000 / 84e3 / 16));
	for (const point of points) {
		t.is(point.latencyP99.evidence, 'modelled');
		const total = point.stages.find(({ name }) => name === 'total');
		t.deepEqual(
			point.stages.map(({ name, unit }) => [name, unit]),
			['front-end', 'cell', 'read-out', 'total'].map((name) => [name, 'instructions']),
		);
		t.true(near(total?.mean, 320_000) && near(total?.meanCyclesLow, 320_000) && near(total?.meanCyclesHigh, 640_000));
	}
});

test('power at another clock is made of the same counts with the currents of that clock', (t) => {
	const [own, slow] = runFigures(madeEvidence(BOARD, 2, working([150_000, 0, 18_000]))).points;
	// 168,000 instructions a hop of 16 ms: awake 1 to 2 ms at 168 MHz, 2 to 4 ms at 84 MHz.
	const milliwatts = (share: number, run: number, sleep: number) => 3.3 * (share * run + (1 - share) * sleep);
	t.true(near(own?.power.low, milliwatts(1 / 16, 40, 12), 0.02), String(own?.power.low));
	t.true(near(own?.power.high, milliwatts(2 / 16, 40, 12), 0.02));
	t.true(near(slow?.power.low, milliwatts(2 / 16, 22, 6), 0.02), String(slow?.power.low));
	t.true(near(slow?.power.high, milliwatts(4 / 16, 22, 6), 0.02));
	t.is(slow?.power.evidence, 'modelled');
});

test('a board that cannot keep up at a clock has no power there, and says why', (t) => {
	const [own, slow] = runFigures(madeEvidence(BOARD, 2, working([1_000_000, 0, 0]))).points;
	t.not(own?.power.high, null);
	t.is(slow?.power.high, null);
	t.regex(slow?.power.reason ?? '', /it cannot keep up: a hop takes 0\.744 to 1\.49 times the time to the next one/);
	t.not(slow?.latencyP99.high, null, 'how long a hop takes is known all the same');
});

test('hops that were skipped count in the mean work, and not in the latency of an inference', (t) => {
	const isSkipped = (hop: number) => hop % 2 === 1;
	const { points } = runFigures(
		madeEvidence(BOARD, 4, {
			stageTicks: (_, hop) => [ticksOf(100_000), isSkipped(hop) ? 0 : ticksOf(200_000), 0],
			awakeTicks: (_, hop) => ticksOf(isSkipped(hop) ? 100_000 : 300_000),
			recordFlags: (_, hop) => (isSkipped(hop) ? GATED : 0),
		}),
	);
	const [own] = points;
	t.true(near(own?.latencyP50.low, 300_000 / 168e3));
	t.true(near(own?.stages.find(({ name }) => name === 'total')?.mean, 200_000));
	t.true(near(own?.load.low, 200_000 / 168e3 / 16));
});

test('memory, flash and accuracy come with their evidence; a PC has one clock, no power and no flash', (t) => {
	const board = runFigures(
		madeEvidence(BOARD, 3, { decide: (clip) => (clip.name.endsWith('0') ? 'no' : (clip.label ?? '')) }),
	);
	t.deepEqual([board.accuracy.correct, board.accuracy.total, board.accuracy.evidence], [2, 3, 'emulated']);
	t.true((board.accuracy.low ?? 100) < 66 && (board.accuracy.high ?? 0) > 67, 'with an interval');
	t.regex(board.accuracy.method, /Clopper-Pearson at 95 % each side, clips taken as independent/);
	t.deepEqual([board.points[0]?.flash.high, board.points[0]?.ram.evidence], [60_000, 'emulated']);
	const host = runFigures(madeEvidence(HOST, 3));
	t.deepEqual(
		host.points.map(({ clockHz }) => clockHz),
		[null],
	);
	const [point] = host.points;
	t.is(point?.latencyP99.evidence, 'host');
	t.regex(point?.power.reason ?? '', /a PC process has no power of its own/);
	t.regex(point?.flash.reason ?? '', /a PC program is not stored in flash/);
	t.true(point?.stages.every(({ meanCyclesLow }) => meanCyclesLow === null));
});

test('clips of few speakers are not bounded as if they were independent without saying so', (t) => {
	const evidence = madeEvidence(HOST, 12);
	for (const clip of evidence.list.segments[0]?.clips ?? []) clip.speaker = 'one';
	const { accuracy } = runFigures(evidence);
	t.regex(accuracy.method, /not bounded; shown instead: Wilson 95 %, clips taken as independent/);
	t.not(accuracy.low, null);
});

test('a bench that failed gives no figure, whatever it delivered', (t) => {
	for (const [changes, reason] of [
		[{ faults: [{ code: 'reset', text: 'the device reset' }] }, /reset: the device reset/],
		[{ sessionEnd: 'rig-error' as const }, /ended with a rig error/],
		[{ runEnd: 'interrupted' as const }, /interrupted/],
		[{ runEnd: null }, /cut off/],
	] as const) {
		const { fault, points, accuracy, decisions } = runFigures(madeEvidence(BOARD, 2, changes));
		t.regex(fault?.reason ?? '', reason);
		t.deepEqual(points, []);
		t.is(accuracy.percent, null);
		t.is(decisions.size, 0);
	}
	const lost = runFigures(madeEvidence(BOARD, 2, { unsent: ['keywords/clip-1'] }));
	t.is(lost.accuracy.percent, null);
	t.regex(lost.points[0]?.latencyP99.reason ?? '', /1 of 2 clips do not count/);
});

test('of several sessions the worst counts', (t) => {
	const list = madeEvidence(HOST, 3).list;
	const { points } = runFigures(
		madeEvidence(HOST, 3, {
			list: { ...list, sessions: 2 },
			sessions: [
				{ stageTicks: () => [1000, 0, 0], hello: { boot: '00000001' } },
				{ stageTicks: () => [3000, 0, 0], hello: { boot: '00000002' } },
			],
		}),
	);
	t.true(near(points[0]?.latencyP99.high, 0.003));
	t.regex(points[0]?.latencyP99.rule ?? '', /^the worst of 2 sessions; /);
});

test('decisions are compared by label and score', (t) => {
	const { decisions } = runFigures(madeEvidence(BOARD, 2));
	t.deepEqual([...decisions.keys()], ['keywords/clip-0', 'keywords/clip-1']);
	const first = decisions.get('keywords/clip-0');
	if (first === undefined) throw new Error('the clip was decided');
	t.true(isSameDecision(first, { ...first }));
	t.false(isSameDecision(first, { ...first, label: 'stop' }));
	t.false(isSameDecision(first, { ...first, scores: first.scores.map((score) => score + 1) }));
	t.false(isSameDecision(first, { ...first, scores: first.scores.slice(1) }));
});
