/** The decoder on captures of real sessions with the posix board, as they are and with lies told in them. */
import anyTest, { type TestFn } from 'ava';
import fc from 'fast-check';
import type { ClipEndMessage, ClockMessage, TelemetryMessage } from '../generated/wire.ts';
import { recordBytes } from '../link/inference-record.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import { posixBench } from '../testing/posix-bench.ts';
import { Random } from '../testing/random.ts';
import { asLine, flipBit, type Rewrite, renumbered, rewriteCapture } from '../testing/rewrite-capture.ts';
import { tone } from '../testing/sounds.ts';
import type { CaptureLine } from './capture-line.ts';
import { readWholeCapture } from './capture-reader.ts';
import { decodeRun } from './decode-run.ts';
import type { DecodedClip, DecodedSession } from './session-data.ts';

const test = anyTest as TestFn<{ lines: CaptureLine[] }>;
const STAGES = 3;

test.before(async (t) => {
	const ending: (() => unknown)[] = [];
	const bench = await posixBench({ teardown: (end) => ending.push(end) });
	const session = await bench.open();
	await session.configure({ codec: 'pcm16', pacing: 'fast', scores: true });
	for (const seed of [1, 2]) {
		const clip = prepareClip(tone(5000, seed), { codec: 'pcm16', pacing: 'fast', sampleRate: 16_000 });
		await session.runClip(clip, { name: `tone ${seed}`, segment: 'test' });
	}
	const clip = prepareClip(tone(1024, 3), { codec: 'mulaw', pacing: 'preload', sampleRate: 16_000 });
	await session.runClip(clip, { name: 'tone 3', segment: 'test' });
	await session.clock(2);
	await session.clock(0);
	await session.memory();
	await session.health();
	await session.bye();
	await session.close();
	t.context.lines = (await readWholeCapture(bench.capturePath)).lines;
	for (const end of ending) await end();
});

function sessionOf(lines: CaptureLine[]): DecodedSession {
	const [session] = decodeRun(lines).sessions;
	if (session === undefined) throw new Error('no session');
	return session;
}

/** All that a session says against itself. */
const complaints = (session: DecodedSession) =>
	[
		...session.clips.flatMap((clip) => clip.problems),
		...session.faults.map((fault) => `${fault.code}: ${fault.text}`),
	].join('\n');

/** What a clip says about the device. */
const contentOf = ({ inferences, decision, hopScores, end }: DecodedClip) =>
	JSON.stringify({ inferences, decision, hopScores, end }, (_, value) =>
		typeof value === 'bigint' ? String(value) : value,
	);

test('an undisturbed session decodes without a complaint, and the same each time', (t) => {
	const session = sessionOf(t.context.lines);
	t.is(complaints(session), '');
	t.is(session.clips.length, 3);
	t.is(session.ended, 'complete');
	t.deepEqual(
		session.clips.map((clip) => [clip.inferences.length, clip.hopScores?.length]),
		[
			[19, 19],
			[19, 19],
			[4, 4],
		],
	);
	t.deepEqual(sessionOf(t.context.lines), session);
});

test('how the bytes were cut into lines of the capture does not matter', (t) => {
	const cut = t.context.lines.flatMap((line) =>
		line.k === 'rx' || line.k === 'tx'
			? [...Buffer.from(line.b, 'base64')].map((byte) => ({ ...line, b: Buffer.of(byte).toString('base64') }))
			: [line],
	);
	t.deepEqual(sessionOf(cut), sessionOf(t.context.lines));
});

test('one flipped bit, anywhere in either direction, never changes a result that counts', (t) => {
	const { lines } = t.context;
	const clean = sessionOf(lines);
	const wanted = clean.clips.map(contentOf);
	const random = new Random(7);
	let complained = 0;
	for (const [direction, bytes] of [
		['rx', clean.bytesReceived],
		['tx', clean.bytesSent],
	] as const) {
		for (let i = 0; i < 400; i++) {
			const at = random.between(0, bytes - 1);
			const session = sessionOf(flipBit(lines, direction, at, random.between(0, 7)));
			session.clips.forEach((clip, number) => {
				if (clip.problems.length === 0) t.is(contentOf(clip), wanted[number] ?? '', `${direction} byte ${at}`);
			});
			if (complaints(session) !== '') complained += 1;
		}
	}
	// Not every byte is evidence (acknowledgements after the last clip, a delimiter too many), but nearly all are.
	t.true(complained > 760, `only ${complained} of 800 flips were noticed`);
});

