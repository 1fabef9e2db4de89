import test from 'ava';
import type { Verdict } from '../generated/record.ts';
import { exitCodeOf, worstExitCode } from './exit-code.ts';

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

test('of several runs the worst', (t) => {
	t.is(worstExitCode([0, 3, 4, 1, 2]), 2);
	t.is(worstExitCode([0, 3, 4, 1]), 1);
	t.is(worstExitCode([0, 3, 4]), 4);
	t.is(worstExitCode([0, 3]), 3);
	t.is(worstExitCode([0, 0]), 0);
});
