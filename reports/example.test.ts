import { readFileSync, statSync } from 'node:fs';
import { Ajv } from 'ajv';
import test from 'ava';
import type { RunRecord } from '../harness/generated/record.ts';
import { headlineOf } from './render/headline.ts';
import { escapeHtml } from './render/html/markup.ts';

const file = (name: string) => new URL(`example/${name}`, import.meta.url);
const MOST_BYTES = 1.5e6;

test('the committed example is one record and its renderings; `npm run example` makes it anew', (t) => {
	const record = JSON.parse(readFileSync(file('record.json'), 'utf8')) as RunRecord;
	const schema = JSON.parse(readFileSync(new URL('../harness/schema/record.schema.json', import.meta.url), 'utf8'));
	const validate = new Ajv({ strict: false }).compile(schema);
	t.true(validate(record), JSON.stringify(validate.errors));
	const [page, junit] = ['report.html', 'junit.xml'].map((name) => readFileSync(file(name), 'utf8'));
	t.true(page?.includes(record.manifest.id));
	for (const sentence of headlineOf(record).sentences) t.true(page?.includes(escapeHtml(sentence)), sentence);
	t.true(junit?.includes(`name="run" value="${record.manifest.id}"`));
	for (const name of ['record.json', 'report.html', 'junit.xml']) t.true(statSync(file(name)).size < MOST_BYTES, name);
});
