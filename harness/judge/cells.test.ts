import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { DecodedRun } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Cell } from '../generated/record.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { parseSpecTable } from '../scenario/spec-table.ts';
import { type MadeRunOptions, madeDecodedRun, madeList } from '../testing/made-run.ts';
import { type JudgeInput, judgeCells } from './cells.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const BOARD = deviceOf(DEVICES, 'stm32f405').facts;
const POSIX = deviceOf(DEVICES, 'posix').facts;

const SPEC = `| Device | Latency | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| STM32F4 | < 15 ms | < 1.2 mW | < 64 KB | > 93.8 % | > 80 h |
| nRF52840 | < 12 ms | < 0.9 mW | < 32 KB | > 93.5 % | > 100 h |

| Device | Latency | Throughput | Memory | Accuracy |
| --- | --- | --- | --- | --- |
| Desktop CPU | < 5 ms | > 1000 req/s | < 100 MB | > 95 % |
`;

interface Judged {
	facts?: DeviceFacts;
	spec?: string;
	list?: ClipList;
	devices?: readonly DeviceFacts[];
	change?: (run: DecodedRun) => void;
	input?: Partial<JudgeInput>;
}

/** Cells of a made run of one device, 20 clips and a power clip unless told otherwise. */
function judged(
	{ facts = EMULATED, spec = SPEC, list = madeList(facts.id, 20), devices = [facts], change, input }: Judged = {},
	made: Partial<MadeRunOptions> = {},
): Cell[] {
	const run = madeDecodedRun({ facts, list, ...made });
	change?.(run);
	const asked = { ...list, devices: devices.map((device) => device.id) };
	const known = new Map(devices.map((device) => [device.id, device]));
	return judgeCells({
		spec: parseSpecTable(spec, 'spec.md'),
		list: asked,
		devices: known,
		calibrations: new Map(),
		reference: null,
		run,
		startedAt: run.run?.startedAt ?? null,
		inputsChanged: [],
		source: 'live',
		...input,
	});
}

const verdicts = (cells: readonly Cell[]) => cells.map((cell) => `${cell.metric} ${cell.verdict}`);
const one = (row: string, limit: string, column = 'Latency') =>
	`| Device | ${column} |\n| --- | --- |\n| ${row} | ${limit} |\n`;

test('every cell of the spec exactly once, rows nobody asked for as well', (t) => {
	const cells = judged();
	t.is(cells.length, 14);
	t.deepEqual(verdicts(cells.slice(0, 5)), [
		'latency pass',
		'power fail',
		'memory pass',
		'accuracy pass',
		'battery-life fail',
	]);
	t.true(cells.slice(5).every((cell) => cell.verdict === 'not-requested' && cell.device === null));
	t.deepEqual(
		cells.slice(0, 5).map((cell) => cell.evidence),
		['modelled', 'modelled', 'emulated', 'emulated', 'modelled'],
	);
	t.true(cells.every((cell) => cell.reason !== ''));
});

test('a worse model, a slow stage, a larger buffer: the right cell turns red, and no other', (t) => {
	const base = verdicts(judged().slice(0, 5));
	const changed = (made: Partial<MadeRunOptions>, index: number) => {
		const now = verdicts(judged({}, made).slice(0, 5));
		t.regex(now[index] ?? '', / fail$/);
		t.deepEqual(now.with(index, ''), base.with(index, ''));
	};
	changed({ decide: (clip) => (/[15]$/.test(clip.name) ? 'stop' : (clip.label ?? 'yes')) }, 3);
	// 2,520,000 cycles are 15 ms; awake time is left as it was.
	const slow = (clip: { name: string }) => (clip.name.startsWith('keywords') ? [4_000_000, 1000, 0] : [1000, 1000, 0]);
	changed({ stageTicks: slow }, 0);
	changed({ memory: { static: 65_000 }, flashStaticBytes: 65_000 }, 2);
});

