import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { OssicleError } from '../../harness/error.ts';

/** Of one clip: an hour of hops is below it. Firmware gone wild must not fill our memory. */
const MOST_BYTES = 16 * 2 ** 20;
const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

/** What the cycle plugin has written, read as it grows. It is small, and what it says of a clip is there before its results. */
export class CycleLog {
	readonly #path: string;
	#offset = 0;

	constructor(path: string) {
		this.#path = path;
	}

	/** The whole lines since the last call. @throws OssicleError `cycle-log` (rig) */
	take(): string {
		const bytes = this.#read();
		const whole = bytes.subarray(0, bytes.lastIndexOf(LINE_FEED) + 1);
		this.#offset += whole.length;
		return whole.toString('latin1');
	}

	#read(): Buffer {
		let file: number;
		try {
			file = openSync(this.#path, 'r');
		} catch (cause) {
			throw failed(`cannot be read: ${(cause as Error).message}`, cause);
		}
		try {
			if (fstatSync(file).size < this.#offset) throw failed('were cut off: their file is shorter than it was');
			const parts: Buffer[] = [];
			let length = 0;
			for (;;) {
				const chunk = Buffer.alloc(CHUNK_BYTES);
				const count = readSync(file, chunk, 0, CHUNK_BYTES, this.#offset + length);
				if (count === 0) return Buffer.concat(parts);
				parts.push(chunk.subarray(0, count));
				length += count;
				if (length > MOST_BYTES)
					throw failed(`grew by more than ${MOST_BYTES} bytes in one clip: the firmware marks without end`);
			}
		} finally {
			closeSync(file);
		}
	}
}

function failed(what: string, cause?: unknown): OssicleError {
	return new OssicleError(
		'cycle-log',
		'rig',
		`The cycle model's counts ${what}. Expected the file which the plugin in QEMU writes while it runs; is there room in the temporary folder?`,
		{},
		cause,
	);
}
