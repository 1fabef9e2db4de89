/** What the tests over a broker start: bridges as processes of their own, and whole runs through them. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { ossicleCommand } from './command.ts';
import { posixProgram, type Teardown } from './posix-bench.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Gone mad: prints without end. */
const FLOODING_BOARD = fileURLToPath(new URL('flooding-board.c', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Enough for a Node.js process to start on a machine that starts several. */
const SAID_WITHIN_MS = 60_000;
const MAX_CHARACTERS = 1_000_000;
const SHOWN_CHARACTERS = 2000;

/** A program whose words are waited for. */
export interface TalkingProcess {
	readonly pid: number;
	/** All it has written on stdout and stderr. */
	output(): string;
	/** Resolves once it has written this, at or after position `from` of its output; rejects when it ends before. */
	said(what: RegExp, from?: number): Promise<void>;
	/** How it ended. */
	readonly ended: Promise<{ exitCode: number | undefined; signal: string | undefined }>;
	signal(signal: NodeJS.Signals): void;
	/** In good order (SIGTERM), also when it is stopped (SIGSTOP) at the moment. */
	stop(): Promise<void>;
}

/** What puts a device on a broker: a bridge, or firmware that speaks MQTT itself. */
export type DeviceProcess = TalkingProcess;

/** `ossicle ...`, ended with the test. */
export function startOssicle(t: Teardown, args: readonly string[], env: NodeJS.ProcessEnv = {}): TalkingProcess {
	return startTalking(t, ossicleCommand(args), env);
}

function startTalking(
	t: Teardown,
	[program, ...args]: readonly [string, ...string[]],
	env: NodeJS.ProcessEnv = {},
): TalkingProcess {
	const child = execa(program, args, { cwd: ROOT, env, stdin: 'pipe', reject: false, buffer: false });
	let output = '';
	let over = false;
	const listeners = new Set<() => void>();
	const changed = () => {
		for (const listener of listeners) listener();
	};
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk: Buffer) => {
			output = (output + chunk.toString()).slice(-MAX_CHARACTERS);
			changed();
		});
	const ended = child.then(({ exitCode, signal }) => {
		over = true;
		changed();
		return { exitCode, signal };
	});
	const talking: TalkingProcess = {
		pid: child.pid ?? 0,
		output: () => output,
		said: (what, from = 0) =>
			new Promise((resolve, reject) => {
				const finish = (error: Error | null) => {
					listeners.delete(look);
					clearTimeout(timer);
					if (error === null) resolve();
					else reject(error);
				};
				const look = () => {
					if (what.test(output.slice(from))) finish(null);
					else if (over)
						finish(new Error(`it ended without saying ${what}; it said:\n${output.slice(-SHOWN_CHARACTERS)}`));
				};
				const timer = setTimeout(
					() =>
						finish(
							new Error(
								`it did not say ${what} within ${SAID_WITHIN_MS} ms; it said:\n${output.slice(-SHOWN_CHARACTERS)}`,
							),
						),
					SAID_WITHIN_MS,
				);
				listeners.add(look);
				look();
			}),
		ended,
		signal: (signal) => child.kill(signal),
		stop: async () => {
			child.kill('SIGTERM');
			child.kill('SIGCONT');
			const gaveUp = setTimeout(() => child.kill('SIGKILL'), 10_000);
			await ended;
			clearTimeout(gaveUp);
		},
	};
	t.teardown(() => talking.stop());
	return talking;
}

/** `ossicle bridge <device> --link <link>`, on line. */
export async function startBridgeProcess(
	t: Teardown,
	link: string,
	{
		device = 'posix',
		args = [],
		env = {},
	}: { device?: string; args?: readonly string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<DeviceProcess> {
	const bridge = startOssicle(t, ['bridge', device, '--link', link, ...args], env);
	await bridge.said(/online/);
	return bridge;
}

/** The same with a scripted counter on the posix board: runs without a clock to check, which are short. */
export async function startScriptedBridge(t: Teardown, link: string, imagePath?: string): Promise<DeviceProcess> {
	const script = fileURLToPath(new URL('scripted-bridge.ts', import.meta.url));
	const image = imagePath === undefined ? [] : [imagePath];
	const bridge = startTalking(t, [process.execPath, '--import', 'tsx', script, link, ...image]);
	await bridge.said(/online/);
	return bridge;
}

/** The firmware that speaks MQTT itself, with a scripted counter, on line. */
export async function startPosixMqtt(t: Teardown, link: string): Promise<DeviceProcess> {
	const { bench, shown } = parseBrokerUrl(link);
	const program = await posixProgram('posix-mqtt');
	const place = ['--broker', shown, '--bench', bench ?? 'bench', '--device', 'posix-mqtt'];
	const firmware = startTalking(t, [program, ...place, '--counter', 'scripted']);
	await firmware.said(/online/);
	return firmware;
}

/** Builds the board that prints without end. @returns the program's path */
export async function floodingBoard(): Promise<string> {
	const program = path.join(temporaryFolder('flooding'), 'flooding-board');
	await execa('cc', ['-O2', '-Wl,--build-id', '-o', program, FLOODING_BOARD]);
	return program;
}

export async function until(what: string, holds: () => boolean): Promise<void> {
	for (let waitedMs = 0; !holds(); waitedMs += 20) {
		if (waitedMs > SAID_WITHIN_MS) throw new Error(`not within ${SAID_WITHIN_MS} ms: ${what}`);
		await sleep(20);
	}
}
