import test from 'ava';
import { readVectors } from '../schema/generate-vectors.ts';
import { decodeBase64 } from './base64.ts';

test('decodes the vectors', async (t) => {
	for (const { name, hex, text } of (await readVectors('base64')).cases) {
		const bytes = decodeBase64(text);
		t.is(bytes === null ? null : Buffer.from(bytes).toString('hex'), hex, name);
	}
});

test('refuses what is not canonical', (t) => {
	for (const text of ['Zg', 'Zg=', 'Zh==', 'Z===', 'Zm9v=', 'Zm 9v', 'Zm9_', '=']) t.is(decodeBase64(text), null, text);
});
