/** Changes what a captured device said, with right CRCs: a device that lies, or is broken, in one chosen way. */
import type { CaptureEvent, CaptureLine } from '../capture/capture-line.ts';
import type { TelemetryMessage } from '../generated/wire.ts';
import { crc32, hex32 } from '../link/crc32.ts';
import { readTelemetryLine, writeTelemetryLine } from '../link/telemetry-line.ts';

/** For each message: what to put in its place. `null` or nothing: the line is left out; a string: these very bytes. */
export type Rewrite = (message: TelemetryMessage) => (TelemetryMessage | string)[];

/** `honest`: count and CRC of each clip's lines are made right again, so that only the lie itself can be noticed. */
export function rewriteCapture(lines: CaptureLine[], rewrite: Rewrite, { honest = false } = {}): CaptureLine[] {
	let pending = '';
	let total = { lines: 0, crc: 0 };
	const put = (entry: TelemetryMessage | string): string => {
		if (typeof entry === 'string') return `${entry}\n`;
		if (entry.t === 'clip-begin') total = { lines: 0, crc: 0 };
		const message =
			honest && entry.t === 'clip-end' ? { ...entry, lines: total.lines, linesCrc: hex32(total.crc) } : entry;
		const text = `${writeTelemetryLine(message)}\n`;
		total = { lines: total.lines + 1, crc: crc32(text, total.crc) };
		return text;
	};
	return lines.map((line) => {
		if (line.k !== 'rx') return line;
		const texts = (pending + Buffer.from(line.b, 'base64').toString('latin1')).split('\n');
		pending = texts.pop() ?? '';
		const out = texts.map((text) => {
			const read = readTelemetryLine(text);
			return read.kind === 'message' ? rewrite(read.message).map(put).join('') : `${text}\n`;
		});
		return { ...line, b: Buffer.from(out.join(''), 'latin1').toString('base64') };
	});
}

/** Numbers the telemetry anew, for rewrites that leave lines out or add some and want that to go unnoticed. */
export function renumbered(rewrite: Rewrite): Rewrite {
	let q: number | null = null;
	return (message) =>
		rewrite(message).map((entry) => {
			if (typeof entry === 'string') return entry;
			q = q === null || entry.t === 'hello' ? entry.q : (q + 1) >>> 0;
			return { ...entry, q };
		});
}

/** Turns over one bit of all bytes of one direction, counted from the start of the capture. */
export function flipBit(lines: CaptureLine[], direction: 'rx' | 'tx', byte: number, bit: number): CaptureLine[] {
	let at = 0;
	return lines.map((line) => {
		if (line.k !== direction) return line;
		const bytes = Buffer.from(line.b, 'base64');
		const here = byte - at;
		at += bytes.length;
		if (here < 0 || here >= bytes.length) return line;
		bytes[here] = (bytes[here] as number) ^ (1 << bit);
		return { ...line, b: bytes.toString('base64') };
	});
}

/** An event as a capture line, for captures made by hand. */
export function asLine(event: CaptureEvent, n = 0): CaptureLine {
	return { n, t: String(1_000_000 * n), c: '0000000000000000', ...event };
}
