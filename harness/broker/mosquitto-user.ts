import { execa } from 'execa';
import { findProgram } from '../bench/programs.ts';

/** An account of this system. */
export interface SystemUser {
	uid: number;
	gid: number;
}

/** As Mosquitto itself chooses, mosquitto.conf(5) "user": it was made by the package, or else there is nobody. */
const CANDIDATES = ['mosquitto', 'nobody'];

/** Whom a broker that root starts is to run as; `null` where we are not root and it runs as ourselves. */
export async function unprivilegedUser(): Promise<SystemUser | null> {
	if (process.getuid?.() !== 0) return null;
	for (const name of CANDIDATES) {
		const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)]);
		if (uid !== null && gid !== null && uid !== 0) return { uid, gid };
	}
	return null;
}

async function idOf(option: '-u' | '-g', name: string): Promise<number | null> {
	const { stdout, exitCode } = await execa('id', [option, name], { reject: false, stdin: 'ignore' });
	return exitCode === 0 && /^\d+$/.test(stdout) ? Number(stdout) : null;
}

/**
 * The command line which runs a program as `user` (as ourselves for `null`) and has the kernel end it with this process,
 * also when this process is killed: PR_SET_PDEATHSIG, prctl(2). A change of user clears that signal, so Mosquitto must not
 * change it itself: setpriv does (util-linux, on each Debian), in the right order. `null` where there is no setpriv.
 */
export function boundToUs(command: readonly string[], user: SystemUser | null): string[] | null {
	const setpriv = findProgram('setpriv');
	if (setpriv === null) return null;
	const as = user === null ? [] : ['--reuid', `${user.uid}`, '--regid', `${user.gid}`, '--clear-groups'];
	return [setpriv, ...as, '--pdeathsig', 'KILL', '--', ...command];
}