test('hostile bytes in either direction are never thrown at anybody', (t) => {
	const { lines } = t.context;
	const noise = fc.record({
		at: fc.nat(lines.length),
		bytes: fc.uint8Array({ maxLength: 300 }),
		k: fc.constantFrom('rx' as const, 'tx' as const),
	});
	fc.assert(
		fc.property(fc.array(noise, { maxLength: 5 }), (noises) => {
			let changed = lines;
			for (const { at, bytes, k } of noises)
				changed = changed.toSpliced(at, 0, asLine({ k, b: Buffer.from(bytes).toString('base64') }));
			return sessionOf(changed).clips.length === 3;
		}),
		{ numRuns: 40 },
	);
	t.pass();
});

/** A device that says something else than the truth, with right CRCs: is it noticed, and why? */
const lie = (rewrite: (message: TelemetryMessage) => TelemetryMessage | null): Rewrite =>
	renumbered((message) => {
		const told = rewrite(message);
		return told === null ? [] : [told];
	});

const inClipEnd = (change: Partial<ClipEndMessage>): Rewrite =>
	lie((message) => (message.t === 'clip-end' ? { ...message, ...change } : message));

/** Changes one record in each block. */
const inRecord = (change: (record: Buffer) => void, which = 1): Rewrite =>
	lie((message) => {
		if (message.t !== 'inf') return message;
		const bytes = Buffer.from(message.b, 'base64');
		const size = recordBytes(STAGES);
		if (bytes.length < (which + 1) * size) return message;
		change(bytes.subarray(which * size, (which + 1) * size));
		return { ...message, b: bytes.toString('base64') };
	});

