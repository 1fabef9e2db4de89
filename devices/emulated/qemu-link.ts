import type { ByteLink } from '../../harness/link/byte-link.ts';
import { SerialLink } from '../../harness/link/serial-link.ts';
import type { Qemu } from './qemu.ts';

/** The pty hangs up a moment before the end of the process behind it is known. */
const END_GRACE_MS = 1000;

/** The emulated UART as a serial port. When it goes away, it says what became of the emulator. */
export class QemuLink implements ByteLink {
	readonly description: string;
	readonly #qemu: Qemu;
	readonly #link: SerialLink;

	constructor(qemu: Qemu, machine: string, baud: number) {
		this.#qemu = qemu;
		this.#link = new SerialLink(qemu.ptyPath, baud);
		this.description = `QEMU ${machine}, ${this.#link.description}`;
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
		this.#link.onClose((reason) => {
			if (reason === null) return closed(null);
			let timer: NodeJS.Timeout | undefined;
			const unknown = new Promise<null>((resolve) => {
				timer = setTimeout(() => resolve(null), END_GRACE_MS);
			});
			void Promise.race([this.#qemu.ended, unknown]).then((how) => {
				clearTimeout(timer);
				closed(how === null ? reason : new Error(`${this.description} is gone: ${how}`, { cause: reason }));
			});
		});
	}

	close(): Promise<void> {
		return this.#link.close();
	}
}
