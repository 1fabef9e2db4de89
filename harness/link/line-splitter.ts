import { ReadlineParser } from '@serialport/parser-readline';
import { WIRE } from '../generated/wire.ts';

/** A line without its \n (and without a \r before it); bytes are mapped one to one (latin1). */
export interface SplitLine {
	text: string;
	/** The line was longer than 4096 bytes with its \n: `text` is only its beginning. */
	cut: boolean;
}

const NEWLINE = 0x0a;
const LONGEST = WIRE.MAX_LINE_BYTES - 1;
/** Below the parser's high-water mark, so that a write is always taken in at once (see `push`). */
const STEP_BYTES = 8192;

/**
 * Cuts the device's bytes into lines: a length guard, then `@serialport/parser-readline`. The guard is needed because the
 * parser collects without limit until a newline comes; a device that never sends one must not fill our memory.
 *
 * The parser is drained with `read()` right after each write: the same bytes give the same lines in the same call, live
 * and in replay, however they are cut into chunks.
 */
export class LineSplitter {
	readonly #parser: ReadlineParser;
	/** For each newline given to the parser: was the line before it cut? */
	readonly #cuts: boolean[] = [];
	#length = 0;

	constructor() {
		const options = {
			delimiter: '\n',
			encoding: 'latin1',
			readableObjectMode: true,
			readableHighWaterMark: STEP_BYTES,
		} as const;
		this.#parser = new ReadlineParser(options);
	}

	push(chunk: Uint8Array): SplitLine[] {
		const lines: SplitLine[] = [];
		for (let at = 0; at < chunk.length; at += STEP_BYTES) {
			const guarded = this.#guard(chunk.subarray(at, at + STEP_BYTES));
			if (guarded.length === 0) continue;
			this.#parser.write(guarded);
			for (let text = this.#parser.read(); text !== null; text = this.#parser.read()) {
				const cut = this.#cuts.shift() ?? false;
				lines.push({ text: text.endsWith('\r') && !cut ? text.slice(0, -1) : text, cut });
			}
		}
		return lines;
	}

	/** Lets at most 4095 bytes of a line pass, and every newline. */
	#guard(chunk: Uint8Array): Buffer {
		const out = Buffer.alloc(chunk.length);
		let kept = 0;
		for (const byte of chunk) {
			if (byte === NEWLINE) {
				this.#cuts.push(this.#length > LONGEST);
				this.#length = 0;
			} else if (++this.#length > LONGEST) continue;
			out[kept++] = byte;
		}
		return out.subarray(0, kept);
	}
}
