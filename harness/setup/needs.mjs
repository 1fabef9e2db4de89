import { spawnSync } from 'node:child_process';
import { DEFAULT_DEVICE } from './chosen-device.mjs';
import { findProgram, findServer } from './programs.mjs';

/**
 * What the bench needs beside Node.js. Looked for by what is used (a program, a header), not by asking the package
 * manager: a toolchain unpacked by hand is as good. `packages` are Debian's names. Marked with `host`: each device needs it;
 * with `device`: that one alone, beside those; with `tests`: only the tests do; the rest is for the emulated Cortex-M boards.
 */
const NEEDS = [
	{
		packages: ['gcc'],
		why: 'compiles the PC build of the firmware and its C tests',
		there: () => has('gcc'),
		host: true,
	},
	{ packages: ['libc6-dev'], why: 'C headers', there: () => hasHeader('stdio.h'), host: true },
	{ packages: ['make'], why: 'builds the firmware', there: () => has('make'), host: true },
	{ packages: ['gcc-arm-none-eabi'], why: 'compiles the firmware for Cortex-M', there: () => has('arm-none-eabi-gcc') },
	{ packages: ['binutils-arm-none-eabi'], why: 'links it', there: () => has('arm-none-eabi-ld') },
	{
		packages: ['libnewlib-arm-none-eabi'],
		why: 'C library for Cortex-M',
		there: () => has('arm-none-eabi-gcc') && compiles('arm-none-eabi-gcc', 'string.h'),
	},
	{ packages: ['qemu-system-arm'], why: 'the emulated Cortex-M boards', there: () => has('qemu-system-arm') },
	{
		packages: ['gdb-multiarch'],
		why: 'flashes the board, emulated or real',
		there: () => has('gdb-multiarch') || has('arm-none-eabi-gdb'),
	},
	{
		packages: ['gcc-xtensa-lx106'],
		why: "compiles the firmware for the ESP32-S3's stand-in",
		there: () => has('xtensa-lx106-elf-gcc'),
		device: 'esp32s3-emulated',
	},
	{
		packages: ['qemu-system-misc'],
		why: 'the emulated Xtensa core',
		there: () => has('qemu-system-xtensa'),
		device: 'esp32s3-emulated',
	},
	{
		packages: ['chromium'],
		why: 'opens the reports in the tests',
		// By these names reports/testing/browser.ts looks for it.
		there: () => ['chromium', 'chromium-browser', 'google-chrome'].some(has),
		tests: true,
	},
	{
		packages: ['mosquitto'],
		why: 'the MQTT broker of the tests',
		there: () => findServer('mosquitto') !== null,
		tests: true,
	},
	// The PC build of the firmware that speaks MQTT itself: firmware/boards/posix-mqtt/.
	{ packages: ['libmosquitto-dev'], why: 'MQTT in C', there: () => hasHeader('mosquitto.h'), tests: true },
	{ packages: ['libcjson-dev'], why: 'JSON in C', there: () => hasHeader('cjson/cJSON.h'), tests: true },
	{ packages: ['libssl-dev'], why: 'TLS in C', there: () => hasHeader('openssl/ssl.h'), tests: true },
];

/**
 * @param {{ device?: string, tests?: boolean }} options `device`: only what this one needs (the emulated Cortex-M boards need the
 *   same); `tests`: whatever any test needs
 * @returns {{ packages: string[], why: string }[]}
 */
export function missingNeeds({ device = DEFAULT_DEVICE, tests = false }) {
	return NEEDS.filter((need) => isNeeded(need, device, tests) && !need.there());
}

function isNeeded(need, device, tests) {
	if (tests || need.host === true) return true;
	if (need.tests === true) return false;
	if (need.device !== undefined) return need.device === device;
	return device !== 'posix' && !NEEDS.some((each) => each.device === device);
}

const has = (name) => findProgram(name) !== null;
const hasHeader = (header) => has('gcc') && compiles('gcc', header);

function compiles(compiler, header) {
	const result = spawnSync(compiler, ['-E', '-x', 'c', '-o', '/dev/null', '-'], { input: `#include <${header}>\n` });
	return result.status === 0;
}
