import test from 'ava';
import { ossicle } from '../testing/command.ts';

test('ossicle budget says before anything is flashed what cannot be met, and what would', async (t) => {
	const { exitCode, stdout } = await ossicle(['budget', 'stm32f405-emulated']);
	t.is(exitCode, 0);
	const text = String(stdout);
	t.regex(
		text,
		/Latency \(p99\) +< 15 ms +feasible\n +2,520,000 cycles a hop at 168 MHz: 1,938,461 to 2,709,677 cycles by the model cortex-m4/,
	);
	t.regex(text, /Power \(mean\) +< 1\.2 mW +INFEASIBLE\n +asleep all the time it draws 39\.6 mW/);
	t.true(
		text.split('\n').every((line) => line.length <= 110),
		'fits a terminal',
	);
});

test('with --strict an infeasible limit is exit code 1; without, and where a fact is missing, 0', async (t) => {
	t.is((await ossicle(['budget', 'stm32f405-emulated', '--strict'])).exitCode, 1);
	const { exitCode, stdout } = await ossicle(['budget', 'nrf52840', '--strict', '--json']);
	t.is(exitCode, 0);
	const { lines } = JSON.parse(String(stdout));
	t.is(lines.find(({ metric }: { metric: string }) => metric === 'power').state, 'unknown');
});

test('an unknown device or a hop that is none is a usage error', async (t) => {
	const unknown = await ossicle(['budget', 'stm32f406']);
	t.is(unknown.exitCode, 2);
	t.regex(String(unknown.stderr), /stm32f405/);
	const hop = await ossicle(['budget', 'stm32f405', '--hop', '16ms']);
	t.is(hop.exitCode, 2);
	t.regex(String(hop.stderr), /--hop: a number of samples/);
});
