import test from 'ava';
import fc from 'fast-check';
import { OssicleError } from '../error.ts';
import { decodeAudio } from '../link/codec/codec.ts';
import { crcOfSamples, hex32 } from '../link/crc32.ts';
import { tone, toneWithPause } from '../testing/sounds.ts';
import { type PreparedClip, prepareClip } from './prepare-clip.ts';

const CODECS = ['pcm16', 'mulaw', 'ima-adpcm'] as const;

/** What a device makes of the parts, in order. */
function heard(clip: PreparedClip): Int16Array {
	const out = new Int16Array(clip.samples);
	let due = 0;
	for (const part of clip.parts) {
		if (part.offset !== due) throw new Error(`part at ${part.offset}, ${due} was due`);
		if (part.kind === 'audio') out.set(decodeAudio(clip.codec, part.bytes) as Int16Array, part.offset);
		due += part.count;
	}
	if (due !== clip.samples) throw new Error(`${due} samples in the parts of ${clip.samples}`);
	return out;
}

test('the parts, decoded by themselves, are the decoded samples, for any audio, codec and pacing', (t) => {
	const quiet = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: -32768, max: 32767 })), {
		minLength: 1,
		maxLength: 700,
	});
	const withRuns = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: 1, max: 200 })), {
		minLength: 1,
		maxLength: 12,
	});
	const samples = fc.oneof(
		quiet,
		withRuns.map((runs) => runs.flatMap(([value, count]) => new Array<number>(count).fill(value))),
	);
	fc.assert(
		fc.property(
			samples,
			fc.constantFrom(...CODECS),
			fc.constantFrom('fast' as const, 'realtime' as const, 'preload' as const),
			(values, codec, pacing) => {
				const even = codec === 'ima-adpcm' && values.length % 2 !== 0 ? [...values, 0] : values;
				const clip = prepareClip(Int16Array.from(even), { codec, pacing, sampleRate: 16000 });
				const same = Buffer.from(heard(clip).buffer).equals(Buffer.from(clip.decoded.buffer));
				const fits = clip.parts.every((part) => part.kind === 'silence' || part.bytes.length <= 508);
				const evenParts =
					codec !== 'ima-adpcm' || clip.parts.every((part) => part.kind === 'silence' || part.count % 2 === 0);
				const noSilence = pacing !== 'realtime' || clip.parts.every((part) => part.kind === 'audio');
				return same && fits && evenParts && noSilence && clip.crcHex === hex32(crcOfSamples(clip.decoded));
			},
		),
	);
	t.pass();
});

test('pcm16 loses nothing; the others are heard as decoded, not as recorded', (t) => {
	const sound = tone(1000);
	t.deepEqual(prepareClip(sound, { codec: 'pcm16', pacing: 'fast', sampleRate: 16000 }).decoded, sound);
	for (const codec of ['mulaw', 'ima-adpcm'] as const) {
		t.notDeepEqual(prepareClip(sound, { codec, pacing: 'fast', sampleRate: 16000 }).decoded, sound);
	}
});

test('mulaw halves the bytes of pcm16, ima-adpcm quarters them', (t) => {
	const bytes = (codec: (typeof CODECS)[number]) =>
		prepareClip(tone(16000), { codec, pacing: 'fast', sampleRate: 16000 }).encodedBytes;
	t.is(bytes('pcm16'), 32000);
	t.is(bytes('mulaw'), 16000);
	t.true(bytes('ima-adpcm') < 8200);
});

test('minutes of silence cost one frame, 63 zeros stay audio', (t) => {
	const long = toneWithPause(16_000 * 120, 16_000, 16_000 * 119);
	const clip = prepareClip(long, { codec: 'ima-adpcm', pacing: 'preload', sampleRate: 16000 });
	t.is(clip.parts.filter((part) => part.kind === 'silence').length, 1);
	t.true(clip.encodedBytes < 17_000);
	const short = prepareClip(toneWithPause(1000, 300, 363), { codec: 'pcm16', pacing: 'fast', sampleRate: 16000 });
	t.true(short.parts.every((part) => part.kind === 'audio'));
});

test('a silence at odd samples leaves even parts around it', (t) => {
	const clip = prepareClip(toneWithPause(1000, 301, 601), { codec: 'ima-adpcm', pacing: 'fast', sampleRate: 16000 });
	const silence = clip.parts.find((part) => part.kind === 'silence');
	t.deepEqual([silence?.offset, silence?.count], [302, 298]);
});

test('a clip that cannot be sent is refused with a reason', (t) => {
	const options = { codec: 'ima-adpcm', pacing: 'fast', sampleRate: 16000 } as const;
	t.is(t.throws(() => prepareClip(tone(33), options), { instanceOf: OssicleError })?.code, 'clip-odd');
	t.is(t.throws(() => prepareClip(new Int16Array(0), options), { instanceOf: OssicleError })?.code, 'clip-empty');
	t.is(
		t.throws(() => prepareClip(tone(32), { ...options, maxAudioBytes: 4 }), { instanceOf: OssicleError })?.code,
		'part-size',
	);
});
