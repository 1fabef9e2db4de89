/** One connection to a gdb server: a question at a time, each acknowledged, each with a deadline. */
import { once } from 'node:events';
import net from 'node:net';
import type { FlashFailure } from './failure.ts';
import { encodePacket, type RspEvent, RspReader } from './rsp-packet.ts';

/** Why a question has no answer. */
export class RspFault extends Error {
	readonly failure: FlashFailure;

	constructor(failure: FlashFailure, text: string) {
		super(text);
		this.failure = failure;
	}
}

export interface RspClientOptions {
	/** For one question and all that belongs to its answer. */
	answerTimeoutMs: number;
	signal?: AbortSignal | undefined;
}

/** A packet that was damaged on its way is asked for, or sent, so many times once more. */
const MAX_REPEATS = 3;
/** How a target says that it stands still: `S05`, `T05thread:01;`. */
export const STOPPED = /^[ST][0-9a-fA-F]{2}/;
/** What `monitor` prints, characters kept. */
const MAX_CONSOLE_CHARACTERS = 4096;

export class RspClient {
	readonly #socket: net.Socket;
	readonly #options: RspClientOptions;
	readonly #reader = new RspReader();
	readonly #events: RspEvent[] = [];
	#fault: Error | null = null;
	#wake = () => {};

	private constructor(socket: net.Socket, options: RspClientOptions) {
		this.#socket = socket;
		this.#options = options;
		socket.on('data', (chunk) => this.#take(chunk));
		socket.on('error', (error) =>
			this.#fail(new RspFault('target-unreachable', `the connection broke: ${error.message}.`)),
		);
		socket.on('close', () => this.#fail(new RspFault('target-unreachable', 'the server hung up.')));
		if (options.signal?.aborted) this.#abort();
		else options.signal?.addEventListener('abort', this.#abort, { once: true });
	}

	/** @param socketPath of the server's unix socket @throws RspFault; the signal's reason */
	static async connect(socketPath: string, options: RspClientOptions): Promise<RspClient> {
		options.signal?.throwIfAborted();
		const socket = net.connect({ path: socketPath });
		try {
			await once(socket, 'connect');
		} catch (error) {
			throw new RspFault('probe-absent', `${error instanceof Error ? error.message : String(error)}.`);
		}
		return new RspClient(socket, options);
	}

	/** The answer to one command. @throws RspFault; the signal's reason */
	async ask(command: string): Promise<string> {
		const deadline = this.#deadline(command);
		await this.#send(command, deadline);
		return this.#answer(command, deadline);
	}

	/** Has the server carry out a `monitor` command of its own. @returns what it printed @throws as `ask` */
	async monitor(command: string): Promise<string> {
		const question = `qRcmd,${Buffer.from(command, 'latin1').toString('hex')}`;
		const deadline = this.#deadline(question);
		await this.#send(question, deadline);
		let printed = '';
		for (;;) {
			const answer = await this.#answer(question, deadline);
			if (answer === 'OK') return printed;
			if (!/^O([0-9a-fA-F]{2})*$/.test(answer))
				throw new RspFault('target-unreachable', `\`monitor ${command}\`: expected OK, got ${shown(answer)}.`);
			printed = (printed + Buffer.from(answer.slice(1), 'hex').toString('latin1')).slice(0, MAX_CONSOLE_CHARACTERS);
		}
	}

	close(): void {
		this.#options.signal?.removeEventListener('abort', this.#abort);
		this.#fault ??= new RspFault('target-unreachable', 'the connection is closed.');
		this.#socket.destroy();
	}

	async #send(command: string, deadline: Deadline): Promise<void> {
		const packet = encodePacket(command);
		for (let repeats = 0; repeats <= MAX_REPEATS; repeats++) {
			this.#socket.write(packet);
			const event = await this.#nextButStops(deadline);
			if (event.kind === 'ack') return;
			if (event.kind !== 'nak')
				throw new RspFault('answer-malformed', `expected + or - for ${shown(command)}, got a packet.`);
		}
		throw new RspFault('answer-malformed', `the server refused ${shown(command)} ${MAX_REPEATS + 1} times as damaged.`);
	}

	/** A running target is stopped by the connection itself, and QEMU tells so unasked. */
	async #nextButStops(deadline: Deadline): Promise<RspEvent> {
		for (;;) {
			const event = await this.#next(deadline);
			if (event.kind !== 'packet' || !STOPPED.test(event.payload)) return event;
			this.#socket.write('+');
		}
	}

	async #answer(command: string, deadline: Deadline): Promise<string> {
		for (let repeats = 0; ; repeats++) {
			const event = await this.#next(deadline);
			if (event.kind === 'packet') {
				this.#socket.write('+');
				return event.payload;
			}
			if (event.kind !== 'damaged')
				throw new RspFault('answer-malformed', `expected the answer to ${shown(command)}, got ${event.kind}.`);
			if (repeats === MAX_REPEATS)
				throw new RspFault(
					'answer-malformed',
					`the answer to ${shown(command)} came ${repeats + 1} times with a wrong checksum.`,
				);
			this.#socket.write('-');
		}
	}

	#deadline(command: string): Deadline {
		return { atMs: performance.now() + this.#options.answerTimeoutMs, command };
	}

	async #next(deadline: Deadline): Promise<RspEvent> {
		for (;;) {
			const event = this.#events.shift();
			if (event !== undefined) return event;
			if (this.#fault !== null) throw this.#fault;
			const leftMs = deadline.atMs - performance.now();
			if (leftMs <= 0)
				throw new RspFault(
					'timeout-killed',
					`no whole answer to ${shown(deadline.command)} in ${this.#options.answerTimeoutMs} ms.`,
				);
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, leftMs);
				this.#wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	#take(chunk: Uint8Array): void {
		if (this.#fault !== null) return;
		try {
			this.#events.push(...this.#reader.push(chunk));
			this.#wake();
		} catch (error) {
			this.#fail(new RspFault('answer-malformed', `${error instanceof Error ? error.message : String(error)}.`));
		}
	}

	readonly #abort = () => this.#fail(this.#options.signal?.reason);

	#fail(fault: Error): void {
		this.#fault ??= fault;
		this.#wake();
	}
}

interface Deadline {
	atMs: number;
	command: string;
}

/** A command or answer in an error's text: never all of an image. */
export function shown(text: string): string {
	return text.length <= 40
		? JSON.stringify(text)
		: `${JSON.stringify(text.slice(0, 40))}... (${text.length} characters)`;
}
