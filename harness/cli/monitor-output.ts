import type { MonitorEvent } from './monitor-view.ts';
import { jsonLine } from './plain-lines.ts';

/** A reader that does not read must not fill our memory: beyond this, lines are counted and not kept. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** The lines of `ossicle monitor`, with the time of day; under `--json` one JSON text each. */
export class MonitorOutput {
	readonly #stream: NodeJS.WriteStream;
	readonly #json: boolean;
	#left = 0;
	#closed = () => {};

	constructor(stream: NodeJS.WriteStream, json: boolean) {
		this.#stream = stream;
		this.#json = json;
		// EPIPE, most likely. Nobody is there any more to be told.
		stream.on('error', () => this.#closed());
	}

	/** Called when nobody reads any more. */
	onClosed(closed: () => void): void {
		this.#closed = closed;
	}

	tell(events: readonly MonitorEvent[]): void {
		for (const event of events) this.#tell(event);
	}

	#tell(event: MonitorEvent): void {
		if (this.#stream.writableLength > MOST_WAITING_BYTES) {
			this.#left += 1;
			return;
		}
		if (this.#left > 0) {
			const text = `${this.#left} lines are not shown: they were not read fast enough`;
			this.#left = 0;
			this.#write({ kind: 'gap', text });
		}
		this.#write(event);
	}

	#write(event: MonitorEvent): void {
		const now = new Date();
		const line = this.#json ? jsonLine({ at: now.toISOString(), ...event }) : `${timeOfDay(now)} ${event.text}`;
		this.#stream.write(`${line}\n`);
	}
}

function timeOfDay(now: Date): string {
	return [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
