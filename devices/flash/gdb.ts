/**
 * Flashing by gdb's `load` through any gdb server: OpenOCD, J-Link, pyOCD, Black Magic, or QEMU's.
 *
 * A normal end proves only that gdb is content. Whether the board runs the image is proven by the caller, who compares
 * the build id which the rebooted firmware reports.
 */

import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import type { ElfImage } from '../../harness/bench/elf.ts';
import { childEnvironment } from '../../harness/link/child-environment.ts';
import { type FlashFailure, flashError } from './failure.ts';
import {
	comparison,
	type GdbTarget,
	gdbScript,
	IMAGE_NAME,
	isSocketPath,
	lastStep,
	SCRIPT_NAME,
	SOCKET_NAME,
} from './gdb-script.ts';
import { readUnchanged } from './image-bytes.ts';

export interface GdbOptions {
	/** Programs to try, in this order. */
	tools?: readonly string[];
	/** A server that accepts and then says nothing is given up after this. */
	connectTimeoutMs?: number;
	/** For all of it: 1 MB at a slow probe's 20 kB/s takes 50 s. */
	timeoutMs?: number;
	signal?: AbortSignal | undefined;
}

/** How long gdb may take to end by itself once told to, before it is killed. */
const KILL_AFTER_MS = 1000;
const MAX_OUTPUT_CHARACTERS = 1_000_000;

/**
 * Writes the image, has it compared section by section, restarts the board and lets it run.
 * @returns which tool did it: `gdb-multiarch, GNU gdb (Debian 13.1-3) 13.1`
 * @throws OssicleError `flash-<failure>` (rig), `flash-target` or `image-changed` (usage)
 */
export async function flashByGdb(image: ElfImage, target: GdbTarget, options: GdbOptions = {}): Promise<string> {
	const bytes = await readUnchanged(image);
	const { output, tool } = await runGdb(gdbScript(target, true), target, bytes, options);
	const { matched, mismatched } = comparison(output);
	if (mismatched.length > 0) {
		throw flashError('verify-failed', tool, target.address, `sections ${mismatched.join(', ')} differ.`, output);
	}
	if (matched === 0) {
		throw flashError('tool-said-ok-unverified', tool, target.address, 'no section was compared.', output);
	}
	const version = /^GNU gdb .*$/m.exec(output)?.[0];
	return version === undefined ? tool : `${tool}, ${version}`;
}

/** Restarts the board without writing anything. @throws as `flashByGdb` */
export async function resetByGdb(target: GdbTarget, options: GdbOptions = {}): Promise<void> {
	await runGdb(gdbScript(target, false), target, null, options);
}

async function runGdb(script: string, target: GdbTarget, image: Buffer | null, options: GdbOptions) {
	const { tools = ['gdb-multiarch', 'arm-none-eabi-gdb'] } = options;
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-gdb-'));
	try {
		await chmod(folder, 0o700);
		await writeFile(path.join(folder, SCRIPT_NAME), script);
		if (image !== null) await writeFile(path.join(folder, IMAGE_NAME), image);
		if (isSocketPath(target.address)) await symlink(target.address, path.join(folder, SOCKET_NAME));
		for (const tool of tools) {
			const output = await runTool(tool, folder, target, options);
			if (output !== null) return { output, tool };
		}
		throw flashError(
			'tool-missing',
			tools[0] ?? 'gdb',
			target.address,
			`none of ${tools.join(', ')} is installed.`,
			'',
		);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** The output of a good end; `null` when there is no such program. */
async function runTool(tool: string, folder: string, target: GdbTarget, options: GdbOptions): Promise<string | null> {
	const { connectTimeoutMs = 20_000, timeoutMs = 180_000, signal } = options;
	signal?.throwIfAborted();
	// -nx and auto-load off: neither a .gdbinit nor a script inside the image may run commands here.
	const child = execa(tool, ['-nx', '-iex', 'set auto-load off', '-batch', '-x', SCRIPT_NAME], {
		cwd: folder,
		env: childEnvironment({ LC_ALL: 'C', DEBUGINFOD_URLS: '' }),
		extendEnv: false,
		stdin: 'ignore',
		reject: false,
		buffer: false,
	});
	let output = '';
	const take = (chunk: Buffer) => {
		if (output.length < MAX_OUTPUT_CHARACTERS) output += chunk.toString('utf8');
	};
	child.stdout.on('data', take);
	child.stderr.on('data', take);
	let timedOut = '';
	const end = (why: string) => {
		timedOut ||= why;
		child.kill('SIGTERM');
		setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
	};
	const abort = () => end('it was interrupted.');
	const timers = [
		setTimeout(() => {
			const step = lastStep(output);
			if (step === null || step === 'open' || step === 'connect')
				end(`no answer from ${target.address} in ${connectTimeoutMs} ms.`);
		}, connectTimeoutMs),
		setTimeout(() => end(`step \`${lastStep(output)}\` was not done after ${timeoutMs} ms in all.`), timeoutMs),
	];
	signal?.addEventListener('abort', abort, { once: true });
	const result = await child;
	signal?.removeEventListener('abort', abort);
	for (const timer of timers) clearTimeout(timer);
	if (result.code === 'ENOENT') return null;
	signal?.throwIfAborted();
	if (timedOut !== '') throw flashError('timeout-killed', tool, target.address, timedOut, output);
	const step = lastStep(output);
	if (result.exitCode === 0 && step === 'done') return output;
	const status = result.exitCode === undefined ? `signal ${result.signal}` : `status ${result.exitCode}`;
	throw flashError(
		failureOf(output),
		tool,
		target.address,
		`gdb ended with ${status} in step \`${step ?? 'start'}\`.`,
		output,
	);
}

/** Where it stopped says what failed; in `connect`, the wording of the system's error says more. */
function failureOf(output: string): FlashFailure {
	switch (lastStep(output)) {
		case 'connect':
			if (/resource busy|already (in use|connected)/i.test(output)) return 'probe-busy';
			if (/refused|no such (file|device)|not known|no route|unreachable|timed out|could not connect/i.test(output))
				return 'probe-absent';
			return 'target-unreachable';
		case 'reset':
		case 'detach':
			return 'target-unreachable';
		default:
			return 'program-failed';
	}
}
