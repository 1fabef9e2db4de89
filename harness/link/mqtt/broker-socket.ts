import net, { isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { OssicleError } from '../../error.ts';
import type { BrokerUrl } from './broker-url.ts';
import type { Credentials } from './credentials.ts';

/**
 * A socket that is on its way to the broker; with TLS, its certificate is checked against the host's name.
 * @throws OssicleError `mqtt-credentials` (usage): what OSSICLE_MQTT_CA, _CERT or _KEY hold is no PEM, or they do not match
 */
export function openBrokerSocket({ secure, host, port }: BrokerUrl, { ca, cert, key }: Credentials): Socket {
	// What we send is small and waited for: nobody gains by waiting for more of it.
	if (!secure) return net.connect({ host, port, noDelay: true });
	try {
		const socket = tls.connect({
			host,
			port,
			// Server names are no addresses (RFC 6066 section 3).
			...(isIP(host) === 0 && { servername: host }),
			...(ca !== undefined && { ca }),
			...(cert !== undefined && { cert }),
			...(key !== undefined && { key }),
			minVersion: 'TLSv1.2',
			rejectUnauthorized: true,
		});
		return socket.setNoDelay(true);
	} catch (cause) {
		const code = (cause as NodeJS.ErrnoException).code ?? 'error';
		const text = `the certificates for the broker cannot be used (${code}): OSSICLE_MQTT_CA, OSSICLE_MQTT_CERT and OSSICLE_MQTT_KEY must name PEM files, the key must be that of the certificate, and without passphrase.`;
		throw new OssicleError('mqtt-credentials', 'usage', text, {}, cause);
	}
}
