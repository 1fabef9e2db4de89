import { OssicleError } from '../../harness/error.ts';

/** Steps of a flash, in order. Each is announced before it begins, so that a failure can be told by where it came. */
export const STEPS = ['open', 'connect', 'load', 'compare', 'reset', 'detach', 'done'] as const;
export type Step = (typeof STEPS)[number];

const MARK = 'ossicle-step';
/** Names inside gdb's working folder, so that no path of ours needs quoting in gdb's own little language. */
export const IMAGE_NAME = 'image.elf';
export const SOCKET_NAME = 'target.sock';
export const SCRIPT_NAME = 'flash.gdb';

export interface GdbTarget {
	/** `localhost:3333`, `/dev/ttyBmpGdb`, or the absolute path of a unix socket. */
	address: string;
	/** `monitor ...`: what restarts the board. */
	resetCommand: string;
}

/**
 * The gdb script: `gdb -batch -x` runs it line by line and ends with status 1 at the first error. (With `-ex` only the
 * last command's status counts.)
 *
 * @param load false: only reset the board
 * @throws OssicleError `flash-target` (usage): the device file is wrong; nothing of it is passed on unchecked
 */
export function gdbScript(target: GdbTarget, load: boolean): string {
	const { resetCommand } = target;
	if (!/^monitor [A-Za-z0-9_ -]{1,60}$/.test(resetCommand)) {
		throw wrong('flash.resetCommand', 'gdb command `monitor ...` in letters, digits, blanks, - and _', resetCommand);
	}
	const address = scriptAddress(target.address);
	const lines = [
		...['set confirm off', 'set pagination off', 'set width 0', 'set tcp auto-retry off', 'show version'],
		...(load ? [step('open'), `file ${IMAGE_NAME}`] : []),
		...[step('connect'), `target extended-remote ${address}`],
		// A Black Magic Probe is a gdb server on a serial port, and attaches only when told to (its own manual, "Getting started").
		...(address.startsWith('/dev/') ? ['monitor swdp_scan', 'attach 1'] : []),
		...(load ? [step('load'), 'load', step('compare'), 'compare-sections'] : []),
		...[step('reset'), resetCommand, step('detach'), 'detach', step('done')],
	];
	return `${lines.join('\n')}\n`;
}

function scriptAddress(address: string): string {
	if (/^[A-Za-z0-9.-]+:[0-9]{1,5}$/.test(address)) return address;
	if (/^\/dev\/[A-Za-z0-9._/-]+$/.test(address) && !address.includes('..')) return address;
	if (isSocketPath(address)) return SOCKET_NAME;
	throw wrong('flash.target', 'host:port, /dev/<port> or the path of a unix socket', address);
}

export function isSocketPath(address: string): boolean {
	return address.startsWith('/') && !address.startsWith('/dev/');
}

const step = (name: Step) => `echo ${MARK} ${name}\\n`;

/** The last step that began, going by gdb's output; `null` when gdb did not get that far. */
export function lastStep(output: string): Step | null {
	const names = [...output.matchAll(new RegExp(`^${MARK} ([a-z]+)$`, 'gm'))].map((match) => match[1]);
	return STEPS.findLast((name) => names.includes(name)) ?? null;
}

/** What `compare-sections` said. An image of which nothing was compared is not verified. */
export function comparison(output: string): { matched: number; mismatched: string[] } {
	return {
		matched: [...output.matchAll(/^Section [^,]+, range .*: matched\.$/gm)].length,
		mismatched: [...output.matchAll(/^Section ([^,]+), range .*: MIS-MATCHED!$/gm)].map((match) => match[1] as string),
	};
}

function wrong(key: string, expected: string, got: string): OssicleError {
	return new OssicleError('flash-target', 'usage', `\`${key}\`: expected ${expected}, got ${JSON.stringify(got)}.`, {
		key,
		got,
	});
}
