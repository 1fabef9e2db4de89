import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { OssicleError } from '../error.ts';

/**
 * Below what Linux takes for outgoing connections (32768 up, /proc/sys/net/ipv4/ip_local_port_range): while a broker is down,
 * none of its own clients can come to sit on its port, nor connect to itself there.
 */
const LOWEST_PORT = 15_000;
const HIGHEST_PORT = 32_000;
const TRIES = 100;
const DEBIAN_PORT = 1883;

/** A TCP port of the loopback address that nobody listens on now. Somebody else may be faster: be ready to ask again. */
export async function freePort(): Promise<number> {
	for (let attempt = 0; attempt < TRIES; attempt++) {
		const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
		if (await isFree(port)) return port;
	}
	throw new OssicleError(
		'broker-port',
		'rig',
		`none of ${TRIES} ports tried from ${LOWEST_PORT} to ${HIGHEST_PORT} was free on 127.0.0.1; name one with --port.`,
	);
}

function isFree(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
	});
}

/** @throws OssicleError `broker-port` (usage) for what is no port */
export function checkedPort(port: number): number {
	if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
	throw new OssicleError('broker-port', 'usage', `port: expected 1 to 65535, or 0 for a free one, got ${port}.`, {
		port,
	});
}

export function portInUse(port: number, cause?: unknown): OssicleError {
	// What an installation of Debian's package ends with, where there is systemd.
	const service = port === DEBIAN_PORT ? "; Debian's mosquitto package starts a broker of its own there" : '';
	const other = port === DEBIAN_PORT ? port + 1 : DEBIAN_PORT;
	return new OssicleError(
		'broker-port',
		'rig',
		`port ${port} on 127.0.0.1 is in use (\`ss -ltnp 'sport = :${port}'\` shows by what${service}). What to do: if it is a broker, use it by its URL; else end it, or take another port (--port ${other}; --port 0: a free one).`,
		{ port },
		cause,
	);
}
