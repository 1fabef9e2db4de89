/** The probe: after all that is judged, the reference's clips once more, now with the device's features asked for. */
import { PROBE_SEGMENT } from './measure/counted-clips.ts';
import type { SessionPlan } from './run-session.ts';
import { probeClip } from './scenario/reference.ts';
import type { DeviceSession } from './session/device-session.ts';
import { prepareClip } from './stimulate/prepare-clip.ts';

/**
 * Sends the probe's clips where scenario and firmware have what it takes; else says why not, or nothing without a
 * reference. A clip that does not count is no fault of the session: it is extra, and the capture tells of it.
 *
 * Throws OssicleError (rig) when the bench fails or the device resets: then nothing of the session can be trusted.
 */
export async function sendProbe(
	{ scenario, list, facts, progress }: Pick<SessionPlan, 'scenario' | 'list' | 'facts' | 'progress'>,
	session: DeviceSession,
): Promise<void> {
	const { reference } = scenario;
	if (reference === null || list.probe === undefined) return;
	const { caps, model, firmware } = session.hello;
	const why = !caps.includes('features')
		? `the firmware ${firmware} does not offer them`
		: model === reference.model
			? null
			: `the reference is of model ${reference.model}, the device runs ${model}`;
	if (why !== null) {
		progress(`${facts.id}: features are not compared: ${why}`);
		return;
	}
	const { codec, clips } = list.probe;
	const { heartbeatMs, jitterMs } = scenario.session;
	await session.configure({ codec, pacing: 'fast', heartbeatMs, jitterMs, features: true });
	for (const [index, { name }] of clips.entries()) {
		progress(`${facts.id}: ${PROBE_SEGMENT} ${index + 1}/${clips.length} ${name}`);
		const { samples, sampleRateHz: sampleRate } = probeClip(scenario, name).read();
		const prepared = prepareClip(samples, { codec, pacing: 'fast', sampleRate });
		const outcome = await session.runClip(prepared, { name, segment: PROBE_SEGMENT });
		if (!outcome.ok) progress(`${facts.id}: ${name} gives no features: ${outcome.problems[0]}`);
	}
}
