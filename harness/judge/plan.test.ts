import test from 'ava';
import type { ClipList, ListedParam } from '../generated/clips.ts';
import type { Cell, Footprint } from '../generated/record.ts';
import type { FeatureReference, ReferenceDecision } from '../generated/reference.ts';
import { RECORD_FLAG } from '../generated/wire.ts';
import { DEVICES_FOLDER } from '../run.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { parseSpecTable } from '../scenario/spec-table.ts';
import { LABELS, type MadeRunOptions, madeDecodedRun, madeList } from '../testing/made-run.ts';
import { type JudgeInput, judgeCells } from './cells.ts';
import { reportedFigures } from './reported.ts';

const BOARD = deviceOf(loadDevices(DEVICES_FOLDER), 'stm32f405').facts;
const EMULATED = deviceOf(loadDevices(DEVICES_FOLDER), 'stm32f405-emulated').facts;

interface Case extends Partial<MadeRunOptions> {
	reference?: FeatureReference | null;
}

function inputOf(column: string, limit: string, { reference = null, ...options }: Case): JudgeInput {
	const { facts = BOARD } = options;
	const list = options.list ?? madeList(facts.id, 6);
	return {
		spec: parseSpecTable(`| Device | ${column} |\n| --- | --- |\n| STM32F4 | ${limit} |\n`, 'spec.md'),
		list,
		devices: new Map([[facts.id, facts]]),
		calibrations: new Map(),
		reference,
		run: madeDecodedRun({ facts, ...options, list }),
		startedAt: null,
		inputsChanged: [],
		source: 'live',
	};
}

function judged(column: string, limit: string, options: Case = {}): Cell {
	const [cell] = judgeCells(inputOf(column, limit, options));
	if (cell === undefined) throw new Error('a table has a cell');
	return cell;
}

const param = (name: string, value: number, overridden = true): ListedParam => ({ name, value, overridden });
const withParams = (...params: ListedParam[]): ClipList => ({ ...madeList(BOARD.id, 6), params });

test('parameters: a device that was set as listed is judged, and the cell says what overrode the scenario', (t) => {
	const cell = judged('Accuracy', '> 90 %', { list: withParams(param('solver', 2), param('gating', 1, false)) });
	t.is(cell.verdict, 'pass');
	t.deepEqual(cell.marks, ['solver rk4']);
});

test('parameters: what was not set, set otherwise, refused, or set by nobody knows whom is a rig error', (t) => {
	const reason = (paramAnswers: MadeRunOptions['paramAnswers'] = [], ...params: ListedParam[]) => {
		const cell = judged('Accuracy', '> 90 %', { list: withParams(...params), paramAnswers });
		t.is(cell.verdict, 'rig-error');
		return cell.reason;
	};
	t.regex(reason([], param('solver', 2)), /never set to solver rk4, as was asked for/);
	t.regex(
		reason([{ name: 'solver', value: 1, ok: true }], param('solver', 2)),
		/was set to solver heun, which is not on/,
	);
	t.regex(reason([{ name: 'solver', value: 2, ok: false }], param('solver', 2)), /did not take solver rk4/);
	t.regex(
		reason([{ name: 'spin.cell', value: 9, ok: true }]),
		/was set to spin\.cell 9, which is not on the run's list/,
	);
});

/** 6 clips, of which boards get 4. */
function withSubset(): ClipList {
	const list = madeList(BOARD.id, 6);
	const [words, day] = list.segments as [ClipList['segments'][0], ClipList['segments'][0]];
	const selected = words.clips.slice(0, 4).map(({ name }) => name);
	return { ...list, segments: [{ ...words, subset: { seed: 7, devices: ['silicon'], selected } }, day] };
}

test('a planned subset decides, and says how much of how much it is', (t) => {
	const cell = judged('Accuracy', '> 90 %', { list: withSubset() });
	t.deepEqual([cell.verdict, cell.n, cell.marks], ['pass', 4, ['subset 4 of 6']]);
	t.regex(cell.rule, /4 of 4 clips right.*; of keywords a planned subset, 4 of 6 clips by seed 7$/);
	t.deepEqual(judged('Memory', '< 64 KB', { list: withSubset() }).marks, []);
});

