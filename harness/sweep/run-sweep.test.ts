import test from 'ava';
import { OssicleError } from '../error.ts';
import type { Sweep, SweepRun } from '../generated/sweep.ts';
import { FACTS, madeEvidence, madePlan, madeSweep } from '../testing/made-sweep.ts';
import { runFigures } from './run-figures.ts';
import { type RunAttempt, runSweep, type SweepRunner } from './run-sweep.ts';

const PLAN = madePlan({ solvers: ['euler', 'heun'], timestepsMs: [16] });

/** A bench on which every run succeeds, but for what the test says of it. */
class MadeBench implements SweepRunner {
	readonly tried: string[] = [];
	readonly read: string[] = [];
	readonly outcome: (run: SweepRun) => RunAttempt | Error | null;

	constructor(outcome: (run: SweepRun) => RunAttempt | Error | null = () => null) {
		this.outcome = outcome;
	}

	async attempt(run: SweepRun): Promise<RunAttempt> {
		this.tried.push(run.key);
		const outcome = this.outcome(run);
		if (outcome instanceof Error) throw outcome;
		return outcome ?? this.made(run);
	}

	async readBack(run: SweepRun): Promise<RunAttempt> {
		this.read.push(run.key);
		return this.made(run);
	}

	made(run: SweepRun): RunAttempt {
		const facts = FACTS.get(run.device);
		if (facts === undefined) throw new Error('a device of the test');
		const runId = `20260102-030405-${run.key.slice(1).padStart(4, '0')}`;
		return { runId, figures: runFigures(madeEvidence(facts, 2)), why: null };
	}
}

async function go(
	runner: SweepRunner,
	begun = madeSweep(PLAN, new Map(), { state: 'going on' }),
	signal = new AbortController().signal,
) {
	const written: Sweep[] = [];
	const said: string[] = [];
	const sweep = await runSweep(begun, {
		facts: FACTS,
		runner,
		write: (now) => written.push(now),
		progress: (text) => said.push(text),
		signal,
	});
	return { sweep, written, said };
}

const states = ({ runs }: Sweep) => runs.map(({ key, state }) => `${key} ${state}`);

test('every run is made, and the table is written after each of them', async (t) => {
	const bench = new MadeBench();
	const { sweep, written, said } = await go(bench);
	t.is(sweep.state, 'complete');
	t.deepEqual(bench.tried, ['r1', 'r2', 'r3', 'r4']);
	t.deepEqual(
		written.map((now) => now.rows.filter(({ why }) => why === null).length),
		[0, 1, 3, 4, 6, 6],
	);
	t.true(
		written.every(({ rows }) => rows.length === 6),
		'no row is ever missing',
	);
	t.deepEqual(written.at(-1), sweep);
	t.regex(said[0] ?? '', /^r1, 1 of 4 to run: posix: net-m1-0123456789ab, euler, 16 ms$/);
	t.regex(sweep.runs[1]?.runId ?? '', /^20260102-030405-0002$/);
});

test('what cannot be built or run is a row that says so, and the sweep goes on', async (t) => {
	const bench = new MadeBench((run) => {
		if (run.key === 'r2') return new OssicleError('sweep-build', 'usage', 'make ended with 2');
		if (run.key === 'r3')
			return { runId: '20260102-030405-0003', figures: null, why: 'the capture could not be written' };
		return null;
	});
	const { sweep, said } = await go(bench);
	t.deepEqual(states(sweep), ['r1 done', 'r2 failed', 'r3 failed', 'r4 done']);
	t.deepEqual(
		sweep.rows.map(({ key, why }) => [key, why]),
		[
			['r1', null],
			['r2.1', 'make ended with 2'],
			['r2.2', 'make ended with 2'],
			['r3', 'the capture could not be written'],
			['r4.1', null],
			['r4.2', null],
		],
	);
	t.true(said.includes('r2 failed: make ended with 2'));
	t.is(sweep.state, 'complete');
});

test('a run whose bench failed is failed, with its folder', async (t) => {
	const bench = new MadeBench();
	const fault = (run: SweepRun): RunAttempt => {
		const facts = FACTS.get(run.device);
		if (facts === undefined) throw new Error('a device of the test');
		const figures = runFigures(madeEvidence(facts, 2, { faults: [{ code: 'reset', text: 'it reset' }] }));
		return { ...bench.made(run), figures };
	};
	const { sweep } = await go(new MadeBench((run) => (run.key === 'r1' ? fault(run) : null)));
	t.deepEqual(
		[sweep.runs[0]?.state, sweep.runs[0]?.why, sweep.runs[0]?.runId],
		['failed', 'reset: it reset', '20260102-030405-0001'],
	);
});

test('a fault of our own ends the sweep, and is not a row', async (t) => {
	await t.throwsAsync(go(new MadeBench(() => new TypeError('a bug'))), { message: 'a bug' });
});

test('interrupted, the run in hand waits to be run again, and the table has the rest', async (t) => {
	const stop = new AbortController();
	const bench = new MadeBench((run) => {
		if (run.key === 'r3') stop.abort();
		return null;
	});
	const { sweep, written } = await go(bench, undefined, stop.signal);
	t.is(sweep.state, 'interrupted');
	t.deepEqual(states(sweep), ['r1 done', 'r2 done', 'r3 waiting', 'r4 waiting']);
	t.deepEqual(bench.tried, ['r1', 'r2', 'r3']);
	t.deepEqual(
		sweep.rows.map(({ why }) => why),
		[null, null, null, 'interrupted', 'not run yet', 'not run yet'],
	);
	t.deepEqual(written.at(-1), sweep);
});

test('resumed, finished runs are read back, and failed and waiting ones are run', async (t) => {
	const first = await go(new MadeBench((run) => (run.key === 'r2' ? new OssicleError('x', 'rig', 'lost') : null)));
	const cut: Sweep = {
		...first.sweep,
		runs: first.sweep.runs.map((run) => (run.key === 'r4' ? { ...run, state: 'waiting' } : run)),
	};
	const bench = new MadeBench();
	const { sweep } = await go(bench, cut);
	t.deepEqual(bench.read, ['r1', 'r3']);
	t.deepEqual(bench.tried, ['r2', 'r4']);
	t.deepEqual(states(sweep), ['r1 done', 'r2 done', 'r3 done', 'r4 done']);
	t.deepEqual(
		sweep.runs.map(({ attempts }) => attempts),
		[1, 2, 1, 2],
	);
	t.true(sweep.rows.every(({ why }) => why === null));
});

test('a finished run that cannot be read back any more is run again', async (t) => {
	const first = await go(new MadeBench());
	const bench = new MadeBench();
	bench.readBack = async (run) =>
		run.key === 'r3'
			? { runId: run.runId, figures: null, why: 'its inputs are not those of the run any more' }
			: bench.made(run);
	const { sweep } = await go(bench, first.sweep);
	t.deepEqual(bench.tried, ['r3']);
	t.deepEqual(states(sweep), ['r1 done', 'r2 done', 'r3 done', 'r4 done']);
});
