import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { OssicleError } from '../../harness/error.ts';
import type { DeviceFacts } from '../../harness/generated/device.ts';

const FOLDER = fileURLToPath(new URL('../../firmware/build/cycle-plugin', import.meta.url));

/**
 * Path of the cycle model's plugin which a device declares, or `undefined` where it declares none.
 *
 * @param folder where the plugins are built to
 * @throws OssicleError `cycle-plugin-missing` (usage)
 */
export function cyclePluginOf(facts: DeviceFacts, folder = FOLDER): string | undefined {
	const plugin = facts.model?.cycles?.plugin;
	if (plugin === undefined) return undefined;
	const file = path.join(folder, `${plugin}.so`);
	if (existsSync(file)) return file;
	throw new OssicleError(
		'cycle-plugin-missing',
		'usage',
		`${facts.id}: its cycle model is not built: expected ${path.relative('', file)}. What to do: \`make -C devices/emulated/cycle-plugin\`, which needs gcc and make (Debian: apt-get install gcc libc6-dev make); \`npm start\` does it, too.`,
		{ device: facts.id, plugin },
	);
}
