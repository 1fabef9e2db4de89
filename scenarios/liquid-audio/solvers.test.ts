import { readFileSync } from 'node:fs';
import test from 'ava';
import { readSweep } from '../../harness/sweep/sweep-folder.ts';
import { sweepMarkdown } from '../../reports/render/sweep/markdown.ts';

for (const name of ['solvers', 'variants']) {
	const source = `scenarios/liquid-audio/${name}.json`;
	const page = `scenarios/liquid-audio/${name}.md`;
	test(`${name}.md is what the sweep in ${name}.json says, and nothing else`, (t) => {
		const { sweep } = readSweep(source);
		const again = `make it anew: npm run -s ossicle -- sweep --markdown ${source} > ${page}`;
		t.is(readFileSync(page, 'utf8'), sweepMarkdown(sweep, source), again);
		t.is(sweep.state, 'complete');
	});
}
