/** The byte stream of one board on one channel, both ways, until one of them is gone. */
import type { AttachedDevice } from '../../devices/attached-device.ts';
import type { OssicleError } from '../error.ts';
import type { ByteLink } from '../link/byte-link.ts';
import { Channel } from '../link/mqtt/channel.ts';
import type { Chunk } from '../link/mqtt/chunk.ts';
import { refusalOf, refused } from './refusal.ts';
import { UpPump } from './up-pump.ts';

export interface StreamTiming {
	beatMs?: number;
	silentMs?: number;
}

export interface BoardStreamOptions {
	device: AttachedDevice;
	/** 16 hex digits. */
	channel: string;
	/** Publishes a chunk on `up`; resolves when the broker has it. */
	send: (chunk: Buffer) => Promise<void>;
	timing?: StreamTiming;
	/** The channel is over, and not by `stop` or `abandon`. Called once. */
	ended: (reason: OssicleError) => void;
}

const MAX_UP_BYTES = 256 * 1024;
const MAX_DOWN_BYTES = 64 * 1024;
/** A link whose write fails is about to say why it is gone, which is the better story. */
const LAST_WORDS_MS = 1500;

export class BoardStream {
	readonly channel: string;
	readonly #device: AttachedDevice;
	readonly #ended: (reason: OssicleError) => void;
	readonly #wire: Channel;
	readonly #pump: UpPump;
	#link: ByteLink | null = null;
	/** Bytes which the board has not taken. */
	#downBytes = 0;
	/** Why it is over; `undefined` while it is not, `null` when it was stopped. */
	#over: OssicleError | null | undefined;
	#lastWords: NodeJS.Timeout | undefined;

	/** Its beats begin now: opening a link may take longer than the other end listens to silence. */
	constructor({ device, channel, send, timing = {}, ended }: BoardStreamOptions) {
		this.channel = channel;
		this.#device = device;
		this.#ended = ended;
		this.#wire = new Channel({
			channel,
			send,
			maxPendingBytes: MAX_UP_BYTES,
			overflowCode: 'mqtt-slow-broker',
			...timing,
		});
		this.#wire.onBytes((bytes) => this.#down(bytes));
		this.#wire.onEnd((reason) => this.#finish(reason));
		const takeCycles = device.takeCycles?.bind(device);
		this.#pump = new UpPump({ channel: this.#wire, takeCycles, failed: (error) => this.#endBy(error) });
	}

	/** @throws what `createLink` and `open` throw, or why the channel ended meanwhile */
	async open(): Promise<void> {
		const link = await this.#device.createLink();
		if (this.#over !== undefined) throw await this.#tooLate(link);
		this.#link = link;
		link.onData((bytes) => this.#pump.push(bytes));
		link.onClose((reason) => void this.#boardGone(reason?.message ?? 'it was closed'));
		await link.open();
		if (this.#over !== undefined) throw await this.#tooLate(link);
	}

	/** Takes a chunk; `false`: it is none of this channel. */
	receive(chunk: Chunk): boolean {
		if (chunk.channel !== this.channel || this.#over !== undefined) return false;
		this.#wire.receive(chunk);
		return true;
	}

	/** Ends the channel, and says so to the other end. */
	end(code: string, text: string): void {
		this.#wire.end(code, text);
	}

	/**
	 * Ends it as it was asked to, and closes the link to the board. Says so on the channel: where it was not its own controller
	 * that asked, that one must not take what somebody else sends from now on for the board's.
	 */
	async stop(): Promise<void> {
		this.#finish(null);
		this.#wire.end('link-closed', 'the device was asked to close the channel (stop or release)');
		await this.#link?.close();
	}

	/** It could not be opened, which is told by whoever was asked to. */
	async abandon(): Promise<void> {
		this.#finish(null);
		this.#wire.close();
		await this.#link?.close();
	}

	#down(bytes: Uint8Array): void {
		this.#downBytes += bytes.length;
		const link = this.#link;
		if (this.#downBytes > MAX_DOWN_BYTES)
			this.end(
				'mqtt-overflow',
				`the board has not taken ${this.#downBytes} bytes sent to it, more than the ${MAX_DOWN_BYTES} that are kept for it`,
			);
		else if (link === null) this.end('link-lost', 'bytes came before the link to the board was open');
		else this.#write(link, bytes);
	}

	#write(link: ByteLink, bytes: Uint8Array): void {
		link.write(bytes).then(
			() => {
				this.#downBytes -= bytes.length;
			},
			(error: Error) => {
				this.#lastWords ??= setTimeout(() => void this.#boardGone(error.message), LAST_WORDS_MS);
			},
		);
	}

	/** What the board said before is sent first: it may tell why. */
	async #boardGone(words: string): Promise<void> {
		clearTimeout(this.#lastWords);
		if (this.#over !== undefined) return;
		await this.#pump.finish();
		this.end('link-lost', `the link to ${this.#device.facts.id} was lost at the bridge: ${words}`);
	}

	#endBy(error: unknown): void {
		const { code, text } = refusalOf(error);
		this.end(code, text);
	}

	#finish(reason: OssicleError | null): void {
		if (this.#over !== undefined) return;
		this.#over = reason;
		clearTimeout(this.#lastWords);
		this.#pump.stop();
		if (reason !== null) this.#ended(reason);
	}

	async #tooLate(link: ByteLink): Promise<OssicleError> {
		await link.close();
		return this.#over ?? refused('no-channel', 'the channel was stopped while it was being opened');
	}
}
