import { withDevice } from '../../harness/ava.ts';
import { costedClip } from '../../harness/capture/costed-clip.ts';
import type { DecodedClip } from '../../harness/capture/session-data.ts';
import { OssicleError } from '../../harness/error.ts';
import { cycleFault } from '../../harness/measure/cycle-model.ts';
import { powerMw } from '../../harness/measure/power.ts';
import { lowPoint, operatingPoint } from '../../harness/scenario/operating-point.ts';
import type { DeviceSession } from '../../harness/session/device-session.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';
import { analogueTrace } from '../emulated/analogue.ts';

const HOP = 256;
/** Silence, then noise that gets half as loud again with each hop, so that each is something new; then silence. */
const [BEFORE, RISING, AFTER] = [12, 16, 20];
/** firmware/apps/liquid-audio/gate.h */
const QUIET_HOPS = 8;

function made(): Int16Array {
	let state = 1;
	return Int16Array.from({ length: (BEFORE + RISING + AFTER) * HOP }, (_, i) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		const hop = Math.floor(i / HOP) - BEFORE;
		return hop < 0 || hop >= RISING ? 0 : Math.round(40 * 1.5 ** hop * (state / 2 ** 31 - 1));
	});
}

async function play(session: DeviceSession): Promise<DecodedClip> {
	const clip = prepareClip(made(), { codec: 'mulaw', pacing: 'preload', sampleRate: 16_000 });
	const outcome = await session.runClip(clip, { name: 'made', segment: 'scaling' });
	if (outcome.problems.length > 0) throw new Error(outcome.problems.join('; '));
	return outcome.attempts.at(-1) as DecodedClip;
}

withDevice(
	'quiet is heard at the low clock, sound at the full one',
	'stm32f405-emulated',
	async (t, { session, facts }) => {
		t.true(session.hello.caps.includes('scaling-modelled'));
		const full = await play(session);
		t.false(full.inferences.some(({ slow }) => slow));
		await session.param('scaling', 1);
		const scaled = await play(session);
		t.is(cycleFault([full, scaled], session.hello, facts), null);

		// The speed follows by a hop: the first runs at full speed, the first with sound in it at the low one.
		const slow = scaled.inferences.map((record) => record.slow);
		t.deepEqual(slow.slice(0, BEFORE + 1), [false, ...Array.from({ length: BEFORE }, () => true)]);
		t.deepEqual([...new Set(slow.slice(BEFORE + 1, BEFORE + RISING + 1))], [false]);
		t.deepEqual([...new Set(slow.slice(BEFORE + RISING + 3))], [true]);
		t.deepEqual(
			scaled.inferences.map(({ gated }) => gated),
			full.inferences.map(({ gated }) => gated),
		);
		t.is(scaled.inferences.filter(({ gated }) => gated).length, BEFORE + AFTER - 2 * (QUIET_HOPS - 1));
		t.deepEqual(scaled.decision?.scores, full.decision?.scores);

		// Counts are the same, for nothing happens to the emulator; a slow hop of so many takes twice as long.
		const stages = (clip: DecodedClip) => costedClip(clip, facts).inferences.map((record) => record.stageCycles);
		t.deepEqual(
			stages(scaled),
			stages(full).map((hop, index) => hop.map((cycles) => (slow[index] ? 2 : 1) * cycles)),
		);

		const meanMw = (clip: DecodedClip) => {
			if (facts.power === undefined) throw new Error('no shunt');
			const { inferences } = costedClip(clip, facts);
			const samples = made().length;
			const { counts } = analogueTrace({ inferences, samples, sampleRateHz: 16_000, facts, end: 'low', seed: 1 });
			return powerMw(counts.reduce((sum, count) => sum + count, 0) / counts.length, facts.power);
		};
		// Asleep nearly all the time, of which the low clock has its share.
		const sleepMw = (share: number) =>
			3.3 *
			(share * (lowPoint(facts)?.sleepMilliamperes ?? 0) +
				(1 - share) * (operatingPoint(facts)?.sleepMilliamperes ?? 0));
		const share = slow.filter(Boolean).length / slow.length;
		const saved = meanMw(full) - meanMw(scaled);
		t.log(
			`${(100 * share).toFixed(0)} % of the hops slow: ${meanMw(full).toFixed(2)} -> ${meanMw(scaled).toFixed(2)} mW`,
		);
		t.true(Math.abs(saved / (sleepMw(0) - sleepMw(share)) - 1) < 0.1, `${saved} mW saved`);

		await session.param('scaling', 0);
		t.false((await play(session)).inferences.some((record) => record.slow));
	},
);

withDevice('a firmware with one speed refuses to change it', 'posix', async (t, { session }) => {
	t.false(session.hello.caps.some((cap) => cap.startsWith('scaling')));
	await t.throwsAsync(session.param('scaling', 1), { instanceOf: OssicleError });
	await t.notThrowsAsync(session.param('scaling', 0));
});
