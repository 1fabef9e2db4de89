import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { Sweep } from '../generated/sweep.ts';
import { ossicle, printed } from '../testing/command.ts';
import { randomLnn, writeLnn } from '../testing/made-lnn.ts';
import { Random } from '../testing/random.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { tinyScenario } from '../testing/tiny-scenario.ts';
import { type SweepCommandOptions, sweepCommand } from './sweep-command.ts';

const SPEC = '| Device | Latency | Accuracy |\n| --- | --- | --- |\n| Desktop CPU | < 5 ms | > 50 % |\n';
const MODEL = 'firmware/apps/liquid-audio/model.lnn';

/** As commander gives them where nothing is written. */
const NO_OPTIONS: SweepCommandOptions = { solver: [], timestep: [], model: [], device: [], clock: [] };

function readSweep(folder: string): Sweep {
	return JSON.parse(readFileSync(path.join(folder, 'sweep.json'), 'utf8'));
}

test('a sweep on this PC: interrupted it keeps its table, resumed it ends it, and every row has its run folder', async (t) => {
	t.timeout(300_000);
	const { folder: scenario } = tinyScenario(t, { spec: SPEC });
	const sweeps = temporaryFolder('sweep-command');
	const axes = ['--solver', 'euler,rk4', '--timestep', '16ms,adaptive', '--model', MODEL, '--device', 'posix'];
	const begun = ossicle(['sweep', scenario, ...axes, '--sweeps', sweeps, '--note', 'a test']);
	await printed(begun, 'r2, 2 of 4 to run');
	begun.kill('SIGINT');
	const cut = await begun;
	t.is(cut.exitCode, 130, String(cut.stderr));
	t.regex(String(cut.stderr), /Interrupted after 1 of 4 runs: `ossicle sweep --resume`/);
	const [name = ''] = readdirSync(sweeps);
	const folder = path.join(sweeps, name);
	const partial = readSweep(folder);
	t.deepEqual([partial.state, partial.rows.length, partial.note], ['interrupted', 4, 'a test']);
	t.deepEqual(
		partial.rows.map(({ why }) => why === null),
		[true, false, false, false],
	);
	t.is(readFileSync(path.join(folder, 'table.csv'), 'utf8').split('\r\n').length, 1 + 4 + 1);

	const { exitCode, stdout, stderr } = await ossicle(['sweep', '--resume', folder, '--json']);
	t.is(exitCode, 0, String(stderr));
	const sweep = JSON.parse(String(stdout)) as Sweep;
	t.deepEqual(sweep, readSweep(folder));
	t.is(sweep.state, 'complete');
	t.is(sweep.runs[0]?.runId, partial.runs[0]?.runId, 'what was finished is not run again');
	t.is(new Set(sweep.runs.map(({ buildId }) => buildId)).size, 1, 'one firmware for all rows');
	for (const row of sweep.rows) {
		t.is(row.why, null);
		t.deepEqual([row.latencyP99.evidence, row.accuracy.evidence, row.accuracy.total], ['host', 'host', 2]);
		t.deepEqual(
			row.stages.map(({ unit }) => unit),
			['ns', 'ns', 'ns', 'ns'],
		);
		const run = sweep.runs.find(({ key }) => key === row.run);
		const clips = JSON.parse(readFileSync(path.join(folder, 'runs', run?.runId ?? '', 'inputs/clips.json'), 'utf8'));
		const set = Object.fromEntries(
			clips.params.map(({ name: param, value }: { name: string; value: number }) => [param, value]),
		);
		t.deepEqual(set, { solver: row.solver === 'rk4' ? 2 : 0, timestep: row.timestepMs === null ? 0 : 160 });
	}
	// The solver that was asked for is the one that ran: it does not score as the other one does.
	const scoresOf = (solver: string) => {
		const runId = sweep.runs.find((run) => run.solver === solver && run.timestepMs === 16)?.runId ?? '';
		const { clips } = JSON.parse(readFileSync(path.join(folder, 'runs', runId, 'record.json'), 'utf8'));
		return clips.map(({ scores }: { scores: number[] }) => scores);
	};
	t.notDeepEqual(scoresOf('rk4'), scoresOf('euler'));
	t.true(existsSync(path.join(folder, 'report.html')));

	const page = await ossicle(['sweep', '--markdown', folder]);
	t.is(page.exitCode, 0);
	t.regex(String(page.stdout), /^# Solvers, timesteps and models, measured\n[\s\S]*\n\| `rk4` \| adaptive \| \d/);
	const other = await ossicle(['sweep', '--resume', folder, '--solver', 'heun']);
	t.is(other.exitCode, 2);
	t.regex(String(other.stderr), /--resume goes on with the plan of that sweep: `solver` cannot be changed/);
});

test('--dry-run lists every design and what is sent to whom, and touches nothing', async (t) => {
	const sweeps = temporaryFolder('sweep-dry');
	const { exitCode, stdout } = await ossicle([
		'sweep',
		'--dry-run',
		'--solver',
		'heun',
		'--timestep',
		'16ms,adaptive',
		'--sweeps',
		sweeps,
	]);
	t.is(exitCode, 0);
	const text = String(stdout);
	t.regex(text, /^\d+ runs of \d+ designs, \d+ rows \(boards at 168 MHz.*from the same counts\); nothing is run now\n/);
	t.regex(text, /heun +16 ms +posix, stm32f405-emulated\n/);
	t.regex(text, /\nposix: 64 clips, 64 s of audio a run\nstm32f405-emulated: 13 clips, \d+ s of audio a run$/);
	t.deepEqual(readdirSync(sweeps), []);
});

test('what cannot be swept is said before anything is built', async (t) => {
	const folder = temporaryFolder('sweep-faults');
	const broken = path.join(folder, 'broken.lnn');
	writeFileSync(broken, writeLnn(randomLnn(new Random(1))).subarray(0, 200));
	for (const [options, message] of [
		[{ solver: ['eular'] }, /--solver: expected a solver .*euler/],
		[{ timestep: ['16'] }, /--timestep: expected `adaptive`/],
		[{ clock: ['85MHz'] }, /--clock: expected clocks of posix, stm32f405-emulated, which have 168MHz, .*got 85MHz/],
		[{ device: ['stm32f504'] }, /stm32f405/],
		[{ device: ['posix-mqtt'] }, /--device: posix-mqtt is on an MQTT broker, and a sweep builds/],
		[
			{ model: [broken] },
			/broken\.lnn: header, byte 8: expected \d+ bytes, the length it says, got a file of 200 bytes/,
		],
		[{ sessions: '0' }, /--sessions: expected a whole number/],
		[{ resume: folder }, /expected the folder of a sweep/],
		[{ markdown: broken }, /is not valid JSON/],
	] satisfies [Partial<SweepCommandOptions>, RegExp][]) {
		await t.throwsAsync(sweepCommand(undefined, { ...NO_OPTIONS, sweeps: folder, ...options }), { message });
	}
	t.deepEqual(readdirSync(folder), ['broken.lnn']);
});

test('a wrong option is exit code 2 and a sentence', async (t) => {
	const { exitCode, stderr, stdout } = await ossicle(['sweep', '--solver', 'eular']);
	t.is(exitCode, 2);
	t.is(stdout, '');
	t.regex(
		String(stderr),
		/ossicle: --solver: expected a solver \(euler, heun, rk4, adaptive_heun\), got `eular`; did you mean "euler"\?/,
	);
});
