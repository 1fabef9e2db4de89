/** One session: attach, flash, greet, send all clips, ask for memory and health, probe, part. It only fills the capture. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttachedDevice, Notice } from '../devices/attached-device.ts';
import { type AttachOptions, attach } from '../devices/driver.ts';
import { analogueTrace, encodeCounts } from '../devices/emulated/analogue.ts';
import type { FlashEvent } from './capture/capture-line.ts';
import type { CaptureWriter } from './capture/capture-writer.ts';
import { costBand, costedClip } from './capture/costed-clip.ts';
import type { DecodedClip } from './capture/session-data.ts';
import { checkClock } from './check-clock.ts';
import { isOssicleError, OssicleError } from './error.ts';
import { footprintOf } from './footprint/footprint.ts';
import type { ClipList, ListedSegment } from './generated/clips.ts';
import type { DeviceFacts } from './generated/device.ts';
import type { HelloMessage } from './generated/wire.ts';
import type { ByteLink } from './link/byte-link.ts';
import { clockFindings, clockNote } from './measure/clock-check.ts';
import { WARM_UP_SEGMENT } from './measure/counted-clips.ts';
import { cycleFault } from './measure/cycle-model.ts';
import { plannedNames } from './scenario/clip-plan.ts';
import type { LoadedScenario, LoadedSegment, ScenarioClip } from './scenario/load-scenario.ts';
import { paramText } from './scenario/params.ts';
import { sendProbe } from './send-probe.ts';
import { DeviceSession } from './session/device-session.ts';
import type { SessionTiming } from './session/session-timing.ts';
import { prepareClip } from './stimulate/prepare-clip.ts';

export interface SessionPlan {
	session: number;
	facts: DeviceFacts;
	scenario: LoadedScenario;
	list: ClipList;
	capture: CaptureWriter;
	attach?: Pick<AttachOptions, 'imagePath' | 'port' | 'link' | 'posixArgs'>;
	signal?: AbortSignal;
	progress: (text: string) => void;
	wrapLink?: (link: ByteLink, facts: DeviceFacts) => ByteLink;
	timing?: Partial<SessionTiming> | undefined;
}

export type SessionEnd = 'complete' | 'interrupted' | 'rig-error';

/**
 * How the session ended; why is in the capture.
 * @throws OssicleError (rig) only when the capture itself fails; (usage) for an image or option the device cannot take
 */
export async function runSession(plan: SessionPlan): Promise<SessionEnd> {
	const { facts, progress } = plan;
	if (facts.unsupported !== undefined) {
		// Asked for and absent: its cells are not-measured, and the facts in the run folder say why.
		progress(`${facts.id}: cannot be run: ${facts.unsupported}`);
		return 'complete';
	}
	let attached: AttachedDevice | null = null;
	try {
		attached = await attach(facts, {
			...plan.attach,
			...(plan.signal === undefined ? {} : { signal: plan.signal }),
			onWait: (holder) => progress(`${facts.id}: waiting, held by ${holder}`),
			onNotice: (text) => progress(`${facts.id}: ${text}`),
		});
		return await withDevice(plan, attached);
	} catch (error) {
		if (plan.capture.failure !== null) throw plan.capture.failure;
		return failedBeforeGreeting(plan, error, (await attached?.notices?.()) ?? []);
	} finally {
		const unsafe = plan.signal?.aborted ? await attached?.makeSafe() : null;
		if (unsafe) progress(unsafe);
		await attached?.close();
	}
}

async function withDevice(plan: SessionPlan, attached: AttachedDevice): Promise<SessionEnd> {
	const { facts, capture, progress } = plan;
	progress(`${facts.id}: flashing ${attached.image.path.split('/').slice(-2).join('/')}`);
	const footprint = await footprintOf(attached.image, facts);
	const flash: FlashEvent = { k: 'flash', session: plan.session, ...(await attached.flash()), footprint };
	capture.append(flash);
	const link = await attached.createLink();
	const session = await DeviceSession.open({
		link: plan.wrapLink?.(link, facts) ?? link,
		capture,
		session: plan.session,
		device: facts.id,
		flash,
		baud: facts.link.baud,
		...(plan.signal === undefined ? {} : { signal: plan.signal }),
		...(plan.timing === undefined ? {} : { timing: plan.timing }),
		...(attached.takeCycles === undefined ? {} : { takeCycles: attached.takeCycles }),
		...(attached.notices === undefined ? {} : { notices: attached.notices }),
	}).catch((error: unknown) => {
		throw new SessionRecorded(error);
	});
	try {
		progress(`${facts.id}: runs ${session.hello.firmware}, build ${session.hello.build.slice(0, 12)}`);
		await stream(plan, session);
		await session.close();
		return 'complete';
	} catch (error) {
		await session.close();
		throw new SessionRecorded(error);
	}
}

/** Warm-up, then each segment's clips, between two clock checks. */
async function stream(plan: SessionPlan, session: DeviceSession): Promise<void> {
	const { scenario, facts, list } = plan;
	await setParams(plan, session);
	const { settleMs, warmUpClips, clockCheckMs, heartbeatMs, jitterMs } = scenario.session;
	const hasClock = clockNote(session.decoded, facts) === null;
	await sleep(settleMs, undefined, plan.signal === undefined ? {} : { signal: plan.signal }).catch(() => {});
	if (hasClock) await checkClock(session, facts, clockCheckMs);
	const [wrong] = clockFindings(session.decoded, facts);
	// Nothing that follows could count, and a board at a tenth of its clock takes ten times as long for it.
	if (wrong !== undefined) throw session.fail(new OssicleError('clock-wrong', 'rig', wrong.text));
	for (const [index, segment] of scenario.segments.entries()) {
		const { codec, pacing } = segment;
		const adc = segment.measures.includes('power') && session.hello.caps.includes('adc');
		const clips = clipsOf(segment, list.segments[index], facts);
		if (clips.length === 0) continue;
		await session.configure({ codec, pacing, heartbeatMs, jitterMs, adc });
		if (index === 0) await send(plan, session, segment, clips.slice(0, warmUpClips), WARM_UP_SEGMENT);
		await send(plan, session, segment, clips, segment.name);
	}
	await session.memory();
	await session.health();
	await sendProbe(plan, session);
	if (hasClock) await checkClock(session, facts, clockCheckMs);
	await session.bye();
}

