import test from 'ava';
import { isOssicleError } from '../../harness/error.ts';
import { comparison, gdbScript, lastStep } from './gdb-script.ts';

const RESET = 'monitor reset';

test('a script for a network server connects, loads, compares, resets, in this order', (t) => {
	const commands = gdbScript({ address: 'localhost:3333', resetCommand: RESET }, true)
		.split('\n')
		.filter((line) => line !== '' && !line.startsWith('set ') && !line.startsWith('echo '));
	t.deepEqual(commands, [
		'show version',
		'file image.elf',
		'target extended-remote localhost:3333',
		'load',
		'compare-sections',
		'monitor reset',
		'detach',
	]);
});

test('a Black Magic Probe is scanned and attached first', (t) => {
	t.regex(
		gdbScript({ address: '/dev/ttyBmpGdb', resetCommand: RESET }, true),
		/target extended-remote \/dev\/ttyBmpGdb\nmonitor swdp_scan\nattach 1\n/,
	);
});

test('a unix socket is reached by a name that needs no quoting', (t) => {
	const script = gdbScript({ address: '/tmp/a "strange" place/gdb.sock', resetCommand: RESET }, true);
	t.regex(script, /^target extended-remote target\.sock$/m);
	t.notRegex(script, /strange/);
});

test('a reset alone loads nothing', (t) => {
	t.notRegex(gdbScript({ address: 'localhost:3333', resetCommand: RESET }, false), /^(load|file|compare)/m);
});

for (const [what, address, resetCommand] of [
	['a pipe to a command', '| touch /tmp/x', RESET],
	['a second line', 'localhost:3333\nshell id', RESET],
	['a path upwards', '/dev/../etc/passwd', RESET],
	['nothing', '', RESET],
	['a reset that is no monitor command', 'localhost:3333', 'shell id'],
	['a reset of two lines', 'localhost:3333', 'monitor reset\nshell id'],
] as const) {
	test(`a target or reset command is refused: ${what}`, (t) => {
		const error = t.throws(() => gdbScript({ address, resetCommand }, true));
		t.true(isOssicleError(error) && error.code === 'flash-target' && error.kind === 'usage');
	});
}

test('the last step is the furthest one announced', (t) => {
	t.is(lastStep('GNU gdb\n'), null);
	t.is(lastStep('ossicle-step open\nossicle-step connect\nboom'), 'connect');
	t.is(lastStep('a console line with ossicle-step done in it\nossicle-step load\n'), 'load');
});

test('compare-sections is read section by section', (t) => {
	t.deepEqual(
		comparison(
			'Section .text, range 0x8000000 -- 0x8000046: matched.\nSection .data, range 0x8 -- 0x9: MIS-MATCHED!\nwarning: One or more sections\n',
		),
		{ matched: 1, mismatched: ['.data'] },
	);
	t.deepEqual(comparison('warning: no sections\n'), { matched: 0, mismatched: [] });
});
