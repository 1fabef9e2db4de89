import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteLink } from '../link/byte-link.ts';

/** How late a chunk from the device comes, ms; in order all the same. Asked once for each chunk. */
export type Lateness = (chunk: Uint8Array) => number;

/** Another link, whose device is heard late: as through a USB adapter, a network, or on a busy machine. */
export class LateLink implements ByteLink {
	readonly #inner: ByteLink;
	readonly #lateMs: Lateness;
	#before: Promise<void> = Promise.resolve();
	#closed = false;

	constructor(inner: ByteLink, lateMs: Lateness) {
		this.#inner = inner;
		this.#lateMs = lateMs;
	}

	get description(): string {
		return `${this.#inner.description} (late)`;
	}

	open(): Promise<void> {
		return this.#inner.open();
	}

	write(bytes: Uint8Array): Promise<void> {
		return this.#inner.write(bytes);
	}

	onData(receive: (chunk: Uint8Array) => void): void {
		this.#inner.onData((chunk) => {
			const dueMs = performance.now() + this.#lateMs(chunk);
			this.#before = this.#before.then(async () => {
				await sleep(Math.max(0, dueMs - performance.now()), undefined, { ref: false });
				if (!this.#closed) receive(chunk);
			});
		});
	}

	onClose(closed: (reason: Error | null) => void): void {
		this.#inner.onClose(closed);
	}

	close(): Promise<void> {
		this.#closed = true;
		return this.#inner.close();
	}
}
