import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PacketGuard, type SkippedPacket } from './packet-guard.ts';

const PUBACK = 0x40;

/**
 * A broker's socket with the packet guard before its reader. What is written goes on when the socket has taken it, so that
 * no more than one buffer of it waits here. It ends with the socket, and the socket with it; why is in its `error`.
 */
export class GuardedStream extends Duplex {
	readonly #socket: Socket;
	readonly #guard: PacketGuard;

	/** @param skipped is told of each message that was too long to be taken */
	constructor(socket: Socket, skipped: (packet: SkippedPacket) => void) {
		super({ allowHalfOpen: false });
		this.#socket = socket;
		this.#guard = new PacketGuard((packet) => {
			// The broker would send it again for ever. All writers write whole packets, so that it falls between two.
			if (packet.messageId !== null && this.writable)
				this.write(Buffer.from([PUBACK, 2, packet.messageId >> 8, packet.messageId & 0xff]));
			skipped(packet);
		});
		socket.on('data', (chunk: Buffer) => this.#received(chunk));
		socket.on('end', () => this.push(null));
		socket.on('error', (error) => this.destroy(error));
		socket.on('close', () => this.destroy());
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
		this.#socket.end(() => done());
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#socket.destroy();
		done(error);
	}

	#received(chunk: Buffer): void {
		if (this.destroyed) return;
		try {
			for (const packets of this.#guard.take(chunk)) if (!this.push(packets)) this.#socket.pause();
		} catch (error) {
			this.destroy(error as Error);
		}
	}
}
