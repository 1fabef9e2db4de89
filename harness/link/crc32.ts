import { crc32 as zlibCrc32 } from 'node:zlib';

/**
 * CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320), as zlib computes it. `previous` is the CRC of the bytes
 * before, so that long data can be hashed in parts.
 */
export function crc32(bytes: Uint8Array | string, previous = 0): number {
	return zlibCrc32(bytes, previous);
}

/** A 32-bit number as eight lower-case hex digits, the spelling of the telemetry lines. */
export function hex32(value: number): string {
	return (value >>> 0).toString(16).padStart(8, '0');
}

/** CRC-32 of samples as 16-bit little-endian, whatever the byte order of this machine. */
export function crcOfSamples(samples: Int16Array, previous = 0): number {
	const bytes = Buffer.alloc(samples.length * 2);
	for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] as number, i * 2);
	return crc32(bytes, previous);
}

const ZEROS = Buffer.alloc(65536);

/** CRC-32 of `count` zero bytes after `previous`; memory stays constant. */
export function crcOfZeros(count: number, previous = 0): number {
	let crc = previous;
	for (let left = count; left > 0; left -= ZEROS.length) {
		crc = crc32(left >= ZEROS.length ? ZEROS : ZEROS.subarray(0, left), crc);
	}
	return crc;
}
