/**
 * One end of a chunk channel (firmware/wire/MQTT.md section 2); both ends are alike. What it finds wrong ends it: a channel
 * with a hole, a repetition or a long silence in it carries nothing that could still be counted on.
 */
import { isOssicleError, OssicleError } from '../../error.ts';
import { type Chunk, type ChunkKind, encodeChunk, MAX_CHUNK_PAYLOAD_BYTES } from './chunk.ts';
import { decodeEnd, encodeEnd } from './end-payload.ts';

export interface ChannelOptions {
	/** 16 hex digits. */
	channel: string;
	/** Publishes a chunk on the topic of this end's direction. */
	send: (chunk: Buffer) => Promise<void>;
	/** Bytes given to `send` and not yet settled; more ends the channel with `overflowCode`. */
	maxPendingBytes: number;
	overflowCode: 'mqtt-slow-broker' | 'mqtt-overflow';
	/** A beat is sent when nothing else was for so long. */
	beatMs?: number;
	/** The channel ends when nothing was heard for so long. */
	silentMs?: number;
}

const BEAT_MS = 2000;
const SILENT_MS = 15_000;
const SEQUENCES = 2 ** 32;
const NEWLINE = 0x0a;

export class Channel {
	readonly #options: ChannelOptions;
	readonly #beatMs: number;
	readonly #silentMs: number;
	#bytes: (bytes: Uint8Array) => void = () => {};
	#cycles: (lines: string) => void = () => {};
	#onEnd: (reason: OssicleError | null) => void = () => {};
	/** Why it is over; `undefined` while it is not. */
	#over: OssicleError | null | undefined;
	#nextSent = 0;
	#nextReceived = 0;
	#sentMs: number;
	#heardMs: number;
	#pendingBytes = 0;
	/** Writes that are not settled: they reject when the channel ends. */
	readonly #unwritten = new Set<(reason: Error) => void>();
	readonly #beat: NodeJS.Timeout;
	#silence: NodeJS.Timeout;

	constructor(options: ChannelOptions) {
		const { beatMs = BEAT_MS, silentMs = SILENT_MS } = options;
		this.#options = options;
		this.#beatMs = beatMs;
		this.#silentMs = silentMs;
		this.#sentMs = this.#heardMs = performance.now();
		// Looked at four times as often, so that a beat is late by a quarter at most.
		this.#beat = setInterval(() => this.#beatWhenDue(), beatMs / 4).unref();
		this.#silence = this.#listenOn(silentMs);
	}

	/** One listener each. */
	onBytes(receive: (bytes: Uint8Array) => void): void {
		this.#bytes = receive;
	}

	onCycles(receive: (lines: string) => void): void {
		this.#cycles = receive;
	}

	/** Called once: `null` after our own `close()`, else why, as OssicleError (rig) with a code of MQTT.md. */
	onEnd(ended: (reason: OssicleError | null) => void): void {
		this.#onEnd = ended;
	}

	/** Bytes given to `send` and not yet settled. */
	get pendingBytes(): number {
		return this.#pendingBytes;
	}

	/** Resolves when all was sent; rejects when the channel is over. */
	write(bytes: Uint8Array): Promise<void> {
		const pieces: Uint8Array[] = [];
		for (let at = 0; at < bytes.length; at += MAX_CHUNK_PAYLOAD_BYTES)
			pieces.push(bytes.subarray(at, at + MAX_CHUNK_PAYLOAD_BYTES));
		return this.#sendAll('BYTES', pieces);
	}

	/** As `write`, of whole lines of the cycle model. Rejects with RangeError for one longer than a chunk: a fault of ours. */
	async cycles(lines: string): Promise<void> {
		return this.#sendAll('CYCLES', splitAtLines(Buffer.from(lines)));
	}

