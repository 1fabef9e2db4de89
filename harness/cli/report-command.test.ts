import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';
import { writeReports } from '../../reports/render/write-reports.ts';
import { cellOf, madeFolder, recordOf } from '../../reports/testing/made-report.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Through the command line, in a process of its own. */
function ossicle(...args: string[]) {
	return execa(process.execPath, ['harness/cli/ossicle.mjs', 'report', ...args], { cwd: ROOT, reject: false });
}

test('both files are written, and the exit code is that of the verdicts', async (t) => {
	const folder = madeFolder();
	const { exitCode, stdout, stderr } = await ossicle(folder.path, '--json');
	t.is(exitCode, 1, stderr);
	const told = JSON.parse(stdout) as { html: string; junit: string; word: string; exitCode: number };
	t.is(told.word, 'fail');
	t.is(told.exitCode, 1);
	t.is(told.html, join(folder.path, 'report.html'));
	t.regex(readFileSync(told.html, 'utf8'), /^<!DOCTYPE html>/);
	t.regex(readFileSync(told.junit, 'utf8'), /<testsuite name="stm32f405-emulated" tests="5" failures="3" errors="0"/);
});

test('a stored record, or a report, does not reach the new one', async (t) => {
	const folder = madeFolder();
	const forged = recordOf([cellOf({ reason: 'forged' })]);
	writeFileSync(folder.record, JSON.stringify(forged));
	await writeReports(folder, forged);
	t.regex(readFileSync(join(folder.path, 'junit.xml'), 'utf8'), /failures="0"/);
	const { stdout } = await ossicle(folder.path, '--open-path');
	t.is(stdout, join(folder.path, 'report.html'));
	t.false(readFileSync(stdout, 'utf8').includes('forged'));
	t.true(readFileSync(join(folder.path, 'junit.xml'), 'utf8').includes('failures="3"'));
});

test('a damaged capture has a report that says so, and exit code 4', async (t) => {
	const folder = madeFolder();
	const bytes = readFileSync(folder.capture);
	bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
	writeFileSync(folder.capture, bytes);
	const { exitCode } = await ossicle(folder.path);
	t.is(exitCode, 4);
	t.true(readFileSync(join(folder.path, 'report.html'), 'utf8').includes('The capture is damaged'));
	t.true(readFileSync(join(folder.path, 'junit.xml'), 'utf8').includes('errors="5"'));
});

test('what cannot be judged at all is an error in words', async (t) => {
	const folder = madeFolder();
	rmSync(join(folder.inputs, 'clips.json'));
	const missing = await ossicle(folder.path);
	t.is(missing.exitCode, 2);
	t.regex(missing.stderr, /inputs\/clips\.json: is missing in the run folder/);
	const option = await ossicle(folder.path, '--inconclusive', 'ignore');
	t.is(option.exitCode, 2);
	t.regex(option.stderr, /--inconclusive: expected `warn` or `fail`, got `ignore`/);
});
