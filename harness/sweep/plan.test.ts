import test from 'ava';
import { BOARD, FACTS, HOST, madeModel, madePlan, OWN_HZ, SLOW_HZ } from '../testing/made-sweep.ts';
import { designPoints, plannedRuns, rowPlaces } from './plan.ts';

const named = (points: ReturnType<typeof designPoints>) =>
	points.map(({ model, solver, timestepMs }) => `${model} ${solver} ${timestepMs ?? 'adaptive'}`);

test('a star crosses the first model; the others stand as they were trained', (t) => {
	const models = [madeModel('m1'), madeModel('m2', { solver: 'rk4', timestepMs: null })];
	t.deepEqual(named(designPoints(madePlan({ models }))), [
		'm1 euler adaptive',
		'm1 euler 16',
		'm1 heun adaptive',
		'm1 heun 16',
		'm2 rk4 adaptive',
	]);
	t.is(designPoints(madePlan({ models, cross: 'full' })).length, 8);
});

test('each design is run once on each device, all devices of a design after each other', (t) => {
	const runs = plannedRuns(madePlan(), FACTS);
	t.deepEqual(
		runs.slice(0, 3).map(({ key, device, solver }) => [key, device, solver]),
		[
			['r1', HOST.id, 'euler'],
			['r2', BOARD.id, 'euler'],
			['r3', HOST.id, 'euler'],
		],
	);
	t.is(runs.length, 8);
	t.true(runs.every(({ state, runId, attempts }) => state === 'waiting' && runId === null && attempts === 0));
});

test('a run of a board is a row for each clock, a run of a PC one', (t) => {
	const places = (clocksHz: number[] | null) =>
		rowPlaces(madePlan({ clocksHz }), plannedRuns(madePlan(), FACTS).slice(0, 2), FACTS).map(({ key, clockHz }) => [
			key,
			clockHz,
		]);
	t.deepEqual(places(null), [
		['r1', null],
		['r2.1', OWN_HZ],
		['r2.2', SLOW_HZ],
	]);
	t.deepEqual(places([SLOW_HZ]), [
		['r1', null],
		['r2', SLOW_HZ],
	]);
});

test('a scenario for accuracy is run by PCs besides, and makes no row of its own', (t) => {
	const plan = madePlan({ accuracyScenario: 'scenarios/many', solvers: ['euler'], timestepsMs: [16] });
	const runs = plannedRuns(plan, FACTS);
	t.deepEqual(
		runs.map(({ key, device, of }) => [key, device, of]),
		[
			['r1', HOST.id, 'scenario'],
			['r2', HOST.id, 'accuracyScenario'],
			['r3', BOARD.id, 'scenario'],
		],
	);
	t.deepEqual(
		rowPlaces(plan, runs, FACTS).map(({ key }) => key),
		['r1', 'r3.1', 'r3.2'],
	);
});
