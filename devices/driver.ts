import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ElfImage, readElf } from '../harness/bench/elf.ts';
import { checkImage } from '../harness/bench/image-check.ts';
import { OssicleError } from '../harness/error.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import type { AttachedDevice } from './attached-device.ts';
import { cyclePluginOf } from './emulated/cycle-plugin.ts';
import { attachQemu } from './emulated/qemu-device.ts';
import { attachPosix } from './posix/posix-device.ts';
import { attachSerial, portOf } from './serial-device.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export interface AttachOptions {
	/** Default: the reference firmware built for the device's board. */
	imagePath?: string;
	/** Serial port, in place of the one in device.yaml. */
	port?: string;
	signal?: AbortSignal;
	/** How long to wait for a device that another process holds. */
	waitMs?: number;
	/** Told once when there is such a holder to wait for. */
	onWait?: (holder: string) => void;
	/** Options of the posix program, for tests: `--counter scripted`, ... */
	posixArgs?: string[];
}

/**
 * What can be said to be wrong before anything is touched: a device without driver, an image that is missing or not for
 * it, a port nobody named. @throws OssicleError (usage), as `attach` would
 */
export async function preflight(facts: DeviceFacts, options: AttachOptions = {}): Promise<ElfImage> {
	if (facts.unsupported !== undefined) {
		throw new OssicleError(
			'device-unsupported',
			'usage',
			`${facts.id} cannot be run: ${facts.unsupported}. Its facts are known, its cells stay not-measured.`,
			{ device: facts.id, reason: facts.unsupported },
		);
	}
	const image = await readElf(options.imagePath ?? defaultImagePath(facts));
	checkImage(image, facts);
	if (facts.link.kind === 'serial') portOf(facts, options.port);
	cyclePluginOf(facts);
	return image;
}

/**
 * Takes the device for this process alone, starting its emulator where it is one. Nothing is written to it yet; a wrong
 * image is refused first.
 *
 * @throws OssicleError (usage) `device-unsupported`, `port-unknown`, `image-...`; (rig) `lease-held`, `qemu-...`
 */
export async function attach(facts: DeviceFacts, options: AttachOptions = {}): Promise<AttachedDevice> {
	const image = await preflight(facts, options);
	options.signal?.throwIfAborted();
	switch (facts.link.kind) {
		case 'serial':
			return attachSerial(facts, image, options);
		case 'qemu-pty':
			return attachQemu(facts, image, options);
		case 'posix-pty':
			return attachPosix(facts, image, options);
	}
}

/** The reference firmware: `firmware/build/<board>/liquid-audio.elf`; without suffix where it is a PC program. */
export function defaultImagePath(facts: DeviceFacts): string {
	const name = facts.link.kind === 'posix-pty' ? 'liquid-audio' : 'liquid-audio.elf';
	return path.join(ROOT, 'firmware', 'build', facts.firmware.board, name);
}
