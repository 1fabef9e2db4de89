/** Each thing that can go wrong on the wire, against the real firmware: none ends as a pass, each is on record. */
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { OssicleError } from '../error.ts';
import type { ByteLink } from '../link/byte-link.ts';
import type { PreparedClip } from '../stimulate/prepare-clip.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import type { Fault } from '../testing/fault.ts';
import { type PosixBench, posixBench, type Teardown } from '../testing/posix-bench.ts';
import { tone } from '../testing/sounds.ts';
import type { DeviceSession } from './device-session.ts';

const CLIP = prepareClip(tone(4096), { codec: 'pcm16', pacing: 'fast', sampleRate: 16_000 });
const ABOUT = { name: 'tone', segment: 'test' };

interface Tried {
	bench: PosixBench;
	session: DeviceSession | null;
	error: OssicleError | null;
	outcome: Awaited<ReturnType<DeviceSession['runClip']>> | null;
}

/** One session with one clip behind a wire with these faults. */
async function tryClip(t: Teardown, faults: Fault[], clip: PreparedClip = CLIP): Promise<Tried> {
	const bench = await posixBench(t, { faults });
	const tried: Tried = { bench, session: null, error: null, outcome: null };
	try {
		tried.session = await bench.open();
		tried.outcome = await tried.session.runClip(clip, ABOUT);
		await tried.session.bye();
	} catch (error) {
		if (!(error instanceof OssicleError)) throw error;
		tried.error = error;
	}
	return tried;
}

/** The results of the clip in an undisturbed session. */
async function undisturbed(t: Teardown): Promise<unknown> {
	const { outcome } = await tryClip(t, []);
	return contentOf(outcome);
}

const contentOf = (outcome: Tried['outcome']) => {
	const last = outcome?.attempts.at(-1);
	return { scores: last?.decision?.scores, counts: last?.inferences.map((record) => record.stageCycles) };
};

test('pulled cable: the link is lost, later calls say the same, the record tells it', async (t) => {
	const { bench, session, error } = await tryClip(t, [{ kind: 'disconnect', direction: 'down', at: { byte: 5000 } }]);
	t.is(error?.code, 'link-lost');
	t.is(error?.kind, 'rig');
	t.is(await session?.health().catch((again: unknown) => again), error);
	const { run, session: replayed } = await bench.replay();
	t.is(run.damage, null);
	t.is(replayed.ended, 'rig-error');
	t.true(replayed.faults.some((fault) => fault.code === 'link-lost'));
	t.true((replayed.clips[0]?.problems.length ?? 0) > 0);
});

test('a link that says itself why it ended: code and words are kept, for caller and record', async (t) => {
	let lose: (reason: Error | null) => void = () => {};
	const bench = await posixBench(t, {
		wrap: (link) => ({
			description: link.description,
			open: () => link.open(),
			write: (bytes) => link.write(bytes),
			close: () => link.close(),
			onData: (receive) => link.onData(receive),
			onClose(closed) {
				lose = closed;
				link.onClose(closed);
			},
		}),
	});
	const session = await bench.open();
	const gap = new OssicleError('mqtt-gap', 'rig', '2 chunks were lost');
	lose(gap);
	t.is(await session.health().catch((error: unknown) => error), gap);
	const { session: replayed } = await bench.replay();
	t.is(replayed.ended, 'rig-error');
	t.true(replayed.faults.some(({ code, text }) => code === 'mqtt-gap' && text === '2 chunks were lost'));
});

test('cable pulled while BYE is unanswered: caller and record agree that the session failed', async (t) => {
	const bench = await posixBench(t, { faults: [{ kind: 'disconnect', direction: 'down', at: { like: /^BYE/ } }] });
	const session = await bench.open();
	await session.runClip(CLIP, ABOUT);
	const error = await t.throwsAsync(() => session.bye(), { instanceOf: OssicleError });
	t.regex(error?.code ?? '', /^link-(lost|write)$/);
	t.is(await session.close(), 'rig-error');
	const { session: replayed } = await bench.replay();
	t.is(replayed.ended, 'rig-error');
	t.true(replayed.faults.some((fault) => fault.code === error?.code));
});

