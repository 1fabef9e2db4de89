import { writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { ossicle } from '../testing/command.ts';
import { randomLnn, writeLnn } from '../testing/made-lnn.ts';
import { Random } from '../testing/random.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';

const DELIVERED = 'firmware/apps/liquid-audio/model.lnn';

function file(bytes: Buffer): string {
	const name = path.join(temporaryFolder('model'), 'made.lnn');
	writeFileSync(name, bytes);
	return name;
}

test('ossicle model inspect tells what the delivered model is made of', async (t) => {
	const { exitCode, stdout } = await ossicle(['model', 'inspect', DELIVERED]);
	t.is(exitCode, 0);
	const text = String(stdout);
	t.regex(text, /^[!-~]+-[0-9a-f]{12}\n/, 'the model id, whose hash was held against the weights');
	t.regex(text, /13 features of \d+ hops -> \d+ channels -> \d+ units -> 12 labels: yes, no, /);
	t.regex(text, /\nall +[\d,]+ +\d+\.\d % +[\d,]+ +[\d,]+ +\d+\.\d % /);
	t.true(
		text.split('\n').every((line) => line.length <= 110),
		'fits a terminal',
	);
});

test('--json is the same in figures, and nothing else on stdout', async (t) => {
	const { exitCode, stdout } = await ossicle(['model', 'inspect', DELIVERED, '--json']);
	t.is(exitCode, 0);
	const { architecture, all, bytes, sections } = JSON.parse(String(stdout));
	t.is(architecture.labels.length, 12);
	t.true(bytes <= 32_768);
	t.is(sections.length, 14);
	t.true(all.zeroWeights / all.weights > 0.5, 'pruned');
});

test('a file the firmware would refuse is exit code 2 and a sentence that says where', async (t) => {
	const bytes = writeLnn(randomLnn(new Random(1)));
	bytes[100] = (bytes[100] ?? 0) ^ 1;
	const { exitCode, stderr, stdout } = await ossicle(['model', 'inspect', file(bytes)]);
	t.is(exitCode, 2);
	t.is(stdout, '');
	t.regex(
		String(stderr),
		/made\.lnn: header, byte 12: expected CRC [0-9a-f]{8}, which it says, got [0-9a-f]{8}\. The file is damaged/,
	);
});

test('a name that would move the cursor is refused and not printed', async (t) => {
	const bytes = writeLnn({ ...randomLnn(new Random(1), { labels: 2 }), labels: ['yes', '\x1b[2J\x1b[Hall is well'] });
	const { exitCode, stderr } = await ossicle(['model', 'inspect', file(bytes)]);
	t.is(exitCode, 2);
	t.regex(String(stderr), /section 14 \(names\), byte \d+: expected a name of .* got byte 0x1b\./);
	t.false(String(stderr).includes('\x1b'));
	t.false(String(stderr).includes('all is well'));
});
