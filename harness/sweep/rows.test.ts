import test from 'ava';
import { BOARD, FACTS, HOST, madeEvidence, madePlan, madeSweep } from '../testing/made-sweep.ts';
import { plannedRuns } from './plan.ts';
import { sweepFronts, sweepRows } from './rows.ts';
import { type RunFigures, runFigures } from './run-figures.ts';

const plan = madePlan({ solvers: ['euler'], timestepsMs: [16] });
const board = (changes = {}) => runFigures(madeEvidence(BOARD, 2, changes));
const host = (changes = {}) => runFigures(madeEvidence(HOST, 12, changes));

function rowsOf(figures: [string, RunFigures][]) {
	return madeSweep(plan, new Map(figures)).rows;
}

test("a PC's decisions over more clips are the board's, where both score every common clip alike", (t) => {
	const rows = rowsOf([
		['r1', host()],
		['r2', board()],
	]);
	const [, own] = rows;
	t.deepEqual(
		[own?.device, own?.accuracy.total, own?.accuracy.run, own?.accuracy.evidence],
		[BOARD.id, 12, 'r1', 'host'],
	);
	t.is(own?.accuracy.agreement, `labels and scores of 2 clips are the same on ${BOARD.id} and ${HOST.id}`);
});

test('one score that differs, and only what the board decided itself is told', (t) => {
	const [, own] = rowsOf([
		['r1', host()],
		[
			'r2',
			board({ scores: (clip: { name: string }) => (clip.name.endsWith('-1') ? [901, 100, 100] : [900, 100, 100]) }),
		],
	]);
	t.deepEqual([own?.accuracy.total, own?.accuracy.run, own?.accuracy.evidence], [2, 'r2', 'emulated']);
	t.regex(
		own?.accuracy.agreement ?? '',
		/do not score [12] of 2 clips alike \(keywords\/clip-[01].*\): its own clips are counted/,
	);
});

test('what a PC counted by another scenario is the row of the PC, and of a board that scores as the PC does', (t) => {
	const many = madePlan({ solvers: ['euler'], timestepsMs: [16], accuracyScenario: 'scenarios/many' });
	const counted = runFigures(madeEvidence(HOST, 30));
	const sweep = (ofBoard: RunFigures, withHost = true) => {
		const figures: [string, RunFigures][] = [
			['r2', counted],
			['r3', ofBoard],
		];
		return madeSweep(many, new Map(withHost ? [['r1', host()], ...figures] : figures)).rows;
	};
	const [pc, own] = sweep(board());
	t.deepEqual([pc?.accuracy.total, pc?.accuracy.run, pc?.accuracy.agreement], [30, 'r2', null]);
	t.deepEqual([own?.accuracy.total, own?.accuracy.run, own?.accuracy.evidence], [30, 'r2', 'host']);
	t.regex(own?.accuracy.agreement ?? '', /labels and scores of 2 clips are the same/);
	const [, unlike] = sweep(board({ scores: () => [1, 2, 3] }));
	t.deepEqual([unlike?.accuracy.total, unlike?.accuracy.run], [2, 'r3']);
	// Without the run whose clips the board heard too, nothing shows that they agree.
	const [, alone] = sweep(board(), false);
	t.deepEqual([alone?.accuracy.total, alone?.accuracy.run], [2, 'r3']);
});

test('no clip in common shows nothing', (t) => {
	const figures = board();
	const others: RunFigures = { ...host(), decisions: new Map() };
	const [, own] = rowsOf([
		['r1', others],
		['r2', figures],
	]);
	t.is(own?.accuracy.run, 'r2');
	t.regex(own?.accuracy.agreement ?? '', /heard no clip in common/);
});

test("another design's decisions are nobody else's", (t) => {
	const two = madePlan({ solvers: ['euler', 'heun'], timestepsMs: [16] });
	// r1 and r3 are the PC's; only the one of heun was run.
	const { rows } = madeSweep(
		two,
		new Map([
			['r2', board()],
			['r3', host()],
		]),
	);
	t.is(rows.find(({ run }) => run === 'r2')?.accuracy.run, 'r2');
});

test('a run that is not made, that failed, or whose bench failed is a row that says why', (t) => {
	const runs = plannedRuns(plan, FACTS);
	const failed = runs.map((run, index) =>
		index === 0 ? run : { ...run, state: 'failed' as const, why: 'the link was lost' },
	);
	const rows = sweepRows({ plan, runs: failed, facts: FACTS, figures: new Map() });
	t.deepEqual(
		rows.map(({ key, why }) => [key, why]),
		[
			['r1', 'not run yet'],
			['r2.1', 'the link was lost'],
			['r2.2', 'the link was lost'],
		],
	);
	t.true(rows.every(({ latencyP99, accuracy, why }) => latencyP99.reason === why && accuracy.reason === why));
	const fault = runFigures(madeEvidence(BOARD, 2, { faults: [{ code: 'reset', text: 'it reset' }] }));
	t.is(rowsOf([['r2', fault]]).at(-1)?.why, 'reset: it reset');
});

test('fronts are of one device, at the bad end, without what was not measured', (t) => {
	const { rows } = madeSweep(
		madePlan({ timestepsMs: [16] }),
		new Map([
			['r1', host()],
			['r2', board({ stageTicks: () => [100_000, 0, 0], awakeTicks: () => 100_000 })],
			['r4', board({ stageTicks: () => [200_000, 0, 0], awakeTicks: () => 200_000 })],
		]),
	);
	const fronts = sweepFronts(rows);
	const of = (device: string, against: string) =>
		fronts.find((front) => front.device === device && front.against === against);
	t.deepEqual(of(BOARD.id, 'latencyP99')?.front, ['r2.1']);
	// At half the clock it draws less: the same accuracy at less power.
	t.deepEqual(of(BOARD.id, 'power')?.front, ['r2.2']);
	t.deepEqual(of(HOST.id, 'latencyP99'), {
		device: HOST.id,
		against: 'latencyP99',
		front: ['r1'],
		excluded: [{ row: 'r3', why: 'not run yet' }],
	});
	t.deepEqual(of(HOST.id, 'power')?.front, []);
	t.deepEqual(
		of(HOST.id, 'power')?.excluded.map(({ row }) => row),
		['r1', 'r3'],
	);
});
