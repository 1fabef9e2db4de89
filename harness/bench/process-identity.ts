import { readFileSync } from 'node:fs';
import os from 'node:os';

/** A process told apart from a later one with the same number. */
export interface ProcessIdentity {
	pid: number;
	host: string;
	/** Clock ticks from boot to the start of the process, and the boot; `null` where the system does not tell. */
	startTicks: string | null;
	boot: string | null;
}

export function thisProcess(): ProcessIdentity {
	return { pid: process.pid, host: os.hostname(), startTicks: startTicks(process.pid), boot: bootId() };
}

/** On another host nothing can be known, so the process counts as alive. */
export function isAlive(identity: ProcessIdentity): boolean {
	if (identity.host !== os.hostname()) return true;
	if (identity.boot !== null && identity.boot !== bootId()) return false;
	try {
		process.kill(identity.pid, 0);
	} catch (error) {
		// EPERM: it exists, and is somebody else's.
		if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
	}
	return identity.startTicks === null || identity.startTicks === startTicks(identity.pid);
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the second field, the name, may itself hold spaces and brackets. */
function startTicks(pid: number): string | null {
	try {
		const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
		return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
	} catch {
		return null;
	}
}

function bootId(): string | null {
	try {
		return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
	} catch {
		return null;
	}
}
