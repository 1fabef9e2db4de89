import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { json } from '../record/run-folder.ts';
import { madeModel, madePlan, madeSweep } from '../testing/made-sweep.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkModels, createSweepFolder, readSweep } from './sweep-folder.ts';

const SHA = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // of "abc", FIPS 180-2 B.1

function made() {
	const parent = temporaryFolder('sweeps');
	const model = path.join(parent, 'net.lnn');
	writeFileSync(model, 'abc');
	const folder = createSweepFolder(path.join(parent, 'new'), [{ file: 'm1.lnn', path: model }]);
	const sweep = madeSweep(madePlan({ models: [madeModel('m1', { sha256: SHA })] }), new Map(), { id: folder.id });
	writeFileSync(folder.sweep, json(sweep));
	return { parent, folder, sweep };
}

test('a sweep has a folder of its own, with its models in it, and is read back as it was written', (t) => {
	const { folder, sweep } = made();
	t.regex(folder.id, /^sweep-\d{8}-\d{6}-[0-9a-f]{4}$/);
	t.is(readFileSync(path.join(folder.models, 'm1.lnn'), 'utf8'), 'abc');
	t.deepEqual(readSweep(folder.path), { sweep, folder });
	t.deepEqual(readSweep(folder.sweep), { sweep, folder: null });
	t.notThrows(() => checkModels(sweep, folder));
});

test('a model that is not the one the sweep began with is refused', (t) => {
	const { folder, sweep } = made();
	writeFileSync(path.join(folder.models, 'm1.lnn'), 'abd');
	t.throws(() => checkModels(sweep, folder), {
		code: 'sweep-model',
		message:
			/m1\.lnn: expected model m1 \(net-m1-0123456789ab\) with SHA-256 ba7816bf.*, got [0-9a-f]{64}\. Begin a new sweep/,
	});
});

test('what is no sweep is refused in words', (t) => {
	const { parent, folder, sweep } = made();
	const file = (name: string, text: string) => {
		writeFileSync(path.join(parent, name), text);
		return path.join(parent, name);
	};
	t.throws(() => readSweep(path.join(parent, 'nothing')), {
		code: 'sweep-unknown',
		message: /no such file; expected the folder of a sweep/,
	});
	mkdirSync(path.join(parent, 'empty'));
	t.throws(() => readSweep(path.join(parent, 'empty')), { code: 'sweep-unknown' });
	t.throws(() => readSweep(file('half.json', '{"schema": 1,')), {
		code: 'sweep-json',
		message: /half\.json: is not valid JSON/,
	});
	t.throws(() => readSweep(file('other.json', '{}')), { code: 'schema' });
	const outside = structuredClone(sweep);
	for (const run of outside.runs) run.runId = '../../etc';
	t.throws(() => readSweep(file('outside.json', json(outside))), { code: 'schema', message: /runId/ });
	for (const model of outside.plan.models) model.file = '../m1.lnn';
	t.throws(() => readSweep(file('outside.json', json({ ...sweep, plan: outside.plan }))), {
		code: 'schema',
		message: /file/,
	});
	t.true(existsSync(folder.images));
});

test('a folder that cannot be made is a sentence', (t) => {
	const { parent } = made();
	t.throws(() => createSweepFolder(path.join(parent, 'net.lnn'), []), {
		code: 'sweep-folder',
		message: /--sweeps names another/,
	});
});
