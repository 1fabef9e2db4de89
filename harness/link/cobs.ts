/**
 * Consistent Overhead Byte Stuffing (Cheshire & Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on
 * Networking 7(2), 1999): rewrites bytes so that none is 0x00, at the cost of one byte in 254.
 */

/** A block of 254 bytes without a zero has the code 0xFF and implies no zero after it. */
const FULL_BLOCK = 0xff;

/** Longest encoding of `length` bytes, delimiters not included. */
export function cobsBound(length: number): number {
	return length + Math.floor(length / 254) + 1;
}

/** Encodes any bytes. The result holds no 0x00 and no delimiter. */
export function cobsEncode(data: Uint8Array): Uint8Array {
	const out = new Uint8Array(cobsBound(data.length));
	let code = 0; // where the code of the open block will stand
	let end = 1;
	for (let i = 0; i < data.length; i++) {
		const byte = data[i] as number;
		if (byte !== 0) out[end++] = byte;
		const length = end - code;
		if (byte === 0 || (length === FULL_BLOCK && i + 1 < data.length)) {
			out[code] = length;
			code = end++;
		}
	}
	out[code] = end - code;
	return out.subarray(0, end);
}

/** Decodes one encoding without delimiters; `null` when a code is zero, missing, or points past the end. */
export function cobsDecode(encoded: Uint8Array): Uint8Array | null {
	if (encoded.length === 0) return null;
	const out = new Uint8Array(encoded.length);
	let end = 0;
	let at = 0;
	while (at < encoded.length) {
		const code = encoded[at] as number;
		if (code === 0 || at + code > encoded.length) return null;
		const block = encoded.subarray(at + 1, at + code);
		if (block.includes(0)) return null;
		out.set(block, end);
		end += block.length;
		at += code;
		if (code !== FULL_BLOCK && at < encoded.length) out[end++] = 0;
	}
	return out.subarray(0, end);
}
