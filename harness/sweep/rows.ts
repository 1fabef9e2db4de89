/** The table of a sweep, from what its runs found. Pure. */
import type { DeviceFacts } from '../generated/device.ts';
import type { SweepAccuracy, SweepFront, SweepPlan, SweepReading, SweepRow, SweepRun } from '../generated/sweep.ts';
import { paretoFront } from './pareto.ts';
import { type RowPlace, rowPlaces } from './plan.ts';
import { noReading } from './reading.ts';
import { isSameDecision, type RunFigures } from './run-figures.ts';

export interface TableInput {
	plan: SweepPlan;
	runs: readonly SweepRun[];
	facts: ReadonlyMap<string, DeviceFacts>;
	/** By key of the run; for those that were made. */
	figures: ReadonlyMap<string, RunFigures>;
}

/** Clips named where two devices do not decide alike. */
const MOST_NAMED = 3;

export function sweepRows(input: TableInput): SweepRow[] {
	return rowPlaces(input.plan, input.runs, input.facts).map((place) => rowOf(place, input));
}

function rowOf(place: RowPlace, input: TableInput): SweepRow {
	const { key, run, clockHz } = place;
	const facts = input.facts.get(run.device);
	const about: RowHead = {
		key,
		run: run.key,
		device: run.device,
		specRow: facts?.specRow ?? '',
		model: run.model,
		solver: run.solver,
		timestepMs: run.timestepMs,
		clockHz,
	};
	const figures = figuresOf(run, input);
	const point = figures?.points.find((each) => each.clockHz === clockHz);
	const why = whyNot(run, figures, point !== undefined);
	if (figures === undefined || point === undefined) return { ...about, ...emptyRow(why ?? '') };
	const { clockHz: _, ...measured } = point;
	return { ...about, why: null, ...measured, accuracy: accuracyOf(run, figures, input) };
}

function whyNot(run: SweepRun, figures: RunFigures | undefined, hasPoint: boolean): string | null {
	if (run.state === 'waiting') return run.why ?? 'not run yet';
	if (run.state === 'failed') return run.why ?? 'the run failed';
	if (figures === undefined) return 'its run folder is gone';
	if (figures.fault !== null) return figures.fault.reason;
	return hasPoint ? null : 'the device has no such clock';
}

type RowHead = Pick<SweepRow, 'key' | 'run' | 'device' | 'specRow' | 'model' | 'solver' | 'timestepMs' | 'clockHz'>;

function emptyRow(why: string): Omit<SweepRow, keyof RowHead> {
	const nothing = noReading(why);
	return {
		why,
		latencyP50: nothing,
		latencyP99: nothing,
		load: nothing,
		power: nothing,
		ram: nothing,
		flash: nothing,
		stages: [],
		accuracy: {
			correct: null,
			total: null,
			percent: null,
			low: null,
			high: null,
			method: '',
			run: null,
			evidence: null,
			agreement: null,
			reason: why,
		},
	};
}

/**
 * Where a PC build ran the same design over more clips, its decisions are the board's too: the code is the same to the bit,
 * which is held against every clip that both of them heard. One that differs, and the board's own clips are all there is.
 */
function accuracyOf(run: SweepRun, figures: RunFigures, input: TableInput): SweepAccuracy {
	const own: SweepAccuracy = { ...figures.accuracy, run: run.key, agreement: null };
	const twins = input.runs.filter((other) => isTwin(run, other) && evidenceOf(other, input) === 'host');
	const isHost = evidenceOf(run, input) === 'host';
	const same = isHost ? run : twins.find(({ of }) => of === 'scenario');
	const theirs = same === undefined ? undefined : figuresOf(same, input);
	if (same === undefined || theirs === undefined) return own;
	const agreement = isHost ? null : agreementOf(figures, theirs, run.device, same.device);
	if (agreement?.holds === false) return { ...own, agreement: agreement.text };
	const counted = [
		same,
		...twins.filter(({ of, device }) => of === 'accuracyScenario' && device === same.device),
	].flatMap((other) => {
		const found = figuresOf(other, input)?.accuracy;
		return found === undefined || found.total === null ? [] : [{ ...found, run: other.key }];
	});
	const most = [own, ...counted].reduce((a, b) => ((b.total ?? 0) > (a.total ?? 0) ? { ...own, ...b } : a));
	return most.run === run.key ? own : { ...most, agreement: agreement?.text ?? null };
}

function evidenceOf({ device }: SweepRun, { facts }: TableInput): DeviceFacts['evidence'] | undefined {
	return facts.get(device)?.evidence;
}

function figuresOf(run: SweepRun, { figures }: TableInput): RunFigures | undefined {
	return run.state === 'done' ? figures.get(run.key) : undefined;
}

function isTwin(run: SweepRun, other: SweepRun): boolean {
	return (
		other.key !== run.key &&
		other.model === run.model &&
		other.solver === run.solver &&
		other.timestepMs === run.timestepMs
	);
}

/** Labels and scores of every clip that both decided, compared as they stand. */
function agreementOf(
	board: RunFigures,
	host: RunFigures,
	boardId: string,
	hostId: string,
): { holds: boolean; text: string } {
	const both = [...board.decisions].flatMap(([name, decision]) => {
		const other = host.decisions.get(name);
		return other === undefined ? [] : [{ name, isSame: isSameDecision(decision, other) }];
	});
	const unlike = both.filter(({ isSame }) => !isSame).map(({ name }) => name);
	if (both.length === 0)
		return { holds: false, text: `${boardId} and ${hostId} heard no clip in common: its own clips are counted` };
	if (unlike.length > 0) {
		const more = unlike.length > MOST_NAMED ? `, and ${unlike.length - MOST_NAMED} more` : '';
		const named = `${unlike.slice(0, MOST_NAMED).join(', ')}${more}`;
		const text = `${boardId} and ${hostId} do not score ${unlike.length} of ${both.length} clips alike (${named}): its own clips are counted`;
		return { holds: false, text };
	}
	return { holds: true, text: `labels and scores of ${both.length} clips are the same on ${boardId} and ${hostId}` };
}

/** For each device the best accuracy there is at a cost: time, and power. Of a band the bad end. */
export function sweepFronts(rows: readonly SweepRow[]): SweepFront[] {
	const devices = [...new Set(rows.map(({ device }) => device))];
	return devices.flatMap((device) =>
		(['latencyP99', 'power'] as const).map((against) => {
			const ofDevice = rows.filter((row) => row.device === device);
			const { front, excluded } = paretoFront(
				ofDevice.map((row) => ({
					key: row.key,
					cost: row[against].high,
					benefit: row.accuracy.percent,
					why: missing(row[against], row.accuracy),
				})),
			);
			return { device, against, front, excluded: excluded.map(({ key, why }) => ({ row: key, why })) };
		}),
	);
}

function missing(cost: SweepReading, accuracy: SweepAccuracy): string {
	return cost.reason ?? accuracy.reason ?? '';
}
