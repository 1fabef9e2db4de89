import test from 'ava';
import { encodeFrame } from '../link/frame.ts';
import type { Fault } from './fault.ts';
import { FaultStream, type Step } from './fault-stream.ts';

/** The bytes that come out, as text; other steps in brackets. */
function text(steps: Step[]): string {
	return steps
		.map((step) =>
			'bytes' in step
				? Buffer.from(step.bytes).toString('latin1')
				: 'pauseMs' in step
					? `[${step.pauseMs} ms]`
					: `[${step.happens}]`,
		)
		.join('');
}

const up = (faults: Fault[], ...chunks: string[]) => {
	const stream = new FaultStream('up', faults);
	return { out: chunks.map((chunk) => text(stream.push(Buffer.from(chunk)))).join(''), fired: stream.fired.length };
};

test('without faults, and with faults of the other direction, everything passes', (t) => {
	t.deepEqual(up([], 'one\ntwo\n'), { out: 'one\ntwo\n', fired: 0 });
	t.deepEqual(up([{ kind: 'drop', direction: 'down', at: { byte: 1 } }], 'one\n'), { out: 'one\n', fired: 0 });
});

test('bytes are dropped, flipped, doubled and added at their place, across chunks', (t) => {
	t.deepEqual(up([{ kind: 'drop', direction: 'up', at: { byte: 2 }, count: 3 }], 'abc', 'defg'), {
		out: 'abfg',
		fired: 1,
	});
	t.deepEqual(up([{ kind: 'flip', direction: 'up', at: { byte: 4 }, bit: 5 }], 'abc', 'def'), {
		out: 'abcdEf',
		fired: 1,
	});
	t.deepEqual(up([{ kind: 'duplicate', direction: 'up', at: { byte: 1 }, count: 2 }], 'ab', 'cd'), {
		out: 'abcbcd',
		fired: 1,
	});
	t.deepEqual(up([{ kind: 'garbage', direction: 'up', at: { byte: 1 }, bytes: Buffer.from('???') }], 'ab'), {
		out: 'a???b',
		fired: 1,
	});
});

test('whole lines are lost or doubled, however they are cut', (t) => {
	t.deepEqual(up([{ kind: 'drop', direction: 'up', at: { unit: 1 } }], 'one\nt', 'wo\nthree\n'), {
		out: 'one\nthree\n',
		fired: 1,
	});
	t.deepEqual(up([{ kind: 'duplicate', direction: 'up', at: { unit: 0 } }], 'on', 'e\ntwo\n'), {
		out: 'one\none\ntwo\n',
		fired: 1,
	});
});

test('whole frames are lost or doubled', (t) => {
	const frames = [1, 2, 3].map((sequence) => encodeFrame('PING', sequence, {}));
	const through = (fault: Fault) =>
		new FaultStream('down', [fault])
			.push(Buffer.concat(frames))
			.flatMap((step) => ('bytes' in step ? [...step.bytes] : []));
	const count = (bytes: number[], frame: Uint8Array) =>
		Buffer.from(bytes)
			.toString('hex')
			.split(Buffer.from(frame.subarray(1, -1)).toString('hex')).length - 1;
	const lost = through({ kind: 'drop', direction: 'down', at: { unit: 1 } });
	t.deepEqual(
		frames.map((frame) => count(lost, frame)),
		[1, 0, 1],
	);
	const doubled = through({ kind: 'duplicate', direction: 'down', at: { unit: 1 } });
	t.deepEqual(
		frames.map((frame) => count(doubled, frame)),
		[1, 2, 1],
	);
});

test('delays, a pulled cable and a reset happen before their byte; a slow line pauses after what it carried', (t) => {
	t.is(up([{ kind: 'delay', direction: 'up', at: { byte: 1 }, ms: 5 }], 'ab').out, 'a[5 ms]b');
	t.is(up([{ kind: 'disconnect', direction: 'up', at: { byte: 1 } }], 'ab').out, 'a[disconnect]b');
	t.is(up([{ kind: 'reset', direction: 'up', at: { byte: 0 } }], 'ab').out, '[reset]ab');
	t.is(up([{ kind: 'throttle', direction: 'up', baud: 1000 }], 'ab').out, 'ab[20 ms]');
	t.is(new FaultStream('up', [{ kind: 'split', direction: 'up' }]).push(Buffer.from('abc')).length, 3);
});

test('a unit can be chosen by what it is, once', (t) => {
	t.is(up([{ kind: 'drop', direction: 'up', at: { like: /^t/ } }], 'one\ntwo\nthree\n').out, 'one\nthree\n');
	t.is(up([{ kind: 'flip', direction: 'up', at: { like: /two/ }, bit: 0 }], 'one\ntwo\n').out, 'one\ntwn\n');
	t.is(up([{ kind: 'reset', direction: 'up', at: { like: /two/ } }], 'one\ntwo\n').out, 'one\n[reset]two\n');
	const frames = Buffer.concat([encodeFrame('PING', 1, {}), encodeFrame('BYE', 2, {})]);
	const stream = new FaultStream('down', [{ kind: 'drop', direction: 'down', at: { like: /^BYE 2$/ } }]);
	stream.push(frames);
	t.is(stream.fired.length, 1);
});
