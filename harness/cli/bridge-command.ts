import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Bridge, startBridge } from '../bridge/bridge.ts';
import { bridgeLine } from '../bridge/bridge-lines.ts';
import { defaultBench } from '../bridge/default-bench.ts';
import { OssicleError } from '../error.ts';
import { parseBrokerUrl } from '../link/mqtt/broker-url.ts';
import { credentialsFrom } from '../link/mqtt/credentials.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';

const DEVICES_FOLDER = fileURLToPath(new URL('../../devices', import.meta.url));
/** By convention of shells: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;

export interface BridgeCommandOptions {
	/** `mqtt://host:port[/bench]`. */
	link?: string;
	image?: string;
	port?: string;
	json?: boolean;
}

/**
 * `ossicle bridge <device>`: puts a board on a broker until it is stopped. What happens is said on stderr, a line each; with
 * `--json` on stdout, an object each.
 * @returns 130 after Ctrl-C, 0 after SIGTERM. @throws OssicleError when it cannot begin
 */
export async function bridgeCommand(deviceId: string, options: BridgeCommandOptions): Promise<number> {
	const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), deviceId);
	const url = parseBrokerUrl(brokerOf(options.link));
	let exitCode = 0;
	let bridge: Bridge | null = null;
	let stopping = false;
	const stop = (code: number) => {
		// Whoever asks again means it.
		if (stopping) process.exit(code);
		stopping = true;
		exitCode = code;
		void bridge?.stop();
	};
	const interrupt = () => stop(EXIT_INTERRUPTED);
	const terminate = () => stop(0);
	// EPIPE, most likely: nobody reads any more (`| head`). Whatever is still said must not end us in mid-lease.
	const unread = () => {
		if (!stopping) terminate();
	};
	process.stdout.on('error', unread);
	process.stderr.on('error', unread);
	process.on('SIGINT', interrupt);
	process.on('SIGTERM', terminate);
	try {
		bridge = await startBridge({
			facts,
			url,
			bench: url.bench ?? defaultBench(os.hostname()),
			refuseTaken: true,
			attach: {
				...(options.image === undefined ? {} : { imagePath: options.image }),
				...(options.port === undefined ? {} : { port: options.port }),
			},
			connect: { credentials: credentialsFrom(process.env) },
			say: (event) => {
				if (options.json === true) console.log(JSON.stringify(event));
				else console.error(bridgeLine(event));
			},
		});
		// It was asked to stop before it was online.
		if (stopping) void bridge.stop();
		await bridge.closed;
	} finally {
		process.removeListener('SIGINT', interrupt);
		process.removeListener('SIGTERM', terminate);
	}
	return exitCode;
}

function brokerOf(link: string | undefined): string {
	if (link !== undefined) return link;
	throw new OssicleError(
		'mqtt-url',
		'usage',
		'which broker? Give it with --link mqtt://host:port/bench; `ossicle broker` starts one on this machine.',
	);
}
