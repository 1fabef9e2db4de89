/**
 * The ESP-IDF project cannot be built here. What can be shown is that it is C whose calls fit the declarations of ESP-IDF as
 * testing/stubs/ has them: so typed, and no more.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';

const BOARD = fileURLToPath(new URL('.', import.meta.url));
const FIRMWARE = path.join(BOARD, '../..');
const MAIN = path.join(BOARD, 'main');
const SOURCES = readdirSync(MAIN).filter((name) => name.endsWith('.c'));
const WARNINGS = [
	'-Wall',
	'-Wextra',
	'-Werror',
	'-Wconversion',
	'-Wshadow',
	'-Wstrict-prototypes',
	'-Wmissing-prototypes',
];
const INCLUDES = ['testing/stubs', 'main', '../../ossicle', '..', '../common'].flatMap((folder) => [
	'-I',
	path.join(BOARD, folder),
]);

const compile = (compiler: string, flags: readonly string[], input: string) =>
	execa(compiler, ['-std=gnu17', ...WARNINGS, ...INCLUDES, ...flags, '-x', 'c', '-'], { input, reject: false });

for (const name of SOURCES) {
	test(`${name} is C that fits the declarations, on a PC and for Xtensa`, async (t) => {
		const text = readFileSync(path.join(MAIN, name), 'utf8');
		const here = await compile('gcc', ['-fsyntax-only'], text);
		t.is(here.exitCode, 0, here.stderr);
		const there = await compile('xtensa-lx106-elf-gcc', ['-ffreestanding', '-O2', '-c', '-o', '/dev/null'], text);
		t.is(there.exitCode, 0, there.stderr);
	});
}

test('a call that does not fit is refused', async (t) => {
	const wrong = '#include "driver/uart.h"\nint f(void);\nint f(void) { return uart_write_bytes(0, "x"); }\n';
	const { exitCode, stderr } = await compile('gcc', ['-fsyntax-only'], wrong);
	t.not(exitCode, 0);
	t.regex(stderr, /too few arguments/);
});

test('what the project names is there', (t) => {
	t.true(SOURCES.length >= 4);
	const component = readFileSync(path.join(MAIN, 'CMakeLists.txt'), 'utf8');
	for (const name of SOURCES) t.regex(component, new RegExp(`SRCS .*\\b${name.replace('.', '\\.')}\\b`));
	const shared = [...component.matchAll(/\$\{common\}\/(\S+\.c)/g)].map((match) => match[1] ?? '');
	t.true(shared.length > 0);
	for (const name of shared) t.true(existsSync(path.join(FIRMWARE, 'boards/common', name)), name);
	const app = path.join(FIRMWARE, 'apps/liquid-audio');
	for (const name of ['model.S', 'model.lnn', 'main.c']) t.true(existsSync(path.join(app, name)), name);
	const fragment = readFileSync(path.join(MAIN, 'linker.lf'), 'utf8');
	const placed = [...fragment.matchAll(/^\s+([a-z_]+) \(noflash_text\)$/gm)].map((match) => match[1]);
	t.true(placed.length >= 5);
	for (const name of placed)
		t.true(
			[app, MAIN].some((folder) => existsSync(path.join(folder, `${name}.c`))),
			`linker.lf places ${name}, which is not there`,
		);
});
