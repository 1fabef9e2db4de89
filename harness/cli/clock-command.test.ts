/** Needs the posix firmware, built first: make -C firmware BOARD=posix. */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { ossicle } from '../testing/command.ts';
import { type ClockOutcome, checkDeviceClock, clockExitCode } from './clock-command.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const POSIX = deviceOf(loadDevices(`${ROOT}/devices`), 'posix').facts;

/** `ossicle clock ...` as a process of its own. */
async function clock(...args: string[]) {
	const { exitCode, stdout, stderr } = await ossicle(['clock', ...args]);
	return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}

test('a right clock: its rate, what is proven of it, what is declared; exit 0', async (t) => {
	const { exitCode, stdout } = await clock('posix');
	t.is(exitCode, 0, stdout);
	t.regex(
		stdout,
		/^posix: the counter \(host, clock source host\) runs at \d+\.\d\d MHz\n {2}proven: \d+\.\d\d to \d+\.\d\d MHz, over \d\.\d s, \d spins\n {2}declared: 1000 MHz \+-1 %: the clock is right$/,
	);
});

test('`--json` prints the outcome and nothing else', async (t) => {
	const { exitCode, stdout } = await clock('posix', '--seconds', '2.5', '--json');
	t.is(exitCode, 0, stdout);
	const { device, state, declaredHz, lowHz, highHz, seconds } = JSON.parse(stdout) as ClockOutcome;
	t.deepEqual([device, state, declaredHz], ['posix', 'right', 1e9]);
	t.true((lowHz ?? 0) <= 1e9 && 1e9 <= (highHz ?? 0));
	t.true((seconds ?? 0) > 2.4);
});

test('virtual time: not applicable, said without touching the emulator; exit 0', async (t) => {
	const { exitCode, stdout } = await clock('stm32f405-emulated');
	t.is(exitCode, 0, stdout);
	t.regex(stdout, /^stm32f405-emulated: clock check not applicable: time is virtual/);
});

test('a wrong clock is named, with the bounds that prove it', async (t) => {
	const outcome = await checkDeviceClock(POSIX, 2, { posixArgs: ['--clock-factor', '0.5'] });
	const { state, estimateHz, highHz, text } = outcome;
	t.is(state, 'low');
	t.is(clockExitCode(outcome), 4);
	t.true((estimateHz ?? 0) <= (highHz ?? 0) && (highHz ?? 0) < 0.99e9);
	t.regex(text, /it looks like half the declared rate.*declared: 1000 MHz \+-1 %: rig error, the clock is too slow$/s);
});

test('a scripted counter tells no time', async (t) => {
	const outcome = await checkDeviceClock(POSIX, 2, { posixArgs: ['--counter', 'scripted'] });
	t.deepEqual([outcome.state, outcome.counter], ['not-applicable', 'scripted']);
	t.is(clockExitCode(outcome), 0);
});

test('a length that is none is refused before anything is touched', async (t) => {
	for (const seconds of ['1', '61', 'two', '']) {
		const { exitCode, stderr } = await clock('posix', '--seconds', seconds);
		t.is(exitCode, 2);
		t.regex(stderr, /--seconds: expected a number of seconds from 2 to 60, got/);
	}
});

test('a board that cannot be run says why it cannot be checked', async (t) => {
	const { exitCode, stderr } = await clock('esp32s3');
	t.is(exitCode, 2);
	t.regex(stderr, /esp32s3 cannot be run: its firmware is built and flashed by ESP-IDF/);
});
