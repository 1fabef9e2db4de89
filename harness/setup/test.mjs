/**
 * `npm test`: types, lint, C tests under the sanitizers, AVA under coverage. Its last line is `N passed, N failed`.
 *
 * Arguments after `npm test --` go to AVA, and then only AVA runs: `npm test -- harness/link/cobs.test.ts`.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { holdLock } from './lock.mjs';
import { tapReader } from './tap.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MIN_LINE_PERCENT = 85;
const total = { passed: 0, failed: 0, skipped: 0 };
const print = (text) => writeSync(1, `${text}\n`);
const bin = (name) => path.join(ROOT, 'node_modules', '.bin', name);

function add({ passed = 0, failed = 0, skipped = 0 }) {
	total.passed += passed;
	total.failed += failed;
	total.skipped += skipped;
}

/** Resolves with the exit code, null after a signal. `onText` gets stdout; otherwise it is shown. */
function run(program, args, { env = {}, onText } = {}) {
	return new Promise((resolve) => {
		const child = spawn(program, args, {
			cwd: ROOT,
			env: { ...process.env, ...env },
			stdio: ['ignore', onText === undefined ? 'inherit' : 'pipe', 'inherit'],
		});
		child.stdout?.setEncoding('utf8').on('data', onText);
		child.on('error', (error) => {
			print(`${program}: ${error.message}`);
			resolve(127);
		});
		child.on('close', (code) => resolve(code));
	});
}

/** A tool that is right or wrong as a whole counts as one test. */
async function check(name, program, args) {
	print(`\n== ${name}`);
	const code = await run(program, args);
	print(code === 0 ? `ok ${name}` : `FAILED ${name} (status ${code})`);
	add(code === 0 ? { passed: 1 } : { failed: 1 });
}

async function cTests() {
	print('\n== C tests');
	const unlock = await holdLock(path.join(ROOT, '.setup.lock'), 'Waiting for a set-up in this clone ...');
	let tail = '';
	const code = await run('make', ['-s', '--no-print-directory', '-C', 'firmware', 'test'], {
		onText: (text) => {
			writeSync(1, text);
			tail = (tail + text).slice(-2000);
		},
	});
	await unlock();
	const count = /^(\d+) passed, (\d+) failed$/.exec(tail.trimEnd().split('\n').at(-1) ?? '');
	const [passed, failed] = [Number(count?.[1] ?? 0), Number(count?.[2] ?? 0)];
	const trouble = count === null || passed === 0 || (code !== 0 && failed === 0);
	if (trouble)
		print(
			`FAILED C tests: make ended with status ${code}, ${count === null ? 'without its last line `N passed, N failed`' : count[0]}`,
		);
	add({ passed, failed: trouble ? Math.max(failed, 1) : failed });
}

async function avaTests(args, coverageFolder) {
	print('\n== AVA');
	const reader = tapReader({
		onTest: ({ kind, title, details }) => {
			const mark = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' }[kind];
			print([`${mark} ${title}`, ...(kind === 'failed' ? details : [])].join('\n'));
		},
	});
	const env = coverageFolder === null ? {} : { NODE_V8_COVERAGE: coverageFolder };
	const code = await run(process.execPath, [bin('ava'), '--tap', ...args], {
		env,
		onText: (text) => reader.push(text),
	});
	const result = reader.end(code);
	if (result.trouble !== null) print(`FAILED AVA: ${result.trouble}`);
	add(result);
}

/** Lines of harness/ that ran, files no test ever loaded included; too few is a failure. */
async function coverage(folder) {
	print('\n== coverage of harness/');
	// Imported late: it needs node_modules, and a subset run does not need it.
	const { coverageArguments } = await import('./coverage.mjs');
	const code = await run(process.execPath, [bin('c8'), ...coverageArguments(ROOT, folder)]);
	let percent = Number.NaN;
	try {
		percent = JSON.parse(readFileSync(path.join(ROOT, 'coverage', 'coverage-summary.json'), 'utf8')).total.lines.pct;
	} catch {
		// No summary: NaN is below every threshold.
	}
	const enough = code === 0 && percent >= MIN_LINE_PERCENT;
	print(`${enough ? 'ok' : 'FAILED'} line coverage of harness/: ${percent} %, at least ${MIN_LINE_PERCENT} % wanted`);
	add(enough ? { passed: 1 } : { failed: 1 });
}

async function everything(args) {
	if (args.length > 0) {
		print(`A subset: only AVA, with ${args.join(' ')}.`);
		return avaTests(args, null);
	}
	const folder = mkdtempSync(path.join(os.tmpdir(), 'ossicle-coverage-'));
	try {
		await check('types (tsc)', process.execPath, [bin('tsc'), '--noEmit']);
		await check('lint and format (biome)', process.execPath, [bin('biome'), 'check', '.']);
		await cTests();
		await avaTests([], folder);
		await coverage(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

// Two at once would share the coverage folder and two cores.
const unlock = await holdLock(
	path.join(ROOT, '.setup.test.lock'),
	'Other tests are running in this clone; waiting for them ...',
);
try {
	await everything(process.argv.slice(2));
} catch (error) {
	print(`FAILED npm test itself: ${error?.stack ?? error}`);
	total.failed += 1;
}
await unlock();
if (total.passed + total.failed === 0) total.failed = 1;
process.exitCode = total.failed === 0 ? 0 : 1;
print(`\n${total.passed} passed, ${total.failed} failed${total.skipped === 0 ? '' : `, ${total.skipped} skipped`}`);
