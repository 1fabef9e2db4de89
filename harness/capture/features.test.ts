/** Features in a capture of a real session with the posix board, as they are and with lies told about them. */
import anyTest, { type TestFn } from 'ava';
import type { TelemetryMessage } from '../generated/wire.ts';
import { prepareClip } from '../stimulate/prepare-clip.ts';
import { posixBench } from '../testing/posix-bench.ts';
import { flipBit, type Rewrite, renumbered, rewriteCapture } from '../testing/rewrite-capture.ts';
import { tone } from '../testing/sounds.ts';
import type { CaptureLine } from './capture-line.ts';
import { readWholeCapture } from './capture-reader.ts';
import { decodeRun } from './decode-run.ts';
import type { DecodedSession } from './session-data.ts';

const test = anyTest as TestFn<{ lines: CaptureLine[] }>;
const HOPS = 19;

test.before(async (t) => {
	const ending: (() => unknown)[] = [];
	const bench = await posixBench({ teardown: (end) => ending.push(end) });
	const session = await bench.open();
	for (const features of [false, true]) {
		await session.configure({ codec: 'pcm16', pacing: 'fast', features });
		const clip = prepareClip(tone(5000), { codec: 'pcm16', pacing: 'fast', sampleRate: 16_000 });
		await session.runClip(clip, { name: `features ${features}`, segment: 'test' });
	}
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

const complaints = ({ clips, faults }: DecodedSession) =>
	[...clips.flatMap((clip) => clip.problems), ...faults.map(({ code, text }) => `${code}: ${text}`)].join('\n');

test('features come where they were asked for, a row a hop; they change nothing else', (t) => {
	const session = sessionOf(t.context.lines);
	t.is(complaints(session), '');
	const [without, asked] = session.clips;
	t.is(without?.features, undefined);
	t.is(asked?.features?.scale, session.hello?.featureScale);
	t.deepEqual(
		asked?.features?.values.map((row) => row.length),
		Array(HOPS).fill(13),
	);
	t.deepEqual(asked?.decision?.scores, without?.decision?.scores);
	t.deepEqual(
		asked?.inferences.map((record) => record.stageCycles),
		without?.inferences.map((record) => record.stageCycles),
	);
});

const featuresOf = (
	change: (block: Extract<TelemetryMessage, { t: 'features' }>) => TelemetryMessage | null,
): Rewrite =>
	renumbered((message) => {
		const put = message.t === 'features' ? change(message) : message;
		return put === null ? [] : [put];
	});

const LIES: [name: string, rewrite: Rewrite, complaint: RegExp][] = [
	['no features though asked for', featuresOf(() => null), /features of 0 hops came, of 19 inferences/],
	[
		'the features of one hop too few',
		featuresOf((block) => (block.first === 7 ? null : block)),
		/the features block from hop 8 does not hold 1 x 13 from hop 7/,
	],
	[
		'a hop of other width',
		featuresOf((block) => (block.first === 7 ? { ...block, k: 12, b: block.b.slice(0, 32) } : block)),
		/the features block from hop 7 does not hold 1 x 13/,
	],
	['fewer values than it says', featuresOf((block) => ({ ...block, n: 2 })), /does not hold 2 x 13/],
	['no values at all', featuresOf((block) => ({ ...block, k: 0, b: '' })), /does not hold 1 x 0/],
	[
		'features of another clip',
		featuresOf((block) => ({ ...block, clip: 9 })),
		/a features line for clip 9 came in clip/,
	],
	[
		'features without a scale',
		renumbered((message) => {
			if (message.t !== 'hello') return [message];
			const { featureScale, ...rest } = message;
			return [rest];
		}),
		/a features block came, though none was asked for or none is offered/,
	],
	[
		'features nobody asked for',
		renumbered((message) =>
			message.t === 'decision' && message.clip === 1
				? [{ t: 'features', q: 0, clip: 1, first: 0, n: 1, k: 1, b: 'AAA=' }, message]
				: [message],
		),
		/a features block came, though none was asked for/,
	],
];

for (const [name, rewrite, complaint] of LIES) {
	test(`a device that reports ${name} does not get away with it`, (t) => {
		const session = sessionOf(rewriteCapture(t.context.lines, rewrite, { honest: true }));
		t.regex(complaints(session), complaint);
	});
}

test('a features line damaged on the way voids the attempt', (t) => {
	const bytes = Buffer.concat(
		t.context.lines.flatMap((line) => (line.k === 'rx' ? [Buffer.from(line.b, 'base64')] : [])),
	);
	const at = bytes.indexOf('"b":"', bytes.indexOf('{"t":"features"')) + 8;
	const session = sessionOf(flipBit(t.context.lines, 'rx', at, 1));
	t.deepEqual(session.clips[0]?.problems, []);
	t.regex(session.clips[1]?.problems.join('\n') ?? '', /a telemetry line is damaged/);
	t.deepEqual(session.faults, []);
});
