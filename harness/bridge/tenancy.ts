/** One lease: its board, what is asked of it one after the other, and its end, after which the board is idle and free. */
import type { AttachedDevice } from '../../devices/attached-device.ts';
import type { OssicleError } from '../error.ts';
import type { StreamTiming } from './board-stream.ts';
import { LeasedBoard } from './leased-board.ts';
import { refused } from './refusal.ts';
import { noLease } from './request-desk.ts';

export interface TenancyOptions {
	lease: string;
	/** For people. */
	holder: string;
	/** It ends when nobody asked for anything for so long, with no channel open. */
	idleMs: number;
	timing?: StreamTiming;
	/** It begins to end. `closed` resolves when the board is given back, with what could not be done. */
	ending: (reason: OssicleError | null, closed: Promise<string[]>) => void;
}

export class Tenancy {
	readonly lease: string;
	readonly holder: string;
	readonly #options: TenancyOptions;
	readonly #stop = new AbortController();
	#board: LeasedBoard | null = null;
	/** The last of what was asked, done when that is. Never rejects. */
	#tail: Promise<unknown> = Promise.resolve();
	#waiting = 0;
	#idle: NodeJS.Timeout | undefined;
	#closed: Promise<string[]> | null = null;

	constructor(options: TenancyOptions) {
		this.#options = options;
		this.lease = options.lease;
		this.holder = options.holder;
	}

	get over(): boolean {
		return this.#closed !== null;
	}

	/** First of all. @throws what `attachTo` throws, which gets a signal that aborts when the lease ends */
	attach(attachTo: (signal: AbortSignal) => Promise<AttachedDevice>): Promise<AttachedDevice> {
		return this.#next(async () => {
			const device = await attachTo(this.#stop.signal);
			const { timing = {} } = this.#options;
			// Also when the lease has ended meanwhile: its end waits for this, and gives the board back.
			this.#board = new LeasedBoard(device, { timing, streamEnded: (reason) => void this.end(reason) });
			this.#stop.signal.throwIfAborted();
			return device;
		});
	}

	/** What is asked next, after all that was asked before. @throws OssicleError (rig) `no-lease`, and what `work` throws */
	do<Result>(work: (board: LeasedBoard) => Promise<Result>): Promise<Result> {
		return this.#next(() => {
			if (this.#board === null) throw noLease('the device could not be attached');
			return work(this.#board);
		});
	}

	/** Takes a chunk; `false`: no channel is open that it belongs to. */
	receive(chunk: Parameters<LeasedBoard['receive']>[0]): boolean {
		return this.#board?.receive(chunk) ?? false;
	}

	/**
	 * Ends the lease: what is under way is aborted, what waits is refused, the board is left idle and closed.
	 * @param reason `null`: its holder gave it back. @returns resolves when the board is free, with what could not be done
	 */
	end(reason: OssicleError | null): Promise<string[]> {
		if (this.#closed !== null) return this.#closed;
		clearTimeout(this.#idle);
		this.#closed = this.#tail.then(() => this.#board?.giveBack() ?? []);
		this.#options.ending(reason, this.#closed);
		this.#stop.abort(reason ?? refused('no-lease', 'the lease was released meanwhile.'));
		if (reason !== null) this.#board?.cut(reason);
		return this.#closed;
	}

	#next<Result>(work: () => Promise<Result>): Promise<Result> {
		clearTimeout(this.#idle);
		this.#waiting++;
		const done = this.#tail.then(() => {
			this.#stop.signal.throwIfAborted();
			return work();
		});
		const rest = () => {
			this.#waiting--;
			this.#rest();
		};
		this.#tail = done.then(rest, rest);
		return done;
	}

	#rest(): void {
		if (this.over || this.#waiting > 0 || this.#board === null || this.#board.streaming) return;
		const { idleMs } = this.#options;
		this.#idle = setTimeout(() => {
			void this.end(refused('mqtt-silent', `nothing was asked for ${idleMs / 1000} s`));
		}, idleMs);
	}
}
