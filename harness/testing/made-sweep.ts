import { fileURLToPath } from 'node:url';
import type { DeviceFacts } from '../generated/device.ts';
import type { Sweep, SweepModel, SweepPlan } from '../generated/sweep.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { plannedRuns } from '../sweep/plan.ts';
import { sweepFronts, sweepRows } from '../sweep/rows.ts';
import type { RunFigures } from '../sweep/run-figures.ts';
import { type MadeRunOptions, madeDecodedRun, madeList } from './made-run.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
export const HOST = deviceOf(DEVICES, 'posix').facts;
export const OWN_HZ = 168e6;
export const SLOW_HZ = 84e6;

/** An emulated board at 1 to 2 cycles an instruction, with currents at two clocks. */
export const BOARD: DeviceFacts = withoutCycleModel(deviceOf(DEVICES, 'stm32f405-emulated').facts);
export const FACTS: ReadonlyMap<string, DeviceFacts> = new Map([
	[HOST.id, HOST],
	[BOARD.id, BOARD],
]);

function withoutCycleModel(facts: DeviceFacts): DeviceFacts {
	const { analogue, wakeUp } = facts.model ?? {};
	const source = 'made';
	return {
		...facts,
		clock: { ...facts.clock, hz: OWN_HZ },
		model: {
			cyclesPerInstruction: { low: 1, high: 2, source },
			currents: [
				{ clockHz: OWN_HZ, runMilliamperes: 40, sleepMilliamperes: 12, source },
				{ clockHz: SLOW_HZ, runMilliamperes: 22, sleepMilliamperes: 6, source },
			],
			...(wakeUp === undefined ? {} : { wakeUp }),
			...(analogue === undefined ? {} : { analogue }),
		},
	};
}

export function madeModel(key = 'm1', changes: Partial<SweepModel> = {}): SweepModel {
	return {
		key,
		file: `${key}.lnn`,
		id: `net-${key}-0123456789ab`,
		sha256: key.charCodeAt(1).toString(16).padStart(64, '0'),
		bytes: 13_000,
		weightBits: 8,
		zeroShare: 0.7,
		emptyBlockShare: 0.69,
		storedBlocks: 2000,
		channels: 64,
		hidden: 80,
		solver: 'heun',
		timestepMs: 16,
		...changes,
	};
}

export function madePlan(changes: Partial<SweepPlan> = {}): SweepPlan {
	return {
		scenario: 'scenarios/made',
		accuracyScenario: null,
		solvers: ['euler', 'heun'],
		timestepsMs: [null, 16],
		cross: 'star',
		models: [madeModel()],
		devices: [HOST.id, BOARD.id],
		clocksHz: null,
		boardClips: 'clip-0,day-part/*',
		hostClips: 'keywords/*',
		sessions: 1,
		...changes,
	};
}

/** A sweep with these figures, by key of the run; those without have not been run. */
export function madeSweep(
	plan: SweepPlan,
	figures: ReadonlyMap<string, RunFigures> = new Map(),
	changes: Partial<Sweep> = {},
): Sweep {
	const runs = plannedRuns(plan, FACTS).map((run, index) =>
		figures.has(run.key)
			? { ...run, state: 'done' as const, runId: `20260102-030405-${String(index).padStart(4, '0')}`, attempts: 1 }
			: run,
	);
	const rows = sweepRows({ plan, runs, facts: FACTS, figures });
	return {
		schema: 1,
		id: 'sweep-20260102-030405-abcd',
		ossicle: '0.1.0',
		startedAt: '2026-01-02T03:04:05.000Z',
		updatedAt: '2026-01-02T03:14:05.000Z',
		state: 'complete',
		command: ['ossicle', 'sweep'],
		note: null,
		scenarioId: 'made',
		plan,
		runs,
		rows,
		fronts: sweepFronts(rows),
		...changes,
	};
}

/** What a run of made telemetry holds: everything `runFigures` takes. */
export function madeEvidence(facts: DeviceFacts, clips: number, changes: Partial<MadeRunOptions> = {}) {
	const list = madeList(facts.id, clips, facts.evidence === 'host' ? { powerClips: 0 } : {});
	const options = { facts, list, ...changes };
	return {
		run: madeDecodedRun(options),
		list: options.list,
		facts,
		calibration: null,
		startedAt: '2026-01-02T03:04:05.000Z',
	};
}