test('a device that is reset or unplugged after the farewell changes nothing about the session before it', async (t) => {
	const bench = await posixBench(t);
	const session = await bench.open();
	const { ok } = await session.runClip(CLIP, ABOUT);
	t.true(ok);
	await session.bye();
	const heard = session.decoded.bytesReceived;
	const sent = () => bench.wire.sentByDevice.reduce((sum, chunk) => sum + chunk.length, 0);
	const before = sent();
	bench.board.reset();
	while (sent() === before) await sleep(5);
	bench.board.kill();
	await t.throwsAsync(
		async () => {
			for (;;) await bench.wire.write(Uint8Array.of(0)).then(() => sleep(5));
		},
		undefined,
		'the link is gone',
	);
	t.is(await session.close(), 'complete');
	t.is(session.decoded.bytesReceived, heard);
	const { session: replayed } = await bench.replay();
	t.is(replayed.ended, 'complete');
	t.deepEqual(replayed.faults, []);
});

test('killed device: its pty hangs up, and that is a lost link, too', async (t) => {
	const bench = await posixBench(t);
	const session = await bench.open();
	const long = prepareClip(tone(400_000), { codec: 'pcm16', pacing: 'fast', sampleRate: 16_000 });
	await session.configure({ codec: 'pcm16', pacing: 'fast' });
	const running = session.runClip(long, ABOUT);
	bench.board.kill();
	const error = await t.throwsAsync(() => running, { instanceOf: OssicleError });
	t.regex(error?.code ?? '', /^link-(lost|write)$/);
	const { session: replayed } = await bench.replay();
	t.is(replayed.ended, 'rig-error');
	t.true(replayed.faults.length > 0);
	t.true((replayed.clips[0]?.problems.length ?? 0) > 0);
});

test('reset in mid-clip: noticed by the boot line', async (t) => {
	const { bench, error } = await tryClip(t, [{ kind: 'reset', direction: 'down', at: { byte: 4000 } }]);
	t.is(error?.code, 'reset');
	t.regex(error?.message ?? '', /reset in the session: the device booted again \(boot id [0-9a-f]{8}\)/);
	const { session } = await bench.replay();
	t.true(session.faults.some((fault) => fault.code === 'reset'));
	t.regex(session.clips[0]?.problems.join('\n') ?? '', /the device was reset/);
});

test('reset in mid-clip, and the boot line is lost: the session does not go on as if nothing were', async (t) => {
	const bench = await posixBench(t, {
		faults: [
			{ kind: 'reset', direction: 'down', at: { byte: 4000 } },
			{ kind: 'drop', direction: 'up', at: { like: /"t":"boot".*"pin"/ } },
		],
		timing: { giveUpMs: 1500 },
	});
	const session = await bench.open();
	const error = await t.throwsAsync(() => session.runClip(CLIP, ABOUT), { instanceOf: OssicleError });
	t.is(error?.kind, 'rig');
	const { session: replayed } = await bench.replay();
	t.is(replayed.ended, 'rig-error');
	t.true((replayed.clips[0]?.problems.length ?? 0) > 0);
});

const REPAIRED: [name: string, fault: Fault][] = [
	['a corrupted byte on the way down', { kind: 'flip', direction: 'down', at: { like: /^AUDIO/ }, bit: 3 }],
	['a dropped byte on the way down', { kind: 'drop', direction: 'down', at: { byte: 3000 } }],
	['a lost frame', { kind: 'drop', direction: 'down', at: { like: /^AUDIO/ } }],
	[
		'a lost CLIP_END, with nothing behind it to tell of the gap',
		{ kind: 'drop', direction: 'down', at: { like: /^CLIP_END/ } },
	],
	['a duplicated frame', { kind: 'duplicate', direction: 'down', at: { like: /^AUDIO/ } }],
	[
		'noise on the way down',
		{ kind: 'garbage', direction: 'down', at: { byte: 3000 }, bytes: Buffer.from('\0noise \r\n\0\0more') },
	],
	['a pause on the way down', { kind: 'delay', direction: 'down', at: { byte: 3000 }, ms: 300 }],
];

