import type { CaptureLine, FlashEvent } from './capture-line.ts';
import { readCapture } from './capture-reader.ts';
import type { DecodedRun } from './session-data.ts';
import { SessionDecoder } from './session-decoder.ts';

/** Decodes a run line by line, so that a long capture need not be in memory at once. */
export class RunDecoder {
	readonly #run: DecodedRun = { run: null, sessions: [], end: null, damage: null, faults: [] };
	#session: SessionDecoder | null = null;
	/** A flash comes before or after the session's own line; it names its session. */
	#flashes = new Map<number, FlashEvent>();

	push(line: CaptureLine): void {
		if (line.k === 'run') {
			if (this.#run.run === null) this.#run.run = line;
			else
				this.#run.faults.push({
					k: 'fault',
					code: 'second-run',
					text: 'the capture holds the beginning of a second run',
				});
		} else if (line.k === 'run-end') this.#run.end = line;
		else if (line.k === 'session') {
			this.#endSession();
			this.#session = new SessionDecoder(line);
			const flash = this.#flashes.get(line.session);
			if (flash !== undefined) this.#session.flash(flash);
		} else if (line.k === 'flash') {
			this.#flashes.set(line.session, line);
			if (this.#session?.session.event.session === line.session) this.#session.flash(line);
		} else if (line.k === 'fault' && this.#session === null) this.#run.faults.push(line);
		else if (line.k === 'session-end') {
			this.#session?.push(BigInt(line.t), line);
			this.#keepSession();
		} else this.#session?.push(BigInt(line.t), line);
	}

	/** The run as decoded. `damage`: what the capture reader found, `null` for a sound file. */
	finish(damage: string | null): DecodedRun {
		this.#endSession();
		this.#run.damage = damage;
		return this.#run;
	}

	/** A session without its `session-end`: the run was interrupted inside it. */
	#endSession(): void {
		this.#session?.end('missing');
		this.#keepSession();
	}

	#keepSession(): void {
		if (this.#session !== null) this.#run.sessions.push(this.#session.session);
		this.#session = null;
	}
}

/** Decodes the lines of a capture. Pure: the same lines give the same run, whatever bytes they carry. */
export function decodeRun(lines: Iterable<CaptureLine>, damage: string | null = null): DecodedRun {
	const decoder = new RunDecoder();
	for (const line of lines) decoder.push(line);
	return decoder.finish(damage);
}

/** Streams `capture.ndjson` through the chain check and the decoder. Throws only when the file cannot be read. */
export async function decodeCaptureFile(path: string): Promise<DecodedRun> {
	const decoder = new RunDecoder();
	const reader = readCapture(path);
	for (;;) {
		const { value, done } = await reader.next();
		if (done) return decoder.finish(value.damage);
		decoder.push(value);
	}
}
