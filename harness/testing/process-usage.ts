/** CPU time and memory of processes that run, from Linux' /proc. */
import { readdirSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';

/** Clock ticks of utime and stime in one second: 100 on every common Linux, but nothing guarantees it. */
const ticksPerSecond = Number(execaSync('getconf', ['CLK_TCK']).stdout);

interface Stat {
	parent: number;
	seconds: number;
}

/** What /proc/<pid>/stat says (proc(5)); `null` for a process that has ended. The name in it may hold anything. */
function statOf(pid: number): Stat | null {
	let text: string;
	try {
		text = readFileSync(`/proc/${pid}/stat`, 'latin1');
	} catch {
		return null;
	}
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	const [parent, userTicks, systemTicks] = [fields[1], fields[11], fields[12]].map(Number);
	if (parent === undefined || userTicks === undefined || systemTicks === undefined) return null;
	return { parent, seconds: (userTicks + systemTicks) / ticksPerSecond };
}

/** Seconds of CPU a process has used, its threads included and its children not. Of one that has ended: NaN. */
export function cpuSeconds(pid: number): number {
	return statOf(pid)?.seconds ?? Number.NaN;
}

/** Seconds of CPU which all descendants of a process that are still there have used. */
export function descendantsCpuSeconds(root: number): number {
	const children = new Map<number, { pid: number; seconds: number }[]>();
	for (const name of readdirSync('/proc')) {
		const pid = Number(name);
		const stat = Number.isInteger(pid) ? statOf(pid) : null;
		if (stat === null) continue;
		const siblings = children.get(stat.parent) ?? [];
		siblings.push({ pid, seconds: stat.seconds });
		children.set(stat.parent, siblings);
	}
	const below = (parent: number): number =>
		(children.get(parent) ?? []).reduce((sum, { pid, seconds }) => sum + seconds + below(pid), 0);
	return below(root);
}

/** Most memory that has been resident of a process so far, bytes. Of one that has ended: NaN. */
export function peakResidentBytes(pid: number): number {
	try {
		const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
		return Number(kilobytes ?? Number.NaN) * 1024;
	} catch {
		return Number.NaN;
	}
}
