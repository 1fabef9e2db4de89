import { spawnSync } from 'node:child_process';
import { findProgram } from './programs.mjs';

/**
 * What the bench needs beside Node.js. Looked for by what is used (a program, a header), not by asking the package
 * manager: a toolchain unpacked by hand is as good. `packages` are Debian's names.
 */
const NEEDS = [
	{
		packages: ['gcc'],
		why: 'compiles the PC build of the firmware and its C tests',
		there: () => has('gcc'),
		host: true,
	},
	{ packages: ['libc6-dev'], why: 'C headers', there: () => has('gcc') && compiles('gcc', 'stdio.h'), host: true },
	{ packages: ['make'], why: 'builds the firmware', there: () => has('make'), host: true },
	{ packages: ['gcc-arm-none-eabi'], why: 'compiles the firmware for Cortex-M', there: () => has('arm-none-eabi-gcc') },
	{ packages: ['binutils-arm-none-eabi'], why: 'links it', there: () => has('arm-none-eabi-ld') },
	{
		packages: ['libnewlib-arm-none-eabi'],
		why: 'C library for Cortex-M',
		there: () => has('arm-none-eabi-gcc') && compiles('arm-none-eabi-gcc', 'string.h'),
	},
	{ packages: ['qemu-system-arm'], why: 'the emulated STM32F405', there: () => has('qemu-system-arm') },
	{
		packages: ['gdb-multiarch'],
		why: 'flashes the board, emulated or real',
		there: () => has('gdb-multiarch') || has('arm-none-eabi-gdb'),
	},
	{
		packages: ['chromium'],
		why: 'opens the reports in the tests',
		// By these names reports/testing/browser.ts looks for it.
		there: () => ['chromium', 'chromium-browser', 'google-chrome'].some(has),
		tests: true,
	},
];

/**
 * @param {{ hostOnly?: boolean, tests?: boolean }} options `hostOnly`: only what the PC build needs; `tests`: also what only
 *   the tests need
 * @returns {{ packages: string[], why: string }[]}
 */
export function missingNeeds({ hostOnly = false, tests = false }) {
	return NEEDS.filter((need) => (need.host === true || !hostOnly) && (tests || need.tests !== true) && !need.there());
}

const has = (name) => findProgram(name) !== null;

function compiles(compiler, header) {
	const result = spawnSync(compiler, ['-E', '-x', 'c', '-o', '/dev/null', '-'], { input: `#include <${header}>\n` });
	return result.status === 0;
}
