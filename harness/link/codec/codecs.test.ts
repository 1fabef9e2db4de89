import test from 'ava';
import fc from 'fast-check';
import { readVectors } from '../../schema/generate-vectors.ts';
import { decodeAudio } from './codec.ts';
import { decodeImaBlock, encodeImaBlock } from './ima-adpcm.ts';
import { decodeMulaw, encodeMulaw } from './mulaw.ts';
import { decodePcm16, encodePcm16 } from './pcm16.ts';

const anySamples = fc.int16Array({ maxLength: 300 });

test('mu-law decodes all 256 codes as G.711 has them', async (t) => {
	const { cases } = await readVectors('mulaw');
	t.is(cases.length, 256);
	for (const { code, sample } of cases) t.is(decodeMulaw(Uint8Array.of(code))[0], sample, code.toString(16));
});

test('mu-law encodes each decoded value to its own code (the two zeros to 0xFF)', async (t) => {
	for (const { code, sample } of (await readVectors('mulaw')).cases) {
		t.is(encodeMulaw(Int16Array.of(sample))[0], code === 0x7f ? 0xff : code);
	}
});

test('mu-law is never further off than half a step of its segment', (t) => {
	for (let sample = -32768; sample <= 32767; sample++) {
		const decoded = decodeMulaw(encodeMulaw(Int16Array.of(sample)))[0] as number;
		const step = 8 << Math.max(0, Math.floor(Math.log2(Math.abs(decoded) + 132)) - 7);
		// Beyond the largest value of G.711 the code stays at its end.
		if (Math.abs(sample) <= 32635) t.true(Math.abs(decoded - sample) <= step / 2, `${sample} -> ${decoded}`);
		else t.is(Math.abs(decoded), 32124);
	}
});

test('IMA ADPCM decodes the vectors', async (t) => {
	for (const { name, block, samples } of (await readVectors('ima-adpcm')).cases) {
		t.deepEqual([...(decodeImaBlock(Buffer.from(block, 'hex')) ?? [])], samples, name);
	}
});

test('IMA ADPCM: the encoder ends in the state the decoder ends in', (t) => {
	const state = fc.record({
		predictor: fc.integer({ min: -32768, max: 32767 }),
		index: fc.integer({ min: 0, max: 88 }),
	});
	fc.assert(
		fc.property(anySamples, state, (samples, start) => {
			const even = samples.subarray(0, samples.length - (samples.length % 2));
			const { block, after } = encodeImaBlock(even, start);
			const decoded = decodeImaBlock(block);
			return (
				decoded !== null && decoded.length === even.length && (even.length === 0 || decoded.at(-1) === after.predictor)
			);
		}),
	);
	t.pass();
});

test('IMA ADPCM follows a tone closely once it has found its step', (t) => {
	const tone = Int16Array.from({ length: 2000 }, (_, i) => Math.round(8000 * Math.sin(i / 12)));
	const { block } = encodeImaBlock(tone, { predictor: 0, index: 0 });
	const decoded = decodeImaBlock(block) as Int16Array;
	const worst = tone
		.subarray(200)
		.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (decoded[i + 200] as number))), 0);
	t.true(worst < 400, `off by ${worst}`);
});

test('IMA ADPCM refuses an odd number of samples, a short head and an index beyond its table', (t) => {
	t.throws(() => encodeImaBlock(new Int16Array(3), { predictor: 0, index: 0 }), { instanceOf: RangeError });
	t.is(decodeImaBlock(Uint8Array.of(0, 0, 0)), null);
	t.is(decodeImaBlock(Uint8Array.of(0, 0, 89, 0, 1)), null);
});

test('pcm16 comes back as it went, and half a sample is refused', (t) => {
	fc.assert(
		fc.property(anySamples, (samples) =>
			Buffer.from(decodePcm16(encodePcm16(samples))?.buffer as ArrayBuffer).equals(Buffer.from(samples.slice().buffer)),
		),
	);
	t.deepEqual([...encodePcm16(Int16Array.of(-2))], [0xfe, 0xff]);
	t.is(decodePcm16(new Uint8Array(3)), null);
});

test('no codec throws on arbitrary bytes', (t) => {
	const codec = fc.constantFrom('pcm16' as const, 'mulaw' as const, 'ima-adpcm' as const);
	fc.assert(
		fc.property(codec, fc.uint8Array({ maxLength: 520 }), (name, bytes) => {
			const decoded = decodeAudio(name, bytes);
			return decoded === null || decoded.length <= bytes.length * 2;
		}),
	);
	t.pass();
});
