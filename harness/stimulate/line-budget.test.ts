import test from 'ava';
import { OssicleError } from '../error.ts';
import { assertLineCarries, type LineLoad, lineBudget } from './line-budget.ts';

const load: LineLoad = {
	codec: 'pcm16',
	pacing: 'realtime',
	sampleRate: 16_000,
	hop: 256,
	stages: 3,
	labels: 12,
	baud: 921_600,
};

test('the sum is the one done by hand', (t) => {
	// 125 frames/s of 128 samples: 256 + 4 (offset) + 8 (version, type, sequence, CRC) + 2 (COBS) + 2 (delimiters) = 272.
	const { downBytesPerSecond, lineBytesPerSecond, share } = lineBudget(load);
	t.is(downBytesPerSecond, 125 * 272);
	t.is(lineBytesPerSecond, 92_160);
	t.is(share, 34_000 / 92_160);
	// 16 records of 40 bytes are 640 bytes, 856 in base64, in a line of 93 more: 3.90625 lines/s; 125 acks of 60; 2 beats of 92.
	t.is(lineBudget(load).upBytesPerSecond, 3.90625 * (856 + 93) + 125 * 60 + 2 * 92);
});

test('921600 baud carries every codec, 115200 only ima-adpcm', (t) => {
	const fits = (codec: LineLoad['codec'], baud: number) => lineBudget({ ...load, codec, baud }).fits;
	t.true(fits('pcm16', 921_600) && fits('mulaw', 921_600) && fits('ima-adpcm', 921_600));
	t.deepEqual([fits('pcm16', 115_200), fits('mulaw', 115_200), fits('ima-adpcm', 115_200)], [false, false, true]);
});

test('a load the line cannot carry is refused with the arithmetic and with what would fit', (t) => {
	const error = t.throws(() => assertLineCarries({ ...load, baud: 115_200 }), { instanceOf: OssicleError });
	t.is(error?.code, 'line-budget');
	t.is(error?.kind, 'usage');
	t.is(
		error?.message,
		'the line cannot carry this stream in real time: down 16000 samples/s as pcm16 in frames of 128 samples = 125 frames/s x 272 bytes ' +
			'(256 of audio) = 34000 bytes/s (295 %); up inferences 3707 + scores 0 + features 0 + ADC 0 + acks 7500 + beats 184 = 11391 bytes/s (99 %); ' +
			'the line carries 115200 baud / 10 bits = 11520 bytes/s each way. At most 80 % may be used, this is 295 %. What would fit: ' +
			'ima-adpcm at 115200 baud; pcm16 at 460800 baud; pacing `preload` or `fast`, which do not need the audio in real time.',
	);
});

test('the fuller direction decides: scores and ADC counts can be too much for the way up', (t) => {
	const slow = { ...load, codec: 'ima-adpcm', baud: 115_200 } as const;
	t.true(lineBudget(slow).fits);
	t.false(lineBudget({ ...slow, scores: true }).fits);
	t.false(lineBudget({ ...slow, adcHz: 4000 }).fits);
});

test('features are reckoned with at their most: the device tells how many there are only when it sends them', (t) => {
	const up = (features: boolean) => lineBudget({ ...load, features }).upBytesPerSecond;
	// 62.5 hops/s x (128 x 2 bytes = 344 in base64, in a line of 99 more).
	t.is(up(true) - up(false), 62.5 * (344 + 99));
	t.true(lineBudget({ ...load, features: true }).fits);
	t.false(lineBudget({ ...load, codec: 'ima-adpcm', baud: 115_200, features: true }).fits);
});

test('pacings that wait for credit are never refused', (t) => {
	t.notThrows(() => assertLineCarries({ ...load, pacing: 'fast', baud: 9600 }));
	t.notThrows(() => assertLineCarries({ ...load, pacing: 'preload', baud: 9600 }));
});