const LIES: [name: string, rewrite: Rewrite, complaint: RegExp][] = [
	['too few samples heard', inClipEnd({ samples: 4999 }), /heard 4999 samples, the clip has 5000/],
	['another hash of the samples', inClipEnd({ crc: '00000000' }), /has CRC 00000000, the clip has [0-9a-f]{8}/],
	['another number of hops', inClipEnd({ hops: 20 }), /the device counts 20 hops, 19 are due/],
	['an underrun', inClipEnd({ underruns: 1 }), /1 underruns/],
	['more sleep than time', inClipEnd({ cycles: 10, sleep: 11 }), /slept 11 of 10 cycles/],
	[
		'less time than the inferences take',
		inClipEnd({ cycles: 10, sleep: 0 }),
		/the inferences take \d+ cycles, the clip 10/,
	],
	['another clip', inClipEnd({ clip: 99 }), /clip-end is for clip 99 try 1/],
	['another attempt', inClipEnd({ try: 2 }), /clip-end is for clip 1 try 2, expected clip 1 try 1/],
	[
		'clip-begin of another attempt',
		lie((m) => (m.t === 'clip-begin' ? { ...m, try: 2 } : m)),
		/clip-begin is for clip 1 try 2/,
	],
	['no clip-begin', lie((m) => (m.t === 'clip-begin' ? null : m)), /clip-begin is missing/],
	['no clip-end', lie((m) => (m.t === 'clip-end' ? null : m)), /clip-end is missing/],
	['no decision', lie((m) => (m.t === 'decision' ? null : m)), /decision is missing/],
	['two decisions', renumbered((m) => (m.t === 'decision' ? [m, m] : [m])), /two decisions came/],
	[
		'a decision for no label',
		lie((m) => (m.t === 'decision' ? { ...m, label: 12 } : m)),
		/the decision is label 12, there are 12/,
	],
	[
		'a decision with a score missing',
		lie((m) => (m.t === 'decision' ? { ...m, scores: m.scores.slice(1) } : m)),
		/11 scores for 12 labels/,
	],
	[
		'no block of records',
		lie((m) => (m.t === 'inf' && m.first > 0 ? null : m)),
		/16 inference records came, 5000 samples make 19 hops/,
	],
	[
		'a block of records twice',
		renumbered((m) => (m.t === 'inf' && m.first > 0 ? [m, m] : [m])),
		/begins at hop 16, 19 was due/,
	],
	['a block that lacks a record', lie((m) => (m.t === 'inf' ? { ...m, n: m.n + 1 } : m)), /does not hold 17 records/],
	[
		'a block that is no base64',
		lie((m) => (m.t === 'inf' ? { ...m, b: m.b.slice(0, -1) } : m)),
		/does not hold 16 records/,
	],
	[
		'records of another clip',
		lie((m) => (m.t === 'inf' ? { ...m, clip: 9 } : m)),
		/a inf line for clip 9 came in clip 1/,
	],
	['a wrong hop number', inRecord((record) => record.writeUInt32LE(7, 0)), /record 1 calls itself hop 7/],
	[
		'an inference before its samples',
		inRecord((record) => record.writeUInt32LE(511, 4)),
		/hop 1: 511 samples consumed, expected 512 to 5000/,
	],
	[
		'more samples than the clip has',
		inRecord((record) => record.writeUInt32LE(5001, 4)),
		/hop 1: 5001 samples consumed/,
	],
	[
		'an inference before the one before it ended',
		inRecord((record) => record.writeBigUInt64LE(0n, 8)),
		/hop 1: begins at cycle 0, before the end of hop 0/,
	],
	['a label that does not exist', inRecord((record) => record.writeUInt8(200, 26)), /hop 1: label 200, there are 12/],
	['a saturated count', inRecord((record) => record.writeUInt8(1, 27)), /hop 1: a cycle count is saturated/],
	['an underrun before a hop', inRecord((record) => record.writeUInt8(4, 27)), /hop 1: an underrun came before it/],
	['no scores though asked for', lie((m) => (m.t === 'scores' ? null : m)), /scores of 0 hops came, of 19 inferences/],
	[
		'scores of another width',
		lie((m) => (m.t === 'scores' ? { ...m, k: 11 } : m)),
		/the scores block from hop 0 does not hold/,
	],
	[
		'another hash of the stored clip',
		lie((m) => (m.t === 'loaded' ? { ...m, crc: '00000000' } : m)),
		/the device stored 1024 samples with CRC 00000000/,
	],
	['no word of the stored clip', lie((m) => (m.t === 'loaded' ? null : m)), /loaded is missing/],
	[
		'a protocol we do not speak',
		lie((m) => (m.t === 'hello' ? { ...m, proto: 2 } : m)),
		/protocol-version: the device speaks protocol 2/,
	],
	[
		'another sample rate',
		lie((m) => (m.t === 'hello' ? { ...m, sampleRate: 8000 } : m)),
		/the clip has 16000 samples\/s, the device takes 8000/,
	],
	['no hello', lie((m) => (m.t === 'hello' ? null : m)), /no-hello: the device never said who it is/],
	[
		'overruns',
		lie((m) => (m.t === 'health' ? { ...m, overruns: 3 } : m)),
		/overruns: the device lost received bytes: 3 overruns/,
	],
	[
		'an error',
		lie((m) => (m.t === 'memory' ? { t: 'error', q: m.q, code: 'clip', text: 'no room' } : m)),
		/device-error: the device reports clip: no room/,
	],
	[
		'another boot',
		renumbered((m) => (m.t === 'memory' ? [{ t: 'boot', q: 0, boot: '12345678', cause: 'pin' }, m] : [m])),
		/reset: the device was reset in the session/,
	],
	[
		'another boot id in a beat',
		lie((m) => (m.t === 'memory' ? { t: 'beat', q: m.q, boot: '12345678', next: 0, credit: 0, ms: 0 } : m)),
		/reset: .*the boot id changed/,
	],
	[
		'a second, different hello',
		renumbered((m) => (m.t === 'hello' ? [m, { ...m, board: 'other' }] : [m])),
		/hello-changed/,
	],
];

