import { openSync } from 'node:fs';
import { devNull } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type AttachOptions, attach, checkReach } from '../../devices/driver.ts';
import { CaptureWriter } from '../capture/capture-writer.ts';
import { checkClock } from '../check-clock.ts';
import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import {
	type ClockState,
	clockFindings,
	clockNote,
	declaredClockHz,
	declaredText,
	megahertz,
} from '../measure/clock-check.ts';
import { deviceOf, loadDevices } from '../scenario/device-facts.ts';
import { DeviceSession } from '../session/device-session.ts';

const DEVICES_FOLDER = fileURLToPath(new URL('../../devices', import.meta.url));
const EXIT_RIG_ERROR = 4;
const LEAST_SECONDS = 2;
const MOST_SECONDS = 60;

export interface ClockOptions {
	/** Length of the first spin, s; 2 to 60. Default: 2. */
	seconds?: string;
	image?: string;
	port?: string;
	link?: string;
	json?: boolean;
}

/** What the check found, for `--json`. Rates in Hz, `null` where there is none. */
export interface ClockOutcome {
	device: string;
	/** `not-applicable`: time is virtual, or the counter scripted. `fallback`: right by chance. Else as of the check. */
	state: ClockState | 'fallback' | 'not-applicable';
	declaredHz: number;
	toleranceFraction: number;
	estimateHz: number | null;
	lowHz: number | null;
	highHz: number | null;
	/** Of the longest spin, s. */
	seconds: number | null;
	spins: number;
	clockSource: string | null;
	counter: string | null;
	/** Sentences for people: why it is not applicable, or what the clock looks like. */
	text: string;
}

/**
 * `ossicle clock <device>`: flash, greet, and hold the device's clock against this machine's. 0: the clock is as declared, or
 * there is none to check (virtual time cannot be wrong by this measure: nothing was found, and that is said); 4: it is wrong,
 * or could not be told.
 */
export async function runClock(deviceId: string, options: ClockOptions): Promise<number> {
	const { facts } = deviceOf(loadDevices(DEVICES_FOLDER), deviceId);
	const stop = new AbortController();
	const interrupt = () =>
		stop.abort(new OssicleError('interrupted', 'rig', `${deviceId}: the clock check was interrupted.`));
	process.once('SIGINT', interrupt);
	try {
		const outcome = await checkDeviceClock(facts, secondsOf(options.seconds), {
			...(options.image === undefined ? {} : { imagePath: options.image }),
			...(options.port === undefined ? {} : { port: options.port }),
			...(options.link === undefined ? {} : { link: options.link }),
			signal: stop.signal,
			onWait: (holder) => console.error(`waiting for ${deviceId}, held by ${holder}`),
			onNotice: (text) => console.error(text),
		});
		console.log(options.json === true ? JSON.stringify(outcome, null, 2) : `${deviceId}: ${outcome.text}`);
		return clockExitCode(outcome);
	} finally {
		process.removeListener('SIGINT', interrupt);
	}
}

export function clockExitCode({ state }: ClockOutcome): number {
	return state === 'right' || state === 'not-applicable' ? 0 : EXIT_RIG_ERROR;
}

/** Flashes the device and checks its clock. Throws OssicleError: what `attach`, `flash` and the session throw. */
export async function checkDeviceClock(
	facts: DeviceFacts,
	seconds: number,
	options: AttachOptions = {},
): Promise<ClockOutcome> {
	checkReach(options);
	const nothing = { estimateHz: null, lowHz: null, highHz: null, seconds: null, spins: 0 };
	const { hz: declaredHz, toleranceFraction } = facts.clock;
	const declared = { device: facts.id, declaredHz, toleranceFraction };
	if (facts.evidence === 'emulated') {
		// Nothing is attached for what needs no device to be known.
		const text = clockNote({ hello: null }, facts) ?? '';
		return { ...declared, ...nothing, state: 'not-applicable', clockSource: null, counter: null, text };
	}
	const device = await attach(facts, options);
	// The bytes are judged here and now, and kept nowhere: a run keeps its own.
	const capture = new CaptureWriter(openSync(devNull, 'w'), devNull);
	try {
		const flash = { k: 'flash', session: 1, ...(await device.flash()) } as const;
		const session = await DeviceSession.open({
			link: await device.createLink(),
			capture,
			session: 1,
			device: facts.id,
			flash,
			baud: facts.link.baud,
			...(options.signal === undefined ? {} : { signal: options.signal }),
		});
		try {
			const { clockSource, counter } = session.hello;
			const note = clockNote(session.decoded, facts);
			if (note !== null) return { ...declared, ...nothing, state: 'not-applicable', clockSource, counter, text: note };
			const check = await checkClock(session, facts, 1000 * seconds);
			await session.bye();
			const [wrong] = clockFindings(session.decoded, facts);
			const { estimateHz, lowHz, highHz } = check;
			const state = wrong?.cause === 'clock-fallback' ? 'fallback' : check.state;
			const hz = declaredClockHz(session.decoded, facts);
			const text = [
				wrong?.text ?? `the counter (${counter}, clock source ${clockSource}) runs at ${megahertz(estimateHz)} MHz`,
				`proven: ${megahertz(lowHz)} to ${Number.isFinite(highHz) ? megahertz(highHz) : '?'} MHz, over ${check.seconds.toFixed(1)} s, ${check.spins} spins`,
				`declared: ${declaredText(hz, facts)}: ${VERDICTS[state]}`,
			].join('\n  ');
			return {
				...declared,
				declaredHz: hz,
				state,
				estimateHz,
				lowHz,
				highHz: Number.isFinite(highHz) ? highHz : null,
				seconds: check.seconds,
				spins: check.spins,
				clockSource,
				counter,
				text,
			};
		} finally {
			await session.close();
		}
	} finally {
		await capture.close();
		await device.close();
	}
}

const VERDICTS: Record<ClockState | 'fallback', string> = {
	right: 'the clock is right',
	high: 'rig error, the clock is too fast',
	low: 'rig error, the clock is too slow',
	fallback: 'rig error, it is not the clock that is declared',
	frozen: 'rig error, the counter stands still',
	unsteady: 'rig error, the clock is not steady',
	open: 'cannot be told, the link delivers lines too late: try a longer --seconds',
};

function secondsOf(text: string | undefined): number {
	const seconds = text === undefined ? LEAST_SECONDS : Number(text);
	if (text?.trim() !== '' && seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
	throw new OssicleError(
		'clock-seconds',
		'usage',
		`--seconds: expected a number of seconds from ${LEAST_SECONDS} to ${MOST_SECONDS}, got \`${text}\`.`,
		{ got: text },
	);
}
