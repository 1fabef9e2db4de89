import test from 'ava';
import { runFigures } from '../sweep/run-figures.ts';
import { BOARD, HOST, madeEvidence, madePlan, madeSweep } from '../testing/made-sweep.ts';
import { sweepText } from './sweep-text.ts';

const work = (ticks: number) => ({ stageTicks: () => [ticks, ticks, 0], awakeTicks: () => 2 * ticks });

test('a table of each device at its own clock, of other clocks what is on a front, and each reason once', (t) => {
	const figures = new Map([
		['r1', runFigures(madeEvidence(HOST, 12))],
		['r2', runFigures(madeEvidence(BOARD, 2, work(67_200)))],
		[
			'r4',
			runFigures(madeEvidence(BOARD, 2, { ...work(134_400), faults: [{ code: 'reset', text: 'it reset \u001b[2J' }] })),
		],
	]);
	const sweep = madeSweep(madePlan({ timestepsMs: [16] }), figures);
	const text = sweepText(sweep);
	const lines = text.split('\n');
	t.true(
		lines.every((line) => line.length <= 112),
		'fits a terminal',
	);
	t.regex(
		text,
		/\nposix \(time: host\)\nmodel +solver +timestep .* accuracy +of\nm1 +euler +16 ms +L +0\.0035 +0\.0035 /,
	);
	t.regex(text, /\nstm32f405-emulated at 168 MHz \(time: modelled\)\n/);
	t.regex(
		text,
		/\nm1 +euler +16 ms +L +1\.19 +1\.19 +7\.4 +46\.\d +42,000 +60,000 +100\.0 % \[\d+\.\d, 100\.0\] +12\n/,
	);
	t.regex(text, /\nm1 +heun +16 ms +- +- +- +- +- +- +- +-\n/);
	t.regex(text, /\n {4}1 of 2: no figures: reset: it reset {2}\[2J\n/, 'no escape reaches the terminal');
	t.regex(text, /\n {4}1 of 2: labels and scores of 2 clips are the same on stm32f405-emulated and posix\n/);
	t.regex(
		text,
		/\nat other clocks, from the same counts: 1 of 2 rows are on a front.*\n.*\nm1 +84 MHz +euler +16 ms +P /,
	);
	t.regex(text, /3 of 4 runs made/);
	t.notRegex(text, /NaN|undefined|null/);
});

test('an interrupted sweep says how to go on', (t) => {
	t.regex(
		sweepText(madeSweep(madePlan(), new Map(), { state: 'interrupted' })),
		/Interrupted after 0 of 8 runs: `ossicle sweep --resume`/,
	);
});
