import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ossicle } from '../testing/command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

const FOLDER = temporaryFolder('closure');

function file(name: string, text: string): string {
	const path = join(FOLDER, name);
	writeFileSync(path, text);
	return path;
}

const SEED_002 = `name: Whisper service, week 18
stagesMs: { mel: 150, encoder: 80, decoder: 450 }
totalMs: 432
audioSeconds: 5
realtimeFactor: 7.9
realtimeFactorMeans: audio/processing
`;

test("ossicle closure rejects seed 002's table with the arithmetic and exit code 1", async (t) => {
	const { exitCode, stdout } = await ossicle(['closure', file('seed-002.yaml', SEED_002)]);
	t.is(exitCode, 1);
	t.regex(String(stdout), /BROKEN {2}stages and total {2}stages 150 \+ 80 \+ 450 = 680 ms, but 432 ms is stated/);
	t.regex(String(stdout), /2 of 2 claims do not close/);
});

test('figures that close exit with 0, in JSON too', async (t) => {
	const good = SEED_002.replace('432', '680').replace('7.9', '7.35');
	const { exitCode, stdout } = await ossicle(['closure', file('good.yaml', good), '--json']);
	t.is(exitCode, 0);
	const { closes, closures } = JSON.parse(String(stdout));
	t.true(closes);
	t.deepEqual(
		closures.map((each: { holds: boolean }) => each.holds),
		[true, true],
	);
});

test('a file that is missing, wrong or says nothing that can be checked is exit code 2, and says what to do', async (t) => {
	const cases: [string, RegExp][] = [
		[join(FOLDER, 'none.yaml'), /cannot be read/],
		[file('unknown.yaml', 'totalMilliseconds: 5\n'), /unknown key `totalMilliseconds`/],
		[file('ambiguous.yaml', 'realtimeFactor: 5\n'), /realtimeFactorMeans/],
		[file('nan.yaml', 'totalMs: .nan\nstagesMs: { a: 1 }\n'), /totalMs/],
		[file('alone.yaml', 'totalMs: 5\n'), /nothing can be checked \(totalMs alone says nothing\)/],
	];
	for (const [path, message] of cases) {
		const { exitCode, stderr } = await ossicle(['closure', path]);
		t.is(exitCode, 2, path);
		t.regex(String(stderr), message);
	}
});