/** The firmware's parameters, before anything is measured. @throws OssicleError `param-refused` (usage), or (rig) */
async function setParams({ list, facts, progress }: SessionPlan, session: DeviceSession): Promise<void> {
	const { params = [] } = list;
	for (const param of params) await session.param(param.name, param.value);
	if (params.length > 0) progress(`${facts.id}: set to ${params.map(paramText).join(', ')}`);
}

/** Clips of a segment which this device is sent. */
function clipsOf(segment: LoadedSegment, listed: ListedSegment | undefined, facts: DeviceFacts): ScenarioClip[] {
	const planned = listed === undefined ? null : plannedNames(listed, facts);
	const selected = new Set(listed?.clips.flatMap((clip) => (clip.selected ? [clip.name] : [])));
	return segment.loadedClips.filter(({ name }) => selected.has(name) && (planned?.has(name) ?? true));
}

async function send(
	plan: SessionPlan,
	session: DeviceSession,
	segment: LoadedSegment,
	clips: readonly ScenarioClip[],
	name: string,
): Promise<void> {
	const { codec, pacing } = segment;
	for (const [index, clip] of clips.entries()) {
		const plays = pacing === 'fast' ? '' : `, ${playTime(clips.slice(index))}`;
		plan.progress(`${plan.facts.id}: ${name} ${index + 1}/${clips.length} ${clip.name}${plays}`);
		const { samples, sampleRateHz } = clip.read();
		const prepared = prepareClip(samples, { codec, pacing, sampleRate: sampleRateHz });
		const outcome = await session.runClip(prepared, { name: clip.name, segment: name });
		if (!outcome.ok) plan.progress(`${plan.facts.id}: ${clip.name} does not count: ${outcome.problems[0]}`);
		const last = outcome.attempts.at(-1);
		if (outcome.ok && last !== undefined) substitutePower(plan, session.hello, segment, last);
	}
}

/** How long a clip takes in real time, and all that are still to come. */
function playTime(left: readonly ScenarioClip[]): string {
	const seconds = left.map(({ sidecar }) => sidecar.samples / sidecar.sampleRate);
	const all = seconds.reduce((sum, each) => sum + each, 0);
	const shown = (value: number) => `${Number(value.toFixed(1))} s`;
	return `plays ${shown(seconds[0] ?? 0)}${left.length > 1 ? `, ${shown(all)} with those to come` : ''}`;
}

/**
 * Where no silicon draws current, the ADC counts come from outside the firmware, at both ends of the model's band. Without a
 * band, or without sound counts of the declared cycle model, there is no time awake to make them from; why is judged later.
 */
function substitutePower(
	{ facts, capture }: SessionPlan,
	hello: HelloMessage,
	segment: LoadedSegment,
	clip: DecodedClip,
): void {
	if (facts.evidence !== 'emulated' || !segment.measures.includes('power') || segment.pacing !== 'preload') return;
	if (facts.model?.currents === undefined || costBand(facts) === undefined) return;
	if (cycleFault([clip], hello, facts) !== null) return;
	// Same clip, same noise: a run can be repeated to the last count.
	const seed = createHash('sha256').update(clip.event.name).digest().readUInt32LE(0);
	for (const end of ['low', 'high'] as const) {
		const { inferences, event } = costedClip(clip, facts);
		const trace = analogueTrace({
			inferences,
			samples: event.samples,
			sampleRateHz: event.sampleRate,
			facts,
			end,
			seed,
		});
		capture.append({
			k: 'analogue',
			clip: event.clip,
			source: 'substituted',
			end,
			periodSeconds: trace.periodSeconds,
			seed,
			b: encodeCounts(trace.counts),
		});
	}
}

/** The session is in the capture already, its fault too. */
class SessionRecorded extends Error {
	constructor(cause: unknown) {
		super('recorded', { cause });
	}
}

/** Turns what ended a session into its end; writes the session down where it had not begun. */
function failedBeforeGreeting(plan: SessionPlan, error: unknown, notices: readonly Notice[]): SessionEnd {
	const recorded = error instanceof SessionRecorded;
	const cause = recorded ? error.cause : error;
	if (plan.signal?.aborted) {
		if (!recorded) writeSession(plan, null, notices, 'interrupted');
		return 'interrupted';
	}
	if (!isOssicleError(cause)) throw cause;
	if (!recorded) writeSession(plan, cause, notices, 'rig-error');
	plan.progress(`${plan.facts.id}: ${cause.message}`);
	if (cause.kind === 'usage') throw cause;
	return 'rig-error';
}

function writeSession(
	plan: SessionPlan,
	fault: OssicleError | null,
	notices: readonly Notice[],
	reason: SessionEnd,
): void {
	const { session, facts, capture } = plan;
	capture.append({ k: 'session', session, device: facts.id, link: 'none: the session did not come so far' });
	if (fault !== null) capture.append({ k: 'fault', code: fault.code, text: fault.message });
	for (const notice of notices) capture.append({ k: 'notice', ...notice });
	capture.append({ k: 'session-end', session, reason });
}
