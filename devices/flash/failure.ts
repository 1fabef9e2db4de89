import { OssicleError } from '../../harness/error.ts';

/**
 * Why a flash did not come about. All are the bench's fault, never the device's result; they say what to look at.
 * `tool-said-ok-unverified`: the tool ended well, but nothing shows that it compared what it wrote.
 */
export type FlashFailure =
	| 'tool-missing'
	| 'probe-absent'
	| 'probe-busy'
	| 'target-unreachable'
	| 'program-failed'
	| 'verify-failed'
	| 'answer-malformed'
	| 'timeout-killed'
	| 'tool-said-ok-unverified';

const NEXT: Record<FlashFailure, string> = {
	'tool-missing': 'Install gdb-multiarch (Debian: apt-get install gdb-multiarch).',
	'probe-absent':
		'Is the gdb server running (OpenOCD, J-Link, pyOCD, Black Magic), and is `flash.target` in device.yaml its address?',
	'probe-busy': 'Another program uses the probe or the gdb server: close the other debugger or Ossicle run.',
	'target-unreachable': 'The gdb server answers, but not the board: check its power, the SWD wires and the reset line.',
	'program-failed': 'The board did not take the image: is its flash write-protected, or its supply weak?',
	'verify-failed': 'What was read back is not what was sent: check the supply and the SWD wires, then flash again.',
	'answer-malformed':
		'What answers does not speak the gdb remote protocol as it is written: does something else listen there, or another debugger share the connection?',
	'timeout-killed': 'Power-cycle the board and restart the gdb server.',
	'tool-said-ok-unverified': 'The image has no section that gdb could compare; look at it with `readelf -lS`.',
};

/** Error `flash-<failure>` (rig). `output` is the tool's own, its end is shown. */
export function flashError(
	failure: FlashFailure,
	tool: string,
	target: string,
	what: string,
	output: string,
): OssicleError {
	const said = output.trim().split('\n').slice(-6).join('\n  ');
	const quoted = said === '' ? '' : `\n  ${said}`;
	return new OssicleError(
		`flash-${failure}`,
		'rig',
		`Flashing with ${tool} through ${target} failed (${failure}): ${what} ${NEXT[failure]}${quoted}`,
		{ failure, tool, target, output },
	);
}
