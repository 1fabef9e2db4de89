import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { readCapture } from '../../harness/capture/capture-reader.ts';
import { decodeMulaw } from '../../harness/link/codec/mulaw.ts';
import { evaluate } from '../../harness/record/evaluate.ts';
import { parseWav } from '../../harness/scenario/wav.ts';
import { prepareClip } from '../../harness/stimulate/prepare-clip.ts';
import { madeList } from '../../harness/testing/made-run.ts';
import { madeFolder, madeReport, TONE } from '../testing/made-report.ts';
import { HeardAudio } from './heard-audio.ts';
import { clipKey, readRunData, wrongClips } from './run-data.ts';
import { wavBytes } from './wav.ts';

test('the wrong clips, and only they, can be heard as the device heard them', async (t) => {
	const { record, data } = await madeReport({ audio: TONE, resent: ['keywords/clip-7'] });
	const wrong = record.clips.filter((clip) => clip.correct === false);
	t.deepEqual(
		wrong.map((clip) => clip.name),
		['keywords/clip-3', 'keywords/clip-7'],
	);
	t.deepEqual([...data.heard.keys()], wrong.map(clipKey));
	t.is(data.heardLeftOut, 0);
	const samples = Int16Array.from({ length: 16 * 256 }, (_, index) => TONE(null, index));
	// The codec of the wire is lossy: what was heard is not the fixture, but what its mu-law bytes decode to.
	const { parts } = prepareClip(samples, { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });
	const sent = parts.flatMap((part) =>
		part.kind === 'audio' ? [...decodeMulaw(part.bytes)] : Array<number>(part.count).fill(0),
	);
	for (const clip of data.heard.values()) {
		t.is(clip.sampleRateHz, 16_000);
		t.deepEqual([...clip.samples], sent);
		t.notDeepEqual([...clip.samples], [...samples]);
	}
});

test('a WAV file that our own reader takes', (t) => {
	const samples = Int16Array.of(0, 1, -1, 32_767, -32_768);
	t.deepEqual(parseWav(wavBytes({ samples, sampleRateHz: 16_000 }), 16_000, 'heard').samples, samples);
});

test('audio whose hash is not what the clip promises is not given out', async (t) => {
	const { folder, record } = await madeReport({ audio: TONE });
	const session = record.sessions[0]?.session ?? -1;
	const heard = new HeardAudio({ wanted: () => true, mostSamples: 1e6 });
	const honest = new HeardAudio({ wanted: () => true, mostSamples: 1e6 });
	for await (const line of readCapture(folder.capture)) {
		honest.push(line);
		heard.push(line.k === 'clip' ? { ...line, crc: '00000000' } : line);
	}
	t.not(honest.clip(session, 'keywords', 'keywords/clip-3'), null);
	t.is(heard.clip(session, 'keywords', 'keywords/clip-3'), null);
});

test('a frame that had to be sent again is heard once', async (t) => {
	const { folder, record } = await madeReport({ audio: TONE });
	const session = record.sessions[0]?.session ?? -1;
	const [once, twice] = [1, 2].map(() => new HeardAudio({ wanted: () => true, mostSamples: 1e6 }));
	for await (const line of readCapture(folder.capture)) {
		once?.push(line);
		twice?.push(line);
		if (line.k === 'tx') twice?.push(line);
	}
	const heard = twice?.clip(session, 'keywords', 'keywords/clip-3');
	t.truthy(heard);
	t.deepEqual(heard, once?.clip(session, 'keywords', 'keywords/clip-3'));
});

test('audio beyond the budget is left out and counted', async (t) => {
	const { folder, record } = await madeReport({ audio: TONE });
	const session = record.sessions[0]?.session ?? -1;
	const heard = new HeardAudio({ wanted: (_, { segment }) => segment === 'keywords', mostSamples: 2 * 16 * 256 });
	for await (const line of readCapture(folder.capture)) heard.push(line);
	const known = Array.from({ length: 20 }, (_, index) => heard.clip(session, 'keywords', `keywords/clip-${index}`));
	t.is(known.filter((clip) => clip !== null).length, 2);
	t.is(heard.leftOut, 18);
});

