import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The device `npm start` runs on unless told otherwise. */
export const DEFAULT_DEVICE = 'stm32f405-emulated';

/** `OSSICLE_DEVICE`, for one call; e.g. `OSSICLE_DEVICE=posix npm start` needs only a C compiler. */
export function namedDevice() {
	const name = process.env.OSSICLE_DEVICE;
	return name === undefined || name === '' ? null : name;
}

/** What set-up settled on, kept in `.setup.json` (git-ignored) from `prestart` to `start`. @param {string} root */
export function chosenDevice(root) {
	const named = namedDevice();
	if (named !== null) return named;
	try {
		const { device } = JSON.parse(readFileSync(fileIn(root), 'utf8'));
		return typeof device === 'string' ? device : DEFAULT_DEVICE;
	} catch {
		return DEFAULT_DEVICE;
	}
}

/** @param {string} root @param {string} device */
export function rememberDevice(root, device) {
	if (device === DEFAULT_DEVICE) rmSync(fileIn(root), { force: true });
	else writeFileSync(fileIn(root), `${JSON.stringify({ device })}\n`);
}

const fileIn = (root) => path.join(root, '.setup.json');
