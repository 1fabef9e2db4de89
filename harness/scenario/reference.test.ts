import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { FeatureReference, ReferenceDecision } from '../generated/reference.ts';
import { readLnn } from '../model/lnn-reader.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { freezeClipList } from './clip-list.ts';
import { loadScenario } from './load-scenario.ts';
import { readReference } from './reference.ts';

const LIQUID = fileURLToPath(new URL('../../scenarios/liquid-audio', import.meta.url));
const KEYWORDS = join(LIQUID, 'keywords.scenario.yaml');
const COMMITTED = readReference(join(LIQUID, 'reference.json'), 'reference.json');

const made = (changes: Partial<FeatureReference>): string => {
	const folder = temporaryFolder('reference');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'reference.json'), JSON.stringify({ ...COMMITTED, ...changes }));
	return join(folder, 'reference.json');
};
/** Without its decisions. */
const { decisions: _, ...FEATURES } = COMMITTED;
const [FIRST, SECOND] = COMMITTED.clips as [FeatureReference['clips'][0], FeatureReference['clips'][0]];

const DECISION: ReferenceDecision = {
	name: 'keywords/yes-01',
	codec: 'mulaw',
	crc: FIRST.crc,
	floatLabel: 'yes',
	scores: [1, 2],
};

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
	const { modelId } = readLnn(fileURLToPath(new URL('../../firmware/apps/liquid-audio/model.lnn', import.meta.url)));
	t.is(
		COMMITTED.model,
		modelId,
		'make scenarios/liquid-audio/reference.json anew after training (firmware/model/README.md)',
	);
});

for (const [what, changes, message] of [
	['rows of different lengths', { clips: [{ ...FIRST, features: [[1, 2], [1]] }] }, /row 1 .* has 1 features, .* 2/],
	['one clip twice', { clips: [FIRST, FIRST] }, /clip `keywords\/yes-01` is there twice/],
	['a feature that is no integer', { clips: [{ ...FIRST, features: [[0.5]] }] }, /must be integer, but is 0.5/],
	[
		'a clip decided on twice',
		{ decisions: [DECISION, DECISION] },
		/decision on clip `keywords\/yes-01` is there twice/,
	],
	[
		'scores of different lengths',
		{ decisions: [DECISION, { ...DECISION, name: 'keywords/no-01', scores: [1] }] },
		/decision on `keywords\/no-01` has 1 scores, the first of the file 2/,
	],
	['a score that is no integer', { decisions: [{ ...DECISION, scores: [0.5] }] }, /must be integer, but is 0.5/],
	['an unknown key', { decisons: [] }, /unknown key `decisons`: did you mean "decisions"/],
	['no scale', { scale: 0 }, /`scale` must be >= 1, but is 0/],
] as const) {
	test(`a reference with ${what} is refused`, (t) => {
		t.regex(t.throws(() => readReference(made(changes as Partial<FeatureReference>), 'r.json')).message, message);
	});
}

function frozen(changes: Partial<FeatureReference>, crcOf?: () => string) {
	const scenario = loadScenario(KEYWORDS);
	const reference = { ...FEATURES, ...changes };
	return freezeClipList({ ...scenario, reference }, { devices: ['posix'], ...(crcOf === undefined ? {} : { crcOf }) });
}

test('the frozen list names the clips of the probe, and them alone', (t) => {
	t.deepEqual(frozen({}).probe, {
		codec: 'mulaw',
		clips: [FIRST, SECOND].map(({ name, crc }) => ({ name, samples: 16_000, crc })),
	});
	const scenario = loadScenario(KEYWORDS);
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

test('decisions of other audio, another codec or of too few clips are refused; of more clips than there are, not', (t) => {
	const { loadedClips = [] } = loadScenario(KEYWORDS).segments[0] ?? {};
	const all = loadedClips.map(({ name }) => ({ ...DECISION, name }));
	const why = (decisions: FeatureReference['decisions'], crc: string = FIRST.crc) =>
		t.throws(() => frozen({ clips: [FIRST], ...(decisions === undefined ? {} : { decisions }) }, () => crc)).message;
	t.notThrows(() => frozen({ clips: [FIRST], decisions: all }, () => FIRST.crc));
	t.regex(why(all.slice(1)), /has no decision on `keywords\/\w+-01`\. Make the reference again/);
	t.regex(
		why(all.map((decision) => ({ ...decision, codec: 'pcm16' as const }))),
		/decided on `keywords\/\w+-01` as pcm16 with CRC ccd6e408; it is sent as mulaw, with CRC ccd6e408/,
	);
	t.regex(
		why(all.map((decision) => ({ ...decision, crc: '00000001' }))),
		/as mulaw with CRC 00000001; it is sent as mulaw, with CRC ccd6e408/,
	);
	const more = [...all, { ...DECISION, name: 'keywords/yes-99' }];
	t.notThrows(() => frozen({ clips: [FIRST], decisions: more }, () => FIRST.crc));
});
