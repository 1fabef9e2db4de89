import type { Finding } from '../../../generated/record.ts';
import { type ClipOutcome, clipOutcomes } from '../../../measure/counted-clips.ts';
import { plain } from '../../plain.ts';
import type { Evidence } from '../evidence.ts';
import { finding, percent, WEIGHT } from '../finding.ts';

interface RigCause {
	cause: string;
	/** Of faults' codes and clips' problems. */
	pattern: RegExp;
	/** What to look at. */
	hint: string;
}

/** The first that fits names it. */
const CAUSES: readonly RigCause[] = [
	{
		cause: 'bench-differs',
		pattern: /^(device-differs|facts-differ|image-differs|mqtt-two-devices)/,
		hint: 'what is on the broker is not what this machine means: the same image and device files on both, one bridge a device',
	},
	{
		cause: 'bench-offline',
		pattern: /^mqtt-(offline|no-device|no-answer)/,
		hint: 'what spoke for the board on the broker is gone, or was replaced: its bridge, that machine, its network, a second bridge of that name',
	},
	{
		// Before the causes of a serial line: a broker has neither baud rate nor cable.
		cause: 'broker-path',
		pattern: /^mqtt-/,
		hint: 'the way through the broker: the broker itself (limits, load, restart), its accounts, or the network to it',
	},
	{
		cause: 'flash-failed',
		// A device that was never flashed says nothing: no cause of its own.
		pattern: /^flash-|^no-hello/,
		hint: 'the image was not written: the flash tool, its server or probe, or the way to the board',
	},
	{
		cause: 'device-reset',
		pattern: /\breset|boot id|other boot|rebooted|started over/i,
		hint: 'the board restarted: watchdog, brown-out (supply, USB port), a crash, or a debugger',
	},
	{
		cause: 'underruns',
		pattern: /underrun/i,
		hint: 'audio came too late for real time: a slow line or a busy host; `fast` and `preload` do not depend on it',
	},
	{
		cause: 'line-damaged',
		pattern: /damaged|\bcrc\b|linesCrc|garbage|telemetry lines? .*arrived|\bgap\b|lost lines|sequence/i,
		hint: 'bytes were lost or changed on the way: baud rate, cable, ground, a hub, or a receive buffer that overflows',
	},
	{
		cause: 'link-lost',
		pattern:
			/link .*lost|port .*(closed|gone)|disconnected|silent|stalled|no answer|gave up|never (said|ended|answered)|did not answer/i,
		hint: 'the device stopped answering: power, cable, a hang, or the emulator ended',
	},
	{
		cause: 'wrong-image',
		pattern: /build|image|board `|calls itself/i,
		hint: 'other firmware runs than was flashed: did the flash tool write and reset?',
	},
	{
		cause: 'figures-contradict',
		pattern: /contradict|slept|awake for|saturated/i,
		hint: "the firmware's own figures do not add up: its time base or its records",
	},
];

/** What broke a session or its clips, by kind, with how much of the session it cost. */
export function rig({ cell, sessions, input }: Evidence): Finding[] {
	if (cell.verdict !== 'rig-error') return [];
	const outcomes = sessions.flatMap((session) => clipOutcomes(session, input.list));
	const lost = outcomes.filter(({ counted, attempts }) => counted === null || attempts.length > 1);
	const faults = sessions.flatMap((session) => session.faults.map(({ code, text }) => `${code}: ${text}`));
	const told = [cell.reason, ...faults];
	// That nobody said hello follows from whatever went wrong before it: no cause of its own beside that.
	const first = told.filter((text) => !/^no-hello/.test(text));
	const left = new Set(first.length === 0 ? told : first);
	const leftClips = new Set(lost);
	const flashed = ![...left].some((text) => text.startsWith('flash-'));
	const causes = CAUSES.filter(({ cause }) => cause !== 'flash-failed' || !flashed);
	return causes.flatMap(({ cause, pattern, hint }) => {
		const told = [...left].filter((text) => pattern.test(text));
		const clips = [...leftClips].filter((outcome) => problemsOf(outcome).some((text) => pattern.test(text)));
		for (const text of told) left.delete(text);
		for (const clip of clips) leftClips.delete(clip);
		if (told.length === 0 && clips.length === 0) return [];
		const [example = problemsOf(clips[0]).find((text) => pattern.test(text)) ?? ''] = told;
		const share = told.length > 0 ? 1 : clips.length / Math.max(1, lost.length);
		const cost =
			clips.length === 0
				? ''
				: `; it cost ${clips.length} of ${outcomes.length} clips an attempt (${percent(clips.length / outcomes.length)})`;
		const found = finding(
			cause,
			share,
			WEIGHT.inferred,
			`${hint}${cost}. First sign: ${plain(example, 240)}${health(cause, sessions)}`,
		);
		return found === null ? [] : [found];
	});
}

function problemsOf(outcome: ClipOutcome | undefined): string[] {
	return outcome === undefined ? [] : [...outcome.problems, ...outcome.attempts.flatMap(({ problems }) => problems)];
}

/** The device's own counters of what it received badly. */
function health(cause: string, sessions: Evidence['sessions']): string {
	if (cause !== 'line-damaged') return '';
	const sum = (of: 'crcErrors' | 'gaps' | 'overruns' | 'longFrames') =>
		sessions.reduce((all, session) => all + (session.health?.[of] ?? 0), 0);
	const [crc, gaps, overruns] = [sum('crcErrors'), sum('gaps'), sum('overruns')];
	if (crc + gaps + overruns === 0) return '; the device itself received everything: it is the way from the device';
	return `; the device counted ${crc} damaged frames, ${gaps} gaps and ${overruns} overruns of its receiver`;
}
