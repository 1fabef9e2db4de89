import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PacketLengths } from './packet-lengths.ts';

export interface SocketGuard {
	/** Longest packet from the client, bytes; a client which sends a longer one is cut. `null`: any. */
	packetBytes: number | null;
	/** Bytes on their way to the client. Beyond, the writer has to wait; see `isSlow`. */
	queuedBytes: number;
	/** The client was cut, and why. */
	onCut: (why: string) => void;
}

/** A client's socket between the network and a broker which by itself would take packets of 256 MiB. */
export class GuardedSocket extends Duplex {
	readonly #socket: Socket;
	readonly #guard: SocketGuard;
	readonly #lengths: PacketLengths | null;
	#cut = false;

	constructor(socket: Socket, guard: SocketGuard) {
		// Twice the bound: that a writer has to wait is for acknowledgements alone, messages are ended before (`isSlow`).
		super({ writableHighWaterMark: 2 * guard.queuedBytes, allowHalfOpen: false });
		this.#socket = socket;
		this.#guard = guard;
		this.#lengths = guard.packetBytes === null ? null : new PacketLengths(guard.packetBytes);
		socket.on('data', (chunk: Buffer) => this.#take(chunk));
		socket.on('end', () => this.push(null));
		socket.on('error', (error) => this.destroy(error));
		socket.on('close', () => this.destroy());
	}

	/** More waits for this client than may. */
	get isSlow(): boolean {
		return this.writableLength > this.#guard.queuedBytes;
	}

	get wasCut(): boolean {
		return this.#cut;
	}

	cut(why: string): void {
		if (this.destroyed) return;
		this.#cut = true;
		this.#guard.onCut(why);
		this.destroy();
	}

	#take(chunk: Buffer): void {
		const wrong = this.#lengths?.push(chunk) ?? null;
		if (wrong !== null) this.cut(`it sent ${wrong}`);
		else if (!this.push(chunk)) this.#socket.pause();
	}

	override _read(): void {
		this.#socket.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
		this.#socket.write(chunk, done);
	}

	override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
		this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#socket.end(done);
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#socket.destroy();
		done(error);
	}
}
