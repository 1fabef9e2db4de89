import { fileURLToPath } from 'node:url';
import type { AttachedDevice, FlashOutcome } from '../../devices/attached-device.ts';
import { attach } from '../../devices/driver.ts';
import { helloAfter } from '../bench/hello.ts';
import { OssicleError } from '../error.ts';
import type { HelloMessage } from '../generated/wire.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';

const DEVICES_FOLDER = fileURLToPath(new URL('../../devices', import.meta.url));

export interface FlashOptions {
	image?: string;
	port?: string;
	link?: string;
	json?: boolean;
}

/** `ossicle flash <device>`: write an image, restart the device, and have the running firmware prove which image it is. */
export async function runFlash(deviceId: string, options: FlashOptions): Promise<number> {
	const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), deviceId);
	const stop = new AbortController();
	const interrupt = () =>
		stop.abort(
			new OssicleError(
				'interrupted',
				'rig',
				`${deviceId}: flashing was interrupted; its flash may hold half an image.`,
			),
		);
	process.once('SIGINT', interrupt);
	try {
		const device = await attach(facts, {
			...(options.image === undefined ? {} : { imagePath: options.image }),
			...(options.port === undefined ? {} : { port: options.port }),
			...(options.link === undefined ? {} : { link: options.link }),
			signal: stop.signal,
			onWait: (holder) => console.error(`waiting for ${deviceId}, held by ${holder}`),
			onNotice: (text) => console.error(text),
		});
		try {
			const { flash, hello } = await flashAndProve(device, stop.signal);
			if (options.json === true)
				console.log(JSON.stringify({ device: deviceId, image: device.image.path, flash, hello }, null, 2));
			else console.log(`${deviceId} runs ${hello.firmware}, build ${hello.build}, flashed by ${flash.tool}.`);
			return 0;
		} finally {
			await device.close();
		}
	} finally {
		process.removeListener('SIGINT', interrupt);
	}
}

/** @throws OssicleError `flash-not-running` (rig): the tool was content, but the device runs another image */
export async function flashAndProve(
	device: AttachedDevice,
	signal?: AbortSignal,
): Promise<{ flash: FlashOutcome; hello: HelloMessage }> {
	const link = await device.createLink();
	let flash: FlashOutcome | undefined;
	const hello = await helloAfter(
		link,
		async () => {
			flash = await device.flash();
		},
		{ signal },
	);
	await link.close();
	if (flash === undefined || hello.build !== flash.buildId) {
		throw new OssicleError(
			'flash-not-running',
			'rig',
			`${device.facts.id}: ${flash?.tool} reported success, but the device runs build ${hello.build}, not ${flash?.buildId} ` +
				`(${device.image.path}). Did it restart? Check \`flash.resetCommand\`, the boot pins and the reset line.`,
			{ device: device.facts.id, expected: flash?.buildId, got: hello.build },
		);
	}
	return { flash, hello };
}
