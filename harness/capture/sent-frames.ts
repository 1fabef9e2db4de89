/**
 * Reads our own bytes back (the `tx` lines of the capture): which frames the device was sent, each once. Retransmissions
 * carry the same sequence number and must be the same frame, else the capture or the sender is wrong.
 */
import { hex32 } from '../link/crc32.ts';
import type { Frame } from '../link/frame.ts';
import { FrameSplitter } from '../link/frame-splitter.ts';

/** More frames than fit any device's receive ring; repeats of older ones cannot occur. */
const REMEMBERED = 4096;

export type Sent =
	| { kind: 'first'; frame: Frame }
	| { kind: 'repeat'; frame: Frame }
	/** A HELLO with a new nonce: a session on the wire begins. */
	| { kind: 'hello'; frame: Frame; nonce: string }
	| { kind: 'wrong'; why: string };

export class SentFrames {
	readonly #splitter = new FrameSplitter();
	#nonce: string | null = null;
	#next = 0;
	#recent = new Map<number, string>();

	push(bytes: Uint8Array): Sent[] {
		return this.#splitter
			.push(bytes)
			.map((result) =>
				result.kind === 'damaged'
					? { kind: 'wrong', why: `a frame was sent damaged: ${result.why}` }
					: this.#sort(result.frame),
			);
	}

	#sort(frame: Frame): Sent {
		if (frame.name === 'HELLO') return this.#hello(frame);
		const content = contentOf(frame);
		if (frame.sequence === this.#next && this.#nonce !== null) {
			this.#remember(frame.sequence, content);
			return { kind: 'first', frame };
		}
		if (this.#recent.get(frame.sequence) === content) return { kind: 'repeat', frame };
		return { kind: 'wrong', why: `${frame.name} was sent with sequence ${frame.sequence}, ${this.#next} was due` };
	}

	#hello(frame: Frame): Sent {
		const nonce = hex32(frame.fields.nonce as number);
		if (nonce === this.#nonce) return { kind: 'repeat', frame };
		this.#nonce = nonce;
		this.#recent.clear();
		this.#remember(frame.sequence, contentOf(frame));
		return { kind: 'hello', frame, nonce };
	}

	#remember(sequence: number, content: string): void {
		this.#recent.set(sequence, content);
		this.#recent.delete((sequence - REMEMBERED) & 0xffff);
		this.#next = (sequence + 1) & 0xffff;
	}
}

const contentOf = (frame: Frame) =>
	`${frame.name} ${Object.values(frame.fields).join()} ${Buffer.from(frame.rest).toString('base64')}`;
