/** Needs gcc-arm-none-eabi and qemu-system-arm, which `npm test` sets up. */
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { execa } from 'execa';

const FIRMWARE = fileURLToPath(new URL('../..', import.meta.url));
const RUNS = ['simd', 'portable', 'host'];

type Sections = Map<string, string[]>;
let printed: Promise<Sections> | undefined;

/** What `make test-m4` prints: headings, and lines below each. */
function check(): Promise<Sections> {
	printed ??= execa('make', ['-s', '-C', FIRMWARE, 'test-m4']).then(({ stdout }) => sections(stdout));
	return printed;
}

function sections(text: string): Sections {
	const found: Sections = new Map();
	let lines: string[] = [];
	for (const line of text.split('\n')) {
		if (line.startsWith('# ')) {
			lines = [];
			found.set(line.slice(2), lines);
		} else if (line !== '') lines.push(line);
	}
	return found;
}

const isCount = (line: string) => line.startsWith('instructions ');

/** Instructions of a stage by solver and timestep, in the order of the check: the second setting is euler at 16 ms. */
function counts(lines: readonly string[], stage: string): number[] {
	return lines.filter((line) => line.startsWith(`instructions ${stage} `)).map((line) => Number(line.split(' ')[2]));
}

test('a Cortex-M4 computes the same bits with SIMD instructions, in portable C, and as this machine', async (t) => {
	t.timeout(180_000);
	const runs = await check();
	const [simd = [], portable = [], host = []] = RUNS.map((run) => runs.get(run) ?? []);
	const results = host.filter((line) => !isCount(line));
	t.is(results.length, 45, 'operations of fixed.h, sparse products, the front end, and each solver at three timesteps');
	for (const line of results) t.regex(line, /^[a-z0-9-]+ [0-9a-f]{8}$/);
	t.deepEqual(
		simd.filter((line) => !isCount(line)),
		results,
	);
	t.deepEqual(
		portable.filter((line) => !isCount(line)),
		results,
	);
	for (const stage of ['front-end', 'cell', 'read-out']) {
		t.is(counts(simd, stage).length, 12);
		t.true(
			(counts(simd, stage)[1] ?? Infinity) < (counts(portable, stage)[1] ?? 0),
			`${stage}: SIMD instructions take fewer instructions than portable C`,
		);
	}
});

test('front end, cell and read-out are whole numbers, with one division a hop in the front end and one in the pooling', async (t) => {
	t.timeout(180_000);
	const found = await check();
	const calls = (found.get('calls') ?? []).map((line) => line.trim());
	t.true(calls.includes('U memcpy'), 'the list is not empty for want of a tool');
	t.deepEqual(
		calls.filter((line) => !/^U (mem(cpy|move|set|cmp)|strlen)$/.test(line)),
		[],
		'nothing of the floating-point library is called',
	);
	t.deepEqual((found.get('divisions') ?? []).sort(), ['mfcc_step', 'pooling_add']);
});
