import { access, constants, realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checkReach } from '../../devices/driver.ts';
import { portOf } from '../../devices/serial-device.ts';
import { acquireLease } from '../bench/lease.ts';
import { OssicleError } from '../error.ts';
import { cannotOpenPort, SerialLink } from '../link/serial-link.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { MonitorOutput } from './monitor-output.ts';
import { StreamView } from './monitor-view.ts';

const DEVICES_FOLDER = fileURLToPath(new URL('../../devices', import.meta.url));
/** By convention of shells: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

export interface MonitorOptions {
	link?: string;
	port?: string;
	json?: boolean;
}

/**
 * `ossicle monitor <device>`: what a device says, as it comes, until somebody presses Ctrl-C. On a broker it listens to
 * whatever others do with the device; a serial board is read without being flashed or reset.
 *
 * @returns the exit code. @throws OssicleError (rig) when what it listens to is gone
 */
export async function monitorCommand(device: string, options: MonitorOptions): Promise<number> {
	checkReach(options);
	const output = new MonitorOutput(process.stdout, options.json === true);
	let interrupt = () => {};
	let stop = () => {};
	let failed = (_: OssicleError) => {};
	const ended = new Promise<number>((resolve, reject) => {
		interrupt = () => resolve(EXIT_INTERRUPTED);
		stop = () => resolve(0);
		failed = reject;
	});
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', stop);
	// Whoever reads has seen enough (`| head`).
	output.onClosed(stop);
	const { link, port } = options;
	const listening =
		link === undefined
			? listenToPort(device, port, output, failed)
			: import('./monitor-broker.ts').then(({ listenToBroker }) => listenToBroker(device, link, output, failed));
	try {
		// Ctrl-C need not wait until somebody has answered.
		return await Promise.race([ended, listening.then(() => ended)]);
	} finally {
		process.removeListener('SIGINT', interrupt);
		process.removeListener('SIGTERM', stop);
		// Also what is opened only after that. The process ends when it is closed.
		listening.then((end) => end()).catch(() => {});
	}
}

/** Listens to a serial board. @returns what ends it */
async function listenToPort(
	device: string,
	named: string | undefined,
	output: MonitorOutput,
	failed: (error: OssicleError) => void,
): Promise<() => Promise<void>> {
	const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), device);
	if (facts.link.kind !== 'serial') {
		const text =
			facts.link.kind === 'mqtt'
				? `${device} is on a broker: name it with --link mqtt://host:port/bench.`
				: `${device} is started anew by each run, so there is nothing to listen to. Put it on a broker with \`ossicle bridge ${device} --link mqtt://host:port/bench\` and listen with the same --link.`;
		throw new OssicleError('monitor-link', 'usage', text, { device });
	}
	const port = portOf(facts, named);
	await access(port, constants.R_OK | constants.W_OK).catch((cause: unknown) => {
		throw cannotOpenPort(port, (cause as NodeJS.ErrnoException).code ?? 'other', cause);
	});
	// Two readers of one port would each get a part of the bytes, and a run would fail by it.
	const keys = [facts.id, `serial:${await realpath(port).catch(() => port)}`];
	const lease = await acquireLease(keys, { waitMs: 0 });
	const link = new SerialLink(port, facts.link.baud);
	const view = new StreamView();
	link.onData((chunk) => output.tell(view.push(chunk)));
	link.onClose((reason) => {
		if (reason === null) return;
		failed(new OssicleError('link-lost', 'rig', `${device}: ${reason.message}. Is the board still plugged in?`));
	});
	try {
		await link.open();
	} catch (error) {
		await lease.release();
		throw error;
	}
	console.error(`listening to ${link.description}; Ctrl-C ends it`);
	return async () => {
		await link.close();
		await lease.release();
	};
}
