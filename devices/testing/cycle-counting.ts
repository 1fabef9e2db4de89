import { truncate } from 'node:fs/promises';
import { withDevice } from '../../harness/ava.ts';
import type { HopCycles } from '../../harness/capture/cycle-lines.ts';
import type { DecodedClip } from '../../harness/capture/session-data.ts';
import { isOssicleError } from '../../harness/error.ts';
import { cycleFault } from '../../harness/measure/cycle-model.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';
import type { QemuDevice } from '../emulated/qemu-device.ts';

const HOPS = 24;
/** Loud enough for no gate to shut, and another in each hop. */
const LOUD = Int16Array.from({ length: 256 * HOPS }, (_, i) => Math.round(3000 * Math.sin(i / 3 + (i / 900) ** 2)));
/** Stages in `hello.stages`. */
const CELL = 1;

const clipFor = (pacing: 'fast' | 'preload') => prepareClip(LOUD, { codec: 'mulaw', pacing, sampleRate: 16_000 });
const stagesOf = (hops: readonly HopCycles[]) => hops.map(({ stages }) => stages);

function hopsOf(clip: DecodedClip | undefined): readonly HopCycles[] {
	const { cycles } = clip ?? {};
	if (cycles === undefined || cycles.problem !== null) throw new Error(cycles?.problem ?? 'there are no cycles');
	return cycles.hops;
}

/** Registers tests that the cycle model of an emulated board counts what its stages execute, and nothing else. */
export function cyclesAreEstimated(deviceId: string): void {
	let firstBoot: ReturnType<typeof stagesOf> | null = null;
	for (const boot of ['one', 'the other'])
		withDevice(`the same audio takes the same cycles, however it comes: ${boot} boot`, deviceId, async (t, context) => {
			const { session, facts } = context;
			// Sent while it computes, byte by byte, or before it begins: interrupts differ, and stages must not.
			for (const pacing of ['fast', 'preload', 'fast'] as const) {
				const outcome = await session.runClip(clipFor(pacing), { name: pacing, segment: 'cycles' });
				t.deepEqual(outcome.problems, []);
				const clip = outcome.attempts.at(-1) as DecodedClip;
				t.is(cycleFault([clip], session.hello, facts), null);
				const hops = hopsOf(clip);
				t.is(hops.length, HOPS);
				firstBoot ??= stagesOf(hops);
				t.deepEqual(stagesOf(hops), firstBoot, pacing);
				for (const { stages, awake, irq } of hops) {
					const [instructions, cycles] = (['instructions', 'cycles'] as const).map((what) =>
						stages.reduce((sum, stage) => sum + (stage?.[what] ?? 0), 0),
					);
					t.true((cycles ?? 0) > (instructions ?? 0) && (cycles ?? 0) < 2 * (instructions ?? 0), `${cycles}`);
					t.true(awake.cycles >= irq.cycles + (cycles ?? 0));
					t.deepEqual([...new Set(stages.map((stage) => stage?.floats))], [0], 'the app computes in integers');
				}
			}
		});

	withDevice(
		'a loop takes its cycles, and interrupts within it take none of them',
		deviceId,
		async (t, { session, facts }) => {
			const run = async () => {
				const outcome = await session.runClip(clipFor('fast'), { name: 'loop', segment: 'cycles' });
				t.deepEqual(outcome.problems, []);
				return hopsOf(outcome.attempts.at(-1));
			};
			const without = await run();
			// 40 ms at one instruction a cycle: the hop timer interrupts it twice at least.
			const spins = Math.round((0.02 * facts.clock.hz) / 2) * 2;
			await session.param('spin.cell', spins);
			const spun = await run();
			const added = spun.map(({ stages }, hop) => {
				const before = without[hop]?.stages[CELL];
				const after = stages[CELL];
				return [(after?.instructions ?? 0) - (before?.instructions ?? 0), (after?.cycles ?? 0) - (before?.cycles ?? 0)];
			});
			t.is(new Set(added.map(String)).size, 1, 'the same in each hop');
			const [instructions = 0, cycles = 0] = added[0] ?? [];
			// `subs; bne`, two cycles more for each branch that is taken; a call and a return come with it.
			t.true(instructions >= 2 * spins && instructions < 2 * spins + 32, `${instructions} for ${spins} turns`);
			t.true(cycles >= 4 * spins - 2 && cycles < 4 * spins + 64, `${cycles} for ${spins} turns`);
			const interrupted = spun.filter(({ irq }) => irq.instructions > 0);
			t.is(interrupted.length, HOPS, 'the hop timer ran in each of them');
		},
	);

	withDevice('counts that are lost end the session', deviceId, async (t, { session, device }) => {
		await session.runClip(clipFor('fast'), { name: 'sound', segment: 'cycles' });
		const { pluginLog } = (device as QemuDevice).qemu;
		await truncate(pluginLog as string, 0);
		const error = await t.throwsAsync(session.runClip(clipFor('fast'), { name: 'lost', segment: 'cycles' }));
		t.true(isOssicleError(error) && error.kind === 'rig' && error.code === 'cycle-log', String(error));
		t.is(session.decoded.faults.at(-1)?.code, 'cycle-log');
	});
}
