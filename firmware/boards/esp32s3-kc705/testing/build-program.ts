/** For tests: small programs on the stand-in's own start-up code, and the same sources for a PC. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const BOARD = fileURLToPath(new URL('..', import.meta.url));
const OSSICLE = fileURLToPath(new URL('../../../ossicle', import.meta.url));
const BARE_METAL = fileURLToPath(new URL('../../bare_metal', import.meta.url));
const COMMON = fileURLToPath(new URL('../../common', import.meta.url));
const WARNINGS = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-Wconversion', '-Wshadow', '-ffp-contract=off'];
/** What a program on the stand-in needs whatever it does. */
const START = ['start.S', 'startup.c', 'core.c', 'uart.c', 'timebase.c'];
const START_ANYWHERE = ['image.c', 'boot.c', 'bare_time.c'];
const RUNTIME = ['runtime/integer.c', 'runtime/float.c', 'runtime/memory.c'];

export interface Program {
	path: string;
	remove: () => Promise<void>;
}

/** @param sources relative to this board's folder */
export function buildForStandIn(sources: readonly string[], defines: readonly string[] = []): Promise<Program> {
	const flags = ['-O2', '-ffreestanding', '-mlongcalls', '-mtext-section-literals', '-ffunction-sections'];
	const includes = [BOARD, BARE_METAL, COMMON, OSSICLE].flatMap((folder) => ['-I', folder]);
	includes.push('-isystem', path.join(BOARD, 'runtime/include'));
	const link = ['-nostdlib', '-T', path.join(BOARD, 'link.ld'), '-Wl,--defsym=STACK_BYTES=4096', '-Wl,--gc-sections'];
	const inputs = [...START, ...RUNTIME, ...sources].map((name) => path.join(BOARD, name));
	inputs.push(...START_ANYWHERE.map((name) => path.join(BARE_METAL, name)));
	inputs.push(path.join(OSSICLE, 'ossicle_crc32.c'), '-lgcc', '-Wl,--build-id', '-Wl,--no-warn-rwx-segments');
	return build('xtensa-lx106-elf-gcc', [...flags, ...includes, ...defines, ...link, ...inputs]);
}

/** @param sources relative to this board's folder */
export function buildForPc(sources: readonly string[], flags: readonly string[] = []): Promise<Program> {
	return build('gcc', [...flags, ...sources.map((name) => path.join(BOARD, name))]);
}

async function build(compiler: string, args: readonly string[]): Promise<Program> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-program-'));
	const file = path.join(folder, 'program.elf');
	const remove = () => rm(folder, { recursive: true, force: true });
	try {
		await execa(compiler, [...WARNINGS, ...args, '-o', file]);
	} catch (error) {
		await remove();
		throw error;
	}
	return { path: file, remove };
}
