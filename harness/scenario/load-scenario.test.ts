import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkedClipList, freezeClipList } from './clip-list.ts';
import { planFor } from './clip-plan.ts';
import { filesBelow, matchesGlob } from './glob.ts';
import { checkFixtures, loadScenario, scenarioPathsOf } from './load-scenario.ts';

const LIQUID_AUDIO = fileURLToPath(new URL('../../scenarios/liquid-audio', import.meta.url));

const YAML = `id: made
name: Made
spec: spec.md
sampleRateHz: 16000
segments:
  - name: words
    clips: fixtures/*.wav
    codec: mulaw
    pacing: fast
    measures: [latency, accuracy]
`;

/** One second-part of a WAV file: 16 kHz, mono, 16 bits. */
function wavBytes(samples: number[]): Buffer {
	const data = Buffer.from(Int16Array.from(samples).buffer);
	const head = Buffer.alloc(44);
	head.write('RIFF', 0);
	head.writeUInt32LE(36 + data.length, 4);
	head.write('WAVEfmt ', 8);
	head.writeUInt32LE(16, 16);
	head.writeUInt16LE(1, 20);
	head.writeUInt16LE(1, 22);
	head.writeUInt32LE(16_000, 24);
	head.writeUInt32LE(32_000, 28);
	head.writeUInt16LE(2, 32);
	head.writeUInt16LE(16, 34);
	head.write('data', 36);
	head.writeUInt32LE(data.length, 40);
	return Buffer.concat([head, data]);
}

function sidecar(bytes: Buffer, changes: Record<string, unknown> = {}): string {
	const sha256 = createHash('sha256').update(bytes).digest('hex');
	const samples = (bytes.length - 44) / 2;
	return JSON.stringify({ label: 'yes', sampleRate: 16_000, samples, sha256, origin: 'made by a test', ...changes });
}

/** A scenario folder named `made` with two clips. */
function scenario(yaml = YAML): string {
	const folder = join(temporaryFolder('scenario'), 'made');
	mkdirSync(join(folder, 'fixtures'), { recursive: true });
	writeFileSync(join(folder, 'made.scenario.yaml'), yaml);
	writeFileSync(join(folder, 'spec.md'), '| Device | Latency |\n| --- | --- |\n| A | < 1 ms |\n');
	for (const [name, samples] of [
		['b', [1, 2, 3]],
		['a', [4, 5]],
	] as const) {
		const bytes = wavBytes([...samples]);
		writeFileSync(join(folder, 'fixtures', `${name}.wav`), bytes);
		writeFileSync(join(folder, 'fixtures', `${name}.json`), sidecar(bytes));
	}
	return folder;
}

test('a folder with one scenario: clips in a fixed order, defaults filled in', (t) => {
	const loaded = loadScenario(scenario());
	t.deepEqual(
		loaded.segments.map((segment) => segment.loadedClips.map((clip) => [clip.name, clip.label])),
		[
			[
				['a', 'yes'],
				['b', 'yes'],
			],
		],
	);
	t.deepEqual(loaded.session, { settleMs: 0, warmUpClips: 1, heartbeatMs: 500, jitterMs: 100, clockCheckMs: 2000 });
	t.deepEqual(checkFixtures(loaded), { clips: 2, seconds: 5 / 16_000 });
	t.deepEqual([...(loaded.segments[0]?.loadedClips[0]?.read().samples ?? [])], [4, 5]);
});

const refused = test.macro((t, spoil: (folder: string) => void, message: string, yaml?: string) => {
	const folder = scenario(yaml);
	spoil(folder);
	const error = t.throws(() => checkFixtures(loadScenario(folder)));
	t.is(error?.message.replaceAll(folder, '<folder>'), message);
});
const nothing = () => {};

