import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DeviceFacts } from '../generated/device.ts';
import type { Cell } from '../generated/record.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { parseSpecTable } from '../scenario/spec-table.ts';
import { type MadeRunOptions, type MadeSession, madeDecodedRun, madeList } from '../testing/made-run.ts';
import { type JudgeInput, judgeCells } from './cells.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const BOARD = deviceOf(DEVICES, 'stm32f405').facts;
const POSIX = deviceOf(DEVICES, 'posix').facts;
/** 168,000 cycles are a millisecond of the board. */
const MS = 168_000;

interface Judged extends Partial<Omit<MadeRunOptions, 'sessions'>> {
	spec?: string;
	sessions?: readonly MadeSession[];
	/** Default: as many as there are. */
	asked?: number;
	devices?: readonly DeviceFacts[];
	input?: Partial<JudgeInput>;
}

const LATENCY = table('STM32F4', '< 15 ms', 'Latency');

function table(row: string, limit: string, column: string): string {
	return `| Device | ${column} |\n| --- | --- |\n| ${row} | ${limit} |\n`;
}

/** The cells of a made run of a board, 20 clips of 16 hops and one for power. */
function judged({ spec = LATENCY, asked, devices, input, ...made }: Judged = {}): Cell[] {
	const { facts = BOARD, sessions = [{}], list = madeList(facts.id, 20) } = made;
	const run = madeDecodedRun({ ...made, facts, sessions, list });
	const known = devices ?? [facts];
	return judgeCells({
		spec: parseSpecTable(spec, 'spec.md'),
		list: { ...list, devices: known.map(({ id }) => id), sessions: asked ?? sessions.length },
		devices: new Map(known.map((each) => [each.id, each])),
		calibrations: new Map(),
		reference: null,
		run,
		startedAt: run.run?.startedAt ?? null,
		inputsChanged: [],
		source: 'live',
		...input,
	});
}

function only(cells: readonly Cell[]): Cell {
	const [cell] = cells;
	if (cell === undefined || cells.length > 1) throw new Error(`${cells.length} cells`);
	return cell;
}

/** Sessions whose hops take so many milliseconds, one for each. */
const taking = (...milliseconds: readonly number[]): MadeSession[] =>
	milliseconds.map((each) => ({ stageTicks: () => [Math.round(each * MS), 0, 0] }));

test('five sessions of a board judge the board, four judge each session and say so', (t) => {
	const five = only(judged({ sessions: taking(9, 9.1, 9.05, 8.95, 9.02) }));
	t.is(five.verdict, 'pass');
	t.is(five.scope, 'board');
	t.is(five.sessions, 5);
	t.is(five.n, 320);
	t.regex(five.rule, /^p99 of 5 sessions x 320 hops: Student bound on ln of the session percentiles/);
	const four = only(judged({ sessions: taking(9, 9.1, 9.05, 8.95) }));
	t.is(four.verdict, 'pass');
	t.is(four.scope, 'session');
	t.is(four.sessions, 4);
	t.regex(four.rule, /^worst of 4 sessions \(a claim about the board needs 5 sessions\): /);
});

test('a board is bounded by the spread of its sessions, not by the number of its hops', (t) => {
	const cell = only(judged({ sessions: taking(9, 9.4, 9.2, 8.8, 9.1) }));
	// t(0.95, 4) = 2.1318; mean and deviation of the logarithms by hand from the five figures above.
	const logs = [9, 9.4, 9.2, 8.8, 9.1].map(Math.log);
	const mean = logs.reduce((sum, value) => sum + value, 0) / 5;
	const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4);
	const expected = [-1, 1].map((side) => Math.exp(mean + (side * 2.1318 * deviation) / Math.sqrt(5)));
	for (const [index, bound] of (cell.bounds ?? []).entries())
		t.true(Math.abs((bound ?? 0) - (expected[index] ?? 0)) < 1e-4, `${bound} and ${expected[index]}`);
	t.regex(cell.rule, /more boots, not samples/);
});

