import { readFile } from 'node:fs/promises';
import { OssicleError } from '../error.ts';

/** Certificate of a broker, PEM. */
export interface BrokerTls {
	certFile: string;
	keyFile: string;
	/** Whose client certificates are believed. */
	caFile?: string;
	requireClientCertificate?: boolean;
}

/** @throws OssicleError `broker-tls` (usage) */
export async function pemOf(option: keyof BrokerTls, file: string): Promise<Buffer> {
	const content = await readFile(file).catch((cause: Error) => {
		throw new OssicleError('broker-tls', 'usage', `${option}: ${file} cannot be read (${cause.message}).`, { file });
	});
	if (content.includes('-----BEGIN ')) return content;
	throw new OssicleError('broker-tls', 'usage', `${option}: ${file} is no PEM file (no line \`-----BEGIN ...\`).`, {
		file,
	});
}
