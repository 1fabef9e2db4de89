import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { isOssicleError } from '../error.ts';
import { acquireLease, leaseHolder } from './lease.ts';
import { thisProcess } from './process-identity.ts';

const MODULE = fileURLToPath(new URL('./lease.ts', import.meta.url));

async function folderFor(t: ExecutionContext): Promise<string> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'ossicle-lease-test-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	return folder;
}

/** A real other process which takes the lease, says so, and holds it until its stdin ends. */
async function otherHolder(t: ExecutionContext, folder: string, key: string) {
	const script = `
		import { acquireLease } from ${JSON.stringify(MODULE)};
		const lease = await acquireLease([${JSON.stringify(key)}], { folder: ${JSON.stringify(folder)} });
		console.log('held');
		process.stdin.resume().on('end', async () => { await lease.release(); console.log('released'); process.exit(0); });`;
	const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	t.teardown(() => child.kill('SIGKILL'));
	const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
	t.is((await lines.next()).value, 'held');
	return child;
}

test('a held device is refused, naming the holder, and free again after its release', async (t) => {
	const folder = await folderFor(t);
	const other = await otherHolder(t, folder, 'board');
	const error = await t.throwsAsync(acquireLease(['board'], { folder, waitMs: 0 }));
	t.true(isOssicleError(error) && error.code === 'lease-held' && error.kind === 'rig');
	t.regex(String(error?.message), new RegExp(`board is in use by process ${other.pid} `));
	t.regex(String(await leaseHolder('board', folder)), new RegExp(`process ${other.pid} `));
	const waiting = acquireLease(['board'], { folder, waitMs: 60_000, onWait: () => other.stdin.end() });
	const lease = await waiting;
	t.deepEqual(lease.keys, ['board']);
	await lease.release();
	t.is(await leaseHolder('board', folder), null);
});

test('the lease of a killed process is taken over', async (t) => {
	const folder = await folderFor(t);
	const other = await otherHolder(t, folder, 'board');
	other.kill('SIGKILL');
	await once(other, 'exit');
	const lease = await acquireLease(['board'], { folder, waitMs: 0 });
	await lease.release();
	t.pass();
});

test('a process number that was given to another process does not hold the lease', async (t) => {
	const folder = await folderFor(t);
	const holder = { ...thisProcess(), startTicks: '1' };
	await writeFile(path.join(folder, 'board.7'), JSON.stringify({ holder, token: 'x', since: 'long ago' }));
	const lease = await acquireLease(['board'], { folder, waitMs: 0 });
	t.deepEqual(await readdir(folder), ['board.8']);
	await lease.release();
});

test('a process on another host counts as alive', async (t) => {
	const folder = await folderFor(t);
	const holder = { ...thisProcess(), host: 'elsewhere', pid: 1 };
	await writeFile(path.join(folder, 'board.1'), JSON.stringify({ holder, token: 'x', since: 'now' }));
	await t.throwsAsync(acquireLease(['board'], { folder, waitMs: 0 }), { message: /process 1 on elsewhere/ });
});

test('releasing twice, or after a takeover, frees nobody else', async (t) => {
	const folder = await folderFor(t);
	const first = await acquireLease(['board'], { folder });
	await first.release();
	const second = await acquireLease(['board'], { folder, waitMs: 0 });
	await first.release();
	await t.throwsAsync(acquireLease(['board'], { folder, waitMs: 0 }), { message: /in use/ });
	await second.release();
});

test('several keys are leased together or not at all', async (t) => {
	const folder = await folderFor(t);
	const held = await acquireLease(['serial:/dev/ttyB'], { folder });
	await t.throwsAsync(acquireLease(['serial:/dev/ttyB', 'serial:/dev/ttyA'], { folder, waitMs: 0 }));
	const other = await acquireLease(['serial:/dev/ttyA'], { folder, waitMs: 0 });
	await Promise.all([held.release(), other.release()]);
});

test('of many who try at once, exactly one holds at any moment', async (t) => {
	const folder = await folderFor(t);
	let holders = 0;
	let most = 0;
	let turns = 0;
	const worker = async () => {
		for (let turn = 0; turn < 5; turn++) {
			const lease = await acquireLease(['board'], { folder, waitMs: 120_000 });
			holders += 1;
			most = Math.max(most, holders);
			turns += 1;
			await new Promise((resolve) => setImmediate(resolve));
			holders -= 1;
			await lease.release();
		}
	};
	await Promise.all(Array.from({ length: 6 }, worker));
	t.is(turns, 30);
	t.is(most, 1);
});

test('waiting ends when it is aborted', async (t) => {
	const folder = await folderFor(t);
	const held = await acquireLease(['board'], { folder });
	const controller = new AbortController();
	await t.throwsAsync(
		acquireLease(['board'], { folder, signal: controller.signal, onWait: () => controller.abort() }),
		{ name: 'AbortError' },
	);
	await held.release();
});