test('a band that straddles the limit is inconclusive and says what decides', (t) => {
	// 2,400,000 cycles estimated: 13.3 to 18.6 ms.
	const slow = { stageTicks: () => [2_688_000, 0, 0], cyclesPerInstruction: 1.2 };
	const [cell] = judged({ spec: one('STM32F4', '< 15 ms') }, slow);
	t.is(cell?.verdict, 'inconclusive');
	t.is(
		cell?.reason,
		'the limit lies inside the band of the cycle model; a run on silicon decides, or a narrower band with a source',
	);
	t.deepEqual(cell?.wouldDecide, { what: 'silicon', n: null });
	const [low, high] = cell?.bounds ?? [];
	t.true((low ?? 99) < 15 && (high ?? 0) > 15);
});

test('a latency is bounded from below by zero, however far its level wanders', (t) => {
	const rising = (clip: { name: string }) => [1000 + 100_000 * Number(clip.name.split('-').at(-1)), 0, 0];
	const [cell] = judged({ facts: POSIX, spec: one('Desktop CPU', '< 5 ms') }, { stageTicks: rising });
	t.regex(cell?.rule ?? '', /neighbouring hops are alike/);
	t.is(cell?.bounds?.[0], 0);
});

test('62 hops cannot prove a 99th percentile, and the cell says how many would', (t) => {
	const list = madeList(POSIX.id, 1, { samples: 62 * 256 });
	const [cell] = judged({ facts: POSIX, spec: one('Desktop CPU', '< 5 ms'), list });
	t.is(cell?.verdict, 'inconclusive');
	t.is(cell?.n, 62);
	t.is(cell?.reason, '62 hops cannot bound p99 from above; at least 299 hops are needed');
	t.is(cell?.bounds?.[1], null);
	t.deepEqual(cell?.wouldDecide, { what: 'hops', n: 299 });
});

test('62 hops far over the limit do prove a fail', (t) => {
	const list = madeList(POSIX.id, 1, { samples: 62 * 256 });
	const [cell] = judged(
		{ facts: POSIX, spec: one('Desktop CPU', '< 5 ms'), list },
		{ stageTicks: () => [20_000_000, 0, 0] },
	);
	t.is(cell?.verdict, 'fail');
	t.is(cell?.reason, 'nothing within the bounds meets the limit, off by a factor of 4.0 or more');
});

test('a percentile between pass and fail says how many hops would decide', (t) => {
	// 7 of 1008 hops are over: neither at most 4 nor at least 16.
	const list = madeList(POSIX.id, 63);
	const slow = (name: string, hop: number) => hop === 0 && /-[0-6]$/.test(name);
	const [cell] = judged(
		{ facts: POSIX, spec: one('Desktop CPU', '< 5 ms'), list },
		{ stageTicks: (clip, hop) => (slow(clip.name, hop) ? [9_000_000, 0, 0] : [1_000_000, 0, 0]) },
	);
	t.is(cell?.verdict, 'inconclusive');
	t.is(cell?.reason, `7 of 1008 hops are over the limit; about ${cell?.wouldDecide?.n} hops would probably decide`);
	t.is(cell?.wouldDecide?.what, 'hops');
});

test('a maximum is never proven, but may be broken', (t) => {
	const spec = one('Desktop CPU', '< 5 ms', 'Latency (max)');
	const [kept] = judged({ facts: POSIX, spec });
	t.is(kept?.verdict, 'inconclusive');
	t.regex(kept?.reason ?? '', /^no hop of 320 was over the limit, which bounds the share of such hops to 0.93 %/);
	t.is(kept?.missRate?.n, 320);
	const [broken] = judged(
		{ facts: POSIX, spec },
		{ stageTicks: (clip, hop) => (clip.name.endsWith('-3') && hop === 5 ? [6_000_000, 0, 0] : [1000, 0, 0]) },
	);
	t.is(broken?.verdict, 'fail');
	t.is(broken?.missRate?.missed, 1);
	t.regex(broken?.reason ?? '', /1 of 320 hops were over it$/);
});

test('KB is 1024: 65,535 bytes meet < 64 KB, 65,536 do not', (t) => {
	const memory = (bytes: number) => {
		const [cell] = judged(
			{ spec: one('STM32F4', '< 64 KB', 'Memory') },
			{ memory: { static: bytes - 2000 }, flashStaticBytes: bytes - 2000 },
		);
		return [cell?.verdict, cell?.estimate];
	};
	t.deepEqual(memory(65_535), ['marginal', 65_535]);
	t.deepEqual(memory(65_536), ['fail', 65_536]);
	t.deepEqual(memory(64_000), ['marginal', 64_000]);
	t.deepEqual(memory(60_000), ['pass', 60_000]);
});

