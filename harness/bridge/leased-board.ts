/** What a lease may do with an attached device. One call at a time, but for `receive` and `cut`. */
import type { AttachedDevice } from '../../devices/attached-device.ts';
import type { OssicleError } from '../error.ts';
import type { MqttFlash } from '../generated/mqtt-answer.ts';
import type { Chunk } from '../link/mqtt/chunk.ts';
import { foreignText } from '../link/mqtt/foreign-text.ts';
import { BoardStream, type StreamTiming } from './board-stream.ts';
import { refused } from './refusal.ts';

export interface LeasedBoardOptions {
	timing?: StreamTiming;
	/** A channel ended by itself: the lease is over with it. */
	streamEnded: (reason: OssicleError) => void;
}

/** Drivers keep something of every link they made until they are closed. A session needs one or two. */
const MAX_CHANNELS = 256;
const LONGEST_TOOL = 200;

export class LeasedBoard {
	readonly device: AttachedDevice;
	readonly #options: LeasedBoardOptions;
	#stream: BoardStream | null = null;
	#channels = 0;

	constructor(device: AttachedDevice, options: LeasedBoardOptions) {
		this.device = device;
		this.#options = options;
	}

	get streaming(): boolean {
		return this.#stream !== null;
	}

	/** Also while a channel is open: that is how the boot line is heard. @throws OssicleError `flash-...` (rig) */
	async flash(): Promise<MqttFlash> {
		const { tool, imageSha256, buildId, staticBytes, rigBytes, flashBytes } = await this.device.flash();
		return { tool: foreignText(tool, LONGEST_TOOL), imageSha256, buildId, staticBytes, rigBytes, flashBytes };
	}

	/** @param send publishes a chunk on `up`. @throws OssicleError (rig) `channel-open`, `too-many-channels`, of the link */
	async start(channel: string, send: (chunk: Buffer) => Promise<void>): Promise<void> {
		if (this.#stream !== null)
			throw refused('channel-open', 'a channel is open already: one at a time; stop it first.');
		if (this.#channels >= MAX_CHANNELS)
			throw refused(
				'too-many-channels',
				`this lease has opened ${MAX_CHANNELS} channels: release the device and acquire it anew.`,
			);
		this.#channels++;
		const { timing = {}, streamEnded } = this.#options;
		const stream = new BoardStream({ device: this.device, channel, send, timing, ended: streamEnded });
		this.#stream = stream;
		try {
			await stream.open();
		} catch (error) {
			this.#stream = null;
			await stream.abandon();
			throw error;
		}
	}

	/** @throws OssicleError (rig) `no-channel` */
	async stop(channel: string): Promise<void> {
		if (this.#stream?.channel !== channel) throw refused('no-channel', 'that channel is not open.');
		await this.#stopStream();
	}

	/** @throws OssicleError (rig) `not-safe` */
	async safe(): Promise<void> {
		const why = await this.device.makeSafe();
		if (why !== null) throw refused('not-safe', why);
	}

	/** Takes a chunk; `false`: no channel is open that it belongs to. */
	receive(chunk: Chunk): boolean {
		return this.#stream?.receive(chunk) ?? false;
	}

	/** Ends the channel, if there is one, and tells the other end why. */
	cut({ code, message }: OssicleError): void {
		this.#stream?.end(code, message);
	}

	/** Link closed, board idle, driver closed. Never throws. @returns what of it could not be done */
	async giveBack(): Promise<string[]> {
		const left: string[] = [];
		const attempt = async (work: () => Promise<string | null>) => {
			try {
				const why = await work();
				if (why !== null) left.push(why);
			} catch (error) {
				left.push(error instanceof Error ? error.message : String(error));
			}
		};
		await attempt(() => this.#stopStream());
		await attempt(() => this.device.makeSafe());
		await attempt(async () => {
			await this.device.close();
			return null;
		});
		return left;
	}

	async #stopStream(): Promise<null> {
		const stream = this.#stream;
		this.#stream = null;
		await stream?.stop();
		return null;
	}
}
