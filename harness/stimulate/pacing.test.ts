import test from 'ava';
import { tone } from '../testing/sounds.ts';
import { clipMs, dueMs } from './pacing.ts';
import { prepareClip } from './prepare-clip.ts';

test('no part is due before the time of its last sample, and the last one at the end of the clip', (t) => {
	const clip = prepareClip(tone(16_000), { codec: 'pcm16', pacing: 'realtime', sampleRate: 16_000 });
	for (const part of clip.parts) {
		const lastSampleMs = ((part.offset + part.count - 1) * 1000) / 16_000;
		t.true(dueMs(part, 16_000) >= lastSampleMs);
	}
	t.is(dueMs(clip.parts.at(-1) as { offset: number; count: number }, 16_000), 1000);
	t.is(clipMs(clip), 1000);
});

test('realtime parts are no longer than a hop of 16 ms', (t) => {
	for (const codec of ['pcm16', 'mulaw', 'ima-adpcm'] as const) {
		const clip = prepareClip(tone(4000), { codec, pacing: 'realtime', sampleRate: 16_000 });
		t.true(clip.parts.every((part) => part.count <= 256));
	}
});