test('static and stack can be asked for by themselves', (t) => {
	const cells = judged({
		spec: '| Device | Memory (static) | Memory (stack) |\n| --- | --- | --- |\n| STM32F4 | < 64 KB | < 4 KB |\n',
	});
	t.deepEqual(
		cells.map((cell) => cell.estimate),
		[40_000, 2000],
	);
});

test('a session in which one clip is missing has no accuracy and no pass that rests on it', (t) => {
	const cells = judged({}, { unsent: ['keywords/clip-7'] }).slice(0, 5);
	t.deepEqual(verdicts(cells), [
		'latency rig-error',
		'power fail',
		'memory rig-error',
		'accuracy rig-error',
		'battery-life fail',
	]);
	t.is(cells[3]?.reason, '1 of 20 clips do not count, first keywords/clip-7: it was never sent');
});

test('one clip may be sent again, two of twenty are a bad link', (t) => {
	t.is(judged({}, { resent: ['keywords/clip-7'] })[3]?.verdict, 'pass');
	const cells = judged({}, { resent: ['keywords/clip-7', 'keywords/clip-8'] }).slice(0, 5);
	t.true(cells.every((cell) => cell.verdict === 'rig-error'));
	t.regex(
		cells[0]?.reason ?? '',
		/^2 of 21 clips had to be sent again, 1 allowed: keywords\/clip-7 \(.*\), keywords\/clip-8/,
	);
});

const voids = test.macro(
	(t, made: Partial<MadeRunOptions>, verdict: string, reason: RegExp, change?: (run: DecodedRun) => void) => {
		const cells = judged(change === undefined ? {} : { change }, made).slice(0, 5);
		for (const cell of cells) {
			t.is(cell.verdict, verdict as never);
			t.regex(cell.reason, reason);
			t.is(cell.estimate, null);
		}
	},
);

test(
	'a fault of the rig voids its session',
	voids,
	{ faults: [{ code: 'link-lost', text: 'the pty was closed' }] },
	'rig-error',
	/^link-lost: the pty was closed$/,
);
test('a session without an end', voids, { sessionEnd: null }, 'not-measured', /^the run was cut off/);
test(
	'an interrupted session',
	voids,
	{ sessionEnd: 'interrupted', runEnd: 'interrupted' },
	'not-measured',
	/^the run was interrupted$/,
);
test('a run without an end', voids, { runEnd: null }, 'not-measured', /^the run was cut off/);
test(
	'a session that ended with a rig error',
	voids,
	{ sessionEnd: 'rig-error', runEnd: 'rig-error' },
	'rig-error',
	/^the session ended with a rig error$/,
);
test('another build than the one flashed', voids, { hello: { build: 'deadbeef' } }, 'rig-error', /build/);
test(
	'another board',
	voids,
	{ hello: { board: 'esp32s3' } },
	'rig-error',
	/^the device calls itself board `esp32s3`, but stm32f405-emulated is `stm32f405`$/,
);
test('a damaged capture', voids, {}, 'rig-error', /^the capture is damaged: line 5$/, (run) => {
	run.damage = 'line 5';
});
test('no flash', voids, {}, 'rig-error', /^no image is known to have been flashed/, (run) => {
	for (const session of run.sessions) session.flash = null;
});
test('a fault outside any session', voids, {}, 'rig-error', /^disk: full$/, (run) => {
	run.faults.push({ k: 'fault', code: 'disk', text: 'full' });
});
test(
	'a session of a device nobody asked for',
	voids,
	{},
	'rig-error',
	/^a session of `stranger` was captured/,
	(run) => {
		const [session] = run.sessions;
		if (session !== undefined) run.sessions.push({ ...session, event: { ...session.event, device: 'stranger' } });
	},
);
test('no session at all', voids, {}, 'not-measured', /^the device had no session in this run$/, (run) => {
	run.sessions = [];
});
test(
	'a clip nobody listed',
	voids,
	{},
	'rig-error',
	/^clip stray \(keywords\) was sent, but is not on the run's list$/,
	(run) => {
		const clip = run.sessions[0]?.clips[0];
		if (clip !== undefined) run.sessions[0]?.clips.push({ ...clip, event: { ...clip.event, name: 'stray' } });
	},
);

