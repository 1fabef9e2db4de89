import { fileURLToPath } from 'node:url';
import type { Cell, RunRecord } from '../../harness/generated/record.ts';
import { evaluate } from '../../harness/record/evaluate.ts';
import type { RunFolder } from '../../harness/record/run-folder.ts';
import { deviceOf, loadDevices } from '../../harness/scenario/device-facts.ts';
import { type MadeFolderOptions, madeList, madeRunFolder } from '../../harness/testing/made-run.ts';
import { type RunData, readRunData } from '../render/run-data.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));

export const SPEC = `| Device | Latency | Power | Memory | Accuracy | Battery life |
| --- | --- | --- | --- | --- | --- |
| STM32F4 | < 15 ms | < 1.2 mW | < 64 KB | > 93.8 % | > 80 h |
| nRF52840 | < 12 ms | < 0.9 mW | < 32 KB | > 93.5 % | > 100 h |
`;

/** A run folder with 20 clips on the emulated board, two of them decided wrong; no device is needed. */
export function madeFolder(changes: Partial<MadeFolderOptions> = {}, device = 'stm32f405-emulated'): RunFolder {
	const { facts } = deviceOf(DEVICES, device);
	return madeRunFolder({
		facts,
		list: madeList(facts.id, 20),
		specMarkdown: SPEC,
		decide: ({ name, label }) => (/clip-(3|7)$/.test(name) ? 'stop' : (label ?? 'yes')),
		...changes,
	});
}

export interface MadeReport {
	folder: RunFolder;
	record: RunRecord;
	data: RunData;
}

export async function madeReport(
	changes: Partial<MadeFolderOptions> = {},
	device = 'stm32f405-emulated',
): Promise<MadeReport> {
	const folder = madeFolder(changes, device);
	const record = await evaluate(folder, { source: 'live', evaluatedBy: '0.1.0' });
	return { folder, record, data: await readRunData(folder, record) };
}

export const TONE = (_: unknown, sample: number) => Math.round(9000 * Math.sin(sample / 7));

/** A bit of everything: two sessions, wrong clips, a re-sent one, console lines, power. */
export function fullReport(): Promise<MadeReport> {
	const list = madeList('stm32f405-emulated', 20, { sessions: 2 });
	const console = ['booting', 'ready'];
	return madeReport({ list, sessions: [{ console }, {}], audio: TONE, resent: ['keywords/clip-5'] });
}

/** A cell with nothing unusual about it. */
export function cellOf(changes: Partial<Cell> = {}): Cell {
	return {
		device: 'board',
		row: 'Board',
		metric: 'latency',
		statistic: 'p99',
		scope: 'session',
		unit: 'ms',
		limit: { op: '<', value: 10, text: '< 10 ms' },
		estimate: 5,
		bounds: [4, 6],
		n: 400,
		used: 0.6,
		verdict: 'pass',
		evidence: 'silicon',
		rule: 'a rule',
		reason: 'a reason',
		diagnosis: [],
		sessions: 1,
		marks: [],
		uncertainty: [],
		wouldDecide: null,
		missRate: null,
		shown: null,
		...changes,
	};
}

/** A record of these cells and nothing else. */
export function recordOf(cells: Cell[], manifest: Partial<RunRecord['manifest']> = {}): RunRecord {
	const count = (verdict: Cell['verdict']) => cells.filter((cell) => cell.verdict === verdict).length;
	return {
		schema: 1,
		manifest: {
			id: '20260102-030405-abcd',
			startedAt: '2026-01-02T03:04:05.000Z',
			endedAt: '2026-01-02T03:05:06.500Z',
			source: 'live',
			status: 'complete',
			statusReason: null,
			command: ['ossicle', 'run', 'made'],
			note: null,
			versions: { ossicle: '0.1.0', evaluatedBy: '0.1.0', node: 'v20.19.0' },
			inputs: {},
			inputsChanged: [],
			capture: { sha256: null, bytes: 0, lines: 0, damage: null },
			subset: null,
			requireEvidence: null,
			sessionsAsked: 1,
			parameters: [],
			...manifest,
		},
		spec: [],
		cells,
		reported: [],
		sessions: [],
		clips: [],
		summary: {
			pass: count('pass'),
			marginal: count('marginal'),
			fail: count('fail'),
			inconclusive: count('inconclusive'),
			notMeasured: count('not-measured'),
			rigError: count('rig-error'),
			notRequested: count('not-requested'),
			exitCode: 0,
		},
	};
}
