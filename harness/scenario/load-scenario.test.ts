import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { freezeClipList } from './clip-list.ts';
import { filesBelow, matchesGlob } from './glob.ts';
import { checkFixtures, loadScenario } from './load-scenario.ts';

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
});

test("the repository's own scenario is sound: 64 labelled clips and one for power", (t) => {
	const loaded = loadScenario(fileURLToPath(new URL('../../scenarios/liquid-audio', import.meta.url)));
	t.deepEqual(
		loaded.segments.map((segment) => [segment.name, segment.loadedClips.length, segment.pacing]),
		[
			['keywords', 64, 'fast'],
			['day-part', 1, 'preload'],
		],
	);
	t.is(checkFixtures(loaded).clips, 65);
	t.true(loaded.segments[0]?.loadedClips.every((clip) => clip.label !== null));
});