test('an empty list of clips passes nothing', (t) => {
	const list = madeList(EMULATED.id, 0, { powerClips: 0 });
	const cells = judged({ list }).slice(0, 5);
	t.true(
		cells.every((cell) => cell.verdict === 'not-measured'),
		verdicts(cells).join(),
	);
});

test('a part of the clips decides nothing, however clear', (t) => {
	const list = madeList(EMULATED.id, 20);
	for (const clip of list.segments[0]?.clips.slice(3) ?? []) clip.selected = false;
	const cells = judged({ list: { ...list, subset: 'clip-[012]' } }).slice(0, 5);
	t.true(
		cells.every((cell) => cell.verdict === 'inconclusive'),
		verdicts(cells).join(),
	);
	t.is(cells[3]?.reason, 'only 4 of 21 clips were asked for, and a part never decides; by itself it would be pass');
	t.is(cells[3]?.estimate, 100);
	t.deepEqual(cells[3]?.wouldDecide, { what: 'clips', n: 21 });
});

test('a stand-in on the port of a real board gives no silicon number in any cell', (t) => {
	const virtual = { clockSource: 'virtual', counter: 'systick' };
	for (const hello of [
		virtual,
		{ clockSource: 'host', counter: 'host' },
		{ clockSource: 'pll', counter: 'scripted' },
	]) {
		const cells = judged({ facts: BOARD, list: madeList(BOARD.id, 20) }, { hello }).filter(
			({ device }) => device !== null,
		);
		t.true(cells.length > 0);
		for (const cell of cells) {
			t.is(cell.verdict, 'rig-error', `${cell.metric} ${JSON.stringify(hello)}`);
			t.regex(cell.reason, /this is no board/);
		}
	}
});

test('where silicon is required, an emulator decides nothing', (t) => {
	const list: ClipList = { ...madeList(EMULATED.id, 20), requireEvidence: 'silicon' };
	const cells = judged({ list }).slice(0, 5);
	t.true(cells.every((cell) => cell.verdict === 'not-measured'));
	t.is(cells[0]?.reason, 'silicon evidence is required, and this is modelled; by itself it would be pass');
	const board = judged({ facts: BOARD, list: { ...madeList(BOARD.id, 20), requireEvidence: 'silicon' } });
	t.is(board[0]?.verdict, 'pass');
	t.is(board[0]?.evidence, 'silicon');
});

test('a claim about the board, not the session, is refused', (t) => {
	const [cell] = judged({ spec: one('STM32F4', '< 15 ms', 'Latency (p99, board)') });
	t.is(cell?.verdict, 'not-measured');
	t.is(
		cell?.reason,
		'scope `board` needs at least 5 silicon sessions: sessions of an emulator do not vary as boots of a board do, so this one says nothing about a board',
	);
});

test("a PC is never evidence for a board's row, though somebody bound it there", (t) => {
	const pc: DeviceFacts = { ...POSIX, id: 'my-pc', specRow: 'STM32F4' };
	const cells = judged({ facts: pc, devices: [pc, BOARD] });
	const mine = cells.filter((cell) => cell.device === 'my-pc');
	t.is(mine.length, 5);
	t.true(
		mine.every(
			(cell) =>
				cell.verdict === 'not-measured' &&
				cell.reason === 'host evidence is not accepted for a row of boards (stm32f405)',
		),
	);
});

test('what no board run measures says so', (t) => {
	const cells = judged({ facts: POSIX });
	const throughput = cells.find((cell) => cell.metric === 'throughput');
	t.is(throughput?.verdict, 'not-measured');
	t.regex(throughput?.reason ?? '', /figure of a running service/);
});

