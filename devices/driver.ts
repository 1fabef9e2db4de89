import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ElfImage, readElf } from '../harness/bench/elf.ts';
import { architectureOf, checkImage } from '../harness/bench/image-check.ts';
import { OssicleError } from '../harness/error.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import { parseBrokerUrl } from '../harness/link/mqtt/broker-url.ts';
import { credentialsFrom } from '../harness/link/mqtt/credentials.ts';
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
	/** Broker the device is on, `mqtt://host:port[/bench]`: it is then attached by the bench that put it there. */
	link?: string;
	signal?: AbortSignal;
	/** How long to wait for a device that another process holds. */
	waitMs?: number;
	/** Told once when there is such a holder to wait for. */
	onWait?: (holder: string) => void;
	/** Told of what strangers try on the way to the device and of what touches no result. */
	onNotice?: (text: string) => void;
	/** Options of the posix program, for tests: `--counter scripted`, ... */
	posixArgs?: string[];
}

/**
 * What can be said to be wrong before anything is touched: a device without driver, an image that is missing or not for
 * it, a port nobody named, a broker URL that is none. @throws OssicleError (usage), as `attach` would
 */
export async function preflight(facts: DeviceFacts, options: AttachOptions = {}): Promise<ElfImage> {
	checkReach(options);
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
	// Port, flash tool, emulator and cycle model of a device on a broker are its bench's.
	if (options.link !== undefined) return image;
	if (facts.link.kind === 'mqtt') throw brokerUnknown(facts);
	if (facts.link.kind === 'serial') portOf(facts, options.port);
	cyclePluginOf(facts);
	return image;
}

/**
 * Whether the way to the devices is spelt well; nothing is connected. To be called before anything about a run is written
 * down: a URL with a password in it is refused here. @throws OssicleError (usage) `option`, `mqtt-url`, `mqtt-credentials`
 */
export function checkReach({ link, port }: Pick<AttachOptions, 'link' | 'port'>): void {
	if (link === undefined) return;
	parseBrokerUrl(link);
	credentialsFrom(process.env);
	if (port !== undefined) {
		const text = `--port ${port} together with --link: a device on a broker hangs on a port of its bench, which only \`ossicle bridge\` there is told. Give one of the two.`;
		throw new OssicleError('option', 'usage', text, { port });
	}
}

function brokerUnknown({ id }: DeviceFacts): OssicleError {
	const text = `${id} speaks MQTT itself: expected the broker it is on, got none. Give --link mqtt://host:port/bench; \`ossicle devices --broker\` lists what is on one.`;
	return new OssicleError('link-unknown', 'usage', text, { device: id });
}

/**
 * Takes the device for this process alone, starting its emulator where it is one. Nothing is written to it yet; a wrong
 * image is refused first.
 *
 * @throws OssicleError (usage) `device-unsupported`, `port-unknown`, `link-unknown`, `image-...`; (rig) `lease-held`, `qemu-...`,
 *   `mqtt-...`
 */
export async function attach(facts: DeviceFacts, options: AttachOptions = {}): Promise<AttachedDevice> {
	const image = await preflight(facts, options);
	options.signal?.throwIfAborted();
	const { link } = options;
	if (link !== undefined) {
		// Only who needs it waits for the MQTT library to load.
		const { attachMqtt } = await import('./mqtt-device.ts');
		return attachMqtt(facts, image, { ...options, link });
	}
	switch (facts.link.kind) {
		case 'serial':
			return attachSerial(facts, image, options);
		case 'qemu-pty':
			return attachQemu(facts, image, options);
		case 'posix-pty':
			return attachPosix(facts, image, options);
		case 'mqtt':
			throw brokerUnknown(facts);
	}
}

/** The reference firmware: `firmware/build/<board>/liquid-audio.elf`; without suffix where it is a PC program. */
export function defaultImagePath(facts: DeviceFacts): string {
	const name = architectureOf(facts) === 'host' ? 'liquid-audio' : 'liquid-audio.elf';
	return path.join(ROOT, 'firmware', 'build', facts.firmware.board, name);
}
