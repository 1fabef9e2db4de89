/** The ESP32-S3's stand-in as a device: flashed, counted, reset, judged; and the same bits as the PC build. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { withDevice } from '../../harness/ava.ts';
import { readElf } from '../../harness/bench/elf.ts';
import { checkImage } from '../../harness/bench/image-check.ts';
import { buildTinyImage } from '../../harness/bench/tiny-image.ts';
import { buildTinyXtensaImage } from '../../harness/bench/tiny-xtensa-image.ts';
import { isOssicleError } from '../../harness/error.ts';
import { exitCodeOfRun } from '../../harness/judge/exit-code.ts';
import { run } from '../../harness/run.ts';
import { deviceOf, loadDevices } from '../../harness/scenario/device-facts.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';
import { tinyScenario } from '../../harness/testing/tiny-scenario.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('..', import.meta.url)));
const FACTS = deviceOf(DEVICES, 'esp32s3-emulated').facts;
const BUILD = fileURLToPath(new URL('../../firmware/build', import.meta.url));
const IMAGE = `${BUILD}/esp32s3-kc705/liquid-audio.elf`;
const CLIPS = ['yes-01', 'no-01', 'stop-01', 'right-02', 'silence-01', 'noise-01'];
const SPEC = `| Device | Latency | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| ESP32-S3 | < 18 ms | < 2.0 mW | < 64 KB | > 80 % | > 60 h |
| Desktop CPU | - | - | - | > 80 % | - |
`;

function refused(t: ExecutionContext, work: () => unknown, code: string, message: RegExp): void {
	const error = t.throws(work);
	t.true(isOssicleError(error) && error.kind === 'usage' && error.code === code, String(error?.stack));
	t.regex(String(error?.message), message);
}

test('its own image is let through, with the sizes that its sections have', async (t) => {
	t.true(existsSync(IMAGE), `${IMAGE} is missing: \`npm test\` builds it`);
	const image = await readElf(IMAGE);
	t.is(image.machineName, 'Xtensa');
	t.notThrows(() => checkImage(image, FACTS));
	t.true(image.staticBytes < 32 * 1024, `${image.staticBytes} bytes of static RAM`);
});

test('an image for another core or another map is refused before anything is started', async (t) => {
	const arm = await buildTinyImage();
	t.teardown(arm.remove);
	const elsewhere = await buildTinyXtensaImage({ codeOrigin: 0x60000000 });
	t.teardown(elsewhere.remove);
	const [forArm, forElsewhere] = [await readElf(arm.path), await readElf(elsewhere.path)];
	refused(
		t,
		() => checkImage(forArm, FACTS),
		'image-architecture',
		/esp32s3-emulated runs 32-bit Xtensa code, but this image is 32-bit Arm/,
	);
	refused(
		t,
		() => checkImage(forElsewhere, FACTS),
		'image-address',
		/is stored at 0x60000000 .* esp32s3-emulated has flash/,
	);
});

/** Instructions of one turn of the firmware's busy loop: `addi; bnez`. */
const INSTRUCTIONS_PER_SPIN = 2;
const SIX_HOPS = prepareClip(new Int16Array(256 * 6).fill(1000), {
	codec: 'mulaw',
	pacing: 'fast',
	sampleRate: 16_000,
});

for (const stageMs of [1, 90, 210]) {
	// CCOUNT and the hop timer go on meanwhile; at 210 ms 13 hop ticks fall into the stage, and their time is taken out.
	withDevice(`a stage of ${stageMs} ms is counted right`, FACTS.id, async (t, { session, facts }) => {
		const counterHz = facts.emulator?.counterHz ?? 0;
		const ticksPerInstruction = counterHz * 2 ** (facts.emulator?.icountShift ?? 0) * 1e-9;
		const spins = Math.round(((stageMs / 1000) * counterHz) / ticksPerInstruction / INSTRUCTIONS_PER_SPIN);
		await session.param('gating', 0);
		const frontEndTicks = async (name: string) => {
			const outcome = await session.runClip(SIX_HOPS, { name, segment: 'stages' });
			t.deepEqual(outcome.problems, []);
			return (outcome.attempts.at(-1)?.inferences ?? []).map((record) => record.stageCycles[0] ?? Number.NaN);
		};
		const without = await frontEndTicks('plain');
		await session.param('spin.front-end', spins);
		const spun = await frontEndTicks('spun');
		t.is(spun.length, 6);
		const expected = spins * INSTRUCTIONS_PER_SPIN * ticksPerInstruction;
		for (const [hop, count] of spun.entries()) {
			const added = count - (without[hop] ?? Number.NaN);
			// A call, a compare and a return come with the loop, and each tick taken out is right to a count or two.
			t.true(Math.abs(added - expected) < 32, `hop ${hop}: ${added} ticks were added, ${expected} expected`);
		}
	});
}

