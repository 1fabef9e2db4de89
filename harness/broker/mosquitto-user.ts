import { readFileSync } from 'node:fs';
import { findProgram } from '../bench/programs.ts';

/** An account of this system. */
export interface SystemUser {
	uid: number;
	gid: number;
}

/** As Mosquitto itself chooses, mosquitto.conf(5) "user": it was made by the package, or else there is nobody. */
const CANDIDATES = ['mosquitto', 'nobody'];

/** Whom a broker that root starts is to run as; `null` where we are not root and it runs as ourselves. */
export function unprivilegedUser(): SystemUser | null {
	if (process.getuid?.() !== 0) return null;
	const entries = readFileSync('/etc/passwd', 'utf8').split('\n');
	for (const name of CANDIDATES) {
		// passwd(5): name:password:uid:gid:...
		const [, , uid, gid] = entries.find((entry) => entry.startsWith(`${name}:`))?.split(':') ?? [];
		if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
	}
	return null;
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
