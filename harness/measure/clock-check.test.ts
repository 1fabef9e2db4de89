import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { ClockSpan, DecodedSession } from '../capture/session-data.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { type MadeRunOptions, madeList, madeSession } from '../testing/made-run.ts';
import { clockChecks, clockFault, clockFindings, clockNote } from './clock-check.ts';

const DEVICES = loadDevices(fileURLToPath(new URL('../../devices', import.meta.url)));
const EMULATED = deviceOf(DEVICES, 'stm32f405-emulated').facts;
const BOARD = deviceOf(DEVICES, 'stm32f405').facts;
const NORDIC = deviceOf(DEVICES, 'nrf52840').facts;
const ESPRESSIF = deviceOf(DEVICES, 'esp32s3').facts;
const POSIX = deviceOf(DEVICES, 'posix').facts;

function made(facts: DeviceFacts, changes: Partial<MadeRunOptions> = {}): DecodedSession {
	return madeSession({ facts, list: madeList(facts.id, 6), ...changes });
}

/** `cause: text` of the first finding, or `right`, or why it is not measured. */
function told(facts: DeviceFacts, changes: Partial<MadeRunOptions> = {}): string {
	return toldOf(made(facts, changes), facts);
}

function toldOf(session: DecodedSession, facts: DeviceFacts): string {
	const [finding] = clockFindings(session, facts);
	const fault = clockFault(session, facts);
	if (finding === undefined) return fault === null ? 'right' : `${fault.absent}: ${fault.reason}`;
	if (fault?.absent !== 'rig-error' || fault.reason !== finding.text || finding.score !== 1)
		throw new Error('a finding is a rig error, in the same words');
	return `${finding.cause}: ${finding.text}`;
}

/** The same session with each line of a clock check so many ms later, and all that follows with it; the counter goes on. */
function late(session: DecodedSession, hz: number, startMs: number, endMs: number): DecodedSession {
	let shiftNs = 0n;
	const clocks = (session.clocks ?? []).map((span): ClockSpan => {
		const startCycles = span.startCycles + Math.round((Number(shiftNs) * hz) / 1e9);
		const sentNs = span.sentNs + shiftNs;
		const startNs = span.startNs + shiftNs + BigInt(Math.round(startMs * 1e6));
		const onTimeNs = span.endNs + shiftNs + BigInt(Math.round(endMs * 1e6));
		// Lines come in order.
		const endNs = onTimeNs > startNs ? onTimeNs : startNs;
		shiftNs = endNs - span.endNs;
		return { ...span, startCycles, sentNs, startNs, endNs };
	});
	return { ...session, clocks };
}

test('a declared clock is right, on silicon and on a host', (t) => {
	for (const facts of [BOARD, NORDIC, ESPRESSIF, POSIX]) t.is(told(facts), 'right', facts.id);
	t.is(told(BOARD, { clockHz: 168e6 * 1.004 }), 'right');
	t.is(told(BOARD, { clockHz: 168e6 * 0.996 }), 'right');
	t.deepEqual(
		clockChecks(made(BOARD), BOARD).map(({ clipsBefore, state, spins }) => [clipsBefore, state, spins]),
		[
			[0, 'right', 1],
			[7, 'right', 1],
		],
	);
});

test('a board on its internal oscillator is a rig error that says so', (t) => {
	t.is(
		told(BOARD, { clockHz: 16e6 }),
		'clock-low: the clock ran at 16.00 MHz over 21.00 s, but 168 MHz +-0.5 % is declared; it looks like the 16 MHz internal RC oscillator (HSI): the PLL is not locked',
	);
	// The firmware that knows it, and counts its seconds by it.
	const honest = { hello: { clockSource: 'hsi', clockHz: 16e6, counterHz: 16e6 } };
	t.regex(told(BOARD, { ...honest, clockHz: 15.7e6 }), /^clock-low: .*over 2\.04 s.* internal RC oscillator \(HSI\)/);
});