for (const [name, rewrite, complaint] of LIES) {
	test(`a device that reports ${name} does not get away with it`, (t) => {
		const session = sessionOf(rewriteCapture(t.context.lines, rewrite, { honest: true }));
		t.regex(complaints(session), complaint);
	});
}

test('a rewrite that changes nothing is no lie: the machinery of these tests is honest', (t) => {
	t.is(
		complaints(
			sessionOf(
				rewriteCapture(
					t.context.lines,
					lie((message) => message),
					{ honest: true },
				),
			),
		),
		'',
	);
});

/** Puts lines into the first clip, right behind its clip-begin. */
const inFirstClip = (...added: TelemetryMessage[]): Rewrite =>
	renumbered((message) => (message.t === 'clip-begin' && message.clip === 1 ? [message, ...added] : [message]));

const adc = (first: number, counts: number[], more: object = {}): TelemetryMessage => {
	const b = Buffer.from(Uint16Array.from(counts).buffer).toString('base64');
	return { t: 'adc', q: 0, clip: 1, first, n: counts.length, start: 1000, period: 168, b, ...more };
};

test('ADC counts of a device are put together; a gap, a wrong size or a changed period is noticed', (t) => {
	const told = (...added: TelemetryMessage[]) =>
		sessionOf(rewriteCapture(t.context.lines, inFirstClip(...added), { honest: true }));
	const good = told(adc(0, [1, 2, 65535]), adc(3, [4]));
	t.is(complaints(good), '');
	t.deepEqual(good.clips[0]?.adc, { startCycles: 1000, periodCycles: 168, counts: Uint16Array.of(1, 2, 65535, 4) });
	t.regex(complaints(told(adc(0, [1, 2]), adc(3, [4]))), /the ADC block from 3 does not hold 1 counts from 2/);
	t.regex(complaints(told(adc(0, [1, 2], { n: 3 }))), /the ADC block from 0 does not hold 3 counts/);
	t.regex(complaints(told(adc(0, [1]), adc(1, [2], { period: 169 }))), /the ADC period changed inside the clip/);
	t.regex(complaints(told(adc(0, [1]), adc(1, [2], { start: 9000 }))), /the ADC was started anew inside the clip/);
	t.regex(complaints(told(adc(0, [1], { clip: 8 }))), /a adc line for clip 8 came in clip 1/);
});

test('a device or a harness that speaks while a preloaded clip plays spoils the clip', (t) => {
	// Every result of the preloaded clip comes after its silence: a beat before the first of them is in it.
	let done = false;
	const talks = renumbered((message) => {
		const now = !done && message.t === 'inf' && message.clip === 3;
		done ||= now;
		return now ? [{ t: 'beat', q: 0, boot: boot(t.context.lines), next: 0, credit: 0, ms: 1 }, message] : [message];
	});
	const session = sessionOf(rewriteCapture(t.context.lines, talks, { honest: true }));
	t.deepEqual(
		session.clips.map((clip) => clip.problems),
		[[], [], ['the device sent beat while the preloaded clip played: the link was not silent']],
	);
});

const boot = (lines: CaptureLine[]) => sessionOf(lines).hello?.boot ?? '';

test('console lines are kept apart, and harm nothing', (t) => {
	const chatty = rewriteCapture(t.context.lines, (message) =>
		message.t === 'ack' ? ['booting...', message] : [message],
	);
	const session = sessionOf(chatty);
	t.is(complaints(session), '');
	t.true(session.console.length > 5 && session.console.every((line) => line === 'booting...'));
});

