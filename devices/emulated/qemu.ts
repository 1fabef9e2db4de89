/**
 * A board's stand-in: QEMU with its UART on a pty and its gdb server on a unix socket, stopped until it is flashed.
 * No image is given to it here: it gets one by the flash tool, as a board does.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { findProgram } from '../../harness/bench/programs.ts';
import { packageOf } from '../../harness/bench/qemu-program.ts';
import { OssicleError } from '../../harness/error.ts';
import type { EmulatorFacts } from '../../harness/generated/device.ts';
import { childEnvironment } from '../../harness/link/child-environment.ts';

export interface QemuOptions {
	startTimeoutMs?: number;
	signal?: AbortSignal | undefined;
	program?: string;
	/** Path of a TCG plugin that takes `out=FILE`: the cycle model. */
	plugin?: string | undefined;
}

const PTY_LINE = /char device redirected to (\/dev\/[A-Za-z0-9/]{1,64}) \(label serial0\)/;
/** How QEMU says that it cannot load a plugin, or that it was built without them. */
const PLUGIN_TROUBLE = /load plugin|-plugin: invalid option/;
const PLUGIN_ADVICE =
	'The cycle model runs in QEMU as a plugin. What to do: build it anew on this machine (make -C devices/emulated/cycle-plugin), for a QEMU with plugins of API version 1, such as the 7.2 of Debian 12';
const MAX_OUTPUT_CHARACTERS = 16_384;
const SOCKET_POLL_MS = 10;

export class Qemu {
	readonly pid: number;
	readonly ptyPath: string;
	/** Absolute path of the gdb server's socket, in a folder only this user can enter. */
	readonly gdbSocket: string;
	/** What the plugin writes, in the same folder; `null` without a plugin. */
	readonly pluginLog: string | null;
	/** Resolves when the emulator has ended, with how it ended, in words. */
	readonly ended: Promise<string>;
	readonly #process: Process;
	readonly #folder: string;

	private constructor(started: Started, ptyPath: string) {
		this.#process = started.process;
		this.#folder = started.folder;
		this.pid = started.process.pid as number;
		this.ptyPath = ptyPath;
		this.gdbSocket = started.gdbSocket;
		this.pluginLog = started.pluginLog;
		this.ended = started.ended;
	}

	/** @throws OssicleError (rig) `qemu-missing`, `qemu-start` */
	static async start(facts: EmulatorFacts, options: QemuOptions = {}): Promise<Qemu> {
		const { startTimeoutMs = 20_000, signal, program = 'qemu-system-arm' } = options;
		signal?.throwIfAborted();
		if (findProgram(program) === null) {
			throw new OssicleError(
				'qemu-missing',
				'rig',
				`${program} is not installed: expected it on PATH. Install it (Debian: apt-get install ${packageOf(program)}), or use --device posix.`,
				{ program },
			);
		}
		const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-qemu-'));
		const started = launch(program, facts, folder, options.plugin);
		try {
			return new Qemu(started, await ptyNamedBy(started, startTimeoutMs, signal));
		} catch (error) {
			started.process.kill('SIGKILL');
			await started.ended;
			await rm(folder, { recursive: true, force: true });
			throw error;
		}
	}

