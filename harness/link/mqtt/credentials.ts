/** Who we are to a broker, from environment and files: never on a command line, in a log or in a record. */
import { readFileSync, statSync } from 'node:fs';
import { OssicleError } from '../../error.ts';

export interface Credentials {
	username?: string;
	password?: string;
	/** PEM: whom we trust, in place of the system's authorities. */
	ca?: Buffer;
	/** PEM: our own certificate, and its key. */
	cert?: Buffer;
	key?: Buffer;
}

/** MQTT counts the bytes of a string with 16 bits. */
const MAX_STRING_BYTES = 65535;
/** All authorities of a system make about 250 KB. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** @throws OssicleError `mqtt-credentials` (usage), which names the variable and never its value */
export function credentialsFrom(env: NodeJS.ProcessEnv): Credentials {
	const username = stringFrom(env, 'OSSICLE_MQTT_USER');
	const password = passwordFrom(env);
	const ca = fileFrom(env, 'OSSICLE_MQTT_CA');
	const cert = fileFrom(env, 'OSSICLE_MQTT_CERT');
	const key = fileFrom(env, 'OSSICLE_MQTT_KEY');
	if (password !== undefined && username === undefined)
		throw credentialsError('there is a password without a user: set OSSICLE_MQTT_USER, too.');
	if (cert !== undefined && key === undefined)
		throw credentialsError('OSSICLE_MQTT_CERT without its key: set OSSICLE_MQTT_KEY, too.');
	if (key !== undefined && cert === undefined)
		throw credentialsError('OSSICLE_MQTT_KEY without its certificate: set OSSICLE_MQTT_CERT, too.');
	return {
		...(username !== undefined && { username }),
		...(password !== undefined && { password }),
		...(ca !== undefined && { ca }),
		...(cert !== undefined && { cert }),
		...(key !== undefined && { key }),
	};
}

function passwordFrom(env: NodeJS.ProcessEnv): string | undefined {
	const said = stringFrom(env, 'OSSICLE_MQTT_PASSWORD');
	const file = fileFrom(env, 'OSSICLE_MQTT_PASSWORD_FILE');
	if (file === undefined) return said;
	if (said !== undefined)
		throw credentialsError('OSSICLE_MQTT_PASSWORD and OSSICLE_MQTT_PASSWORD_FILE are both set: unset one of them.');
	// Editors and `echo` end a file with a line end that nobody typed as a part of the password.
	return checked('OSSICLE_MQTT_PASSWORD_FILE', file.toString('utf8').replace(/\r?\n$/, ''));
}

/** Set to nothing counts as not set, as shells and CI systems have it. */
function stringFrom(env: NodeJS.ProcessEnv, name: string): string | undefined {
	const value = env[name];
	return value === undefined || value === '' ? undefined : checked(name, value);
}

function checked(name: string, value: string): string {
	if (value === '') throw credentialsError(`${name}: it is empty.`);
	if (value.includes('\0') || Buffer.byteLength(value) > MAX_STRING_BYTES)
		throw credentialsError(
			`${name}: it cannot be sent by MQTT: expected at most ${MAX_STRING_BYTES} bytes and no zero byte.`,
		);
	return value;
}

function fileFrom(env: NodeJS.ProcessEnv, name: string): Buffer | undefined {
	const file = env[name];
	if (file === undefined || file === '') return undefined;
	try {
		const status = statSync(file);
		// A device may never end (/dev/zero); a folder is refused by its reading.
		if (!status.isFile() && !status.isDirectory()) throw credentialsError(`${name}: what it names is no file.`);
		const { size } = status;
		if (size > MAX_FILE_BYTES)
			throw credentialsError(`${name}: the file has ${size} bytes, expected at most ${MAX_FILE_BYTES}.`);
		return readFileSync(file);
	} catch (cause) {
		if (cause instanceof OssicleError) throw cause;
		const code = (cause as NodeJS.ErrnoException).code ?? 'error';
		throw credentialsError(
			`${name}: the file it names cannot be read (${code}). What to do: set it to a readable file.`,
		);
	}
}

function credentialsError(text: string): OssicleError {
	return new OssicleError('mqtt-credentials', 'usage', text);
}
