/** A sweep that has not begun, from what was asked for: everything that can be wrong is found before anything is built. */
import path from 'node:path';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Sweep, SweepModel } from '../generated/sweep.ts';
import { inspectLnn } from '../model/inspect.ts';
import type { Solver } from '../model/lnn-layout.ts';
import { readLnn } from '../model/lnn-reader.ts';
import { deviceOf, type LoadedDevice } from '../scenario/device-facts.ts';
import { type LoadedScenario, loadScenario } from '../scenario/load-scenario.ts';
import { loadSpec } from '../scenario/load-spec.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { boardClips, hostClips } from './clip-choice.ts';
import { askedClocks } from './clock-points.ts';
import { plannedRuns } from './plan.ts';
import { sweepFronts, sweepRows } from './rows.ts';

export interface SweepRequest {
	scenario: string;
	/** Whose clips PC builds count accuracy by besides; null: none. */
	accuracyScenario: string | null;
	solvers: readonly Solver[];
	/** ms; null: adaptive. */
	timestepsMs: readonly (number | null)[];
	cross: 'full' | 'star';
	/** Paths of .lnn files, the one that is crossed with all solvers first. */
	models: readonly string[];
	devices: readonly string[];
	/** Null: all that are declared. */
	clocksHz: readonly number[] | null;
	/** Patterns; null: chosen from the scenario. */
	boardClips: string | null;
	hostClips: string | null;
	sessions: number;
	command: readonly string[];
	note: string | null;
}

export interface PlannedSweep {
	/** Its id is given when its folder is made. */
	sweep: Sweep;
	facts: Map<string, DeviceFacts>;
	/** Where each model is copied from. */
	models: { file: string; path: string }[];
	scenario: LoadedScenario;
}

/** The images of a sweep are built here and flashed from here, and none crosses a broker. */
function checkReachable({ id, link }: DeviceFacts): void {
	if (link.kind !== 'mqtt') return;
	const text = `--device: ${id} is on an MQTT broker, and a sweep builds and flashes images of its own: expected a device of this machine, such as posix.`;
	throw new OssicleError('option', 'usage', text, { device: id });
}

/** @throws OssicleError (usage) for models, devices, clocks and scenarios that there are not */
export function planSweep(request: SweepRequest, known: ReadonlyMap<string, LoadedDevice>, now: Date): PlannedSweep {
	const scenario = loadScenario(request.scenario);
	const facts = new Map(request.devices.map((id) => [id, deviceOf(known, id).facts]));
	for (const each of facts.values()) checkReachable(each);
	loadSpec(scenario.spec.path, known, [...facts.values()]);
	const hosts = [...facts.values()].filter(({ evidence }) => evidence === 'host');
	if (request.accuracyScenario !== null) loadSpec(loadScenario(request.accuracyScenario).spec.path, known, hosts);
	checkClocks(facts, request.clocksHz);
	const { models, paths } = readModels(request.models);
	const plan: Sweep['plan'] = {
		scenario: request.scenario,
		accuracyScenario: request.accuracyScenario,
		solvers: [...request.solvers],
		timestepsMs: [...request.timestepsMs],
		cross: request.cross,
		models,
		devices: [...facts.keys()],
		clocksHz: request.clocksHz === null ? null : [...request.clocksHz],
		boardClips: request.boardClips ?? boardClips(scenario.segments),
		hostClips: request.hostClips ?? hostClips(scenario.segments),
		sessions: request.sessions,
	};
	const runs = plannedRuns(plan, facts);
	const rows = sweepRows({ plan, runs, facts, figures: new Map() });
	const sweep: Sweep = {
		schema: 1,
		id: '',
		ossicle: OSSICLE_VERSION,
		startedAt: now.toISOString(),
		updatedAt: now.toISOString(),
		state: 'going on',
		command: [...request.command],
		note: request.note,
		scenarioId: scenario.scenario.id,
		plan,
		runs,
		rows,
		fronts: sweepFronts(rows),
	};
	return { sweep, facts, models: paths, scenario };
}

/** A clock nobody has must not shrink the table in silence. */
function checkClocks(facts: ReadonlyMap<string, DeviceFacts>, clocksHz: readonly number[] | null): void {
	if (clocksHz === null) return;
	const devices = [...facts.values()];
	const declared = [...new Set(devices.flatMap((device) => askedClocks(device, null)))].flatMap((hz) => hz ?? []);
	const known = declared.map(megahertz).join(', ') || 'none';
	const unknown = clocksHz.find((hz) => !declared.includes(hz));
	const without = devices.find((device) => askedClocks(device, clocksHz).length === 0);
	if (unknown === undefined && without === undefined) return;
	const got = unknown === undefined ? `none that ${without?.id} has` : megahertz(unknown);
	const text = `--clock: expected clocks of ${[...facts.keys()].join(', ')}, which have ${known}, got ${got}. They are those of \`model.currents\` in a device.yaml.`;
	throw new OssicleError('option', 'usage', text, { clocksHz });
}

function megahertz(hz: number): string {
	return `${hz / 1e6}MHz`;
}

function readModels(files: readonly string[]): { models: SweepModel[]; paths: { file: string; path: string }[] } {
	const models: SweepModel[] = [];
	const paths: { file: string; path: string }[] = [];
	for (const name of files) {
		const model = readLnn(name);
		if (models.some(({ sha256 }) => sha256 === model.sha256)) continue;
		const { all } = inspectLnn(model);
		const key = `m${models.length + 1}`;
		const file = `${key}.lnn`;
		models.push({
			key,
			file,
			id: model.modelId,
			sha256: model.sha256,
			bytes: model.bytes,
			weightBits: model.weightBits,
			zeroShare: all.zeroWeights / all.weights,
			emptyBlockShare: 1 - all.storedBlocks / all.blocks,
			storedBlocks: model.nonZeroBlocks,
			channels: model.channels,
			hidden: model.hidden,
			solver: model.solver,
			timestepMs: model.timestepMs === 0 ? null : model.timestepMs,
		});
		paths.push({ file, path: path.resolve(name) });
	}
	return { models, paths };
}
