import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { askYesNo, hasConsent, onTerminal } from './consent.mjs';
import { missingNeeds } from './needs.mjs';
import { findProgram } from './programs.mjs';
import { runChild } from './run-child.mjs';
import { SetupError, say } from './say.mjs';

// Another apt (unattended-upgrades on a fresh machine) is waited for, not fought with.
const APT = ['-o', 'DPkg::Lock::Timeout=600'];
const APT_ENV = { DEBIAN_FRONTEND: 'noninteractive' };

/** @param {{ packages: string[], why: string }[]} missing */
export function listOf(missing) {
	return missing.map((need) => `  ${need.packages.join(' ').padEnd(24)} ${need.why}`).join('\n');
}

/** The command a person would type. @param {{ packages: string[] }[]} missing */
export function aptCommand(missing) {
	const sudo = isRoot() || findProgram('sudo') === null ? '' : 'sudo ';
	return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${namesOf(missing).join(' ')}`;
}

export function hasApt() {
	return findProgram('apt-get') !== null;
}

/**
 * Installs what is missing, once somebody agreed to it.
 *
 * @param {{ packages: string[], why: string }[]} missing
 * @returns {Promise<boolean>} false: a person at the terminal said no
 * @throws {SetupError} no consent could be asked for, or apt failed; says exactly what to install
 */
export async function installPackages(missing) {
	say(
		`Ossicle needs ${missing.length === 1 ? 'a system package' : 'system packages'} that ${missing.length === 1 ? 'is' : 'are'} missing:\n${listOf(missing)}`,
	);
	if (!isRoot() && findProgram('sudo') === null) {
		throw new SetupError(`Installing needs root, and there is no sudo. As root, run:\n\n  ${aptCommand(missing)}`);
	}
	if (!hasConsent()) {
		if (!onTerminal()) {
			throw new SetupError(
				`There is no terminal to ask on. Install them yourself:\n\n  ${aptCommand(missing)}\n\nor set OSSICLE_YES=1 (or CI=true), which lets this script do it. With a C compiler and make alone, \`OSSICLE_DEVICE=posix npm start\` runs the PC build.`,
			);
		}
		if (!(await askYesNo(`Install with \`${aptCommand(missing)}\`?`, false))) return false;
	}
	if (!isRoot() && !onTerminal() && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) {
		throw new SetupError(
			`sudo wants a password, and there is no terminal to type it on. Run:\n\n  ${aptCommand(missing)}`,
		);
	}
	await apt(missing);
	const still = missingNeeds({ tests: true }).filter((need) => namesOf(missing).includes(need.packages[0]));
	if (still.length > 0) {
		throw new SetupError(
			`apt ended well, but this is still missing:\n${listOf(still)}\nIs PATH complete? (${process.env.PATH})`,
		);
	}
	return true;
}

async function apt(missing) {
	const install = ['install', '-y', '--no-install-recommends', ...namesOf(missing)];
	// A fresh image has no package lists; old lists name versions the mirror no longer has. Both are cured by an update.
	let updated = !haveLists();
	if (updated) await update();
	say(`Installing ${namesOf(missing).join(' ')} ...`);
	if ((await aptGet(install)) === 0) return;
	if (!updated) {
		say('That failed; trying again with fresh package lists.');
		updated = true;
		await update();
		if ((await aptGet(install)) === 0) return;
	}
	throw new SetupError(
		`apt-get could not install them (its own words are above). Try it by hand:\n\n  ${aptCommand(missing)}`,
	);
}

async function update() {
	say('Fetching package lists ...');
	// A mirror that fails in part still leaves usable lists: the install decides.
	if ((await aptGet(['update'])) !== 0) say('apt-get update failed; trying with the lists there are.');
}

function aptGet(args) {
	const command = ['apt-get', '-q', ...APT, ...args];
	if (isRoot()) return runChild(command[0], command.slice(1), { env: APT_ENV });
	const environment = Object.entries(APT_ENV).map(([name, value]) => `${name}=${value}`);
	return runChild('sudo', ['env', ...environment, ...command], { terminal: onTerminal() });
}

function haveLists() {
	try {
		return readdirSync('/var/lib/apt/lists').some((name) => /_Packages(\.[a-z0-9]+)?$/.test(name));
	} catch {
		return false;
	}
}

const isRoot = () => process.getuid?.() === 0;
const namesOf = (missing) => missing.flatMap((need) => need.packages);
