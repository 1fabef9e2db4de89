import path from 'node:path';
import { runChild } from './run-child.mjs';
import { SetupError, say } from './say.mjs';

const INJECTED = ['worse-model', 'slow-stage', 'larger-buffer', 'flipped-features'];

/** What each job needs; `make` itself finds out what is up to date. */
export function buildsFor(mode, device) {
	if (device === 'posix') return [{ board: 'posix' }];
	const start = [{ board: 'stm32f405' }, { board: 'posix' }];
	if (mode === 'start') return start;
	return [
		...start,
		{ board: 'posix-san' },
		{ board: 'posix', inject: 'flipped-features' },
		...start.map(({ board }) => ({ board, gating: true })),
		...INJECTED.map((inject) => ({ board: 'stm32f405', inject })),
	];
}

/** @param {string} root @param {{ board: string, inject?: string, gating?: boolean }[]} builds */
export async function buildFirmware(root, builds) {
	for (const { board, inject, gating = false } of builds) {
		const variant = inject ?? (gating ? 'gating' : undefined);
		const name = variant === undefined ? board : `${board} with ${variant}`;
		const args = ['-s', '-j2', '--no-print-directory', '-C', path.join(root, 'firmware'), `BOARD=${board}`];
		if (inject !== undefined) args.push(`INJECT=${inject}`);
		if (gating) args.push('GATING=1');
		const code = await runChild('make', args, { onSlow: () => say(`Building the firmware for ${name} ...`) });
		if (code !== 0)
			throw new SetupError(`The firmware for ${name} could not be built (make ended with status ${code}).`);
	}
}
