/** Text of Mosquitto's own files (mosquitto.conf(5), version 2). */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Account } from './accounts.ts';
import { rightsOf } from './acl.ts';
import type { BrokerLimits } from './broker.ts';

/** Messages that wait for one client, however short: Mosquitto keeps some hundred bytes for each. */
const QUEUED_MESSAGES = 4096;
/**
 * On their way to one client without its PUBACK. With Mosquitto's 20 a controller 100 ms away gets no more than 200 messages a
 * second; a tenth of QUEUED_MESSAGES does not loosen the bound.
 */
const INFLIGHT_MESSAGES = 100;
/** Of the whole broker: what no limit for one client bounds, such as retained messages on topics nobody knows. */
const MEMORY_BYTES = 256 * 1024 * 1024;
/** PBKDF2 rounds. Each log-in takes them on the broker's only thread (here: below 1 ms). */
const ROUNDS = 1000;

export interface MosquittoFiles {
	aclFile: string;
	passwordFile: string;
	/** Certificate, key and authority. */
	tls: { certFile: string; keyFile: string; caFile: string | null; requireClientCertificate: boolean } | null;
}

export function mosquittoConfig(port: number, files: MosquittoFiles, anonymous: boolean, limits: BrokerLimits): string {
	const { tls } = files;
	return lines([
		`listener ${port} 127.0.0.1`,
		`max_connections ${limits.connections}`,
		...(tls === null ? [] : tlsLines(tls)),
		...(anonymous
			? ['allow_anonymous true']
			: ['allow_anonymous false', `password_file ${files.passwordFile}`, `acl_file ${files.aclFile}`]),
		// What waited for somebody who was away is never carried out: nothing outlives the broker, or a lost session for long.
		'persistence false',
		'persistent_client_expiration 1h',
		'queue_qos0_messages false',
		// Chunks are small and each is waited for.
		'set_tcp_nodelay true',
		...(limits.messageBytes === null ? [] : [`message_size_limit ${limits.messageBytes}`]),
		...(limits.packetBytes === null ? [] : [`max_packet_size ${limits.packetBytes}`]),
		// What does not fit is dropped, and the reader sees the gap in the sequence numbers.
		`max_queued_bytes ${limits.queuedBytes}`,
		`max_queued_messages ${QUEUED_MESSAGES}`,
		`max_inflight_messages ${INFLIGHT_MESSAGES}`,
		`memory_limit ${MEMORY_BYTES}`,
		'sys_interval 0',
		'log_dest stderr',
		'log_timestamp false',
		'log_type error',
		'log_type warning',
		'log_type notice',
		'log_type information',
	]);
}

function tlsLines(tls: NonNullable<MosquittoFiles['tls']>): string[] {
	return [
		`certfile ${tls.certFile}`,
		`keyfile ${tls.keyFile}`,
		...(tls.caFile === null ? [] : [`cafile ${tls.caFile}`]),
		`require_certificate ${tls.requireClientCertificate}`,
	];
}

export function mosquittoAcl(accounts: readonly Account[]): string {
	return lines(
		accounts.flatMap((account) => {
			const { publish, subscribe } = rightsOf(account);
			return [
				`user ${account.name}`,
				...publish.map((filter) => `topic write ${filter}`),
				...subscribe.map((filter) => `topic read ${filter}`),
			];
		}),
	);
}

/**
 * As mosquitto_passwd(1) writes it (`$7$`: PBKDF2 with SHA-512, 12 bytes of salt, 64 of hash), which would want the password
 * on its command line or in a file first, and ends it at a colon.
 */
export function mosquittoPasswords(accounts: readonly Account[]): string {
	return lines(
		accounts.map(({ name, password }) => {
			const salt = randomBytes(12);
			const hash = pbkdf2Sync(password, salt, ROUNDS, 64, 'sha512');
			return `${name}:$7$${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}`;
		}),
	);
}

const lines = (list: readonly string[]) => `${list.join('\n')}\n`;
