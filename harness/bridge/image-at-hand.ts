import type { ElfImage } from '../bench/elf.ts';

const RECENT_MS = 1000;

/** The image a device is flashed with, as it is on the disk now: it may be built anew while the bridge runs. */
export class ImageAtHand {
	readonly #read: () => Promise<ElfImage>;
	#last: Promise<ElfImage> | null = null;
	#readAtMs = Number.NEGATIVE_INFINITY;

	/** @param read reads and checks it */
	constructor(read: () => Promise<ElfImage>) {
		this.#read = read;
	}

	/** At most a second old: however often somebody asks, the disk is left in peace. */
	recent(): Promise<ElfImage> {
		return this.#last !== null && performance.now() - this.#readAtMs < RECENT_MS ? this.#last : this.now();
	}

	now(): Promise<ElfImage> {
		this.#readAtMs = performance.now();
		this.#last = this.#read();
		return this.#last;
	}
}
