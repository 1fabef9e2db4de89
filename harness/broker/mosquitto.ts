/** Mosquitto as a child process: its own configuration, loopback only, ended with us. */
import { execa } from 'execa';
import { OssicleError } from '../error.ts';
import { type Broker, type BrokerOptions, DEFAULT_LIMITS } from './broker.ts';
import { checkedPort, freePort, portInUse } from './free-port.ts';
import { mosquittoAcl, mosquittoConfig, mosquittoPasswords } from './mosquitto-config.ts';
import { copyTls, type MosquittoFolder, mosquittoFolder } from './mosquitto-folder.ts';
import { findMosquitto } from './mosquitto-program.ts';
import { boundToUs, unprivilegedUser } from './mosquitto-user.ts';

export interface MosquittoOptions extends BrokerOptions {
	/** Folder in which the configuration stays; default: a temporary one, gone once the broker has read it. */
	data?: string;
	program?: string;
}

/** Its last word before it serves; the listeners are open then. */
const RUNNING = /^mosquitto version \S+ running$/m;
const PORT_IN_USE = /Address already in use/;
const MAX_OUTPUT_CHARACTERS = 16_384;
/** A longer line is cut: its rest is no line of its own. */
const MAX_LINE_CHARACTERS = 1000;
const STOP_MS = 2000;
const TRIES = 5;

/**
 * @throws OssicleError `mosquitto-missing`, `mosquitto-start`, `broker-port` (rig); `broker-data`, `broker-tls` (usage)
 */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Broker> {
	const asked = checkedPort(options.port ?? 0);
	const program = programOf(options.program);
	for (let attempt = 1; ; attempt++) {
		try {
			return await startOn(asked === 0 ? await freePort() : asked, program, options);
		} catch (error) {
			// Somebody took the free port between our look and its use.
			const taken = error instanceof OssicleError && error.code === 'broker-port';
			if (asked !== 0 || !taken || attempt >= TRIES) throw error;
		}
	}
}

function programOf(named: string | undefined): string {
	const program = named ?? findMosquitto();
	if (program !== null) return program;
	throw new OssicleError(
		'mosquitto-missing',
		'rig',
		'mosquitto is not installed: expected it on PATH or in /usr/sbin. What to do: install it (Debian: apt-get install mosquitto), or use the broker inside Ossicle (--with aedes).',
	);
}

async function startOn(port: number, program: string, options: MosquittoOptions): Promise<Broker> {
	const user = unprivilegedUser();
	const folder = await mosquittoFolder(options.data, user);
	try {
		await writeFiles(folder, port, options);
		const command = [program, '-c', 'mosquitto.conf'];
		const bound = boundToUs(command, user);
		if (bound === null)
			options.log?.('setpriv (util-linux) is not installed: mosquitto will be left over if this process is killed');
		const child = launch(bound ?? command, folder.path, options.log ?? (() => {}));
		await running(child, program, port, options.startTimeoutMs ?? 30_000);
		return brokerOf(child, port, options.tls !== undefined);
	} finally {
		await folder.clear();
	}
}

async function writeFiles(folder: MosquittoFolder, port: number, options: MosquittoOptions): Promise<void> {
	const { accounts, tls, limits } = options;
	const names = {
		aclFile: 'acl',
		passwordFile: 'passwords',
		tls: tls === undefined ? null : await copyTls(folder, tls),
	};
	const text = mosquittoConfig(port, names, accounts === undefined, { ...DEFAULT_LIMITS, ...limits });
	await folder.write('mosquitto.conf', text);
	if (accounts === undefined) return;
	await folder.write(names.aclFile, mosquittoAcl(accounts));
	await folder.write(names.passwordFile, mosquittoPasswords(accounts));
}

interface Child {
	process: ReturnType<typeof spawnQuietly>;
	output: () => string;
	/** Called for each piece of output. */
	onOutput: (listener: () => void) => void;
	ended: Promise<string>;
}

const spawnQuietly = (command: string, args: string[], cwd: string) =>
	execa(command, args, { cwd, stdin: 'ignore', stdout: 'ignore', reject: false, buffer: false, cleanup: true });

function launch(command: readonly string[], cwd: string, log: (line: string) => void): Child {
	const process = spawnQuietly(command[0] as string, command.slice(1), cwd);
	let output = '';
	let line = '';
	// What it says about its own start is kept for the case that it fails.
	let serves = false;
	const listeners: (() => void)[] = [];
	process.stderr.on('data', (chunk: Buffer) => {
		const text = chunk.toString('utf8');
		output = (output + text).slice(-MAX_OUTPUT_CHARACTERS);
		const [first = '', ...others] = text.split('\n');
		line = (line + first).slice(0, MAX_LINE_CHARACTERS);
		for (const next of others) {
			if (serves) log(line);
			serves ||= RUNNING.test(line);
			line = next.slice(0, MAX_LINE_CHARACTERS);
		}
		for (const listener of listeners) listener();
	});
	const ended = process.then((result) => {
		const how =
			result.exitCode === undefined
				? `was ended by ${result.signal ?? result.code}`
				: `ended with status ${result.exitCode}`;
		const errors = output.split('\n').filter((each) => each.startsWith('Error'));
		return `mosquitto ${how}${errors.length === 0 ? '' : `: ${errors.join(' ').slice(-500)}`}`;
	});
	return { process, output: () => output, onOutput: (listener) => listeners.push(listener), ended };
}

/** Resolves once it says that it runs: only our own child can have said so, whoever else answers on that port. */
async function running(child: Child, program: string, port: number, timeoutMs: number): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const ready = new Promise<null>((resolve) => {
		child.onOutput(() => {
			if (RUNNING.test(child.output())) resolve(null);
		});
	});
	const late = new Promise<string>((resolve) => {
		timer = setTimeout(() => resolve(`nothing of the kind within ${timeoutMs} ms`), timeoutMs);
	});
	const trouble = await Promise.race([ready, late, child.ended]);
	clearTimeout(timer);
	if (trouble === null) return;
	child.process.kill('SIGKILL');
	await child.ended;
	const said = child.output().trim();
	if (PORT_IN_USE.test(said)) throw portInUse(port);
	throw new OssicleError(
		'mosquitto-start',
		'rig',
		`The broker did not come up on 127.0.0.1:${port}: expected ${program} to say that it runs, got ${trouble}${said === '' ? '' : `; it said: ${said.slice(-1000)}`}. What to do: mosquitto of version 2 is needed (\`${program} -h\` shows it); or use the broker inside Ossicle (--with aedes).`,
		{ program, port, output: said },
	);
}

function brokerOf(child: Child, port: number, secure: boolean): Broker {
	return {
		with: 'mosquitto',
		url: `${secure ? 'mqtts' : 'mqtt'}://127.0.0.1:${port}`,
		port,
		pid: child.process.pid ?? null,
		ended: child.ended,
		async stop() {
			child.process.kill('SIGTERM');
			const timer = setTimeout(() => child.process.kill('SIGKILL'), STOP_MS);
			await child.ended;
			clearTimeout(timer);
		},
		kill() {
			child.process.kill('SIGKILL');
		},
	};
}