test('a device that cannot be run is not measured, and says why', (t) => {
	const nrf = { ...deviceOf(DEVICES, 'nrf52840').facts, unsupported: 'nobody has built it' };
	const cells = judged({ devices: [EMULATED, nrf] });
	const mine = cells.filter((cell) => cell.device === 'nrf52840');
	t.is(mine.length, 5);
	t.true(mine.every((cell) => cell.verdict === 'not-measured' && cell.reason === 'nobody has built it'));
});

test('accuracy of the population needs more clips than the fixed set', (t) => {
	const list = madeList(EMULATED.id, 64);
	const spec =
		'| Device | Accuracy | Accuracy (population) |\n| --- | --- | --- |\n| STM32F4 | > 93.8 % | > 93.8 % |\n';
	const wrong = (name: string) => name === 'keywords/clip-0';
	const decide = (clip: { name: string; label: string | null }) => (wrong(clip.name) ? 'stop' : (clip.label ?? 'yes'));
	const [fixed, population] = judged({ list, spec }, { decide });
	t.is(fixed?.verdict, 'pass');
	t.is(population?.verdict, 'inconclusive');
	t.true((population?.bounds?.[0] ?? 100) < 93.8);
});

/** Wrong about the first `count` keyword clips. */
const wrongAbout = (count: number) => (clip: { name: string; label: string | null }) => {
	const right = clip.label ?? 'yes';
	return Number(clip.name.split('-').at(-1)) < count && clip.label !== null ? (right === 'no' ? 'yes' : 'no') : right;
};

test('93 of 100 right do not prove 90 %, and the cell says how many clips would; 97 do', (t) => {
	const spec = one('STM32F4', '>= 90 %', 'Accuracy (population)');
	const list = madeList(EMULATED.id, 100);
	const [undecided] = judged({ spec, list }, { decide: wrongAbout(7) });
	t.is(undecided?.verdict, 'inconclusive');
	t.is(undecided?.estimate, 93);
	// scipy.stats.beta.ppf(0.05, 93, 8) and (0.05, 97, 4).
	t.true(Math.abs((undecided?.bounds?.[0] ?? 0) - 87.2542) < 0.001, String(undecided?.bounds));
	t.is(undecided?.wouldDecide?.what, 'clips');
	const needed = undecided?.wouldDecide?.n ?? 0;
	t.true(needed > 150 && needed < 500, String(needed));
	t.true(undecided?.reason.includes(`about ${needed} clips`));
	// Wilson (1927), worked out by its formula with z = 1.95996.
	t.true(
		Math.abs((undecided?.shown?.low ?? 0) - 86.2505) < 0.01 && Math.abs((undecided?.shown?.high ?? 0) - 96.5681) < 0.01,
	);
	const [proven] = judged({ spec, list }, { decide: wrongAbout(3) });
	t.is(proven?.verdict, 'pass');
	t.true(Math.abs((proven?.bounds?.[0] ?? 0) - 92.4289) < 0.001, String(proven?.bounds));
	t.is(proven?.wouldDecide, null);
});

test('clips of few speakers say little of a population, however many they are', (t) => {
	const spec = one('STM32F4', '>= 80 %', 'Accuracy (population)');
	const by = (speakers: number) => madeList(EMULATED.id, 100, { speakerOf: (index) => `speaker ${index % speakers}` });
	const [few] = judged({ spec, list: by(10) }, { decide: wrongAbout(3) });
	t.is(few?.verdict, 'inconclusive');
	t.is(few?.reason, '10 speakers or recordings; at least 20 are needed, as their clips are right or wrong together');
	t.deepEqual(few?.wouldDecide, { what: 'clips', n: 200 });
	t.deepEqual(few?.bounds, [null, null]);
	// Wrong about all clips of three speakers of twenty-five, or about twelve clips of as many speakers.
	const threeSpeakers = judged(
		{ spec, list: by(25) },
		{
			decide: ({ name, label }) =>
				Number(name.split('-').at(-1)) % 25 < 3 ? (label === 'no' ? 'yes' : 'no') : (label ?? 'yes'),
		},
	);
	const everybody = judged(
		{ spec, list: madeList(EMULATED.id, 100, { speakerOf: String }) },
		{ decide: wrongAbout(12) },
	);
	t.is(threeSpeakers[0]?.estimate, everybody[0]?.estimate);
	t.is(everybody[0]?.verdict, 'pass');
	t.is(threeSpeakers[0]?.verdict, 'inconclusive');
	t.regex(threeSpeakers[0]?.rule ?? '', /25 speakers, up to 4 clips each/);
});