	/** Takes a chunk of this channel. */
	receive(chunk: Chunk): void {
		if (this.#over !== undefined) return;
		this.#heardMs = performance.now();
		if (chunk.sequence !== this.#nextReceived) {
			this.#endBySequence(chunk.sequence);
			return;
		}
		this.#nextReceived = (this.#nextReceived + 1) % SEQUENCES;
		if (chunk.kind === 'BYTES') this.#bytes(chunk.payload);
		else if (chunk.kind === 'CYCLES') this.#cycles(Buffer.from(chunk.payload).toString('utf8'));
		else if (chunk.kind === 'END') this.#finish(decodeEnd(chunk.payload));
	}

	/** Ends it and tells the other end why, if that can still be told. */
	end(code: string, text: string): void {
		if (this.#over !== undefined) return;
		this.#options.send(this.#encode('END', encodeEnd(code, text))).catch(() => {}); // a courtesy
		this.#finish(new OssicleError(code, 'rig', text));
	}

	/** Ends it without a word. */
	close(): void {
		this.#finish(null);
	}

	async #sendAll(kind: ChunkKind, pieces: readonly Uint8Array[]): Promise<void> {
		if (this.#over !== undefined) throw this.#over ?? closed();
		let give: (reason: Error) => void = () => {};
		const over = new Promise<never>((_, reject) => {
			give = reject;
		});
		this.#unwritten.add(give);
		try {
			await Promise.race([over, Promise.all(pieces.map((piece) => this.#send(kind, piece)))]);
		} finally {
			this.#unwritten.delete(give);
		}
	}

	/** Resolves when it is settled; what goes wrong ends the channel. */
	async #send(kind: ChunkKind, payload: Uint8Array): Promise<void> {
		if (this.#over !== undefined) return;
		const { maxPendingBytes, overflowCode, send } = this.#options;
		const chunk = this.#encode(kind, payload);
		if (this.#pendingBytes + chunk.length > maxPendingBytes)
			return this.end(overflowCode, `${this.#pendingBytes} bytes wait and are not taken: ${OVERFLOW[overflowCode]}`);
		this.#pendingBytes += chunk.length;
		this.#sentMs = performance.now();
		try {
			await send(chunk);
		} catch (error) {
			this.#lose(error as Error);
		} finally {
			this.#pendingBytes -= chunk.length;
		}
	}

	#encode(kind: ChunkKind, payload: Uint8Array): Buffer {
		const sequence = this.#nextSent;
		this.#nextSent = (this.#nextSent + 1) % SEQUENCES;
		return encodeChunk({ kind, sequence, channel: this.#options.channel, payload });
	}

	#lose(cause: Error): void {
		this.#finish(
			isOssicleError(cause)
				? cause
				: new OssicleError('mqtt-lost', 'rig', `sending failed: ${cause.message}`, {}, cause),
		);
	}

	#endBySequence(got: number): void {
		const expected = this.#nextReceived;
		const ahead = (got - expected + SEQUENCES) % SEQUENCES;
		const numbers = `number ${got} came in place of ${expected}`;
		if (ahead < SEQUENCES / 2)
			this.end(
				'mqtt-gap',
				`${ahead} chunk${ahead === 1 ? '' : 's'} on the way through the broker ${ahead === 1 ? 'was' : 'were'} lost (${numbers}). What to do: a broker drops what a slow reader leaves lying; look at its log and limits, and at the load of this machine.`,
			);
		else
			this.end(
				'mqtt-repeat',
				`a chunk came through the broker twice, or late (${numbers}). What to do: look for what repeats messages between device and controller, such as a bridge between two brokers.`,
			);
	}

	#beatWhenDue(): void {
		if (performance.now() - this.#sentMs >= this.#beatMs) void this.#send('BEAT', Buffer.alloc(0));
	}

	#listenOn(afterMs: number): NodeJS.Timeout {
		// What lies in the socket is read before we judge: a process that was held up itself heard nothing, either.
		return setTimeout(() => setImmediate(() => this.#endWhenSilent()), afterMs).unref();
	}

	#endWhenSilent(): void {
		if (this.#over !== undefined) return;
		const silentMs = performance.now() - this.#heardMs;
		if (silentMs < this.#silentMs) {
			this.#silence = this.#listenOn(this.#silentMs - silentMs);
			return;
		}
		this.end('mqtt-silent', `nothing was heard from the other end for ${this.#silentMs / 1000} s`);
	}

	#finish(reason: OssicleError | null): void {
		if (this.#over !== undefined) return;
		this.#over = reason;
		clearInterval(this.#beat);
		clearTimeout(this.#silence);
		for (const reject of this.#unwritten) reject(reason ?? closed());
		this.#unwritten.clear();
		this.#onEnd(reason);
	}
}

const OVERFLOW = {
	'mqtt-slow-broker': 'the broker does not keep up',
	'mqtt-overflow': 'the board does not keep up',
} as const;

function closed(): OssicleError {
	return new OssicleError('link-closed', 'rig', 'the channel is closed');
}

function splitAtLines(bytes: Buffer): Buffer[] {
	const pieces: Buffer[] = [];
	for (let at = 0; at < bytes.length; ) {
		const rest = bytes.subarray(at, at + MAX_CHUNK_PAYLOAD_BYTES);
		const end = at + rest.length === bytes.length ? rest.length : rest.lastIndexOf(NEWLINE) + 1;
		if (end === 0) throw new RangeError(`a line of the cycle model is longer than ${MAX_CHUNK_PAYLOAD_BYTES} bytes`);
		pieces.push(rest.subarray(0, end));
		at += end;
	}
	return pieces;
}
