import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { OssicleError } from '../error.ts';
import { type BrokerTls, pemOf } from './broker-tls.ts';
import type { SystemUser } from './mosquitto-user.ts';

/** The folder that Mosquitto starts in and finds its files in, by names without a path. */
export interface MosquittoFolder {
	readonly path: string;
	write(name: string, content: string | Buffer): Promise<void>;
	/** Nothing in it is needed once Mosquitto runs. A folder that was asked for stays. */
	clear(): Promise<void>;
}

/**
 * Password hashes and keys lie in it: only we, and the account which Mosquitto runs as, may read; only we may write, so that
 * a broker gone astray cannot have us (root) write elsewhere. Mosquitto reaches it as its working folder, whatever the
 * permissions of the folders above.
 *
 * @param data a folder of the user's; ours is made in it
 * @throws OssicleError `broker-data` (usage)
 */
export async function mosquittoFolder(data: string | undefined, user: SystemUser | null): Promise<MosquittoFolder> {
	try {
		const folder = await made(data);
		await secure(folder, 0o700, user);
		return {
			path: folder,
			async write(name, content) {
				const file = path.join(folder, name);
				await writeFile(file, content, { mode: 0o600 });
				await secure(file, 0o600, user);
			},
			clear: async () => {
				if (data === undefined) await rm(folder, { recursive: true, force: true });
			},
		};
	} catch (cause) {
		const where = data ?? os.tmpdir();
		const text = `${where}: cannot hold the broker's configuration (${(cause as Error).message}). What to do: name a folder that you may write to (--data, or TMPDIR).`;
		throw new OssicleError('broker-data', 'usage', text, { folder: where }, cause);
	}
}

async function made(data: string | undefined): Promise<string> {
	if (data === undefined) return mkdtemp(path.join(os.tmpdir(), 'ossicle-mosquitto-'));
	const folder = path.resolve(data, 'ossicle-mosquitto');
	await mkdir(folder, { recursive: true, mode: 0o700 });
	return folder;
}

/** The owner's bits for us; what the owner may read or enter, the group of `user` may too. */
async function secure(file: string, ownerMode: number, user: SystemUser | null): Promise<void> {
	if (user !== null) await chown(file, 0, user.gid);
	await chmod(file, user === null ? ownerMode : ownerMode | ((ownerMode >> 3) & 0o050));
}

/**
 * Copies of a certificate's files: the account that Mosquitto runs as need not be able to read the originals.
 * @throws OssicleError `broker-tls` (usage)
 */
export async function copyTls(folder: MosquittoFolder, tls: BrokerTls) {
	await folder.write('server.crt', await pemOf('certFile', tls.certFile));
	await folder.write('server.key', await pemOf('keyFile', tls.keyFile));
	if (tls.caFile !== undefined) await folder.write('ca.crt', await pemOf('caFile', tls.caFile));
	return {
		certFile: 'server.crt',
		keyFile: 'server.key',
		caFile: tls.caFile === undefined ? null : 'ca.crt',
		requireClientCertificate: tls.requireClientCertificate ?? false,
	};
}