for (const [name, fault] of REPAIRED) {
	test(`${name}: repaired by the protocol, with the results of an undisturbed session`, async (t) => {
		const { bench, outcome, error } = await tryClip(t, [fault]);
		t.is(error, null);
		t.is(bench.wire.fired.length, 1, 'the fault did happen');
		t.true(outcome?.ok, outcome?.problems.join('\n') ?? 'no outcome');
		t.is(outcome?.attempts.length, 1);
		t.deepEqual(contentOf(outcome), await undisturbed(t));
		const { session } = await bench.replay();
		t.is(session.clips[0]?.problems.length, 0);
	});
}

const RESENT: [name: string, fault: Fault, problem: RegExp][] = [
	[
		'a corrupted byte on the way up',
		{ kind: 'flip', direction: 'up', at: { like: /"t":"inf"/ }, bit: 2 },
		/telemetry line is damaged: its CRC/,
	],
	[
		'a dropped byte on the way up',
		{ kind: 'drop', direction: 'up', at: { like: /"t":"clip-begin"/ } },
		/telemetry lines are missing|clip-begin is missing/,
	],
	[
		'a lost block of records',
		{ kind: 'drop', direction: 'up', at: { like: /"t":"inf"/ } },
		/1 telemetry lines are missing/,
	],
	[
		'a lost decision',
		{ kind: 'drop', direction: 'up', at: { like: /"t":"decision"/ } },
		/1 telemetry lines are missing/,
	],
	[
		'a lost clip-end',
		{ kind: 'drop', direction: 'up', at: { like: /"t":"clip-end"/ } },
		/1 telemetry lines are missing/,
	],
	[
		'a line that comes twice',
		{ kind: 'duplicate', direction: 'up', at: { like: /"t":"inf"/ } },
		/sequence fell to \d+ \(inf\)/,
	],
];

for (const [name, fault, problem] of RESENT) {
	test(`${name}: the attempt does not count, the second one does, and both are on record`, async (t) => {
		const { bench, outcome, error } = await tryClip(t, [fault]);
		t.is(error, null);
		t.true(outcome?.ok, outcome?.problems.join('\n') ?? 'no outcome');
		t.is(outcome?.attempts.length, 2);
		t.regex(outcome?.attempts[0]?.problems.join('\n') ?? '', problem);
		t.deepEqual(contentOf(outcome), await undisturbed(t));
		const { session } = await bench.replay();
		t.deepEqual(
			session.clips.map((clip) => [clip.event.attempt, clip.problems.length === 0]),
			[
				[1, false],
				[2, true],
			],
		);
		t.deepEqual(session.faults, []);
	});
}

test('both attempts spoilt: the clip is not ok, and nothing is thrown', async (t) => {
	const lost: Fault = { kind: 'drop', direction: 'up', at: { like: /"t":"decision"/ } };
	const { bench, outcome, error } = await tryClip(t, [lost, { ...lost }]);
	t.is(error, null);
	t.false(outcome?.ok);
	t.true((outcome?.problems.length ?? 0) > 0);
	const { session } = await bench.replay();
	t.true(session.clips.every((clip) => clip.problems.length > 0));
});

