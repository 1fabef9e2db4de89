import { spawn } from 'node:child_process';
import { findProgram } from './programs.mjs';
import { say } from './say.mjs';

/**
 * Holds a lock of this clone until the returned function is called or this process ends, however it ends.
 *
 * flock(1) (util-linux, on each Debian) takes the kernel's lock and then runs `cat`, whose stdin is a pipe from here: when
 * we are gone, the pipe ends, so does cat, and the lock is free. No stale lock file can remain. Without flock there is no
 * lock, and two calls at once in one clone are not kept apart.
 *
 * @param {string} file
 * @param {string} waitText said when somebody else holds it
 * @returns {Promise<() => Promise<void>>}
 */
export async function holdLock(file, waitText) {
	if (findProgram('flock') === null) return async () => {};
	let holder = await tryLock(file, ['--nonblock']);
	if (holder === null) {
		say(waitText);
		holder = await tryLock(file, []);
	}
	if (holder === null) throw new Error(`flock could not lock ${file}`);
	return async () => {
		// Not to keep us alive it was unref'ed; its end is waited for.
		const ended = new Promise((resolve) => holder.on('close', resolve));
		holder.ref();
		holder.stdout.ref();
		holder.stdin.end();
		await ended;
	};
}

function tryLock(file, options) {
	return new Promise((resolve) => {
		const child = spawn('flock', [...options, file, 'sh', '-c', 'echo locked && exec cat'], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		child.stdout.once('data', () => {
			child.unref();
			child.stdin.unref();
			child.stdout.unref();
			resolve(child);
		});
		child.on('error', () => resolve(null));
		child.on('close', () => resolve(null));
	});
}
