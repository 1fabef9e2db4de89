import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Cell, RunRecord } from './generated/record.ts';
import { evaluate } from './record/evaluate.ts';
import { run } from './run.ts';
import { descendants, ossicle, printed } from './testing/command.ts';
import { type TinyOptions, tinyScenario } from './testing/tiny-scenario.ts';

const BUILD = fileURLToPath(new URL('../firmware/build', import.meta.url));
/** Clips which the reference model decides right. */
const CLIPS = ['yes-01', 'no-01', 'stop-01', 'right-02', 'silence-01', 'noise-01'];

async function emulatedRun(t: ExecutionContext, options: TinyOptions, variant = 'stm32f405') {
	const { folder, runs } = tinyScenario(t, { clips: CLIPS, ...options });
	const imagePath = path.join(BUILD, variant, 'liquid-audio.elf');
	t.true(existsSync(imagePath), `${imagePath} is missing: \`npm test\` builds it`);
	const device = 'stm32f405-emulated';
	return run({ scenario: folder, runsFolder: runs, devices: [device], command: ['test'], attach: { imagePath } });
}

const verdicts = (cells: readonly Cell[]) =>
	Object.fromEntries(cells.flatMap(({ device, metric, verdict }) => (device === null ? [] : [[metric, verdict]])));

test.serial('two runs give the same decisions and scores, and the same instructions within a few ticks', async (t) => {
	t.timeout(600_000);
	const first = await emulatedRun(t, { power: true, spec: SPEC });
	const second = await emulatedRun(t, { power: true, spec: SPEC });
	t.deepEqual(verdicts(first.record.cells), {
		latency: 'pass',
		power: 'fail',
		memory: 'pass',
		accuracy: 'pass',
		'battery-life': 'fail',
	});
	t.deepEqual(first.record.clips, second.record.clips);
	t.deepEqual(verdicts(first.record.cells), verdicts(second.record.cells));
	const stages = [first, second].map(({ record }) => record.sessions[0]?.stages ?? []);
	t.is(stages[0]?.length, 4);
	for (const [index, stage] of (stages[0] ?? []).entries()) {
		for (const figure of ['p50', 'p99', 'max'] as const) {
			const other = stages[1]?.[index]?.[figure] ?? Number.NaN;
			t.true(Math.abs(stage[figure] - other) <= 8, `${stage.name} ${figure}: ${stage[figure]} and ${other}`);
		}
		// The cycle model sees what was executed, not a counter that interrupts disturb.
		t.true((stage.estCycles?.p50 ?? 0) > 0);
		t.deepEqual(stage.estCycles, stages[1]?.[index]?.estCycles, stage.name);
	}
	for (const { evidence, verdict } of first.record.cells) if (evidence !== null) t.not(evidence, 'silicon', verdict);
	const again = await evaluate(first.folder, { source: 'replay', evaluatedBy: 'test' });
	t.deepEqual(again.cells, first.record.cells);
});

const SPEC = `| Device | Latency (p50) | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| STM32F4 | < 15 ms | < 1.2 mW | < 64 KB | > 99 % | > 80 h |
`;
const THREE =
	'| Device | Latency (p50) | Memory | Accuracy |\n| --- | --- | --- | --- |\n| STM32F4 | < 15 ms | < 64 KB | > 80 % |\n';

for (const [variant, red] of [
	['worse-model', 'accuracy'],
	['slow-stage', 'latency'],
	['larger-buffer', 'memory'],
	['flipped-features', 'accuracy'],
] as const) {
	test.serial(`firmware with a ${variant} turns the ${red} cell red, and no other`, async (t) => {
		t.timeout(600_000);
		const { record } = await emulatedRun(t, { spec: THREE }, `stm32f405-${variant}`);
		const expected = { latency: 'pass', memory: 'pass', accuracy: 'pass', [red]: 'fail' };
		t.deepEqual(verdicts(record.cells), expected, record.cells.map(({ reason }) => reason).join('\n'));
	});
}

test.serial('an emulator killed in mid-run is a rig error, and the record says so', async (t) => {
	t.timeout(600_000);
	const { folder, runs } = tinyScenario(t, { clips: CLIPS, spec: THREE });
	const child = ossicle(['run', folder, '--device', 'stm32f405-emulated', '--runs', runs]);
	await printed(child, 'keywords 1/6');
	const emulators = descendants(child.pid ?? 0, 'qemu-system-arm');
	t.is(emulators.length, 1);
	for (const id of emulators) process.kill(id, 'SIGKILL');
	t.is((await child).exitCode, 4);
	const [name = ''] = readdirSync(runs);
	const { cells, sessions } = JSON.parse(readFileSync(path.join(runs, name, 'record.json'), 'utf8')) as RunRecord;
	t.deepEqual(verdicts(cells), { latency: 'rig-error', memory: 'rig-error', accuracy: 'rig-error' });
	t.regex(sessions[0]?.faults[0]?.text ?? '', /the link to stm32f405-emulated was lost: .*qemu-system-arm/);
});

test.serial('no emulator outlives a controller that is killed', async (t) => {
	t.timeout(600_000);
	const { folder, runs } = tinyScenario(t, { clips: CLIPS, spec: THREE });
	const child = ossicle(['run', folder, '--device', 'stm32f405-emulated', '--runs', runs]);
	await printed(child, 'keywords 1/6');
	const [emulator = 0] = descendants(child.pid ?? 0, 'qemu-system-arm');
	t.true(emulator > 0);
	child.kill('SIGKILL');
	await child;
	const gone = () =>
		!existsSync(`/proc/${emulator}`) || /\) [ZX] /.test(readFileSync(`/proc/${emulator}/stat`, 'latin1'));
	for (let waited = 0; waited < 100 && !gone(); waited++) await new Promise((resolve) => setTimeout(resolve, 100));
	t.true(gone(), `qemu-system-arm ${emulator} still runs`);
});
