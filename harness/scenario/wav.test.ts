import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { isOssicleError } from '../error.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import { parseWav, readWav } from './wav.ts';

interface Parts {
	format?: number;
	channels?: number;
	rate?: number;
	bits?: number;
	data?: Buffer;
	declaredBytes?: number;
	/** Bytes between `fmt ` and `data`. */
	extra?: Buffer;
}

/** A WAV file, right unless told otherwise. */
function wav({
	format = 1,
	channels = 1,
	rate = 16_000,
	bits = 16,
	data = Buffer.from([1, 0, 255, 255]),
	declaredBytes = data.length,
	extra = Buffer.alloc(0),
}: Parts = {}): Buffer {
	const head = Buffer.alloc(36);
	head.write('RIFF', 0);
	head.writeUInt32LE(36 + extra.length + data.length, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(format, 20);
	head.writeUInt16LE(channels, 22);
	head.writeUInt32LE(rate, 24);
	head.writeUInt32LE((rate * channels * bits) / 8, 28);
	head.writeUInt16LE((channels * bits) / 8, 32);
	head.writeUInt16LE(bits, 34);
	const dataHead = Buffer.alloc(8);
	dataHead.write('data', 0);
	dataHead.writeUInt32LE(declaredBytes, 4);
	return Buffer.concat([head, extra, dataHead, data]);
}

test('samples, rate and hash of a good file', (t) => {
	const bytes = wav({ data: Buffer.from([0, 128, 255, 127, 1, 0]) });
	const audio = parseWav(bytes, 16_000, 'a.wav');
	t.deepEqual([...audio.samples], [-32_768, 32_767, 1]);
	t.is(audio.sha256, createHash('sha256').update(bytes).digest('hex'));
});

test('chunks in between are skipped, an odd one with its pad byte', (t) => {
	const extra = Buffer.from([...Buffer.from('LIST'), 3, 0, 0, 0, 1, 2, 3, 0]);
	t.deepEqual([...parseWav(wav({ extra }), 16_000, 'a.wav').samples], [1, -1]);
});

const refused = test.macro((t, bytes: Buffer, message: string) => {
	const error = t.throws(() => parseWav(bytes, 16_000, 'a.wav'));
	t.true(isOssicleError(error) && error.kind === 'usage' && error.code === 'wav');
	t.is(error?.message, message);
});
const AGAIN = 'The file is damaged: make it again, or take it from version control.';
const SOX = 'Convert it: `sox in.wav -b 16 -c 1 -r 16000 out.wav`, and write its sidecar anew.';

test('empty file', refused, Buffer.alloc(0), `a.wav: expected a WAV file, found an empty file. ${AGAIN}`);
test(
	'not a WAV',
	refused,
	Buffer.from('OggS and so on'),
	'a.wav: expected a RIFF/WAVE header, found bytes 4f67675320616e6420736f20. Convert it: `sox in.wav -b 16 -c 1 -r 16000 out.wav`.',
);
test('8-bit', refused, wav({ bits: 8 }), `a.wav: expected 16 bits a sample, found 8 bits. ${SOX}`);
test('stereo', refused, wav({ channels: 2 }), `a.wav: expected 1 channel (mono), found 2 channels. ${SOX}`);
test('44.1 kHz', refused, wav({ rate: 44_100 }), `a.wav: expected 16000 Hz, found 44100 Hz. ${SOX}`);
test(
	'float',
	refused,
	wav({ format: 3, bits: 32 }),
	`a.wav: expected PCM (format 1) or mu-law (format 7), found format 3. ${SOX}`,
);

/** A mu-law file of these codes, with its `fact` chunk. */
function mulawWav(codes: readonly number[], samples = codes.length, parts: Parts = {}): Buffer {
	const fact = Buffer.alloc(12);
	fact.write('fact', 0);
	fact.writeUInt32LE(4, 4);
	fact.writeUInt32LE(samples, 8);
	return wav({ format: 7, bits: 8, data: Buffer.from(codes), extra: fact, ...parts });
}

test('mu-law is expanded by G.711, and sent as mu-law the very codes of the file reach the device', (t) => {
	// Minus zero (0x7f) and zero are the same sample; it is sent as zero. Runs of zeros would be sent as silence.
	const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => code !== 0x7f);
	const { samples } = parseWav(mulawWav(codes), 16_000, 'a.wav');
	t.deepEqual([samples[0], samples[0x80 - 1], samples.at(-1)], [-32_124, 32_124, 0]);
	const { parts, decoded } = prepareClip(samples, { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });
	const sent = parts.flatMap((part) => (part.kind === 'audio' ? [...part.bytes] : []));
	t.deepEqual(sent, codes);
	t.deepEqual(decoded, samples);
	t.deepEqual([...parseWav(mulawWav([0x7f, 0x10]), 16_000, 'a.wav').samples], [0, -15_996]);
});

test(
	'mu-law without a fact chunk',
	refused,
	wav({ format: 7, bits: 8 }),
	`a.wav: expected a \`fact\` chunk before \`data\`, as all but PCM must have, found none. ${AGAIN}`,
);
test(
	'mu-law whose fact chunk counts other samples',
	refused,
	mulawWav([1, 2, 3], 4),
	`a.wav: expected 4 samples as its \`fact\` chunk says, found 3 bytes of audio. ${AGAIN}`,
);
test(
	'mu-law of 16 bits',
	refused,
	mulawWav([1, 2], 2, { bits: 16 }),
	`a.wav: expected 8 bits a sample of mu-law, found 16 bits. ${SOX}`,
);
test(
	'mu-law cut short',
	refused,
	mulawWav([1, 2], 2, { declaredBytes: 9 }),
	`a.wav: expected 9 bytes of audio as its header says, found 2: the file is cut short. ${AGAIN}`,
);
test(
	'cut short',
	refused,
	wav({ declaredBytes: 6 }),
	`a.wav: expected 6 bytes of audio as its header says, found 4: the file is cut short. ${AGAIN}`,
);
test(
	'no audio',
	refused,
	wav({ data: Buffer.alloc(0) }),
	`a.wav: expected audio, found a \`data\` chunk of 0 bytes. ${AGAIN}`,
);
test(
	'half a sample',
	refused,
	wav({ data: Buffer.alloc(3) }),
	`a.wav: expected a whole number of 16-bit samples, found 3 bytes. ${AGAIN}`,
);
test('cut inside the header', refused, wav().subarray(0, 38), `a.wav: expected a \`data\` chunk, found none. ${AGAIN}`);

test('a file that is not there', (t) => {
	t.is(t.throws(() => readWav('/nonexistent/a.wav', 16_000))?.message, '/nonexistent/a.wav: cannot be read (ENOENT).');
});

test('any bytes either parse or are refused with a sentence', (t) => {
	const anything = fc.oneof(
		fc.uint8Array({ maxLength: 200 }),
		fc.tuple(fc.nat(43), fc.nat(255)).map(([at, value]) => {
			const bytes = wav();
			bytes[at] = value;
			return new Uint8Array(bytes);
		}),
	);
	fc.assert(
		fc.property(anything, (bytes) => {
			try {
				const { samples } = parseWav(Buffer.from(bytes), 16_000, 'a.wav');
				return samples.length > 0;
			} catch (error) {
				return isOssicleError(error);
			}
		}),
		{ numRuns: 2000 },
	);
	t.pass();
});
