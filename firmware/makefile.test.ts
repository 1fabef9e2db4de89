import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';

const FIRMWARE = fileURLToPath(new URL('.', import.meta.url));
const make = (...args: string[]) =>
	execa('make', ['-s', '-C', FIRMWARE, ...args], { reject: false, env: { MAKEFLAGS: '', LC_ALL: 'C' } });
/** The folders with a board.mk; those for this machine once more under the sanitizers. */
const FOLDERS = readdirSync(path.join(FIRMWARE, 'boards')).filter((name) =>
	existsSync(path.join(FIRMWARE, 'boards', name, 'board.mk')),
);
const BOARDS = [...FOLDERS, ...FOLDERS.filter((name) => name.startsWith('posix')).map((name) => `${name}-san`)].sort();

test('a board that there is not is refused, and the others are named', async (t) => {
	t.true(BOARDS.includes('stm32f405') && BOARDS.includes('posix'));
	for (const [board, told] of [
		['stm32f4', 'stm32f4'],
		['cortex_m', 'cortex_m'],
		['', 'empty'],
		['posix stm32f405', 'posix stm32f405'],
		['esp32s3', 'esp32s3 (which ESP-IDF builds: boards/esp32s3/README.md)'],
	]) {
		const { exitCode, stderr } = await make(`BOARD=${board}`, '-n');
		t.not(exitCode, 0, board);
		t.regex(stderr, /BOARD is one of/);
		t.is(stderr.split('*** ')[1], `BOARD is one of ${BOARDS.join(' ')}, not ${told}.  Stop.`);
	}
});

test('each board that is named can be asked for', async (t) => {
	for (const board of BOARDS) {
		const { exitCode, stderr } = await make(`BOARD=${board}`, '-n');
		t.is(exitCode, 0, `${board}: ${stderr}`);
	}
});

test('help names every target, variable, board and fault that there is', async (t) => {
	const { exitCode, stdout, stderr } = await make('help');
	t.is(exitCode, 0, stderr);
	const text = ['Makefile', 'test.mk'].map((name) => readFileSync(path.join(FIRMWARE, name), 'utf8')).join('\n');
	const targets = [...text.matchAll(/^\.PHONY: (.+)$/gm)].flatMap((match) => (match[1] ?? '').split(' '));
	for (const target of targets.filter((name) => name !== 'all' && name !== 'FORCE'))
		t.regex(stdout, new RegExp(`^ +make ${target}  `, 'm'));
	const variables = [...text.matchAll(/^([A-Z_]+) \?=/gm)].map((match) => match[1]);
	t.true(variables.length >= 3);
	for (const name of variables) t.regex(stdout, new RegExp(`\\b${name}=`));
	t.true(stdout.includes(`\nBoards: ${BOARDS.join(' ')}\n`));
	const faults = stdout.match(/^Faults: (.+)$/m)?.[1]?.split(' ') ?? [];
	t.true(faults.length >= 4);
	for (const fault of faults) t.is((await make('BOARD=posix', `INJECT=${fault}`, '-n')).exitCode, 0, fault);
});
