import type { DecodedRun, DecodedSession } from '../capture/session-data.ts';
import type { ClipList } from '../generated/clips.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { type Absent, notMeasured, rigError } from '../measure/absent.ts';
import { clockFault } from '../measure/clock-check.ts';
import { clipOutcomes, PROBE_SEGMENT, WARM_UP_SEGMENT } from '../measure/counted-clips.ts';
import { standInFault } from '../measure/counting.ts';
import { paramText } from '../scenario/params.ts';
import { closureFault } from './closure/session-closure.ts';
import { plain } from './plain.ts';

/**
 * What makes a whole session worthless, or null. When the bench failed, nothing it delivered is judged: neither a pass
 * nor a fail would be the device's.
 */
export function sessionFault(session: DecodedSession, facts: DeviceFacts, list: ClipList): Absent | null {
	const { flash, hello, faults } = session;
	const [fault] = faults;
	if (fault !== undefined) {
		const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
		return rigError(`${fault.code}: ${fault.text}${more}`);
	}
	if (session.ended === 'interrupted') return notMeasured('the session was interrupted');
	if (session.ended !== 'complete') {
		return rigError(
			session.ended === 'missing'
				? 'the session has no end: the run stopped in its middle'
				: 'the session ended with a rig error',
		);
	}
	if (hello === null) return rigError('the device never said hello');
	if (flash === null) return rigError('no image is known to have been flashed in this session');
	if (flash.buildId !== hello.build)
		return rigError(`the device runs build ${hello.build}, but ${flash.buildId} was flashed`);
	if (hello.board !== facts.firmware.board) {
		return rigError(`the device calls itself board \`${hello.board}\`, but ${facts.id} is \`${facts.firmware.board}\``);
	}
	const standIn = standInFault(hello, facts);
	if (standIn !== null) return standIn;
	if (hello.sampleRate !== list.sampleRateHz) {
		return rigError(`the firmware hears ${hello.sampleRate} Hz, but the clips have ${list.sampleRateHz} Hz`);
	}
	const clock = clockFault(session, facts);
	// An unchecked clock voids what is measured in time, a wrong one everything: the wrong firmware may be running.
	if (clock?.absent === 'rig-error') return clock;
	return (
		paramsFault(session, list) ??
		settingFault(session, list) ??
		strayClip(session, list) ??
		tooManyResent(session, list) ??
		closureFault(session, facts, list)
	);
}

/** The firmware was set to exactly what the list says, before the first clip, and to nothing else at any time. */
function paramsFault({ messages, paramsSent = [] }: DecodedSession, { params = [] }: ClipList): Absent | null {
	const firstClip = messages.findIndex((message) => message.t === 'clip-begin');
	const set = new Set<string>();
	for (const [index, message] of messages.entries()) {
		if (message.t !== 'param') continue;
		const { name, value, ok } = message;
		const text = plain(paramText(message));
		const listed = params.find((param) => param.name === name && param.value === value);
		if (listed === undefined) return rigError(`the firmware was set to ${text}, which is not on the run's list`);
		if (!ok) return rigError(`the firmware did not take ${text}`);
		if (firstClip !== -1 && index > firstClip) return rigError(`the firmware was set to ${text} after clips were sent`);
		set.add(name);
	}
	const isOf = (one: { name: string; value: number }) => (other: { name: string; value: number }) =>
		one.name === other.name && one.value === other.value;
	const odd = paramsSent.find((sent) => !params.some(isOf(sent)));
	if (odd !== undefined)
		return rigError(`the firmware was sent ${plain(paramText(odd))}, which is not on the run's list`);
	const missing = params.find((param) => !set.has(param.name) || !paramsSent.some(isOf(param)));
	return missing === undefined
		? null
		: rigError(`the firmware was never set to ${paramText(missing)}, as was asked for`);
}

/**
 * What records say of a setting is what it was set to: the timestep, no skipped hop where gating is off. A low clock must have
 * been asked for: it changes what time and power are computed from.
 */