	/** Ends the emulator; resolves also when it has ended already. */
	async stop(): Promise<void> {
		this.#process.kill('SIGTERM');
		const timer = setTimeout(() => this.#process.kill('SIGKILL'), 2000);
		await this.ended;
		clearTimeout(timer);
		await rm(this.#folder, { recursive: true, force: true });
	}

	/** Dies without a word, as if the board had lost its supply. For fault tests. */
	kill(): void {
		this.#process.kill('SIGKILL');
	}
}

type Process = ReturnType<typeof spawnQuietly>;

const spawnQuietly = (command: string, args: string[]) =>
	execa(command, args, {
		stdin: 'ignore',
		reject: false,
		buffer: false,
		cleanup: true,
		env: childEnvironment(),
		extendEnv: false,
	});

interface Started {
	process: Process;
	program: string;
	folder: string;
	gdbSocket: string;
	pluginLog: string | null;
	output: () => string;
	ended: Promise<string>;
}

function launch(program: string, facts: EmulatorFacts, folder: string, plugin: string | undefined): Started {
	const gdbSocket = path.join(folder, 'gdb.sock');
	const pluginLog = plugin === undefined ? null : path.join(folder, 'cycles.log');
	const args = [
		...['-M', facts.machine],
		...(facts.cpu === undefined ? [] : ['-cpu', facts.cpu]),
		...(facts.memoryMiB === undefined ? [] : ['-m', `${facts.memoryMiB}M`]),
		...['-display', 'none', '-monitor', 'none', '-serial', 'pty', '-icount', `shift=${facts.icountShift}`],
		...['-S', '-gdb', `unix:${optionValue(gdbSocket)},server=on,wait=off`],
		...(plugin === undefined ? [] : ['-plugin', `${optionValue(plugin)},out=${optionValue(pluginLog ?? '')}`]),
	];
	const [command, ...rest] = withParentDeathSignal([program, ...args]);
	const process = spawnQuietly(command as string, rest);
	let output = '';
	const take = (chunk: Buffer) => {
		output = (output + chunk.toString('latin1')).slice(-MAX_OUTPUT_CHARACTERS);
	};
	process.stdout.on('data', take);
	process.stderr.on('data', take);
	const ended = process.then((result) => {
		const how =
			result.exitCode === undefined
				? `was ended by ${result.signal ?? result.code}`
				: `ended with status ${result.exitCode}`;
		const said = output.replace(PTY_LINE, '').trim();
		const advice = plugin !== undefined && PLUGIN_TROUBLE.test(said) ? `. ${PLUGIN_ADVICE}` : '';
		return `${program} ${how}${said === '' ? '' : `: ${said.slice(-500)}`}${advice}`;
	});
	return { process, program, folder, gdbSocket, pluginLog, output: () => output, ended };
}

/** A comma in an option's value is written twice (qemu(1), "-device"). */
function optionValue(text: string): string {
	return text.replaceAll(',', ',,');
}

/**
 * A controller killed by SIGKILL cannot end its emulator. setpriv (util-linux, on each Debian) has the kernel do it:
 * PR_SET_PDEATHSIG, prctl(2). It is kept across exec, so QEMU inherits it. Elsewhere an emulator may be left over.
 */
function withParentDeathSignal(command: string[]): string[] {
	const setpriv = findProgram('setpriv');
	return setpriv === null ? command : [setpriv, '--pdeathsig', 'KILL', '--', ...command];
}

/** The path of the serial pty, once the gdb server can be reached as well. */
function ptyNamedBy(started: Started, timeoutMs: number, signal: AbortSignal | undefined): Promise<string> {
	const { program, gdbSocket, output, ended } = started;
	return new Promise((resolve, reject) => {
		const fail = (what: string) =>
			reject(
				new OssicleError(
					'qemu-start',
					'rig',
					`The emulator did not come up: expected ${program} to name its serial pty and to open its gdb server, got ${what}.`,
					{ program, output: output() },
				),
			);
		const named = () => PTY_LINE.exec(output())?.[1];
		const late = () =>
			fail(
				named() === undefined
					? `nothing but ${JSON.stringify(output())} within ${timeoutMs} ms`
					: `the pty, but no gdb server on ${gdbSocket} within ${timeoutMs} ms`,
			);
		const timer = setTimeout(late, timeoutMs);
		const poll = setInterval(() => look(), SOCKET_POLL_MS);
		const settle = () => {
			clearTimeout(timer);
			clearInterval(poll);
			signal?.removeEventListener('abort', abort);
		};
		const abort = () => {
			settle();
			reject(signal?.reason);
		};
		signal?.addEventListener('abort', abort, { once: true });
		// The pty is named before the machine is built, the gdb server opened after: a fast gdb would find no socket.
		const look = () => {
			const ptyPath = named();
			if (ptyPath === undefined || !existsSync(gdbSocket)) return;
			settle();
			resolve(ptyPath);
		};
		void ended.then((how) => {
			settle();
			fail(how);
		});
	});
}
