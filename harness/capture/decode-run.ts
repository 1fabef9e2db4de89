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
	readonly #numbers = new Set<number>();

	push(line: CaptureLine): void {
		// Nothing may be said after the end: a second end could take back what the first one said.
		if (this.#run.end !== null) this.#fault('after-end', 'the capture goes on after the end of its run');
		else if (line.k === 'run') {
			if (this.#run.run === null && this.#numbers.size === 0) this.#run.run = line;
			else this.#fault('second-run', 'the capture holds the beginning of a second run');
		} else if (line.k === 'run-end') this.#run.end = line;
		else if (line.k === 'session') {
			this.#endSession();
			if (this.#numbers.has(line.session)) this.#fault('second-session', `session ${line.session} begins twice`);
			this.#numbers.add(line.session);
			this.#session = new SessionDecoder(line);
			const flash = this.#flashes.get(line.session);
			if (flash !== undefined) this.#session.flash(flash);
		} else if (line.k === 'flash') {
			this.#flashes.set(line.session, line);
			if (this.#session?.session.event.session === line.session) this.#session.flash(line);
		} else if (line.k === 'fault' && this.#session === null) this.#run.faults.push(line);
		else if (line.k === 'session-end') {
			if (this.#session?.session.event.session !== line.session)
				this.#fault('session-end', `session ${line.session} ends, but it was not in progress`);
			this.#session?.push(BigInt(line.t), line);
			this.#keepSession();
		} else if (this.#session === null)
			this.#fault('outside-session', `the capture holds \`${line.k}\` outside of any session`);
		else this.#session.push(BigInt(line.t), line);
	}

	/**
	 * The run as decoded. `damage`: what the capture reader found, `null` for a sound file. `torn`: its last line is not
	 * whole; after the end of the run nothing was to be written any more, so that is damage.
	 */
	finish(damage: string | null, torn = false): DecodedRun {
		this.#endSession();
		this.#run.damage =
			damage ?? (torn && this.#run.end !== null ? 'the capture goes on after the end of its run' : null);
		return this.#run;
	}

	/** Each once: a forged capture could repeat them without end. */
	#fault(code: string, text: string): void {
		if (!this.#run.faults.some((fault) => fault.code === code)) this.#run.faults.push({ k: 'fault', code, text });
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
		if (done) return decoder.finish(value.damage, value.torn);
		decoder.push(value);
	}
}
