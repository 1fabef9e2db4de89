import { withDevice } from '../../harness/ava.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';

/** Instructions of one turn of the firmware's busy loop: `subs; bne`. */
const INSTRUCTIONS_PER_SPIN = 2;
/** The counter is SysTick, 24 bits: it wraps every 99.9 ms at 168 MHz. */
const STAGES_MS = [90, 105, 210];
const CLIP = prepareClip(new Int16Array(256 * 6).fill(1000), { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });

for (const stageMs of STAGES_MS) {
	withDevice(`a stage of ${stageMs} ms is counted right`, 'stm32f405-emulated', async (t, { session, facts }) => {
		const ticksPerInstruction = (facts.emulator?.counterHz ?? 0) * 2 ** (facts.emulator?.icountShift ?? 0) * 1e-9;
		const ticks = (stageMs / 1000) * (facts.emulator?.counterHz ?? 0);
		const spins = Math.round(ticks / ticksPerInstruction / INSTRUCTIONS_PER_SPIN);
		const cellTicks = async (name: string) => {
			const outcome = await session.runClip(CLIP, { name, segment: 'stages' });
			t.deepEqual(outcome.problems, []);
			return (outcome.attempts.at(-1)?.inferences ?? []).map((record) => record.stageCycles[1] ?? Number.NaN);
		};
		const without = await cellTicks('plain');
		await session.param('spin.cell', spins);
		const spun = await cellTicks('spun');
		t.is(spun.length, 6);
		const expected = spins * INSTRUCTIONS_PER_SPIN * ticksPerInstruction;
		for (const [hop, count] of spun.entries()) {
			const added = count - (without[hop] ?? Number.NaN);
			// A call, a compare and a return come with the loop; a lost wrap would be 2^24 ticks.
			t.true(Math.abs(added - expected) < 64, `hop ${hop}: ${added} ticks were added, ${expected} expected`);
		}
	});
}