test('a board that says it fell back to an internal oscillator is a rig error at any rate', (t) => {
	const hello = { clockHz: 64e6, counterHz: 64e6 };
	t.is(told(NORDIC, { hello: { ...hello, clockSource: 'hfxo' } }), 'right');
	const hfint = { hello: { ...hello, clockSource: 'hfint' } };
	t.is(
		told(NORDIC, hfint),
		'clock-fallback: 64 MHz +-0.5 % is declared, but the firmware says that it runs from its 64 MHz internal oscillator (HFINT): the crystal (HFXO) was not started',
	);
	t.regex(told(NORDIC, { ...hfint, clockHz: null }), /^clock-fallback: /);
	t.regex(told(NORDIC, { ...hfint, clockHz: 62.9e6 }), /^clock-low: .* internal oscillator \(HFINT\): the crystal/);
	t.regex(
		told(BOARD, { hello: { clockSource: 'hsi' } }),
		/^clock-fallback: .* internal oscillator \(HSI\): was the PLL/,
	);
});

test('other wrong clocks are named as device.yaml knows them', (t) => {
	const named: [DeviceFacts, number, RegExp][] = [
		[BOARD, 8e6, /looks like an 8 MHz crystal \(HSE\) straight/],
		[BOARD, 160.1e6, /looks like the PLL fed by the internal RC oscillator/],
		[BOARD, 53.76e6, /looks like an 8 MHz crystal on a board the firmware was built for 25 MHz/],
		[BOARD, 84e6, /built for 16 MHz \(HSE_HZ\), or half the declared rate/],
		[BOARD, 252e6, /^clock-high: .*12 MHz crystal on a board the firmware was built for 8 MHz/],
		[BOARD, 336e6, /^clock-high: .*looks like twice the declared rate/],
		[BOARD, 42e6, /looks like a quarter of the declared rate: a clock divider/],
		[BOARD, 100e6, /that is 59\.5 % of the declared rate and none of the clocks known/],
		[NORDIC, 62.9e6, /the 64 MHz internal oscillator \(HFINT\): the crystal \(HFXO\) was not started/],
		[ESPRESSIF, 160e6, /the PLL at 160 MHz/],
		[ESPRESSIF, 40e6, /the 40 MHz crystal \(XTAL\) straight/],
		[ESPRESSIF, 17.1e6, /17\.5 MHz internal RC oscillator/],
	];
	for (const [facts, clockHz, text] of named) t.regex(told(facts, { clockHz }), text, `${facts.id} ${clockHz}`);
});

test('a clock just outside of its tolerance is wrong, just inside it is not', (t) => {
	t.regex(told(BOARD, { clockHz: 168e6 * 1.0051 }), /^clock-high/);
	t.regex(told(BOARD, { clockHz: 168e6 * 0.9949 }), /^clock-low/);
	t.is(told(BOARD, { clockHz: 168e6 * 1.0049 }), 'right');
});

test('a clock that drifts is a rig error, also when it is within its tolerance before and after', (t) => {
	const fell = { before: 168e6, between: 165e6, after: 160.1e6 };
	t.regex(
		told(BOARD, { clockHz: fell }),
		/^clock-drift: the clock changed during the session: 168\.00 MHz before the clips, 160\.10 MHz after them \(-4\.7 %\): it looks like the PLL fed by .*overheating/,
	);
	const inside = { before: 168e6 * 1.004, between: 168e6, after: 168e6 * 0.996 };
	t.regex(told(BOARD, { clockHz: inside }), /^clock-drift: .*\(-0\.8 %\)/);
	const steady = { before: 168e6 * 1.002, between: 168e6, after: 168e6 * 0.998 };
	t.is(told(BOARD, { clockHz: steady }), 'right');
});

test('a clock that fell back in mid-session and returned shows in the mean over the clips', (t) => {
	const stageTicks = () => [1_680_000, 0, 0];
	const dip = { before: 168e6, between: 16e6, after: 168e6 };
	t.regex(
		told(BOARD, { clockHz: dip, stageTicks }),
		/^clock-drift: over the \d+\.\d s from one clock check to the next the counter ran at \d+\.\d\d MHz on average \(-\d+\.\d %\).*fell back/,
	);
	const burst = { before: 168e6, between: 400e6, after: 168e6 };
	t.regex(told(BOARD, { clockHz: burst, stageTicks }), /^clock-drift: .*too fast in between/);
});