test(
	'a clip without a label',
	refused,
	(folder: string) => {
		writeFileSync(join(folder, 'fixtures/a.json'), sidecar(wavBytes([4, 5]), { label: undefined }));
	},
	"made/fixtures/a.json:1:1: `label` is missing; the clip's segment measures accuracy, so what should be decided must be written down.",
);
test(
	'a clip without a sidecar',
	refused,
	(folder: string) => rmSync(join(folder, 'fixtures/a.json')),
	'made/fixtures/a.wav: has no sidecar; expected made/fixtures/a.json with label, sampleRate, samples, sha256 and origin.',
);
test(
	'a sidecar whose clip is gone',
	refused,
	(folder: string) => rmSync(join(folder, 'fixtures/a.wav')),
	'made/made.scenario.yaml:7:12: made/fixtures/a.json describes a clip whose .wav is not there.',
);
test(
	'audio which is not the one described',
	refused,
	(folder: string) =>
		writeFileSync(join(folder, 'fixtures/a.json'), sidecar(wavBytes([4, 5]), { sha256: 'a'.repeat(64) })),
	`made/fixtures/a.wav: expected sha256 ${'a'.repeat(64)} as made/fixtures/a.json says, found ${createHash('sha256')
		.update(wavBytes([4, 5]))
		.digest('hex')}. Either the audio was changed or the sidecar is another clip's.`,
);
test(
	'a misspelt key in a sidecar',
	refused,
	(folder: string) => writeFileSync(join(folder, 'fixtures/a.json'), sidecar(wavBytes([4, 5]), { labl: 'yes' })),
	'made/fixtures/a.json:1:149: unknown key `labl`: did you mean "label"?',
);
test(
	'a pattern that matches nothing',
	refused,
	nothing,
	'made/made.scenario.yaml:7:12: `fixture/*.wav` matches no .wav file in made.',
	YAML.replace('fixtures/*', 'fixture/*'),
);
test(
	'a lost clip, where the number is written down',
	refused,
	nothing,
	'made/made.scenario.yaml:7:12: `fixtures/*.wav` matches 2 clips, but expectedClips is 3; a clip was lost or added.',
	YAML.replace('    codec', '    expectedClips: 3\n    codec'),
);
test(
	'a pattern that leads out of the folder',
	refused,
	nothing,
	"made/made.scenario.yaml:7:12: `../*.wav` leads out of the scenario's folder; everything a scenario needs lies in it.",
	YAML.replace('fixtures/*', '../*'),
);
test(
	'a link that leads out of the folder',
	refused,
	(folder: string) => {
		const outside = join(folder, '..', 'outside.wav');
		writeFileSync(outside, wavBytes([1]));
		writeFileSync(join(folder, 'fixtures/c.json'), sidecar(wavBytes([1])));
		symlinkSync(outside, join(folder, 'fixtures/c.wav'));
	},
	"made/made.scenario.yaml:7:12: `fixtures/c.wav` leads out of the scenario's folder; everything a scenario needs lies in it.",
);
test(
	'a clip in two segments',
	refused,
	nothing,
	'made/made.scenario.yaml:12:12: clip `a` is in segment `words` already; each clip belongs to one segment.',
	`${YAML}${YAML.slice(YAML.indexOf('  - name')).replace('words', 'again')}`,
);
test(
	'no spec',
	refused,
	(folder: string) => rmSync(join(folder, 'spec.md')),
	"made/made.scenario.yaml:3:7: spec `spec.md` is not in the scenario's folder.",
);
test(
	'an unknown codec',
	refused,
	nothing,
	'made/made.scenario.yaml:8:12: `segments.0.codec` is "ulaw", which is none of pcm16, mulaw, ima-adpcm: did you mean "mulaw"?',
	YAML.replace('mulaw', 'ulaw'),
);
test(
	'two scenarios in a folder',
	refused,
	(folder: string) => writeFileSync(join(folder, 'other.scenario.yaml'), YAML),
	'<folder>: holds 2 scenarios (made.scenario.yaml, other.scenario.yaml); name one of them.',
);

test('a scenario that is not there', (t) => {
	t.regex(t.throws(() => loadScenario('/nonexistent'))?.message ?? '', /there is no such file or folder/);
});

test('clips left out stay on the list, so that a part is never taken for the whole', (t) => {
	const loaded = loadScenario(scenario());
	const list = freezeClipList(loaded, {
		devices: ['posix'],
		subset: 'a*',
		crcOf: (clip) => `0000000${clip.name === 'a' ? 1 : 2}`,
	});
	t.deepEqual(
		list.segments[0]?.clips.map((clip) => [clip.name, clip.selected, clip.crc]),
		[
			['a', true, '00000001'],
			['b', false, '00000002'],
		],
	);
	const error = t.throws(() => freezeClipList(loaded, { devices: ['posix'], subset: 'z*' }));
	t.is(error?.message, '--clips "z*" matches none of 2 clips; they are named like "a".');
});

