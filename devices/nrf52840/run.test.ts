/** The nRF52840's image, from flash to verdict, on the stand-in for its core; and beside the PC build. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { RunRecord } from '../../harness/generated/record.ts';
import { run } from '../../harness/run.ts';
import { tinyScenario } from '../../harness/testing/tiny-scenario.ts';

const BUILD = fileURLToPath(new URL('../../firmware/build', import.meta.url));
const DEVICE = 'nrf52840-emulated';
/** Clips which the reference model decides right. */
const CLIPS = ['yes-01', 'no-01', 'stop-01', 'silence-01', 'noise-01'];
const SPEC = `| Device | Latency (p50) | Memory | Accuracy |
| --- | --- | --- | --- |
| Desktop CPU | < 5 ms | < 100 MB | > 99 % |
| nRF52840 | < 12 ms | < 32 KB | > 99 % |
`;

async function ran(t: ExecutionContext, device: string): Promise<RunRecord> {
	t.timeout(600_000);
	const image = path.join(BUILD, 'nrf52840/liquid-audio.elf');
	t.true(existsSync(image), `${image} is missing: \`npm test\` builds it`);
	const { folder, runs } = tinyScenario(t, { clips: CLIPS, spec: SPEC });
	const { record } = await run({ scenario: folder, runsFolder: runs, devices: [device], command: ['test'] });
	return record;
}

const verdicts = ({ cells }: RunRecord, device: string) =>
	Object.fromEntries(cells.flatMap((cell) => (cell.device === device ? [[cell.metric, cell.verdict]] : [])));

test.serial('the row of the nRF52840 is met, on evidence of an emulator, and again the same', async (t) => {
	const [first, second] = [await ran(t, DEVICE), await ran(t, DEVICE)];
	t.deepEqual(verdicts(first, DEVICE), { latency: 'pass', memory: 'pass', accuracy: 'pass' });
	t.deepEqual(verdicts(second, DEVICE), verdicts(first, DEVICE));
	t.deepEqual(second.clips, first.clips);
	for (const { evidence, metric } of first.cells) if (evidence !== null) t.not(evidence, 'silicon', metric);
	const hello = first.sessions[0]?.hello;
	t.like(hello, { board: 'nrf52840', clockHz: 64_000_000, clockSource: 'virtual', counter: 'systick' });
});

test.serial('the same build and audio: scores to the bit those of the PC build', async (t) => {
	const [board, host] = [await ran(t, DEVICE), await ran(t, 'posix')];
	const scores = ({ clips }: RunRecord) => clips.map((clip) => [clip.name, clip.scores]);
	t.is(scores(board).length, CLIPS.length);
	t.deepEqual(scores(board), scores(host));
});