test('an undecided board says how many sessions would decide', (t) => {
	const cell = only(judged({ sessions: taking(14, 16, 13.8, 14.9, 14.2) }));
	t.is(cell.verdict, 'inconclusive');
	t.is(cell.wouldDecide?.what, 'sessions');
	t.true((cell.wouldDecide?.n ?? 0) > 5);
	t.is(
		cell.reason,
		`1 of 5 sessions have a p99 over the limit; about ${cell.wouldDecide?.n} sessions would probably decide`,
	);
});

test('too few hops in a session bound nothing of the board', (t) => {
	const list = madeList(BOARD.id, 1, { samples: 62 * 256 });
	const cell = only(judged({ list, sessions: taking(9, 9.1, 9.05, 8.95, 9.02) }));
	t.is(cell.verdict, 'inconclusive');
	t.is(
		cell.reason,
		'62 hops in each session cannot bound p99 from above; at least 299 hops in each session are needed',
	);
	t.deepEqual(cell.wouldDecide, { what: 'hops', n: 299 });
});

test('a percentile between two modes is decided by all sessions, or not at all', (t) => {
	// One hop in a hundred is slow, which is where the 99th percentile lies.
	const modes = (slow: number): MadeSession => ({
		stageTicks: (clip, hop) => [(Number(clip.name.split('-')[1]) * 16 + hop) % 100 < slow ? 20 * MS : 9 * MS, 0, 0],
	});
	const cell = only(judged({ sessions: [modes(1), modes(2), modes(1), modes(0), modes(2)] }));
	t.is(cell.verdict, 'inconclusive');
	t.deepEqual(cell.marks, ['p99 in a gap or steep tail']);
	t.is(cell.wouldDecide, null);
	t.regex(cell.reason, /^\d of 5 sessions have a p99 over the limit, and the p99 lies in a gap/);
	const fails = only(judged({ sessions: Array.from({ length: 5 }, () => modes(4)) }));
	t.is(fails.verdict, 'fail');
});

test('one hop over a maximum is a fail in whichever session it was; none is never a pass', (t) => {
	const spec = table('STM32F4', '< 15 ms', 'Latency (max)');
	const slow = (clip: { name: string }, hop: number) => [
		clip.name.endsWith('-3') && hop === 5 ? 16 * MS : 9 * MS,
		0,
		0,
	];
	const fails = only(judged({ spec, sessions: [...taking(9, 9, 9, 9), { stageTicks: slow }] }));
	t.is(fails.verdict, 'fail');
	t.is(fails.missRate?.missed, 1);
	const kept = only(judged({ spec, sessions: taking(9, 9, 9, 9, 9) }));
	t.is(kept.verdict, 'inconclusive');
	t.is(kept.missRate?.missed, 0);
	// The hops of one session alone: 0.05^(1/320).
	t.true(Math.abs((kept.missRate?.upperBound ?? 0) - (1 - 0.05 ** (1 / 320))) < 1e-9);
	t.is(kept.wouldDecide, null);
});

test('a stated board is refused below five sessions, naming how many more', (t) => {
	const spec = table('STM32F4', '< 15 ms', 'Latency (p99, board)');
	const cell = only(judged({ spec, sessions: taking(9, 9, 9) }));
	t.is(cell.verdict, 'not-measured');
	t.is(cell.reason, 'scope `board` needs at least 5 sessions; this run has 3, 2 more are needed: `--sessions 5`');
	t.is(only(judged({ spec, sessions: taking(9, 9, 9, 9, 9) })).verdict, 'pass');
});

test('sessions of an emulator never speak for a board', (t) => {
	const sessions = [{}, {}, {}, {}, {}];
	const [stated, unstated] = judged({
		facts: EMULATED,
		sessions,
		spec: '| Device | Latency (p99, board) | Latency (p50) |\n| --- | --- | --- |\n| STM32F4 | < 15 ms | < 15 ms |\n',
	});
	t.is(stated?.verdict, 'not-measured');
	t.regex(stated?.reason ?? '', /needs at least 5 silicon sessions/);
	t.is(unstated?.verdict, 'pass');
	t.is(unstated?.scope, 'session');
	t.deepEqual(unstated?.marks, ['no spread: emulated']);
	t.regex(unstated?.rule ?? '', /^worst of 5 sessions: /);
});

