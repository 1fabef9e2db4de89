/** What `ossicle monitor` tells of a device: bytes or chunks of its stream in, events for people and machines out. */
import type { HelloMessage, TelemetryMessage } from '../generated/wire.ts';
import { LineSplitter } from '../link/line-splitter.ts';
import type { Chunk } from '../link/mqtt/chunk.ts';
import { decodeEnd } from '../link/mqtt/end-payload.ts';
import { readTelemetryLine } from '../link/telemetry-line.ts';
import { oneLine } from './plain-lines.ts';

/** Something to tell. Acknowledgements, records of single hops and the like are no events. */
export interface MonitorEvent {
	kind:
		| 'console'
		| 'boot'
		| 'hello'
		| 'param'
		| 'decision'
		| 'clip-end'
		| 'error'
		| 'damaged'
		| 'gap'
		| 'stream'
		| 'stream-end'
		| 'info'
		| 'notice';
	/** One line without control characters. */
	text: string;
	/** The telemetry message behind it, as it came. */
	message?: TelemetryMessage;
}

/** The lines of one byte stream. */
export class StreamView {
	#lines = new LineSplitter();
	#hello: HelloMessage | null = null;
	/** The stream was entered in the middle of a line, whose rest is nothing. */
	#inLine = false;

	push(bytes: Uint8Array): MonitorEvent[] {
		let rest = bytes;
		if (this.#inLine) {
			const end = bytes.indexOf(0x0a);
			if (end === -1) return [];
			this.#inLine = false;
			rest = bytes.subarray(end + 1);
		}
		return this.#lines.push(rest).flatMap(({ text, cut }): MonitorEvent | MonitorEvent[] => {
			const line = readTelemetryLine(text, cut);
			if (line.kind === 'message') return this.#told(line.message) ?? [];
			if (line.kind === 'damaged')
				return { kind: 'damaged', text: oneLine(`a telemetry line is damaged: ${line.why}`) };
			// Whatever a device prints, no line of it looks like one of ours.
			return { kind: 'console', text: `| ${oneLine(text)}` };
		});
	}

	/** What comes next does not follow what came before. */
	cut(): void {
		this.#lines = new LineSplitter();
		this.#inLine = true;
	}

	#told(message: TelemetryMessage): MonitorEvent | null {
		if (message.t === 'hello') this.#hello = message;
		const text = this.#textOf(message);
		return text === null ? null : { kind: message.t as MonitorEvent['kind'], text: oneLine(text), message };
	}

	#textOf(message: TelemetryMessage): string | null {
		switch (message.t) {
			case 'boot':
				return `it booted (${message.cause}), boot id ${message.boot}`;
			case 'hello':
				return `it runs ${message.firmware} on ${message.board}, build ${message.build.slice(0, 12)}, model ${message.model}`;
			case 'param':
				return `${message.name} ${message.ok ? 'is set to' : 'was not set to'} ${message.value}`;
			case 'decision':
				return `clip ${message.clip}: heard ${this.#decided(message)}`;
			case 'clip-end': {
				const { clip, samples, hops, underruns } = message;
				const late = underruns === 0 ? '' : `, ${underruns} underruns`;
				return `clip ${clip}: ended, ${samples} samples, ${hops} hops${late}`;
			}
			case 'error':
				return `it reports ${message.code}: ${message.text}`;
			default:
				return null;
		}
	}

	#decided({ label, scores }: Extract<TelemetryMessage, { t: 'decision' }>): string {
		const score = scores[label];
		if (this.#hello === null || score === undefined) return `label ${label}`;
		const { labels, scoreScale } = this.#hello;
		const shown = scoreScale === 0 ? score : Number((score / scoreScale).toPrecision(3));
		return `${labels[label] ?? `label ${label}`}, score ${shown}`;
	}
}

/** The chunks of a device's `up`, as somebody sees them who may come late and be too slow. */
export class ChunkView {
	#channel: string | null = null;
	#due = 0;
	#stream = new StreamView();

	push({ kind, channel, sequence, payload }: Chunk): MonitorEvent[] {
		const events: MonitorEvent[] = [];
		if (channel !== this.#channel) {
			this.#channel = channel;
			this.#stream = new StreamView();
			events.push({ kind: 'stream', text: sequence === 0 ? 'a stream begins' : 'a stream, joined in its middle' });
			if (sequence !== 0) this.#stream.cut();
		} else if (sequence !== this.#due) {
			const missed = (sequence - this.#due) >>> 0;
			const late = missed >= 0x80000000;
			events.push({ kind: 'gap', text: late ? 'a chunk came twice, or late' : `${missed} chunks were missed here` });
			if (late) return events;
			this.#stream.cut();
		}
		this.#due = (sequence + 1) >>> 0;
		if (kind === 'BYTES') events.push(...this.#stream.push(payload));
		if (kind === 'END') {
			const { code, message } = decodeEnd(payload);
			events.push({ kind: 'stream-end', text: oneLine(`the stream ended (${code}): ${message}`) });
		}
		return events;
	}
}