test('a damaged line between clips is a fault of the session', async (t) => {
	const bench = await posixBench(t, {
		faults: [{ kind: 'flip', direction: 'up', at: { like: /"t":"memory"/ }, bit: 0 }],
		timing: { answerMs: 300 },
	});
	const session = await bench.open();
	const error = await t.throwsAsync(() => session.memory(), { instanceOf: OssicleError });
	t.is(error?.code, 'time-out');
	t.regex(error?.message ?? '', /posix did not send `memory` \(answer to MEMORY\) within 300 ms/);
	t.regex(
		String((error?.cause as Error | undefined)?.stack),
		/session-faults\.test\.ts/,
		'the cause shows the line that waited',
	);
	const { session: replayed } = await bench.replay();
	t.deepEqual(replayed.faults.map((fault) => fault.code).slice(0, 2), ['telemetry-damaged', 'time-out']);
});

test('garbage before boot is waited out', async (t) => {
	const noise = Buffer.from(
		'\xff\xfe{"t":"boo\x00{"t":"ack","q":7,"next":3,"credit":9}*00000000\n{half a li',
		'latin1',
	);
	const { bench, outcome } = await tryClip(t, [{ kind: 'garbage', direction: 'up', at: { byte: 0 }, bytes: noise }]);
	// The noise swallows the first hello; the second one is heard.
	t.true(outcome?.ok, outcome?.problems.join('\n') ?? 'no outcome');
	const { session } = await bench.replay();
	t.deepEqual(session.faults, []);
});

test('a silent device: the error says what was tried', async (t) => {
	const bench = await posixBench(t, { args: ['--mute'], timing: { helloMs: 500, helloRetryMs: 100 } });
	const error = await t.throwsAsync(() => bench.open(), { instanceOf: OssicleError });
	t.is(error?.code, 'device-silent');
	t.regex(
		error?.message ?? '',
		/^posix is silent on posix process on serial \/dev\/pts\/\d+ 921600 baud \(with faults\): HELLO was sent \d+ times in 500 ms, nothing came back at all/,
	);
	const { session } = await bench.replay();
	t.is(session.hello, null);
	t.is(session.ended, 'rig-error');
	t.deepEqual(
		session.faults.map((fault) => fault.code),
		['device-silent', 'no-hello'],
	);
});

test('a device that chatters but does not answer is told from a silent one', async (t) => {
	const bench = await posixBench(t, { timing: { helloMs: 500, helloRetryMs: 100 }, wrap: (link) => deaf(link) });
	const error = await t.throwsAsync(() => bench.open(), { instanceOf: OssicleError });
	t.is(error?.code, 'device-silent');
	t.regex(error?.message ?? '', /bytes came, but no answer \(last line: "Hello from another firmware"\)/);
});

/** The real link, but what is written goes nowhere and somebody else talks. */
function deaf(link: ByteLink): ByteLink {
	let receive: (chunk: Uint8Array) => void = () => {};
	return {
		description: link.description,
		open: () => link.open(),
		write: async () => receive(Buffer.from('Hello from another firmware\n')),
		onData: (listener) => {
			receive = listener;
		},
		onClose: (listener) => link.onClose(listener),
		close: () => link.close(),
	};
}

test('split at every byte, both ways: the same results', async (t) => {
	const { bench, outcome } = await tryClip(t, [
		{ kind: 'split', direction: 'down' },
		{ kind: 'split', direction: 'up' },
	]);
	t.true(outcome?.ok, outcome?.problems.join('\n') ?? 'no outcome');
	t.deepEqual(contentOf(outcome), await undisturbed(t));
	const { session } = await bench.replay();
	t.deepEqual(session.faults, []);
});

test('a slow line: the same results', async (t) => {
	const short = prepareClip(tone(2048), { codec: 'mulaw', pacing: 'fast', sampleRate: 16_000 });
	const { outcome } = await tryClip(
		t,
		[
			{ kind: 'throttle', direction: 'down', baud: 115_200 },
			{ kind: 'throttle', direction: 'up', baud: 115_200 },
		],
		short,
	);
	t.true(outcome?.ok, outcome?.problems.join('\n') ?? 'no outcome');
});
