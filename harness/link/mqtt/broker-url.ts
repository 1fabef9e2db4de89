/** Where a broker is: `mqtt://host[:port][/bench]`, `mqtts://...` with TLS. Who we are to it never stands in there. */
import { isIPv6 } from 'node:net';
import { isOssicleError, OssicleError } from '../../error.ts';
import { foreignText } from './foreign-text.ts';
import { checkedName } from './topics.ts';

export interface BrokerUrl {
	/** TLS. */
	secure: boolean;
	/** A name or an address; that of IPv6 without brackets. */
	host: string;
	port: number;
	/** `null`: not named. */
	bench: string | null;
	/** `mqtt://host:port`, for people and records. */
	shown: string;
}

/** The ports that IANA has registered for MQTT, without and with TLS. */
const DEFAULT_PORT = { 'mqtt:': 1883, 'mqtts:': 8883 } as const;
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

/** @throws OssicleError `mqtt-url` (usage); its text never repeats a password */
export function parseBrokerUrl(text: string): BrokerUrl {
	// Before anything else: what is before an @ may be a password, and must not come into an error's text.
	if (text.includes('@'))
		throw urlError(
			'a broker URL holds no user and password: it would end up in logs and in the list of processes. What to do: put them in the environment, OSSICLE_MQTT_USER and OSSICLE_MQTT_PASSWORD or OSSICLE_MQTT_PASSWORD_FILE.',
		);
	const shown = JSON.stringify(foreignText(text, 80));
	let url: URL;
	try {
		url = new URL(text);
	} catch {
		throw urlError(`broker URL ${shown}: expected mqtt://host[:port][/bench] or mqtts://...`);
	}
	if (url.protocol !== 'mqtt:' && url.protocol !== 'mqtts:')
		throw urlError(`broker URL ${shown}: expected mqtt:// or mqtts:// (TLS) at its beginning.`);
	if (url.search !== '' || url.hash !== '')
		throw urlError(`broker URL ${shown}: expected nothing behind the bench, got ? or #.`);
	const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
	if (!HOST.test(host) && !isIPv6(host))
		throw urlError(`broker URL ${shown}: expected a host name or address after the two slashes.`);
	const port = url.port === '' ? DEFAULT_PORT[url.protocol] : Number(url.port);
	if (port === 0) throw urlError(`broker URL ${shown}: port 0 is none; expected 1 to 65535.`);
	return {
		secure: url.protocol === 'mqtts:',
		host,
		port,
		bench: benchOf(url.pathname, shown),
		shown: `${url.protocol}//${url.hostname}:${port}`,
	};
}

function benchOf(pathname: string, shown: string): string | null {
	if (pathname === '' || pathname === '/') return null;
	try {
		return checkedName('bench', pathname.slice(1));
	} catch (error) {
		if (!isOssicleError(error)) throw error;
		throw urlError(`broker URL ${shown}: ${error.message}`);
	}
}

function urlError(text: string): OssicleError {
	return new OssicleError('mqtt-url', 'usage', text);
}
