/** The bench behind a sweep: each run is an ordinary run, with a run folder of its own, and is measured by reading that back. */
import path from 'node:path';
import type { AttachOptions } from '../../devices/driver.ts';
import { isOssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { SweepModel, SweepPlan, SweepRun } from '../generated/sweep.ts';
import { SOLVERS } from '../model/lnn-layout.ts';
import { evaluated } from '../record/evaluate.ts';
import { readInputs } from '../record/read-inputs.ts';
import { findRunFolder, type RunFolder } from '../record/run-folder.ts';
import { run as runScenario } from '../run.ts';
import { OSSICLE_VERSION } from '../version.ts';
import { sweepImage } from './build-firmware.ts';
import { type RunFigures, runFigures } from './run-figures.ts';
import type { RunAttempt, SweepRunner } from './run-sweep.ts';
import type { SweepFolder } from './sweep-folder.ts';

const TENTHS_PER_MS = 10;

export interface BenchOptions {
	folder: SweepFolder;
	plan: SweepPlan;
	facts: ReadonlyMap<string, DeviceFacts>;
	command: readonly string[];
	progress: (text: string) => void;
	port?: string;
}

export function benchRunner(options: BenchOptions): SweepRunner {
	return {
		attempt: (run, model, signal) => attempt(run, model, signal, options),
		readBack: async (run, model) => {
			try {
				const folder = findRunFolder(run.runId ?? '', options.folder.runs);
				return await measured(folder, run, model);
			} catch (error) {
				if (!isOssicleError(error)) throw error;
				return { runId: run.runId, figures: null, why: error.message };
			}
		},
	};
}

async function attempt(
	run: SweepRun,
	model: SweepModel,
	signal: AbortSignal,
	{ folder, plan, facts, command, progress, port }: BenchOptions,
): Promise<RunAttempt> {
	const device = facts.get(run.device);
	if (device === undefined) throw new Error(`the facts of ${run.device} were loaded`);
	const modelPath = path.resolve(folder.models, model.file);
	const imagePath = await sweepImage(device, model, modelPath, path.resolve(folder.images), signal);
	const counts = run.of === 'accuracyScenario';
	const clips = counts ? null : device.evidence === 'host' ? plan.hostClips : plan.boardClips;
	const attach: Pick<AttachOptions, 'imagePath' | 'port'> = { imagePath, ...(port === undefined ? {} : { port }) };
	const { folder: runFolder, captureFailure } = await runScenario({
		scenario: counts ? (plan.accuracyScenario ?? plan.scenario) : plan.scenario,
		devices: [run.device],
		...(clips === null ? {} : { clips }),
		sessions: plan.sessions,
		params: parametersOf(run),
		note: `${folder.id} ${run.key}`,
		runsFolder: folder.runs,
		command,
		attach,
		signal,
		progress,
	});
	if (captureFailure !== null) return { runId: runFolder.id, figures: null, why: captureFailure.message };
	return measured(runFolder, run, model);
}

/** As they go over the wire: `solver` by number, `timestep` in tenths of a millisecond, 0 for adaptive. */
export function parametersOf({ solver, timestepMs }: Pick<SweepRun, 'solver' | 'timestepMs'>): Record<string, number> {
	return {
		solver: SOLVERS.indexOf(solver),
		timestep: timestepMs === null ? 0 : Math.round(TENTHS_PER_MS * timestepMs),
	};
}

/** What a run folder tells: of the capture alone, as a replay would have it. */
async function measured(folder: RunFolder, run: SweepRun, model: SweepModel): Promise<RunAttempt> {
	const { record, run: decoded } = await evaluated(folder, { source: 'replay', evaluatedBy: OSSICLE_VERSION });
	const { list, devices, calibrations } = readInputs(folder);
	const facts = devices.get(run.device);
	const { inputsChanged, startedAt } = record.manifest;
	if (facts === undefined) return { runId: folder.id, figures: null, why: `its run was not of ${run.device}` };
	if (inputsChanged.length > 0) {
		const why = `its inputs are not those of the run any more: ${inputsChanged.join(', ')}`;
		return { runId: folder.id, figures: null, why };
	}
	const calibration = calibrations.get(run.device) ?? null;
	const figures = runFigures({ run: decoded, list, facts, calibration, startedAt });
	return { runId: folder.id, figures, why: strangerFault(figures, run, model, list.params ?? []) };
}

/** A table that names a network and a solver must be of that network and that solver. */
function strangerFault(
	figures: RunFigures,
	run: SweepRun,
	model: SweepModel,
	params: readonly { name: string; value: number }[],
): string | null {
	if (figures.modelId !== null && figures.modelId !== model.id)
		return `the firmware answers for model ${figures.modelId}, not for ${model.id}`;
	for (const [name, value] of Object.entries(parametersOf(run))) {
		const set = params.find((each) => each.name === name)?.value;
		if (set !== value) return `it was to run with ${name} ${value}, but was set to ${set ?? 'nothing'}`;
	}
	return null;
}
