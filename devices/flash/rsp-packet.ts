/**
 * Packets of the gdb remote serial protocol: `$`, payload, `#`, two hex digits: the sum of the payload's bytes modulo 256
 * ("Debugging with GDB", appendix E, "Remote Protocol", Overview). What a server sends is untrusted: anything that cannot be
 * part of the protocol is a fault, never skipped.
 */

/** Longest payload taken from a server; QEMU's are at most 4096. */
export const MAX_PAYLOAD_CHARACTERS = 65_536;

export type RspEvent = { kind: 'ack' } | { kind: 'nak' } | { kind: 'damaged' } | { kind: 'packet'; payload: string };

/** What arrived cannot be the protocol; the message says what was expected and what came. */
export class RspSyntaxError extends Error {}

/** A command as bytes. It is ours, so it holds none of the characters that would need escaping. */
export function encodePacket(command: string): Buffer {
	if (!/^[ -"%-)+-|~]*$/.test(command)) throw new RangeError(`not a plain command: ${JSON.stringify(command)}`);
	return Buffer.from(`$${command}#${hexByte(sumOf(Buffer.from(command, 'latin1')))}`, 'latin1');
}

/** Cuts a stream into acknowledgements and packets, wherever its chunks end. */
export class RspReader {
	#bytes = Buffer.alloc(0);

	/** @throws RspSyntaxError; the stream is lost then */
	push(chunk: Uint8Array): RspEvent[] {
		this.#bytes = Buffer.concat([this.#bytes, chunk]);
		const events: RspEvent[] = [];
		for (let event = this.#next(); event !== null; event = this.#next()) events.push(event);
		return events;
	}

	#next(): RspEvent | null {
		const [first] = this.#bytes;
		if (first === undefined) return null;
		if (first === 0x2b || first === 0x2d) {
			this.#bytes = this.#bytes.subarray(1);
			return { kind: first === 0x2b ? 'ack' : 'nak' };
		}
		if (first !== 0x24) throw new RspSyntaxError(`expected +, - or $, got byte 0x${hexByte(first)} between packets`);
		const end = this.#bytes.indexOf(0x23);
		if (end > MAX_PAYLOAD_CHARACTERS || (end < 0 && this.#bytes.length > MAX_PAYLOAD_CHARACTERS))
			throw new RspSyntaxError(`expected at most ${MAX_PAYLOAD_CHARACTERS} characters in a packet, got more`);
		if (end < 0 || this.#bytes.length < end + 3) return null;
		const payload = this.#bytes.subarray(1, end);
		const sum = this.#bytes.toString('latin1', end + 1, end + 3);
		this.#bytes = this.#bytes.subarray(end + 3);
		if (!/^[0-9a-fA-F]{2}$/.test(sum))
			throw new RspSyntaxError(`expected a checksum of two hex digits, got ${JSON.stringify(sum)}`);
		if (Number.parseInt(sum, 16) !== sumOf(payload)) return { kind: 'damaged' };
		return { kind: 'packet', payload: decodePayload(payload) };
	}
}

/** Undoes escapes (`}` and the byte XOR 0x20) and runs (`*` and the count + 29). */
function decodePayload(payload: Buffer): string {
	const text: number[] = [];
	for (let at = 0; at < payload.length; at++) {
		const byte = payload[at] as number;
		if (byte === 0x24) throw new RspSyntaxError('expected no $ inside a packet, got one');
		if (byte !== 0x7d && byte !== 0x2a) {
			text.push(byte);
			continue;
		}
		const next = payload[++at];
		if (next === undefined) throw new RspSyntaxError(`expected a byte after ${byte === 0x7d ? '}' : '*'}, got none`);
		if (byte === 0x7d) text.push(next ^ 0x20);
		else appendRun(text, next);
		if (text.length > MAX_PAYLOAD_CHARACTERS)
			throw new RspSyntaxError(`expected at most ${MAX_PAYLOAD_CHARACTERS} characters in a packet, got more`);
	}
	return Buffer.from(text).toString('latin1');
}

function appendRun(text: number[], countByte: number): void {
	const last = text.at(-1);
	const count = countByte - 29;
	if (last === undefined || count < 3 || countByte > 126)
		throw new RspSyntaxError(
			`expected a run of 3 to 97 characters after one to repeat, got byte 0x${hexByte(countByte)}`,
		);
	for (let times = 0; times < count; times++) text.push(last);
}

const sumOf = (bytes: Uint8Array) => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);
const hexByte = (value: number) => value.toString(16).padStart(2, '0');