function settingFault({ clips, hello }: DecodedSession, { params = [] }: ClipList): Absent | null {
	const set = new Map(params.map(({ name, value }) => [name, value]));
	const timestep = set.get('timestep') || null;
	const hopTenths = hello === null ? 0 : (10_000 * hello.hop) / hello.sampleRate;
	for (const { event, inferences, problems } of clips) {
		if (problems.length > 0) continue;
		for (const { hop, gated, slow, timestep: used } of inferences) {
			const at = `hop ${hop} of ${event.name}`;
			if (timestep !== null && used !== timestep)
				return rigError(`${at} used ${paramText({ name: 'timestep', value: used })}, but ${timestep / 10} ms was set`);
			if (set.get('gating') === 0 && gated && used <= hopTenths)
				return rigError(`${at} was skipped, though gating was set off`);
			if (set.get('scaling') !== 1 && slow)
				return rigError(`${at} ran at the low clock, though scaling was not set on`);
		}
	}
	return null;
}

/** Why nothing of the run counts, whatever its sessions say. */
export function runFault(run: DecodedRun): Absent | null {
	if (run.damage !== null) return rigError(`the capture is damaged: ${run.damage}`);
	if (run.run === null) return rigError('the capture does not begin with a run');
	const [fault] = run.faults;
	if (fault !== undefined) return rigError(`${fault.code}: ${fault.text}`);
	if (run.end === null) return notMeasured('the run was cut off: its capture has no end');
	if (run.end.reason === 'interrupted') return notMeasured('the run was interrupted');
	const ended = run.sessions.map((session) => session.ended);
	if (run.end.reason === 'rig-error' && ended.length > 0 && ended.every((how) => how === 'complete'))
		return rigError('the run ended with a rig error which none of its sessions tells of');
	return null;
}

/** A clip nobody listed is audio whose effect on the device nobody knows. */
function strayClip(session: DecodedSession, list: ClipList): Absent | null {
	const listed = new Set(
		list.segments.flatMap((segment) =>
			segment.clips.filter((clip) => clip.selected).map((clip) => `${segment.name}\n${clip.name}`),
		),
	);
	const probes = new Set(list.probe?.clips.map((clip) => `${clip.name}\n${clip.crc}`));
	const firstProbe = session.clips.findIndex(({ event }) => event.segment === PROBE_SEGMENT);
	const stray = session.clips.find(({ event }, index) => {
		if (event.segment === PROBE_SEGMENT) return !probes.has(`${event.name}\n${event.crc}`);
		// What is judged comes before the probe, which might change it.
		if (firstProbe !== -1 && index > firstProbe) return true;
		return event.segment !== WARM_UP_SEGMENT && !listed.has(`${event.segment}\n${event.name}`);
	});
	if (stray !== undefined)
		return rigError(`clip ${stray.event.name} (${stray.event.segment}) was sent, but is not on the run's list`);
	const warmUps = session.clips.flatMap(({ event }) => (event.segment === WARM_UP_SEGMENT ? [event.clip] : []));
	const extra = new Set(warmUps).size - list.warmUpClips;
	return extra > 0 ? rigError(`${extra} more warm-up clips were sent than the ${list.warmUpClips} asked for`) : null;
}

/** One re-sent clip is a hiccup; more than 1 % of them (but at least one may be) is a link that cannot be trusted. */
function tooManyResent(session: DecodedSession, list: ClipList): Absent | null {
	const outcomes = clipOutcomes(session, list);
	const resent = outcomes.filter((outcome) => outcome.attempts.length > 1);
	const allowed = Math.max(1, Math.floor(outcomes.length / 100));
	if (resent.length <= allowed) return null;
	const names = resent
		.slice(0, 3)
		.map((outcome) => `${outcome.listed.name} (${outcome.attempts[0]?.problems[0] ?? 'no reason'})`);
	return rigError(
		`${resent.length} of ${outcomes.length} clips had to be sent again, ${allowed} allowed: ${names.join(', ')}`,
	);
}
