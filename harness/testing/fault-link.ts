import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteLink } from '../link/byte-link.ts';
import type { Fault } from './fault.ts';
import { FaultStream, type Step } from './fault-stream.ts';

export interface FaultHooks {
	/** Resets the device behind the link. */
	reset?: () => void;
}

/** A man in the middle: another link, with things going wrong on the way as planned. */
export class FaultLink implements ByteLink {
	readonly #inner: ByteLink;
	readonly #hooks: FaultHooks;
	readonly #down: FaultStream;
	readonly #up: FaultStream;
	readonly #upQueue: Step[] = [];
	#upRunning = false;
	#writes: Promise<void> = Promise.resolve();
	#pulled = false;
	#receive: (chunk: Uint8Array) => void = () => {};
	#closed: (reason: Error | null) => void = () => {};
	/** What the device really sent and what it really got, for the tests to compare with. */
	readonly sentByDevice: Uint8Array[] = [];
	readonly reachedDevice: Uint8Array[] = [];

	constructor(inner: ByteLink, faults: Fault[], hooks: FaultHooks = {}) {
		this.#inner = inner;
		this.#hooks = hooks;
		this.#down = new FaultStream('down', faults);
		this.#up = new FaultStream('up', faults);
	}

	get description(): string {
		return `${this.#inner.description} (with faults)`;
	}

	/** Faults which have happened so far. */
	get fired(): Fault[] {
		return [...this.#down.fired, ...this.#up.fired];
	}

	open(): Promise<void> {
		this.#inner.onData((chunk) => {
			this.sentByDevice.push(chunk);
			this.#upQueue.push(...this.#up.push(chunk));
			if (!this.#upRunning) void this.#runUp();
		});
		this.#inner.onClose((reason) => this.#end(reason));
		return this.#inner.open();
	}

	write(bytes: Uint8Array): Promise<void> {
		if (this.#pulled) return Promise.reject(new Error('the cable is pulled'));
		const steps = this.#down.push(bytes);
		// In order, also when the caller does not wait; a failed write must not stop the ones behind it from failing too.
		const written = this.#writes.then(() => this.#runDown(steps));
		this.#writes = written.catch(() => {});
		return written;
	}

	onData(receive: (chunk: Uint8Array) => void): void {
		this.#receive = receive;
	}

	onClose(closed: (reason: Error | null) => void): void {
		this.#closed = closed;
	}

	close(): Promise<void> {
		return this.#inner.close();
	}

	async #runDown(steps: Step[]): Promise<void> {
		for (const step of steps) {
			if ('bytes' in step) {
				if (this.#pulled) throw new Error('the cable is pulled');
				this.reachedDevice.push(step.bytes);
				await this.#inner.write(step.bytes);
			} else await this.#other(step);
		}
	}

	async #runUp(): Promise<void> {
		this.#upRunning = true;
		for (let step = this.#upQueue.shift(); step !== undefined; step = this.#upQueue.shift()) {
			if (!('bytes' in step)) await this.#other(step);
			else if (!this.#pulled) this.#receive(step.bytes);
		}
		this.#upRunning = false;
	}

	async #other(step: Exclude<Step, { bytes: Uint8Array }>): Promise<void> {
		if ('pauseMs' in step) await sleep(step.pauseMs);
		else if (step.happens === 'reset') this.#hooks.reset?.();
		else {
			this.#end(new Error('the cable was pulled'));
			await this.#inner.close();
		}
	}

	#end(reason: Error | null): void {
		if (this.#pulled) return;
		this.#pulled = true;
		this.#closed(reason);
	}
}
