/**
 * Waiting for a device: for a condition, with a time-out that names what was waited for, or for as long as the device gets
 * on. It knows when the device was last heard and last got on; all waiting ends at once when the session has failed.
 */
import { OssicleError } from '../error.ts';
import type { SessionTiming } from './session-timing.ts';

/** Where the first failure of a session latches. */
export interface FailureLatch {
	/** The first failure, or `null`. */
	readonly failure: OssicleError | null;
	/** Throws the first failure, or that the session was closed (OssicleError, rig). */
	check(): void;
	/** Latches a failure, unless there is one. Returns the latched one, to be thrown. */
	fail(error: OssicleError): OssicleError;
}

export class Waiter {
	readonly #device: string;
	readonly #timing: SessionTiming;
	readonly #latch: FailureLatch;
	#lastHeardMs = performance.now();
	#lastProgressMs = performance.now();
	#wakers: (() => void)[] = [];

	constructor(device: string, timing: SessionTiming, latch: FailureLatch) {
		this.#device = device;
		this.#timing = timing;
		this.#latch = latch;
	}

	/** The device said something. */
	heard(): void {
		this.#lastHeardMs = performance.now();
	}

	/** What is going on got further. */
	progressed(): void {
		this.#lastProgressMs = performance.now();
	}

	/** Something may have changed: every condition waited for is looked at again. */
	wake(): void {
		const wakers = this.#wakers;
		this.#wakers = [];
		for (const waker of wakers) waker();
	}

	/** Resolves when `done`, when the time is over, or when the session has failed: the caller looks which. */
	async waitFor(done: () => boolean, limitMs: number): Promise<void> {
		const endMs = performance.now() + limitMs;
		while (!done() && this.#latch.failure === null) {
			const leftMs = endMs - performance.now();
			if (leftMs <= 0) return;
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, leftMs);
				this.#wakers.push(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		}
	}

	/**
	 * Waits for a condition. Throws OssicleError (rig) when the session fails or the time is over; a time-out says `what`
	 * was waited for, and as its cause where the waiting began.
	 */
	async until(done: () => boolean, what: string, limitMs: number): Promise<void> {
		const began = new Error(`the waiting for ${what} began here`);
		await this.waitFor(done, limitMs);
		this.#latch.check();
		if (done()) return;
		const heardMs = Math.round(performance.now() - this.#lastHeardMs);
		const text = `${this.#device} did not send ${what} within ${Math.round(limitMs)} ms (it last said something ${heardMs} ms ago). The line was lost, or the firmware hangs.`;
		throw this.#latch.fail(new OssicleError('time-out', 'rig', text, { what, limitMs }, began));
	}

	/**
	 * Waits for a condition as long as the device gets on. Returns why it does not any more, or `null` when `done`. Throws
	 * OssicleError (rig) when the session fails or the device has fallen silent.
	 */
	async whileProgressing(done: () => boolean, what: string): Promise<string | null> {
		this.progressed();
		for (;;) {
			const leftMs = this.#lastProgressMs + this.#timing.stalledMs - performance.now();
			if (leftMs <= 0) return `${what} did not come: no progress for ${this.#timing.stalledMs} ms`;
			await this.waitFor(done, Math.min(leftMs, this.#timing.silentMs));
			this.#latch.check();
			if (done()) return null;
			this.#assertHeard(what);
		}
	}

	#assertHeard(what: string): void {
		const silentMs = performance.now() - this.#lastHeardMs;
		if (silentMs < this.#timing.silentMs) return;
		const text = `${this.#device} has fallen silent: waiting for ${what}, nothing was heard for ${Math.round(silentMs)} ms. It hangs, or its line to us is broken.`;
		throw this.#latch.fail(new OssicleError('device-silent', 'rig', text, { what }));
	}
}
