import test from 'ava';
import * as fc from 'fast-check';
import { CycleLines } from './cycle-lines.ts';

const HEAD = '0 ossicle-cycles 1 cortex-m4 branch 2 divide 6 exception 12 10';
const HOP_0 = 'hop 0 awake 900 1200 3 irq 61 116 0 stage 0 500 640 3 stage 2 80 99 0';
const HOP_1 = 'hop 1 awake 700 1000 0 irq 0 0 0';

function took(lines: readonly string[], { clip = 7, attempt = 1 as 1 | 2, stages = 3, end = '\n' } = {}) {
	return new CycleLines().take({ k: 'cycles', clip, attempt, lines: lines.join('\n') + end }, stages);
}

const sound = [HEAD, '1 clip 7 1', `2 ${HOP_0}`, `3 ${HOP_1}`];

test('hops, their stages, what was awake and what interrupted', (t) => {
	t.deepEqual(took(sound), {
		problem: null,
		unmarked: false,
		hops: [
			{
				hop: 0,
				awake: { instructions: 900, cycles: 1200, floats: 3 },
				irq: { instructions: 61, cycles: 116, floats: 0 },
				stages: [{ instructions: 500, cycles: 640, floats: 3 }, null, { instructions: 80, cycles: 99, floats: 0 }],
			},
			{
				hop: 1,
				awake: { instructions: 700, cycles: 1000, floats: 0 },
				irq: { instructions: 0, cycles: 0, floats: 0 },
				stages: [null, null, null],
			},
		],
	});
});

test('a clip that is played begins with its play', (t) => {
	const { problem, hops } = took([HEAD, '1 clip 7 1', '2 play 7 1', `3 ${HOP_0}`]);
	t.is(problem, null);
	t.is(hops.length, 1);
});

test('an attempt that was given up leaves its hops behind, and none to the next', (t) => {
	const lines = new CycleLines();
	const first = lines.take(
		{ k: 'cycles', clip: 7, attempt: 1, lines: `${[HEAD, '1 clip 7 1', `2 ${HOP_0}`].join('\n')}\n` },
		3,
	);
	t.is(first.hops.length, 1);
	const second = lines.take({ k: 'cycles', clip: 7, attempt: 2, lines: `3 ${HOP_1}\n4 clip 7 2\n5 ${HOP_0}\n` }, 3);
	t.deepEqual([second.problem, second.hops.map(({ hop }) => hop)], [null, [0]]);
	const third = lines.take({ k: 'cycles', clip: 8, attempt: 1, lines: `6 clip 8 1\n7 ${HOP_0}\n` }, 3);
	t.is(third.problem, null);
});

for (const [what, lines, problem, options] of [
	['a line that went missing', [HEAD, '1 clip 7 1', `3 ${HOP_1}`], /not complete: line 2 was due, and "3 hop 1 awake/],
	['a line that came twice', [HEAD, '1 clip 7 1', '1 clip 7 1'], /line 2 was due/],
	['the head of another program', ['0 hello'], /line 0 was due, and "0 hello" came/],
	[
		'another table of costs',
		['0 ossicle-cycles 1 cortex-m4 branch 0 divide 1 exception 0 0', '1 clip 7 1'],
		/line 0 was due/,
	],
	['another version', ['0 ossicle-cycles 2 cortex-m4 x', '1 clip 7 1'], /line 0 was due/],
	['no head', ['1 clip 7 1'], /line 0 was due/],
	['a last line that is cut', sound, /last line is cut/, { end: '' }],
	['another clip', [HEAD, '1 clip 8 1', `2 ${HOP_0}`], /saw clip 8 1 \(number, attempt\) begin, but 7 1 was sent/],
	['another attempt', [HEAD, '1 clip 7 2', `2 ${HOP_0}`], /saw clip 7 2/],
	['a second clip behind it', [...sound, '4 clip 8 1'], /saw clip 8 1/],
	['a hop left out', [HEAD, '1 clip 7 1', `2 ${HOP_1}`], /hop 0 of the cycle model was due, but `hop 1 /],
	['a hop twice', [HEAD, '1 clip 7 1', `2 ${HOP_0}`, `3 ${HOP_0}`], /hop 1 of the cycle model was due/],
	['a stage the firmware has not', sound, /hop 0 of the cycle model was due/, { stages: 2 }],
	['marks out of order', [...sound, '4 error a stage ended'], /lost its place: a stage ended/],
	['no marks at all', [HEAD], /left no marks for the cycle model: .*cycle_marks_start/],
	['nothing', [], /left no marks/, { end: '' }],
	['a hop of words', [HEAD, '1 clip 7 1', '2 hop zero awake 1 1 0 irq 0 0 0'], /hop 0 of the cycle model was due/],
	['half a hop', [HEAD, '1 clip 7 1', '2 hop 0 awake 1 1 0 irq 0'], /hop 0 of the cycle model was due/],
	['a negative count', [HEAD, '1 clip 7 1', '2 hop 0 awake -1 1 0 irq 0 0 0'], /hop 0 of the cycle model was due/],
	['a count with more behind it', [HEAD, '1 clip 7 1', `2 ${HOP_1} more`], /hop 0 of the cycle model was due/],
	[
		'a count that no number can hold',
		[HEAD, '1 clip 7 1', '2 hop 0 awake 99999999999999999 1 0 irq 0 0 0'],
		/hop 0 of the cycle model was due/,
	],
] as [string, string[], RegExp, Parameters<typeof took>[1]?][]) {
	test(`${what} is noticed`, (t) => {
		t.regex(took(lines, options).problem ?? 'nothing', problem);
	});
}

test('once a line is lost nothing of the session is complete any more', (t) => {
	const lines = new CycleLines();
	const event = (clip: number, text: string) => lines.take({ k: 'cycles', clip, attempt: 1, lines: text }, 3);
	t.is(event(1, `${HEAD}\n1 clip 1 1\n`).problem, null);
	t.regex(event(2, '3 clip 2 1\n').problem ?? '', /line 2 was due/);
	t.regex(event(3, '4 clip 3 1\n').problem ?? '', /line 2 was due/);
});

test('whatever the lines hold, nothing is thrown, and what is not sound has a problem', (t) => {
	const word = fc.constantFrom(
		'hop',
		'clip',
		'play',
		'stage',
		'awake',
		'irq',
		'error',
		'0',
		'1',
		'7',
		'-1',
		'1e9',
		'',
		' ',
	);
	const line = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
	fc.assert(
		fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
			const { problem, hops } = took(lines.map((text, index) => (index === 0 ? HEAD : `${index} ${text}`)));
			if (problem !== null) return true;
			return hops.every(({ hop, awake }, index) => hop === index && Number.isSafeInteger(awake.cycles));
		}),
		{ numRuns: 2000 },
	);
	t.pass();
});