test('clock lines that contradict each other, or answer nothing, are no clock', (t) => {
	const told = (rewrite: (line: ClockMessage, index: number) => TelemetryMessage[]) => {
		let index = 0;
		return sessionOf(
			rewriteCapture(
				t.context.lines,
				renumbered((m) => (m.t === 'clock' ? rewrite(m, index++) : [m])),
			),
		);
	};
	const [first, second] = told((m, index) => [{ ...m, cycles: 1000 * (index + 1) }]).clocks ?? [];
	t.deepEqual(
		[first, second].map((span) => [span?.askedMs, span?.startCycles, span?.cycles]),
		[
			[2, 1000, 1000],
			[0, 3000, 1000],
		],
	);
	for (const span of [first, second]) {
		const { sentNs = 0n, startNs = 0n, endNs = 0n } = span ?? {};
		t.true(0n < sentNs && sentNs < startNs && startNs <= endNs);
	}
	const complaint = (rewrite: Parameters<typeof told>[0]) => complaints(told(rewrite));
	t.is(
		complaint((m) => [m]),
		'',
	);
	t.regex(
		complaint((m) => [m.phase === 'end' ? { ...m, cycles: 0 } : m]),
		/clock: the two clock lines contradict each other/,
	);
	t.regex(
		complaint((m) => (m.phase === 'start' ? [] : [m])),
		/clock: a clock line `end` came without its `start`/,
	);
	t.regex(
		complaint((m, index) => (index === 3 ? [m, { ...m, phase: 'start' }] : [m])),
		/clock: a clock line `start` came which no CLOCK had asked for/,
	);
	t.regex(
		complaint((m, index) => [{ ...m, cycles: index < 2 ? 7000 : 5000 }]),
		/clock: the counter fell back from 7000 to 5000/,
	);
});

test('a lost line is noticed by its number, and by the totals of the clip when the number was made right', (t) => {
	let lost = false;
	const drop: Rewrite = (message) => {
		const now = !lost && message.t === 'ack' && message.q > 20;
		lost ||= now;
		return now ? [] : [message];
	};
	t.regex(complaints(sessionOf(rewriteCapture(t.context.lines, drop))), /1 telemetry lines are missing before q \d+/);
	lost = false;
	const hidden = complaints(sessionOf(rewriteCapture(t.context.lines, renumbered(drop))));
	t.regex(hidden, /the device sent \d+ telemetry lines, \d+ arrived/);
});

test('a clip event that is not what was sent does not count', (t) => {
	const changed = (change: object) =>
		complaints(sessionOf(t.context.lines.map((line) => (line.k === 'clip' ? { ...line, ...change } : line))));
	t.regex(changed({ samples: 4096 }), /CLIP_BEGIN said clip 1 attempt 1, 5000 samples/);
	t.regex(changed({ crc: '01234567' }), /the audio sent has CRC [0-9a-f]{8}, the clip has 01234567/);
	t.regex(changed({ codec: 'ima-adpcm' }), /CONFIG said pcm16, fast; the clip is ima-adpcm, fast/);
	t.regex(changed({ attempt: 2 }), /CLIP_BEGIN said clip 1 attempt 1/);
	t.regex(changed({ clip: 1 }), /this clip number and attempt were used before/);
});

test('a flash of another build is noticed, before or after the session line', (t) => {
	const flash = asLine({
		k: 'flash',
		session: 1,
		tool: 'gdb',
		imageSha256: '0',
		buildId: 'ffffffff',
		staticBytes: 1,
		rigBytes: 1,
		flashBytes: 1,
	});
	for (const at of [0, 3]) {
		const session = sessionOf(t.context.lines.toSpliced(at, 0, flash));
		t.is(session.flash?.buildId, 'ffffffff');
		t.regex(complaints(session), /build-mismatch: the device runs build [0-9a-f]+, flashed was ffffffff/);
	}
	const other = sessionOf(t.context.lines.toSpliced(0, 0, { ...flash, session: 2 } as CaptureLine));
	t.is(other.flash, null, 'another session’s flash says nothing here');
});

test('a capture that just stops is an interrupted session whose open clip does not count', (t) => {
	const { lines } = t.context;
	const end = lines.findIndex((line) => line.k === 'clip' && line.clip === 2) + 3;
	const session = sessionOf(lines.slice(0, end));
	t.is(session.ended, 'missing');
	t.is(session.clips[0]?.problems.length, 0);
	t.regex(session.clips[1]?.problems.join('\n') ?? '', /clip-end is missing/);
	t.is(decodeRun([]).sessions.length, 0);
});

test('a second session in the same capture stands for itself', (t) => {
	const run = decodeRun([...t.context.lines, ...t.context.lines]);
	t.is(run.sessions.length, 2);
	t.deepEqual(run.sessions.map(complaints), ['', '']);
});