test('clips nobody is named for stand for themselves', (t) => {
	const spec = one('STM32F4', '>= 90 %', 'Accuracy (population)');
	const named = madeList(EMULATED.id, 100, { speakerOf: (index) => (index < 50 ? `speaker ${index}` : undefined) });
	const [cell] = judged({ spec, list: named }, { decide: wrongAbout(3) });
	const [without] = judged({ spec, list: madeList(EMULATED.id, 100) }, { decide: wrongAbout(3) });
	t.deepEqual(cell?.bounds, without?.bounds);
});

test('a speaker spelt in several ways is one speaker, and not several', (t) => {
	const spec = one('STM32F4', '>= 80 %', 'Accuracy (population)');
	const spelt = (index: number) => `${index % 2 === 0 ? 'Zo\u00eb' : 'zoe\u0308'}${' '.repeat(index)} K\u200b`;
	const [cell] = judged({ spec, list: madeList(EMULATED.id, 40, { speakerOf: spelt }) });
	t.is(cell?.verdict, 'inconclusive');
	t.is(cell?.reason, '1 speakers or recordings; at least 20 are needed, as their clips are right or wrong together');
});

test('one recording under many names is one recording', (t) => {
	const spec = one('STM32F4', '>= 80 %', 'Accuracy (population)');
	const list = madeList(EMULATED.id, 40);
	for (const clip of list.segments[0]?.clips ?? []) clip.sha256 = 'a'.repeat(64);
	const [cell] = judged({ spec, list });
	t.is(cell?.verdict, 'inconclusive');
	t.regex(cell?.reason ?? '', /^1 speakers or recordings/);
	t.is(judged({ spec, list: madeList(EMULATED.id, 40) })[0]?.verdict, 'pass');
});

test('hops that took no time at all were not measured: no latency, in one session or in five', (t) => {
	const spec = one('STM32F4', '< 15 ms');
	const ticks = (hop: number) => (hop === 7 ? [0, 0, 0] : [1000, 2000, 500]);
	for (const facts of [EMULATED, BOARD]) {
		for (const stageTicks of [() => [0, 0, 0], (_: unknown, hop: number) => ticks(hop)]) {
			const list = madeList(facts.id, 20, { sessions: 5 });
			const [cell] = judged({ facts, spec, list }, { stageTicks, sessions: [{}, {}, {}, {}, {}] });
			t.is(cell?.verdict, 'rig-error');
			t.regex(cell?.reason ?? '', /hop \d of keywords\/clip-0 took 0 cycles in all its stages/);
		}
	}
});

test('no number of clips proves that all are right', (t) => {
	const spec = one('STM32F4', '>= 100 %', 'Accuracy (population)');
	const [cell] = judged({ spec, list: madeList(EMULATED.id, 20) });
	t.is(cell?.verdict, 'inconclusive');
	t.is(cell?.wouldDecide, null);
	t.regex(cell?.reason ?? '', /no number of clips proves/);
});

test('59 clean hops pass a 95th percentile, 58 do not', (t) => {
	const p95 = (hops: number) =>
		judged({
			facts: POSIX,
			spec: one('Desktop CPU', '< 5 ms', 'Latency (p95)'),
			list: madeList(POSIX.id, 1, { samples: hops * 256 }),
		})[0];
	t.is(p95(59)?.verdict, 'pass');
	t.is(p95(58)?.verdict, 'inconclusive');
	t.is(p95(58)?.reason, '58 hops cannot bound p95 from above; at least 59 hops are needed');
	t.deepEqual(p95(58)?.wouldDecide, { what: 'hops', n: 59 });
});

