/** 16-bit linear samples, little-endian. */
export function encodePcm16(samples: Int16Array): Uint8Array {
	const out = Buffer.alloc(samples.length * 2);
	for (let i = 0; i < samples.length; i++) out.writeInt16LE(samples[i] as number, i * 2);
	return out;
}

/** `null` when the number of bytes is odd. */
export function decodePcm16(bytes: Uint8Array): Int16Array | null {
	if (bytes.length % 2 !== 0) return null;
	const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	const out = new Int16Array(bytes.length / 2);
	for (let i = 0; i < out.length; i++) out[i] = view.readInt16LE(i * 2);
	return out;
}
