import { WIRE } from '../generated/wire.ts';
import { cobsBound } from './cobs.ts';
import { decodeFrame, type FrameResult } from './frame.ts';

const LONGEST = cobsBound(WIRE.MAX_BODY_BYTES);

/** Cuts a stream of host-to-device bytes at its 0x00 delimiters and decodes each frame. Memory is bounded. */
export class FrameSplitter {
	#pending: Uint8Array[] = [];
	#pendingBytes = 0;

	push(chunk: Uint8Array): FrameResult[] {
		const results: FrameResult[] = [];
		let from = 0;
		for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, from)) {
			this.#keep(chunk.subarray(from, end));
			from = end + 1;
			if (this.#pendingBytes > LONGEST)
				results.push({ kind: 'damaged', why: `more than ${LONGEST} bytes without 0x00` });
			else if (this.#pendingBytes > 0) results.push(decodeFrame(Buffer.concat(this.#pending)));
			this.#pending = [];
			this.#pendingBytes = 0;
		}
		this.#keep(chunk.subarray(from));
		return results;
	}

	#keep(part: Uint8Array): void {
		if (part.length === 0) return;
		// Too long already: only the fact is kept.
		if (this.#pendingBytes <= LONGEST) this.#pending.push(part);
		this.#pendingBytes += part.length;
	}
}