test('an input that is not what the run used decides nothing in a replay, and is a rig error while the run goes on', (t) => {
	const spec = SPEC;
	const other = judged({ spec, input: { inputsChanged: ['clips.json', 'spec.md'], source: 'replay' } }).slice(0, 5);
	t.true(
		other.every(({ verdict }) => verdict === 'inconclusive'),
		verdicts(other).join(),
	);
	t.is(
		other[0]?.reason,
		'by itself it would be pass; inputs/clips.json is not what the run used, which decides nothing',
	);
	t.regex(other[1]?.reason ?? '', /^by itself it would be fail; /);
	t.deepEqual(
		judged({ spec, input: { inputsChanged: ['spec.md'], source: 'replay' } }).map(({ verdict }) => verdict),
		judged({ spec }).map(({ verdict }) => verdict),
	);
	const live = judged({ spec, input: { inputsChanged: ['spec.md'], source: 'live' } }).slice(0, 5);
	t.true(live.every(({ verdict }) => verdict === 'rig-error'));
	t.is(live[0]?.reason, 'inputs/spec.md changed while the run was going on: what was captured was not made with it');
});

test('a counter that claims to run at 0 Hz gives no time, whatever else it says', (t) => {
	for (const clockHz of [null, 1e9]) {
		const list = madeList(POSIX.id, 20, { sessions: 5 });
		const [cell] = judged(
			{ facts: POSIX, spec: one('Desktop CPU', '< 5 ms'), list },
			{ hello: { counterHz: 0 }, clockHz, sessions: Array(5).fill({}) },
		);
		t.is(cell?.verdict, 'rig-error');
		t.is(cell?.estimate, null);
	}
});

test('a stretch is reported and judges nothing', (t) => {
	const spec =
		'# STM32F4\n\n| Metric | Target | Stretch |\n| --- | --- | --- |\n| Memory | < 64 KB | < 16 KB |\n| Accuracy | > 90 % | > 95 % |\n';
	const [memory, accuracy] = judged({ spec });
	t.is(memory?.verdict, 'pass');
	t.is(memory?.stretch?.met, false);
	t.is(accuracy?.stretch?.met, true);
});

test('what may not decide the limit does not decide the stretch either', (t) => {
	const spec = '# STM32F4\n\n| Metric | Target | Stretch |\n| --- | --- | --- |\n| Accuracy | > 90 % | > 95 % |\n';
	const list: ClipList = { ...madeList(EMULATED.id, 20), requireEvidence: 'silicon' };
	const [refused] = judged({ spec, list });
	t.is(refused?.verdict, 'not-measured');
	t.is(refused?.stretch?.met, null);
	const [changed] = judged({ spec, input: { source: 'replay', inputsChanged: ['clips.json'] } });
	t.is(changed?.verdict, 'inconclusive');
	t.is(changed?.stretch?.met, null);
});

test('of several sessions the worst one is judged', (t) => {
	const [cell] = judged(
		{ spec: one('STM32F4', '< 15 ms'), list: madeList(EMULATED.id, 20, { sessions: 2 }) },
		{ sessions: [{}, { stageTicks: () => [4_000_000, 0, 0] }] },
	);
	t.is(cell?.verdict, 'fail');
	t.regex(cell?.rule ?? '', /^worst of 2 sessions: /);
	t.regex(cell?.reason ?? '', /^session 2 of 2: nothing within the bounds meets the limit/);
	t.is(cell?.sessions, 2);
});

test('more warm-up clips than were asked for are clips nobody listed', (t) => {
	const warm = (asked: number) => {
		const list = { ...madeList(EMULATED.id, 20), warmUpClips: asked };
		return judged({
			list,
			spec: one('STM32F4', '< 15 ms'),
			change: (run) => {
				const clips = run.sessions[0]?.clips ?? [];
				const [first] = clips;
				if (first === undefined) throw new Error('no clip');
				for (const clip of [90, 91])
					clips.unshift({ ...first, event: { ...first.event, segment: 'warm-up', name: 'x', clip } });
			},
		})[0];
	};
	t.is(warm(2)?.verdict, 'pass');
	t.is(warm(1)?.verdict, 'rig-error');
	t.is(warm(1)?.reason, '1 more warm-up clips were sent than the 1 asked for');
});

test('a run that ended with a rig error of no session is not judged', (t) => {
	const cells = judged({}, { runEnd: 'rig-error' });
	t.true(cells.slice(0, 5).every((cell) => cell.verdict === 'rig-error'));
});
