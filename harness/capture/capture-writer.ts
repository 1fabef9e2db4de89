import { closeSync, fsync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { OssicleError } from '../error.ts';
import { CHAIN_START, chainLine } from './capture-chain.ts';
import type { CaptureEvent } from './capture-line.ts';

/** Received bytes wait at most so long for more of them, so that a board which dribbles single bytes makes no line each. */
const HOLD_BACK_MS = 20;
const BATCH_BYTES = 16 * 1024;

/**
 * Writes `capture.ndjson`, append-only and in order.
 *
 * Writing is synchronous on purpose: when `append` returns, the line is with the kernel, so a killed controller loses at
 * most the last 20 ms of received bytes, and a full disk is an exception where it happened and not a promise nobody
 * looks at. The first failure latches: whoever appends later gets the same error.
 */
export class CaptureWriter {
	readonly path: string;
	readonly #fd: number;
	#n = 0;
	#link = CHAIN_START;
	#failure: OssicleError | null = null;
	#onFailure: (failure: OssicleError) => void = () => {};
	#batch: Buffer[] = [];
	#batchBytes = 0;
	#batchTimeNs = 0n;
	#timer: NodeJS.Timeout | null = null;
	#closed = false;

	/** `fd` is open for writing and becomes this writer's. Most callers want `CaptureWriter.create`. */
	constructor(fd: number, path: string) {
		this.#fd = fd;
		this.path = path;
	}

	/** Makes the file, which must not exist yet. Throws OssicleError (rig). */
	static create(path: string): CaptureWriter {
		try {
			return new CaptureWriter(openSync(path, 'ax'), path);
		} catch (cause) {
			throw writeFailure(path, cause);
		}
	}

	/** The first failure, or `null`. */
	get failure(): OssicleError | null {
		return this.#failure;
	}

	/** Called once, at the first failure, also when it happened while received bytes were written behind the scenes. */
	onFailure(listener: (failure: OssicleError) => void): void {
		this.#onFailure = listener;
	}

	/**
	 * Writes one event now, and gives the monotonic nanoseconds it is on record with. Throws the latched OssicleError when
	 * this or an earlier write failed.
	 */
	append(event: CaptureEvent): bigint {
		this.flush();
		const timeNs = process.hrtime.bigint();
		this.#write(timeNs, event);
		return timeNs;
	}

	/**
	 * Received bytes: collected for at most 20 ms, then written as one `rx` event with the time of the first of them.
	 * `atOnce` writes them now, with their own time (for the stamped lines of the clock check). Returns the time they are
	 * on record with. Never throws: a failure goes to `onFailure`, because the caller is a data event that nobody awaits.
	 */
	received(bytes: Uint8Array, atOnce = false): bigint {
		const nowNs = process.hrtime.bigint();
		if (this.#failure !== null || this.#closed || bytes.length === 0) return nowNs;
		try {
			if (atOnce) this.flush();
			if (this.#batchBytes === 0) this.#batchTimeNs = nowNs;
			this.#batch.push(Buffer.from(bytes));
			this.#batchBytes += bytes.length;
			if (atOnce || this.#batchBytes >= BATCH_BYTES) this.flush();
			else this.#timer ??= setTimeout(() => this.#flushQuietly(), HOLD_BACK_MS);
			return this.#batchTimeNs;
		} catch {
			// latched and reported by #write
			return nowNs;
		}
	}

	/** Writes the received bytes that still wait. Throws the latched OssicleError. */
	flush(): void {
		if (this.#failure !== null) throw this.#failure;
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		if (this.#batchBytes === 0) return;
		const bytes = Buffer.concat(this.#batch);
		this.#batch = [];
		this.#batchBytes = 0;
		this.#write(this.#batchTimeNs, { k: 'rx', b: bytes.toString('base64') });
	}

	/** Flushes and makes the disk itself confirm (fsync). Called at the end of each session. */
	async sync(): Promise<void> {
		this.flush();
		try {
			await promisify(fsync)(this.#fd);
		} catch (cause) {
			// A pipe or a device node cannot be synced (EINVAL), which says nothing about the data.
			if ((cause as NodeJS.ErrnoException).code !== 'EINVAL') throw this.#fail(cause);
		}
	}

	/** Syncs and closes. Throws the latched failure, but closes in any case. */
	async close(): Promise<void> {
		if (this.#closed) return;
		try {
			await this.sync();
		} finally {
			this.#closed = true;
			if (this.#timer !== null) clearTimeout(this.#timer);
			closeSync(this.#fd);
		}
	}

	#flushQuietly(): void {
		try {
			this.flush();
		} catch {
			// latched and reported by #write
		}
	}

	#write(timeNs: bigint, event: CaptureEvent): void {
		if (this.#closed)
			throw new OssicleError('capture-closed', 'rig', `the capture ${this.path} is closed: nothing can be added to it`);
		const { text, link } = chainLine(this.#link, this.#n, timeNs, event);
		const bytes = Buffer.from(`${text}\n`);
		try {
			// A nearly full disk takes part of a line; the next write then says ENOSPC.
			for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
		} catch (cause) {
			throw this.#fail(cause);
		}
		this.#n += 1;
		this.#link = link;
	}

	#fail(cause: unknown): OssicleError {
		if (this.#failure === null) {
			this.#failure = writeFailure(this.path, cause);
			this.#onFailure(this.#failure);
		}
		return this.#failure;
	}
}

function writeFailure(path: string, cause: unknown): OssicleError {
	const { code, message } = cause as NodeJS.ErrnoException;
	const advice: Record<string, string> = {
		ENOSPC: 'The disk is full: free some space, or choose another folder with --runs.',
		EDQUOT: 'Your share of the disk is used up: free some space, or choose another folder with --runs.',
		EFBIG: 'A file may grow no larger here (`ulimit -f`): raise that limit.',
		EEXIST: 'It exists already, and captures are never overwritten.',
	};
	return new OssicleError(
		'capture-write',
		'rig',
		`cannot write the capture ${path}: ${message}. ${advice[code ?? ''] ?? 'Look at the disk and its permissions.'}`,
		{ path, code },
		cause,
	);
}