test('the latency drawn is the latency judged', async (t) => {
	const stageTicks = (_: unknown, hop: number) => [1000 + 50 * hop, 2000, 500];
	const { record, data } = await madeReport({ stageTicks });
	const latency = data.devices[0]?.sessions[0]?.latency;
	const cell = record.cells.find(({ metric }) => metric === 'latency');
	if (latency?.absent !== null) return t.fail('no latency');
	t.is(latency.highMs.length, cell?.n ?? -1);
	const ordered = latency.inOrderMs.toSorted();
	t.true(latency.highMs.every((value, index) => Math.abs(value / (ordered[index] ?? 0) - 1) < 1e-12));
	t.true((cell?.bounds?.[0] ?? Number.NaN) >= (latency.lowMs[0] ?? Number.NaN));
	t.deepEqual(
		latency.stages.map(({ name }) => name),
		['front-end', 'cell', 'read-out'],
	);
	const sum = latency.stages.reduce((total, { meanMs }) => total + meanMs, 0);
	const mean = latency.inOrderMs.reduce((total, value) => total + value, 0) / latency.inOrderMs.length;
	t.true(Math.abs(sum / mean - 1) < 1e-9, 'the stages add up to the whole');
});

test('a run that lost clips is drawn from those that count, and says so', async (t) => {
	const { data } = await madeReport({ unsent: ['keywords/clip-2'] });
	const latency = data.devices[0]?.sessions[0]?.latency;
	t.is(latency?.absent === null ? latency.partial : null, '19 of 20 clips');
});

test('whatever is wrong with the run folder, there is something to show', async (t) => {
	const { record } = await madeReport();
	const whole = madeFolder();
	const bytes = readFileSync(whole.capture);
	const damaged = [
		{ spoil: () => rmSync(whole.capture), problem: /capture\.ndjson is missing/ },
		{ spoil: () => writeFileSync(whole.capture, ''), problem: /has no end/ },
		{ spoil: () => writeFileSync(whole.capture, 'no JSON\n'), problem: /is damaged \(line 1/ },
		{ spoil: () => writeFileSync(whole.capture, bytes.subarray(0, bytes.length / 2)), problem: /has no end/ },
		{
			spoil: () => {
				const changed = Buffer.from(bytes);
				changed[bytes.length >> 1] = (changed[bytes.length >> 1] ?? 0) ^ 1;
				writeFileSync(whole.capture, changed);
			},
			problem: /is damaged/,
		},
	];
	for (const { spoil, problem } of damaged) {
		spoil();
		const data = await readRunData(whole, record);
		t.regex(data.problems.join('\n'), problem);
		t.is(data.devices.length, 1);
	}
	writeFileSync(whole.capture, bytes);
	rmSync(join(whole.inputs, 'clips.json'));
	const data = await readRunData(whole, record);
	t.regex(data.problems.join('\n'), /^The inputs cannot be read: inputs\/clips\.json: is missing/);
	t.is(data.devices[0]?.sessions.length, 1);
	t.is(data.devices[0]?.facts, null);
});

test('sessions stay apart', async (t) => {
	const list = madeList('stm32f405-emulated', 20, { sessions: 2 });
	const folder = madeFolder({
		list,
		sessions: [{ console: ['one'] }, { console: ['two', 'two again'], decide: ({ label }) => label ?? 'yes' }],
	});
	const record = await evaluate(folder, { source: 'live', evaluatedBy: '0.1.0' });
	const { devices, heard } = await readRunData(folder, record);
	t.deepEqual(
		devices[0]?.sessions.map(({ console }) => console.total),
		[1, 2],
	);
	const sessions = new Set([...heard.keys()].map((key) => (JSON.parse(key) as [number])[0]));
	t.is(sessions.size, 1, 'in the second session no clip was wrong');
});

test('a clip that is wrong in every session is one wrong clip', async (t) => {
	const list = madeList('stm32f405-emulated', 20, { sessions: 3 });
	const { record, data } = await madeReport({ list, sessions: [{}, {}, {}] });
	t.deepEqual(
		wrongClips(record.clips).map((decisions) => [decisions[0].name, decisions.length]),
		[
			['keywords/clip-3', 3],
			['keywords/clip-7', 3],
		],
	);
	t.is(data.heard.size, 2);
	t.is(data.heardLeftOut, 0);
});

test('of a talkative device the last lines are kept', async (t) => {
	const { data } = await madeReport({ console: Array.from({ length: 500 }, (_, index) => `line ${index}`) });
	const console = data.devices[0]?.sessions[0]?.console;
	t.is(console?.total, 500);
	t.is(console?.lines.length, 40);
	t.is(console?.lines.at(-1), 'line 499');
});
