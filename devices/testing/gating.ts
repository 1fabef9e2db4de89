import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withDevice } from '../../harness/ava.ts';
import { loadScenario } from '../../harness/scenario/load-scenario.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';

const SCENARIO = fileURLToPath(new URL('../../scenarios/liquid-audio/keywords.scenario.yaml', import.meta.url));
/** firmware/apps/liquid-audio/gate.h */
const QUIET_HOPS = 8;
/** A gated hop costs so many times less, at least. */
const LEAST_SAVING = 10;

/** Registers tests of the energy gate on an emulated board: silence costs next to nothing, and words are heard as without it. */
export function silenceIsGated(deviceId: string): void {
	withDevice(
		`a gated hop costs a ${LEAST_SAVING}th of one that is computed, or less`,
		deviceId,
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
			t.true(LEAST_SAVING * most <= least, `gated at most ${most}, computed at least ${least} ticks awake`);
		},
	);

	withDevice('the keywords are decided as without the gate', deviceId, async (t, { session }) => {
		const { segments } = loadScenario(SCENARIO);
		const clips = segments[0]?.loadedClips.filter(({ name }) => /(yes|stop|silence)-01$/.test(name)) ?? [];
		t.is(clips.length, 3);
		for (const { name, read } of clips) {
			const clip = prepareClip(read().samples, { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });
			const decide = async (gating: number) => {
				await session.param('gating', gating);
				const outcome = await session.runClip(clip, { name: path.basename(name), segment: 'gating' });
				t.deepEqual(outcome.problems, []);
				return outcome.attempts.at(-1);
			};
			const [gated, ungated] = [await decide(1), await decide(0)];
			t.is(gated?.decision?.label, ungated?.decision?.label, name);
			t.true(
				gated?.inferences.some((record) => record.gated),
				`${name}: no hop was gated`,
			);
			t.false(
				ungated?.inferences.some((record) => record.gated),
				`${name}: a hop was gated with gating off`,
			);
		}
	});
}