test('the same figure asked for of session and board is judged as both', (t) => {
	const cells = judged({
		spec: '| Device | Latency (p99) | Latency (p99, board) |\n| --- | --- | --- |\n| STM32F4 | < 15 ms | < 15 ms |\n',
		sessions: taking(9, 9.1, 9.05, 8.95, 9.02),
	});
	t.deepEqual(
		cells.map(({ scope, verdict }) => `${scope} ${verdict}`),
		['session pass', 'board pass'],
	);
});

test('a fleet is three boards, and one is not', (t) => {
	const cell = only(
		judged({ spec: table('STM32F4', '< 15 ms', 'Latency (p99, fleet)'), sessions: taking(9, 9, 9, 9, 9) }),
	);
	t.is(cell.verdict, 'not-measured');
	t.is(cell.reason, 'scope `fleet` needs at least 3 boards; this run has 1 of this row (stm32f405), 2 more are needed');
});

test('a PC has sessions that vary, and is judged as that PC', (t) => {
	const spec = table('Desktop CPU', '< 5 ms', 'Latency');
	const sessions = Array.from({ length: 5 }, (_, index) => ({ stageTicks: () => [1_000_000 + 1000 * index, 0, 0] }));
	const cell = only(judged({ facts: POSIX, spec, sessions }));
	t.is(cell.verdict, 'pass');
	t.is(cell.scope, 'board');
	t.is(cell.evidence, 'host');
});

const ALL = `| Device | Latency | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| STM32F4 | < 15 ms | < 100 mW | < 64 KB | > 93.8 % | > 0.5 h |
`;
const milliwatts = ({ index }: { index: number }) => 50 + (index % 7) / 7;
const green = ({ verdict }: Cell) => verdict === 'pass' || verdict === 'marginal';

test('five sound sessions pass all there is to pass', (t) => {
	const cells = judged({ spec: ALL, milliwatts, sessions: [{}, {}, {}, {}, {}] });
	t.true(cells.every(green), cells.map(({ metric, verdict, reason }) => `${metric} ${verdict}: ${reason}`).join('\n'));
});

const voids = test.macro((t, sessions: readonly MadeSession[], verdict: string, reason: RegExp, asked?: number) => {
	const cells = judged({ spec: ALL, milliwatts, sessions, asked: asked ?? 5 });
	t.is(cells.length, 5);
	for (const cell of cells) {
		t.is(cell.verdict, verdict as never, cell.metric);
		t.regex(cell.reason, reason);
	}
});
test(
	'a session with a fault of the rig voids the device, and is named',
	voids,
	[{}, {}, { faults: [{ code: 'link-lost', text: 'the plug came out' }] }, {}, {}],
	'rig-error',
	/^session 3 of 5: link-lost: the plug came out$/,
);
test(
	'one session with a drifting clock is a rig error',
	voids,
	[{}, {}, {}, {}, { clockHz: 165_000_000 }],
	'rig-error',
	/^session 5 of 5: .*165/,
);
test(
	'a session that is missing is not judged around',
	voids,
	[{}, {}, {}, {}],
	'rig-error',
	/^4 sessions were captured, but 5 were asked for/,
);
test(
	'a session too many is as wrong as one too few',
	voids,
	[{}, {}, {}],
	'rig-error',
	/^3 sessions were captured, but 2 were asked for/,
	2,
);
test(
	'a session that broke off',
	voids,
	[{}, { sessionEnd: 'rig-error' }, {}, {}, {}],
	'rig-error',
	/^session 2 of 5: the session ended with a rig error$/,
);
test(
	'figures of a session that contradict each other void it, with the arithmetic',
	voids,
	[{}, {}, {}, { awakeTicks: () => 10 }, {}],
	'rig-error',
	/^session 4 of 5: the figures of .* contradict each other: .* = 3500 cycles, but it was awake for only 10$/,
);

