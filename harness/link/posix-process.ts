import { stat } from 'node:fs/promises';
import { execa } from 'execa';
import { OssicleError } from '../error.ts';
import type { ByteLink } from './byte-link.ts';
import { childEnvironment } from './child-environment.ts';
import { SerialLink } from './serial-link.ts';

export interface PosixProcessOptions {
	/** The program built by `make -C firmware BOARD=posix`. */
	program: string;
	/** Its options, one array element each: there is no shell. */
	args?: string[];
	baud?: number;
	/** How long the program may take to name its pty. */
	startTimeoutMs?: number;
}

type Child = ReturnType<typeof spawn>;

const PTY_LINE = /^pty (\/dev\/pts\/[0-9]{1,6})$/;

/**
 * The firmware as a PC process on a pty: starts it, finds its pty, and is a link to it. The process ends with the link,
 * and by end of file on its stdin also when this process is killed.
 */
export class PosixProcess implements ByteLink {
	readonly description: string;
	readonly ptyPath: string;
	readonly #process: Child;
	readonly #link: SerialLink;
	#stderr = '';

	private constructor(process: Child, ptyPath: string, baud: number) {
		this.#process = process;
		this.ptyPath = ptyPath;
		this.#link = new SerialLink(ptyPath, baud);
		this.description = `posix process on ${this.#link.description}`;
		// The last words (a sanitizer's report) are kept; the rest must not fill our memory.
		process.stderr.on('data', (chunk: Buffer) => {
			this.#stderr = (this.#stderr + chunk.toString('latin1')).slice(-16384);
		});
	}

	static async start(options: PosixProcessOptions): Promise<PosixProcess> {
		const { program, args = [], baud = 921600, startTimeoutMs = 10_000 } = options;
		await stat(program).catch((cause: unknown) => {
			const text = `there is no program ${program}. What to do: build it with \`make -C firmware BOARD=posix\`.`;
			throw new OssicleError('posix-missing', 'rig', text, { program }, cause);
		});
		const child = spawn(program, args);
		try {
			const ptyPath = await ptyNamedBy(child, program, startTimeoutMs);
			return new PosixProcess(child, ptyPath, baud);
		} catch (error) {
			child.kill('SIGKILL');
			throw error;
		}
	}

	/** A hardware reset in mid-flight: new boot id, state gone, pty stays. */
	reset(): void {
		this.#process.kill('SIGUSR1');
	}

	/** The cable is pulled: the process dies at once and its pty hangs up. */
	kill(): void {
		this.#process.kill('SIGKILL');
	}

	get pid(): number | undefined {
		return this.#process.pid;
	}

	/** What the program wrote on stderr (its end): empty for a healthy run, a report when a sanitizer stopped it. */
	get stderr(): string {
		return this.#stderr;
	}

	open(): Promise<void> {
		return this.#link.open();
	}

	write(bytes: Uint8Array): Promise<void> {
		return this.#link.write(bytes);
	}

	onData(receive: (chunk: Uint8Array) => void): void {
		this.#link.onData(receive);
	}

	onClose(closed: (reason: Error | null) => void): void {
		this.#link.onClose(closed);
	}

	async close(): Promise<void> {
		await this.#link.close();
		this.#process.stdin.end();
		const gaveUp = setTimeout(() => this.#process.kill('SIGKILL'), 2000);
		await this.#process;
		clearTimeout(gaveUp);
	}
}

function spawn(program: string, args: string[]) {
	return execa(program, args, {
		stdin: 'pipe',
		stdout: 'pipe',
		stderr: 'pipe',
		reject: false,
		buffer: false,
		env: childEnvironment(),
		extendEnv: false,
	});
}

/** Waits for the line `pty /dev/pts/N`. What the program prints is not trusted to be anything else. */
async function ptyNamedBy(child: Child, program: string, timeoutMs: number): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = '';
		const fail = (what: string) =>
			reject(
				new OssicleError(
					'posix-start',
					'rig',
					`${program} did not name its pty: expected a line \`pty /dev/pts/N\`, got ${what}`,
					{ text },
				),
			);
		const timer = setTimeout(() => fail(`${JSON.stringify(text)} within ${timeoutMs} ms`), timeoutMs);
		child.stdout.on('data', (chunk: Buffer) => {
			text = (text + chunk.toString('latin1')).slice(0, 4096);
			const end = text.indexOf('\n');
			if (end === -1) return;
			clearTimeout(timer);
			const path = PTY_LINE.exec(text.slice(0, end))?.[1];
			if (path === undefined) fail(JSON.stringify(text.slice(0, end)));
			else resolve(path);
		});
		child.once('exit', () => {
			clearTimeout(timer);
			fail(`its end with ${JSON.stringify(text)}`);
		});
	});
}
