import { readFileSync } from 'node:fs';
import test from 'ava';
import { readSweep } from '../../harness/sweep/sweep-folder.ts';
import { sweepMarkdown } from '../../reports/render/sweep/markdown.ts';

const SOURCE = 'scenarios/liquid-audio/solvers.json';

test('solvers.md is what the sweep in solvers.json says, and nothing else', (t) => {
	const { sweep } = readSweep(SOURCE);
	t.is(
		readFileSync('scenarios/liquid-audio/solvers.md', 'utf8'),
		sweepMarkdown(sweep, SOURCE),
		`make it anew: npm run -s ossicle -- sweep --markdown ${SOURCE} > scenarios/liquid-audio/solvers.md`,
	);
	t.is(sweep.state, 'complete');
});
