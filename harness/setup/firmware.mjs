import path from 'node:path';
import { runChild } from './run-child.mjs';
import { SetupError, say } from './say.mjs';

const INJECTED = ['worse-model', 'slow-stage', 'larger-buffer', 'flipped-features'];

/** What each job needs; `make` itself finds out what is up to date. */
export function buildsFor(mode, device) {
	if (device === 'posix') return [{ board: 'posix' }];
	if (device === 'esp32s3-emulated') return [{ board: 'esp32s3-kc705' }];
	const start = [{ board: device === 'nrf52840-emulated' ? 'nrf52840' : 'stm32f405' }, { board: 'posix' }];
	if (mode === 'start') return start;
	return [
		...start,
		{ board: 'posix-san' },
		{ board: 'posix', inject: 'flipped-features' },
		{ board: 'posix-mqtt' },
		{ board: 'posix-mqtt-san' },
		...INJECTED.map((inject) => ({ board: 'stm32f405', inject })),
		{ board: 'nrf52840' },
		{ board: 'nrf52840-microbit' },
		{ board: 'esp32s3-kc705' },
	];
}

/** Boards whose emulator has a cycle model. */
const MODELLED = ['stm32f405', 'nrf52840'];

/** @param {string} root @param {{ board: string, inject?: string }[]} builds */
export async function buildFirmware(root, builds) {
	for (const { board, inject } of builds) {
		const name = inject === undefined ? board : `${board} with ${inject}`;
		const args = ['-s', '-j2', '--no-print-directory', '-C', path.join(root, 'firmware'), `BOARD=${board}`];
		if (inject !== undefined) args.push(`INJECT=${inject}`);
		const code = await runChild('make', args, { onSlow: () => say(`Building the firmware for ${name} ...`) });
		if (code !== 0)
			throw new SetupError(`The firmware for ${name} could not be built (make ended with status ${code}).`);
	}
	if (builds.some(({ board }) => MODELLED.includes(board))) await buildCyclePlugin(root);
}

/** The cycle model runs inside QEMU: it is built by this machine's own compiler. */
async function buildCyclePlugin(root) {
	const folder = path.join(root, 'devices', 'emulated', 'cycle-plugin');
	const code = await runChild('make', ['-s', '--no-print-directory', '-C', folder]);
	if (code !== 0)
		throw new SetupError(
			`The cycle model of the emulated boards could not be built (make -C ${path.relative(root, folder)} ended with status ${code}). It needs gcc and the C headers: apt-get install gcc libc6-dev.`,
		);
}
