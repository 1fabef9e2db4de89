import { withDevice } from '../../harness/ava.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';

/** Instructions of one turn of the firmware's busy loop: `subs; bne`. */
const INSTRUCTIONS_PER_SPIN = 2;
const HOPS = 6;
/** Loud enough for no gate to shut. */
const LOUD = Int16Array.from({ length: 256 * HOPS }, (_, i) => Math.round(3000 * Math.sin(i / 3)));
/** Stages in `hello.stages`. */
const CELL = 1;

/**
 * Registers tests that a stage of each length is counted right by an emulated board. Choose lengths around the wraps of its
 * counter.
 */
export function stagesAreCountedRight(deviceId: string, stagesMs: readonly number[]): void {
	for (const stageMs of stagesMs) {
		withDevice(`a stage of ${stageMs} ms is counted right`, deviceId, async (t, { session, facts }) => {
			const { counterHz = 0, icountShift = 0 } = facts.emulator ?? {};
			const ticksPerInstruction = counterHz * 2 ** icountShift * 1e-9;
			const ticks = (stageMs / 1000) * counterHz;
			const spins = Math.round(ticks / ticksPerInstruction / INSTRUCTIONS_PER_SPIN);
			const clip = prepareClip(LOUD, { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });
			const cellTicks = async (name: string) => {
				const outcome = await session.runClip(clip, { name, segment: 'stages' });
				t.deepEqual(outcome.problems, []);
				return (outcome.attempts.at(-1)?.inferences ?? []).map((record) => record.stageCycles[CELL] ?? Number.NaN);
			};
			const without = await cellTicks('plain');
			await session.param('spin.cell', spins);
			const spun = await cellTicks('spun');
			t.is(spun.length, HOPS);
			const expected = spins * INSTRUCTIONS_PER_SPIN * ticksPerInstruction;
			for (const [hop, count] of spun.entries()) {
				const added = count - (without[hop] ?? Number.NaN);
				// A call, a compare and a return come with the loop; a lost wrap would be 2^24 ticks, or those of a hop.
				t.true(Math.abs(added - expected) < 64, `hop ${hop}: ${added} ticks were added, ${expected} expected`);
			}
		});
	}
}
