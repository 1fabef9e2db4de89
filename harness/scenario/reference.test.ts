import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { FeatureReference } from '../generated/reference.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { freezeClipList } from './clip-list.ts';
import { loadScenario } from './load-scenario.ts';
import { readReference } from './reference.ts';

const LIQUID = fileURLToPath(new URL('../../scenarios/liquid-audio', import.meta.url));
const COMMITTED = readReference(join(LIQUID, 'reference.json'), 'reference.json');

const made = (changes: Partial<FeatureReference>): string => {
	const folder = temporaryFolder('reference');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'reference.json'), JSON.stringify({ ...COMMITTED, ...changes }));
	return join(folder, 'reference.json');
};
const [FIRST, SECOND] = COMMITTED.clips as [FeatureReference['clips'][0], FeatureReference['clips'][0]];

test('the committed reference has a row of 13 for each hop of its clips', (t) => {
	t.deepEqual(
		COMMITTED.clips.map(({ name, features }) => [name, features.length, features[0]?.length]),
		[
			['keywords/yes-01', 62, 13],
			['keywords/stop-04', 62, 13],
		],
	);
});

test('the committed reference is for the model in the firmware', (t) => {
	const weights = readFileSync(new URL('../../firmware/apps/liquid-audio/weights.h', import.meta.url), 'utf8');
	const [, model = ''] = /WEIGHTS_MODEL_ID "([^"]+)"/.exec(weights) ?? [];
	t.is(COMMITTED.model, model, 'run firmware/model/reference_features.py after training');
});

for (const [what, changes, message] of [
	['rows of different lengths', { clips: [{ ...FIRST, features: [[1, 2], [1]] }] }, /row 1 .* has 1 features, .* 2/],
	['one clip twice', { clips: [FIRST, FIRST] }, /clip `keywords\/yes-01` is there twice/],
	['a feature that is no integer', { clips: [{ ...FIRST, features: [[0.5]] }] }, /must be integer, but is 0.5/],
	['no scale', { scale: 0 }, /`scale` must be >= 1, but is 0/],
] as const) {
	test(`a reference with ${what} is refused`, (t) => {
		t.regex(t.throws(() => readReference(made(changes as Partial<FeatureReference>), 'r.json')).message, message);
	});
}

function frozen(changes: Partial<FeatureReference>, crcOf?: () => string) {
	const scenario = loadScenario(LIQUID);
	const reference = { ...COMMITTED, ...changes };
	return freezeClipList({ ...scenario, reference }, { devices: ['posix'], ...(crcOf === undefined ? {} : { crcOf }) });
}

test('the frozen list names the clips of the probe, and them alone', (t) => {
	t.deepEqual(frozen({}).probe, {
		codec: 'mulaw',
		clips: [FIRST, SECOND].map(({ name, crc }) => ({ name, samples: 16_000, crc })),
	});
	const scenario = loadScenario(LIQUID);
	t.false('probe' in freezeClipList({ ...scenario, reference: null }, { devices: ['posix'] }));
});

test('a reference of other audio, other clips or other hops is refused before anything is sent', (t) => {
	const why = (changes: Partial<FeatureReference>, crcOf?: () => string) =>
		t.throws(() => frozen(changes, crcOf)).message;
	t.regex(
		why({}, () => '00000000'),
		/features of `keywords\/yes-01` were made of audio with CRC ccd6e408; sent as mulaw it has 00000000\. Make/,
	);
	t.regex(
		why({ clips: [{ ...FIRST, name: 'keywords/yes-99' }] }),
		/clip `keywords\/yes-99`, which the scenario has not/,
	);
	t.regex(why({ hop: 512 }), /62 rows for `keywords\/yes-01`, whose 16000 samples make 31 hops of 512/);
});
