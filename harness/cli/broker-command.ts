import { type Account, loadAccounts } from '../broker/accounts.ts';
import type { Broker, BrokerKind } from '../broker/broker.ts';
import { checkedPort } from '../broker/free-port.ts';
import { pacedLog } from '../broker/paced-log.ts';
import { defaultBroker, startBroker } from '../broker/start-broker.ts';
import { OssicleError } from '../error.ts';
import { oneLine } from './plain-lines.ts';

/** Registered for MQTT without TLS (IANA). */
const DEFAULT_PORT = 1883;
/** By convention of shells: 128 + SIGINT. */
const EXIT_INTERRUPTED = 130;
const LOG_LINES_PER_SECOND = 20;

export interface BrokerCommandOptions {
	/** As typed. 0: a free one. */
	port?: string;
	/** `mosquitto` or `aedes`. */
	with?: string;
	/** YAML file. */
	accounts?: string;
	/** Folder in which Mosquitto's configuration stays. */
	data?: string;
	json?: boolean;
}

/**
 * `ossicle broker`: an MQTT broker on 127.0.0.1 until Ctrl-C. Its URL is all that is on stdout.
 *
 * @returns 130 after Ctrl-C, 0 after SIGTERM or SIGHUP
 * @throws OssicleError `broker-ended` (rig) when the broker ends by itself; as `startBroker` and `loadAccounts`
 */
export async function brokerCommand(options: BrokerCommandOptions): Promise<number> {
	const kind = kindOf(options);
	const port = portOf(options.port);
	const accounts = options.accounts === undefined ? undefined : loadAccounts(options.accounts);
	const stop = stopSignal();
	try {
		const broker = await startBroker(kind, {
			port,
			...(accounts === undefined ? {} : { accounts }),
			...(options.data === undefined ? {} : { data: options.data }),
			log: pacedLog((line) => console.error(`${kind}: ${oneLine(line)}`), LOG_LINES_PER_SECOND),
		});
		announce(broker, accounts, options);
		return await serve(broker, stop.asked);
	} catch (error) {
		// A terminal's Ctrl-C reaches the child as well: one that was about to come up fails by it.
		if (stop.seen() === null) throw error;
		return exitCodeOf(stop.seen());
	} finally {
		stop.forget();
	}
}

async function serve(broker: Broker, stopAsked: Promise<NodeJS.Signals>): Promise<number> {
	const signal = await Promise.race([stopAsked, broker.ended.then(() => null)]);
	if (signal === null) {
		const text = `the broker on ${broker.url} is gone: ${await broker.ended}. Whoever was connected has lost its link; start it again.`;
		throw new OssicleError('broker-ended', 'rig', text, { url: broker.url });
	}
	await broker.stop();
	console.error('broker stopped');
	return exitCodeOf(signal);
}

function exitCodeOf(signal: NodeJS.Signals | null): number {
	return signal === 'SIGINT' ? EXIT_INTERRUPTED : 0;
}

function announce(broker: Broker, accounts: readonly Account[] | undefined, options: BrokerCommandOptions): void {
	const which = options.with === undefined ? `, ${reasonFor(broker.with)}` : '';
	const who =
		accounts === undefined
			? 'no accounts: whoever is on this machine may read and publish everything'
			: `${accounts.length === 1 ? 'one account' : `${accounts.length} accounts`} from ${options.accounts}`;
	console.error(`broker: ${broker.with}${which}; ${who}. Ctrl-C stops it.`);
	const pid = broker.pid ?? process.pid;
	console.log(options.json === true ? JSON.stringify({ url: broker.url, pid, with: broker.with }) : broker.url);
}

function reasonFor(kind: BrokerKind): string {
	return kind === 'mosquitto' ? 'as it is installed' : 'the one inside, as mosquitto is not installed';
}

function kindOf({ with: named, data }: BrokerCommandOptions): BrokerKind {
	if (named !== undefined && named !== 'mosquitto' && named !== 'aedes')
		throw new OssicleError('option', 'usage', `--with: expected mosquitto or aedes, got \`${named}\`.`, {
			with: named,
		});
	const kind = named ?? defaultBroker();
	if (kind === 'aedes' && data !== undefined) {
		const text = `--data: the broker inside (aedes) keeps nothing in files; take it out${named === undefined ? ', or install mosquitto (Debian: apt-get install mosquitto)' : ', or use --with mosquitto'}.`;
		throw new OssicleError('option', 'usage', text, { data });
	}
	return kind;
}

function portOf(text: string | undefined): number {
	if (text === undefined) return DEFAULT_PORT;
	if (/^\d{1,5}$/.test(text)) return checkedPort(Number(text));
	throw new OssicleError('option', 'usage', `--port: expected 1 to 65535, or 0 for a free one, got \`${text}\`.`, {
		port: text,
	});
}

interface StopSignal {
	asked: Promise<NodeJS.Signals>;
	/** The one that came, so far. */
	seen: () => NodeJS.Signals | null;
	forget: () => void;
}

/** From now on the signals that end a program only ask for it. */
function stopSignal(): StopSignal {
	const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
	let seen: NodeJS.Signals | null = null;
	let ask: (signal: NodeJS.Signals) => void = () => {};
	const asked = new Promise<NodeJS.Signals>((resolve) => {
		ask = resolve;
	});
	const listener = (signal: NodeJS.Signals) => {
		seen ??= signal;
		ask(signal);
	};
	for (const signal of signals) process.on(signal, listener);
	return {
		asked,
		seen: () => seen,
		forget: () => {
			for (const signal of signals) process.off(signal, listener);
		},
	};
}
