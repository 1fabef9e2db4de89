/** Needs the posix firmware, built first: make -C firmware BOARD=posix. */
import test, { type ExecutionContext } from 'ava';
import type { RunRecord } from './generated/record.ts';
import { evaluate } from './record/evaluate.ts';
import { type RunOptions, run } from './run.ts';
import { LateLink } from './testing/late-link.ts';
import { type TinyOptions, tinyScenario } from './testing/tiny-scenario.ts';

/** A run on the posix board with its counter falsified so, and the same run replayed. */
async function clockRun(
	t: ExecutionContext,
	posixArgs: string[],
	more: Partial<RunOptions> = {},
	scenario: TinyOptions = {},
) {
	const tiny = tinyScenario(t, scenario);
	const { folder, record } = await run({
		scenario: tiny.folder,
		runsFolder: tiny.runs,
		devices: ['posix'],
		command: ['test'],
		attach: { posixArgs },
		...more,
	});
	const replayed = await evaluate(folder, { source: 'replay', evaluatedBy: 'test' });
	return { record, replayed };
}

function cellsOf(record: RunRecord) {
	return record.cells.filter((cell) => cell.device === 'posix').map(({ verdict, reason }) => ({ verdict, reason }));
}

/** Every cell is a rig error which says so, live and replayed. */
function voided(t: ExecutionContext, { record, replayed }: Awaited<ReturnType<typeof clockRun>>, reason: RegExp) {
	t.true(cellsOf(record).length >= 3);
	for (const cell of [...cellsOf(record), ...cellsOf(replayed)]) {
		t.is(cell.verdict, 'rig-error', cell.reason);
		t.regex(cell.reason, reason);
	}
}

test('a right clock voids nothing, and its latency is measured', async (t) => {
	const { record, replayed } = await clockRun(t, []);
	for (const cell of [...cellsOf(record), ...cellsOf(replayed)])
		t.true(['pass', 'marginal'].includes(cell.verdict), cell.reason);
});

test('lines 30 ms late void nothing', async (t) => {
	const { record } = await clockRun(t, [], { wrapLink: (link) => new LateLink(link, () => 30) });
	for (const cell of cellsOf(record)) t.true(['pass', 'marginal'].includes(cell.verdict), cell.reason);
});

test('a clock at a quarter is a rig error in every cell, before any clip is sent', async (t) => {
	const done = await clockRun(t, ['--clock-factor', '0.25']);
	voided(t, done, /clock ran at 2\d\d\.\d\d MHz .*; it looks like a quarter of the declared rate/);
	t.is(done.record.clips.filter((clip) => clip.attempts > 0).length, 0);
});

test('the ratio of an STM32F4 on its RC oscillator is a rig error in every cell', async (t) => {
	voided(t, await clockRun(t, ['--clock-factor', String(16 / 168)]), /that is 9\.\d+ % of the declared rate/);
});

test('a counter that never ran is a rig error in every cell', async (t) => {
	voided(
		t,
		await clockRun(t, ['--clock-freeze-after', '0']),
		/the counter stopped after 0 cycles of a spin.*stands still/,
	);
});

test('a counter that stops during the session is a rig error in every cell', async (t) => {
	// The check before the clips is over after 2.3 s or so; on a busy machine the counter stops within it, which is told as well.
	const done = await clockRun(t, ['--clock-freeze-after', '4'], { wrapLink: (link) => new LateLink(link, () => 5) });
	voided(t, done, /stands still|stopped, fell back or lost counts/);
});

test('a clock that drifts out of its tolerance during the session is a rig error in every cell', async (t) => {
	// 0.2 % a second: a quarter of a per cent off in the check before the clips, 1.5 % in the one after 4 s of audio.
	const options = { clips: ['yes-01', 'no-01', 'up-01', 'go-01'], pacing: 'realtime' } as const;
	voided(
		t,
		await clockRun(t, ['--clock-drift', '-0.002'], {}, options),
		// On a busy machine the first check is still open then, and what is proven is the rate of the last one alone.
		/^the clock (changed during the session: \d+\.\d\d MHz before the clips, \d+\.\d\d MHz after them \(-\d+\.\d %\)|ran at 98\d\.\d\d MHz)/,
	);
});
