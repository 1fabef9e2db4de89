import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';

const { tapReader } = await import(new URL('./tap.mjs', import.meta.url).href);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the real AVA on one file and reads what it says. */
async function ava(t: ExecutionContext, source: string) {
	// Inside the repository, so that `ava` resolves; below node_modules, so that no AVA run of our own finds it.
	const folder = await mkdtemp(path.join(ROOT, 'node_modules', '.ossicle-tap-'));
	t.teardown(() => rm(folder, { recursive: true, force: true }));
	await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
	// A config file of its own: AVA looks upwards for one, and would find ours.
	await writeFile(path.join(folder, 'ava.config.mjs'), "export default { files: ['*.test.js'] };");
	await writeFile(path.join(folder, 'a.test.js'), source);
	const run = await execa(process.execPath, [path.join(ROOT, 'node_modules/ava/entrypoints/cli.mjs'), '--tap'], {
		cwd: folder,
		reject: false,
		env: { NODE_OPTIONS: '', NODE_V8_COVERAGE: '' },
	});
	const tests: { kind: string; title: string; details: string[] }[] = [];
	const reader = tapReader({ onTest: (each: (typeof tests)[number]) => tests.push(each) });
	for (let at = 0; at < run.stdout.length; at += 7) reader.push(run.stdout.slice(at, at + 7));
	// An AVA that did not even start would make every test below that expects a failure pass for nothing.
	t.regex(run.stdout, /^# tests/m, run.stderr);
	return { tests, result: reader.end(run.exitCode ?? null) };
}

const IMPORT = "import test from 'ava';\n";

test('passed, failed and skipped tests are counted, and a failure keeps its details', async (t) => {
	const { tests, result } = await ava(
		t,
		`${IMPORT}
		test('good', t => t.pass());
		test('bad', t => t.is(1, 2));
		test.skip('left out', t => t.fail());`,
	);
	t.deepEqual(result, { passed: 1, failed: 1, skipped: 1, trouble: null });
	t.regex(tests.find((each) => each.kind === 'failed')?.details.join('\n') ?? '', /Difference/);
	t.deepEqual(tests.map((each) => each.title).sort(), ['bad', 'good', 'left out']);
});

test('a file that throws is a failure', async (t) => {
	const { result } = await ava(
		t,
		`${IMPORT}test('good', t => t.pass());\nsetTimeout(() => { throw new Error('later'); }, 50);\ntest('waits', t => new Promise(resolve => setTimeout(resolve, 200)));`,
	);
	t.true(result.failed > 0);
});

test('a file without tests, and a run without files, are failures', async (t) => {
	t.true((await ava(t, IMPORT)).result.failed > 0);
	t.true((await ava(t, 'process.exit(0);')).result.failed > 0);
});

test('tests that were never run are failures', async (t) => {
	const { result } = await ava(t, `${IMPORT}test('hangs', t => new Promise(() => {}));`);
	t.true(result.failed > 0);
});

test('a todo is a failure, as in AVA', async (t) => {
	const { result } = await ava(t, `${IMPORT}test('good', t => t.pass());\ntest.todo('later');`);
	t.is(result.failed, 1);
});

const WHOLE = 'TAP version 13\nok 1 - a\nok 2 - b # SKIP\n\n1..2\n# tests 2\n# pass 1\n# skip 1\n# fail 0\n';

for (const [what, text, exitCode, expected] of [
	['a whole run', WHOLE, 0, { passed: 1, failed: 0, skipped: 1 }],
	['output that stops before the summary', WHOLE.slice(0, 40), 0, { failed: 1 }],
	['no output', '', 0, { failed: 1 }],
	['a summary without tests', '1..0\n# tests 0\n# pass 0\n# fail 0\n', 0, { failed: 1 }],
	['a good summary and a bad status', WHOLE, 1, { passed: 1, failed: 1 }],
	['a good summary and a signal', WHOLE, null, { passed: 1, failed: 1 }],
	['a lost line', WHOLE.replace('ok 1 - a\n', ''), 0, { failed: 1 }],
	['a failure only the summary knows', WHOLE.replace('# fail 0', '# fail 3'), 1, { failed: 3 }],
	[
		'a failure and a status of 0',
		WHOLE.replace('ok 1', 'not ok 1').replace('# pass 1', '# pass 0').replace('# fail 0', '# fail 1'),
		0,
		{ failed: 1 },
	],
] as const) {
	test(`counted: ${what}`, (t) => {
		const reader = tapReader();
		reader.push(text);
		t.like(reader.end(exitCode), expected);
	});
}
