import { spawn } from 'node:child_process';

/**
 * Runs a program with its stdout on our stderr. Resolves with its exit code (128 + n after a signal, 127 when it cannot be
 * started).
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, terminal?: boolean, cwd?: string, afterMs?: number, onSlow?: () => void }} options
 *   `terminal`: it may ask for a password; `onSlow`: called once if it is still running after `afterMs`
 */
export function runChild(program, args, options = {}) {
	return new Promise((resolve) => {
		const child = spawn(program, args, {
			cwd: options.cwd,
			env: { ...process.env, ...options.env },
			stdio: [options.terminal ? 'inherit' : 'ignore', 2, 2],
		});
		const timer = options.onSlow === undefined ? undefined : setTimeout(options.onSlow, options.afterMs ?? 300);
		const end = (code) => {
			clearTimeout(timer);
			resolve(code);
		};
		child.on('error', () => end(127));
		child.on('close', (code, signal) => end(signal === null ? (code ?? 1) : 130));
	});
}
