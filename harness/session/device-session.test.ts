import test from 'ava';
import { OssicleError } from '../error.ts';
import type { TelemetryMessage } from '../generated/wire.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import { posixBench } from '../testing/posix-bench.ts';
import { tone, toneWithPause } from '../testing/sounds.ts';

const RATE = 16_000;

test('a device says who it is, answers commands, and the session ends complete and without faults', async (t) => {
	const bench = await posixBench(t, { args: ['--counter', 'scripted', '--boot-id', '0badcafe'] });
	const session = await bench.open();
	t.is(session.hello.board, 'posix');
	t.is(session.hello.boot, '0badcafe');
	t.is(session.hello.counter, 'scripted');
	t.is((await session.memory()).heap, 0);
	t.is((await session.health()).overruns, 0);
	t.true((await session.param('spin.cell', 3)).ok);
	const error = await t.throwsAsync(() => session.param('no.such', 1), { instanceOf: OssicleError });
	t.is(error?.code, 'param-refused');
	await session.bye();
	const { run, session: replayed } = await bench.replay();
	t.is(run.damage, null);
	t.is(replayed.ended, 'complete');
	t.deepEqual(replayed.faults, []);
	t.is(replayed.memory?.heap, 0);
	t.true(replayed.bytesSent > 0 && replayed.bytesReceived > 0);
	t.is(bench.board.stderr, '', 'the sanitizers have nothing to say');
});

for (const codec of ['pcm16', 'mulaw', 'ima-adpcm'] as const) {
	for (const pacing of ['fast', 'preload'] as const) {
		test(`${codec} ${pacing}: a clip counts, with one record a hop and a decision`, async (t) => {
			const bench = await posixBench(t);
			const session = await bench.open();
			await session.configure({ codec, pacing, scores: true });
			// Silence in it, and a rest shorter than a hop.
			const clip = prepareClip(toneWithPause(4100, 1001, 2000), { codec, pacing, sampleRate: RATE });
			const { ok, attempts } = await session.runClip(clip, { name: 'tone', segment: 'test' });
			t.true(ok, attempts.flatMap((attempt) => attempt.problems).join('\n'));
			t.is(attempts.length, 1);
			const [attempt] = attempts;
			t.deepEqual(
				attempt?.inferences.map((record) => record.hop),
				Array.from({ length: 16 }, (_, hop) => hop),
			);
			t.is(attempt?.hopScores?.length, 16);
			t.is(attempt?.end?.crc, clip.crcHex);
			const { session: replayed } = await bench.replay();
			t.deepEqual(
				{ ...replayed.clips[0], event: attempt?.event },
				attempt,
				'the replay says what the live session said',
			);
		});
	}
}

test('the same clip gives the same counts, scores and decision in another session', async (t) => {
	const results = [];
	for (let i = 0; i < 2; i++) {
		const bench = await posixBench(t);
		const session = await bench.open();
		const { attempts } = await session.runClip(
			prepareClip(tone(2048), { codec: 'pcm16', pacing: 'fast', sampleRate: RATE }),
			{ name: 'tone', segment: 'test' },
		);
		const [attempt] = attempts;
		results.push({
			counts: attempt?.inferences.map((record) => record.stageCycles),
			scores: attempt?.decision?.scores,
			label: attempt?.decision?.label,
		});
		await bench.replay();
	}
	t.deepEqual(results[0], results[1]);
	t.is(results[0]?.counts?.length, 8);
});

test('many clips in one session, several times around the sequence numbers of a byte', async (t) => {
	const bench = await posixBench(t);
	const session = await bench.open();
	for (let i = 0; i < 40; i++) {
		const codec = (['pcm16', 'mulaw', 'ima-adpcm'] as const)[i % 3] ?? 'pcm16';
		const { ok, problems } = await session.runClip(
			prepareClip(tone(1500 + 2 * i, i), { codec, pacing: 'fast', sampleRate: RATE }),
			{ name: `${i}`, segment: 'test' },
		);
		t.true(ok, problems.join('\n'));
	}
	const { session: replayed } = await bench.replay();
	t.is(new Set(replayed.clips.map((clip) => clip.event.clip)).size, 40, 'each clip has a number of its own');
	t.deepEqual(replayed.faults, []);
});