test('who is heard goes with the clip: as its sidecar says, else as speaker or voice of its origin', (t) => {
	const told = (changes: Record<string, unknown>) => {
		const folder = scenario();
		const bytes = wavBytes([4, 5]);
		writeFileSync(join(folder, 'fixtures', 'a.json'), sidecar(bytes, changes));
		return freezeClipList(loadScenario(folder), { devices: ['posix'] }).segments[0]?.clips[0]?.speaker;
	};
	t.is(told({}), undefined);
	t.is(told({ speaker: ' Ada ' }), 'Ada');
	t.is(told({ origin: { voice: 'en+croak' } }), 'en+croak');
	t.is(told({ origin: { voice: 'en+croak', speaker: 'Ada' } }), 'Ada');
	t.is(told({ speaker: 'Ada', origin: { voice: 'en+croak' } }), 'Ada');
	t.is(told({ origin: { voice: null, text: null } }), undefined);
	t.is(told({ origin: { voice: '' } }), undefined);
});

test('sessions are frozen with the list', (t) => {
	const loaded = loadScenario(scenario());
	t.is(freezeClipList(loaded, { devices: ['posix'] }).sessions, 1);
	t.is(freezeClipList(loaded, { devices: ['posix'], sessions: 5 }).sessions, 5);
	for (const sessions of [0, 1001, 2.5, Number.NaN]) {
		const error = t.throws(() => freezeClipList(loaded, { devices: ['posix'], sessions }));
		t.is(error?.message, `--sessions: expected a whole number from 1 to 1000, got ${sessions}.`);
	}
});

test('glob patterns', (t) => {
	t.true(matchesGlob('fixtures/a/b.wav', 'fixtures/**/*.wav'));
	t.true(matchesGlob('fixtures/b.wav', 'fixtures/**/*.wav'));
	t.false(matchesGlob('fixtures/a/b.wav', 'fixtures/*.wav'));
	t.true(matchesGlob('a1.wav', 'a?.wav'));
	t.false(matchesGlob('a1xwav', 'a1.wav'));
	t.deepEqual(filesBelow(scenario()).slice(0, 2), ['fixtures/a.json', 'fixtures/a.wav']);
	t.deepEqual(filesBelow(`${scenario()}//`).slice(0, 1), ['fixtures/a.json'], 'however the folder is written');
});

const refusedYaml = test.macro((t, yaml: string, message: RegExp) => {
	t.regex(t.throws(() => loadScenario(scenario(yaml)))?.message ?? '', message);
});

test('parameters are read as people write them', (t) => {
	const params = 'params: { solver: rk4, timestep: 8 ms, gating: off, spin.cell: 7 }\n';
	t.deepEqual(loadScenario(scenario(YAML + params)).params, { solver: 2, timestep: 80, gating: 0, 'spin.cell': 7 });
	t.deepEqual(loadScenario(scenario()).params, {});
});
test(
	'a solver nobody knows',
	refusedYaml,
	`${YAML}params: { solver: rk5 }\n`,
	/^made\/made\.scenario\.yaml:11:19: solver is `rk5`: did you mean "rk4"\?$/,
);
test(
	'a timestep without unit',
	refusedYaml,
	`${YAML}params: { timestep: 16 }\n`,
	/:11:21: timestep is `16`: expected `adaptive`, or milli/,
);
test(
	'a parameter that is a list',
	refusedYaml,
	`${YAML}params: { solver: [1] }\n`,
	/`params\.solver` must be integer,string/,
);

test('--param overrides and adds; the frozen list says which', (t) => {
	const loaded = loadScenario(scenario(`${YAML}params: { solver: heun, gating: on }\n`));
	const list = freezeClipList(loaded, { devices: ['posix'], params: { solver: 2, timestep: 80 } });
	t.deepEqual(list.params, [
		{ name: 'solver', value: 2, overridden: true },
		{ name: 'gating', value: 1, overridden: false },
		{ name: 'timestep', value: 80, overridden: true },
	]);
	t.false('params' in freezeClipList(loadScenario(scenario()), { devices: ['posix'] }));
});

const SUBSET = '    subset: { clips: 1, seed: 7, devices: [emulated, silicon] }\n';

