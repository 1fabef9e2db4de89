import test from 'ava';
import type { Verdict } from '../generated/record.ts';
import { exitCodeOf, exitCodeOfRun, isLetThrough, type JudgedRun, worstExitCode } from './exit-code.ts';

const code = test.macro((t, verdicts: Verdict[], expected: number) => {
	t.is(exitCodeOf(verdicts.map((verdict) => ({ verdict }))), expected as never);
});

test('all passed, some narrowly', code, ['pass', 'marginal', 'not-requested'], 0);
test('one failed', code, ['pass', 'fail', 'rig-error', 'inconclusive'], 1);
test('a rig error comes before an undecided cell', code, ['pass', 'rig-error', 'inconclusive'], 4);
test('undecided', code, ['pass', 'inconclusive'], 3);
test('not measured', code, ['pass', 'not-measured'], 3);
test('nothing judged is not a pass', code, [], 3);
test('nothing asked for is not a pass', code, ['not-requested'], 3);

function runOf(verdicts: readonly Verdict[], manifest: Partial<JudgedRun['manifest']> = {}): JudgedRun {
	const cells = verdicts.map((verdict) => ({
		device: 'posix',
		verdict,
		evidence: verdict === 'not-measured' ? null : ('host' as const),
	}));
	return { manifest: { status: 'complete', inputsChanged: [], subset: null, ...manifest }, cells };
}

const warned = test.macro(
	(t, verdicts: Verdict[], expected: number, manifest: Partial<JudgedRun['manifest']> | null) => {
		t.is(exitCodeOfRun(runOf(verdicts, manifest ?? {}), 'warn'), expected as never);
	},
);

test('a warning lets undecided cells off', warned, ['pass', 'inconclusive', 'not-measured'], 0, null);
test('a warning lets a run off in which nothing is decided', warned, ['inconclusive'], 0, null);
test('a warning lets no failure off', warned, ['pass', 'inconclusive', 'fail'], 1, null);
test('a warning lets no rig error off', warned, ['pass', 'inconclusive', 'rig-error'], 4, null);
test('a warning does not make a run pass in which nothing was measured', warned, ['not-measured'], 3, null);
test('a warning does not make a run pass in which nothing was judged', warned, [], 3, null);
test('a warning lets no interrupted run off', warned, ['inconclusive', 'not-measured'], 3, {
	status: 'interrupted',
});
test('a warning lets no run off that is judged by other inputs', warned, ['pass', 'inconclusive'], 3, {
	inputsChanged: ['clips.json'],
});
test('another limit is no other input', warned, ['pass', 'inconclusive'], 0, { inputsChanged: ['spec.md'] });

test('a warning lets no figure off that is refused for its kind of evidence', (t) => {
	const run = runOf(['pass', 'inconclusive']);
	t.is(exitCodeOfRun(run, 'warn'), 0);
	const refused = { device: 'posix', verdict: 'not-measured', evidence: 'emulated' } as const;
	t.is(exitCodeOfRun({ ...run, cells: [...run.cells, refused] }, 'warn'), 3);
});

test('a warning lets no part of the clips off, which would hide what fails', warned, ['inconclusive'], 3, {
	subset: 'yes-*',
});

test('a warning lets no device off of which nothing was judged, however green another is', (t) => {
	const run = runOf(['pass', 'not-measured']);
	t.is(exitCodeOfRun(run, 'warn'), 0);
	const silent = { device: 'stm32f405', verdict: 'not-measured', evidence: null } as const;
	const both = { ...run, cells: [...run.cells, silent, silent] };
	t.is(exitCodeOfRun(both, 'warn'), 3);
	t.false(isLetThrough('not-measured', both, 'warn'));
	t.false(isLetThrough('not-measured', { ...run, cells: [silent] }, 'warn'), 'nothing at all was judged');
	// A row nobody asked for is no device.
	const other = { device: null, verdict: 'not-requested', evidence: null } as const;
	t.is(exitCodeOfRun({ ...run, cells: [...run.cells, other] }, 'warn'), 0);
});

test('of several runs the worst', (t) => {
	t.is(worstExitCode([0, 3, 4, 1, 2]), 2);
	t.is(worstExitCode([0, 3, 4, 1]), 1);
	t.is(worstExitCode([0, 3, 4]), 4);
	t.is(worstExitCode([0, 3]), 3);
	t.is(worstExitCode([0, 0]), 0);
});

test('a single cell: a warning lets undecided ones through, and nothing else', (t) => {
	const verdicts: Verdict[] = [
		'pass',
		'marginal',
		'fail',
		'inconclusive',
		'not-measured',
		'rig-error',
		'not-requested',
	];
	const through = (status: string, undecided: 'fail' | 'warn') =>
		verdicts.filter((verdict) => isLetThrough(verdict, runOf(verdicts, { status }), undecided));
	t.deepEqual(through('complete', 'fail'), ['pass', 'marginal']);
	t.deepEqual(through('complete', 'warn'), ['pass', 'marginal', 'inconclusive', 'not-measured']);
	t.deepEqual(through('interrupted', 'warn'), ['pass', 'marginal']);
});