test('a clip lost in one session voids what is measured from clips, and names the session', (t) => {
	const cells = judged({ spec: ALL, milliwatts, sessions: [{}, { unsent: ['keywords/clip-7'] }, {}, {}, {}] });
	t.deepEqual(
		cells.map(({ metric, verdict }) => `${metric} ${verdict}`),
		['latency rig-error', 'power pass', 'memory rig-error', 'accuracy rig-error', 'battery-life pass'],
	);
	t.is(cells[3]?.reason, 'session 2 of 5: 1 of 20 clips do not count, first keywords/clip-7: it was never sent');
});

test('memory is a maximum: one boot over the limit is a fail', (t) => {
	const spec = table('STM32F4', '< 48 KB', 'Memory');
	const sessions = [{}, {}, { memory: { heap: 20_000 } }, {}, {}];
	const cell = only(judged({ spec, sessions }));
	t.is(cell.verdict, 'fail');
	t.is(cell.estimate, 62_000);
	t.regex(cell.rule, /^the largest of 5 sessions, 41 KB .* to 60\.5 KB/);
	const alike = only(judged({ spec, sessions: [{}, {}, {}, {}, {}] }));
	t.is(alike.verdict, 'pass');
	t.regex(alike.rule, /^the same in all 5 sessions: /);
});

test('a fixed set decided differently from boot to boot is no fixed set any more', (t) => {
	const spec = table('STM32F4', '> 90 %', 'Accuracy');
	const wrong = {
		decide: (clip: { name: string; label: string | null }) =>
			clip.name.endsWith('-4') ? 'stop' : (clip.label ?? 'yes'),
	};
	const cell = only(judged({ spec, sessions: [{}, {}, wrong, {}, {}] }));
	t.is(cell.verdict, 'inconclusive');
	t.deepEqual(cell.marks, ['not deterministic']);
	t.is(cell.estimate, 95);
	t.regex(
		cell.rule,
		/^1 of 20 clips were not decided alike in all 5 sessions, so the worst session is judged as a sample/,
	);
	t.true(
		cell.diagnosis.some(({ text }) => text.includes('keywords/clip-4 (no, stop)')),
		JSON.stringify(cell.diagnosis),
	);
	// 19 of 20: Clopper-Pearson, scipy.stats.beta.ppf(0.05, 19, 2).
	t.true(Math.abs((cell.bounds?.[0] ?? 0) - 78.389) < 0.01, String(cell.bounds));
	const alike = only(judged({ spec, sessions: Array(5).fill(wrong) }));
	t.is(alike.verdict, 'pass');
	t.deepEqual(alike.bounds, [95, 95]);
});

test('two wrong answers to the same clip are not alike, though both are wrong', (t) => {
	const spec = table('STM32F4', '> 90 %', 'Accuracy');
	const saying = (word: string): MadeSession => ({
		decide: (clip) => (clip.name.endsWith('-3') && !clip.name.endsWith('13') ? word : (clip.label ?? 'yes')),
	});
	const cell = only(judged({ spec, facts: EMULATED, sessions: [saying('no'), saying('stop')] }));
	t.deepEqual(cell.marks, ['not deterministic', 'no spread: emulated']);
});

test('sessions repeat the same clips: a population is no better known from five of them', (t) => {
	const spec = table('STM32F4', '> 93.8 %', 'Accuracy (population)');
	const one = only(judged({ spec }));
	const five = only(judged({ spec, sessions: [{}, {}, {}, {}, {}] }));
	t.is(one.verdict, 'inconclusive');
	t.deepEqual(five.bounds, one.bounds);
	t.is(five.wouldDecide?.what, 'clips');
});

const POWER =
	'| Device | Power | Energy | Battery life |\n| --- | --- | --- | --- |\n| STM32F4 | < 60 mW | < 1 mJ | > 1.6 h |\n';
/** Sessions that draw so many milliwatts, one for each. */
const drawing = (...levels: readonly number[]): MadeSession[] =>
	levels.map((level) => ({ milliwatts: ({ index }) => level + (index % 7) / 7 }));

