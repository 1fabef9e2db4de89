/** The broker inside: aedes on a real TCP port of this process, for a first try without installing anything. */
import type { EventEmitter } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { OssicleError } from '../error.ts';
import type { Account } from './accounts.ts';
import { AedesRules } from './aedes-rules.ts';
import { type Broker, type BrokerLimits, type BrokerOptions, DEFAULT_LIMITS } from './broker.ts';
import { type BrokerTls, pemOf } from './broker-tls.ts';
import { checkedPort, freePort, portInUse } from './free-port.ts';
import { GuardedSocket } from './guarded-socket.ts';

const TRIES = 5;
/** A client to which nothing can be written for so long is cut, whatever it was for. */
const DRAIN_MS = 10_000;
/** From the connection to its CONNECT; as long may TLS take before. */
const CONNECT_MS = 10_000;
/** Ours have at most six. */
const MAX_TOPIC_LEVELS = 16;
/** Of one client, half handed over. We use none. */
const MAX_QOS2_MESSAGES = 16;

/** @throws OssicleError `broker-port` (rig), `broker-tls` (usage) */
export async function startAedes(options: BrokerOptions = {}): Promise<Broker> {
	const asked = checkedPort(options.port ?? 0);
	const limits = { ...DEFAULT_LIMITS, ...options.limits };
	const log = options.log ?? (() => {});
	const server = await serverFor(options.tls);
	const aedes = await aedesFor(options.accounts ?? null, limits, log);
	const sockets = new Set<Socket>();
	// Below TLS: who never comes to speak it is to be cut in the end, too.
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
		socket.setNoDelay(true);
		aedes.handle(guarded(socket, limits, log));
	});
	server.on('tlsClientError', (error: Error) => log(`no TLS connection: ${error.message}`));
	server.maxConnections = limits.connections;
	try {
		const port = await listenOn(server, asked);
		return brokerOf(aedes, server, sockets, port, options.tls !== undefined);
	} catch (error) {
		aedes.close();
		throw error;
	}
}

async function aedesFor(
	accounts: readonly Account[] | null,
	limits: BrokerLimits,
	log: (line: string) => void,
): Promise<Aedes> {
	const rules = new AedesRules(accounts, limits, log);
	const aedes = await Aedes.createBroker({
		connectTimeout: CONNECT_MS,
		drainTimeout: DRAIN_MS,
		maxTopicLevels: MAX_TOPIC_LEVELS,
		maxInflightInbound: MAX_QOS2_MESSAGES,
		...rules.hooks(),
	});
	rules.watch(aedes);
	logErrors(aedes, log);
	return aedes;
}

/** The first error of each connection: the others follow from it. Whoever was cut has had its line. */
function logErrors(aedes: Aedes, log: (line: string) => void): void {
	const said = new WeakSet<Client>();
	const sayOnce = (client: Client, text: string) => {
		if (said.has(client) || (client.conn instanceof GuardedSocket && client.conn.wasCut)) return;
		said.add(client);
		log(text);
	};
	aedes.on('clientError', (client, error) => sayOnce(client, `client ${client.id}: ${error.message}`));
	aedes.on('connectionError', (client, error) =>
		sayOnce(client, `a connection that was no client's: ${error.message}`),
	);
	// Not in its types. Without a listener it would end this process.
	(aedes as EventEmitter).on('error', (error: Error) => log(`aedes: ${error.message}`));
}

function guarded(socket: Socket, limits: BrokerLimits, log: (line: string) => void): GuardedSocket {
	const from = `${socket.remoteAddress}:${socket.remotePort}`;
	return new GuardedSocket(socket, {
		packetBytes: limits.packetBytes,
		queuedBytes: limits.queuedBytes,
		onCut: (why) => log(`the client at ${from} was cut: ${why}`),
	});
}

async function serverFor(tls: BrokerTls | undefined): Promise<Server> {
	if (tls === undefined) return createTcpServer();
	const certificate = {
		cert: await pemOf('certFile', tls.certFile),
		key: await pemOf('keyFile', tls.keyFile),
		...(tls.caFile === undefined ? {} : { ca: await pemOf('caFile', tls.caFile) }),
	};
	try {
		return createTlsServer({ ...certificate, ...clientCertificates(tls), handshakeTimeout: CONNECT_MS });
	} catch (cause) {
		const text = `the certificate cannot be used: ${(cause as Error).message}; expected PEM files that belong together.`;
		throw new OssicleError('broker-tls', 'usage', text, { ...tls }, cause);
	}
}

function clientCertificates({ requireClientCertificate = false }: BrokerTls) {
	return { requestCert: requireClientCertificate, rejectUnauthorized: requireClientCertificate };
}

/** The port it listens on. */
async function listenOn(server: Server, asked: number): Promise<number> {
	for (let attempt = 1; ; attempt++) {
		const port = asked === 0 ? await freePort() : asked;
		try {
			await listening(server, port);
			return port;
		} catch (error) {
			const { code } = error as NodeJS.ErrnoException;
			if (code === 'EADDRINUSE' && asked === 0 && attempt < TRIES) continue;
			if (code === 'EADDRINUSE') throw portInUse(port, error);
			const text = `port ${port} on 127.0.0.1 cannot be used (${code ?? error}). What to do: take another one (--port; below 1024 only root may).`;
			throw new OssicleError('broker-port', 'rig', text, { port }, error);
		}
	}
}

function listening(server: Server, port: number): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
			server.off('error', reject);
			resolve();
		});
	});
}

function brokerOf(aedes: Aedes, server: Server, sockets: Set<Socket>, port: number, secure: boolean): Broker {
	let end: (how: string) => void = () => {};
	const ended = new Promise<string>((resolve) => {
		end = resolve;
	});
	const close = (how: string) =>
		new Promise<void>((resolve) => {
			server.close(() => {
				end(how);
				resolve();
			});
			for (const socket of sockets) socket.destroy();
			aedes.close();
		});
	return {
		with: 'aedes',
		url: `${secure ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`,
		port,
		pid: null,
		ended,
		stop: () => close('aedes was stopped'),
		kill() {
			void close('aedes was cut off');
		},
	};
}
