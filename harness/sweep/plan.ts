/** What a sweep has to run, from what was asked for. Pure. */
import type { DeviceFacts } from '../generated/device.ts';
import type { SweepModel, SweepPlan, SweepRun } from '../generated/sweep.ts';
import { askedClocks } from './clock-points.ts';

/** A network and how it is stepped: what is compared. */
export interface DesignPoint {
	model: string;
	solver: SweepModel['solver'];
	timestepMs: number | null;
}

/** One line of the table. */
export interface RowPlace {
	key: string;
	run: SweepRun;
	clockHz: number | null;
}

/** Every design once, in the order of the axes; models outermost. */
export function designPoints({ cross, models, solvers, timestepsMs }: SweepPlan): DesignPoint[] {
	const points = models.flatMap((model, index) =>
		cross === 'full' || index === 0
			? solvers.flatMap((solver) => timestepsMs.map((timestepMs) => ({ model: model.key, solver, timestepMs })))
			: [{ model: model.key, solver: model.solver, timestepMs: model.timestepMs }],
	);
	return [...new Map(points.map((point) => [JSON.stringify(point), point])).values()];
}

/**
 * Every run, none of them begun. All devices of a design follow each other, so that a sweep that is cut off has whole rows.
 * A PC build also runs the scenario that accuracy is counted by, where there is one.
 */
export function plannedRuns(plan: SweepPlan, facts: ReadonlyMap<string, DeviceFacts>): SweepRun[] {
	const runs = designPoints(plan).flatMap((point) =>
		plan.devices.flatMap((device) => {
			const counts = plan.accuracyScenario !== null && facts.get(device)?.evidence === 'host';
			const of: SweepRun['of'][] = counts ? ['scenario', 'accuracyScenario'] : ['scenario'];
			return of.map((scenario) => ({ device, of: scenario, ...point }));
		}),
	);
	return runs.map((run, index) => ({
		key: `r${index + 1}`,
		...run,
		state: 'waiting',
		why: null,
		runId: null,
		attempts: 0,
		buildId: null,
	}));
}

/** A row for each run at each clock: also for one that failed, so that none is missing. */
export function rowPlaces(
	plan: SweepPlan,
	runs: readonly SweepRun[],
	facts: ReadonlyMap<string, DeviceFacts>,
): RowPlace[] {
	const measuring = runs.filter(({ of }) => of === 'scenario');
	return measuring.flatMap((run) => {
		const device = facts.get(run.device);
		const clocks = device === undefined ? [null] : askedClocks(device, plan.clocksHz);
		return clocks.map((clockHz, index) => ({
			key: clocks.length === 1 ? run.key : `${run.key}.${index + 1}`,
			run,
			clockHz,
		}));
	});
}
