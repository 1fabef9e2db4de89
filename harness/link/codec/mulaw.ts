/**
 * mu-law of ITU-T G.711: sign, 3 bits of segment, 4 bits of mantissa, all inverted; 14-bit values, here scaled to 16.
 * Segment s holds the magnitudes (biased by 33 x 4) from 2^(s+7) to 2^(s+8).
 */
const BIAS = 132;
/** Largest magnitude of G.711 (8158 x 4, table 2a) with the code's half step: above it the code stays 0x80 or 0x00. */
const CLIP = 32635;

const DECODED = Int16Array.from({ length: 256 }, (_, code) => {
	const bits = ~code & 0xff;
	const segment = (bits >> 4) & 7;
	const magnitude = (((bits & 15) << 3) + BIAS) << segment;
	return (bits & 0x80) === 0 ? magnitude - BIAS : BIAS - magnitude;
});

export function encodeMulaw(samples: Int16Array): Uint8Array {
	const out = new Uint8Array(samples.length);
	for (let i = 0; i < samples.length; i++) {
		const sample = samples[i] as number;
		const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
		const segment = 24 - Math.clz32(magnitude); // the position of the leading one: 7 in segment 0, 14 in segment 7
		const mantissa = (magnitude >> (segment + 3)) & 15;
		out[i] = ~((sample < 0 ? 0x80 : 0) | (segment << 4) | mantissa);
	}
	return out;
}

export function decodeMulaw(bytes: Uint8Array): Int16Array {
	const out = new Int16Array(bytes.length);
	for (let i = 0; i < bytes.length; i++) out[i] = DECODED[bytes[i] as number] as number;
	return out;
}
