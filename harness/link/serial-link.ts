import { SerialPort } from 'serialport';
import { OssicleError } from '../error.ts';
import type { ByteLink } from './byte-link.ts';

const ADVICE: Record<string, string> = {
	EACCES: 'you may not use it: join the group which owns it (Debian: `sudo adduser $USER dialout`, then log in again)',
	ENOENT: 'there is no such port: is the board plugged in, and is the path in device.yaml or --port the right one?',
	EBUSY: 'another program has it open: close the terminal program or the other Ossicle run (`fuser` names it)',
	ENXIO: 'the device behind it is gone: plug it in again',
	ENOTTY: 'it is no serial port',
};

/**
 * How often we look whether the port has hung up. serialport 13 notices that itself, but not when it comes between its
 * opening the port and its first wait for bytes: then read() gives 0 bytes for ever, which the binding takes for "none yet".
 */
const WATCH_MS = 250;
const HUNG_UP = /input\/output error|no such device|bad file descriptor/i;

/** A UART, USB-CDC port or pty by its path, 8N1. */
export class SerialLink implements ByteLink {
	readonly description: string;
	readonly #path: string;
	readonly #port: SerialPort;
	#receive: (chunk: Uint8Array) => void = () => {};
	#closed: (reason: Error | null) => void = () => {};
	#gone = false;
	#watch: NodeJS.Timeout | undefined;
	/** Writes under way: the port's own callbacks never come once it has closed, so they are rejected then. */
	readonly #unwritten = new Set<(reason: Error) => void>();

	constructor(path: string, baud: number) {
		this.#path = path;
		this.description = `serial ${path} ${baud} baud`;
		// lock: TIOCEXCL, so that no second program takes bytes away from us (root is not stopped by it).
		this.#port = new SerialPort({ path, baudRate: baud, lock: true, autoOpen: false });
		this.#port.on('data', (chunk: Buffer) => this.#receive(chunk));
		// A hang-up (board unplugged, emulator ended) comes as `close` with an error; a driver error as `error`.
		this.#port.on('close', (error?: Error | null) => this.#end(error ?? null));
		this.#port.on('error', (error: Error) => {
			this.#end(error);
			if (this.#port.isOpen) this.#port.close(() => {});
		});
	}

	open(): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#port.open((error) => {
				if (error === null || error === undefined) {
					this.#watch = setInterval(() => this.#look(), WATCH_MS).unref();
					resolve();
				} else reject(cannotOpenPort(this.#path, codeOf(error.message), error));
			});
		});
	}

	/** Asks for the modem lines: a terminal that has hung up answers EIO, a pty that lives ENOTTY. */
	#look(): void {
		if (!this.#port.isOpen) return;
		this.#port.get((error) => {
			if (error === null || !HUNG_UP.test(error.message)) return;
			this.#end(error);
			if (this.#port.isOpen) this.#port.close(() => {});
		});
	}

	write(bytes: Uint8Array): Promise<void> {
		return new Promise((resolve, reject) => {
			if (!this.#port.isOpen) return reject(new Error(`${this.description} is closed`));
			this.#unwritten.add(reject);
			const done = (error: Error | null | undefined) => {
				this.#unwritten.delete(reject);
				if (error) reject(error);
				else resolve();
			};
			// The write's own callback says that the driver took the bytes; drain waits until they left the machine, so a slow
			// line holds us back here and not in an invisible buffer.
			this.#port.write(Buffer.from(bytes), (error) => (error ? done(error) : this.#drain(done)));
		});
	}

	onData(receive: (chunk: Uint8Array) => void): void {
		this.#receive = receive;
	}

	onClose(closed: (reason: Error | null) => void): void {
		this.#closed = closed;
	}

	async close(): Promise<void> {
		if (!this.#port.isOpen) return;
		await new Promise<void>((resolve) => this.#port.close(() => resolve()));
	}

	#drain(done: (error: Error | null | undefined) => void): void {
		// On a port that has just been closed, drain() would wait for it to be opened again.
		if (this.#port.isOpen) this.#port.drain(done);
		else done(new Error(`${this.description} is closed`));
	}

	#end(reason: Error | null): void {
		if (this.#gone) return;
		this.#gone = true;
		clearInterval(this.#watch);
		for (const reject of this.#unwritten)
			reject(new Error(`${this.description} was closed while bytes were being written`));
		this.#unwritten.clear();
		this.#closed(
			reason === null ? null : new Error(`${this.description} hung up: ${reason.message}`, { cause: reason }),
		);
	}
}

/** Why a port cannot be used, by errno name, and what to do about it. */
export function cannotOpenPort(path: string, code: string, cause: unknown): OssicleError {
	const advice = ADVICE[code] ?? (cause instanceof Error ? cause.message.replace(/^Error: /, '') : String(cause));
	return new OssicleError('port-open', 'rig', `cannot open ${path} (${code}): ${advice}`, { path, code }, cause);
}

/** The binding's errors carry errno text only: "Error: No such file or directory, cannot open /dev/x". */
function codeOf(message: string): string {
	if (/permission denied/i.test(message)) return 'EACCES';
	if (/no such file/i.test(message)) return 'ENOENT';
	if (/resource busy|cannot lock|temporarily unavailable/i.test(message)) return 'EBUSY';
	if (/no such device/i.test(message)) return 'ENXIO';
	if (/inappropriate ioctl|not a (tty|serial)/i.test(message)) return 'ENOTTY';
	return 'other';
}
