/** Accounts of a broker, from a YAML file. The passwords are not in it: it names where each of them is. */
import path from 'node:path';
import { OssicleError } from '../error.ts';
import type { AccountEntry, AccountsFile } from '../generated/accounts.ts';
import { readTextFile, readYamlFile, validated, type YamlFile } from '../scenario/yaml-file.ts';

interface Common {
	/** User name. */
	name: string;
	password: string;
}

export type Account =
	| (Common & { role: 'device'; bench: string; device: string })
	| (Common & { role: 'controller' })
	| (Common & { role: 'viewer' });

const MAX_PASSWORD_BYTES = 256;

/**
 * @throws OssicleError (usage) `accounts` and what a YAML file may be wrong by; they name the place and never a password
 */
export function loadAccounts(file: string, env: NodeJS.ProcessEnv = process.env): Account[] {
	const yaml = readYamlFile(file);
	const { accounts } = validated<AccountsFile>('accounts', yaml.value, yaml.place);
	const seen = new Set<string>();
	return accounts.map((entry, index) => {
		const fail = (what: string) => failure(yaml, index, `account \`${entry.name}\` ${what}`);
		if (seen.has(entry.name)) throw fail('stands there twice: a name belongs to one account.');
		seen.add(entry.name);
		return accountOf(entry, passwordOf(entry, path.dirname(file), env, fail), fail);
	});
}

type Fail = (what: string) => OssicleError;

function failure(yaml: YamlFile, index: number, text: string): OssicleError {
	return new OssicleError('accounts', 'usage', `${yaml.place(['accounts', index])}: ${text}`, { file: yaml.path });
}

function accountOf({ name, role, bench, device }: AccountEntry, password: string, fail: Fail): Account {
	if (role === 'device') {
		if (bench === undefined || device === undefined)
			throw fail('has the role device: expected `bench` and `device`, the two levels of its topics.');
		return { name, password, role, bench, device };
	}
	if (bench !== undefined || device !== undefined)
		throw fail(`has the role ${role}, which is for all benches and devices: take out \`bench\` and \`device\`.`);
	return { name, password, role };
}

function passwordOf(entry: AccountEntry, folder: string, env: NodeJS.ProcessEnv, fail: Fail): string {
	const { passwordEnv, passwordFile } = entry;
	if ((passwordEnv === undefined) === (passwordFile === undefined))
		throw fail('needs either `passwordEnv` (an environment variable) or `passwordFile` (a file) for its password.');
	const where = passwordEnv === undefined ? `the file ${passwordFile}` : `the environment variable ${passwordEnv}`;
	const text = passwordEnv === undefined ? fromFile(path.resolve(folder, passwordFile ?? '')) : env[passwordEnv];
	if (text === undefined || text === '') throw fail(`has no password: ${where} is empty or not set.`);
	if (Buffer.byteLength(text) > MAX_PASSWORD_BYTES)
		throw fail(
			`has a password of ${Buffer.byteLength(text)} bytes in ${where}: expected at most ${MAX_PASSWORD_BYTES}.`,
		);
	if (/\p{Cc}/u.test(text)) throw fail(`has control characters in its password (${where}): expected one line of text.`);
	return text;
}

const fromFile = (file: string) => readTextFile(file).replace(/\r?\n$/, '');
