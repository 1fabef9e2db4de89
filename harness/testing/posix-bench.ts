/** Everything a test needs to talk to the real firmware on the posix board: built if need be, started, and torn down. */
import { access, mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { CaptureWriter } from '../capture/capture-writer.ts';
import { decodeCaptureFile } from '../capture/decode-run.ts';
import type { DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { ByteLink } from '../link/byte-link.ts';
import { PosixProcess } from '../link/posix-process.ts';
import { DeviceSession, type SessionOptions } from '../session/device-session.ts';
import type { SessionTiming } from '../session/session-timing.ts';
import type { Fault } from './fault.ts';
import { FaultLink } from './fault-link.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD_LOCK_MS = 180_000;

/** Enough of AVA's `t`: what is started here is ended with the test. */
export interface Teardown {
	teardown(fn: () => unknown): void;
}

/** Shorter than for real boards: a process answers at once. Long enough for a busy machine. */
export const TEST_TIMING: Partial<SessionTiming> = {
	helloRetryMs: 100,
	retransmitFirstMs: 300,
	retransmitLeastMs: 100,
	retransmitMostMs: 3000,
	silentMs: 8000,
	stalledMs: 8000,
	giveUpMs: 8000,
	byeMs: 1000,
};

/** Path of the posix firmware, built by make when it is not there yet. `variant`: as the build folder is called. */
export async function posixProgram(variant = 'posix-san'): Promise<string> {
	const program = path.join(ROOT, 'firmware/build', variant, 'liquid-audio');
	const missing = () =>
		access(program)
			.then(() => false)
			.catch(() => true);
	if (!(await missing())) return program;
	// AVA runs test files in several processes; two makes in one folder would disturb each other.
	const lock = path.join(os.tmpdir(), `ossicle-build-${variant}-${process.ppid}`);
	for (const endMs = Date.now() + BUILD_LOCK_MS; ; await sleep(200)) {
		const mine = await mkdir(lock)
			.then(() => true)
			.catch(() => false);
		if (mine) break;
		if (!(await missing())) return program;
		if (Date.now() > endMs)
			throw new Error(`another process has been building ${variant} for minutes; remove ${lock} if there is none`);
	}
	try {
		if (await missing()) await execa('make', ['-C', path.join(ROOT, 'firmware'), ...makeVariables(variant)]);
	} finally {
		await rmdir(lock);
	}
	return program;
}

const BOARDS = ['posix-mqtt-san', 'posix-mqtt', 'posix-san', 'posix'];

/** `posix-san`, `posix-flipped-features`: what make is told to fill the build folder of that name. */
function makeVariables(variant: string): string[] {
	const board = BOARDS.find((each) => variant.startsWith(each)) ?? 'posix';
	const rest = variant.slice(board.length + 1);
	if (rest === '') return [`BOARD=${board}`];
	return [`BOARD=${board}`, `INJECT=${rest}`];
}

export interface PosixBenchOptions {
	/** Options of the posix program; `--counter scripted` unless given. */
	args?: string[];
	variant?: string;
	faults?: Fault[];
	timing?: Partial<SessionTiming>;
	session?: Partial<SessionOptions>;
	/** Puts something else between the session and the board. */
	wrap?: (link: ByteLink) => ByteLink;
}

export interface PosixBench {
	board: PosixProcess;
	/** The faulty wire in front of it. */
	wire: FaultLink;
	capture: CaptureWriter;
	capturePath: string;
	/** What `DeviceSession.open` takes. */
	options: SessionOptions;
	/** Opens the session; may reject, as the faults will have it. */
	open(): Promise<DeviceSession>;
	/** Closes the session (if it is open) and decodes what was captured. */
	replay(): Promise<{ run: DecodedRun; session: DecodedSession }>;
}

/** A started board behind a faulty wire, with a capture in a temporary folder. Not opened yet. */
export async function posixBench(t: Teardown, options: PosixBenchOptions = {}): Promise<PosixBench> {
	const { args = ['--counter', 'scripted'], variant, faults = [], timing = {}, wrap = (link) => link } = options;
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-bench-'));
	const board = await PosixProcess.start({ program: await posixProgram(variant), args });
	const wire = new FaultLink(board, faults, { reset: () => board.reset() });
	const capturePath = path.join(folder, 'capture.ndjson');
	const capture = CaptureWriter.create(capturePath);
	const sessionOptions: SessionOptions = {
		link: wrap(wire),
		capture,
		session: 1,
		device: 'posix',
		timing: { ...TEST_TIMING, ...timing },
		...options.session,
	};
	let session: DeviceSession | null = null;
	t.teardown(async () => {
		await session?.close().catch(() => {}); // a test that wanted to see this failure has looked already
		await board.close();
		await capture.close().catch(() => {});
		await rm(folder, { recursive: true, force: true });
	});
	return {
		board,
		wire,
		capture,
		capturePath,
		options: sessionOptions,
		open: async () => {
			session = await DeviceSession.open(sessionOptions);
			return session;
		},
		replay: async () => {
			await session?.close();
			await capture.close();
			const run = await decodeCaptureFile(capturePath);
			const [decoded] = run.sessions;
			if (decoded === undefined) throw new Error('the capture holds no session');
			return { run, session: decoded };
		},
	};
}
