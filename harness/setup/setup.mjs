/**
 * All that `npm start` and `npm test` need, on a machine with nothing but Node.js: `node setup.mjs start | test`.
 *
 * Plain JavaScript with Node's built-ins only, because it runs before node_modules exists. It writes to stderr only, says
 * nothing when there is nothing to do, and exits 2 when it needs a person.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_DEVICE, namedDevice, rememberDevice } from './chosen-device.mjs';
import { askYesNo, hasConsent, onTerminal } from './consent.mjs';
import { buildFirmware, buildsFor } from './firmware.mjs';
import { holdLock } from './lock.mjs';
import { missingNeeds } from './needs.mjs';
import { installNodeModules } from './node-modules.mjs';
import { oldNode } from './node-version.mjs';
import { aptCommand, hasApt, installPackages, listOf } from './packages.mjs';
import { SetupError, say } from './say.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function setUp(mode) {
	if (mode !== 'start' && mode !== 'test')
		throw new SetupError(`setup.mjs: expected \`start\` or \`test\`, got ${mode}.`);
	const old = oldNode(process.versions.node);
	if (old !== null) throw new SetupError(old);
	const unlock = await holdLock(
		path.join(ROOT, '.setup.lock'),
		'Another set-up is at work in this clone; waiting for it ...',
	);
	try {
		const device = await deviceWithTools(mode);
		await installNodeModules(ROOT);
		await buildFirmware(ROOT, buildsFor(mode, device));
		if (mode === 'start' && namedDevice() === null) rememberDevice(ROOT, device);
	} finally {
		await unlock();
	}
}

/**
 * The device to run on, once its tools are installed: the one named, else the emulated board, else (for `start`, where its
 * tools cannot be had) the PC build. Under CI and OSSICLE_YES there is no second best: what is missing is an error.
 */
async function deviceWithTools(mode) {
	const device = mode === 'test' ? DEFAULT_DEVICE : (namedDevice() ?? DEFAULT_DEVICE);
	const missing = missingNeeds({ device, tests: mode === 'test' });
	if (missing.length === 0) return device;
	const installed = hasApt() && (await installPackages(missing));
	if (installed) return device;
	const todo = `Missing:\n${listOf(missing)}\nOn Debian or Ubuntu:\n\n  ${aptCommand(missing)}\n`;
	const posixIsPossible = mode === 'start' && device !== 'posix' && missingNeeds({ device: 'posix' }).length === 0;
	if (!posixIsPossible) throw new SetupError(todo);
	const offer = 'With only the C compiler you have, the firmware can run as a PC program (device `posix`)';
	if (hasConsent()) throw new SetupError(`${todo}\n${offer}: OSSICLE_DEVICE=posix npm start`);
	say(todo);
	if (onTerminal() && !(await askYesNo(`${offer}. Do that now?`, true))) throw new SetupError('Nothing was started.');
	say(`${offer}.\nContinuing so. It is no evidence for any board's row; install the above for the emulated STM32F405.`);
	return 'posix';
}

try {
	await setUp(process.argv[2]);
} catch (error) {
	say(error instanceof SetupError ? error.message : `Set-up failed: ${error?.stack ?? error}`);
	process.exitCode = error instanceof SetupError ? error.code : 2;
}
