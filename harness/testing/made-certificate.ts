/**
 * X.509 certificates for tests (RFC 5280), made when they are needed: Node.js signs but makes none, a committed one would
 * expire, and its key would lie in the repository. P-256 keys, ECDSA with SHA-256.
 */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface MadeCertificate {
	/** PEM. */
	certificate: string;
	/** PEM, PKCS #8. */
	key: string;
	commonName: string;
}

export interface CertificateOptions {
	/** Signs it; default: itself. */
	issuer?: MadeCertificate;
	/** May sign others. */
	authority?: boolean;
	/** DNS names and IPv4 addresses it is for. */
	hosts?: readonly string[];
	/** Default: from an hour ago to in a day. */
	notBefore?: Date;
	notAfter?: Date;
}

const HOUR_MS = 3_600_000;
const OID = {
	commonName: '2.5.4.3',
	subjectAltName: '2.5.29.17',
	basicConstraints: '2.5.29.19',
	ecdsaWithSha256: '1.2.840.10045.4.3.2',
};
const TAG = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 };

export function makeCertificate(commonName: string, options: CertificateOptions = {}): MadeCertificate {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
	const { notBefore = new Date(Date.now() - HOUR_MS), notAfter = new Date(Date.now() + 24 * HOUR_MS) } = options;
	const algorithm = sequence(oid(OID.ecdsaWithSha256));
	const body = sequence(
		der(0xa0, der(TAG.integer, Buffer.from([2]))), // version 3
		der(TAG.integer, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
		algorithm,
		nameOf(options.issuer?.commonName ?? commonName),
		sequence(time(notBefore), time(notAfter)),
		nameOf(commonName),
		publicKey.export({ type: 'spki', format: 'der' }),
		der(0xa3, sequence(...extensions(options))),
	);
	const signer = options.issuer === undefined ? privateKey : createPrivateKey(options.issuer.key);
	const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]);
	return {
		certificate: pem('CERTIFICATE', sequence(body, algorithm, der(TAG.bits, signature))),
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		commonName,
	};
}

function extensions({ authority = false, hosts = [] }: CertificateOptions): Buffer[] {
	const yes = der(TAG.boolean, Buffer.from([0xff]));
	const constraints = sequence(...(authority ? [yes] : []));
	const critical = sequence(oid(OID.basicConstraints), yes, der(TAG.octets, constraints));
	const names = hosts.map((host) =>
		isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
	);
	if (names.length === 0) return [critical];
	return [critical, sequence(oid(OID.subjectAltName), der(TAG.octets, sequence(...names)))];
}

function der(tag: number, content: Buffer): Buffer {
	return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** Below 128 the length itself, else the count of its bytes and these. */
function lengthOf(length: number): Buffer {
	if (length < 0x80) return Buffer.from([length]);
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(length);
	const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
	return Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
}

const sequence = (...parts: Buffer[]) => der(TAG.sequence, Buffer.concat(parts));

const nameOf = (commonName: string) =>
	sequence(der(TAG.set, sequence(oid(OID.commonName), der(TAG.utf8, Buffer.from(commonName)))));

/** GeneralizedTime, `YYYYMMDDHHMMSSZ`. */
const time = (date: Date) => der(TAG.time, Buffer.from(`${date.toISOString().replace(/\.\d+Z$|[-:T]/g, '')}Z`));

/** The first two numbers share a byte; all others are in groups of 7 bits. */
function oid(text: string): Buffer {
	const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
	return der(TAG.oid, Buffer.from([40 * first + second, ...rest.flatMap(sevenBits)]));
}

function sevenBits(value: number): number[] {
	const digits = [value & 0x7f];
	for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
	return digits;
}

function pem(label: string, content: Buffer): string {
	const text = content.toString('base64').replace(/.{1,64}/g, '$&\n');
	return `-----BEGIN ${label}-----\n${text}-----END ${label}-----\n`;
}
