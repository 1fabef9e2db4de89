import test from 'ava';
import type { DecodedClip, DecodedSession } from '../../capture/session-data.ts';
import type { DeviceFacts } from '../../generated/device.ts';
import { DEVICES_FOLDER } from '../../run.ts';
import { deviceOf, loadDevices } from '../../scenario/device-facts.ts';
import { type MadeRunOptions, madeList, madeSession } from '../../testing/made-run.ts';
import { closureFault } from './session-closure.ts';

const DEVICES = loadDevices(DEVICES_FOLDER);
const facts = (id: string): DeviceFacts => deviceOf(DEVICES, id).facts;
const BOARD = facts('stm32f405');
const LIST = madeList(BOARD.id, 3);
const WATCHED = { milliwatts: () => 50 };

function made(options: Partial<MadeRunOptions> = {}): DecodedSession {
	return madeSession({ facts: BOARD, list: LIST, ...WATCHED, ...options });
}

/** The reason, with one clip of a sound session changed. */
function reasonWith(change: (clip: DecodedClip) => void, which = 'day-part/day-0'): string | null {
	const session = made();
	for (const clip of session.clips) if (clip.event.name === which) change(clip);
	return closureFault(session, BOARD, LIST)?.reason ?? null;
}

test('the figures of an honest session close, on every kind of device', (t) => {
	t.is(closureFault(made(), BOARD, LIST), null);
	for (const id of ['stm32f405-emulated', 'posix']) {
		const list = madeList(id, 3);
		t.is(closureFault(madeSession({ facts: facts(id), list }), facts(id), list), null, id);
	}
});

test('stages that take longer than their hop was awake are a rig error, with the sum', (t) => {
	const session = made({ awakeTicks: (_, hop) => (hop === 2 ? 3000 : 3500) });
	const fault = closureFault(session, BOARD, LIST);
	t.is(fault?.absent, 'rig-error');
	t.regex(
		fault?.reason ?? '',
		/clip-0 contradict each other: hop 2: stages 1000 \+ 2000 \+ 500 \+ interrupts 0 = 3500 cycles, but it was awake for only 3000/,
	);
});

test('interrupts inside the stages belong to the awake time too', (t) => {
	const reason = reasonWith((clip) => {
		for (const record of clip.inferences) record.irqCycles = 900;
	});
	t.regex(reason ?? '', /\+ interrupts 900 = 4400 cycles, but it was awake for only 3500/);
});

test('a clip that slept more than its hops leave is a rig error', (t) => {
	const fault = closureFault(made({ sleepTicks: 10 }), BOARD, LIST);
	t.regex(fault?.reason ?? '', /cycles - 10 asleep = \d+ cycles, but 56000 cycles is stated/);
});

test('nobody is awake for longer than the time that passed', (t) => {
	const reason = reasonWith((clip) => {
		const [, second] = clip.inferences;
		if (second !== undefined) second.awakeCycles = 30_000_000;
	});
	t.regex(reason ?? '', /hop 1 was awake for 30000000 cycles, but at most \d+ passed around it/);
});

test('hops that do not make the samples are a rig error', (t) => {
	const reason = reasonWith((clip) => clip.inferences.pop());
	t.regex(reason ?? '', /63 hops in its records x 256 samples = 16128, but 16384 samples were counted/);
});

test('a clip that plays faster than its sample rate is a rig error, with the rate it makes', (t) => {
	const reason = reasonWith((clip) => {
		if (clip.end === null) return;
		clip.end.sleep -= clip.end.cycles / 2;
		clip.end.cycles /= 2;
	});
	t.regex(reason ?? '', /which is 3[12]\d\d\d samples\/s, but 16000 samples\/s are claimed/);
});

test('a slow board may take longer than the audio', (t) => {
	const list = madeList(BOARD.id, 1);
	const session = madeSession({ facts: BOARD, list, ...WATCHED, stageTicks: () => [4_000_000, 1000, 1000] });
	t.is(closureFault(session, BOARD, list), null);
});

test('ADC counts that do not cover the clip are a rig error', (t) => {
	const reason = reasonWith((clip) => {
		if (clip.adc !== null) clip.adc.counts = clip.adc.counts.subarray(0, 900);
	});
	t.regex(reason ?? '', /900 ADC counts x 168000 cycles = 0\.9 s, but the clip lasted 1\.024 s/);
});

test('clips that do not count are left to their own problems', (t) => {
	const reason = reasonWith((clip) => {
		clip.inferences.pop();
		clip.problems.push('a damaged line');
	});
	t.is(reason, null);
});
