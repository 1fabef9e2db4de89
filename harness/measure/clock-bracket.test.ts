import test from 'ava';
import fc from 'fast-check';
import type { ClockSpan } from '../capture/session-data.ts';
import { bracketBetween, bracketOf, sharpest } from './clock-bracket.ts';

const CLAIMED_HZ = 168e6;

/** What the link does to one CLOCK, s: on the way down, and to its two lines on the way up. */
interface Delays {
	down: number;
	start: number;
	end: number;
	/** Pause of the harness before the next one. */
	pause: number;
}

/** The spans of CLOCKs of so many ms, answered one after the other by a device whose counter runs at `hz`. */
function spansOf(hz: number, asked: readonly [milliseconds: number, delays: Delays][]): ClockSpan[] {
	const ns = (seconds: number) => BigInt(Math.round(seconds * 1e9));
	let now = 1;
	return asked.map(([askedMs, { down, start, end, pause }]) => {
		const sent = now;
		const began = sent + down;
		const cycles = Math.ceil((askedMs * CLAIMED_HZ) / 1000);
		const ended = began + cycles / hz;
		const startCame = began + start;
		// Lines come in order.
		const endCame = Math.max(startCame, ended + end);
		now = endCame + pause;
		return {
			sentNs: ns(sent),
			startNs: ns(startCame),
			endNs: ns(endCame),
			askedMs,
			startCycles: Math.round(began * hz),
			cycles,
			hz: CLAIMED_HZ,
			clipsBefore: 0,
		};
	});
}

const PROMPT: Delays = { down: 0.0002, start: 0.0003, end: 0.0003, pause: 0.0001 };

test('the bracket of a spin and a stamp behind it holds the rate, and is as wide as the link is late', (t) => {
	const spans = spansOf(16e6, [
		[200, PROMPT],
		[0, PROMPT],
	]);
	const { lowHz, highHz, estimateHz, seconds } = bracketOf(spans);
	t.true(lowHz <= 16e6 && 16e6 <= highHz);
	// 0.5 ms at one end, 0.3 ms and the pause at the other, of 2.1 s.
	t.true((highHz - lowHz) / 16e6 < 0.0015 / 2.1);
	t.true(lowHz < estimateHz && estimateHz < highHz);
	t.true(Math.abs(seconds - 2.1) < 1e-6);
});

test('a spin alone bounds the rate from below only', (t) => {
	const { lowHz, highHz, estimateHz } = bracketOf(spansOf(16e6, [[200, PROMPT]]));
	t.true(lowHz < 16e6);
	t.is(highHz, Number.POSITIVE_INFINITY);
	// Both lines equally late: what it looks like is right here.
	t.true(Math.abs(estimateHz / 16e6 - 1) < 1e-6);
});

test('whatever the link does, the true rate lies in the bracket', (t) => {
	const seconds = fc.oneof(fc.double({ min: 0, max: 0.005, noNaN: true }), fc.double({ min: 0, max: 3, noNaN: true }));
	const delays = fc.record({ down: seconds, start: seconds, end: seconds, pause: seconds });
	const asked = fc.array(fc.tuple(fc.constantFrom(0, 100, 2000, 4000), delays), { minLength: 1, maxLength: 9 });
	fc.assert(
		fc.property(fc.double({ min: 1e6, max: 400e6, noNaN: true }), asked, (hz, list) => {
			const { lowHz, highHz } = bracketOf(spansOf(hz, list));
			// The times of the model are rounded to nanoseconds, of 10 ms at least.
			return lowHz <= hz * (1 + 3e-7) && hz * (1 - 3e-7) <= highHz;
		}),
		{ numRuns: 2000 },
	);
	t.pass();
});

test('from one span to a later one: the mean rate of all that lies between', (t) => {
	const [from, to] = spansOf(CLAIMED_HZ, [
		[2000, PROMPT],
		[0, PROMPT],
	]);
	if (from === undefined || to === undefined) throw new Error('two spans were made');
	// As if 10 s had passed in between in which the counter stood still.
	const later = { ...to, sentNs: to.sentNs + 10_000_000_000n, startNs: to.startNs + 10_000_000_000n };
	const { lowHz, highHz, seconds } = bracketBetween(from, later);
	t.true(Math.abs(highHz / (CLAIMED_HZ / 6) - 1) < 0.001 && Math.abs(lowHz / (CLAIMED_HZ / 6) - 1) < 0.001);
	t.true(Math.abs(seconds - 12) < 0.01);
});

test('stamps too close together bound nothing from above', (t) => {
	const spans = spansOf(CLAIMED_HZ, [
		[0, PROMPT],
		[0, PROMPT],
	]);
	t.is(bracketOf(spans).highHz, Number.POSITIVE_INFINITY);
	t.deepEqual(bracketOf([]), { lowHz: 0, highHz: Number.POSITIVE_INFINITY, estimateHz: 0, seconds: 0 });
});

test('the sharpest span is the one whose start is known best', (t) => {
	const spans = spansOf(CLAIMED_HZ, [
		[100, { ...PROMPT, start: 0.02 }],
		[100, PROMPT],
		[100, { ...PROMPT, down: 0.01 }],
	]);
	t.is(sharpest(spans), spans[1]);
	t.is(sharpest([]), undefined);
});
