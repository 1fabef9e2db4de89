/** Runs what a sweep has not run yet, and writes its table anew after each run: what is cut off leaves a table of what there is. */
import { timestepText } from '../../reports/render/sweep/show.ts';
import { isOssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { Sweep, SweepModel, SweepRun } from '../generated/sweep.ts';
import { sweepFronts, sweepRows } from './rows.ts';
import type { RunFigures } from './run-figures.ts';

/** What became of one attempt at a run. */
export interface RunAttempt {
	/** Folder below runs/; null: none was made. */
	runId: string | null;
	/** Null where a bench failure or an interruption left nothing to measure. */
	figures: RunFigures | null;
	/** Why nothing of it counts. */
	why: string | null;
}

/** Builds, flashes, streams, reads back. The bench behind it is real, or a test's. */
export interface SweepRunner {
	/** @throws OssicleError what cannot be built or run: it fails this run, and the sweep goes on */
	attempt(run: SweepRun, model: SweepModel, signal: AbortSignal): Promise<RunAttempt>;
	/** A run of an earlier call, from its folder. */
	readBack(run: SweepRun, model: SweepModel): Promise<RunAttempt>;
}

export interface SweepOptions {
	facts: ReadonlyMap<string, DeviceFacts>;
	runner: SweepRunner;
	/** Called with the sweep as it is now: after each run, and at the end. */
	write: (sweep: Sweep) => void;
	progress: (text: string) => void;
	signal: AbortSignal;
	now?: () => Date;
}

/** @returns the sweep with all that could be run; `interrupted` where the signal cut it off */
export async function runSweep(begun: Sweep, options: SweepOptions): Promise<Sweep> {
	const { facts, runner, write, progress, signal, now = () => new Date() } = options;
	const figures = new Map<string, RunFigures>();
	let runs = begun.runs;
	const sweepNow = (state: Sweep['state']): Sweep => {
		const rows = sweepRows({ plan: begun.plan, runs, facts, figures });
		return { ...begun, updatedAt: now().toISOString(), state, runs, rows, fronts: sweepFronts(rows) };
	};
	const put = (changed: SweepRun) => {
		runs = runs.map((run) => (run.key === changed.key ? changed : run));
	};
	for (const run of runs.filter(({ state }) => state === 'done')) {
		const { figures: found, why } = await runner.readBack(run, modelOf(begun, run));
		if (found !== null) figures.set(run.key, found);
		// What was whole and is not any more is run again.
		else put({ ...run, state: 'waiting', why });
	}
	write(sweepNow('going on'));
	const left = runs.filter(({ state }) => state !== 'done');
	for (const [index, run] of left.entries()) {
		if (signal.aborted) break;
		progress(`${run.key}, ${index + 1} of ${left.length} to run: ${runText(run, modelOf(begun, run))}`);
		const attempted = await attemptOf(run, begun, options);
		if (attempted.figures !== null) figures.set(run.key, attempted.figures);
		put(attempted.run);
		if (attempted.run.state === 'failed') progress(`${run.key} failed: ${attempted.run.why}`);
		write(sweepNow('going on'));
	}
	const ended = sweepNow(signal.aborted ? 'interrupted' : 'complete');
	write(ended);
	return ended;
}

async function attemptOf(
	run: SweepRun,
	sweep: Sweep,
	{ runner, signal }: SweepOptions,
): Promise<{ run: SweepRun; figures: RunFigures | null }> {
	const begun = { ...run, attempts: run.attempts + 1, buildId: null };
	try {
		const { runId, figures, why } = await runner.attempt(run, modelOf(sweep, run), signal);
		if (signal.aborted) return { run: { ...begun, state: 'waiting', why: 'interrupted', runId }, figures: null };
		const isDone = figures !== null && figures.fault === null && why === null;
		const reason = why ?? figures?.fault?.reason ?? (isDone ? null : 'nothing was measured');
		const buildId = figures?.buildId ?? null;
		return { run: { ...begun, state: isDone ? 'done' : 'failed', why: reason, runId, buildId }, figures };
	} catch (error) {
		if (signal.aborted) return { run: { ...begun, state: 'waiting', why: 'interrupted' }, figures: null };
		if (!isOssicleError(error)) throw error;
		return { run: { ...begun, state: 'failed', why: error.message }, figures: null };
	}
}

function modelOf({ plan }: Sweep, run: SweepRun): SweepModel {
	const model = plan.models.find(({ key }) => key === run.model);
	if (model === undefined) throw new Error(`the plan has no model ${run.model}`);
	return model;
}

/** `stm32f405-emulated: keywords-1234567890ab, heun, 16 ms` */
export function runText(run: SweepRun, model: SweepModel): string {
	const counting = run.of === 'accuracyScenario' ? ', for accuracy' : '';
	return `${run.device}: ${model.id}, ${run.solver}, ${timestepText(run.timestepMs)}${counting}`;
}