test('a planned subset is listed by name, and is what its kinds of devices get', (t) => {
	const list = freezeClipList(loadScenario(scenario(YAML + SUBSET)), { devices: ['posix'] });
	// printf '7\na' | sha256sum is 9929..., of b 6fc9...
	t.deepEqual(list.segments[0]?.subset, { seed: 7, devices: ['emulated', 'silicon'], selected: ['b'] });
	t.true(list.segments[0]?.clips.every(({ selected }) => selected));
	const names = (evidence: 'host' | 'emulated') =>
		planFor(list, { evidence }).list.segments.flatMap(({ clips }) => clips.map(({ name }) => name));
	t.deepEqual(names('host'), ['a', 'b']);
	t.deepEqual(names('emulated'), ['b']);
	t.deepEqual(planFor(list, { evidence: 'emulated' }).subsets, [{ segment: 'words', clips: 1, of: 2, seed: 7 }]);
	t.deepEqual(planFor(list, { evidence: 'host' }).subsets, []);
	t.deepEqual(checkedClipList(JSON.parse(JSON.stringify(list)), 'clips.json'), list);
	const broken = JSON.parse(JSON.stringify(list).replace('"selected":["b"]', '"selected":["c"]'));
	t.regex(t.throws(() => checkedClipList(broken, 'clips.json'))?.message ?? '', /subset of `words` has a clip `c`/);
	const picked = structuredClone(list);
	if (picked.segments[0]?.subset !== undefined) picked.segments[0].subset.selected = ['a'];
	t.regex(t.throws(() => checkedClipList(picked, 'clips.json'))?.message ?? '', /is not what seed 7 chooses/);
});
test(
	'a subset larger than its set',
	refusedYaml,
	YAML + SUBSET.replace('1', '3'),
	/:11:22: a subset of 3 clips is asked for, but `fixtures\/\*\.wav` matches 2\.$/,
);
test(
	'a subset for no kind of device',
	refusedYaml,
	YAML + SUBSET.replace('[emulated, silicon]', '[boards]'),
	/is "boards", which is none of silicon, emulated, host/,
);

test('a segment that is not judged measures nothing that decides, and has a list of its own', (t) => {
	const list = freezeClipList(loadScenario(scenario(`${YAML}    judged: false\n`)), { devices: ['posix'] });
	const plan = planFor(list, { evidence: 'host' });
	t.deepEqual(plan.list.segments[0]?.measures, []);
	t.deepEqual(plan.reported[0]?.segments[0]?.measures, ['latency', 'accuracy']);
});

test('--clips takes several patterns', (t) => {
	const list = freezeClipList(loadScenario(scenario()), { devices: ['posix'], subset: 'x*, b' });
	t.deepEqual(
		list.segments[0]?.clips.map(({ selected }) => selected),
		[false, true],
	);
	t.regex(
		t.throws(() => freezeClipList(loadScenario(scenario()), { devices: ['posix'], subset: ',' }))?.message ?? '',
		/matches none of 2 clips/,
	);
});

test('a folder of several scenarios is all of them, in the order of their names', (t) => {
	const folder = scenario();
	writeFileSync(join(folder, 'also.scenario.yaml'), YAML);
	t.deepEqual(
		scenarioPathsOf(folder).map((path) => path.slice(folder.length + 1)),
		['also.scenario.yaml', 'made.scenario.yaml'],
	);
	t.regex(
		t.throws(() => loadScenario(folder))?.message ?? '',
		/holds 2 scenarios \(also\.scenario\.yaml, made\.scenario/,
	);
	t.deepEqual(scenarioPathsOf(join(folder, 'made.scenario.yaml')).length, 1);
});

test("the repository's own keyword scenario is sound: labelled clips, a day for power, a busier one beside it", (t) => {
	const loaded = loadScenario(join(LIQUID_AUDIO, 'keywords.scenario.yaml'));
	t.deepEqual(
		loaded.segments.map((segment) => [
			segment.name,
			segment.loadedClips.length,
			segment.pacing,
			segment.judged ?? true,
		]),
		[
			['keywords', 64, 'fast', true],
			['day-part', 8, 'preload', true],
			['busy-day-part', 5, 'preload', false],
		],
	);
	t.is(checkFixtures(loaded).clips, 77);
	t.true(loaded.segments[0]?.loadedClips.every((clip) => clip.label !== null));
	const seconds = (name: string) =>
		loaded.segments
			.filter((segment) => segment.name === name)
			.flatMap((segment) => segment.loadedClips)
			.reduce((sum, { sidecar }) => sum + sidecar.samples / sidecar.sampleRate, 0);
	t.deepEqual([seconds('day-part'), seconds('busy-day-part')], [120, 30]);
});
