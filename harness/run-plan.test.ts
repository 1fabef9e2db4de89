/** Parameters, planned subsets, reported segments and folders of scenarios, on the real firmware as a PC program. */
import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { isOssicleError } from './error.ts';
import type { RunRecord } from './generated/record.ts';
import type { FeatureReference } from './generated/reference.ts';
import { evaluate } from './record/evaluate.ts';
import type { RunFolder } from './record/run-folder.ts';
import { type RunOptions, run } from './run.ts';
import { ossicle } from './testing/command.ts';
import { type TinyScenario, tinyScenario } from './testing/tiny-scenario.ts';

const REFERENCE = fileURLToPath(new URL('../scenarios/liquid-audio/reference.json', import.meta.url));
const ACCURACY = '| Device | Accuracy |\n| --- | --- |\n| Desktop CPU | > 1 % |\n';

function posixRun(tiny: TinyScenario, more: Partial<RunOptions> = {}) {
	return run({ scenario: tiny.folder, runsFolder: tiny.runs, devices: ['posix'], command: ['test'], ...more });
}

const yamlOf = (tiny: TinyScenario) => path.join(tiny.folder, 'tiny.scenario.yaml');
const replayed = (folder: RunFolder): Promise<RunRecord> => evaluate(folder, { source: 'replay', evaluatedBy: 'test' });

/** Timesteps that the hops of a run say they used, ms. */
async function timesteps(folder: RunFolder): Promise<Set<number>> {
	const { decodeCaptureFile } = await import('./capture/decode-run.ts');
	const { sessions } = await decodeCaptureFile(folder.capture);
	return new Set(
		sessions.flatMap(({ clips }) => clips.flatMap(({ inferences }) => inferences.map((hop) => hop.timestep / 10))),
	);
}

test('parameters reach the firmware, are echoed, on record, and the same in a replay', async (t) => {
	const tiny = tinyScenario(t, { clips: ['yes-01'], spec: ACCURACY });
	appendFileSync(yamlOf(tiny), 'params: { solver: heun, timestep: 8 ms }\n');
	const plain = await posixRun(tiny);
	t.deepEqual(plain.record.manifest.parameters, [
		{ name: 'solver', value: 1, overridden: false, text: 'solver heun' },
		{ name: 'timestep', value: 80, overridden: false, text: 'timestep 8 ms' },
	]);
	t.deepEqual(plain.record.cells[0]?.marks, []);
	t.deepEqual([...(await timesteps(plain.folder))], [8]);
	const other = await posixRun(tiny, { params: { timestep: 50 } });
	t.deepEqual(
		other.record.manifest.parameters.map(({ text, overridden }) => [text, overridden]),
		[
			['solver heun', false],
			['timestep 5 ms', true],
		],
	);
	t.deepEqual(other.record.cells[0]?.marks, ['timestep 5 ms']);
	t.deepEqual([...(await timesteps(other.folder))], [5]);
	const again = await replayed(other.folder);
	t.deepEqual(again.cells, other.record.cells);
	t.deepEqual(again.manifest.parameters, other.record.manifest.parameters);
	t.notDeepEqual(
		other.record.clips.map(({ scores }) => scores),
		plain.record.clips.map(({ scores }) => scores),
		'another timestep gives other scores',
	);
});

test('a parameter that the firmware refuses is a usage error with its name, and the run is on record', async (t) => {
	const tiny = tinyScenario(t, { clips: ['yes-01'], spec: ACCURACY });
	for (const [params, expected] of [
		[{ solver: 9 }, /does not take the parameter solver 9 \(solver = 9 on the wire\)/],
		[{ timestep: 9 }, /does not take the parameter timestep 0\.9 ms/],
		[{ colour: 1 }, /does not take the parameter colour 1/],
	] as const) {
		const error = await t.throwsAsync(() => posixRun(tiny, { params }));
		t.true(isOssicleError(error) && error.kind === 'usage' && error.code === 'param-refused');
		t.regex(error?.message ?? '', expected);
	}
	const [first = ''] = readdirSync(tiny.runs);
	const record = JSON.parse(readFileSync(path.join(tiny.runs, first, 'record.json'), 'utf8')) as RunRecord;
	t.is(record.cells.find(({ device }) => device === 'posix')?.verdict, 'rig-error');
});

test('--param on the command line; what is wrong with it ends with exit 2', async (t) => {
	const tiny = tinyScenario(t, { clips: ['yes-01'], spec: ACCURACY });
	const args = ['run', tiny.folder, '--device', 'posix', '--runs', tiny.runs];
	const good = await ossicle([...args, '--param', 'gating=off', '--param', 'timestep=adaptive']);
	t.is(good.exitCode, 0, String(good.stderr));
	t.regex(String(good.stderr), /posix \(row Desktop CPU\)|posix: set to gating off, timestep adaptive/);
	t.regex(
		String(good.stderr),
		/With gating off, timestep adaptive by --param: this is not the scenario as it is written\./,
	);
	const bad = await ossicle([...args, '--param', 'timestep=16']);
	t.is(bad.exitCode, 2);
	t.regex(String(bad.stderr), /^ossicle: --param: timestep is `16`: expected `adaptive`, or milliseconds/m);
	const refused = await ossicle([...args, '--param', 'solver=9']);
	t.is(refused.exitCode, 2);
	t.regex(String(refused.stderr), /does not take the parameter solver 9/);
});