test('spans of one check that exclude each other are a clock that changed under it', (t) => {
	const session = made(BOARD, { clockHz: { before: 168e6, between: 168e6, after: 160e6 } });
	const clocks = (session.clocks ?? []).map((span) => ({ ...span, clipsBefore: 0 }));
	t.regex(
		toldOf({ ...session, clocks }, BOARD),
		/^clock-drift: the clock changed while it was checked: it was at 160\.0\d MHz and at 16[78]\.\d\d MHz/,
	);
});

test('a counter that stands still is called so', (t) => {
	const session = made(BOARD);
	const stopped = (session.clocks ?? []).map((span) => (span.clipsBefore === 0 ? span : { ...span, cycles: 0 }));
	t.regex(
		toldOf({ ...session, clocks: stopped }, BOARD),
		/^clock-frozen: the clock changed during the session: .*it stands still|^clock-frozen: the counter stopped after 0 cycles of a spin/,
	);
});

test('late lines leave a right clock open: what depends on time is not measured, and nothing is called wrong', (t) => {
	const open = late(made(BOARD), 168e6, 15, 15);
	t.regex(
		toldOf(open, BOARD),
		/^not-measured: the clock is between 16\d\.\d\d and 1[67]\d\.\d\d MHz before the clips, 168 MHz \+-0\.5 % is declared: the link delivers lines too late/,
	);
	t.is(toldOf(late(made(BOARD), 168e6, 3, 3), BOARD), 'right');
});

test('no lateness whatever makes a right clock wrong, or a wrong one right', (t) => {
	const sessions = [1, 1.02, 0.98].map((factor) => ({
		hz: 168e6 * factor,
		session: made(BOARD, { clockHz: 168e6 * factor }),
	}));
	for (const startMs of [0, 1, 10, 40, 60, 400])
		for (const endMs of [0, 1, 10, 39.2, 40, 60, 400])
			for (const { hz, session } of sessions) {
				const place = `${hz} Hz, start line ${startMs} ms late, end line ${endMs} ms`;
				const delayed = late(session, hz, startMs, endMs);
				if (hz === 168e6) t.deepEqual(clockFindings(delayed, BOARD), [], place);
				else t.not(clockFault(delayed, BOARD), null, place);
			}
});

test('a check of one side only, or a short one, vouches for nothing', (t) => {
	const session = made(BOARD);
	const before = { ...session, clocks: (session.clocks ?? []).filter((span) => span.clipsBefore === 0) };
	t.regex(
		toldOf(before, BOARD),
		/^not-measured: the clock was checked 1 times .*before and after the clips is needed$/,
	);
	t.regex(told(BOARD, { clockHz: null }), /^not-measured: the clock was checked 0 times/);
	t.regex(told(POSIX, { clockHz: null }), /^not-measured: the clock was checked 0 times/);
	const short = (session.clocks ?? []).map((span) => {
		const begun = span.askedMs > 0 ? 1_000_000_000n : 0n;
		return { ...span, sentNs: span.sentNs + begun, startNs: span.startNs + begun, askedMs: span.askedMs / 2 };
	});
	const half = short.map((span) => ({
		...span,
		startCycles: span.startCycles + (span.askedMs > 0 ? span.cycles / 2 : 0),
		cycles: span.cycles / 2,
	}));
	t.regex(
		toldOf({ ...session, clocks: half }, BOARD),
		/^not-measured: .*it was checked for 1\.00 s, 1\.9 s are needed$/,
	);
});

test('a spin without a stamp behind it is bounded from below only: too slow a clock is not found, but not believed', (t) => {
	const session = made(BOARD);
	const clocks = (session.clocks ?? []).filter((span) => span.askedMs > 0);
	t.regex(toldOf({ ...session, clocks }, BOARD), /^not-measured: the clock is between 168\.00 and no known MHz/);
});

test('virtual and scripted time have no clock to check, and it is said so', (t) => {
	t.is(told(EMULATED), 'right');
	t.regex(clockNote(made(EMULATED), EMULATED) ?? '', /^clock check not applicable: time is virtual/);
	const scripted = made(POSIX, { hello: { counter: 'scripted' }, clockHz: 5e9 });
	t.is(toldOf(scripted, POSIX), 'right');
	t.regex(clockNote(scripted, POSIX) ?? '', /^clock check not applicable: the counter is scripted/);
	t.is(clockNote(made(BOARD), BOARD), null);
});