test('substituted ADC counts belong to the last attempt of their clip', (t) => {
	const analogue = (clip: number) =>
		asLine({ k: 'analogue', clip, source: 'substituted', end: 'low', periodSeconds: 0.001, seed: 1, b: 'AAAA' });
	const before = t.context.lines.findIndex((line) => line.k === 'session-end');
	const session = sessionOf(t.context.lines.toSpliced(before, 0, analogue(2), analogue(77)));
	t.is(session.clips[1]?.analogue.length, 1);
	t.regex(complaints(session), /analogue counts came for clip 77, which was not sent/);
});

/** Faults of the run itself, outside of its sessions. */
const runFaults = (lines: CaptureLine[]) => decodeRun(lines).faults.map((fault) => fault.code);

test('what a capture says outside of its one run and its sessions is a fault of the run', (t) => {
	const { lines } = t.context;
	const run = asLine({ k: 'run', id: 'a', startedAt: '', ossicle: '', command: [], inputs: {} });
	const end = (reason: 'complete' | 'interrupted') => asLine({ k: 'run-end', endedAt: '', reason });
	const whole = [run, ...lines, end('complete')];
	t.deepEqual(runFaults(whole), []);
	const taken = decodeRun([run, ...lines, end('interrupted'), end('complete')]);
	t.deepEqual([taken.end?.reason, taken.faults[0]?.code], ['interrupted', 'after-end']);
	t.deepEqual(runFaults([...whole, ...lines]), ['after-end']);
	t.deepEqual(runFaults([...lines, run]), ['second-run']);
	t.deepEqual(runFaults([run, ...lines, ...lines]), ['second-session']);
	for (const line of lines.filter((line, at) => line.k !== lines[at - 1]?.k)) {
		if (['session', 'session-end', 'flash', 'fault'].includes(line.k)) continue;
		t.deepEqual(runFaults([run, ...lines, line]), ['outside-session'], line.k);
	}
	const other = lines.map((line) => (line.k === 'session-end' ? { ...line, session: 7 } : line));
	t.deepEqual(runFaults(other), ['session-end']);
});

test('audio or results outside of a clip are a clip nobody wrote down', (t) => {
	const { lines } = t.context;
	const decision: TelemetryMessage = { t: 'decision', q: 0, clip: 9, label: 0, scores: [] };
	const told = rewriteCapture(
		lines,
		renumbered((m) => (m.t === 'memory' ? [decision, m] : [m])),
	);
	t.regex(complaints(sessionOf(told)), /stray-clip: decision came while no clip was in progress/);
	const hidden = lines.filter((line) => line.k !== 'clip' || line.clip !== 1);
	t.regex(complaints(sessionOf(hidden)), /stray-clip: CLIP_BEGIN was sent while no clip was in progress/);
});

test('a configuration changed in the middle of a clip is not the one it was sent with', (t) => {
	const { lines } = t.context;
	// The clip event stands behind CONFIG; moved before it, the CONFIG falls into the clip.
	const at = lines.findIndex((line) => line.k === 'clip');
	const tx = lines.findIndex((line, index) => line.k === 'tx' && index > 1);
	const moved = lines.toSpliced(at, 1).toSpliced(tx, 0, lines[at] as CaptureLine);
	t.regex(complaints(sessionOf(moved)), /CONFIG was sent in the middle of the clip/);
});

test('two labels of one name are no decision', (t) => {
	const twice = rewriteCapture(t.context.lines, (m) =>
		m.t === 'hello' ? [{ ...m, labels: m.labels.map((label, at) => (at === 1 ? (m.labels[0] ?? '') : label)) }] : [m],
	);
	t.regex(complaints(sessionOf(twice)), /hello-labels: the device names two of its labels alike/);
});

test('a device that floods the console does not fill our memory', (t) => {
	const { lines } = t.context;
	const flood = asLine({ k: 'rx', b: Buffer.from(`${'x'.repeat(4000)}\n`.repeat(5000)).toString('base64') });
	const session = sessionOf(lines.toSpliced(-1, 0, flood));
	t.regex(complaints(session), /console-flood/);
	t.true(session.console.join('').length <= 16 * 2 ** 20);
});
