/** `make GATING=1`: a hop of lasting silence costs the core next to nothing, and a hop that is heard costs what it did. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withDevice } from '../../harness/ava.ts';
import { loadScenario } from '../../harness/scenario/load-scenario.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const imagePath = path.join(ROOT, 'firmware/build/stm32f405-gating/liquid-audio.elf');
/** firmware/apps/liquid-audio/gate.h */
const QUIET_HOPS = 8;

withDevice(
	'a gated hop costs a fiftieth of one that is computed, or less',
	'stm32f405-emulated',
	async (t, { session }) => {
		const hop = session.hello.hop;
		// Silence, then a tone of one second's quarter, then silence again.
		const [before, loud, after] = [12 * hop, 15 * hop, 20 * hop];
		const samples = Int16Array.from({ length: before + loud + after }, (_, i) =>
			i >= before && i < before + loud ? Math.round(3000 * Math.sin(i / 3)) : 0,
		);
		const clip = prepareClip(samples, { codec: 'mulaw', pacing: 'preload', sampleRate: 16_000 });
		const outcome = await session.runClip(clip, { name: 'made', segment: 'gating' });
		t.deepEqual(outcome.problems, []);
		const records = outcome.attempts.at(-1)?.inferences ?? [];
		const due = records.map((_, i) =>
			i * hop < before ? i >= QUIET_HOPS - 1 : i * hop >= before + loud + (QUIET_HOPS - 1) * hop,
		);
		t.deepEqual(
			records.map((record) => record.gated),
			due,
		);
		const awake = (gated: boolean) =>
			records.slice(1).flatMap((record) => (record.gated === gated ? [record.awakeCycles] : []));
		const [most, least] = [Math.max(...awake(true)), Math.min(...awake(false))];
		t.log(`gated at most ${most}, computed at least ${least} ticks awake`);
		t.true(50 * most <= least, `gated at most ${most}, computed at least ${least} ticks awake`);
	},
	{ imagePath },
);

withDevice(
	'the keywords are decided as without the gate',
	'stm32f405-emulated',
	async (t, { session }) => {
		const { segments } = loadScenario(path.join(ROOT, 'scenarios/liquid-audio'));
		const clips = segments[0]?.loadedClips.filter(({ name }) => /(yes|stop|silence)-01$/.test(name)) ?? [];
		for (const { name, label, read } of clips) {
			const clip = prepareClip(read().samples, { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });
			const outcome = await session.runClip(clip, { name, segment: 'gating' });
			const last = outcome.attempts.at(-1);
			t.is(session.hello.labels[last?.decision?.label ?? -1], label ?? '', name);
			t.true(
				last?.inferences.some((record) => record.gated),
				`${name}: no hop was gated`,
			);
		}
		t.is(clips.length, 3);
	},
	{ imagePath },
);
