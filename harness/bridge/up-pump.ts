/** Brings the board's bytes to the channel: none is lost, and the cycle model's lines go before the bytes they belong to. */
import { refused } from './refusal.ts';

/** Of the channel: what is given to it goes out in the order of the calls, and a promise settles when the broker has it. */
export interface PumpedChannel {
	write(bytes: Uint8Array): Promise<void>;
	cycles(lines: string): Promise<void>;
}

export interface UpPumpOptions {
	channel: PumpedChannel;
	/** Lines the cycle model has written since the last call. */
	takeCycles?: (() => string) | undefined;
	/** It cannot go on: the channel has to end. Called once. */
	failed: (error: unknown) => void;
}

/** What the broker may not have acknowledged, firmware/wire/MQTT.md section 2. */
const MAX_PENDING_BYTES = 256 * 1024;
/** An emulated UART gives its bytes by twos and threes: what is no whole line waits so long for the rest. */
const GATHER_MS = 5;
/** Messages on their way at once. What comes meanwhile goes together: a slow broker gets longer messages, not more of them. */
const MAX_WRITES = 16;
const MAX_PIECES = 1024;
const CYCLE_PART_CHARACTERS = 32 * 1024;
const LINE_FEED = 10;

export class UpPump {
	readonly #options: UpPumpOptions;
	#gathered: Uint8Array[] = [];
	/** Of the bytes gathered or on their way. */
	#pendingBytes = 0;
	#writes = 0;
	#timer: NodeJS.Timeout | undefined;
	#running: Promise<void> | null = null;
	#wake: (() => void) | null = null;
	/** The board is gone: what is here goes out, however many messages that makes. */
	#finishing = false;
	#over = false;

	constructor(options: UpPumpOptions) {
		this.#options = options;
	}

	push(bytes: Uint8Array): void {
		if (this.#over || bytes.length === 0) return;
		this.#gathered.push(bytes);
		// A board that gives single bytes while the broker stands still must not fill the memory with their wrapping.
		if (this.#gathered.length >= MAX_PIECES) this.#gathered = [Buffer.concat(this.#gathered)];
		this.#pendingBytes += bytes.length;
		if (this.#pendingBytes > MAX_PENDING_BYTES) this.#fail(tooSlow(this.#pendingBytes));
		// Nothing above looks at less than a line.
		else if (bytes.includes(LINE_FEED)) this.#flush();
		else this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
	}

	/** Resolves when all there is was given to the channel, the last cycles too. */
	async finish(): Promise<void> {
		this.#finishing = true;
		this.#wake?.();
		await this.#running;
		this.#flush();
		await this.#running;
	}

	/** Whatever is here is of no use any more. */
	stop(): void {
		this.#over = true;
		clearTimeout(this.#timer);
		this.#gathered = [];
		this.#wake?.();
	}

	#flush(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#over || this.#running !== null) return;
		this.#running = this.#run()
			.catch((error: unknown) => this.#fail(error))
			.finally(() => {
				this.#running = null;
				if (this.#gathered.length > 0) this.#flush();
			});
	}

	async #run(): Promise<void> {
		do {
			const bytes = Buffer.concat(this.#gathered.splice(0));
			// Taken after the bytes came: the same core wrote both, the lines first.
			await this.#sendCycles();
			if (this.#over) return;
			if (bytes.length > 0) this.#send(bytes);
			if (this.#writes >= MAX_WRITES && !this.#finishing) await this.#room();
		} while (!this.#over && this.#gathered.length > 0);
	}

	/** Part by part: a long clip's lines are more than may be on their way at once. */
	async #sendCycles(): Promise<void> {
		const lines = this.#options.takeCycles?.() ?? '';
		for (let from = 0; from < lines.length && !this.#over; ) {
			const end = partEnd(lines, from);
			await this.#options.channel.cycles(lines.slice(from, end));
			from = end;
		}
	}

	#send(bytes: Buffer): void {
		this.#writes++;
		// A write that fails is a channel that has ended, which tells so itself.
		const settled = () => {
			this.#writes--;
			this.#pendingBytes -= bytes.length;
			this.#wake?.();
		};
		this.#options.channel.write(bytes).then(settled, settled);
	}

	async #room(): Promise<void> {
		while (!this.#over && !this.#finishing && this.#writes >= MAX_WRITES)
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		this.#wake = null;
	}

	#fail(error: unknown): void {
		if (this.#over) return;
		this.stop();
		this.#options.failed(error);
	}
}

function tooSlow(pendingBytes: number): ReturnType<typeof refused> {
	return refused(
		'mqtt-slow-broker',
		`the broker has not acknowledged ${pendingBytes} bytes of the board, more than the ${MAX_PENDING_BYTES} that are kept for it. Is the network to it slower than the board's line?`,
	);
}

/** After the last whole line of a part; after all there is when a line is longer than a part. */
function partEnd(lines: string, from: number): number {
	if (lines.length - from <= CYCLE_PART_CHARACTERS) return lines.length;
	const feed = lines.lastIndexOf('\n', from + CYCLE_PART_CHARACTERS - 1);
	return feed >= from ? feed + 1 : lines.length;
}
