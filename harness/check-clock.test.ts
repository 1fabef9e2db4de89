import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { DecodedSession } from './capture/session-data.ts';
import { checkClock } from './check-clock.ts';
import { clockChecks, clockFindings } from './measure/clock-check.ts';
import { deviceOf, loadDevices } from './scenario/device-facts.ts';
import { LateLink } from './testing/late-link.ts';
import { type PosixBenchOptions, posixBench } from './testing/posix-bench.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../devices', import.meta.url)));
const POSIX = deviceOf(DEVICES, 'posix').facts;

/** What a replay of one clock check finds: the state of the clock, the causes named, and in what words. */
async function checked(t: ExecutionContext, args: string[], options: PosixBenchOptions = {}) {
	const bench = await posixBench(t, { args: ['--counter', 'host', ...args], variant: 'posix', ...options });
	const session = await bench.open();
	const live = await checkClock(session, POSIX, 2000);
	const { session: replayed } = await bench.replay();
	const findings = clockFindings(replayed, POSIX);
	t.deepEqual(live, clockChecks(replayed, POSIX).at(-1), 'live and replayed, the check is the same');
	t.deepEqual(replayed.faults, []);
	return { live, replayed, cause: findings[0]?.cause, text: findings[0]?.text ?? '' };
}

const spins = (session: DecodedSession) => (session.clocks ?? []).filter(({ askedMs }) => askedMs > 0);

test('a right clock is proven right, and each CLOCK in the replay knows when it was sent', async (t) => {
	const { live, replayed, cause } = await checked(t, []);
	t.is(live.state, 'right');
	t.is(cause, undefined);
	t.true(live.lowHz <= 1e9 && 1e9 <= live.highHz);
	t.true((replayed.clocks ?? []).every((span) => span.sentNs < span.startNs && span.startNs <= span.endNs));
});

test('a quarter of the clock is called a quarter, after a short spin', async (t) => {
	const { live, replayed, cause, text } = await checked(t, ['--clock-factor', '0.25']);
	t.is(live.state, 'low');
	t.is(cause, 'clock-low');
	t.regex(text, /ran at 2\d\d\.\d\d MHz/);
	t.regex(text, /it looks like a quarter of the declared rate/);
	t.is(spins(replayed).length, 1);
});

test('the ratio of an STM32F4 on its RC oscillator is too slow, and so is 1.5 % less', async (t) => {
	const hsi = await checked(t, ['--clock-factor', String(16 / 168)]);
	t.is(hsi.cause, 'clock-low');
	t.regex(hsi.text, /that is \d+\.\d+ % of the declared rate and none of the clocks known/);
	const close = await checked(t, ['--clock-factor', '0.985']);
	t.is(close.cause, 'clock-low');
});

test('a counter that stands still is named, and does not hang the check', async (t) => {
	const { live, cause, text } = await checked(t, ['--clock-freeze-after', '0']);
	t.is(live.state, 'frozen');
	t.is(cause, 'clock-frozen');
	t.regex(text, /stopped after 0 cycles of a spin/);
});

test('a clock whose rate changes under the check is not right', async (t) => {
	const { live, cause } = await checked(t, ['--clock-drift', '-0.1']);
	// On a busy machine the short spin before comes late enough to agree with a clock that is just too slow.
	t.true(cause === 'clock-drift' || cause === 'clock-low', live.state);
});

test('late lines do not void a right clock: the spins become longer', async (t) => {
	const late = (link: ConstructorParameters<typeof LateLink>[0]) => new LateLink(link, () => 30);
	const { live, replayed, cause } = await checked(t, [], { wrap: late });
	t.is(cause, undefined);
	t.is(live.state, 'right');
	t.true(spins(replayed).length > 2, 'the first full spin did not decide');
	t.true(live.seconds > 3);
});

test('a clock that is too fast is not excused by lines as late as it is fast', async (t) => {
	// 5 % too fast: a spin of "2 s" takes 1.905 s, and its end line comes 95 ms later, as if it had taken 2 s.
	const spinMs = 2000;
	const endLateMs = spinMs - spinMs / 1.05;
	const late = (chunk: Uint8Array) => (Buffer.from(chunk).includes('"phase":"end"') ? endLateMs : 0);
	const { live, cause } = await checked(t, ['--clock-factor', '1.05'], { wrap: (link) => new LateLink(link, late) });
	t.is(cause, 'clock-high');
	t.is(live.state, 'high');
});

test('a CLOCK frame that was lost and repeated counts from when it was first sent', async (t) => {
	const { live, replayed, cause } = await checked(t, [], {
		faults: [{ kind: 'drop', direction: 'down', at: { like: /^CLOCK/ } }],
	});
	t.is(cause, undefined);
	t.is(live.state, 'right');
	const [probe] = replayed.clocks ?? [];
	t.true(Number((probe?.startNs ?? 0n) - (probe?.sentNs ?? 0n)) / 1e6 > 50, 'the wait for the repeat is in it');
});

test('a device that begins a clock check and never ends it has a frozen counter, in words', async (t) => {
	const bench = await posixBench(t, {
		args: ['--counter', 'host'],
		variant: 'posix',
		faults: [{ kind: 'drop', direction: 'up', at: { like: /"phase":"end"/ } }],
		timing: { answerMs: 500 },
	});
	const session = await bench.open();
	const error = await t.throwsAsync(checkClock(session, POSIX, 2000));
	t.regex(String(error?.message), /with a counter that stands still it never comes/);
	const { session: replayed } = await bench.replay();
	t.is(clockFindings(replayed, POSIX)[0]?.cause, 'clock-frozen');
});
