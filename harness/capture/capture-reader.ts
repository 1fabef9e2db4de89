import { createReadStream } from 'node:fs';
import { CHAIN_START, verifyLine } from './capture-chain.ts';
import type { CaptureLine } from './capture-line.ts';
import { checkShape } from './capture-shape.ts';

/** The longest line we read: an `analogue` event of some minutes is far below it. Bounds our memory. */
const LONGEST_LINE_BYTES = 32 * 1024 * 1024;

/** How a capture ended. */
export interface CaptureEnd {
	/** Where the chain breaks and how; `null` for a sound file. Nothing after it was read. */
	damage: string | null;
	/** The last line is torn: the controller was killed while it wrote. What stands before it is sound. */
	torn: boolean;
}

/**
 * Streams a capture, line by verified line; returns how it ended. Memory is bounded by one line. Throws only when the file
 * cannot be read at all.
 */
export async function* readCapture(path: string): AsyncGenerator<CaptureLine, CaptureEnd> {
	let link = CHAIN_START;
	let n = 0;
	for await (const { bytes, whole } of lines(path)) {
		if (!whole)
			return bytes === null ? damaged(n, `is longer than ${LONGEST_LINE_BYTES} bytes`) : { damage: null, torn: true };
		const next = verifyLine(link, (bytes as Buffer).toString('utf8'));
		if (next === null)
			return damaged(n, 'does not belong behind the line before it: something was changed, lost or repeated');
		const checked = parse(bytes as Buffer);
		if ('wrong' in checked) return damaged(n, checked.wrong);
		if (checked.line.n !== n) return damaged(n, `calls itself line ${checked.line.n}`);
		yield checked.line;
		link = next;
		n += 1;
	}
	return { damage: null, torn: false };
}

/** All of a capture at once, for short ones. */
export async function readWholeCapture(path: string): Promise<CaptureEnd & { lines: CaptureLine[] }> {
	const all: CaptureLine[] = [];
	const reader = readCapture(path);
	for (;;) {
		const { value, done } = await reader.next();
		if (done) return { ...value, lines: all };
		all.push(value);
	}
}

const damaged = (n: number, why: string): CaptureEnd => ({
	damage: `line ${n + 1} of the capture ${why}`,
	torn: false,
});

function parse(bytes: Buffer): ReturnType<typeof checkShape> {
	try {
		return checkShape(JSON.parse(bytes.toString('utf8')));
	} catch {
		return { wrong: 'is not JSON' };
	}
}

/** `whole: false`: the file ended inside this line (`bytes`), or the line is too long (`bytes` is `null`). */
async function* lines(path: string): AsyncGenerator<{ bytes: Buffer | null; whole: boolean }> {
	let parts: Buffer[] = [];
	let length = 0;
	for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
		let from = 0;
		for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
			parts.push(chunk.subarray(from, end));
			yield { bytes: Buffer.concat(parts), whole: true };
			from = end + 1;
			parts = [];
			length = 0;
		}
		parts.push(chunk.subarray(from));
		length += chunk.length - from;
		if (length > LONGEST_LINE_BYTES) return yield { bytes: null, whole: false };
	}
	if (length > 0) yield { bytes: Buffer.concat(parts), whole: false };
}
