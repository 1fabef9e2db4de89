/**
 * The one place at a board: who has it, who had it lately, and that the next one gets it only when the last one's board is
 * idle and closed. It outlives connections.
 */
import type { AttachedDevice } from '../../devices/attached-device.ts';
import type { OssicleError } from '../error.ts';
import type { Chunk } from '../link/mqtt/chunk.ts';
import type { StreamTiming } from './board-stream.ts';
import type { BridgeEvent } from './bridge-event.ts';
import type { LeasedBoard } from './leased-board.ts';
import { noLease, type Tenure } from './request-desk.ts';
import { Tenancy } from './tenancy.ts';

export interface SeatOptions {
	attach: (signal: AbortSignal) => Promise<AttachedDevice>;
	/** A lease ends when nobody asked for anything for so long, with no channel open. Default: 60 s. */
	idleMs?: number;
	timing?: StreamTiming;
	say: (event: BridgeEvent) => void;
}

interface Ended {
	readonly lease: string;
	readonly because: string;
	readonly closed: Promise<unknown>;
}

const IDLE_MS = 60_000;
const KEPT_ENDED = 16;

export class Seat implements Tenure {
	readonly #options: SeatOptions;
	#current: Tenancy | null = null;
	/** The tenancy whose board is not given back yet. */
	#closing: Promise<unknown> | null = null;
	/** Lets the one tenancy that waits for the board look again. */
	#lookAgain: (() => void) | null = null;
	/** The last few, oldest first. */
	readonly #ended: Ended[] = [];
	/** Told when the holder changes. One listener: the present connection. */
	changed: () => void = () => {};

	constructor(options: SeatOptions) {
		this.#options = options;
	}

	get current(): Tenancy | null {
		return this.#current;
	}

	endedBecause(lease: string): string | null {
		return this.#ended.find((each) => each.lease === lease)?.because ?? null;
	}

	/**
	 * Takes the seat at once (nobody may sit there: see `current`), the board when it is free.
	 * @param ready throws when it is no longer wanted as things are, before anything is touched
	 * @throws OssicleError: what `ready` and `attach` throw; rig `no-lease` when it was released meanwhile
	 */
	async acquire(lease: string, holder: string, ready: () => Promise<void>): Promise<AttachedDevice> {
		const { idleMs = IDLE_MS, timing = {}, attach, say } = this.#options;
		const seen = { touched: false, held: false };
		const tenancy: Tenancy = new Tenancy({
			lease,
			holder,
			idleMs,
			timing,
			ending: (reason, closed) => this.#leave(tenancy, reason, closed, seen),
		});
		this.#current = tenancy;
		this.changed();
		try {
			return await tenancy.attach(async (signal) => {
				await this.#boardIsFree(signal);
				await ready();
				signal.throwIfAborted();
				seen.touched = true;
				const device = await attach(signal);
				seen.held = true;
				say({ event: 'held', holder });
				return device;
			});
		} catch (error) {
			await tenancy.end(null);
			throw error;
		}
	}

	/** @throws OssicleError (rig) `no-lease`, and what `work` throws */
	do<Result>(lease: string, work: (board: LeasedBoard) => Promise<Result>): Promise<Result> {
		const tenancy = this.#current;
		if (tenancy?.lease !== lease) return Promise.reject(noLease(this.endedBecause(lease)));
		return tenancy.do(work);
	}

	/** Takes a chunk; `false`: no channel is open that it belongs to. */
	receive(chunk: Chunk): boolean {
		return this.#current?.receive(chunk) ?? false;
	}

	/** Resolves when the lease is no more and its board is free. @throws OssicleError (rig) `no-lease`: there never was one */
	async release(lease: string): Promise<void> {
		if (this.#current?.lease === lease) {
			await this.#current.end(null);
			return;
		}
		const ended = this.#ended.find((each) => each.lease === lease);
		if (ended === undefined) throw noLease(null);
		await ended.closed;
	}

	/** Whoever sits there has to go. Resolves when the board is free. */
	async clear(reason: OssicleError): Promise<void> {
		await this.#current?.end(reason);
		await this.#closing;
	}

	async #boardIsFree(signal: AbortSignal): Promise<void> {
		while (this.#closing !== null && !signal.aborted)
			await new Promise<void>((resolve) => {
				this.#lookAgain = resolve;
				signal.addEventListener('abort', () => resolve(), { once: true });
			});
		signal.throwIfAborted();
	}

	#leave(
		tenancy: Tenancy,
		reason: OssicleError | null,
		closed: Promise<string[]>,
		seen: Readonly<{ touched: boolean; held: boolean }>,
	): void {
		const { lease, holder } = tenancy;
		const { say } = this.#options;
		const because = reason?.message ?? 'it was released';
		this.#ended.push({ lease, because, closed });
		if (this.#ended.length > KEPT_ENDED) this.#ended.shift();
		if (this.#current === tenancy) this.#current = null;
		this.changed();
		if (!seen.touched) return;
		this.#closing = closed.then((left) => {
			for (const each of left) say({ event: 'unsafe', reason: each });
			if (seen.held) say({ event: 'released', holder, reason: reason?.message ?? null });
			this.#closing = null;
			this.#lookAgain?.();
			this.#lookAgain = null;
		});
	}
}