test("the instrument's part of the uncertainty does not fall with the number of sessions", (t) => {
	const width = (cell: Cell | undefined) => (cell?.bounds?.[1] ?? Number.NaN) - (cell?.bounds?.[0] ?? Number.NaN);
	const five = judged({ spec: POWER, sessions: drawing(50, 50, 50, 50, 50) })[0];
	const twenty = judged({ spec: POWER, sessions: drawing(...Array(20).fill(50)) })[0];
	t.is(five?.verdict, 'pass');
	t.is(five?.scope, 'board');
	t.true(width(twenty) > 0.99 * width(five), `${width(five)} and ${width(twenty)}`);
	const instrument = Math.sqrt(
		(five?.uncertainty ?? []).filter(({ kind }) => kind === 'B').reduce((sum, { standard }) => sum + standard ** 2, 0),
	);
	// 1.6449: the 95th percentile of a normal distribution, one side.
	t.true(width(twenty) >= 2 * 1.6449 * instrument * 0.999);
	t.true(twenty?.marks.includes('self-measured'));
});

test('sessions that spread widen the power of the board, and undecided it names how many decide', (t) => {
	const [cell] = judged({ spec: POWER, sessions: drawing(52, 60, 55, 50, 62) });
	t.is(cell?.verdict, 'inconclusive');
	t.is(cell?.wouldDecide?.what, 'sessions');
	t.true((cell?.wouldDecide?.n ?? 0) > 5);
	t.is(cell?.uncertainty[0]?.source, 'spread between sessions');
	t.is(cell?.uncertainty[0]?.degreesOfFreedom, 4);
});

test("a limit within the instrument's own error is for another instrument, not for more sessions", (t) => {
	const spec = table('STM32F4', '< 50.6 mW', 'Power');
	const cell = only(judged({ spec, sessions: drawing(50, 50, 50, 50, 50) }));
	t.is(cell.verdict, 'inconclusive');
	t.deepEqual(cell.wouldDecide, { what: 'meter', n: null });
});

test('battery life is the battery divided by the bounds of the power, turned round', (t) => {
	const [power, energy, life] = judged({ spec: POWER, sessions: drawing(50, 51, 50.5, 49.5, 50) });
	const [low, high] = (power?.bounds ?? []) as [number, number];
	t.true(Math.abs((life?.bounds?.[0] ?? 0) - 96 / high) < 1e-9);
	t.true(Math.abs((life?.bounds?.[1] ?? 0) - 96 / low) < 1e-9);
	t.is(life?.verdict, 'pass');
	// A hop of 256 samples at 16 kHz lasts 16 ms.
	t.true(Math.abs((energy?.estimate ?? 0) - 0.016 * (power?.estimate ?? 0)) < 1e-4);
	t.is(energy?.unit, 'mJ');
});

test('one session: spread of the trace and instrument together, each term in the budget', (t) => {
	const [power] = judged({ spec: POWER, sessions: drawing(50) });
	t.is(power?.verdict, 'pass');
	t.is(power?.scope, 'session');
	t.deepEqual(power?.uncertainty.map(({ source, kind }) => `${kind} ${source}`).slice(0, 2), [
		'A spread of the trace',
		'B shunt',
	]);
	t.regex(power?.rule ?? '', /at 95 % each side, of which the instrument/);
});

test('a trace too short for its correlation does not decide near the limit', (t) => {
	// Power climbs all through the clip: neighbouring stretches are alike, and where it would end nobody knows.
	const rising: MadeSession = { milliwatts: ({ seconds }) => 30 + 40 * seconds };
	const cell = only(judged({ spec: table('STM32F4', '< 60 mW', 'Power'), sessions: [rising] }));
	t.is(cell.verdict, 'inconclusive');
	t.true(cell.marks.includes('trace too short'));
	t.is(cell.wouldDecide?.what, 'seconds');
	// The clip has 64 hops: 1.024 s, and at least twice that is asked for.
	t.true((cell.wouldDecide?.n ?? 0) > 2);
	t.regex(cell.reason, /^trace too short.*; begin with \d+ s$/);
});