test('a planned subset is sent, judged and told of; other kinds of devices get every clip', async (t) => {
	const clips = ['yes-01', 'yes-02', 'no-01', 'no-02'];
	const tiny = tinyScenario(t, { clips, spec: ACCURACY });
	const yaml = readFileSync(yamlOf(tiny), 'utf8');
	const withSubset = (devices: string) =>
		writeFileSync(
			yamlOf(tiny),
			yaml.replace('measures:', `subset: { clips: 2, seed: 5, devices: [${devices}] }, measures:`),
		);
	withSubset('host');
	const { record, folder } = await posixRun(tiny);
	t.is(record.cells[0]?.verdict, 'pass');
	t.deepEqual(record.cells[0]?.marks, ['subset 2 of 4']);
	t.deepEqual(record.sessions[0]?.subsets, [{ segment: 'keywords', clips: 2, of: 4, seed: 5 }]);
	t.deepEqual(record.clips.map(({ label }) => label).sort(), ['no', 'yes'], 'one of each label');
	t.deepEqual((await replayed(folder)).cells, record.cells);
	withSubset('silicon');
	const whole = await posixRun(tiny);
	t.is(whole.record.clips.length, 4);
	t.deepEqual(whole.record.sessions[0]?.subsets, []);
});

test('the defaults that the reference names are those of the firmware: set by hand or not, its scores are the reference', async (t) => {
	const { defaults = {} } = JSON.parse(readFileSync(REFERENCE, 'utf8')) as FeatureReference;
	t.deepEqual(Object.keys(defaults).sort(), ['gating', 'scaling', 'solver', 'timestep']);
	const spec = '| Device | Parity (bit-exact) |\n| --- | --- |\n| Desktop CPU | >= 100 % |\n';
	const tiny = tinyScenario(t, { clips: ['yes-01', 'stop-04'], spec });
	copyFileSync(REFERENCE, path.join(tiny.folder, 'reference.json'));
	appendFileSync(yamlOf(tiny), 'reference: reference.json\n');
	const cellWith = async (params: Record<string, number>) => (await posixRun(tiny, { params })).record.cells[0];
	t.like(await cellWith({}), { verdict: 'pass', n: 2 });
	t.like(await cellWith(defaults), { verdict: 'pass', n: 2 });
	const other = await cellWith({ timestep: 80 });
	t.is(other?.verdict, 'not-measured');
	t.regex(other?.reason ?? '', /made with timestep 16 ms, and this run sets timestep 8 ms/);
});

test('a segment that is not judged is measured and reported', async (t) => {
	const tiny = tinyScenario(t, { clips: ['yes-01', 'no-01'], spec: ACCURACY });
	const yaml = readFileSync(yamlOf(tiny), 'utf8');
	const [, segment = ''] = /( {2}- \{ name: keywords.*\n)/.exec(yaml) ?? [];
	const other = segment
		.replace('keywords,', 'aside,')
		.replace('*.wav', 'no-*.wav')
		.replace('measures:', 'judged: false, measures:');
	writeFileSync(yamlOf(tiny), yaml.replace('*.wav', 'yes-*.wav') + other);
	const { record, folder } = await posixRun(tiny);
	t.is(record.cells[0]?.n, 1, 'only the judged clip counts');
	t.deepEqual(
		record.reported.map(({ segment: name, metric, unit, n }) => [name, metric, unit, n > 0]),
		[
			['aside', 'latency', 'ms', true],
			['aside', 'accuracy', '%', true],
		],
	);
	t.deepEqual((await replayed(folder)).reported, record.reported);
});

test('a folder of several scenarios: each has a record of its own, and the worst exit code counts', async (t) => {
	const tiny = tinyScenario(t, { clips: ['yes-01'], spec: ACCURACY });
	writeFileSync(
		path.join(tiny.folder, 'strict.md'),
		ACCURACY.replace('> 1 %', '>= 100 %').replace('Accuracy', 'Accuracy (population)'),
	);
	const strict = readFileSync(yamlOf(tiny), 'utf8').replace('id: tiny', 'id: strict').replace('spec.md', 'strict.md');
	writeFileSync(path.join(tiny.folder, 'strict.scenario.yaml'), strict);
	const { exitCode, stdout, stderr } = await ossicle([
		'run',
		tiny.folder,
		'--device',
		'posix',
		'--runs',
		tiny.runs,
		'--json',
	]);
	t.is(exitCode, 3, String(stderr));
	const records = JSON.parse(String(stdout)) as RunRecord[];
	t.is(records.length, 2);
	t.is(readdirSync(tiny.runs).length, 2);
	t.regex(String(stderr), /== .*strict\.scenario\.yaml \(1 of 2\)/);
	t.regex(String(stderr), /2 of 2 scenarios were run; the worst exit code is 3\./);
	t.regex(String(stderr), /tiny\.scenario\.yaml: 1 of 1 limits met, exit code 0/);
	const check = await ossicle(['check', tiny.folder]);
	t.is(check.exitCode, 0);
	t.deepEqual(String(check.stdout).match(/^scenario .*$/gm), [
		'scenario  strict: keywords',
		'scenario  tiny: keywords',
	]);
});

test('what is wrong with the second scenario is said before the first is run', async (t) => {
	const tiny = tinyScenario(t, { clips: ['yes-01'], spec: ACCURACY });
	copyFileSync(yamlOf(tiny), path.join(tiny.folder, 'zero.scenario.yaml'));
	appendFileSync(path.join(tiny.folder, 'zero.scenario.yaml'), 'params: { solver: none }\n');
	const { exitCode, stderr } = await ossicle(['run', tiny.folder, '--device', 'posix', '--runs', tiny.runs]);
	t.is(exitCode, 2);
	t.regex(String(stderr), /zero\.scenario\.yaml:\d+:\d+: solver is `none`/);
	t.throws(() => readdirSync(tiny.runs), { code: 'ENOENT' });
});
