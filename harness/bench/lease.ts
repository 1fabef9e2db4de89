/**
 * Exclusive use of a device, held by one process at a time on this host and kept in files, so that it survives nobody:
 * a lease whose holder died is taken over.
 *
 * `<key>.<n>` is the n-th lease of a key. It is made whole in one step (`link` fails where the name exists), so exactly
 * one process gets each number, and number n + 1 may be made only when n is released or its holder is dead. Only the
 * holder writes to its file afterwards, to release it: nobody can release another's lease. The highest number is never
 * deleted, so a slow process which read an old number finds a higher one after its own `link` and backs off.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OssicleError } from '../error.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

const POLL_MS = 100;

interface LeaseFile {
	holder: ProcessIdentity | null;
	token: string;
	since: string;
}

export interface Lease {
	keys: string[];
	release(): Promise<void>;
}

export interface LeaseOptions {
	/** How long to wait for another holder before giving up. */
	waitMs?: number;
	signal?: AbortSignal;
	folder?: string;
	/** Called once when there is a holder to wait for. */
	onWait?: (holder: string) => void;
}

/**
 * Leases all keys or none, always in the same order, so that two processes never wait for each other.
 * @throws OssicleError `lease-held` (rig) after `waitMs`; the signal's reason when aborted
 */
export async function acquireLease(keys: readonly string[], options: LeaseOptions = {}): Promise<Lease> {
	const folder = options.folder ?? (await leaseFolder());
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const deadline = performance.now() + (options.waitMs ?? 60_000);
	const held: (() => Promise<void>)[] = [];
	const sorted = [...new Set(keys)].sort();
	const release = async () => {
		for (const undo of held.splice(0).reverse()) await undo();
	};
	try {
		for (const key of sorted) held.push(await acquireOne(folder, key, deadline, options));
	} catch (error) {
		await release();
		throw error;
	}
	return { keys: sorted, release };
}

/** Who holds a key now, for people; `null` when it is free. */
export async function leaseHolder(key: string, folder?: string): Promise<string | null> {
	const current = await currentLease(folder ?? (await leaseFolder()), key);
	return current === null || isFree(current.file) ? null : describe(current.file);
}

async function acquireOne(folder: string, key: string, deadline: number, options: LeaseOptions) {
	let told = false;
	for (;;) {
		options.signal?.throwIfAborted();
		const current = await currentLease(folder, key);
		if (current === null || isFree(current.file)) {
			const release = await claim(folder, key, (current?.number ?? 0) + 1);
			if (release !== null) return release;
			continue;
		}
		const holder = describe(current.file);
		if (performance.now() >= deadline) {
			throw new OssicleError(
				'lease-held',
				'rig',
				`${key} is in use by ${holder}; it did not become free in time. Wait for that run or end it, then try again.`,
				{ key, holder: current.file.holder, since: current.file.since },
			);
		}
		if (!told) options.onWait?.(holder);
		told = true;
		await sleep(POLL_MS, undefined, options.signal === undefined ? {} : { signal: options.signal });
	}
}

/** Tries to become the holder of number `n`; `null` when someone else was first. */
async function claim(folder: string, key: string, number: number): Promise<(() => Promise<void>) | null> {
	const token = randomUUID();
	const since = new Date().toISOString();
	const file = path.join(folder, fileName(key, number));
	const draft = path.join(folder, `draft-${token}`);
	const write = (holder: ProcessIdentity | null) =>
		writeFile(draft, JSON.stringify({ holder, token, since } satisfies LeaseFile), { mode: 0o600 });
	await write(thisProcess());
	try {
		await link(draft, file);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
		throw error;
	} finally {
		await unlink(draft);
	}
	const numbers = await numbersOf(folder, key);
	if (numbers.some((other) => other > number)) {
		await unlink(file);
		return null;
	}
	for (const older of numbers.filter((other) => other < number)) {
		await unlink(path.join(folder, fileName(key, older))).catch(ignoreMissing);
	}
	let released = false;
	return async () => {
		if (released) return;
		released = true;
		const now = await readLease(file);
		if (now?.token !== token) return;
		await write(null);
		await rename(draft, file);
	};
}

async function currentLease(folder: string, key: string): Promise<{ number: number; file: LeaseFile } | null> {
	for (;;) {
		const number = Math.max(0, ...(await numbersOf(folder, key)));
		if (number === 0) return null;
		const file = await readLease(path.join(folder, fileName(key, number)));
		// Gone: a newer one has replaced it since the folder was read.
		if (file !== null) return { number, file };
	}
}

async function numbersOf(folder: string, key: string): Promise<number[]> {
	const prefix = `${encode(key)}.`;
	const names = await readdir(folder).catch(() => []);
	return names
		.filter((name) => name.startsWith(prefix))
		.map((name) => Number(name.slice(prefix.length)))
		.filter((number) => Number.isSafeInteger(number) && number > 0);
}

async function readLease(file: string): Promise<LeaseFile | null> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as LeaseFile;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		// Files appear whole; one that cannot be read was damaged from outside, and its holder is unknown.
		throw new OssicleError(
			'lease-damaged',
			'rig',
			`${file} is damaged; delete it when no run is active.`,
			{ file },
			error,
		);
	}
}

const isFree = (file: LeaseFile) => file.holder === null || !isAlive(file.holder);
const fileName = (key: string, number: number) => `${encode(key)}.${number}`;
/** Keys hold device paths: nothing of them may act as a path. */
const encode = (key: string) => encodeURIComponent(key).replaceAll('.', '%2E');

function describe({ holder, since }: LeaseFile): string {
	return `process ${holder?.pid} on ${holder?.host} since ${since}`;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
	if (error.code !== 'ENOENT') throw error;
}

/** One folder for each user; `OSSICLE_LEASE_DIR` names a common one where several accounts share a bench. */
async function leaseFolder(): Promise<string> {
	const named = process.env.OSSICLE_LEASE_DIR;
	if (named !== undefined && named !== '') return named;
	const uid = process.getuid?.() ?? 0;
	const runtime = process.env.XDG_RUNTIME_DIR;
	const folder =
		runtime !== undefined && runtime !== ''
			? path.join(runtime, 'ossicle-leases')
			: path.join(os.tmpdir(), `ossicle-leases-${uid}`);
	await mkdir(folder, { recursive: true, mode: 0o700 });
	// The name in a shared /tmp can be guessed: somebody else's folder must not decide who holds our boards.
	const owner = (await stat(folder)).uid;
	if (process.getuid !== undefined && owner !== uid) {
		throw new OssicleError(
			'lease-folder',
			'rig',
			`${folder} belongs to user ${owner}, expected ${uid}; set OSSICLE_LEASE_DIR to a folder of your own.`,
			{ folder, owner },
		);
	}
	return folder;
}