test.serial('realtime pcm16: without underruns in at least one of three attempts, the others say why', async (t) => {
	const clip = prepareClip(tone(8000), { codec: 'pcm16', pacing: 'realtime', sampleRate: RATE });
	for (let i = 0; i < 3; i++) {
		const bench = await posixBench(t, { args: ['--counter', 'host'], variant: 'posix' });
		const session = await bench.open();
		const { attempts } = await session.runClip(clip, { name: 'tone', segment: 'test' });
		await session.bye();
		const { session: replayed } = await bench.replay();
		for (const attempt of attempts.filter(({ problems }) => problems.length > 0)) {
			t.regex(attempt.problems.join('\n'), /underrun/, 'nothing but time may go wrong here');
		}
		const good = attempts.find(({ problems }) => problems.length === 0);
		if (good === undefined) continue;
		t.is(good.end?.underruns, 0);
		t.is(replayed.clips.filter(({ problems }) => problems.length === 0).length, 1);
		return;
	}
	t.fail('underruns in each of three sessions');
});

test('realtime audio which the line cannot carry is refused before anything is sent', async (t) => {
	const bench = await posixBench(t, { session: { baud: 115_200 } });
	const session = await bench.open();
	const sent = session.decoded.bytesSent;
	const clip = prepareClip(tone(1024), { codec: 'pcm16', pacing: 'realtime', sampleRate: RATE });
	const error = await t.throwsAsync(() => session.runClip(clip, { name: 'tone', segment: 'test' }), {
		instanceOf: OssicleError,
	});
	t.is(error?.code, 'line-budget');
	t.is(session.decoded.bytesSent, sent);
	t.is(session.failure, null, 'a wrong request is no failure of the bench');
});

test('a clip that does not fit the clip store is refused with the bytes it needs', async (t) => {
	const bench = await posixBench(t);
	const session = await bench.open();
	const clip = prepareClip(tone(60_000), { codec: 'pcm16', pacing: 'preload', sampleRate: RATE });
	const error = await t.throwsAsync(() => session.runClip(clip, { name: 'long.wav', segment: 'test' }), {
		instanceOf: OssicleError,
	});
	t.is(error?.code, 'clip-store');
	t.regex(
		error?.message ?? '',
		/^the clip long\.wav needs \d+ bytes of the device's clip store \(120000 of pcm16 audio/,
	);
});

test('the counter of 32 bits may wrap in the middle of a stage: the counts stay right, the start passes 2^32', async (t) => {
	const clip = prepareClip(tone(1024), { codec: 'pcm16', pacing: 'fast', sampleRate: RATE });
	const run = async (counterStart: number) => {
		const bench = await posixBench(t, { args: ['--counter', 'scripted', '--counter-start', String(counterStart)] });
		const session = await bench.open();
		const { ok, problems, attempts } = await session.runClip(clip, { name: 'tone', segment: 'test' });
		t.true(ok, problems.join('\n'));
		await session.close();
		return attempts[0]?.inferences ?? [];
	};
	const from0 = await run(0);
	const wrap = 2n ** 32n;
	const [, second] = from0;
	if (second === undefined) return t.fail('no records');
	// The scripted counter makes 1000 of each read: starting so, it passes 2^32 between two reads inside the second hop.
	const spread = second.stageCycles.reduce((sum, cycles) => sum + cycles, 0);
	let wrappedInside = 0;
	for (let into = 500; into < spread; into += 1000) {
		const records = await run(Number(wrap - second.startCycles) - into);
		t.deepEqual(
			records.map((record) => record.stageCycles),
			from0.map((record) => record.stageCycles),
		);
		const inside = records.some((record) => {
			const end = record.startCycles + BigInt(record.stageCycles.reduce((sum, cycles) => sum + cycles, 0));
			return record.startCycles < wrap && end >= wrap;
		});
		if (inside) wrappedInside += 1;
		t.true((records.at(-1)?.startCycles ?? 0n) >= wrap);
	}
	t.true(wrappedInside > 0, 'no session wrapped inside a stage');
	return;
});