withDevice('counts repeat within a few ticks, whatever comes in meanwhile', FACTS.id, async (t, { session }) => {
	const samples = Int16Array.from({ length: 256 * 40 }, (_, i) => Math.round(3000 * Math.sin(i / 3)));
	const clip = prepareClip(samples, { codec: 'pcm16', pacing: 'fast', sampleRate: 16_000 });
	const stages = async (name: string) => {
		const outcome = await session.runClip(clip, { name, segment: 'repeat' });
		t.deepEqual(outcome.problems, []);
		return (outcome.attempts.at(-1)?.inferences ?? []).map((record) => record.stageCycles);
	};
	const [first, second] = [await stages('first'), await stages('second')];
	t.is(first.length, 40);
	for (const [hop, cycles] of first.entries())
		for (const [stage, count] of cycles.entries()) {
			const other = second[hop]?.[stage] ?? Number.NaN;
			t.true(Math.abs(count - other) <= 8, `hop ${hop}, stage ${stage}: ${count} and ${other} ticks`);
		}
});

withDevice('a reset is another boot of the same build', FACTS.id, async (t, { session }) => {
	const before = session.hello;
	t.like(before, { board: 'esp32s3-kc705', counter: 'ccount', clockSource: 'virtual', counterHz: 40_000_000 });
	await session.reset();
	t.not(session.hello.boot, before.boot);
	t.is(session.hello.build, before.build);
});

withDevice('a device that is reset in mid-clip fails the session', FACTS.id, async (t, { session, device }) => {
	const long = prepareClip(new Int16Array(400_000).fill(500), { codec: 'pcm16', pacing: 'fast', sampleRate: 16_000 });
	const running = t.throwsAsync(session.runClip(long, { name: 'long', segment: 'reset' }));
	await sleep(300);
	await device.flash();
	const error = await running;
	t.true(isOssicleError(error) && error.kind === 'rig' && error.code === 'reset', String(error?.stack));
});

test.serial(
	'its row: memory and accuracy are judged, time is not, and the PC build decides the same bits',
	async (t) => {
		t.timeout(600_000);
		const { folder, runs } = tinyScenario(t, { clips: CLIPS, power: true, spec: SPEC });
		const judged = await run({ scenario: folder, runsFolder: runs, devices: [FACTS.id], command: ['test'] });
		const cells = judged.record.cells.filter(({ device }) => device === FACTS.id);
		t.deepEqual(
			cells.map(({ metric, verdict, evidence }) => [metric, verdict, evidence]),
			[
				['latency', 'not-measured', null],
				['power', 'not-measured', null],
				['memory', 'pass', 'emulated'],
				['accuracy', 'pass', 'emulated'],
				['battery-life', 'not-measured', null],
			],
			cells.map(({ reason }) => reason).join('\n'),
		);
		const memory = cells.find(({ metric }) => metric === 'memory')?.estimate ?? Number.NaN;
		t.true(memory < 32 * 1024, `${memory} bytes of static memory and stack`);
		const reasonOf = (name: string) => cells.find(({ metric }) => metric === name)?.reason ?? '';
		t.regex(
			reasonOf('latency'),
			/counts instructions and declares no sourced cycles per instruction: there is no time to judge \(p99 \d+ instructions, n \d+\)/,
		);
		for (const name of ['power', 'battery-life'])
			t.regex(reasonOf(name), /declares no sourced cycles per instruction: without time awake there is no power/);
		t.is(exitCodeOfRun(judged.record, 'fail'), 3, 'what was asked for and not measured is no success');
		t.is(judged.record.sessions[0]?.stages?.at(-1)?.unit, 'instructions');

		const pc = await run({
			scenario: folder,
			runsFolder: runs,
			devices: ['posix'],
			clips: 'keywords/*',
			command: ['test'],
		});
		const scores = ({ record }: typeof pc) =>
			Object.fromEntries(record.clips.flatMap((clip) => (clip.label === null ? [] : [[clip.name, clip.scores]])));
		t.is(Object.keys(scores(pc)).length, CLIPS.length);
		t.deepEqual(scores(judged), scores(pc));
	},
);
