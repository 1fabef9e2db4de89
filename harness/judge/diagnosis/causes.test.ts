import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const read = (name: string) => readFileSync(`${FOLDER}${name}`, 'utf8');

test('every cause a rule can name is in CAUSES.md, and fits the record', (t) => {
	const text = read('CAUSES.md');
	const sources = readdirSync(`${FOLDER}rules`).map((name) => read(`rules/${name}`));
	const named = sources.flatMap((source) =>
		// Causes stand alone in quotes, with a hyphen: 'sleep-floor'.
		[...source.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, name]) => name ?? ''),
	);
	const metrics = ['rig-error', 'battery-life', 'one-sided'];
	const causes = [...new Set(named)].filter((name) => !metrics.includes(name));
	t.true(causes.length >= 25, causes.join(', '));
	for (const cause of causes) {
		t.regex(cause, /^[a-z][a-z0-9-]{1,40}$/);
		t.true(text.includes(`\`${cause}\``), cause);
	}
});