test.serial('the device clock is measured against ours; a falsified one is off by its factor', async (t) => {
	const ratio = async (args: string[]) => {
		const bench = await posixBench(t, { args, variant: 'posix' });
		const session = await bench.open();
		await session.clock(400);
		const { session: replayed } = await bench.replay();
		const [span] = replayed.clocks ?? [];
		if (span === undefined) throw new Error('no clock span');
		return span.cycles / span.hz / (Number(span.endNs - span.startNs) / 1e9);
	};
	// A busy machine may take a line late: the best of three says what the clock does.
	const best = async (args: string[], wanted: number) => {
		const ratios = [await ratio(args), await ratio(args), await ratio(args)];
		return Math.min(...ratios.map((value) => Math.abs(value / wanted - 1)));
	};
	t.true((await best(['--counter', 'host'], 1)) < 0.3);
	t.true((await best(['--counter', 'host', '--clock-factor', '4'], 4)) < 0.3);
});

test('a device that is busy for longer than the retransmission time-out gets repeats, and they do no harm', async (t) => {
	const bench = await posixBench(t, { timing: { retransmitFirstMs: 20, retransmitLeastMs: 10, retransmitMostMs: 20 } });
	const session = await bench.open();
	await session.param('spin.cell', 60_000_000);
	const clip = prepareClip(tone(1536), { codec: 'pcm16', pacing: 'fast', sampleRate: RATE });
	const { ok, problems } = await session.runClip(clip, { name: 'tone', segment: 'test' });
	t.true(ok, problems.join('\n'));
	t.true(session.repeats > 0, 'the device was not busy for long enough to test anything');
	t.is((await session.health()).overruns, 0);
	const { session: replayed } = await bench.replay();
	t.deepEqual(replayed.faults, []);
});

test('a reset that is asked for, before the first clip, starts the session anew', async (t) => {
	const bench = await posixBench(t);
	const session = await bench.open();
	const before = session.hello.boot;
	await session.reset();
	t.not(session.hello.boot, before);
	const { ok, problems } = await session.runClip(
		prepareClip(tone(1024), { codec: 'pcm16', pacing: 'fast', sampleRate: RATE }),
		{ name: 'tone', segment: 'test' },
	);
	t.true(ok, problems.join('\n'));
	await session.bye();
	const { session: replayed } = await bench.replay();
	t.deepEqual(replayed.faults, []);
	t.is(replayed.clips[0]?.problems.length, 0);
});

test('a device that runs another build than the one flashed is a rig error', async (t) => {
	const flash = {
		k: 'flash',
		session: 1,
		tool: 'gdb',
		imageSha256: '00',
		buildId: 'ffffffff',
		staticBytes: null,
		rigBytes: null,
		flashBytes: null,
	} as const;
	const bench = await posixBench(t, { session: { flash } });
	const error = await t.throwsAsync(() => bench.open(), { instanceOf: OssicleError });
	t.is(error?.code, 'build-mismatch');
	t.regex(error?.message ?? '', /runs build [0-9a-f]+, flashed was ffffffff/);
	const { session } = await bench.replay();
	t.is(session.ended, 'rig-error');
});

test('Ctrl-C ends a clip at once, the capture says interrupted, and the device is left out of its session', async (t) => {
	const controller = new AbortController();
	// In the middle of the clip: its first records have come.
	const onMessage = (message: TelemetryMessage) => {
		if (message.t === 'inf') controller.abort();
	};
	const bench = await posixBench(t, { session: { signal: controller.signal, onMessage }, args: ['--counter', 'host'] });
	const session = await bench.open();
	const clip = prepareClip(tone(16_000 * 30), { codec: 'mulaw', pacing: 'realtime', sampleRate: RATE });
	const running = session.runClip(clip, { name: 'long', segment: 'test' });
	const error = await t.throwsAsync(() => running, { instanceOf: OssicleError });
	t.is(error?.code, 'interrupted');
	t.is(await session.memory().catch((again: unknown) => again), error, 'later calls raise the same');
	const { session: replayed } = await bench.replay();
	t.is(replayed.ended, 'interrupted');
	t.true((replayed.clips[0]?.problems.length ?? 0) > 0, 'the clip does not count');
	t.regex(Buffer.concat(bench.wire.reachedDevice).subarray(-40).toString('hex'), /010d/, 'BYE was the last word');
});
