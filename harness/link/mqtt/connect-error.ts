/** Why a broker cannot be reached, and what to do about it. */
import { OssicleError } from '../../error.ts';
import type { BrokerUrl } from './broker-url.ts';
import { foreignText } from './foreign-text.ts';
import { MalformedPacket } from './packet-guard.ts';

const START = 'start a broker there (`ossicle broker`), or correct host and port';
const NETWORK = 'is the network there, and the host switched on?';
const NAME = 'no such host is known: check its spelling';
const ITS_CA = 'if it is your own authority, name its certificate in OSSICLE_MQTT_CA';
const TRUST = `its certificate comes from nobody we trust: ${ITS_CA}`;
const NO_TLS = 'no TLS is spoken there: mqtt:// in place of mqtts://, or another port?';
const OUR_CERTIFICATE = 'it wants a client certificate that it trusts: set OSSICLE_MQTT_CERT and OSSICLE_MQTT_KEY';
const HUNG_UP = 'does it want TLS (mqtts://), or a client certificate (OSSICLE_MQTT_CERT), or is it no MQTT broker?';
const HUNG_UP_ON_TLS =
	'is TLS spoken there at all (else mqtt://), does it want a client certificate (OSSICLE_MQTT_CERT), or is it no MQTT broker?';

/** By the code of an error of Node: errno, OpenSSL, getaddrinfo. */
const ADVICE: Readonly<Record<string, string>> = {
	ECONNREFUSED: `nothing listens there: ${START}`,
	ENOTFOUND: NAME,
	EAI_AGAIN: `${NAME}; ${NETWORK}`,
	ETIMEDOUT: NETWORK,
	EHOSTUNREACH: NETWORK,
	ENETUNREACH: NETWORK,
	DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
	SELF_SIGNED_CERT_IN_CHAIN: TRUST,
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
	UNABLE_TO_GET_ISSUER_CERT: TRUST,
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
	CERT_SIGNATURE_FAILURE: TRUST,
	CERT_HAS_EXPIRED: 'its certificate has expired: renew it (or is the clock of this machine wrong?)',
	CERT_NOT_YET_VALID: 'its certificate is not valid yet: is the clock of this machine wrong?',
	ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: use the name that stands in it',
	ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
	EPROTO: NO_TLS,
	ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: OUR_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: OUR_CERTIFICATE,
	ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: OUR_CERTIFICATE,
	ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: OUR_CERTIFICATE,
};

/** CONNACK return codes of MQTT 3.1.1 section 3.2.2.3 that are no matter of rights. */
const REFUSED: Readonly<Record<number, string>> = {
	1: 'it does not speak MQTT 3.1.1',
	2: 'it does not take our client id',
	3: 'it says that it is not available',
};
const BAD_CREDENTIALS = 4;
const NOT_AUTHORIZED = 5;

/** @param fault of the socket, the guard or the CONNACK; `null`: it just hung up */
export function connectError(url: BrokerUrl, fault: unknown): OssicleError {
	const code = (fault as { code?: unknown } | null)?.code;
	if (code === BAD_CREDENTIALS || code === NOT_AUTHORIZED) return deniedAtConnect(url, code);
	const { shown } = url;
	const what = (why: string) =>
		new OssicleError('mqtt-connect', 'rig', `cannot connect to the broker ${shown}${why}`, { broker: shown }, fault);
	const hungUp = url.secure ? HUNG_UP_ON_TLS : HUNG_UP;
	if (fault === null) return what(`: it closed the connection before it greeted us; ${hungUp}`);
	if (code === 'ECONNRESET' || code === 'EPIPE') return what(` (${code}): ${hungUp}`);
	if (typeof code === 'number') return what(`: ${REFUSED[code] ?? `it refuses us with code ${code}`}.`);
	if (fault instanceof MalformedPacket)
		return what(`: no MQTT is spoken there (${fault.message}); is it the right port, does it want TLS (mqtts://)?`);
	if (typeof code === 'string' && ADVICE[code] !== undefined) return what(` (${code}): ${ADVICE[code]}`);
	return what(`: ${foreignText(fault instanceof Error ? fault.message : String(fault))}`);
}

export function connectTimeout(url: BrokerUrl, timeoutMs: number): OssicleError {
	const text = `cannot connect to the broker ${url.shown}: it did not greet us within ${timeoutMs / 1000} s; is it a broker, is the port the right one, does it want TLS (mqtts://)?`;
	return new OssicleError('mqtt-connect', 'rig', text, { broker: url.shown });
}

function deniedAtConnect({ shown }: BrokerUrl, code: number): OssicleError {
	const why =
		code === BAD_CREDENTIALS
			? 'it does not take this user and password'
			: 'this user may not connect (or not with the role, bench and device of its account)';
	const text = `the broker ${shown} refuses us: ${why}. What to do: check OSSICLE_MQTT_USER and OSSICLE_MQTT_PASSWORD (or OSSICLE_MQTT_PASSWORD_FILE), and the broker's accounts.`;
	return new OssicleError('mqtt-denied', 'rig', text, { broker: shown });
}