test('a clip outside the planned subset is one that nobody asked for, a clip of it that is missing a lost one', (t) => {
	const list = withSubset();
	// As if the rig had sent all six.
	const segments = list.segments.map(({ subset: _, ...segment }) => segment);
	const run = madeDecodedRun({ facts: BOARD, list: { ...list, segments } });
	const [stray] = judgeCells({ ...inputOf('Accuracy', '> 90 %', { list }), run });
	t.regex(stray?.reason ?? '', /keywords\/clip-4 \(keywords\) was sent, but is not on the run's list/);
	const lost = judged('Accuracy', '> 90 %', { list, unsent: ['keywords/clip-2'] });
	t.is(lost.verdict, 'rig-error');
	t.regex(lost.reason, /1 of 4 clips do not count/);
});

test('a part by --clips of a planned subset decides nothing', (t) => {
	const list = withSubset();
	const segments = list.segments.map((segment) => ({
		...segment,
		clips: segment.clips.map((clip, index) => ({ ...clip, selected: index > 0 || segment.name !== 'keywords' })),
	}));
	const cell = judged('Accuracy', '> 90 %', { list: { ...list, segments, subset: 'clip-[1-5]' } });
	t.is(cell.verdict, 'inconclusive');
	t.regex(cell.reason, /only 4 of 5 clips were asked for/);
});

/** The power clips twice: once judged, once not. */
function withReported(): ClipList {
	const list = madeList(EMULATED.id, 6, { powerClips: 2 });
	const [words, day] = list.segments as [ClipList['segments'][0], ClipList['segments'][0]];
	const [first, second] = day.clips as [ClipList['segments'][0]['clips'][0], ClipList['segments'][0]['clips'][0]];
	const busy = { ...day, name: 'busy', clips: [second], judged: false };
	return { ...list, segments: [words, { ...day, clips: [first] }, busy] };
}

test('a segment that is not judged is reported, with both ends of the model, and reaches no verdict', (t) => {
	const awakeTicks = ({ name }: { name: string }) => (name === 'day-part/day-1' ? 1_500_000 : 10_000);
	const options: Case = { facts: EMULATED, list: withReported(), awakeTicks };
	const input = inputOf('Power', '< 45 mW', options);
	const [cell] = judgeCells(input);
	t.true((cell?.estimate ?? 99) < 45, 'the busy clip is not in the mean');
	const [figure, ...others] = reportedFigures(input);
	t.is(others.length, 0);
	t.like(figure, {
		device: EMULATED.id,
		segment: 'busy',
		metric: 'power',
		statistic: 'mean',
		unit: 'mW',
		reason: null,
	});
	t.true((figure?.estimate ?? 0) > 80);
	t.true((figure?.bounds?.[0] ?? 99) < (figure?.bounds?.[1] ?? 0));
});

test('a reported figure of a part of the clips says so', (t) => {
	const list = { ...withReported(), subset: 'day-*' };
	const [figure] = reportedFigures(inputOf('Power', '< 45 mW', { facts: EMULATED, list }));
	t.true(figure?.marks.includes('a part of the clips (--clips)'));
});

test('a reported figure that cannot be had says why, and takes nothing from the cells', (t) => {
	const options: Case = { facts: EMULATED, list: withReported(), unsent: ['day-part/day-1'] };
	const input = inputOf('Accuracy', '> 90 %', options);
	t.is(judgeCells(input)[0]?.verdict, 'pass');
	const [figure] = reportedFigures(input);
	t.is(figure?.estimate, null);
	t.regex(figure?.reason ?? '', /1 of 1 clips do not count/);
	const broken = inputOf('Accuracy', '> 90 %', { ...options, faults: [{ code: 'reset', text: 'it was reset' }] });
	t.is(reportedFigures(broken)[0]?.reason, 'rig error: reset: it was reset');
});

test('a session that is a rig error leaves no reported figure of its device, and each says which session it was', (t) => {
	const list: ClipList = { ...withReported(), sessions: 2 };
	const reasons = (options: Case) => {
		const input = inputOf('Accuracy', '> 90 %', { facts: EMULATED, list, ...options });
		t.is(judgeCells(input)[0]?.verdict, 'rig-error');
		return reportedFigures(input).map(({ estimate, reason }) => {
			t.is(estimate, null);
			return reason;
		});
	};
	const reset = { faults: [{ code: 'reset', text: 'it was reset' }] };
	t.deepEqual(reasons({ sessions: [{}, reset] }), [
		'rig error: session 2 of 2: reset: it was reset',
		'rig error: reset: it was reset',
	]);
	t.regex(reasons({ sessions: [{}] })[0] ?? '', /^rig error: 1 session was captured, but 2 were asked for/);
	t.regex(
		reasons({ sessions: [{}, { hello: { model: 'other' } }] })[0] ?? '',
		/^rig error: session 2 of 2 ran another `model` than session 1/,
	);
	const sound = inputOf('Accuracy', '> 90 %', { facts: EMULATED, list, sessions: [{}, {}] });
	t.deepEqual(
		reportedFigures(sound).map(({ estimate }) => estimate !== null),
		[true, true],
	);
});

test('a reported figure of inputs that the run did not use says so; a changed limit changes nothing of it', (t) => {
	const input = inputOf('Accuracy', '> 90 %', { facts: EMULATED, list: withReported() });
	const marks = (...inputsChanged: string[]) =>
		reportedFigures({ ...input, inputsChanged, source: 'replay' })[0]?.marks ?? [];
	t.true(marks('clips.json').includes('inputs changed since the run'));
	t.deepEqual(marks('spec.md'), marks());
});

const LIST = madeList(BOARD.id, 6);
const RUN = madeDecodedRun({ facts: BOARD, list: LIST });

/** What a made device decides by itself: 900 for the label, 100 for the others. */
function decisions(change: (decision: ReferenceDecision, index: number) => object = () => ({})): ReferenceDecision[] {
	return (LIST.segments[0]?.clips ?? []).map(({ name, label }, index) => {
		const crc = RUN.sessions[0]?.clips.find(({ event }) => event.name === name)?.event.crc ?? '';
		const scores = LABELS.map((each) => (each === label ? 900 : 100));
		const decision: ReferenceDecision = { name, codec: 'mulaw', crc, floatLabel: label ?? '', scores };
		return { ...decision, ...change(decision, index) };
	});
}

function reference(changes: Partial<FeatureReference> = {}): FeatureReference {
	return {
		model: 'made',
		source: 'test',
		codec: 'mulaw',
		hop: 256,
		scale: 1,
		clips: [],
		decisions: decisions(),
		...changes,
	};
}

const parityOf = (statistic: string, limit: string, of: FeatureReference | null, options: Case = {}) =>
	judged(`Parity (${statistic})`, limit, { ...options, reference: of });

test('parity: a device that decides and scores as its models is in parity, also with a limit of 100 %', (t) => {
	t.like(parityOf('float', '>= 100 %', reference()), { verdict: 'pass', estimate: 100, n: 6, bounds: [100, 100] });
	const exact = parityOf('bit-exact', '>= 100 %', reference());
	t.like(exact, { verdict: 'pass', estimate: 100 });
	t.regex(
		exact.diagnosis[0]?.text ?? '',
		/^no clip with other scores than the integer model; features are not compared: /,
	);
});

test('parity: flips are named with both labels, scores with how far they are off', (t) => {
	const flipped = reference({ decisions: decisions((_, index) => (index === 1 ? { floatLabel: 'stop' } : {})) });
	const cell = parityOf('float', '> 90 %', flipped);
	t.like(cell, { verdict: 'fail', estimate: 500 / 6 });
	t.regex(
		cell.diagnosis.at(-1)?.text ?? '',
		/^1 decided otherwise than by the float model: keywords\/clip-1 \(stop: no\);/,
	);
	t.is(parityOf('bit-exact', '>= 100 %', flipped).verdict, 'pass', 'its scores are the same');
	const off = reference({
		decisions: decisions(({ scores }, index) => (index < 2 ? { scores: scores.map((s) => s + index + 1) } : {})),
	});
	const inexact = parityOf('bit-exact', '>= 100 %', off);
	t.like(inexact, { verdict: 'fail', estimate: 400 / 6 });
	t.regex(inexact.diagnosis.at(-1)?.text ?? '', /clip-0 \(off by up to 1\), keywords\/clip-1 \(off by up to 2\)/);
	t.is(parityOf('float', '>= 100 %', off).verdict, 'pass');
});

test('parity: a clip on which sessions differ counts once, as unlike', (t) => {
	const list = madeList(BOARD.id, 6, { sessions: 2 });
	const scores = ({ label }: { label: string | null }) => LABELS.map((each) => (each === label ? 901 : 100));
	const cell = parityOf('bit-exact', '>= 100 %', reference(), { list, sessions: [{}, { scores }] });
	t.like(cell, { verdict: 'fail', estimate: 0, sessions: 2 });
});

test('parity: nothing to compare with is not-measured, and says what is missing', (t) => {
	const why = (of: FeatureReference | null, options: Case = {}) => {
		const cell = parityOf('float', '> 90 %', of, options);
		t.is(cell.verdict, 'not-measured');
		return cell.reason;
	};
	const { decisions: _, ...bare } = reference();
	t.regex(why(null), /has no reference/);
	t.regex(why(bare), /holds no decisions/);
	t.regex(why(reference({ model: 'other' })), /is of model other, the device runs made/);
	t.regex(why(reference({ decisions: decisions().slice(1) })), /keywords\/clip-0 has no decision in the reference/);
	t.regex(
		why(reference({ decisions: decisions(() => ({ crc: '00000000' })) })),
		/clip-0 was heard with CRC \w{8}, the reference decided on 00000000/,
	);
	t.regex(
		why(reference({ decisions: decisions(() => ({ codec: 'pcm16' })) })),
		/was sent as mulaw, the reference decided on it as pcm16/,
	);
	t.regex(why(reference({ decisions: decisions(() => ({ floatLabel: 'maybe' })) })), /is "maybe" by the reference/);
	t.regex(
		why(reference({ decisions: decisions(() => ({ scores: [1] })) })),
		/has 1 scores in the reference, the firmware has 3 labels/,
	);
});

test('parity: other parameters than the reference was made with leave nothing to compare', (t) => {
	const run = (of: Partial<FeatureReference>, ...params: ListedParam[]) =>
		parityOf('bit-exact', '>= 100 %', reference(of), { list: withParams(...params) });
	t.is(run({ params: { solver: 2 } }, param('solver', 2)).verdict, 'pass');
	const other = run({ params: { solver: 0 } }, param('solver', 2));
	t.like(other, {
		verdict: 'not-measured',
		reason: 'the reference was made with solver euler, and this run sets solver rk4',
	});
	t.regex(
		run({}, param('timestep', 80, false)).reason,
		/made with the firmware's own settings, and this run sets timestep 8 ms/,
	);
});

test('parity: a default set by hand is the default, where the reference names it', (t) => {
	const run = (of: Partial<FeatureReference>, ...params: ListedParam[]) =>
		parityOf('bit-exact', '>= 100 %', reference(of), { list: withParams(...params) });
	const made = { params: { solver: 0 }, defaults: { solver: 0, scaling: 0 } };
	for (const params of [
		[],
		[param('solver', 0)],
		[param('scaling', 0)],
		[param('solver', 0, false), param('scaling', 0)],
	])
		t.like(run(made, ...params), { verdict: 'pass', estimate: 100 });
	const reason = (of: Partial<FeatureReference>, ...params: ListedParam[]) => {
		const cell = run(of, ...params);
		t.is(cell.verdict, 'not-measured');
		return cell.reason;
	};
	const other = { scores: LABELS.map(() => 0) };
	const flipped = reference({ ...made, decisions: decisions(() => other) });
	const list = withParams(param('scaling', 0));
	t.is(parityOf('bit-exact', '>= 100 %', flipped, { list }).verdict, 'fail', 'it is compared, not let off');
	t.is(reason(made, param('scaling', 1)), 'the reference was made with scaling off, and this run sets scaling on');
	t.is(reason(made, param('solver', 2)), 'the reference was made with solver euler, and this run sets solver rk4');
	t.is(
		reason({ ...made, params: { solver: 2 } }),
		'the reference was made with solver rk4, and this run leaves solver euler',
	);
	t.regex(reason(made, param('spin.cell', 0)), /the firmware's own settings, and this run sets spin\.cell 0/);
	t.regex(reason({ params: { scaling: 0 }, defaults: { solver: 0 } }), /and this run does not set scaling/);
	t.regex(reason(made, param('constructor', 0)), /the firmware's own settings, and this run sets constructor 0/);
});

test('parity: a lost clip is a rig error, as it is for accuracy', (t) => {
	t.is(parityOf('float', '> 90 %', reference(), { unsent: ['keywords/clip-0'] }).verdict, 'rig-error');
});

test('several tables may hold limits of one row', (t) => {
	const spec = parseSpecTable(
		'| Device | Accuracy |\n| --- | --- |\n| STM32F4 | > 90 % |\n\nMore:\n\n| Device | Parity (float) | Parity (bit-exact) |\n| --- | --- | --- |\n| STM32F4 | > 98 % | >= 100 % |\n',
		'spec.md',
	);
	t.deepEqual(
		spec.rows.map(({ name, cells }) => [name, cells.map(({ metric, statistic }) => `${metric} ${statistic}`)]),
		[['STM32F4', ['accuracy fixed_set', 'parity float', 'parity bit-exact']]],
	);
});

const footprint = (bytes: number | null): Footprint => ({
	textBytes: 1,
	dataBytes: 1,
	bssBytes: 1,
	rigBytes: 1,
	flashBytes: 2,
	modelBytes: null,
	stack: { bytes, unbounded: bytes === null ? 'recursion: a > a' : null, path: [], interruptBytes: 0 },
});

test('memory: a stack that went deeper than its call graph allows is a rig error, whichever of the two is wrong', (t) => {
	// A made device reports 2000 bytes.
	const deeper = judged('Memory', '< 64 KB', { footprint: footprint(1999) });
	t.is(deeper.verdict, 'rig-error');
	t.regex(deeper.reason, /went 2000 bytes deep, but by the call graph of its image 1999 are the most/);
	t.is(judged('Memory', '< 64 KB', { footprint: footprint(2000) }).verdict, 'pass');
	t.is(judged('Memory', '< 64 KB', { footprint: footprint(null) }).verdict, 'pass');
	const near = judged('Memory', '< 42000 B', { footprint: footprint(2300) });
	t.regex(near.diagnosis.at(-1)?.text ?? '', /stack 2 KB \(2,000 B\) of at most 2\.2 KB \(2,300 B\) by its call graph/);
});

test('parity: a reference made with settings this run does not make is none of this run', (t) => {
	const cell = parityOf('bit-exact', '>= 100 %', reference({ params: { solver: 2 } }));
	t.is(cell.verdict, 'not-measured');
	t.regex(cell.reason, /was made with solver rk4, and this run does not set solver/);
});

test('parity: a decision that its own scores contradict is no decision', (t) => {
	const other = (label: string | null) => LABELS[(LABELS.indexOf(label ?? '') + 1) % LABELS.length] ?? '';
	const cell = parityOf('bit-exact', '>= 100 %', reference(), {
		decide: ({ label }) => other(label),
		scores: ({ label }) => LABELS.map((each) => (each === label ? 900 : 100)),
	});
	t.is(cell.verdict, 'rig-error');
	t.regex(cell.reason, /its scores are highest for another label/);
});

test('parameters: records that contradict what the firmware was set to are a rig error', (t) => {
	for (const [set, records, reason] of [
		[param('timestep', 160), { timestep: () => 80 }, /used timestep 8 ms, but 16 ms was set/],
		[
			param('gating', 0),
			{ recordFlags: (_: unknown, hop: number) => (hop % 2 ? RECORD_FLAG.gated : 0) },
			/gating was set off/,
		],
		[param('scaling', 0), { recordFlags: () => RECORD_FLAG.slow }, /at the low clock, though scaling was not set on/],
		[param('gating', 1), { recordFlags: () => RECORD_FLAG.slow }, /at the low clock, though scaling was not set on/],
	] as const) {
		const cell = judged('Accuracy', '> 90 %', { list: withParams(set), ...records });
		t.is(cell.verdict, 'rig-error');
		t.regex(cell.reason, reason);
	}
	for (const [set, records] of [
		[param('timestep', 160), { timestep: () => 160 }],
		[param('scaling', 1), { recordFlags: () => RECORD_FLAG.slow }],
	] as const)
		t.is(judged('Accuracy', '> 90 %', { list: withParams(set), ...records }).verdict, 'pass');
});
